//! Routes of the platform.

use serde_json::json;
use uuid::Uuid;

use super::{Right, Route, Theirs};
use crate::harness::House;

const ADMIN: Right = Right::Role { may: "administrator", may_not: "manager" };
const STAFF: Right = Right::Role { may: "agent", may_not: "customer_representative" };

#[expect(clippy::too_many_lines, reason = "a table, one row for each route")]
pub async fn routes(house: &House) -> Vec<Route> {
    let route = |method, pattern, path: &str, body, right, status, theirs| Route {
        method,
        pattern,
        path: path.to_owned(),
        body,
        right,
        status,
        theirs,
    };
    let get = |pattern, right| route("GET", pattern, pattern, None, right, 200, Theirs::Own(200));
    let agent = house.people["agent"];
    let (new, team) = (Uuid::from_u128(5), Uuid::from_u128(6));
    let (key, role) = (ours_key(house).await, ours_role(house).await);
    let staff = json!({ "login": "xin", "name": "辛", "number": "2001", "email": null, "team": null,
        "roles": [], "language": "zh-CN", "active": true });
    let sign_in =
        json!({ "tenant": "ours", "login": "admin", "password": crate::harness::PASSWORD });
    let new_key = json!({ "name": "CRM", "permissions": ["customers:write"], "expires": null });
    let new_role = json!({ "key": "night", "name": "夜班", "permissions": ["cases:read"],
        "reach": "own" });
    let old = json!({ "old_password": "x", "password": "another long one" });
    vec![
        get("/healthz", Right::Public),
        get("/readyz", Right::Public),
        route(
            "POST",
            "/api/v1/session",
            "/api/v1/session",
            Some(sign_in),
            Right::Public,
            204,
            Theirs::Own(204),
        ),
        get("/api/v1/setup", Right::Public),
        // There are companies: nobody sets this house up again.
        route(
            "POST",
            "/api/v1/setup",
            "/api/v1/setup",
            Some(crate::setup::wish("0000")),
            Right::Public,
            409,
            Theirs::Own(409),
        ),
        get("/api/v1/company", Right::SignedIn),
        route(
            "PUT",
            "/api/v1/company",
            "/api/v1/company",
            Some(json!({ "name": "ours", "zone": "Asia/Shanghai", "language": "zh-CN" })),
            ADMIN,
            200,
            Theirs::Own(200),
        ),
        get("/api/v1/me", Right::SignedIn),
        route(
            "POST",
            "/api/v1/password-strength",
            "/api/v1/password-strength",
            Some(json!({ "password": "correct horse battery", "known": [] })),
            Right::SignedIn,
            200,
            Theirs::Own(200),
        ),
        get("/api/v1/me/preferences", Right::SignedIn),
        route(
            "PUT",
            "/api/v1/me/preferences/{key}",
            "/api/v1/me/preferences/first-day",
            Some(json!(["promise"])),
            Right::SignedIn,
            204,
            Theirs::Own(204),
        ),
        get("/api/v1/live", Right::SignedIn),
        // The people of the tests have no password, so no old one fits.
        route(
            "PUT",
            "/api/v1/me/password",
            "/api/v1/me/password",
            Some(old),
            Right::SignedIn,
            422,
            Theirs::Own(422),
        ),
        get("/api/v1/me/sessions", Right::SignedIn),
        route(
            "DELETE",
            "/api/v1/me/sessions/{id}",
            &format!("/api/v1/me/sessions/{}", ours_session(house).await),
            None,
            Right::SignedIn,
            204,
            Theirs::NotFound,
        ),
        get("/api/v1/staff", STAFF),
        route(
            "GET",
            "/api/v1/staff/{id}",
            &format!("/api/v1/staff/{agent}"),
            None,
            STAFF,
            200,
            Theirs::NotFound,
        ),
        route(
            "PUT",
            "/api/v1/staff/{id}",
            &format!("/api/v1/staff/{new}"),
            Some(staff),
            ADMIN,
            200,
            Theirs::Own(200),
        ),
        get("/api/v1/teams", STAFF),
        route(
            "PUT",
            "/api/v1/teams/{id}",
            &format!("/api/v1/teams/{team}"),
            Some(json!({ "name": "夜班", "parent": null, "lead": null })),
            ADMIN,
            200,
            Theirs::Own(200),
        ),
        get("/api/v1/roles", STAFF),
        route(
            "PUT",
            "/api/v1/roles/{id}",
            &format!("/api/v1/roles/{}", Uuid::from_u128(9)),
            Some(new_role),
            ADMIN,
            200,
            Theirs::Own(200),
        ),
        route(
            "DELETE",
            "/api/v1/roles/{id}",
            &format!("/api/v1/roles/{role}"),
            None,
            ADMIN,
            204,
            Theirs::NotFound,
        ),
        get("/api/v1/api-keys", ADMIN),
        route(
            "PUT",
            "/api/v1/api-keys/{id}",
            &format!("/api/v1/api-keys/{}", Uuid::from_u128(8)),
            Some(new_key),
            ADMIN,
            201,
            Theirs::Own(201),
        ),
        route(
            "DELETE",
            "/api/v1/api-keys/{id}",
            &format!("/api/v1/api-keys/{key}"),
            None,
            ADMIN,
            204,
            Theirs::NotFound,
        ),
        route(
            "GET",
            "/api/v1/audit",
            "/api/v1/audit",
            None,
            Right::Role { may: "manager", may_not: "agent" },
            200,
            Theirs::Own(200),
        ),
        route(
            "GET",
            "/api/v1/jobs",
            "/api/v1/jobs?state=dead",
            None,
            Right::Role { may: "manager", may_not: "supervisor" },
            200,
            Theirs::Own(200),
        ),
        route(
            "POST",
            "/api/v1/jobs/{id}/retry",
            &format!("/api/v1/jobs/{}/retry", ours_dead_job(house).await),
            None,
            Right::Role { may: "manager", may_not: "supervisor" },
            200,
            Theirs::NotFound,
        ),
        get("/api/v1/settings", Right::SignedIn),
        route(
            "GET",
            "/api/v1/settings/{key}",
            "/api/v1/settings/invitations",
            None,
            Right::SignedIn,
            200,
            Theirs::Own(200),
        ),
        route(
            "PUT",
            "/api/v1/settings/{key}",
            "/api/v1/settings/notices",
            Some(json!({ "window_minutes": 7 })),
            ADMIN,
            200,
            Theirs::Own(200),
        ),
        get("/api/v1/webhooks", ADMIN),
        route(
            "PUT",
            "/api/v1/webhooks/{id}",
            &format!("/api/v1/webhooks/{}", Uuid::from_u128(15)),
            Some(json!({ "url": "https://a.example/in", "events": ["*"], "active": true })),
            ADMIN,
            200,
            Theirs::Own(200),
        ),
        route(
            "GET",
            "/api/v1/webhooks/{id}/deliveries",
            &format!("/api/v1/webhooks/{}/deliveries", ours_webhook(house).await),
            None,
            ADMIN,
            200,
            Theirs::NotFound,
        ),
        route(
            "POST",
            "/api/v1/webhooks/{id}/deliveries/{delivery}/retry",
            &format!("/api/v1/webhooks/{0}/deliveries/{0}/retry", Uuid::from_u128(16)),
            None,
            ADMIN,
            200,
            Theirs::NotFound,
        ),
        route(
            "DELETE",
            "/api/v1/webhooks/{id}",
            &format!("/api/v1/webhooks/{}", Uuid::from_u128(16)),
            None,
            ADMIN,
            204,
            Theirs::NotFound,
        ),
        get("/api/v1/me/second-factor", Right::SignedIn),
        route(
            "PUT",
            "/api/v1/sign-on",
            "/api/v1/sign-on",
            Some(json!({ "issuer": "https://id.example", "client_id": "huisheng" })),
            ADMIN,
            200,
            Theirs::Own(200),
        ),
        get("/api/v1/sign-on", ADMIN),
        route("DELETE", "/api/v1/sign-on", "/api/v1/sign-on", None, ADMIN, 204, Theirs::Own(204)),
        route(
            "POST",
            "/api/v1/me/second-factor",
            "/api/v1/me/second-factor",
            None,
            Right::SignedIn,
            200,
            Theirs::Own(200),
        ),
        // The code is wrong, whatever it is: the secret was made just now.
        route(
            "POST",
            "/api/v1/me/second-factor/confirm",
            "/api/v1/me/second-factor/confirm",
            Some(json!({ "code": "no code" })),
            Right::SignedIn,
            403,
            Theirs::Own(403),
        ),
        route(
            "POST",
            "/api/v1/me/second-factor/remove",
            "/api/v1/me/second-factor/remove",
            Some(json!({ "code": "no code" })),
            Right::SignedIn,
            403,
            Theirs::Own(403),
        ),
        route(
            "DELETE",
            "/api/v1/staff/{id}/second-factor",
            &format!("/api/v1/staff/{}/second-factor", ours_second_factor(house).await),
            None,
            ADMIN,
            204,
            Theirs::NotFound,
        ),
        // Last: it ends the session the others are asked with.
        route(
            "DELETE",
            "/api/v1/session",
            "/api/v1/session",
            None,
            Right::SignedIn,
            204,
            Theirs::Own(204),
        ),
    ]
}

