//! What was erased is nowhere any more, and the ledger says that it was so and nothing else.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::worker;
use store::testing::rows;
use store::testing::tamper::{Tamper, tamper};
use store::triage::model;
use text::learn::Learned;
use uuid::Uuid;

use crate::harness::{House, Reply, Who};
use crate::import::{ended, start, upload};

const ADMIN: Who<'_> = Who::Ours("administrator");
const MANAGER: Who<'_> = Who::Ours("manager");

/// What names the person, or is what they said.
const SECRETS: [&str; 8] = [
    "欧阳绝无",
    "13987654321",
    "ouyang.none@nowhere.example",
    "CRM-778899",
    "蓝色水晶杯",
    "紫檀木箱子",
    "琥珀色的门",
    "翡翠白菜",
];

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn form(house: &House) -> Value {
    let forms = house.get(MANAGER, "/api/v1/forms").await.json();
    let all = forms["items"].as_array().or(forms.as_array()).unwrap();
    all.iter().find(|it| it["key"] == "standard").unwrap()["id"].clone()
}

#[track_caller]
fn fine(reply: &Reply) {
    assert!(reply.status.is_success(), "{} {}", reply.status, reply.text);
}

/// A customer who was served, said their mind, and was answered; somebody else beside them.
async fn lived() -> House {
    let house = House::new().await;
    let hook = json!({ "url": "https://127.0.0.1:9/x", "events": ["*"], "active": true });
    fine(&house.put(ADMIN, &format!("/api/v1/webhooks/{}", id(5)), hook).await);
    let person = json!({ "external_id": SECRETS[3], "name": SECRETS[0], "phone": SECRETS[1],
        "email": SECRETS[2], "language": null, "owner": null, "tags": [SECRETS[7]] });
    let other = json!({ "external_id": null, "name": "别人", "phone": "13700001111",
        "email": null, "language": null, "owner": null });
    fine(&house.put(MANAGER, &format!("/api/v1/customers/{}", id(10)), person.clone()).await);
    fine(&house.put(MANAGER, &format!("/api/v1/customers/{}", id(11)), other).await);
    let twin = json!({ "external_id": null, "name": SECRETS[0], "phone": SECRETS[1],
        "email": null, "language": null, "owner": null });
    fine(&house.put(MANAGER, &format!("/api/v1/customers/{}", id(12)), twin).await);
    let into = json!({ "into": id(10) });
    fine(&house.post(MANAGER, &format!("/api/v1/customers/{}/merge", id(12)), into).await);
    let staff = house.people["agent"];
    let served = json!({ "id": id(20), "external_id": "CALL-1", "customer": id(10),
        "channel": "phone", "subject": SECRETS[4], "team": null,
        "started": "2026-09-03T05:40:00Z", "ended": "2026-09-03T05:50:00Z",
        "queue_wait_seconds": 12, "resolved": null, "transcript": SECRETS[5],
        "segments": [{ "staff": staff, "started": "2026-09-03T05:41:00Z", "ended": null }] });
    fine(&house.put(MANAGER, &format!("/api/v1/interactions/{}", id(20)), served).await);
    let form = form(&house).await;
    for (n, customer, said) in [(30, 10, SECRETS[4]), (31, 11, "还可以")] {
        let body = json!({ "form": form, "customer": id(customer),
            "answers": { "overall": 1, "suggestion": said } });
        fine(&house.put(MANAGER, &format!("/api/v1/evaluations/{}", id(n)), body).await);
    }
    import(&house).await;
    worker::run_due(&house.app).await.unwrap();
    house
}

/// A file with the person in a row that was not taken.
async fn import(house: &House) {
    let (name, phone) = (SECRETS[0], SECRETS[1]);
    let rows =
        format!("客户编号,姓名,手机,级别\nX1,路人,13600002222,普通客户\nX2,{name},{phone}\n");
    let id = upload(house, 60, "customers", rows.as_bytes()).await;
    let look = house.post(MANAGER, &format!("/api/v1/imports/{id}/look"), json!({})).await.json();
    fine(&start(house, id, &look["proposal"]["mapping"], false).await);
    let done = ended(house, id).await;
    assert_eq!(done["counts"]["bad"], 1, "{done}");
}

/// The number of the person's case and the way to it.
async fn case_of(house: &House) -> String {
    let evaluation = house.get(MANAGER, &format!("/api/v1/evaluations/{}", id(30))).await.json();
    format!("/api/v1/cases/{}", evaluation["case"].as_str().expect("it opened a case"))
}

