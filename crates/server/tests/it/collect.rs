//! Forms as a designer meets them, evaluations as another system and a reader do.

use serde_json::json;
use uuid::Uuid;

use crate::harness::{House, Who};
use crate::routes::collect::{evaluation, form};

const MANAGER: Who<'_> = Who::Ours("manager");

#[tokio::test]
async fn a_designer_is_told_what_is_wrong_and_publishes_what_is_right() {
    let house = House::new().await;
    let id = Uuid::from_u128(41);
    let path = format!("/api/v1/forms/{id}");
    let mut content =
        house.get(MANAGER, "/api/v1/form-templates").await.json()[0]["content"].clone();
    content["questions"][0]["text"] = json!({ "zh-CN": "您对我们优质的服务满意吗？" });
    content["questions"][1]["show_if"] = json!({ "answered": "solved" });

    let check = house.post(MANAGER, "/api/v1/form-check", content.clone()).await.json();
    assert_eq!(check["problems"][0]["field"], "questions.1.show_if");
    assert_eq!(check["problems"][0]["message"], "显示条件只能引用前面的题目，“solved”不在前面。");
    let codes: Vec<_> =
        check["findings"].as_array().unwrap().iter().map(|it| &it["code"]).collect();
    assert_eq!(codes, ["translation_missing", "leading"]);

    let body = json!({ "key": "counter", "content": content });
    assert_eq!(house.put(MANAGER, &path, body).await.status, 200);
    let refused = house.post(MANAGER, &format!("{path}/publish"), json!(null)).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (422, "condition_not_earlier"));
    assert_eq!(house.get(Who::Stranger, "/f/ours/counter").await.status, 404);

    content["questions"][1]["show_if"] =
        json!({ "value": { "question": "overall", "at_most": 2 } });
    let body = json!({ "key": "counter", "content": content });
    assert_eq!(house.put(MANAGER, &path, body).await.status, 200);
    let published = house.post(MANAGER, &format!("{path}/publish"), json!(null)).await.json();
    assert_eq!(published["version"], 1);
    assert_eq!(house.get(Who::Stranger, "/f/ours/counter").await.status, 200);

    let link = house.get(MANAGER, &format!("{path}/link")).await.json();
    assert_eq!(link["url"], "http://127.0.0.1:8400/f/ours/counter");
    assert!(link["qr_svg"].as_str().unwrap().starts_with("<svg"));
    let poster = house.get(MANAGER, &format!("{path}/poster?lang=en")).await;
    assert!(poster.text.contains("Scan and tell us how it was"), "{}", poster.text);
}

#[tokio::test]
async fn the_same_evaluation_sent_again_changes_nothing() {
    let house = House::new().await;
    let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(42));
    let body = evaluation(&form(&house, "standard").await);
    let first = house.put(MANAGER, &path, body.clone()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = house.put(MANAGER, &path, body.clone()).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, first.json()));
    let other = json!({ "form": body["form"], "answers": { "overall": 1 } });
    assert_eq!(house.put(MANAGER, &path, other).await.code(), "id_taken");
    let count = house.get(MANAGER, "/api/v1/evaluation-count").await.json();
    assert_eq!(count["count"], 1);
}

#[tokio::test]
async fn wrong_answers_are_all_named_and_nothing_is_written() {
    let house = House::new().await;
    let form = form(&house, "standard").await;
    let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(43));
    let body = json!({ "form": form, "answers": { "overall": 9, "solved": "perhaps", "x": 1 } });
    let refused = house.put(MANAGER, &path, body).await;
    assert_eq!(refused.status, 422);
    let fields: Vec<_> =
        refused.json()["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(fields, ["answers.x", "answers.overall", "answers.solved"]);
    assert_eq!(house.get(MANAGER, &path).await.status, 404);
}

#[tokio::test]
async fn lists_are_filtered_paged_and_kept_within_reach() {
    let house = House::new().await;
    let form = form(&house, "standard").await;
    for (n, score, staff) in [(1, 1, Some("agent")), (2, 3, Some("viewer")), (3, 5, None)] {
        let mut body = json!({ "form": form, "answers": { "overall": score } });
        body["staff"] = json!(staff.map(|it| house.people[it]));
        let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(n));
        assert_eq!(house.put(MANAGER, &path, body).await.status, 201);
    }
    let scores = async |who, query: &str| -> Vec<i64> {
        let page = house.get(who, &format!("/api/v1/evaluations{query}")).await.json();
        let items = page["items"].as_array().unwrap();
        items.iter().map(|it| it["scores"]["csat"].as_i64().unwrap()).collect()
    };
    assert_eq!(scores(MANAGER, "").await, [5, 3, 1]);
    assert_eq!(scores(MANAGER, "?csat_max=3").await, [3, 1]);
    assert_eq!(scores(MANAGER, "?csat_min=3&csat_max=3&round=unsolicited").await, [3]);
    assert_eq!(scores(MANAGER, "?round=first").await, [0i64; 0]);
    assert_eq!(scores(MANAGER, "?until=2026-09-03T06:00:00Z").await, [0i64; 0]);
    let first = house.get(MANAGER, "/api/v1/evaluations?limit=2").await.json();
    let next = first["next"].as_str().unwrap();
    assert_eq!(scores(MANAGER, &format!("?limit=2&after={next}")).await, [1]);
    // An agent sees what points at them, a supervisor what points at their team.
    assert_eq!(scores(Who::Ours("agent"), "").await, [1]);
    assert_eq!(scores(Who::Ours("supervisor"), "").await, [3, 1]);
    assert_eq!(scores(Who::Theirs, "").await, [0i64; 0]);
    let of_another = format!("/api/v1/evaluations/{}", Uuid::from_u128(2));
    assert_eq!(house.get(Who::Ours("agent"), &of_another).await.status, 404);
}
