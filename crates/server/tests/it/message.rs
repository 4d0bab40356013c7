//! What leaves the house: mail, calls of other systems, and what staff are told together.

use app::answer::notice::{Notice, notify};
use app::platform::webhook::publish;
use domain::platform::staff::Staff;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::channel::webhook::signature;
use server::worker;
use store::platform::staff;
use uuid::Uuid;

use crate::harness::{House, NOW, Who, at};
use crate::post::{PostOffice, Receiver};

const ADMIN: Who<'_> = Who::Ours("administrator");
const MANAGER: Who<'_> = Who::Ours("manager");

/// Gives the supervisor an address; their notices go there.
async fn reachable(house: &House, email: &str) -> Staff {
    let mut tx = house.app.db.write().await.unwrap();
    let id = house.people["supervisor"];
    let person = staff::find(&mut tx, house.ours, id).await.unwrap().unwrap();
    let person = Staff { email: Some(email.to_owned()), ..person };
    staff::update(&mut tx, house.ours, &person).await.unwrap();
    tx.commit().await.unwrap();
    person
}

async fn tell(house: &House, person: &Staff, count: usize, urgent: bool) {
    let act = house.app.system(house.ours);
    let mut tx = house.app.db.write().await.unwrap();
    for n in 0..count {
        let values = vec![("count", n.to_string())];
        let notice = Notice { staff: person.id, kind: "more", values, case: None, urgent };
        notify(&mut tx, &act, notice).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn five_hundred_breaches_make_one_message_and_none_at_night() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    let person = reachable(&house, "boss@example.cn").await;
    tell(&house, &person, 500, false).await;
    house.becomes(|| at(NOW) + SignedDuration::from_mins(5)).await;
    worker::run_due(&house.app).await.unwrap();
    let mails = office.take();
    assert_eq!(mails.len(), 1);
    let text = mails[0].part("text/plain");
    assert!(text.contains("以下 500 项") && text.contains("另有 480 项"), "{text}");
    assert!(text.lines().count() < 40, "{text}");

    house.becomes(|| at("2026-09-03T22:00:00+08:00")).await;
    tell(&house, &person, 1, false).await;
    house.becomes(|| at("2026-09-04T07:59:00+08:00")).await;
    worker::run_due(&house.app).await.unwrap();
    assert!(office.take().is_empty(), "the night is quiet");
    house.becomes(|| at("2026-09-04T08:00:00+08:00")).await;
    worker::run_due(&house.app).await.unwrap();
    assert_eq!(office.take().len(), 1);

    house.becomes(|| at("2026-09-04T23:00:00+08:00")).await;
    tell(&house, &person, 1, true).await;
    worker::run_due(&house.app).await.unwrap();
    assert_eq!(office.take().len(), 1, "but for what cannot wait");
}

#[tokio::test]
async fn a_message_waits_for_a_mail_server_and_says_so() {
    let mut house = House::new().await;
    let person = reachable(&house, "boss@example.cn").await;
    tell(&house, &person, 1, true).await;
    worker::run_due(&house.app).await.unwrap();
    let jobs = house.get(MANAGER, "/api/v1/jobs?kind=send_message").await.json();
    let job = &jobs["items"][0];
    assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(0)));
    assert!(job["last_error"].as_str().unwrap().contains("no mail server"), "{job}");
    let office = PostOffice::open(&mut house.app).await;
    house.becomes(|| at(NOW) + SignedDuration::from_mins(10)).await;
    worker::run_due(&house.app).await.unwrap();
    assert_eq!(office.take().len(), 1, "once there is one, it goes out");
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_not_tried_again() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    let person = reachable(&house, "nobody@example.cn").await;
    tell(&house, &person, 1, true).await;
    worker::run_due(&house.app).await.unwrap();
    let jobs = house.get(MANAGER, "/api/v1/jobs?state=dead").await.json();
    assert_eq!((&jobs["items"][0]["attempts"], office.take().len()), (&json!(1), 0));
    assert!(jobs["items"][0]["last_error"].as_str().unwrap().contains("550"), "{jobs}");
}

