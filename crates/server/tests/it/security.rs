//! What keeps strangers, floods and mistakes out.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use server::App;
use server::config::Config;
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

use crate::harness::{House, NOW, PASSWORD, Reply, Who, at, cookie};

const ADMIN: Who<'_> = Who::Ours("administrator");

fn configure(house: &mut House, change: impl FnOnce(&mut Config)) {
    let mut config = (*house.app.config).clone();
    change(&mut config);
    let (db, clock, ids) = (house.app.db.clone(), house.app.clock, house.app.ids.clone());
    *house.app = App::new(db, config, clock, ids);
}

/// As if the request came from `peer`, for `forwarded` if it is a proxy.
async fn ask_from(house: &House, peer: &str, forwarded: &str, path: &str) -> Reply {
    let mut request =
        Request::get(path).header("x-forwarded-for", forwarded).body(Body::empty()).unwrap();
    let peer: SocketAddr = format!("{peer}:50000").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    house.raw(request).await
}

#[tokio::test]
async fn a_flood_from_one_address_is_refused_and_others_are_served() {
    let mut house = House::new().await;
    configure(&mut house, |it| it.limits.address_per_minute = 3);
    for _ in 0..3 {
        assert_eq!(ask_from(&house, "8.8.8.8", "1.1.1.1", "/healthz").await.status, 200);
    }
    let refused = ask_from(&house, "8.8.8.8", "2.2.2.2", "/healthz").await;
    assert_eq!(refused.status, 429, "what it says about others is not believed");
    assert_eq!(refused.code(), "too_many_requests");
    assert_eq!(refused.headers[header::RETRY_AFTER], "21", "three a minute");
    assert_eq!(ask_from(&house, "8.8.4.4", "1.1.1.1", "/healthz").await.status, 200);
    for _ in 0..9 {
        let own = ask_from(&house, "127.0.0.1", "1.1.1.1", "/healthz").await;
        assert_eq!(own.status, 200, "the machine itself, or a proxy nobody declared");
    }
    house.app.clock = || at(NOW) + SignedDuration::from_secs(20);
    assert_eq!(ask_from(&house, "8.8.8.8", "", "/healthz").await.status, 200);

    let page = ask_from(&house, "8.8.8.8", "", "/f/ours/standard").await;
    assert_eq!(page.status, 429);
    assert!(page.text.contains("现在访问的人较多"), "customers read a page: {}", page.text);
    assert_eq!(page.headers[header::RETRY_AFTER], "21");
}

#[tokio::test]
async fn behind_a_declared_proxy_each_customer_counts_alone() {
    let mut house = House::new().await;
    configure(&mut house, |it| {
        it.limits.address_per_minute = 1;
        it.trusted_proxies = "127.0.0.1, 10.0.0.0/8".parse().unwrap();
    });
    for customer in ["1.1.1.1", "2.2.2.2", "2001:db8:1:1::1"] {
        assert_eq!(ask_from(&house, "127.0.0.1", customer, "/healthz").await.status, 200);
    }
    let forged = ask_from(&house, "127.0.0.1", "9.9.9.9, 1.1.1.1, 10.0.0.7", "/healthz").await;
    assert_eq!(forged.status, 429, "the address before ours counts, not one made up before it");
    let neighbour = ask_from(&house, "127.0.0.1", "2001:db8:1:1:ffff::9", "/healthz").await;
    assert_eq!(neighbour.status, 429, "one network, one customer");
}

#[tokio::test]
async fn one_caller_and_one_company_have_their_share() {
    let mut house = House::new().await;
    configure(&mut house, |it| it.limits.caller_per_minute = 2);
    let me = async |who| house.get(who, "/api/v1/me").await.status.as_u16();
    assert_eq!([me(ADMIN).await, me(ADMIN).await, me(ADMIN).await], [200, 200, 429]);
    assert_eq!(me(Who::Ours("agent")).await, 200, "a colleague has their own");
    let mut house = house;
    configure(&mut house, |it| it.limits.tenant_per_minute = 2);
    let me = async |who| house.get(who, "/api/v1/me").await.status.as_u16();
    assert_eq!([me(ADMIN).await, me(Who::Ours("agent")).await, me(ADMIN).await], [200, 200, 429]);
    assert_eq!(me(Who::Theirs).await, 200, "another company has its own");
    let page = async |path| house.get(Who::Stranger, path).await.status.as_u16();
    let ours = "/f/ours/standard";
    assert_eq!([page(ours).await, page(ours).await, page(ours).await], [200, 200, 429]);
    assert_eq!(page("/f/theirs/standard").await, 200);
}

