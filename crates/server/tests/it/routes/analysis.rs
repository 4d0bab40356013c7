//! Routes of figures.

use super::{Right, Route, Theirs};

pub fn routes() -> Vec<Route> {
    let route = |pattern: &'static str| Route {
        method: "GET",
        pattern,
        path: format!("{pattern}?from=2026-08-01&to=2026-08-31").replace("{metric}", "csat"),
        body: None,
        right: Right::Role { may: "viewer", may_not: "customer_representative" },
        status: 200,
        theirs: Theirs::Own(200),
    };
    vec![
        route("/api/v1/figures"),
        route("/api/v1/figures/{metric}"),
        route("/api/v1/figures/{metric}/rows"),
    ]
}
