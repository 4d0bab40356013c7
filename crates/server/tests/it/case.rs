//! A complaint through the API: from its receipt to a closed record, and what is refused on the way.

use serde_json::json;

use crate::harness::{House, Who};
use crate::routes::case::{complaint, ours};
use crate::routes::collect::form;

const MANAGER: Who<'_> = Who::Ours("manager");

#[tokio::test]
async fn a_complaint_is_worked_on_by_verbs_and_shows_what_is_missing() {
    let house = House::new().await;
    let path = format!("/api/v1/cases/{}", ours(&house).await);
    let opened = house.get(MANAGER, &path).await.json();
    assert_eq!(opened["state"], "new");
    assert_eq!(opened["clocks"][0]["promise"], "first_response");
    let version = opened["version"].clone();
    let start = json!({ "version": version });
    let assign = json!({ "version": version, "staff": house.people["manager"],
        "team": house.team, "reason": "值班" });
    let assigned = house.post(MANAGER, &format!("{path}/assign"), assign).await;
    assert_eq!(assigned.status, 200, "{}", assigned.text);
    let stale = house.post(MANAGER, &format!("{path}/start"), start).await;
    assert_eq!((stale.status.as_u16(), stale.code().as_str()), (409, "case_changed"));
    let started = house.post(MANAGER, &format!("{path}/start"), json!({})).await.json();
    assert_eq!(started["state"], "in_progress");
    let reply = json!({ "text": "非常抱歉，马上处理", "how": "phone" });
    let replied = house.post(MANAGER, &format!("{path}/reply"), reply).await.json();
    assert_eq!(replied["clocks"][0]["state"], "kept");
    let closed = house.post(MANAGER, &format!("{path}/close"), json!({})).await;
    assert_eq!(closed.code(), "case_wrong_state");
    let solve = json!({ "solution": "已补发" });
    let solved = house.post(MANAGER, &format!("{path}/solve"), solve).await.json();
    let missing = json!(["cause", "rectification", "told", "reevaluation"]);
    assert_eq!(solved["missing"], missing);
    let closed = house.post(MANAGER, &format!("{path}/close"), json!({})).await;
    assert_eq!(closed.code(), "case_incomplete");
    let unknown = house.post(MANAGER, &format!("{path}/escalate"), json!({})).await;
    assert_eq!(unknown.status, 404);
    let misspelt = house.post(MANAGER, &format!("{path}/note"), json!({ "txt": "x" })).await;
    assert_eq!((misspelt.status.as_u16(), misspelt.code().as_str()), (422, "body"));
}

#[tokio::test]
async fn a_case_goes_through_the_stages_a_company_made_for_itself() {
    let house = House::new().await;
    let path = format!("/api/v1/cases/{}", ours(&house).await);
    let set = json!({ "stage": "warehouse", "of": "in_progress" });
    let assign = json!({ "staff": house.people["manager"], "team": house.team, "reason": "值班" });
    house.post(MANAGER, &format!("{path}/assign"), assign).await;
    house.post(MANAGER, &format!("{path}/start"), json!({})).await;
    let unknown = house.post(MANAGER, &format!("{path}/set_stage"), set.clone()).await;
    assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (422, "stage_unknown"));
    let name = json!({ "zh-CN": "等仓库核实", "en": "Warehouse checks" });
    let stages = json!({ "stages": [{ "code": "warehouse", "of": "in_progress", "name": name }] });
    let stored =
        house.put(Who::Ours("administrator"), "/api/v1/settings/case_stages", stages).await;
    assert_eq!(stored.status, 200, "{}", stored.text);
    let known = house.get(MANAGER, "/api/v1/settings/case_stages").await.json();
    assert_eq!(known["stages"][0]["name"], name);
    let set_now = house.post(MANAGER, &format!("{path}/set_stage"), set.clone()).await;
    assert_eq!(set_now.status, 200, "{}", set_now.text);
    let now = set_now.json();
    assert_eq!((&now["state"], &now["stage"]), (&json!("in_progress"), &json!("warehouse")));
    let again = house.post(MANAGER, &format!("{path}/set_stage"), set).await;
    assert_eq!(again.status, 409, "{}", again.text);
    let solve = json!({ "solution": "已补发" });
    let solved = house.post(MANAGER, &format!("{path}/solve"), solve).await.json();
    assert_eq!(solved["stage"], serde_json::Value::Null);
}

#[tokio::test]
async fn lists_totals_bulk_and_ledgers_agree() {
    let house = House::new().await;
    for n in 1..=5 {
        let path = format!("/api/v1/cases/{}", uuid::Uuid::from_u128(n));
        assert_eq!(house.put(MANAGER, &path, complaint()).await.status, 200);
    }
    let page = house.get(MANAGER, "/api/v1/cases?limit=2&state=new&sort=due").await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let next = page["next"].as_str().unwrap();
    let next = format!("/api/v1/cases?limit=3&state=new&sort=due&after={next}");
    let rest = house.get(MANAGER, &next).await.json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 3);
    assert_eq!(rest["next"], serde_json::Value::Null);
    let totals = house.get(MANAGER, "/api/v1/cases/totals?kind=complaint").await.json();
    assert_eq!(totals[0]["count"], 5);
    assert_eq!(house.get(MANAGER, "/api/v1/cases?state=lost").await.status, 422);
    let cases: Vec<_> = (1..=6).map(|n| json!({ "id": uuid::Uuid::from_u128(n) })).collect();
    let bulk = json!({ "verb": "correct", "fields": { "priority": "urgent", "reason": "大促" },
        "cases": cases });
    let done = house.post(MANAGER, "/api/v1/cases/bulk", bulk).await.json();
    let codes: Vec<_> = done.as_array().unwrap().iter().map(|it| it["code"].clone()).collect();
    assert_eq!(codes[4], serde_json::Value::Null, "{done}");
    assert_eq!(codes[5], "not_found");
    assert_eq!(done[5]["message"], "没有找到这个工单。", "in the reader's language");
    assert_eq!(done[4]["message"], serde_json::Value::Null);
    // What it was before is known, so that it can be taken back.
    let before = json!({ "kind": "complaint", "category": null, "priority": "normal" });
    assert_eq!((&done[4]["before"], &done[5]["before"]), (&before, &serde_json::Value::Null));
    let ledger = house.get(MANAGER, "/api/v1/ledgers/complaints").await.json();
    assert_eq!(ledger["items"].as_array().unwrap().len(), 5);
    assert!(ledger["items"].as_array().unwrap().iter().all(|it| it["priority"] == "urgent"));
    let csv = house.get(MANAGER, "/api/v1/ledgers/export/complaints.csv").await;
    assert_eq!(csv.text.lines().count(), 6);
    assert!(csv.text.contains("等了一个小时没人接"));
}

