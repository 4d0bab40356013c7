//! What changes about somebody's account reaches them.

use app::platform::one_time_code::code_at;
use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};
use server::worker;

use crate::harness::{House, Who, cookie};
use crate::post::PostOffice;

const ADMIN: Who<'_> = Who::Ours("administrator");
const GIVEN: &str = "given on a slip of paper";
const OWN: &str = "what the river said at dusk";

/// The administrator changes some of what is known of the agent.
async fn change(house: &House, changed: Value) {
    let path = format!("/api/v1/staff/{}", house.people["agent"]);
    let mut person = house.get(ADMIN, &path).await.json();
    let person = person.as_object_mut().unwrap();
    person.remove("id");
    person.extend(changed.as_object().unwrap().clone());
    let reply = house.put(ADMIN, &path, json!(person)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

/// To whom it went and what it said, in order of that: what comes of one moment leaves in any. None says a secret.
async fn mails(house: &House, office: &PostOffice, secrets: &[&str]) -> Vec<(String, String)> {
    worker::run_due(&house.app).await.unwrap();
    let told = office.take().into_iter().map(|it| {
        let text = it.part("text/plain");
        for secret in secrets.iter().chain(&[GIVEN, OWN]) {
            assert!(!text.contains(secret), "{text}");
        }
        let first = text.lines().find(|it| it.ends_with(['。', '.'])).unwrap_or_default();
        (it.header("To").unwrap(), first.trim_end_matches(['。', '.']).to_owned())
    });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

async fn codes(house: &House, who: Who<'_>) -> Vec<String> {
    let all = house.get(who, "/api/v1/me/notices").await.json();
    let said = |it: &Value| it["code"].as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().rev().map(said).collect()
}

#[tokio::test]
async fn who_has_an_account_is_told_of_what_others_change_about_it() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    change(&house, json!({ "email": "old@ours.example" })).await;
    change(&house, json!({ "name": "王芳", "number": "2001" })).await;
    assert_eq!(mails(&house, &office, &[]).await, [], "neither a sign-in nor an address of before");
    change(&house, json!({ "email": "new@ours.example" })).await;
    change(&house, json!({ "login": "wang.fang" })).await;
    change(&house, json!({ "password": GIVEN, "language": "en" })).await;
    let (old, new) = ("old@ours.example".to_owned(), "new@ours.example".to_owned());
    let told = mails(&house, &office, &[]).await;
    let expected = [
        (new.clone(), "You were given a new password"),
        (new, "您的登录名已改为 wang.fang"),
        (old, "您的邮箱地址已修改，通知不再发到原来的邮箱"),
    ];
    assert_eq!(told, expected.map(|(to, text)| (to, text.to_owned())));
    change(&house, json!({ "active": false, "password": "another slip of paper" })).await;
    assert_eq!(mails(&house, &office, &[]).await, [], "who left has no account");
    change(&house, json!({ "active": true, "email": null })).await;
    let told = mails(&house, &office, &[]).await;
    assert_eq!(told.len(), 1, "that there will be no more, to the address of before: {told:?}");
    change(&house, json!({ "password": GIVEN })).await;
    assert_eq!(mails(&house, &office, &[]).await, [], "without an address the console says it");

    let body = json!({ "tenant": "ours", "login": "wang.fang", "password": GIVEN });
    let entered = house.post(Who::Stranger, "/api/v1/session", body).await;
    let reply =
        house.with_cookie(&cookie(&entered), "GET", "/api/v1/me/notices", Value::Null).await;
    let all = reply.json();
    let find = |code: &str| all.as_array().unwrap().iter().find(|it| it["code"] == code).unwrap();
    assert_eq!(find("account_password_given")["case"], Value::Null);
    assert_eq!(find("account_login_changed")["params"], json!({ "login": "wang.fang" }));
}

#[tokio::test]
async fn who_changes_their_own_account_is_told_so_and_by_which_paper() {
    const MINE: &str = "/api/v1/me/second-factor";
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    change(&house, json!({ "email": "mine@ours.example", "password": GIVEN })).await;
    let enter = async |password: &str, code: Value| {
        let body =
            json!({ "tenant": "ours", "login": "agent", "password": password, "code": code });
        house.post(Who::Stranger, "/api/v1/session", body).await
    };
    let first = cookie(&enter(GIVEN, Value::Null).await);
    let own = json!({ "old_password": GIVEN, "password": OWN });
    let mine = cookie(&house.with_cookie(&first, "PUT", "/api/v1/me/password", own).await);
    let begun = house.with_cookie(&mine, "POST", MINE, Value::Null).await.json();
    let secret = begun["secret"].as_str().unwrap();
    let bytes = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let code = json!({ "code": code_at(&bytes, house.app.now()) });
    let on = house.with_cookie(&mine, "POST", &format!("{MINE}/confirm"), code).await.json();
    let paper = |at: usize| on["recovery_codes"][at].as_str().unwrap();
    cookie(&enter(OWN, json!(paper(0))).await);
    let off = json!({ "code": paper(1) });
    assert_eq!(house.with_cookie(&mine, "POST", &format!("{MINE}/remove"), off).await.status, 204);
    let told = mails(&house, &office, &[secret, paper(0), paper(1)]).await;
    let texts: Vec<&str> = told.iter().map(|it| it.1.as_str()).collect();
    let mut expected = [
        "您的登录密码被重设",
        "您的登录密码已修改",
        "您的两步验证已开启",
        "您的账户用掉了一个恢复码，还剩 9 个",
        "您的账户用掉了一个恢复码，还剩 8 个",
        "您的两步验证已关闭",
    ];
    expected.sort_unstable();
    assert_eq!(texts, expected);
    assert!(told.iter().all(|it| it.0 == "mine@ours.example"), "{told:?}");

    let begun = house.with_cookie(&mine, "POST", MINE, Value::Null).await.json();
    let bytes = BASE32_NOPAD.decode(begun["secret"].as_str().unwrap().as_bytes()).unwrap();
    let code = json!({ "code": code_at(&bytes, house.app.now()) });
    house.with_cookie(&mine, "POST", &format!("{MINE}/confirm"), code).await;
    let reset = format!("/api/v1/staff/{}/second-factor", house.people["agent"]);
    assert_eq!(house.send(ADMIN, "DELETE", &reset, None).await.status, 204);
    let told = mails(&house, &office, &[]).await;
    assert!(told.iter().any(|it| it.1 == "您的两步验证被管理员重置"), "{told:?}");
    assert!(codes(&house, ADMIN).await.is_empty(), "it is nobody else's news");
}
