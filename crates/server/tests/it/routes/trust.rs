//! Routes of the ledger.

use super::{Right, Route, Theirs};

pub fn routes() -> Vec<Route> {
    let route = |method, pattern: &'static str| Route {
        method,
        pattern,
        path: pattern.to_owned(),
        body: None,
        right: Right::Role { may: "administrator", may_not: "agent" },
        status: 200,
        theirs: Theirs::Own(200),
    };
    vec![route("GET", "/api/v1/ledger"), route("POST", "/api/v1/ledger/verify")]
}
