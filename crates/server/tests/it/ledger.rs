//! The ledger finds whatever somebody with the whole database did to it, and says so of nothing else.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::worker;
use store::testing::tamper::{Tamper, tamper};
use uuid::Uuid;

use crate::harness::{House, Reply, Who};

const ADMIN: Who<'_> = Who::Ours("administrator");
const MANAGER: Who<'_> = Who::Ours("manager");

/// Three evaluations, one of which opened a case that was worked on; all in its place.
pub async fn lived() -> House {
    let house = House::new().await;
    for (n, score) in [(1_u128, 5), (2, 1), (3, 4)] {
        let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(n));
        let forms = house.get(MANAGER, "/api/v1/forms").await.json();
        let all = forms["items"].as_array().or(forms.as_array()).unwrap().clone();
        let form = all.iter().find(|it| it["key"] == "standard").unwrap()["id"].clone();
        let body =
            json!({ "form": form, "answers": { "overall": score, "suggestion": "等了很久" } });
        let reply = house.put(MANAGER, &path, body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }
    let cases = house.get(MANAGER, "/api/v1/cases").await.json();
    let case = cases["items"][0]["id"].as_str().unwrap().to_owned();
    let note = json!({ "text": "已联系客户" });
    let noted = house.post(MANAGER, &format!("/api/v1/cases/{case}/note"), note).await;
    assert_eq!(noted.status, 200, "{}", noted.text);
    worker::run_due(&house.app).await.unwrap();
    house
}

async fn verify(house: &House) -> Value {
    let reply = house.post(ADMIN, "/api/v1/ledger/verify", json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

/// What is found after somebody did that to the database.
async fn found_after(how: Tamper) -> Vec<Value> {
    let house = lived().await;
    let mut tx = house.app.db.write().await.unwrap();
    assert!(0 < tamper(&mut tx, house.ours, how).await.unwrap(), "{how:?}");
    tx.commit().await.unwrap();
    verify(&house).await["faults"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_untouched_house_has_nothing_to_hide() {
    let house = lived().await;
    let state = house.get(ADMIN, "/api/v1/ledger").await.json();
    assert_eq!(state["waiting"], 0, "{state}");
    let leaves = state["leaves"].as_u64().unwrap();
    assert!(6 < leaves, "evaluations and what happened to the case: {state}");
    assert_eq!(state["checkpoint"]["size"], leaves);
    let report = verify(&house).await;
    assert_eq!((&report["faults"], &report["leaves"]), (&json!([]), &json!(leaves)));
    assert!(report["checkpoints"].as_u64().unwrap() >= 1);
}

#[tokio::test]
async fn what_was_changed_deleted_inserted_or_reordered_is_named() {
    let changed = found_after(Tamper::ChangeEvaluation).await;
    assert_eq!((changed.len(), &changed[0]["fault"]), (1, &json!("changed")), "{changed:?}");
    assert_eq!(changed[0]["row"]["id"], json!(Uuid::from_u128(2)));
    let cut = found_after(Tamper::CutLeaf).await;
    assert_eq!(cut, [json!({ "fault": "gap", "place": 2 })]);
    for (how, fault) in [
        (Tamper::DeleteEvent, "deleted"),
        (Tamper::InsertEvaluation, "inserted"),
        (Tamper::SwapLeaves, "root"),
        (Tamper::ShiftCheckpoint, "signature"),
    ] {
        let found = found_after(how).await;
        assert_eq!((found.len(), &found[0]["fault"]), (1, &json!(fault)), "{how:?}: {found:?}");
    }
}

async fn post(house: &House, path: &str, fields: &str) -> Reply {
    let request =
        Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    house.raw(request.body(Body::from(fields.to_owned())).unwrap()).await
}

/// As a browser sends it.
fn encoded(text: &str) -> String {
    text.bytes().flat_map(|it| ["%".to_owned(), data_encoding::HEXUPPER.encode(&[it])]).collect()
}

#[tokio::test]
async fn a_customer_keeps_a_proof_that_anybody_can_check() {
    let house = lived().await;
    let sent = post(&house, "/f/ours/standard", "lang=zh-CN&a.overall=2&a.suggestion=慢").await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let progress = sent.headers[header::LOCATION].to_str().unwrap().split('?').next().unwrap();
    let page = house.get(Who::Stranger, progress).await;
    assert!(page.text.contains(&format!("{progress}/proof")), "{}", page.text);
    let early = house.get(Who::Stranger, &format!("{progress}/proof")).await;
    assert_eq!(early.status, 202, "it waits for its place");
    worker::run_due(&house.app).await.unwrap();
    let proof = house.get(Who::Stranger, &format!("{progress}/proof")).await;
    assert_eq!(proof.status, 200, "{}", proof.text);
    let holds =
        async |text: &str| post(&house, "/check", &format!("proof={}", encoded(text))).await.text;
    let elsewhere = format!("{}/proof", progress.replace("/p/ours/", "/p/theirs/"));
    assert_eq!(house.get(Who::Stranger, &elsewhere).await.status, 404);
    let verdict = holds(&proof.text).await;
    assert!(verdict.contains("凭证成立"), "{verdict}");
    let company = house.get(MANAGER, "/api/v1/me").await.json()["tenant"]["name"].clone();
    assert!(verdict.contains(company.as_str().unwrap()), "which company signed it");
    assert!(holds(&proof.text.replace('慢', "快")).await.contains("对不上"));
    assert!(holds("{}").await.contains("看不懂"));
    let mut other = proof.json();
    other["checkpoint"]["statement"]["at"] = json!("2026-01-01T00:00:00Z");
    assert!(holds(&other.to_string()).await.contains("签名不是"));

    let path = format!("/api/v1/evaluations/{}/proof", Uuid::from_u128(2));
    let seen = house.get(MANAGER, &path).await;
    assert!(holds(&seen.text).await.contains("凭证成立"), "{}", seen.text);
}

#[tokio::test]
async fn who_writes_everything_anew_is_found_by_a_checkpoint_kept_elsewhere() {
    use app::trust::key::signed;
    use app::trust::verify::{Fault, verify};
    let house = lived().await;
    let mut conn = house.app.db.read().await.unwrap();
    let keys = store::trust::ledger::keys(&mut conn, house.ours).await.unwrap();
    let kept = store::trust::ledger::last_checkpoint(&mut conn, house.ours).await.unwrap().unwrap();
    let kept = signed(house.ours, &kept, &keys).unwrap();
    let faults = verify(&mut conn, house.ours, std::slice::from_ref(&kept)).await.unwrap().faults;
    assert_eq!(faults, []);
    drop(conn);
    // Whoever holds database and key makes the bad word unsaid and records the rest again.
    let mut tx = house.app.db.write().await.unwrap();
    let unsaid = tamper(&mut tx, house.ours, Tamper::Unsay(Uuid::from_u128(3))).await.unwrap();
    assert!(0 < unsaid);
    tx.commit().await.unwrap();
    worker::run_due(&house.app).await.unwrap();
    let mut conn = house.app.db.read().await.unwrap();
    assert_eq!(verify(&mut conn, house.ours, &[]).await.unwrap().faults, [], "by itself it agrees");
    let size = kept.statement.size;
    let faults = verify(&mut conn, house.ours, &[kept]).await.unwrap().faults;
    assert_eq!(faults, [Fault::Witness { size }]);
}
