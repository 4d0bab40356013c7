//! Submissions that arrive together: one commit, none harmed by another, none lost, none twice.

use std::time::Duration;

use app::collect::submit_evaluation::{About, Handed, Submission};
use app::{Act, Failure};
use axum::body::Body;
use axum::http::{Request, header};
use domain::collect::channel::Channel;
use domain::collect::round::Round;
use domain::id::{EvaluationId, FormId, InvitationId};
use futures_util::future::join_all;
use serde_json::{Value, json};
use store::collect::evaluation::{self, Filter};
use uuid::Uuid;

use crate::harness::{House, Reply, Who};

struct Asked {
    act: Act,
    form: FormId,
    version: i64,
}

async fn asked(house: &House) -> Asked {
    let mut conn = house.app.db.read().await.unwrap();
    let form = store::collect::form::find_by_key(&mut conn, house.ours, "standard").await.unwrap();
    let form = form.unwrap();
    let version = form.published_version.unwrap();
    Asked { act: house.app.system(house.ours), form: form.id, version }
}

fn submission(asked: &Asked, id: u128, answers: &Value) -> Submission {
    Submission {
        id: EvaluationId(Uuid::from_u128(id)),
        form: asked.form,
        version: asked.version,
        answers: answers.as_object().unwrap().clone(),
        round: Round::Unsolicited,
        channel: Channel::WebLink,
        language: "zh-CN".to_owned(),
        about: About::default(),
        anonymous: false,
    }
}

/// Hands all of them in while the only writer is busy elsewhere, so that they wait together.
async fn hand_in_together(
    house: &House,
    asked: &Asked,
    all: Vec<Submission>,
) -> Vec<Result<Handed, Failure>> {
    let intake = &house.app.intake;
    let before = house.app.db.write().await.unwrap();
    let waiting = join_all(all.into_iter().map(|it| intake.hand_in(asked.act.clone(), it)));
    let free = async {
        tokio::task::yield_now().await;
        drop(before);
    };
    tokio::join!(waiting, free).0
}

async fn count(house: &House) -> i64 {
    let mut conn = house.app.db.read().await.unwrap();
    let scope = domain::platform::role::Scope::All;
    let filter = Filter { limit: 1, ..Filter::default() };
    evaluation::count(&mut conn, house.ours, &scope, &filter).await.unwrap()
}

#[tokio::test]
async fn submissions_that_wait_together_share_a_commit_and_a_bad_one_harms_none() {
    let mut house = House::new().await;
    // However slow the machine is.
    let patient = Duration::from_mins(1);
    house.app.intake = house.app.intake.clone().with_bounds(100, patient);
    let asked = asked(&house).await;
    let good = json!({ "overall": 2, "suggestion": "等了四十分钟" });
    let all = (1..=40).map(|id| match id {
        7 => submission(&asked, id, &json!({ "overall": 99 })),
        8 => Submission { version: 99, ..submission(&asked, id, &good) },
        // Is refused when its evaluation is written already.
        9 => {
            let invitation = Some(InvitationId(Uuid::from_u128(999)));
            let about = About { invitation, ..About::default() };
            Submission { about, ..submission(&asked, id, &good) }
        }
        _ => submission(&asked, id, &good),
    });
    let outcomes = hand_in_together(&house, &asked, all.collect()).await;
    for (id, outcome) in (1..).zip(&outcomes) {
        match outcome {
            Ok(handed) => assert!(handed.fresh && handed.evaluation.id.0.as_u128() == id, "{id}"),
            Err(error) => assert!([7, 8, 9].contains(&id), "{id}: {error}"),
        }
    }
    assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 37);
    assert_eq!(count(&house).await, 37);
    let counts = house.app.intake.counts();
    assert_eq!((counts.taken, counts.waiting, counts.turned_away), (40, 0, 0));
    // On PostgreSQL four write at once, and one of them does its group twice.
    assert!(counts.groups <= 8, "they share commits: {counts:?}");
}

#[tokio::test]
async fn what_is_pressed_many_times_at_once_is_handed_in_once() {
    let house = House::new().await;
    let asked = asked(&house).await;
    let answers = json!({ "overall": 1, "suggestion": "没人理我" });
    let mut all: Vec<_> = (0..12).map(|_| submission(&asked, 5, &answers)).collect();
    all.push(submission(&asked, 5, &json!({ "overall": 5 })));
    let mut outcomes = hand_in_together(&house, &asked, all).await;
    let other = outcomes.pop().unwrap();
    assert_eq!(other.unwrap_err().code(), Some("id_taken"), "the same id, but not the same");
    let handed: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(handed.iter().filter(|it| it.fresh).count(), 1);
    assert!(handed.iter().all(|it| it.token == handed[0].token));
    assert_eq!(count(&house).await, 1);
}

async fn post(house: &House, fields: &str) -> Reply {
    let request = Request::post("/f/ours/standard")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    house.raw(request.body(Body::from(fields.to_owned())).unwrap()).await
}

#[tokio::test]
async fn who_finds_it_full_is_told_when_to_come_again_and_loses_nothing() {
    let mut house = House::new().await;
    let open = house.app.intake.clone();
    house.app.intake = open.clone().with_bounds(0, Duration::ZERO);
    let asked = asked(&house).await;
    let id = Uuid::from_u128(9);
    let path = format!("/api/v1/evaluations/{id}");
    let body = json!({ "form": asked.form, "answers": { "overall": 4 } });
    let who = Who::Ours("administrator");

    let reply = house.put(who, &path, body.clone()).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (503, "busy"), "{}", reply.text);
    assert_eq!(reply.headers[header::RETRY_AFTER], "2");
    assert_eq!(reply.headers[header::CONTENT_TYPE], "application/problem+json");

    let fields = format!("id={id}&version=1&lang=zh-CN&a.overall=1&a.suggestion=nobody+came");
    let page = post(&house, &fields).await;
    assert_eq!(
        (page.status.as_u16(), &page.headers[header::RETRY_AFTER]),
        (503, &"2".parse().unwrap())
    );
    assert!(page.text.contains("nobody came") && page.text.contains("checked"), "{}", page.text);
    assert!(page.text.contains(&id.to_string()), "the same id goes again: {}", page.text);
    assert!(page.text.contains("data-again=\"2\"") && !page.text.contains("faults\" role"));
    assert_eq!(count(&house).await, 0);

    house.app.intake = open;
    assert_eq!(post(&house, &fields).await.status, 303);
    assert_eq!(house.put(who, &path, body).await.code(), "id_taken");
    assert_eq!(count(&house).await, 1);
}
