//! Calendars and policies, as a manager and the console meet them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{House, Who};

const MANAGER: Who<'_> = Who::Ours("manager");
const AGENT: Who<'_> = Who::Ours("agent");

async fn office(house: &House) -> Value {
    let all = house.get(AGENT, "/api/v1/calendars").await.json();
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
    all[0].clone()
}

async fn due(house: &House, calendar: &Value, body: Value) -> Value {
    let path = format!("/api/v1/calendars/{}/due", calendar["id"].as_str().unwrap());
    let reply = house.post(AGENT, &path, body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

#[tokio::test]
async fn a_new_company_promises_what_the_requirements_say_and_says_in_which_hours() {
    let house = House::new().await;
    let ask = async |body: Value| {
        let reply = house.post(AGENT, "/api/v1/policies/preview", body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    };
    // A Thursday afternoon at two.
    let complaint = ask(json!({ "kind": "complaint", "priority": "normal" })).await;
    let first = &complaint["promises"][0];
    assert_eq!(first["promise"], "first_response");
    assert_eq!(first["due_at"], "2026-09-03T08:00:00Z");
    assert_eq!(first["rule"], "complaint");
    let words = "工作时间 2 小时内（工作时间：周一至周五 09:00–12:00、13:00–18:00（北京时间），\
                 法定节假日除外，调休上班日照常）";
    assert_eq!(first["words"]["zh-CN"], words);
    let complex = json!({ "kind": "consultation", "priority": "normal", "complex": true });
    let complex = ask(complex).await;
    assert_eq!(complex["promises"][0]["due_at"], "2026-09-03T06:05:00Z");
    let solution = &complex["promises"][1];
    assert_eq!(solution["due_at"], "2026-09-04T06:00:00Z");
    assert_eq!(solution["words"]["en"], "within 24 hours");
    assert_eq!(solution["because"], json!(["kind", "complex"]));
    let urgent = ask(json!({ "kind": "issue", "priority": "urgent" })).await;
    assert_eq!(urgent["promises"][0]["due_at"], "2026-09-03T06:30:00Z");
    assert_eq!(urgent["promises"][1]["beaten"], json!(["issue"]));
    assert_eq!(ask(json!({ "kind": "praise", "priority": "low" })).await["promises"], json!([]));
}

#[tokio::test]
async fn a_calendar_is_tried_out_and_changed_in_versions() {
    let house = House::new().await;
    let office = office(&house).await;
    let start = "2026-02-14T17:30:00+08:00";
    let body = json!({ "start": start, "target": { "elapsed": { "seconds": 7200 } } });
    let why = due(&house, &office, body.clone()).await;
    // A draft is tried without being kept: open at night, it is due the same night.
    let mut draft = office["calendar"].clone();
    draft["national"] = json!(false);
    draft["week"]["saturday"] = json!([{ "start": "09:00", "end": "23:00" }]);
    let mut tried = body.clone();
    tried["calendar"] = draft;
    assert_eq!(due(&house, &office, tried.clone()).await["due_at"], "2026-02-14T11:30:00Z");
    tried["calendar"]["week"]["monday"] = json!([{ "start": "09:00", "end": "09:00" }]);
    let path = format!("/api/v1/calendars/{}/due", office["id"].as_str().unwrap());
    let refused = house.post(AGENT, &path, tried).await.json();
    assert_eq!(refused["errors"][0]["field"], "calendar.week.monday");
    assert_eq!(due(&house, &office, body.clone()).await, why);
    assert_eq!(why["due_at"], "2026-02-24T02:30:00Z");
    assert_eq!(why["special_days"][1]["why_zh"], "春节放假");
    assert_eq!(why["spans"][0]["calendar"]["version"], 1);

    let path = format!("/api/v1/calendars/{}", office["id"].as_str().unwrap());
    let mut changed = office["calendar"].clone();
    changed["overrides"] = json!({ "2026-02-20": { "work_as": { "weekday": "monday" } } });
    let put = |version: u32| {
        let body = json!({ "name": office["name"], "calendar": changed, "version": version });
        house.put(MANAGER, &path, body)
    };
    let made = put(1).await.json();
    assert_eq!(made["version"], 2);
    // The same content again is no new version; somebody who saw the old one is told.
    assert_eq!(put(2).await.json()["version"], 2);
    let overtaken = put(1).await;
    assert_eq!((overtaken.status.as_u16(), overtaken.code().as_str()), (409, "version_overtaken"));
    let why = due(&house, &office, body).await;
    assert_eq!(why["due_at"], "2026-02-20T02:30:00Z");
    assert_eq!(why["spans"][0]["calendar"]["version"], 2);
}

#[tokio::test]
async fn a_calendar_that_cannot_work_is_refused_with_its_place() {
    let house = House::new().await;
    let office = office(&house).await;
    let path = format!("/api/v1/calendars/{}", Uuid::from_u128(40));
    for (pointer, value, code, field) in [
        ("/zone", json!("Asia/Peking"), "zone_unknown", "calendar.zone"),
        ("/week/friday/0/end", json!("14:00"), "windows_overlap", "calendar.week.friday"),
        (
            "/overrides",
            json!({ "2026-02-20": { "work": { "windows": [] } } }),
            "window_missing",
            "calendar.overrides.2026-02-20",
        ),
    ] {
        let mut calendar = office["calendar"].clone();
        *calendar.pointer_mut(pointer).unwrap() = value;
        let body = json!({ "name": { "zh-CN": "新" }, "calendar": calendar });
        let reply = house.put(MANAGER, &path, body).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, code), "{}", reply.text);
        assert_eq!(reply.json()["field"], field);
    }
    let mut misspelt = office["calendar"].clone();
    misspelt["week"]["fri"] = json!([]);
    let body = json!({ "name": { "zh-CN": "新" }, "calendar": misspelt });
    assert_eq!(house.put(MANAGER, &path, body).await.code(), "body");
    let nameless = json!({ "name": { "zh-CN": " " }, "calendar": office["calendar"] });
    assert_eq!(house.put(MANAGER, &path, nameless).await.code(), "required");
    assert_eq!(house.get(MANAGER, &path).await.status, 404);
}

#[tokio::test]
async fn a_years_notice_makes_its_deadlines_certain() {
    let house = House::new().await;
    let office = office(&house).await;
    let body = json!({ "start": "2026-12-31T10:00:00+08:00",
        "target": { "working_days": { "days": 2 } } });
    let before = due(&house, &office, body.clone()).await;
    assert_eq!(
        (&before["provisional"], &before["due_at"]),
        (&json!(true), &json!("2027-01-04T16:00:00Z"))
    );
    let path = "/api/v1/calendars/holidays/2027";
    let notice = json!({ "notices": ["https://www.gov.cn/"], "holidays": [
        { "name": "元旦", "off": [["2027-01-01", "2027-01-03"]], "work": ["2027-01-09"] }
    ] });
    assert_eq!(house.put(MANAGER, path, notice).await.status, 200);
    let after = due(&house, &office, body.clone()).await;
    assert_eq!(
        (&after["provisional"], &after["due_at"]),
        (&json!(false), &json!("2027-01-05T16:00:00Z"))
    );
    let known = house.get(AGENT, "/api/v1/calendars/holidays").await.json();
    assert_eq!(known.as_array().unwrap().len(), 18);
    let wrong = json!({ "holidays": [{ "name": "元旦", "off": [["2027-01-01", "2028-01-03"]] }] });
    let reply = house.put(MANAGER, path, wrong).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "holiday_stretch"));
    let audit = house.get(MANAGER, "/api/v1/audit?thing=holidays").await.json();
    assert_eq!(audit["items"][0]["detail"]["year"], 2027);
}

