//! The ledger finds whatever somebody with the whole database did to it, and says so of nothing else.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::worker;
use store::db::{Query, sql};
use uuid::Uuid;

use crate::harness::{House, Reply, Who};

const ADMIN: Who<'_> = Who::Ours("administrator");
const MANAGER: Who<'_> = Who::Ours("manager");

/// Three evaluations, one of which opened a case that was worked on; all in its place.
async fn lived() -> House {
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

/// What is found after somebody ran `statements` on the database.
async fn found_after(statements: &[&'static str]) -> Vec<Value> {
    let house = lived().await;
    let mut tx = house.app.db.write().await.unwrap();
    for text in statements {
        let query: Query = sql(text).bind(house.ours);
        assert!(0 < query.execute(&mut tx).await.unwrap(), "{text}");
    }
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
    let changed =
        found_after(&["UPDATE evaluation SET comment = '很好' WHERE tenant_id = $1 AND csat = 1"])
            .await;
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(changed[0]["fault"], "changed");
    assert_eq!(changed[0]["row"]["id"], json!(Uuid::from_u128(2)));

    let deleted =
        found_after(&["DELETE FROM case_event WHERE tenant_id = $1 AND what = 'noted'"]).await;
    assert_eq!((deleted.len(), &deleted[0]["fault"]), (1, &json!("deleted")), "{deleted:?}");

    let inserted = found_after(&["
        INSERT INTO evaluation (tenant_id, id, round, form_id, form_version, channel, language, csat,
            dimensions, answers, comment, anonymous, receipt, submitted_ms, local_day)
        SELECT tenant_id, form_id, round, form_id, form_version,
            channel, language, 5, dimensions, answers, comment, anonymous, 'XXXX-XXXX',
            submitted_ms, local_day
        FROM evaluation WHERE tenant_id = $1 AND csat = 5"])
    .await;
    assert_eq!((inserted.len(), &inserted[0]["fault"]), (1, &json!("inserted")), "{inserted:?}");

    let reordered = found_after(&[
        "UPDATE ledger_leaf SET place = -1 WHERE tenant_id = $1 AND place = 1",
        "UPDATE ledger_leaf SET place = 1 WHERE tenant_id = $1 AND place = 0",
        "UPDATE ledger_leaf SET place = 0 WHERE tenant_id = $1 AND place = -1",
    ])
    .await;
    assert_eq!((reordered.len(), &reordered[0]["fault"]), (1, &json!("root")), "{reordered:?}");

    let cut = found_after(&["DELETE FROM ledger_leaf WHERE tenant_id = $1 AND place = 2"]).await;
    assert_eq!(cut[0], json!({ "fault": "gap", "place": 2 }));

    let forged =
        found_after(&["UPDATE ledger_checkpoint SET at_ms = at_ms + 1 WHERE tenant_id = $1"]).await;
    assert_eq!(forged[0]["fault"], "signature", "{forged:?}");
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
    assert!(holds(&proof.text).await.contains("凭证成立"));
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
    for text in [
        "DELETE FROM progress_link WHERE tenant_id = $1 AND evaluation_id = $2",
        "DELETE FROM evaluation WHERE tenant_id = $1 AND id = $2",
        "INSERT INTO ledger_waiting (tenant_id, thing, subject_id, seq, hash)
            SELECT tenant_id, thing, subject_id, seq, hash FROM ledger_leaf
            WHERE tenant_id = $1 AND subject_id <> $2",
    ] {
        let unsaid = sql(text).bind(house.ours).bind(Uuid::from_u128(3));
        assert!(0 < unsaid.execute(&mut tx).await.unwrap(), "{text}");
    }
    for text in [
        "DELETE FROM ledger_checkpoint WHERE tenant_id = $1",
        "DELETE FROM ledger_leaf WHERE tenant_id = $1",
    ] {
        sql(text).bind(house.ours).execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    worker::run_due(&house.app).await.unwrap();
    let mut conn = house.app.db.read().await.unwrap();
    assert_eq!(verify(&mut conn, house.ours, &[]).await.unwrap().faults, [], "by itself it agrees");
    let size = kept.statement.size;
    let faults = verify(&mut conn, house.ours, &[kept]).await.unwrap().faults;
    assert_eq!(faults, [Fault::Witness { size }]);
}
