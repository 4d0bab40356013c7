//! Customers and interactions, as other systems and people bring them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{House, Who};
use crate::routes::customer::{customer, interaction};

const AGENT: Who<'_> = Who::Ours("agent");
const VIEWER: Who<'_> = Who::Ours("viewer");

async fn put(house: &House, id: u128, body: Value) -> Value {
    let reply = house.put(AGENT, &format!("/api/v1/customers/{}", Uuid::from_u128(id)), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

#[tokio::test]
async fn contacts_are_masked_and_looking_is_written_down() {
    let house = House::new().await;
    put(&house, 1, customer("李雷")).await;
    let path = format!("/api/v1/customers/{}", Uuid::from_u128(1));
    assert_eq!(house.get(VIEWER, &path).await.json()["phone"], "138****5678");
    let list = house.get(AGENT, "/api/v1/customers?text=%E6%9D%8E").await.json();
    assert_eq!(list["items"][0]["phone"], "138****5678");
    assert_eq!(house.get(AGENT, &path).await.json()["phone"], "13812345678");
    let audit = house.get(Who::Ours("manager"), "/api/v1/audit?thing=customer").await;
    let looks = audit.json()["items"].as_array().unwrap().clone();
    assert_eq!(looks.iter().filter(|it| it["action"] == "look").count(), 1);
    assert!(!audit.text.contains("13812345678") && !audit.text.contains("李雷"));
}

#[tokio::test]
async fn sending_again_changes_nothing_and_an_external_id_finds_its_customer() {
    let house = House::new().await;
    let mut body = customer("李雷");
    body["external_id"] = json!("CRM-1");
    let first = put(&house, 1, body.clone()).await;
    assert_eq!(put(&house, 1, body.clone()).await, first);
    // Another id, the same number of theirs: the customer there is.
    assert_eq!(put(&house, 2, body).await["id"], first["id"]);
    let audit = house.get(Who::Ours("manager"), "/api/v1/audit?thing=customer").await.json();
    assert_eq!(audit["items"].as_array().unwrap().len(), 1, "{audit}");
}

#[tokio::test]
async fn a_batch_with_one_wrong_row_changes_nothing_and_names_the_row() {
    let house = House::new().await;
    let row = |id: u128, name: &str| {
        let mut row = customer(name);
        row["id"] = json!(Uuid::from_u128(id));
        row
    };
    let mut wrong = row(2, "  ");
    wrong["email"] = json!("nowhere");
    let reply = house.put(AGENT, "/api/v1/customers", json!([row(1, "好"), wrong])).await;
    assert_eq!(reply.status, 422);
    let errors = reply.json()["errors"].clone();
    let fields: Vec<_> = errors.as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(fields, ["1.name", "1.email"]);
    let list = house.get(AGENT, "/api/v1/customers").await.json();
    assert_eq!(list["items"], json!([]));
    let reply = house.put(AGENT, "/api/v1/customers", json!([row(1, "好"), row(2, "也好")])).await;
    assert_eq!(reply.json()[1]["new"], true, "{}", reply.text);
}

#[tokio::test]
async fn merging_loses_nothing() {
    let house = House::new().await;
    put(&house, 1, customer("李雷")).await;
    let mut other = customer("Li Lei");
    other["email"] = json!("li@example.cn");
    other["tags"] = json!(["老客户"]);
    put(&house, 2, other).await;
    let ids = [1, 2].map(|it| Uuid::from_u128(it).to_string());
    let alike = house.get(AGENT, &format!("/api/v1/customers/{}/alike", ids[0])).await.json();
    assert_eq!(alike[0]["id"], ids[1]);
    let agent = house.people["agent"].0;
    let call = Uuid::from_u128(3).to_string();
    let path = format!("/api/v1/interactions/{call}");
    house.put(AGENT, &path, interaction(&call, &ids[1], agent)).await;

    let path = format!("/api/v1/customers/{}/merge", ids[1]);
    let kept = house.post(AGENT, &path, json!({ "into": ids[0] })).await;
    assert_eq!(
        (&kept.json()["tags"], &kept.json()["email"]),
        (&json!(["老客户"]), &json!("l***@example.cn"))
    );
    let found = house.get(AGENT, &format!("/api/v1/interactions?customer={}", ids[0])).await.json();
    assert_eq!(found["items"][0]["id"], call);
    let again = house.post(AGENT, &path, json!({ "into": ids[0] })).await;
    assert_eq!((again.status.as_u16(), again.code().as_str()), (409, "customer_merged"));
}

#[tokio::test]
async fn an_agent_records_and_sees_their_own_service_only() {
    let house = House::new().await;
    let customer_id = put(&house, 1, customer("李雷")).await["id"].as_str().unwrap().to_owned();
    let supervisor = house.people["supervisor"].0;
    let id = Uuid::from_u128(3).to_string();
    let path = format!("/api/v1/interactions/{id}");
    let body = interaction(&id, &customer_id, supervisor);
    assert_eq!(house.put(AGENT, &path, body.clone()).await.status, 404);
    assert_eq!(house.put(Who::Ours("supervisor"), &path, body).await.status, 200);
    assert_eq!(house.get(AGENT, &path).await.status, 404);
    assert_eq!(house.get(AGENT, "/api/v1/interactions").await.json()["items"], json!([]));
    let credit = house.get(Who::Ours("supervisor"), &path).await.json()["credit"].clone();
    assert_eq!(credit, json!([{ "staff": supervisor, "share_bp": 10_000 }]));
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let house = House::new().await;
    for n in 1..=7 {
        put(&house, n, customer(&format!("客户 {n}"))).await;
    }
    let mut seen = vec![];
    let mut after = String::new();
    loop {
        let page = house.get(AGENT, &format!("/api/v1/customers?limit=3{after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|it| it["name"].clone()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
    seen.dedup();
    assert_eq!(seen.len(), 7);
}
