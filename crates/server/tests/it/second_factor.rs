//! Two-step sign-in, as a person meets it: set up, used, lost and found.

use app::platform::one_time_code::code_at;
use app::platform::sign_in::begin_session;
use data_encoding::BASE32_NOPAD;
use jiff::SignedDuration;
use serde_json::{Value, json};
use store::platform::staff;

use crate::harness::{House, NOW, PASSWORD, Reply, Who, at, cookie};

const MINE: &str = "/api/v1/me/second-factor";

async fn enter(house: &House, code: Value) -> Reply {
    let body = json!({ "tenant": "ours", "login": "admin", "password": PASSWORD, "code": code });
    house.post(Who::Stranger, "/api/v1/session", body).await
}

/// Sets it up: the cookie, the secret and the recovery codes.
async fn set_up(house: &House) -> (String, Vec<u8>, Vec<String>) {
    let cookie = cookie(&enter(house, Value::Null).await);
    let begun = house.with_cookie(&cookie, "POST", MINE, Value::Null).await.json();
    let secret = BASE32_NOPAD.decode(begun["secret"].as_str().unwrap().as_bytes()).unwrap();
    assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/ours:admin?secret="));
    assert!(begun["qr_svg"].as_str().unwrap().starts_with("<svg"));
    assert_eq!(enter(house, Value::Null).await.status, 204, "nothing is asked for yet");
    let confirm = format!("{MINE}/confirm");
    let wrong = house.with_cookie(&cookie, "POST", &confirm, json!({ "code": "000000" })).await;
    assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (403, "second_factor_wrong"));
    let code = code_at(&secret, house.app.now());
    let told = house.with_cookie(&cookie, "POST", &confirm, json!({ "code": code })).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let codes: Vec<String> = serde_json::from_value(told.json()["recovery_codes"].clone()).unwrap();
    assert_eq!(codes.len(), 10);
    (cookie, secret, codes)
}

#[tokio::test]
async fn a_password_alone_opens_nothing_any_more_and_no_code_opens_twice() {
    let mut house = House::new().await;
    let (cookie, secret, _) = set_up(&house).await;
    let asked = enter(&house, Value::Null).await;
    assert_eq!((asked.status.as_u16(), asked.code().as_str()), (403, "second_factor_required"));
    let used = enter(&house, json!(code_at(&secret, house.app.now()))).await;
    assert_eq!(used.code(), "second_factor_wrong", "it was used to confirm");
    house.app.clock = || at(NOW) + SignedDuration::from_secs(60);
    let code = code_at(&secret, house.app.now());
    assert_eq!(enter(&house, json!(format!("{} {}", &code[..3], &code[3..]))).await.status, 204);
    let again = enter(&house, json!(code)).await;
    assert_eq!(again.code(), "second_factor_wrong", "read over a shoulder, it opens nothing");
    let begun = house.with_cookie(&cookie, "POST", MINE, Value::Null).await;
    assert_eq!(begun.code(), "second_factor_on", "nobody replaces it by another");
    let state = house.with_cookie(&cookie, "GET", MINE, Value::Null).await.json();
    assert_eq!(state["recovery_codes_left"], 10);
    let wrong = json!({ "tenant": "ours", "login": "admin", "password": "wrong", "code": code });
    let wrong = house.post(Who::Stranger, "/api/v1/session", wrong).await;
    assert_eq!(wrong.code(), "sign_in", "who does not know the password learns nothing of codes");
}

#[tokio::test]
async fn guessing_codes_is_throttled_like_guessing_passwords() {
    let mut house = House::new().await;
    let (cookie, secret, _) = set_up(&house).await;
    house.app.clock = || at(NOW) + SignedDuration::from_secs(90);
    for _ in 0..5 {
        assert_eq!(enter(&house, json!("000000")).await.code(), "second_factor_wrong");
    }
    let right = json!(code_at(&secret, house.app.now()));
    assert_eq!(enter(&house, right.clone()).await.status, 429);
    let remove = format!("{MINE}/remove");
    let reply = house.with_cookie(&cookie, "POST", &remove, json!({ "code": right })).await;
    assert_eq!(reply.status, 429, "nor through the other door");
}

#[tokio::test]
async fn who_lost_the_telephone_enters_with_a_code_on_paper_once() {
    let house = House::new().await;
    let (cookie, _, codes) = set_up(&house).await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    assert_eq!(enter(&house, json!(typed)).await.status, 204);
    assert_eq!(enter(&house, json!(codes[3])).await.code(), "second_factor_wrong", "used up");
    let state = house.with_cookie(&cookie, "GET", MINE, Value::Null).await.json();
    assert_eq!(state["recovery_codes_left"], 9);
    let remove = format!("{MINE}/remove");
    let removed = house.with_cookie(&cookie, "POST", &remove, json!({ "code": codes[4] })).await;
    assert_eq!(removed.status, 204, "{}", removed.text);
    assert_eq!(enter(&house, Value::Null).await.status, 204, "the password is enough again");
    let state = house.with_cookie(&cookie, "GET", MINE, Value::Null).await.json();
    assert_eq!(state, json!({ "since": null, "required": false, "recovery_codes_left": 0 }));
}

