//! Routes of figures.

use super::{Right, Route, Theirs};

/// A trend asks whose its lines are.
fn by(pattern: &str) -> &'static str {
    if pattern.ends_with("/trend") { "&split=day&by=staff" } else { "" }
}

pub fn routes() -> Vec<Route> {
    let route = |pattern: &'static str| Route {
        method: "GET",
        pattern,
        path: format!("{pattern}?from=2026-08-01&to=2026-08-31{}", by(pattern))
            .replace("{metric}", "csat"),
        body: None,
        right: Right::Role { may: "viewer", may_not: "customer_representative" },
        status: 200,
        theirs: Theirs::Own(200),
    };
    vec![
        route("/api/v1/figures"),
        route("/api/v1/figures/{metric}"),
        route("/api/v1/figures/{metric}/trend"),
        route("/api/v1/figures/{metric}/rows"),
    ]
}
