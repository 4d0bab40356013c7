//! Signing in, roles, keys, as a person meets them.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;
use uuid::Uuid;

use crate::harness::{House, PASSWORD, Who};

const ADMIN: Who<'_> = Who::Ours("administrator");

fn sign_in(password: &str) -> serde_json::Value {
    json!({ "tenant": "ours", "login": "Admin", "password": password })
}

#[tokio::test]
async fn a_right_password_opens_a_session_that_can_be_ended() {
    let house = House::new().await;
    let reply = house.post(Who::Stranger, "/api/v1/session", sign_in(PASSWORD)).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let ask = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, &cookie);
        house.raw(request.body(Body::empty()).unwrap())
    };
    let me = ask("GET", "/api/v1/me").await.json();
    assert_eq!(me["staff"]["login"], "admin");
    assert!(!me["staff"].to_string().contains("password"), "{me}");
    assert_eq!(ask("DELETE", "/api/v1/session").await.status, 204);
    assert_eq!(ask("GET", "/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn wrong_passwords_are_throttled_and_unknown_logins_sound_the_same() {
    let house = House::new().await;
    let nobody = json!({ "tenant": "nowhere", "login": "x", "password": "y" });
    let unknown = house.post(Who::Stranger, "/api/v1/session", nobody).await;
    for _ in 0..6 {
        let wrong = house.post(Who::Stranger, "/api/v1/session", sign_in("wrong")).await;
        assert_eq!((wrong.status, wrong.text), (unknown.status, unknown.text.clone()));
    }
    let reply = house.post(Who::Stranger, "/api/v1/session", sign_in(PASSWORD)).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (429, "sign_in_throttled"));
    assert_eq!(reply.headers[header::RETRY_AFTER], "2");
}

#[tokio::test]
async fn a_problem_speaks_the_readers_language() {
    let house = House::new().await;
    let ask = |language: &str| {
        let request = Request::get("/api/v1/me").header(header::ACCEPT_LANGUAGE, language);
        house.raw(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask("zh-CN").await.json()["title"], "请先登录。");
    let english = ask("en-GB").await;
    assert_eq!(english.json()["title"], "Please sign in first.");
    assert_eq!(english.headers[header::CONTENT_TYPE], "application/problem+json");
}

#[tokio::test]
async fn nobody_grants_what_they_do_not_have_and_an_administrator_remains() {
    let house = House::new().await;
    let roles = house.get(ADMIN, "/api/v1/roles").await.json();
    let admin_role = roles.as_array().unwrap().iter().find(|it| it["key"] == "administrator");
    let admin_role = admin_role.unwrap()["id"].clone();
    // A role of their own that may hire, but is no administrator.
    let hr = Uuid::from_u128(50);
    let body = json!({ "key": "hr", "name": "人事", "permissions": ["staff:read", "staff:write"],
        "reach": "all" });
    let reply = house.put(ADMIN, &format!("/api/v1/roles/{hr}"), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let person = |login: &str, roles: serde_json::Value, active: bool| {
        json!({ "login": login, "name": login, "number": login, "email": null, "team": null,
            "roles": roles, "language": "en", "active": active })
    };
    let viewer = house.people["viewer"];
    let path = format!("/api/v1/staff/{viewer}");
    let reply = house.put(ADMIN, &path, person("viewer", json!([hr]), true)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let path = format!("/api/v1/staff/{}", Uuid::from_u128(51));
    let reply =
        house.put(Who::Ours("viewer"), &path, person("sly", json!([admin_role]), true)).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (403, "beyond_own"));

    for (login, id) in [("administrator", house.people["administrator"].to_string())] {
        let path = format!("/api/v1/staff/{id}");
        let reply = house.put(ADMIN, &path, person(login, json!([]), true)).await;
        assert_eq!(reply.status, 200, "the first administrator is still there: {}", reply.text);
    }
}

#[tokio::test]
async fn a_key_may_what_it_was_given_until_it_is_revoked() {
    let house = House::new().await;
    let path = format!("/api/v1/api-keys/{}", Uuid::from_u128(60));
    let body = json!({ "name": "CRM", "permissions": ["staff:read"], "expires": null });
    let secret = house.put(ADMIN, &path, body.clone()).await.json()["secret"].clone();
    let secret = secret.as_str().unwrap().to_owned();
    let ask = |path: &str| {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {secret}"));
        house.raw(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask("/api/v1/staff").await.status, 200);
    assert_eq!(ask("/api/v1/audit").await.status, 403);
    assert_eq!(house.put(ADMIN, &path, body).await.code(), "id_taken");
    assert!(!house.get(ADMIN, "/api/v1/api-keys").await.text.contains(&secret));
    assert_eq!(house.send(ADMIN, "DELETE", &path, None).await.status, 204);
    assert_eq!(ask("/api/v1/staff").await.status, 401);
}

#[tokio::test]
async fn what_an_administrator_does_is_written_down_page_by_page() {
    let house = House::new().await;
    for n in 0..5_u128 {
        let path = format!("/api/v1/teams/{}", Uuid::from_u128(70 + n));
        let body = json!({ "name": format!("team {n}"), "parent": null, "lead": null });
        assert_eq!(house.put(ADMIN, &path, body).await.status, 200);
    }
    let mut seen = vec![];
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/audit?thing=team&limit=2{after}");
        let page = house.get(ADMIN, &path).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|it| it["thing_id"].clone()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    let loops = json!({ "name": "loop", "parent": Uuid::from_u128(71), "lead": null });
    let path = format!("/api/v1/teams/{}", Uuid::from_u128(71));
    assert_eq!(house.put(ADMIN, &path, loops).await.code(), "team_loop");
}
