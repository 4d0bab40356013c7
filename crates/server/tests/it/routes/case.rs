//! Routes of cases, ledgers, categories, skills, scripts and notices.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

const READER: Right = Right::Role { may: "manager", may_not: "customer_representative" };
const WORKER: Right = Right::Role { may: "manager", may_not: "viewer" };
const WRITER: Right = Right::Role { may: "supervisor", may_not: "agent" };

/// A complaint of ours.
pub async fn ours(house: &House) -> String {
    let id = Uuid::from_u128(901).to_string();
    let path = format!("/api/v1/cases/{id}");
    let reply = house.put(Who::Ours("manager"), &path, complaint()).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    id
}

pub fn complaint() -> Value {
    json!({ "kind": "complaint", "channel": "phone", "said": "等了一个小时没人接" })
}

#[expect(clippy::too_many_lines, reason = "a table, one row for each route")]
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
    let get = |pattern: &'static str, right| {
        route("GET", pattern, pattern.to_owned(), None, right, Theirs::Own(200))
    };
    let post = |pattern: &'static str, status| Route {
        status,
        ..route("POST", pattern, pattern.to_owned(), None, WRITER, Theirs::Own(status))
    };
    let case = format!("/api/v1/cases/{}", ours(house).await);
    let (one, action) = ("/api/v1/cases/{id}", "/api/v1/cases/{id}/{verb}");
    let agent = house.people["agent"];
    let new = |n| Uuid::from_u128(n);
    let bulk = json!({ "verb": "note", "fields": { "text": "回访" }, "cases": [] });
    let branch = json!({ "name_zh": "物流", "name_en": "Delivery", "words": ["快递"] });
    let script = json!({ "title": "致歉", "body": "非常抱歉", "language": "zh-CN" });
    let seen = json!({ "until": "2026-09-03T06:00:00Z" });
    let file = "/api/v1/ledgers/export/{file}";
    vec![
        get("/api/v1/cases", READER),
        get("/api/v1/cases/totals", READER),
        route("GET", one, case.clone(), None, READER, Theirs::NotFound),
        route(
            "GET",
            "/api/v1/cases/{id}/page",
            format!("{case}/page"),
            None,
            READER,
            Theirs::NotFound,
        ),
        route(
            "PUT",
            one,
            format!("/api/v1/cases/{}", new(902)),
            Some(complaint()),
            WORKER,
            Theirs::Own(200),
        ),
        route(
            "POST",
            action,
            format!("{case}/note"),
            Some(json!({ "text": "已电话联系" })),
            READER,
            Theirs::NotFound,
        ),
        route(
            "POST",
            "/api/v1/cases/bulk",
            "/api/v1/cases/bulk".to_owned(),
            Some(bulk),
            READER,
            Theirs::Own(200),
        ),
        route(
            "POST",
            "/api/v1/evaluations/take-up",
            "/api/v1/evaluations/take-up".to_owned(),
            Some(json!({ "kind": "issue", "evaluations": [] })),
            WORKER,
            Theirs::Own(200),
        ),
        get("/api/v1/ledgers/complaints", READER),
        get("/api/v1/ledgers/suggestions", READER),
        route(
            "GET",
            "/api/v1/ledgers/totals/{ledger}",
            "/api/v1/ledgers/totals/complaints".to_owned(),
            None,
            READER,
            Theirs::Own(200),
        ),
        route(
            "GET",
            file,
            "/api/v1/ledgers/export/complaints.xlsx".to_owned(),
            None,
            WRITER,
            Theirs::Own(200),
        ),
        get("/api/v1/scripts", READER),
        route(
            "PUT",
            "/api/v1/scripts/{id}",
            format!("/api/v1/scripts/{}", new(903)),
            Some(script),
            WRITER,
            Theirs::Own(200),
        ),
        get("/api/v1/me/notices", Right::SignedIn),
        Route {
            status: 204,
            ..route(
                "PUT",
                "/api/v1/me/notices/read",
                "/api/v1/me/notices/read".to_owned(),
                Some(seen),
                Right::SignedIn,
                Theirs::Own(204),
            )
        },
        route(
            "GET",
            "/api/v1/trees/{tree}",
            "/api/v1/trees/category".to_owned(),
            None,
            READER,
            Theirs::Own(200),
        ),
        route(
            "PUT",
            "/api/v1/trees/{tree}/{id}",
            format!("/api/v1/trees/category/{}", new(904)),
            Some(branch),
            WRITER,
            Theirs::Own(200),
        ),
        route(
            "POST",
            "/api/v1/text/read",
            "/api/v1/text/read".to_owned(),
            Some(json!({ "texts": ["等了很久"] })),
            READER,
            Theirs::Own(200),
        ),
        get("/api/v1/text/topics", READER),
        get("/api/v1/text/model", WRITER),
        post("/api/v1/text/model/train", 200),
        post("/api/v1/text/model/roll-back", 409),
        get("/api/v1/text/sample", WRITER),
        route(
            "PUT",
            "/api/v1/text/sample/{case}",
            format!("/api/v1/text/sample/{}", new(901)),
            Some(json!({ "category": new(904) })),
            WRITER,
            Theirs::NotFound,
        ),
        get("/api/v1/skills", Right::Role { may: "agent", may_not: "customer_representative" }),
        route(
            "PUT",
            "/api/v1/skills/{staff}",
            format!("/api/v1/skills/{agent}"),
            Some(json!({ "capacity": 5 })),
            WRITER,
            Theirs::NotFound,
        ),
    ]
}
