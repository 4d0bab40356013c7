//! Routes of forms and evaluations.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Right, Route, Theirs};
use crate::harness::{House, Who};

const EVALUATION: &str = "0199a000-0000-7000-8000-000000000011";

/// The id of one of our built-in forms.
pub async fn form(house: &House, key: &str) -> String {
    let forms = house.get(Who::Ours("administrator"), "/api/v1/forms").await.json();
    let found = forms.as_array().unwrap().iter().find(|it| it["key"] == key).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

/// The smallest evaluation there is.
pub fn evaluation(form: &str) -> Value {
    json!({ "form": form, "answers": { "overall": 4 } })
}

pub async fn routes(house: &House) -> Vec<Route> {
    let (standard, vip) = (form(house, "standard").await, form(house, "vip").await);
    let path = format!("/api/v1/evaluations/{EVALUATION}");
    let mut about_the_agent = evaluation(&standard);
    about_the_agent["staff"] = json!(house.people["agent"]);
    let reply = house.put(Who::Ours("manager"), &path, about_the_agent).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let templates = house.get(Who::Ours("manager"), "/api/v1/form-templates").await.json();
    let content = templates[0]["content"].clone();

    let read = || Right::Role { may: "viewer", may_not: "customer_representative" };
    let write = || Right::Role { may: "manager", may_not: "agent" };
    let route = |method, pattern: &'static str, id: &str, body, right, theirs| Route {
        method,
        pattern,
        path: pattern.replace("{id}", id).replace("{version}", "1"),
        body,
        right,
        status: 200,
        theirs,
    };
    let get = |pattern, id: &str, theirs| route("GET", pattern, id, None, read(), theirs);
    let new = Uuid::from_u128(31).to_string();
    let made = json!({ "key": "counter", "content": content });
    let retired = json!({ "retired": false });
    let preview = json!({ "content": content });
    let mut all = vec![
        route("POST", "/api/v1/form-preview", "", Some(preview), read(), Theirs::Own(200)),
        get("/api/v1/form-templates", "", Theirs::Own(200)),
        route("POST", "/api/v1/form-check", "", Some(content), read(), Theirs::Own(200)),
        get("/api/v1/forms", "", Theirs::Own(200)),
        get("/api/v1/forms/{id}", &standard, Theirs::NotFound),
        route("PUT", "/api/v1/forms/{id}", &new, Some(made), write(), Theirs::Own(200)),
        route("POST", "/api/v1/forms/{id}/publish", &vip, None, write(), Theirs::NotFound),
        route("POST", "/api/v1/forms/{id}/retire", &vip, Some(retired), write(), Theirs::NotFound),
        get("/api/v1/forms/{id}/versions", &standard, Theirs::NotFound),
        get("/api/v1/forms/{id}/versions/{version}", &standard, Theirs::NotFound),
        get("/api/v1/forms/{id}/link", &standard, Theirs::NotFound),
        get("/api/v1/forms/{id}/poster", &standard, Theirs::NotFound),
    ];
    let mut difference = get("/api/v1/forms/{id}/difference", &standard, Theirs::NotFound);
    difference.path.push_str("?from=1");
    all.push(difference);
    // Every built-in role reads evaluations, each within its reach.
    let read = |pattern, theirs| route("GET", pattern, EVALUATION, None, Right::SignedIn, theirs);
    all.push(read("/api/v1/evaluations", Theirs::Own(200)));
    all.push(read("/api/v1/evaluation-count", Theirs::Own(200)));
    all.push(read("/api/v1/evaluations/{id}", Theirs::NotFound));
    // Nothing has been given its place in the ledger yet.
    let proof = read("/api/v1/evaluations/{id}/proof", Theirs::NotFound);
    all.push(Route { status: 409, ..proof });
    let body = Some(evaluation(&standard));
    let pattern = "/api/v1/evaluations/{id}";
    all.push(Route { status: 201, ..route("PUT", pattern, &new, body, write(), Theirs::NotFound) });
    all
}
