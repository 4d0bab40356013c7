//! Routes of calendars and policies.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

const READER: Right = Right::Role { may: "agent", may_not: "customer_representative" };
const WRITER: Right = Right::Role { may: "manager", may_not: "supervisor" };

pub async fn routes(house: &House) -> Vec<Route> {
    let route = |method, pattern, path: String, body, right, theirs| Route {
        method,
        pattern,
        path,
        body,
        right,
        status: 200,
        theirs,
    };
    let all = |pattern: &'static str| {
        route("GET", pattern, pattern.to_owned(), None, READER, Theirs::Own(200))
    };
    let calendar = first(house, "/api/v1/calendars").await;
    let policy = first(house, "/api/v1/policies").await;
    let (calendar_path, policy_path) = (
        format!("/api/v1/calendars/{}", calendar["id"].as_str().unwrap()),
        format!("/api/v1/policies/{}", policy["id"].as_str().unwrap()),
    );
    let new_calendar = json!({ "name": { "zh-CN": "夜班" }, "calendar": calendar["calendar"] });
    let new_policy = json!({ "name": { "zh-CN": "大促" }, "policy": policy["policy"],
        "in_force": false });
    let holidays = json!({ "holidays": [
        { "name": "元旦", "off": [["2027-01-01", "2027-01-03"]] }
    ] });
    let due = json!({ "target": { "working_days": { "days": 3 } } });
    let preview = json!({ "kind": "complaint", "priority": "normal" });
    let (id, put) = ("/api/v1/calendars/{id}", Uuid::from_u128(31));
    vec![
        all("/api/v1/calendars"),
        all("/api/v1/calendars/holidays"),
        all("/api/v1/policies"),
        route("GET", id, calendar_path.clone(), None, READER, Theirs::NotFound),
        route(
            "PUT",
            id,
            format!("/api/v1/calendars/{put}"),
            Some(new_calendar),
            WRITER,
            Theirs::Own(200),
        ),
        route(
            "POST",
            "/api/v1/calendars/{id}/due",
            format!("{calendar_path}/due"),
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
        route("GET", "/api/v1/policies/{id}", policy_path, None, READER, Theirs::NotFound),
        // Their own copy would name our calendar, which is none of theirs.
        Route {
            theirs: Theirs::Own(422),
            ..route(
                "PUT",
                "/api/v1/policies/{id}",
                format!("/api/v1/policies/{put}"),
                Some(new_policy),
                WRITER,
                Theirs::NotFound,
            )
        },
        route(
            "POST",
            "/api/v1/policies/preview",
            "/api/v1/policies/preview".to_owned(),
            Some(preview),
            READER,
            Theirs::Own(200),
        ),
    ]
}

async fn first(house: &House, path: &str) -> Value {
    let reply = house.get(Who::Ours("manager"), path).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()[0].clone()
}