/// So many cases of others, and the person's, were given a category, and it was learned from them.
async fn taught(house: &House, others: u128) {
    let (deposit, courier) = (id(70), id(71));
    for (branch, name) in [(deposit, "押金"), (courier, "骑手")] {
        let names = json!({ "name_zh": name, "name_en": name });
        fine(&house.put(ADMIN, &format!("/api/v1/trees/category/{branch}"), names).await);
    }
    for at in 0..others {
        let (said, category) = match at % 2 {
            0 => (format!("租期满了{at}天，押金还扣着不给我"), deposit),
            _ => (format!("骑手把箱子扔在{at}号门口就走了"), courier),
        };
        // Nothing is promised for praise, whose clocks would be work without meaning here.
        let body = json!({ "kind": "praise", "channel": "phone", "said": said,
            "category": category });
        fine(&house.put(MANAGER, &format!("/api/v1/cases/{}", id(1_000 + at)), body).await);
    }
    let correct = format!("{}/correct", case_of(house).await);
    let given = json!({ "category": courier, "reason": SECRETS[6] });
    fine(&house.post(MANAGER, &correct, given).await);
    fine(&house.post(ADMIN, "/api/v1/text/model/train", Value::Null).await);
    worker::run_due(&house.app).await.unwrap();
    assert!(!knowing(house).await.is_empty(), "the person's words are learned");
}

/// Versions of what was learned, in force or kept, that were taught what the person said.
async fn knowing(house: &House) -> Vec<String> {
    let mut conn = house.app.db.read().await.unwrap();
    let stored = model::find(&mut conn, house.ours).await.unwrap();
    let mut learned = stored.map_or_else(Learned::default, |it| {
        Learned::from_bytes(&it.learned).expect("it was written so")
    });
    let mut found = vec![];
    while let Some(router) = learned.router() {
        if router.route(SECRETS[4]).iter().any(|it| !it.spans.is_empty()) {
            let number = learned.current().map(|it| it.number);
            found.push(format!("category_model: {} taught version {number:?}", SECRETS[4]));
        }
        learned.roll_back();
    }
    found
}

async fn learning(house: &House) -> Value {
    house.get(ADMIN, "/api/v1/text/model").await.json()
}

/// An anonymous evaluation whose writer named the person; it waits to be opened.
async fn posted(house: &House) {
    let said = format!("我是{}，电话{}，你们没有回", SECRETS[0], SECRETS[1]);
    let mut fields = "lang=zh-CN&a.overall=1&anonymous=on&a.suggestion=".to_owned();
    for byte in said.bytes() {
        write!(fields, "%{byte:02X}").unwrap();
    }
    let request = Request::post("/f/ours/standard")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let sent = house.raw(request.body(Body::from(fields)).unwrap()).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
}

/// Worked on, with the person's words in every field there is, and closed.
async fn closed(house: &House) -> String {
    let case = case_of(house).await;
    let post = async |verb: &str, body: Value| {
        let reply = house.post(MANAGER, &format!("{case}/{verb}"), body).await;
        assert!(reply.status.is_success(), "{verb}: {}", reply.text);
    };
    let manager = house.people["manager"];
    post("assign", json!({ "staff": manager, "team": house.team, "reason": SECRETS[6] })).await;
    post("start", json!({})).await;
    post("note", json!({ "text": format!("{} 打来说 {}", SECRETS[0], SECRETS[7]) })).await;
    post("reply", json!({ "text": format!("{}您好：{}", SECRETS[0], SECRETS[6]) })).await;
    post("customer_replied", json!({ "text": SECRETS[7], "how": "phone" })).await;
    post("set_tags", json!({ "tags": [SECRETS[7]] })).await;
    let why = json!({ "root": "process", "branch": null, "text": SECRETS[5] });
    post("set_cause", json!({ "cause": why })).await;
    post("solve", json!({ "solution": SECRETS[6] })).await;
    let waive = json!({ "reason": SECRETS[6] });
    let path = format!("{case}/waive_rectification");
    let waived = house.post(Who::Ours("supervisor"), &path, waive.clone()).await;
    assert!(waived.status.is_success() || waived.code() == "case_wrong_state", "{}", waived.text);
    post("tell", json!({ "text": format!("{}，已处理", SECRETS[0]) })).await;
    post("waive_reevaluation", json!({ "reason": SECRETS[7] })).await;
    worker::run_due(&house.app).await.unwrap();
    post("close", json!({})).await;
    case
}