#[tokio::test]
async fn many_logins_tried_from_one_address_are_stopped_before_any_password_is_hashed() {
    let mut house = House::new().await;
    configure(&mut house, |it| it.limits.sign_in_per_minute = 2);
    let mut statuses = vec![];
    for login in ["a", "b", "c", "admin"] {
        let body = json!({ "tenant": "ours", "login": login, "password": PASSWORD });
        let mut request = Request::post("/api/v1/session")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let peer: SocketAddr = "8.8.8.8:1".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        statuses.push(house.raw(request).await.status.as_u16());
    }
    assert_eq!(statuses, [403, 403, 429, 429]);
}

static HOURS: AtomicI64 = AtomicI64::new(0);

fn hours_later() -> Timestamp {
    at(NOW) + SignedDuration::from_hours(HOURS.load(Ordering::Relaxed))
}

/// A sign-in by password; the cookie as the browser sends it back.
async fn sign_in(house: &House, brings: Option<&str>) -> String {
    let body = json!({ "tenant": "ours", "login": "admin", "password": PASSWORD });
    let mut request =
        Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
    if let Some(cookie) = brings {
        request = request.header(header::COOKIE, cookie);
    }
    let reply = house.raw(request.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    cookie(&reply)
}

async fn is_in(house: &House, cookie: &str) -> bool {
    house.with_cookie(cookie, "GET", "/api/v1/me", Value::Null).await.status == 200
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_two_weeks_however_much_it_is() {
    let mut house = House::new().await;
    house.app.clock = hours_later;
    let (idle, busy) = (sign_in(&house, None).await, sign_in(&house, None).await);
    for hour in [11, 12, 22, 23, 34, 45] {
        HOURS.store(hour, Ordering::Relaxed);
        assert!(is_in(&house, &busy).await, "after {hour} hours");
        if 12 <= hour {
            assert!(!is_in(&house, &idle).await, "twelve hours without use");
        }
    }
    for hour in (45..14 * 24).step_by(11) {
        HOURS.store(hour, Ordering::Relaxed);
        assert!(is_in(&house, &busy).await, "after {hour} hours");
    }
    HOURS.store(14 * 24, Ordering::Relaxed);
    assert!(!is_in(&house, &busy).await, "two weeks");
    HOURS.store(0, Ordering::Relaxed);
}

#[tokio::test]
async fn signing_in_makes_a_new_session_whatever_the_browser_brought() {
    let house = House::new().await;
    let planted = "huisheng_session=AAAA.BBBB.CCCC";
    let first = sign_in(&house, Some(planted)).await;
    assert_ne!(first, planted);
    let second = sign_in(&house, Some(&first)).await;
    assert_ne!(second, first);
    assert!(is_in(&house, &second).await && !is_in(&house, planted).await);
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_goes_on_in_a_new_one() {
    let house = House::new().await;
    let (mine, other) = (sign_in(&house, None).await, sign_in(&house, None).await);
    let body = json!({ "old_password": PASSWORD, "password": "another long password" });
    let reply = house.with_cookie(&mine, "PUT", "/api/v1/me/password", body).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    let new = cookie(&reply);
    assert_ne!(new, mine);
    assert!(is_in(&house, &new).await);
    assert!(!is_in(&house, &mine).await && !is_in(&house, &other).await);
}

#[tokio::test]
async fn other_peoples_pages_cannot_make_a_browser_act_here() {
    let house = House::new().await;
    let team = format!("/api/v1/teams/{}", Uuid::from_u128(90));
    let ask = async |site: &str, method: &str, path: &str| {
        let cookie = house.cookie(ADMIN).unwrap();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, format!("huisheng_session={cookie}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", site);
        let body = json!({ "name": "x", "parent": null, "lead": null });
        house.raw(request.body(Body::from(body.to_string())).unwrap()).await.status.as_u16()
    };
    assert_eq!(ask("cross-site", "PUT", &team).await, 403);
    assert_eq!(ask("same-site", "PUT", &team).await, 403, "a neighbour under the same domain");
    assert_eq!(ask("cross-site", "POST", "/f/ours/standard").await, 403, "customers' pages too");
    assert_eq!(ask("same-origin", "PUT", &team).await, 200);
    assert_eq!(ask("cross-site", "GET", "/f/ours/standard").await, 200, "a link in a mail");
}

#[tokio::test]
async fn over_tls_cookies_and_browsers_stay_with_tls() {
    let mut house = House::new().await;
    let plain = house.get(Who::Stranger, "/healthz").await;
    assert!(!plain.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    configure(&mut house, |it| "https://echo.example.com".clone_into(&mut it.public_url));
    let body = json!({ "tenant": "ours", "login": "admin", "password": PASSWORD });
    let reply = house.post(Who::Stranger, "/api/v1/session", body).await;
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("; Secure") && cookie.contains("HttpOnly"), "{cookie}");
    let kept = reply.headers[header::STRICT_TRANSPORT_SECURITY].to_str().unwrap();
    assert!(kept.starts_with("max-age=63072000"), "{kept}");
}

/// Everything that is logged, to look into.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Words that somebody brings in every place a request has, none of which may reach the log.
const WORDS: [&str; 7] = [
    "Zhang-San",
    "13800138000",
    "x@secret.example",
    "S3cretPass",
    "T0kenOfALink",
    "forged",
    "等了四十分钟",
];

async fn bring_words(house: &House) {
    let [name, phone, mail, password, token, forged, said] = WORDS;
    let customer = json!({ "name": name, "phones": [phone], "emails": [mail], "tags": [said] });
    house.put(ADMIN, &format!("/api/v1/customers/{}", Uuid::from_u128(3)), customer).await;
    house.get(ADMIN, &format!("/api/v1/customers?q={phone}")).await;
    house.get(Who::Stranger, &format!("/p/ours/{token}")).await;
    house.get(Who::Stranger, &format!("/i/{forged}/{token}?q={password}")).await;
    house.get(ADMIN, &format!("/api/v1/{token}/{forged}")).await;
    let sign_in = json!({ "tenant": forged, "login": mail, "password": password });
    house.post(Who::Stranger, "/api/v1/session", sign_in).await;
    house.post(Who::Stranger, "/api/v1/session", json!({ "tenant": { phone: token } })).await;
    // A line of one's own making, a colour for the terminal, a header that is no text.
    let evil = Request::post("/f/ours/standard")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::USER_AGENT, format!("{name} {password}"))
        .header(header::COOKIE, format!("huisheng_session={token}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header("x-request-id", format!("1\t{forged}"))
        .header("x-forwarded-for", forged)
        .body(Body::from(format!(
            "a.overall=1&a.suggestion={said}%0A%1B%5B31m{forged}&a.contact.phone={phone}"
        )));
    house.raw(evil.unwrap()).await;
    let cases = house.get(ADMIN, "/api/v1/cases").await.json();
    let case = cases["items"][0]["id"].as_str().unwrap().to_owned();
    let note = json!({ "text": format!("{name} {phone} {said}") });
    house.post(ADMIN, &format!("/api/v1/cases/{case}/note"), note).await;
    server::worker::run_due(&house.app).await.unwrap();
}

#[tokio::test]
async fn what_people_write_and_what_opens_doors_never_reaches_the_log() {
    let house = House::new().await;
    let log = Log::default();
    let filter = tracing_subscriber::EnvFilter::new("debug");
    let written = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone());
    let guard = tracing::subscriber::set_default(written.finish());
    bring_words(&house).await;
    // Also when the database fails, and the cause is logged.
    house.app.db.close().await;
    let failed = house.get(Who::Stranger, &format!("/p/ours/{}", WORDS[4])).await;
    assert_eq!(failed.status, 503);
    drop(guard);
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains("the database is out of reach"), "the cause is there: {text}");
    assert!(text.contains("/p/{slug}/{token}"), "routes are there: {text}");
    for word in WORDS {
        let line = text.lines().find(|it| it.contains(word));
        assert_eq!(line, None, "{word} is in the log");
    }
}