#[tokio::test]
async fn one_policy_is_in_force_and_a_draft_can_be_tried() {
    let house = House::new().await;
    let old = house.get(AGENT, "/api/v1/policies").await.json()[0].clone();
    let mut policy = old["policy"].clone();
    policy["rules"][6]["goals"]["first_response"]["target"] =
        json!({ "elapsed": { "seconds": 600 } });
    let complaint = json!({ "kind": "complaint", "priority": "normal", "policy": policy });
    let tried = house.post(AGENT, "/api/v1/policies/preview", complaint).await.json();
    assert_eq!(tried["promises"][0]["due_at"], "2026-09-03T06:10:00Z");

    let path = format!("/api/v1/policies/{}", Uuid::from_u128(41));
    let name = json!({ "zh-CN": "大促", "en": "Big sale" });
    let body = json!({ "name": name, "policy": policy, "in_force": true });
    assert_eq!(house.put(MANAGER, &path, body.clone()).await.json()["version"], 1);
    let all = house.get(AGENT, "/api/v1/policies").await.json();
    let in_force: Vec<_> =
        all.as_array().unwrap().iter().map(|it| it["in_force"].clone()).collect();
    assert_eq!(in_force, [json!(true), json!(false)]);
    let off = json!({ "name": name, "policy": policy, "in_force": false });
    assert_eq!(house.put(MANAGER, &path, off).await.code(), "policy_none_in_force");

    let mut foreign = body.clone();
    foreign["policy"]["calendar"] = json!(Uuid::from_u128(99));
    assert_eq!(house.put(MANAGER, &path, foreign).await.code(), "calendar_unknown");
    let mut broken = body;
    broken["policy"]["rules"][0]["goals"] = json!({});
    broken["policy"]["rules"][1]["key"] = json!("Not a key");
    let reply = house.put(MANAGER, &path, broken).await.json();
    let faults: Vec<_> =
        reply["errors"].as_array().unwrap().iter().map(|it| it["field"].clone()).collect();
    assert_eq!(faults, ["policy.rules.0.goals", "policy.rules.1.key"]);
}

