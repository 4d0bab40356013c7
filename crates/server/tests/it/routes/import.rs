//! Routes of imports.

use domain::id::{ImportId, MappingId};
use serde_json::json;
use uuid::Uuid;

use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

const WRITER: Right = Right::Role { may: "manager", may_not: "supervisor" };

#[expect(clippy::too_many_lines, reason = "a table, one row for each route")]
pub async fn routes(house: &House) -> Vec<Route> {
    let route = |method, pattern, path: String, body, status, theirs| Route {
        method,
        pattern,
        path,
        body,
        right: WRITER,
        status,
        theirs,
    };
    let (read, stopped) = (uploaded(house, 21).await, uploaded(house, 22).await);
    let (kept, new) = (kept(house).await, Uuid::from_u128(23));
    let mapping = json!({ "target": "customers", "fields": { "name": { "columns": ["name"] } } });
    let own = Theirs::Own;
    vec![
        route("GET", "/api/v1/imports", "/api/v1/imports".into(), None, 200, own(200)),
        route(
            "PUT",
            "/api/v1/imports/{id}",
            format!("/api/v1/imports/{new}?target=customers&name=a.csv"),
            Some(json!([{ "name": "李雷" }])),
            201,
            own(201),
        ),
        route(
            "GET",
            "/api/v1/imports/{id}",
            format!("/api/v1/imports/{read}"),
            None,
            200,
            Theirs::NotFound,
        ),
        route(
            "POST",
            "/api/v1/imports/{id}/look",
            format!("/api/v1/imports/{read}/look"),
            Some(json!({})),
            200,
            Theirs::NotFound,
        ),
        route(
            "POST",
            "/api/v1/imports/{id}/start",
            format!("/api/v1/imports/{read}/start"),
            Some(json!({ "mapping": mapping, "dry_run": true })),
            202,
            Theirs::NotFound,
        ),
        route(
            "GET",
            "/api/v1/imports/{id}/faults",
            format!("/api/v1/imports/{read}/faults"),
            None,
            200,
            Theirs::NotFound,
        ),
        route(
            "GET",
            "/api/v1/imports/{id}/bad-rows",
            format!("/api/v1/imports/{read}/bad-rows"),
            None,
            200,
            Theirs::NotFound,
        ),
        route(
            "POST",
            "/api/v1/imports/{id}/cancel",
            format!("/api/v1/imports/{stopped}/cancel"),
            None,
            200,
            Theirs::NotFound,
        ),
        route(
            "GET",
            "/api/v1/import-mappings",
            "/api/v1/import-mappings".into(),
            None,
            200,
            own(200),
        ),
        route(
            "PUT",
            "/api/v1/import-mappings/{id}",
            format!("/api/v1/import-mappings/{new}"),
            Some(json!({ "name": "CRM", "mapping": mapping })),
            200,
            own(200),
        ),
        route(
            "DELETE",
            "/api/v1/import-mappings/{id}",
            format!("/api/v1/import-mappings/{kept}"),
            None,
            204,
            Theirs::NotFound,
        ),
    ]
}

async fn uploaded(house: &House, number: u128) -> ImportId {
    let id = ImportId(Uuid::from_u128(number));
    let path = format!("/api/v1/imports/{id}?target=customers&name=a.json");
    let reply = house.put(Who::Ours("manager"), &path, json!([{ "name": "韩梅梅" }])).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    id
}

async fn kept(house: &House) -> MappingId {
    let id = MappingId(Uuid::from_u128(24));
    let mapping = json!({ "target": "customers", "fields": {} });
    let body = json!({ "name": "旧系统", "mapping": mapping });
    let path = format!("/api/v1/import-mappings/{id}");
    let reply = house.put(Who::Ours("manager"), &path, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    id
}
