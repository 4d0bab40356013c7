//! Passwords that are given, and those that are chosen.

use app::platform::password::{NewPassword, known};
use app::platform::staff::give_password;
use serde_json::{Value, json};
use store::platform::staff;
use uuid::Uuid;

use crate::harness::{House, PASSWORD, Reply, Who, at, cookie};

const ADMIN: Who<'_> = Who::Ours("administrator");
const MINE: &str = "/api/v1/me/password";
const CASES: &str = "/api/v1/cases";
const RULES: &str = "/api/v1/settings/sign_in";
const STRENGTH: &str = "/api/v1/password-strength";
const GIVEN: &str = "given on a slip of paper";
const OWN: &str = "what the river said at dusk";

async fn enter(house: &House, login: &str, password: &str) -> Reply {
    let body = json!({ "tenant": "ours", "login": login, "password": password });
    house.post(Who::Stranger, "/api/v1/session", body).await
}

/// The administrator gives the agent a password, or themselves one.
async fn give(house: &House, whom: &str, password: &str) -> Reply {
    let path = format!("/api/v1/staff/{}", house.people[whom]);
    let mut person = house.get(ADMIN, &path).await.json();
    person.as_object_mut().unwrap().remove("id");
    person["password"] = json!(password);
    house.put(ADMIN, &path, person).await
}

async fn change(house: &House, cookie: &str, old: &str, new: &str) -> Reply {
    house.with_cookie(cookie, "PUT", MINE, json!({ "old_password": old, "password": new })).await
}

#[tokio::test]
async fn a_given_password_opens_nothing_but_the_choice_of_ones_own() {
    let house = House::new().await;
    assert_eq!(give(&house, "agent", GIVEN).await.status, 200);
    let first = cookie(&enter(&house, "agent", GIVEN).await);
    let me = house.with_cookie(&first, "GET", "/api/v1/me", Value::Null).await.json();
    assert_eq!(me["must_choose_password"], true);
    assert_eq!(me["must_set_up_second_factor"], false);
    assert_eq!(me["permissions"], json!([]));
    for (method, path) in [("GET", CASES), ("POST", "/api/v1/me/second-factor")] {
        let shut = house.with_cookie(&first, method, path, Value::Null).await;
        assert_eq!((shut.status.as_u16(), shut.code().as_str()), (403, "password_to_choose"));
    }
    assert_eq!(change(&house, &first, GIVEN, GIVEN).await.code(), "password_same");
    let own = cookie(&change(&house, &first, GIVEN, OWN).await);
    assert_eq!(house.with_cookie(&own, "GET", CASES, Value::Null).await.status, 200);
    assert_eq!(house.with_cookie(&first, "GET", "/api/v1/me", Value::Null).await.status, 401);
    let again = cookie(&enter(&house, "agent", OWN).await);
    let me = house.with_cookie(&again, "GET", "/api/v1/me", Value::Null).await.json();
    assert_eq!(me["must_choose_password"], false, "their own is nobody else's");
}

#[tokio::test]
async fn a_given_password_ends_after_its_days_and_ones_own_does_not() {
    let mut house = House::new().await;
    for days in [0, 91] {
        let refused = house.put(ADMIN, RULES, json!({ "given_password_days": days })).await;
        assert_eq!(refused.code(), "out_of_range", "{days}");
    }
    give(&house, "agent", GIVEN).await;
    let started = cookie(&enter(&house, "agent", GIVEN).await);
    give(&house, "viewer", GIVEN).await;
    let viewer = cookie(&enter(&house, "viewer", GIVEN).await);
    cookie(&change(&house, &viewer, GIVEN, OWN).await);
    house.put(ADMIN, RULES, json!({ "given_password_days": 30 })).await;
    give(&house, "manager", GIVEN).await;
    // The last moment of the seventh day: somebody signs in, and chooses too late.
    house.becomes(|| at("2026-09-10T13:59:59+08:00")).await;
    let late = cookie(&enter(&house, "agent", GIVEN).await);
    house.becomes(|| at("2026-09-10T14:00:00+08:00")).await;
    for cookie in [&started, &late] {
        assert_ne!(change(&house, cookie, GIVEN, OWN).await.status, 204);
    }
    assert_eq!(change(&house, &late, GIVEN, OWN).await.code(), "password_ended");
    let ended = enter(&house, "agent", GIVEN).await;
    assert_eq!((ended.status.as_u16(), ended.code().as_str()), (403, "password_ended"));
    let guessed = enter(&house, "agent", "something else").await;
    assert_eq!(guessed.code(), "sign_in", "nobody learns so that one was given");
    assert_eq!(enter(&house, "viewer", OWN).await.status, 204, "chosen in time");
    assert_eq!(enter(&house, "manager", GIVEN).await.status, 204, "the rule of their day holds");
    assert_eq!(enter(&house, "admin", PASSWORD).await.status, 204, "the first one chose theirs");
    give(&house, "agent", "another slip of paper").await;
    assert_eq!(enter(&house, "agent", "another slip of paper").await.status, 204);
}