#[tokio::test]
async fn who_lost_everything_asks_an_administrator_and_it_is_written_down() {
    let house = House::new().await;
    let (cookie, ..) = set_up(&house).await;
    let admin = house.with_cookie(&cookie, "GET", "/api/v1/me", Value::Null).await.json();
    let id = admin["staff"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/staff/{id}/second-factor");
    let manager = house.send(Who::Ours("manager"), "DELETE", &path, None).await;
    assert_eq!(manager.status, 403);
    let colleague = Who::Ours("administrator");
    assert_eq!(house.send(colleague, "DELETE", &path, None).await.status, 204);
    let over = house.with_cookie(&cookie, "GET", "/api/v1/me", Value::Null).await;
    assert_eq!(over.status, 401, "whoever may have the telephone is signed out");
    assert_eq!(enter(&house, Value::Null).await.status, 204);
    let twice = house.send(colleague, "DELETE", &path, None).await;
    assert_eq!(twice.code(), "second_factor_off");
    let audit = house.get(colleague, "/api/v1/audit?thing=staff").await.text;
    for action in ["second_factor_on", "second_factor_reset"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
}

/// A session of somebody whose password was right.
async fn session_of(house: &House, role: &str) -> String {
    let mut tx = house.app.db.write().await.unwrap();
    let person = staff::find(&mut tx, house.ours, house.people[role]).await.unwrap().unwrap();
    let (now, ids) = (house.app.now(), &house.app.ids);
    let secret = begin_session(&mut tx, now, ids, house.ours, &person, "test").await.unwrap();
    tx.commit().await.unwrap();
    format!("huisheng_session={secret}")
}

#[tokio::test]
async fn where_the_company_asks_two_steps_nothing_opens_before_they_are_set_up() {
    const RULES: &str = "/api/v1/settings/sign_in";
    const CASES: &str = "/api/v1/cases";
    let house = House::new().await;
    let admin = Who::Ours("administrator");
    let before = cookie(&enter(&house, Value::Null).await);
    let unknown = house.put(admin, RULES, json!({ "two_steps": "sometimes" })).await;
    assert_eq!(unknown.code(), "setting_value");
    let asked = json!({ "two_steps": "administrators" });
    assert_eq!(house.put(Who::Ours("manager"), RULES, asked.clone()).await.status, 403);
    assert_eq!(house.put(admin, RULES, asked).await.status, 200);
    let goes_on = house.with_cookie(&before, "GET", CASES, Value::Null).await;
    assert_eq!(goes_on.status, 200, "who works goes on until the session ends");

    let agent = session_of(&house, "agent").await;
    let agents = house.with_cookie(&agent, "GET", CASES, Value::Null).await;
    assert_eq!(agents.status, 200, "an agent is no administrator");
    let narrow = cookie(&enter(&house, Value::Null).await);
    let me = house.with_cookie(&narrow, "GET", "/api/v1/me", Value::Null).await.json();
    assert_eq!(me["must_set_up_second_factor"], true);
    assert_eq!(me["permissions"], json!([]));
    let shut = async |cookie: &str| {
        let write =
            house.with_cookie(cookie, "PUT", RULES, json!({ "two_steps": "offered" })).await;
        let read = house.with_cookie(cookie, "GET", CASES, Value::Null).await;
        [write, read].iter().all(|it| it.code() == "second_factor_to_set_up")
    };
    assert!(shut(&narrow).await);
    let words = json!({ "old_password": PASSWORD, "password": "another long password" });
    let changed = house.with_cookie(&narrow, "PUT", "/api/v1/me/password", words).await;
    let narrow = cookie(&changed);
    assert!(shut(&narrow).await, "a new password is not a second step");

    let begun = house.with_cookie(&narrow, "POST", MINE, Value::Null).await.json();
    let secret = BASE32_NOPAD.decode(begun["secret"].as_str().unwrap().as_bytes()).unwrap();
    let code = json!({ "code": code_at(&secret, house.app.now()) });
    let told = house.with_cookie(&narrow, "POST", &format!("{MINE}/confirm"), code).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(house.with_cookie(&narrow, "GET", CASES, Value::Null).await.status, 200);
    let state = house.with_cookie(&narrow, "GET", MINE, Value::Null).await.json();
    assert_eq!(state["required"], true);
    let paper = json!({ "code": told.json()["recovery_codes"][0] });
    let kept = house.with_cookie(&narrow, "POST", &format!("{MINE}/remove"), paper).await;
    assert_eq!((kept.status.as_u16(), kept.code().as_str()), (409, "second_factor_asked_of_you"));

    let everybody = json!({ "two_steps": "everybody" });
    assert_eq!(house.with_cookie(&narrow, "PUT", RULES, everybody).await.status, 200);
    assert!(shut(&session_of(&house, "agent").await).await);
}