#[tokio::test]
async fn a_draft_says_which_cases_of_the_last_weeks_it_would_promise_something_else() {
    let house = House::new().await;
    let case = |number: u128, kind: &str| {
        let body = json!({ "kind": kind, "channel": "phone", "said": "等了一个小时没人接" });
        (format!("/api/v1/cases/{}", Uuid::from_u128(number)), body)
    };
    for (path, body) in [case(1, "complaint"), case(2, "suggestion"), case(3, "complaint")] {
        assert_eq!(house.put(MANAGER, &path, body).await.status, 200);
    }
    let policy = house.get(AGENT, "/api/v1/policies").await.json()[0]["policy"].clone();
    let compare = async |policy: &Value, more: Value| {
        let mut body = json!({ "policy": policy });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = house.post(MANAGER, "/api/v1/policies/compare", body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    };
    // The same policy changes nothing, and renaming a rule promises nothing else.
    let mut renamed = policy.clone();
    renamed["rules"][6]["key"] = json!("other");
    let same = compare(&renamed, json!({})).await;
    assert_eq!(
        (&same["tried"], &same["changed"], &same["cases"]),
        (&json!(3), &json!(0), &json!([]))
    );

    let mut faster = policy;
    assert_eq!(faster["rules"][6]["key"], "complaint");
    faster["rules"][6]["goals"]["first_response"]["target"] =
        json!({ "elapsed": { "seconds": 600 } });
    let told = compare(&faster, json!({})).await;
    assert_eq!((&told["tried"], &told["changed"]), (&json!(3), &json!(2)));
    let first = &told["cases"][0];
    assert_eq!(first["kind"], "complaint");
    assert_eq!(first["before"][0]["target"], json!({ "elapsed": { "seconds": 7200 } }));
    assert_eq!(first["after"][0]["target"], json!({ "elapsed": { "seconds": 600 } }));
    let none = compare(&faster, json!({ "opened_from": "2030-01-01T00:00:00Z" })).await;
    assert_eq!(none["tried"], 0);
}