#[tokio::test]
async fn a_webhook_is_signed_and_tried_again_until_it_is_taken() {
    let mut house = House::new().await;
    let (receiver, address) = Receiver::open(&mut house.app, 1).await;
    let path = format!("/api/v1/webhooks/{}", Uuid::from_u128(1));
    let body = json!({ "url": address, "events": ["case.opened"], "active": true });
    let made = house.put(ADMIN, &path, body.clone()).await.json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert_eq!(house.put(ADMIN, &path, body).await.json()["secret"], Value::Null, "told once");
    let act = house.app.system(house.ours);
    let mut tx = house.app.db.write().await.unwrap();
    publish(&mut tx, &act, "case.opened", json!({ "case": 7 })).await.unwrap();
    publish(&mut tx, &act, "case.closed", json!({ "case": 7 })).await.unwrap();
    tx.commit().await.unwrap();
    worker::run_due(&house.app).await.unwrap();
    let deliveries = format!("{path}/deliveries");
    let failed = house.get(ADMIN, &deliveries).await.json()["items"][0].clone();
    assert_eq!((&failed["state"], &failed["status"]), (&json!("queued"), &json!(503)));
    house.becomes(|| at(NOW) + SignedDuration::from_secs(7)).await;
    worker::run_due(&house.app).await.unwrap();
    let done = house.get(ADMIN, &deliveries).await.json()["items"].clone();
    assert_eq!(done.as_array().unwrap().len(), 1, "only what was subscribed to");
    assert_eq!((&done[0]["state"], &done[0]["status"]), (&json!("delivered"), &json!(204)));
    let calls = receiver.calls();
    assert_eq!(calls.len(), 2);
    for call in &calls {
        let header = |name: &str| call.headers[name].to_str().unwrap().to_owned();
        assert_eq!(
            header("webhook-id"),
            done[0]["id"].as_str().unwrap(),
            "the same, to tell it by"
        );
        let second: i64 = header("webhook-timestamp").parse().unwrap();
        let expected = signature(&secret, &header("webhook-id"), second, &call.body).unwrap();
        assert_eq!(header("webhook-signature"), expected);
        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!((&body["type"], &body["data"]["case"]), (&json!("case.opened"), &json!(7)));
    }
    let again = format!("{deliveries}/{}/retry", done[0]["id"].as_str().unwrap());
    assert_eq!(house.post(ADMIN, &again, json!({})).await.status, 200);
    worker::run_due(&house.app).await.unwrap();
    assert_eq!(receiver.calls().len(), 3);
}

#[tokio::test]
async fn a_webhook_into_the_house_itself_is_not_called() {
    let house = House::new().await;
    let path = format!("/api/v1/webhooks/{}", Uuid::from_u128(1));
    let body = json!({ "url": "https://127.0.0.1/x", "events": ["*"], "active": true });
    house.put(ADMIN, &path, body).await;
    let bad = json!({ "url": "file:///etc/passwd", "events": ["*"], "active": true });
    assert_eq!(house.put(ADMIN, &path, bad).await.code(), "webhook_url");
    let act = house.app.system(house.ours);
    let mut tx = house.app.db.write().await.unwrap();
    publish(&mut tx, &act, "case.opened", json!({})).await.unwrap();
    tx.commit().await.unwrap();
    worker::run_due(&house.app).await.unwrap();
    let failed = house.get(ADMIN, &format!("{path}/deliveries")).await.json();
    let error = failed["items"][0]["error"].as_str().unwrap().to_owned();
    assert!(error.contains("not a public address"), "{error}");
}

#[tokio::test]
async fn a_company_says_it_in_its_own_words() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    let person = reachable(&house, "boss@example.cn").await;
    let path = "/api/v1/templates/staff_reminder/zh-CN";
    let wrong = json!({ "subject": "x", "body": "{{ nobody }}" });
    let reply = house.put(MANAGER, path, wrong).await;
    assert_eq!(
        (reply.code().as_str(), reply.json()["field"].as_str()),
        ("template_wrong", Some("body"))
    );
    let own = json!({ "subject": "提醒 {{ name }}", "body": "<b>{{ text }}</b>" });
    let shown = house.put(MANAGER, path, own).await.json();
    assert_eq!(shown["subject"], "提醒 李雷");
    tell(&house, &person, 1, true).await;
    worker::run_due(&house.app).await.unwrap();
    let mail = office.take().remove(0);
    assert!(mail.part("text/plain").starts_with("<b>"));
    assert!(mail.part("text/html").contains("&lt;b&gt;"), "a wording is text, not HTML");
}

#[tokio::test]
async fn settings_are_checked_and_kept() {
    let house = House::new().await;
    let path = "/api/v1/settings/invitations";
    let bad = json!({ "expiry_days": 0 });
    let reply = house.put(ADMIN, path, bad).await;
    assert_eq!(
        (reply.code().as_str(), reply.json()["field"].as_str()),
        ("out_of_range", Some("expiry_days"))
    );
    let unknown = house.put(ADMIN, path, json!({ "expiryy": 1 })).await;
    assert_eq!(unknown.code(), "setting_value");
    assert_eq!(house.get(ADMIN, "/api/v1/settings/nothing").await.status, 404);
    house.put(ADMIN, path, json!({ "expiry_days": 7 })).await;
    let kept = house.get(Who::Ours("agent"), path).await.json();
    assert_eq!((&kept["expiry_days"], &kept["reminder_hours"]), (&json!(7), &json!(48)));
}
