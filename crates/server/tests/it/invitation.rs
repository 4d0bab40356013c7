//! A service ends, its customer is asked; whom the rule protects is not, and the reason is known.

use app::collect::{Invite, follow_invitation, invite};
use domain::collect::invitation::{About, Because, Mark, State};
use domain::collect::round::Round;
use domain::id::{CaseId, CustomerId, EvaluationId};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::worker;
use store::answer::message;
use store::testing::rows;
use uuid::Uuid;

use crate::harness::{House, NOW, Who, at};
use crate::post::PostOffice;

const AGENT: Who<'_> = Who::Ours("agent");
const MANAGER: Who<'_> = Who::Ours("manager");

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn customer(house: &House, n: u128, phone: Option<&str>, email: Option<&str>) {
    let body = json!({ "external_id": null, "name": "王芳", "phone": phone, "email": email,
        "language": null, "owner": null });
    let reply = house.put(AGENT, &format!("/api/v1/customers/{}", id(n)), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

/// A call that ended at `ended`, served by the agent.
async fn served(house: &House, n: u128, customer: Option<u128>, ended: &str) -> Value {
    let started = at(ended) - SignedDuration::from_mins(10);
    let body = json!({ "id": id(n), "external_id": null, "customer": customer.map(id),
        "channel": "phone", "subject": null, "team": null, "started": started, "ended": ended,
        "queue_wait_seconds": null, "resolved": null, "transcript": null,
        "segments": [{ "staff": house.people["agent"], "started": started, "ended": null }] });
    let reply = house.put(AGENT, &format!("/api/v1/interactions/{}", id(n)), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let path = format!("/api/v1/invitations?interaction={}", id(n));
    house.get(MANAGER, &path).await.json()["items"][0].clone()
}

async fn run(house: &House) {
    worker::run_due(&house.app).await.unwrap();
}

/// The token of a link like `…/i/ours/TOKEN?q=1`.
fn token(link: &str) -> String {
    link.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_customer_is_asked_by_mail_within_minutes_and_no_link_writes_when_fetched() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    customer(&house, 1, None, Some("wang@example.cn")).await;
    let asked = served(&house, 2, Some(1), NOW).await;
    assert_eq!(
        (asked["state"].as_str(), asked["due"].as_str()),
        (Some("planned"), Some("2026-09-03T06:02:00Z"))
    );
    // Told again of the same service, nothing more is planned.
    served(&house, 2, Some(1), NOW).await;
    run(&house).await;
    assert!(office.take().is_empty(), "not yet");
    house.becomes(|| at(NOW) + SignedDuration::from_mins(2)).await;
    run(&house).await;
    let mails = office.take();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.header("To").as_deref(), Some("wang@example.cn"));
    assert_eq!(mail.header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    assert!(mail.header("Message-ID").unwrap().ends_with("@ours.example>"));
    let text = mail.part("text/plain");
    assert!(text.contains("王芳，您好！") && text.contains("14 天内有效"), "{text}");
    assert!(!text.contains("{choices}") && !text.contains("{token}"), "{text}");
    let links = mail.links();
    let asks = links.iter().find(|it| it.contains("/i/ours/")).unwrap();
    for value in 1..=5 {
        let pick = format!("{}?q={value}", asks.split('?').next().unwrap());
        assert!(links.contains(&pick), "{links:?}");
    }
    let unsubscribe = mail.header("List-Unsubscribe").unwrap();
    assert!(links.iter().any(|it| unsubscribe == format!("<{it}>")), "{unsubscribe} {links:?}");

    let before = rows(&house.app.db).await;
    let kept = format!("{before:?}");
    assert!(!kept.contains(&token(asks)), "the token is kept as its hash only");
    for link in &links {
        let path = link.trim_start_matches("http://127.0.0.1:8400");
        house.get(Who::Stranger, path).await;
    }
    assert_eq!(rows(&house.app.db).await, before, "a fetch wrote something");
}

#[tokio::test]
async fn a_token_is_one_invitations_and_is_answered_once() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    customer(&house, 1, None, Some("wang@example.cn")).await;
    served(&house, 2, Some(1), NOW).await;
    house.becomes(|| at(NOW) + SignedDuration::from_mins(2)).await;
    run(&house).await;
    let mail = office.take().remove(0);
    let token = token(mail.links().iter().find(|it| it.contains("/i/")).unwrap());
    let (ours, theirs) = (house.app.system(house.ours), house.app.system(house.theirs));
    let mut tx = house.app.db.write().await.unwrap();
    let found = follow_invitation::find_by_token(&mut tx, house.ours, &token).await.unwrap();
    let found = found.unwrap();
    assert_eq!((found.recipient.as_str(), found.state), ("wang@example.cn", State::Sent));
    for wrong in [token.to_uppercase(), format!("{token}A"), String::new(), "../..".to_owned()] {
        let none = follow_invitation::find_by_token(&mut tx, house.ours, &wrong).await.unwrap();
        assert_eq!(none, None, "{wrong}");
    }
    let none = follow_invitation::find_by_token(&mut tx, house.theirs, &token).await.unwrap();
    assert_eq!(none, None, "bound to its company");
    assert!(follow_invitation::mark(&mut tx, &theirs, &token, Mark::Opened).await.is_err());
    follow_invitation::mark(&mut tx, &ours, &token, Mark::Opened).await.unwrap();
    follow_invitation::mark(&mut tx, &ours, &token, Mark::Opened).await.unwrap();
    let answer = EvaluationId(id(9));
    follow_invitation::complete(&mut tx, &ours, found.id, answer).await.unwrap();
    let again = follow_invitation::complete(&mut tx, &ours, found.id, answer).await;
    assert_eq!(again.unwrap_err().code(), Some("invitation_answered"));
    tx.commit().await.unwrap();
    let funnel = house.get(MANAGER, "/api/v1/invitations/funnel?by=form&round=first").await.json();
    let expected = json!([{ "part": "standard", "sent": 1, "delivered": 1, "opened": 1,
        "started": 1, "completed": 1, "suppressed": 0, "response_rate": 1.0 }]);
    assert_eq!(funnel, expected);

    // Who answered is asked about the same service once more after a week, and not reminded.
    house
        .becomes(|| at(NOW) + SignedDuration::from_hours(7 * 24) + SignedDuration::from_mins(3))
        .await;
    run(&house).await;
    let later = office.take();
    assert_eq!(later.len(), 1, "{later:?}");
    let list = house.get(MANAGER, "/api/v1/invitations?round=cooling_off").await.json();
    assert_eq!(list["items"][0]["state"], "sent", "{list}");
    assert_eq!(list["items"][0]["form"], "cooling_off");
}

#[tokio::test]
async fn who_does_not_answer_is_reminded_once_and_the_link_ends() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    customer(&house, 1, None, Some("wang@example.cn")).await;
    served(&house, 2, Some(1), NOW).await;
    house.becomes(|| at(NOW) + SignedDuration::from_mins(2)).await;
    run(&house).await;
    let first = office.take().remove(0);
    house.becomes(|| at(NOW) + SignedDuration::from_hours(49)).await;
    run(&house).await;
    run(&house).await;
    let reminders = office.take();
    assert_eq!(reminders.len(), 1);
    assert!(reminders[0].part("text/plain").contains("只提醒这一次"));
    house.becomes(|| at(NOW) + SignedDuration::from_hours(15 * 24)).await;
    run(&house).await;
    assert!(office.take().is_empty());
    let list = house.get(MANAGER, "/api/v1/invitations").await.json();
    assert_eq!(list["items"][0]["state"], "expired");
    let act = house.app.system(house.ours);
    let mut tx = house.app.db.write().await.unwrap();
    // The links of both messages lead to the same invitation, which is over.
    for mail in [&first, &reminders[0]] {
        let token = token(mail.links().iter().find(|it| it.contains("/i/")).unwrap());
        let found = follow_invitation::find_by_token(&mut tx, house.ours, &token).await.unwrap();
        let over =
            follow_invitation::complete(&mut tx, &act, found.unwrap().id, EvaluationId(id(9)))
                .await;
        assert_eq!(over.unwrap_err().code(), Some("invitation_over"));
    }
}

#[tokio::test]
async fn nobody_is_asked_twice_in_thirty_days_over_any_channel() {
    let mut house = House::new().await;
    let office = PostOffice::open(&mut house.app).await;
    let settings = json!({ "channels": ["email", "sms"] });
    let reply =
        house.put(Who::Ours("administrator"), "/api/v1/settings/invitations", settings).await;
    assert_eq!((reply.status.as_u16(), &reply.json()["fatigue_days"]), (200, &json!(30)));
    customer(&house, 1, Some("13812345678"), None).await;
    customer(&house, 3, None, Some("wang@example.cn")).await;
    let first = served(&house, 11, Some(1), NOW).await;
    assert_eq!(first["channel"], "sms");
    house.becomes(|| at(NOW) + SignedDuration::from_mins(2)).await;
    run(&house).await;
    // The two turn out to be one person: what one was sent counts for both.
    let path = format!("/api/v1/customers/{}/merge", id(1));
    assert_eq!(house.post(AGENT, &path, json!({ "into": id(3) })).await.status, 200);
    house.becomes(|| at(NOW) + SignedDuration::from_hours(24)).await;
    let second = served(&house, 12, Some(3), "2026-09-04T14:00:00+08:00").await;
    assert_eq!((&second["state"], &second["because"]), (&json!("suppressed"), &json!("fatigue")));
    let act = house.app.system(house.ours);
    let mut tx = house.app.db.write().await.unwrap();
    let again = Invite {
        round: Round::AfterRectification,
        about: About::Case(CaseId(id(70))),
        customer: Some(CustomerId(id(3))),
        staff: None,
        team: None,
        form: None,
        channel: None,
        happened: act.now,
        answered: true,
    };
    let after = invite(&mut tx, &act, again.clone()).await.unwrap();
    assert_eq!((after.state, after.form.as_str()), (State::Planned, "after_rectification"));
    tx.commit().await.unwrap();
    house.becomes(|| at(NOW) + SignedDuration::from_hours(25)).await;
    run(&house).await;
    let mail = office.take().remove(0);
    assert!(mail.part("text/plain").contains("已经处理"));
    // "No more" is said once, and heard everywhere, also for another entry of the same address.
    let token = token(mail.links().iter().find(|it| it.contains("/o/")).unwrap());
    let mut tx = house.app.db.write().await.unwrap();
    follow_invitation::opt_out(&mut tx, &act, &token).await.unwrap();
    follow_invitation::opt_out(&mut tx, &act, &token).await.unwrap();
    let never = invite(&mut tx, &act, again).await.unwrap();
    assert_eq!((never.state, never.because), (State::Suppressed, Some(Because::OptedOut)));
    tx.commit().await.unwrap();
    customer(&house, 4, None, Some("WANG@example.cn")).await;
    let twin = served(&house, 13, Some(4), "2026-09-04T15:00:00+08:00").await;
    assert_eq!(twin["because"], "opted_out");
}

#[tokio::test]
async fn a_reason_is_kept_for_everybody_who_is_not_asked() {
    let house = House::new().await;
    customer(&house, 1, Some("13812345678"), None).await;
    let reason = |it: Value| it["because"].as_str().unwrap_or("none").to_owned();
    assert_eq!(reason(served(&house, 11, None, NOW).await), "no_customer");
    assert_eq!(reason(served(&house, 12, Some(1), NOW).await), "no_contact");
    let late = served(&house, 13, Some(1), "2026-09-02T13:59:00+08:00").await;
    assert_eq!(reason(late), "no_contact", "who cannot be reached cannot be late");
    customer(&house, 2, None, Some("li@example.cn")).await;
    let late = served(&house, 14, Some(2), "2026-09-02T13:59:00+08:00").await;
    assert_eq!(reason(late), "too_late");
    let history = served(&house, 15, Some(2), "2026-08-01T14:00:00+08:00").await;
    assert_eq!(history, Value::Null, "what was brought in from long ago is no occasion");
    let off = json!({ "on": false });
    house.put(Who::Ours("administrator"), "/api/v1/settings/invitations", off).await;
    assert_eq!(reason(served(&house, 16, Some(2), NOW).await), "switched_off");
}

#[tokio::test]
async fn a_link_can_be_handed_over_by_a_manager_and_the_rule_stands() {
    let house = House::new().await;
    customer(&house, 1, Some("13812345678"), None).await;
    served(&house, 2, Some(1), NOW).await;
    let path = format!("/api/v1/interactions/{}/invitations", id(2));
    let body = json!({ "form": null, "channel": "web_link" });
    let made = house.post(MANAGER, &path, body.clone()).await;
    assert_eq!((made.status.as_u16(), &made.json()["state"]), (201, &json!("sent")));
    assert_eq!(made.json()["round"], "spot_check", "the house had its turn");
    let link = made.json()["link"].as_str().unwrap().to_owned();
    assert_eq!(token(&link).len(), 22, "128 bits: {link}");
    let list = house.get(MANAGER, "/api/v1/invitations").await;
    assert!(!list.text.contains(&token(&link)), "told once");
    let again = house.post(MANAGER, &path, body).await.json();
    assert_eq!((&again["because"], &again["link"]), (&json!("asked_before"), &Value::Null));
    assert_eq!(house.post(AGENT, &path, json!({})).await.status, 403, "staff do not choose");
}

#[tokio::test]
async fn two_workers_send_each_invitation_once() {
    let house = House::new().await;
    for n in 0..40 {
        customer(&house, 100 + n, None, Some(&format!("c{n}@example.cn"))).await;
        served(&house, 200 + n, Some(100 + n), NOW).await;
    }
    // Both at once, and neither heeds a lease: the row of the timer is what makes it once.
    let mut app = house.app.clone();
    app.clock = || at(NOW) + SignedDuration::from_mins(3);
    let (one, other) = (worker::run_due(&app), worker::run_due(&app));
    let (one, other) = tokio::join!(one, other);
    assert!(80 <= one.unwrap() + other.unwrap(), "each a timer and a job");
    let mut conn = house.app.db.read().await.unwrap();
    let filter = message::Filter { limit: 200, ..message::Filter::default() };
    let sent = message::list(&mut conn, house.ours, &filter).await.unwrap();
    let mut recipients: Vec<_> = sent.iter().map(|it| it.recipient.as_str()).collect();
    recipients.sort_unstable();
    recipients.dedup();
    assert_eq!((sent.len(), recipients.len()), (40, 40));
}
