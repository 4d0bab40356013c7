//! Routes of customers and interactions.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

const CUSTOMER: &str = "0199a000-0000-7000-8000-000000000001";
const OTHER: &str = "0199a000-0000-7000-8000-000000000002";
const INTERACTION: &str = "0199a000-0000-7000-8000-000000000003";

/// A customer as the API takes it.
pub fn customer(name: &str) -> Value {
    json!({ "external_id": null, "name": name, "phone": "13812345678", "email": null,
        "language": null, "owner": null })
}

pub fn interaction(id: &str, customer: &str, staff: Uuid) -> Value {
    json!({ "id": id, "external_id": null, "customer": customer, "channel": "phone",
        "subject": "退款", "team": null, "started": "2026-09-03T05:40:00Z",
        "ended": "2026-09-03T05:50:00Z", "queue_wait_seconds": 12, "resolved": null,
        "transcript": null,
        "segments": [{ "staff": staff, "started": "2026-09-03T05:41:00Z", "ended": null }] })
}

pub async fn routes(house: &House) -> Vec<Route> {
    let agent = house.people["agent"].0;
    let admin = Who::Ours("administrator");
    for (id, name) in [(CUSTOMER, "华东组的客户"), (OTHER, "另一位")] {
        let reply = house.put(admin, &format!("/api/v1/customers/{id}"), customer(name)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    let path = format!("/api/v1/interactions/{INTERACTION}");
    let reply = house.put(admin, &path, interaction(INTERACTION, CUSTOMER, agent)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);

    let read = || Right::Role { may: "viewer", may_not: "customer_representative" };
    let write = || Right::Role { may: "agent", may_not: "viewer" };
    let route = |method, pattern: &'static str, id: &str, body, right, theirs| Route {
        method,
        pattern,
        path: pattern.replace("{id}", id),
        body,
        right,
        status: 200,
        theirs,
    };
    let new = Uuid::from_u128(21).to_string();
    let mut row = customer("批量");
    row["id"] = json!(Uuid::from_u128(22));
    let of_theirs = interaction(&new, CUSTOMER, agent);
    vec![
        route("GET", "/api/v1/customers", "", None, read(), Theirs::Own(200)),
        route("PUT", "/api/v1/customers", "", Some(json!([row])), write(), Theirs::Own(200)),
        route("GET", "/api/v1/customers/{id}", CUSTOMER, None, read(), Theirs::NotFound),
        route(
            "PUT",
            "/api/v1/customers/{id}",
            &new,
            Some(customer("新")),
            write(),
            Theirs::Own(200),
        ),
        route("GET", "/api/v1/customers/{id}/alike", CUSTOMER, None, read(), Theirs::NotFound),
        route("GET", "/api/v1/customers/{id}/timeline", CUSTOMER, None, read(), Theirs::NotFound),
        route(
            "POST",
            "/api/v1/customers/{id}/merge",
            OTHER,
            Some(json!({ "into": CUSTOMER })),
            write(),
            Theirs::NotFound,
        ),
        route("GET", "/api/v1/interactions", "", None, read(), Theirs::Own(200)),
        // Our customer and our agent are unknown there.
        route(
            "PUT",
            "/api/v1/interactions",
            "",
            Some(json!([of_theirs.clone()])),
            write(),
            Theirs::Own(422),
        ),
        route("GET", "/api/v1/interactions/{id}", INTERACTION, None, read(), Theirs::NotFound),
        route("PUT", "/api/v1/interactions/{id}", &new, Some(of_theirs), write(), Theirs::Own(422)),
    ]
}
