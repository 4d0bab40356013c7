//! The first run of a new house, through the real router.

use app::Ids;
use app::platform::password::NewPassword;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::App;
use server::config::Config;
use server::setup::Filling;
use store::testing::{TestDb, test_db};
use tempfile::TempDir;

use crate::harness::{NOW, PASSWORD, Reply, Served};

/// What somebody who has this code wants.
pub fn wish(code: &str) -> Value {
    json!({
        "code": code,
        "company": { "slug": "acme", "name": "青禾", "zone": "Asia/Shanghai", "language": "zh-CN",
            "hours": "office" },
        "administrator": { "login": "admin", "name": "周岚", "password": PASSWORD },
    })
}

struct Empty {
    app: Served,
    code: String,
    _db: TestDb,
    _folder: TempDir,
}

impl Empty {
    async fn new() -> Self {
        let db = test_db().await;
        let folder = tempfile::tempdir().unwrap();
        let config = Config { folder: folder.path().to_owned(), ..Config::default() };
        let app = App::new(db.clone(), config, || NOW.parse().unwrap(), Ids::seeded(7));
        let code = app.setup.open(&app).await.unwrap().expect("a house without a company");
        Self { app: Served::new(app), code, _db: db, _folder: folder }
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>, cookie: &str) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookie);
        let body = body.map_or_else(Body::empty, |it| Body::from(it.to_string()));
        let response = self.app.answer(request.body(body).unwrap()).await;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&to_bytes(body, 1_000_000).await.unwrap()).into_owned();
        Reply { status: parts.status, headers: parts.headers, text }
    }

    async fn knock(&self, wish: Value) -> Reply {
        self.send("POST", "/api/v1/setup", Some(wish), "").await
    }

    async fn state(&self) -> Value {
        self.send("GET", "/api/v1/setup", None, "").await.json()
    }
}

#[tokio::test]
async fn whoever_has_the_code_makes_the_first_company_and_is_signed_in() {
    let house = Empty::new().await;
    assert_eq!(
        house.state().await,
        json!({ "needed": true, "filled_permille": null, "failed": false })
    );
    let made = house.knock(wish(&house.code.to_lowercase())).await;
    assert_eq!(made.status, 204, "{}", made.text);
    let cookie = made.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let me = house.send("GET", "/api/v1/me", None, cookie).await.json();
    assert_eq!((&me["tenant"]["slug"], &me["staff"]["name"]), (&json!("acme"), &json!("周岚")));
    assert!(me["permissions"].as_array().unwrap().contains(&json!("roles:write")), "{me}");
    // The same code again, by the same person or another.
    let again = house.knock(wish(&house.code)).await;
    assert_eq!((again.status.as_u16(), again.code().as_str()), (409, "setup_done"));
    assert_eq!(house.state().await["needed"], json!(false));
    assert!(house.app.setup.open(&house.app).await.unwrap().is_none(), "there is a company");
}

#[tokio::test]
async fn a_stranger_without_the_code_is_refused_and_made_to_wait() {
    let house = Empty::new().await;
    for _ in 0..6 {
        let refused = house.knock(wish("7K2F-9QXM-7K2F-9QXM")).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "setup_code"));
        assert_eq!(refused.json()["field"], "code");
    }
    let throttled = house.knock(wish(&house.code)).await;
    assert_eq!((throttled.status.as_u16(), throttled.code().as_str()), (429, "setup_throttled"));
    assert_eq!(throttled.headers[header::RETRY_AFTER], "2");
    let mut conn = house.app.db.read().await.unwrap();
    assert!(store::platform::tenant::list(&mut conn).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_form_with_faults_uses_nothing_up() {
    let house = Empty::new().await;
    let mut bad = wish(&house.code);
    bad["administrator"]["password"] = json!("short");
    let refused = house.knock(bad).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (422, "password_short"));
    let mut guessed = wish(&house.code);
    guessed["administrator"]["password"] = json!("acme-2026-acme");
    assert_eq!(house.knock(guessed).await.code(), "password_weak");
    let typed = json!({ "password": PASSWORD, "known": ["acme"] });
    let strength = "/api/v1/password-strength";
    let told = house.send("POST", strength, Some(typed.clone()), "").await;
    assert_eq!(told.json()["enough"], true, "who sets it up is nobody yet");
    let mut taken = wish(&house.code);
    taken["administrator"]["login"] = json!("Agent07");
    taken["demo"] = json!({ "services": 100 });
    assert_eq!(house.knock(taken).await.code(), "setup_login_taken");
    let mut few = wish(&house.code);
    few["demo"] = json!({ "services": 1 });
    assert_eq!(house.knock(few).await.json()["field"], "demo.services");
    assert_eq!(house.knock(wish(&house.code)).await.status, 204);
    assert_eq!(house.send("POST", strength, Some(typed), "").await.status, 401);
}

#[tokio::test]
async fn promises_may_count_around_the_clock() {
    let house = Empty::new().await;
    let mut always = wish(&house.code);
    always["company"]["hours"] = json!("always");
    let made = house.knock(always).await;
    let cookie = made.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    // A Saturday night.
    let asked =
        json!({ "kind": "complaint", "priority": "normal", "start": "2026-09-05T23:00:00+08:00" });
    let cookie = cookie.split(';').next().unwrap();
    let told = house.send("POST", "/api/v1/policies/preview", Some(asked), cookie).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(told.json()["promises"][0]["due_at"], "2026-09-05T17:00:00Z", "{}", told.text);
}

#[tokio::test]
async fn a_company_made_by_command_line_meanwhile_closes_the_door() {
    let house = Empty::new().await;
    let other = Empty::new().await;
    assert_eq!(other.state().await["needed"], json!(true));
    let input = app::platform::create_tenant::CreateTenant {
        id: house.app.ids.at(house.app.now()).into(),
        slug: "first".to_owned(),
        name: "First".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        language: domain::language::Language::English,
        hours: app::handle::Hours::Office,
        administrator: app::platform::create_tenant::FirstAdministrator {
            login: "admin".to_owned(),
            name: "Admin".to_owned(),
            password: NewPassword::new(PASSWORD.to_owned(), &[], &house.app.ids),
        },
    };
    let mut tx = house.app.db.write().await.unwrap();
    let now = house.app.now();
    app::platform::create_tenant::create_tenant(&mut tx, now, &house.app.ids, input).await.unwrap();
    tx.commit().await.unwrap();
    let refused = house.knock(wish(&house.code)).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "setup_done"));
    assert_eq!(house.state().await["needed"], json!(false));
}

#[tokio::test]
async fn a_demonstration_is_filled_while_the_page_says_how_far_it_is() {
    let house = Empty::new().await;
    let mut wish = wish(&house.code);
    wish["demo"] = json!({ "services": 100 });
    let made = house.knock(wish).await;
    assert_eq!(made.status, 204, "{}", made.text);
    assert_eq!(house.state().await["filled_permille"], json!(0));
    house.app.setup.filled().await;
    assert_eq!(house.app.setup.filling(), Filling::None);
    let cookie = made.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap();
    let found = house.send("GET", "/api/v1/evaluations", None, cookie).await.json();
    assert!(!found["items"].as_array().unwrap().is_empty(), "{found}");
    // Whoever knows the demonstration of the shop window does not get in here.
    let login = json!({ "tenant": "acme", "login": "manager", "password": "huisheng-demo" });
    assert_eq!(house.send("POST", "/api/v1/session", Some(login), "").await.status, 403);
}