#[tokio::test]
async fn a_password_from_the_command_line_is_a_given_one_and_ones_own_is_not() {
    let house = House::new().await;
    assert_eq!(give(&house, "administrator", OWN).await.status, 200);
    let mine = cookie(&enter(&house, "administrator", OWN).await);
    assert_eq!(house.with_cookie(&mine, "GET", CASES, Value::Null).await.status, 200);
    let mut tx = house.app.db.write().await.unwrap();
    let person = staff::find(&mut tx, house.ours, house.people["viewer"]).await.unwrap().unwrap();
    let known = known(&mut tx, house.ours, &person.login, &person.name).await.unwrap();
    let act = house.app.system(house.ours);
    let weak = NewPassword::new("viewer-ours-1".to_owned(), &known, &house.app.ids);
    assert!(give_password(&mut tx, &act, &person, &weak).await.is_err());
    let new = NewPassword::new(GIVEN.to_owned(), &known, &house.app.ids);
    give_password(&mut tx, &act, &person, &new).await.unwrap();
    tx.commit().await.unwrap();
    let theirs = cookie(&enter(&house, "viewer", GIVEN).await);
    let shut = house.with_cookie(&theirs, "GET", CASES, Value::Null).await;
    assert_eq!(shut.code(), "password_to_choose");
}

#[tokio::test]
async fn after_ones_own_password_comes_the_second_step_where_it_is_asked() {
    let house = House::new().await;
    house.put(ADMIN, RULES, json!({ "two_steps": "everybody" })).await;
    give(&house, "agent", GIVEN).await;
    let first = cookie(&enter(&house, "agent", GIVEN).await);
    let shut = house.with_cookie(&first, "GET", CASES, Value::Null).await;
    assert_eq!(shut.code(), "password_to_choose");
    let own = cookie(&change(&house, &first, GIVEN, OWN).await);
    let shut = house.with_cookie(&own, "GET", CASES, Value::Null).await;
    assert_eq!(shut.code(), "second_factor_to_set_up");
    assert_eq!(
        house.with_cookie(&own, "POST", "/api/v1/me/second-factor", Value::Null).await.status,
        200
    );
}

#[tokio::test]
async fn whoever_chooses_a_password_is_told_how_good_it_is_and_a_guessable_one_is_refused() {
    let house = House::new().await;
    let told = async |password: &str| {
        let body = json!({ "password": password, "known": ["agent", "周岚", "ours"] });
        house.post(Who::Ours("agent"), STRENGTH, body).await.json()
    };
    assert_eq!(told("short").await, json!({ "strength": "weak", "enough": false }));
    assert_eq!(told("password12345").await, json!({ "strength": "weak", "enough": false }));
    assert_eq!(told(OWN).await, json!({ "strength": "strong", "enough": true }));
    assert_eq!(told(&"y".repeat(5000)).await["enough"], false);
    let stranger =
        house.post(Who::Stranger, STRENGTH, json!({ "password": OWN, "known": [] })).await;
    assert_eq!(stranger.status, 401);

    let refused = give(&house, "agent", "password12345").await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (422, "password_weak"));
    let mine = cookie(&enter(&house, "admin", PASSWORD).await);
    let refused = change(&house, &mine, PASSWORD, "administrator1").await;
    assert_eq!(refused.code(), "password_weak");
    let id = Uuid::from_u128(321);
    let own_name = json!({ "login": "lin.yue", "name": "Lin Yue", "number": "77", "email": null,
        "team": null, "roles": [], "language": "en", "active": true, "password": "lin.yue-2026" });
    let refused = house.put(ADMIN, &format!("/api/v1/staff/{id}"), own_name).await;
    assert_eq!(refused.code(), "password_weak", "who knows the person guesses it");
}
