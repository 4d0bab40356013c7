//! Routes of invitations and messages.

use serde_json::{Value, json};

use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

pub async fn routes(house: &House) -> Vec<Route> {
    // Of the customers' routes: a service that ended, with its invitation.
    let interaction = "0199a000-0000-7000-8000-000000000003";
    let manager = Who::Ours("manager");
    let asked = house.get(manager, "/api/v1/invitations?limit=1").await.json();
    let invitation = asked["items"][0]["id"].as_str().unwrap().to_owned();
    let route = |method,
                 pattern: &'static str,
                 path: String,
                 body: Option<Value>,
                 right,
                 theirs| {
        Route { method, pattern, path, body, right, status: 200, theirs }
    };
    let read = || Right::Role { may: "viewer", may_not: "agent" };
    let write = || Right::Role { may: "manager", may_not: "supervisor" };
    let word = || Right::Role { may: "supervisor", may_not: "agent" };
    let wording = || Some(json!({ "subject": "{{ company }}", "body": "{{ link }}" }));
    let template = "/api/v1/templates/{key}/{language}";
    let list = "/api/v1/invitations";
    let funnel = "/api/v1/invitations/funnel";
    let by_hand = format!("/api/v1/interactions/{interaction}/invitations");
    let delivered = format!("/api/v1/invitations/{invitation}/delivered");
    let own = "/api/v1/templates/reminder/en".to_owned();
    vec![
        route("GET", list, list.to_owned(), None, read(), Theirs::Own(200)),
        route("GET", funnel, format!("{funnel}?by=staff"), None, read(), Theirs::Own(200)),
        Route {
            status: 201,
            ..route(
                "POST",
                "/api/v1/interactions/{id}/invitations",
                by_hand,
                Some(json!({ "form": null, "channel": "web_link" })),
                write(),
                Theirs::NotFound,
            )
        },
        route(
            "POST",
            "/api/v1/invitations/{id}/delivered",
            delivered,
            None,
            write(),
            Theirs::NotFound,
        ),
        route(
            "GET",
            "/api/v1/templates",
            "/api/v1/templates".to_owned(),
            None,
            word(),
            Theirs::Own(200),
        ),
        route(
            "POST",
            "/api/v1/templates/{key}/{language}/preview",
            "/api/v1/templates/reminder/zh-CN/preview".to_owned(),
            wording(),
            word(),
            Theirs::Own(200),
        ),
        route("PUT", template, own.clone(), wording(), word(), Theirs::Own(200)),
        // The other company has its own wording, put the line before.
        Route { status: 204, ..route("DELETE", template, own, None, word(), Theirs::Own(204)) },
    ]
}