#[tokio::test]
async fn a_ledger_comes_in_pages_without_what_was_merged() {
    let house = House::new().await;
    let id = |n: u128| uuid::Uuid::from_u128(n);
    for n in 1..=6 {
        let path = format!("/api/v1/cases/{}", id(n));
        assert_eq!(house.put(MANAGER, &path, complaint()).await.status, 200);
    }
    let merge = format!("/api/v1/cases/{}/merge_into", id(3));
    let merged = house.post(MANAGER, &merge, json!({ "into": id(1) })).await;
    assert_eq!(merged.status, 200, "{}", merged.text);
    let whole = house.get(MANAGER, "/api/v1/ledgers/complaints").await.json();
    assert_eq!(whole["next"], serde_json::Value::Null, "one page holds it");
    let (mut read, mut after, mut pages) = (vec![], String::new(), vec![]);
    loop {
        let path = format!("/api/v1/ledgers/complaints?limit=2{after}");
        let page = house.get(MANAGER, &path).await.json();
        let rows = page["items"].as_array().unwrap().clone();
        pages.push(rows.len());
        read.extend(rows);
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!((&json!(read), pages), (&whole["items"], vec![2, 2, 1]));
    assert!(read.iter().all(|it| it["case"] != json!(id(3))), "its row is that of the other");

    let total = |query: &str| format!("/api/v1/ledgers/totals/complaints{query}");
    let counted = house.get(MANAGER, &total("")).await.json();
    assert_eq!(counted, json!({ "count": 5, "is_more": false }));
    let received = read[0]["received_at"].as_str().unwrap();
    let before = house.get(MANAGER, &total(&format!("?until={received}"))).await.json();
    assert_eq!(before["count"], 0);
    let other = house.get(MANAGER, "/api/v1/ledgers/totals/suggestions").await.json();
    assert_eq!(other["count"], 0);
    for (path, status) in [
        ("/api/v1/ledgers/totals/praise", 404),
        ("/api/v1/ledgers/complaints?limit=201", 422),
        ("/api/v1/ledgers/complaints?after=x", 422),
    ] {
        assert_eq!(house.get(MANAGER, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn evaluations_the_rules_left_alone_are_taken_up_together_within_reach() {
    let house = House::new().await;
    let form = form(&house, "standard").await;
    let id = |n| uuid::Uuid::from_u128(n);
    // Two content ones, the second about the agent; a low one, which has a case already.
    for (n, score, staff) in [(1, 5, None), (2, 4, Some("agent")), (3, 1, None)] {
        let mut body = json!({ "form": form, "answers": { "overall": score } });
        body["staff"] = json!(staff.map(|it| house.people[it]));
        let path = format!("/api/v1/evaluations/{}", id(n));
        assert_eq!(house.put(MANAGER, &path, body).await.status, 201);
    }
    let of = |kind: &str, all: std::ops::RangeInclusive<u128>| {
        let all: Vec<_> = all.map(|n| json!({ "id": id(n), "case": id(10 + n) })).collect();
        json!({ "kind": kind, "priority": "high", "evaluations": all })
    };
    let path = "/api/v1/evaluations/take-up";
    let done = house.post(MANAGER, path, of("issue", 1..=4)).await.json();
    let codes: Vec<_> = done.as_array().unwrap().iter().map(|it| it["code"].clone()).collect();
    let none = serde_json::Value::Null;
    assert_eq!(
        codes,
        [none.clone(), none.clone(), "evaluation_has_case".into(), "not_found".into()]
    );
    assert_eq!(done[2]["message"], "这条评价已有工单。");
    let case = house.get(MANAGER, &format!("/api/v1/cases/{}", id(11))).await.json();
    let labels = (&case["kind"], &case["priority"], &case["evaluation"]);
    assert_eq!(labels, (&json!("issue"), &json!("high"), &json!(id(1))));
    let kept = house.get(MANAGER, &format!("/api/v1/evaluations/{}", id(1))).await.json();
    assert_eq!((&kept["case"], &kept["receipt"]), (&json!(id(11)), &case["number"]));
    // Sent again it is the same case; another one is refused.
    let again = house.post(MANAGER, path, of("issue", 1..=1)).await.json();
    assert_eq!(again[0]["case"], json!(id(11)), "{again}");
    // Out of an agent's reach it is not there.
    let theirs = house.post(Who::Ours("agent"), path, of("issue", 1..=1)).await.json();
    assert_eq!(theirs[0]["code"], "not_found", "{theirs}");
}