async fn ours_key(house: &House) -> Uuid {
    let id = Uuid::from_u128(11);
    let body = json!({ "name": "报表", "permissions": ["metrics:read"], "expires": null });
    let who = crate::harness::Who::Ours("administrator");
    let reply = house.put(who, &format!("/api/v1/api-keys/{id}"), body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    id
}

async fn ours_role(house: &House) -> Uuid {
    let id = Uuid::from_u128(12);
    let body = json!({ "key": "spare", "name": "备用", "permissions": [], "reach": "own" });
    let who = crate::harness::Who::Ours("administrator");
    let reply = house.put(who, &format!("/api/v1/roles/{id}"), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    id
}

/// A second session of the agent, which they may end.
async fn ours_session(house: &House) -> Uuid {
    use store::platform::session::{self, Session};
    let (id, now) = (Uuid::from_u128(13), house.app.now());
    let session = Session {
        id: domain::id::SessionId(id),
        staff: house.people["agent"],
        secret_hash: vec![0; 32],
        agent: "another".to_owned(),
        created: now,
        last_seen: now,
        expires: now + jiff::SignedDuration::from_hours(1),
        owes: None,
    };
    let mut tx = house.app.db.write().await.unwrap();
    session::insert(&mut tx, house.ours, &session).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The viewer, who signs in with two steps.
async fn ours_second_factor(house: &House) -> domain::id::StaffId {
    use store::platform::second_factor::{self, SecondFactor};
    let (id, now) = (house.people["viewer"], house.app.now());
    let factor =
        SecondFactor { secret: vec![0; 20], created: now, confirmed: Some(now), last_step: 0 };
    let mut tx = house.app.db.write().await.unwrap();
    second_factor::put(&mut tx, house.ours, id, &factor).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A job that was given up.
async fn ours_dead_job(house: &House) -> Uuid {
    use store::platform::job::{self, Job, State};
    let (id, now) = (Uuid::from_u128(14), house.app.now());
    let job = Job {
        id: domain::id::JobId(id),
        key: None,
        state: State::Dead,
        run: now,
        kind: "fire".to_owned(),
        subject: None,
        payload: json!({ "kind": "fire", "timer": { "kind": "tidy_up" } }),
        attempts: 12,
        last_error: Some("no route to host".to_owned()),
        created: now,
        ended: Some(now),
    };
    let mut tx = house.app.db.write().await.unwrap();
    job::insert(&mut tx, house.ours, &job).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A webhook with a delivery that failed; both have the same id.
async fn ours_webhook(house: &House) -> Uuid {
    use store::platform::webhook::{self, Delivery, State, Webhook};
    let (id, now) = (Uuid::from_u128(16), house.app.now());
    let hook = Webhook {
        id: domain::id::WebhookId(id),
        url: "https://a.example/in".to_owned(),
        events: vec!["case.opened".to_owned()],
        secret: "whsec_AAAA".to_owned(),
        active: true,
        created: now,
    };
    let failed = Delivery {
        id,
        webhook: hook.id,
        event: "case.opened".to_owned(),
        payload: json!({ "type": "case.opened" }),
        state: State::Failed,
        status: Some(500),
        error: Some("the receiver answered 500".to_owned()),
        created: now,
        ended: Some(now),
    };
    let mut tx = house.app.db.write().await.unwrap();
    webhook::put(&mut tx, house.ours, &hook).await.unwrap();
    webhook::insert_delivery(&mut tx, house.ours, &failed).await.unwrap();
    tx.commit().await.unwrap();
    id
}
