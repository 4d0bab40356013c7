//! Routes of calendars and policies.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

const READER: Right = Right::Role { may: "agent", may_not: "customer_representative" };
const WRITER: Right = Right::Role { may: "manager", may_not: "supervisor" };
/// The id of what is made anew.
const NEW: Uuid = Uuid::from_u128(31);

pub async fn routes(house: &House) -> Vec<Route> {
    let mut routes = calendars(house).await;
    routes.extend(policies(house).await);
    routes
}

async fn calendars(house: &House) -> Vec<Route> {
    let calendar = first(house, "/api/v1/calendars").await;
    let (id, path) = ("/api/v1/calendars/{id}", path_of("/api/v1/calendars", &calendar));
    let new = json!({ "name": { "zh-CN": "夜班" }, "calendar": calendar["calendar"] });
    let due = json!({ "target": { "working_days": { "days": 3 } } });
    let holidays = json!({ "holidays": [
        { "name": "元旦", "off": [["2027-01-01", "2027-01-03"]] }
    ] });
    vec![
        list("/api/v1/calendars"),
        list("/api/v1/calendars/holidays"),
        route("GET", id, path.clone(), None, READER, Theirs::NotFound),
        route("PUT", id, format!("/api/v1/calendars/{NEW}"), Some(new), WRITER, Theirs::Own(200)),
        route(
            "POST",
            "/api/v1/calendars/{id}/due",
            format!("{path}/due"),
            Some(due),
            READER,
            Theirs::NotFound,
        ),
        route(
            "PUT",
            "/api/v1/calendars/holidays/{year}",
            "/api/v1/calendars/holidays/2027".to_owned(),
            Some(holidays),
            WRITER,
            Theirs::Own(200),
        ),
    ]
}

async fn policies(house: &House) -> Vec<Route> {
    let policy = first(house, "/api/v1/policies").await;
    let (id, path) = ("/api/v1/policies/{id}", path_of("/api/v1/policies", &policy));
    let new = json!({ "name": { "zh-CN": "大促" }, "policy": policy["policy"], "in_force": false });
    let preview = json!({ "kind": "complaint", "priority": "normal" });
    let draft = json!({ "policy": policy["policy"] });
    // Their own copy would name our calendar, which is none of theirs.
    let theirs = Theirs::Own(422);
    vec![
        list("/api/v1/policies"),
        route("GET", id, path, None, READER, Theirs::NotFound),
        route("PUT", id, format!("/api/v1/policies/{NEW}"), Some(new), WRITER, theirs),
        route(
            "POST",
            "/api/v1/policies/preview",
            "/api/v1/policies/preview".to_owned(),
            Some(preview),
            READER,
            Theirs::Own(200),
        ),
        route(
            "POST",
            "/api/v1/policies/compare",
            "/api/v1/policies/compare".to_owned(),
            Some(draft),
            WRITER,
            Theirs::Own(422),
        ),
    ]
}

fn route(
    method: &'static str,
    pattern: &'static str,
    path: String,
    body: Option<Value>,
    right: Right,
    theirs: Theirs,
) -> Route {
    Route { method, pattern, path, body, right, status: 200, theirs }
}

fn list(pattern: &'static str) -> Route {
    route("GET", pattern, pattern.to_owned(), None, READER, Theirs::Own(200))
}

fn path_of(list: &str, thing: &Value) -> String {
    format!("{list}/{}", thing["id"].as_str().unwrap())
}

async fn first(house: &House, path: &str) -> Value {
    let reply = house.get(Who::Ours("manager"), path).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()[0].clone()
}
