//! Routes of the ledger and of erasure.

use serde_json::json;

use super::customer::customer;
use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

const CUSTOMER: &str = "0199a000-0000-7000-8000-0000000000e1";
const GONE: &str = "0199a000-0000-7000-8000-0000000000e2";
const ASKED: &str = "0199a000-0000-7000-8000-0000000000e3";
const TAKEN_BACK: &str = "0199a000-0000-7000-8000-0000000000e4";
const AGREED: &str = "0199a000-0000-7000-8000-0000000000e5";

pub async fn routes(house: &House) -> Vec<Route> {
    let manager = Who::Ours("manager");
    for id in [CUSTOMER, GONE] {
        let made = house.put(manager, &format!("/api/v1/customers/{id}"), customer("清除")).await;
        assert_eq!(made.status, 200, "{}", made.text);
    }
    for (id, customer) in [(TAKEN_BACK, CUSTOMER), (AGREED, GONE)] {
        let body = json!({ "customer": customer, "reason": "本人要求" });
        let asked = house.put(manager, &format!("/api/v1/erasures/{id}"), body).await;
        assert_eq!(asked.status, 200, "{}", asked.text);
    }
    let route = |method, pattern: &'static str| Route {
        method,
        pattern,
        path: pattern.to_owned(),
        body: None,
        right: Right::Role { may: "administrator", may_not: "agent" },
        status: 200,
        theirs: Theirs::Own(200),
    };
    let of = |id: &str, method, pattern: &'static str| Route {
        path: pattern.replace("{id}", id),
        theirs: Theirs::NotFound,
        ..route(method, pattern)
    };
    let writes = Right::Role { may: "manager", may_not: "viewer" };
    let body = json!({ "customer": CUSTOMER, "reason": "本人要求" });
    vec![
        route("GET", "/api/v1/ledger"),
        route("POST", "/api/v1/ledger/verify"),
        Route { right: writes, ..route("GET", "/api/v1/erasures") },
        Route {
            right: Right::Role { may: "manager", may_not: "viewer" },
            ..of(CUSTOMER, "GET", "/api/v1/customers/{id}/erasure")
        },
        of(TAKEN_BACK, "POST", "/api/v1/erasures/{id}/decline"),
        Route {
            body: Some(body),
            right: Right::Role { may: "manager", may_not: "viewer" },
            ..of(ASKED, "PUT", "/api/v1/erasures/{id}")
        },
        of(AGREED, "POST", "/api/v1/erasures/{id}/approve"),
    ]
}