/// Which of the secrets are still there, and where.
async fn left(house: &House) -> Vec<String> {
    let mut found = vec![];
    for (table, rows) in rows(&house.app.db).await {
        for row in rows {
            let secrets = SECRETS.iter().filter(|it| row.contains(*it));
            found.extend(secrets.map(|it| format!("{table}: {it} in {row}")));
        }
    }
    found.extend(knowing(house).await);
    let disk = house.db.bytes();
    let on_disk = |it: &&&str| disk.windows(it.len()).any(|at| at == it.as_bytes());
    found.extend(SECRETS.iter().filter(on_disk).map(|it| format!("disk: {it}")));
    let mut folders = vec![house.app.config.folder.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            let secrets = SECRETS.iter().filter(|it| text.contains(*it));
            found.extend(secrets.map(|it| format!("file: {it}")));
        }
    }
    found
}

async fn ask(house: &House, who: Who<'_>, n: u128, reason: &str) -> Reply {
    let body = json!({ "customer": id(10), "reason": reason });
    house.put(who, &format!("/api/v1/erasures/{}", id(n)), body).await
}

async fn decide(house: &House, n: u128, what: &str) -> Reply {
    house.post(ADMIN, &format!("/api/v1/erasures/{}/{what}", id(n)), json!({})).await
}

#[tokio::test]
async fn what_was_erased_is_nowhere_and_the_ledger_says_so() {
    let house = lived().await;
    taught(&house, 100).await;
    posted(&house).await;
    let extent = house.get(MANAGER, &format!("/api/v1/customers/{}/erasure", id(10))).await.json();
    assert_eq!(extent["open_cases"].as_array().unwrap().len(), 1, "{extent}");
    assert_eq!(ask(&house, MANAGER, 40, "本人要求").await.code(), "erasure_open_cases");
    let case = closed(&house).await;
    worker::run_due(&house.app).await.unwrap();
    assert!(30 < left(&house).await.len(), "the test looks where they are");
    let extent = house.get(MANAGER, &format!("/api/v1/customers/{}/erasure", id(10))).await.json();
    let count = |name: &str| extent[name].as_u64().unwrap();
    let counts = ["customers", "interactions", "evaluations", "cases"].map(count);
    assert_eq!(counts, [2, 1, 1, 1], "{extent}");
    assert!(0 < count("messages") && 0 < count("invitations"), "{extent}");

    let names = ask(&house, MANAGER, 40, "欧阳绝无要求").await;
    assert_eq!(names.code(), "erasure_reason_private");
    fine(&ask(&house, ADMIN, 40, "本人要求").await);
    assert_eq!(ask(&house, MANAGER, 41, "本人要求").await.code(), "erasure_asked");
    let alone = decide(&house, 40, "approve").await;
    assert_eq!((alone.status.as_u16(), alone.code().as_str()), (403, "four_eyes"));
    fine(&decide(&house, 40, "decline").await);
    assert!(30 < left(&house).await.len(), "nothing is erased by asking");
    fine(&ask(&house, MANAGER, 41, "本人要求").await);
    fine(&ask(&house, MANAGER, 41, "本人要求").await);
    let done = decide(&house, 41, "approve").await;
    assert_eq!(done.json()["state"], "done", "{}", done.text);
    assert_eq!(decide(&house, 41, "approve").await.code(), "erasure_decided");
    worker::run_due(&house.app).await.unwrap();
    house.app.db.forget_log().await.unwrap();
    assert_eq!(left(&house).await, Vec::<String>::new());
    let boxes = &rows(&house.app.db).await["letter_box"];
    assert!(boxes[0].contains("我是***，电话***，你们没有回"), "{boxes:?}");
    // It was learned anew from the others.
    let learning = learning(&house).await;
    assert_eq!(
        (&learning["labelled"], &learning["last_outcome"]),
        (&json!(100), &json!("accepted"))
    );
    let numbers: Vec<&Value> =
        learning["versions"].as_array().unwrap().iter().map(|it| &it["number"]).collect();
    assert_eq!(numbers, [2], "a number is never used twice");

    let report = house.post(ADMIN, "/api/v1/ledger/verify", json!({})).await.json();
    assert_eq!(report["faults"], json!([]), "{report}");
    let erased = report["erased"].as_array().unwrap();
    assert!(8 < erased.len(), "{report}");
    let people = [&house.people["manager"], &house.people["administrator"]].map(|it| json!(it));
    for it in erased {
        assert_eq!(it["reason"], "本人要求");
        assert_eq!([&it["asked_by"]["id"], &it["approved_by"]["id"]], [&people[0], &people[1]]);
    }
    counted_as_before(&house, &case).await;
}

