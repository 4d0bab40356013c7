//! The reader learns a company's own categories from what its people say, and is judged by them.

use serde_json::{Value, json};
use server::worker;
use uuid::Uuid;

use crate::harness::{House, Who};

const MANAGER: Who<'_> = Who::Ours("manager");
const SUPERVISOR: Who<'_> = Who::Ours("supervisor");

const DEPOSIT: u128 = 31;
const COURIER: u128 = 32;

/// Two branches that no words speak for: only people can say what belongs there.
async fn with_branches() -> House {
    let house = House::new().await;
    for (id, name) in [(DEPOSIT, "押金"), (COURIER, "骑手")] {
        let path = format!("/api/v1/trees/category/{}", Uuid::from_u128(id));
        let branch = json!({ "name_zh": name, "name_en": name });
        let reply = house.put(SUPERVISOR, &path, branch).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    house
}

/// A complaint opened by hand, in a branch where one is named.
async fn open(house: &House, id: u128, said: &str, category: Option<u128>) -> Value {
    let path = format!("/api/v1/cases/{}", Uuid::from_u128(id));
    let category = category.map(Uuid::from_u128);
    let body =
        json!({ "kind": "complaint", "channel": "phone", "said": said, "category": category });
    let reply = house.put(MANAGER, &path, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

fn said(at: u128) -> (String, u128) {
    if at.is_multiple_of(2) {
        (format!("租期满了{at}天，押金还扣着不给我"), DEPOSIT)
    } else {
        (format!("骑手把箱子扔在{at}号门口就走了"), COURIER)
    }
}

async fn model(house: &House) -> Value {
    let reply = house.get(SUPERVISOR, "/api/v1/text/model").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

#[tokio::test]
async fn a_hundred_cases_teach_a_category_and_going_back_forgets_it() {
    let house = with_branches().await;
    for at in 0..99 {
        let (said, category) = said(at);
        open(&house, 1_000 + at, &said, Some(category)).await;
    }
    let train = "/api/v1/text/model/train";
    assert_eq!(house.post(SUPERVISOR, train, Value::Null).await.status, 200);
    worker::run_due(&house.app).await.unwrap();
    let few = model(&house).await;
    assert_eq!((&few["labelled"], &few["needed"]), (&json!(99), &json!(100)));
    assert_eq!(few["versions"], json!([]));

    // The hundredth is opened without a branch and corrected by whoever works on it.
    let opened = open(&house, 1_099, &said(99).0, None).await;
    assert_eq!(opened["category"], Value::Null);
    let correct = format!("/api/v1/cases/{}/correct", Uuid::from_u128(1_099));
    let given = json!({ "category": Uuid::from_u128(COURIER), "reason": "听录音" });
    let reply = house.post(MANAGER, &correct, given).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(house.post(SUPERVISOR, train, Value::Null).await.status, 200);
    worker::run_due(&house.app).await.unwrap();
    let learned = model(&house).await;
    assert_eq!(learned["last_outcome"], "accepted");
    let version = &learned["versions"][0];
    assert_eq!((&version["number"], &version["in_force"]), (&json!(1), &json!(true)));
    let accuracy = &version["accuracy"];
    let (right, judged) = (accuracy["part"].as_u64().unwrap(), accuracy["whole"].as_u64().unwrap());
    assert_eq!(version["examples"].as_u64().unwrap() + judged, 100);
    assert!(9 * judged <= 10 * right && accuracy["low"].as_f64() < Some(1.0), "{accuracy}");

    let fresh = "押金什么时候给我，租期早满了";
    let body = json!({ "texts": [fresh, " "] });
    let read = house.post(MANAGER, "/api/v1/text/read", body.clone()).await.json();
    assert_eq!(read[0]["categories"][0]["category"], json!(Uuid::from_u128(DEPOSIT)));
    assert_eq!(read[0]["reading"]["language"], "zh-Hans");
    assert_eq!(read[1]["reading"], Value::Null);
    let opened = open(&house, 2_000, fresh, None).await;
    assert_eq!(opened["category"], json!(Uuid::from_u128(DEPOSIT)));

    let back = house.post(SUPERVISOR, "/api/v1/text/model/roll-back", Value::Null).await;
    assert_eq!(back.json()["versions"], json!([]), "{}", back.text);
    let read = house.post(MANAGER, "/api/v1/text/read", body).await.json();
    assert_eq!(read[0]["categories"], json!([]));
    let again = house.post(SUPERVISOR, "/api/v1/text/model/roll-back", Value::Null).await;
    assert_eq!((again.status.as_u16(), again.code().as_str()), (409, "nothing_learned"));
}

#[tokio::test]
async fn only_cases_drawn_at_random_judge_the_proposals() {
    let house = with_branches().await;
    open(&house, 3_000, "押金不退，电话 13812345678", None).await;
    open(&house, 3_001, "骑手态度差", Some(COURIER)).await;
    let drawn = house.get(SUPERVISOR, "/api/v1/text/sample").await.json();
    // The other one was labelled by who opened it.
    assert_eq!(drawn.as_array().unwrap().len(), 1, "{drawn}");
    assert_eq!(drawn[0]["case"], json!(Uuid::from_u128(3_000)));
    assert!(!drawn[0]["said"].as_str().unwrap().contains("13812345678"), "{drawn}");
    let path = format!("/api/v1/text/sample/{}", Uuid::from_u128(3_000));
    let unknown = house.put(SUPERVISOR, &path, json!({ "category": Uuid::from_u128(9) })).await;
    assert_eq!(unknown.code(), "category_unknown");
    let given = json!({ "category": Uuid::from_u128(DEPOSIT) });
    let made = house.put(SUPERVISOR, &path, given).await.json();
    assert_eq!(made["proposed"], Value::Null);
    let now = model(&house).await;
    assert_eq!(now["labelled"], 2);
    assert_eq!((&now["audited"]["part"], &now["audited"]["whole"]), (&json!(0), &json!(1)));
    let wrong = json!([{ "truth": Uuid::from_u128(DEPOSIT), "answer": null, "texts": 1 }]);
    assert_eq!(now["audited_wrong"], wrong);
    assert_eq!(house.get(SUPERVISOR, "/api/v1/text/sample").await.json(), json!([]));
}

#[tokio::test]
async fn a_company_has_topics_of_its_own() {
    let house = House::new().await;
    let own = json!({ "own": [{
        "code": "deposit", "name_zh": "押金", "name_en": "Deposit", "parent": "money",
        "words": ["押金"],
    }] });
    let read = async || {
        let body = json!({ "texts": ["我的押金呢"] });
        let read = house.post(MANAGER, "/api/v1/text/read", body).await.json();
        let topics = read[0]["reading"]["topics"].as_array().unwrap().clone();
        topics.iter().any(|it| it["code"] == "deposit")
    };
    assert!(!read().await);
    let put = async |body: Value| {
        house.put(Who::Ours("administrator"), "/api/v1/settings/topics", body).await
    };
    assert_eq!(put(own.clone()).await.status, 200);
    assert!(read().await);
    let all = house.get(MANAGER, "/api/v1/text/topics").await.json();
    let deposit = all.as_array().unwrap().iter().find(|it| it["code"] == "deposit").unwrap();
    assert_eq!((&deposit["parent"], &deposit["is_built_in"]), (&json!("money"), &json!(false)));
    let mut wrong = own;
    wrong["own"][0]["parent"] = json!("deposit");
    let refused = put(wrong).await;
    assert_eq!(refused.code(), "topic_too_deep");
    assert_eq!(refused.json()["errors"][0]["field"], "own.0.parent");
    assert!(read().await);
}