/// What is counted stays, the others stay, and a lie about the rest is still found.
async fn counted_as_before(house: &House, case: &str) {
    let evaluation = house.get(MANAGER, &format!("/api/v1/evaluations/{}", id(30))).await.json();
    assert_eq!((&evaluation["scores"]["csat"], &evaluation["comment"]), (&json!(1), &json!("")));
    assert_eq!(evaluation["answers"], json!({ "overall": 1 }));
    let shown = house.get(MANAGER, case).await.json();
    assert_eq!((&shown["state"], &shown["customer"]), (&json!("closed"), &Value::Null));
    let gone = house.get(MANAGER, &format!("/api/v1/customers/{}", id(10))).await;
    assert_eq!(gone.status, 404);
    let proof = house.get(MANAGER, &format!("/api/v1/evaluations/{}/proof", id(30))).await;
    assert_eq!(proof.code(), "ledger_erased");
    let other = house.get(MANAGER, &format!("/api/v1/evaluations/{}", id(31))).await.json();
    assert_eq!((&other["comment"], &other["customer"]), (&json!("还可以"), &json!(id(11))));
    let audit = house.get(ADMIN, "/api/v1/audit?thing=erasure").await.json();
    let mut actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|it| it["action"].as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["approve", "ask", "ask", "decline"]);

    let mut tx = house.app.db.write().await.unwrap();
    tamper(&mut tx, house.ours, Tamper::ChangeEvaluation).await.unwrap();
    tx.commit().await.unwrap();
    let report = house.post(ADMIN, "/api/v1/ledger/verify", json!({})).await.json();
    let faults: Vec<(&Value, &Value)> = report["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["fault"], &it["row"]["id"]))
        .collect();
    let (changed, erased, other) = (json!("changed"), json!(id(30)), json!(id(31)));
    assert!(
        faults.contains(&(&changed, &erased)) && faults.contains(&(&changed, &other)),
        "{report}"
    );
}

#[tokio::test]
async fn what_was_kept_long_enough_loses_the_person_and_keeps_its_score() {
    let mut house = lived().await;
    taught(&house, 99).await;
    closed(&house).await;
    let days = json!({ "forms": { "standard": 30, "relationship": 0 } });
    fine(&house.put(ADMIN, "/api/v1/settings/retention", days).await);
    let long = json!({ "forms": { "standard": 40_000 } });
    assert_eq!(
        house.put(ADMIN, "/api/v1/settings/retention", long).await.code(),
        "retention_days_max"
    );
    worker::run_due(&house.app).await.unwrap();
    let path = format!("/api/v1/evaluations/{}", id(30));
    assert_eq!(house.get(MANAGER, &path).await.json()["comment"], SECRETS[4], "not yet");
    house.becomes(|| "2026-10-05T14:00:00+08:00".parse().unwrap()).await;
    worker::run_due(&house.app).await.unwrap();
    assert_eq!(knowing(&house).await, Vec::<String>::new());
    let learned = learning(&house).await;
    assert_eq!((&learned["labelled"], &learned["needed"]), (&json!(99), &json!(100)));
    // Too few are left: words decide.
    assert_eq!(
        (&learned["versions"], &learned["last_outcome"]),
        (&json!([]), &json!("too_little"))
    );
    let after = house.get(MANAGER, &path).await.json();
    assert_eq!((&after["scores"]["csat"], &after["comment"]), (&json!(1), &json!("")));
    assert_eq!(after["customer"], Value::Null);
    let open = house.get(MANAGER, &format!("/api/v1/evaluations/{}", id(31))).await.json();
    assert_eq!(open["comment"], "还可以", "its case is still open");
    let report = house.post(ADMIN, "/api/v1/ledger/verify", json!({})).await.json();
    assert_eq!(report["faults"], json!([]), "{report}");
    assert_eq!(report["erased"][0]["reason"], "retention: 30 days");
    // A day on which nobody is taken out who taught leaves what was learned as it is.
    house.becomes(|| "2026-10-06T14:00:00+08:00".parse().unwrap()).await;
    worker::run_due(&house.app).await.unwrap();
    assert_eq!(learning(&house).await["last_trained_at"], learned["last_trained_at"]);
    let audit = house.get(ADMIN, "/api/v1/audit?thing=form").await.json();
    assert!(audit["items"].as_array().unwrap().iter().any(|it| it["action"] == "retain"));
    // The person is still a customer; asked for, the rest goes too, and the chain holds.
    fine(&ask(&house, MANAGER, 41, "本人要求").await);
    fine(&decide(&house, 41, "approve").await);
    worker::run_due(&house.app).await.unwrap();
    let report = house.post(ADMIN, "/api/v1/ledger/verify", json!({})).await.json();
    assert_eq!(report["faults"], json!([]), "{report}");
}
