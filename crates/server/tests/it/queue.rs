//! What is due happens once, is tried again when it fails, and can be seen when it is given up.

use app::platform::queue::{self, Timer};
use domain::id::{JobId, TimerId};
use jiff::SignedDuration;
use serde_json::json;
use server::worker;
use store::platform::{job, timer};
use uuid::Uuid;

use crate::harness::{House, NOW, Who, at};

const MANAGER: Who<'_> = Who::Ours("manager");

#[tokio::test]
async fn a_timer_happens_when_due_and_comes_back() {
    let mut house = House::new().await;
    assert_eq!(worker::run_due(&house.app).await.unwrap(), 0, "nothing is due yet");
    house.app.clock = || at(NOW) + SignedDuration::from_hours(24);
    assert_eq!(
        worker::run_due(&house.app).await.unwrap(),
        4,
        "each company tidies up and looks whom to ask"
    );
    assert_eq!(worker::run_due(&house.app).await.unwrap(), 0, "once");
    house.app.clock = || at(NOW) + SignedDuration::from_hours(48);
    assert_eq!(worker::run_due(&house.app).await.unwrap(), 4);
}

#[tokio::test]
async fn what_fails_is_tried_again_and_then_lies_where_it_can_be_retried() {
    let mut house = House::new().await;
    let unknown = timer::Timer {
        id: TimerId(Uuid::from_u128(40)),
        key: "unknown".to_owned(),
        due: house.app.now(),
        kind: "unknown".to_owned(),
        subject: None,
        payload: json!({ "kind": "unknown" }),
    };
    let mut tx = house.app.db.write().await.unwrap();
    timer::put(&mut tx, house.ours, &unknown).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(worker::run_due(&house.app).await.unwrap(), 1);
    let path = "/api/v1/jobs?kind=fire&state=";
    let waiting = house.get(MANAGER, &format!("{path}queued")).await.json();
    let waiting = &waiting["items"][0];
    assert_eq!(waiting["attempts"], 1);
    assert!(waiting["last_error"].as_str().unwrap().contains("unknown"), "{waiting}");

    // It cannot be read, so it never will: the next attempt gives it up.
    house.app.clock = || at(NOW) + SignedDuration::from_mins(1);
    assert_eq!(worker::run_due(&house.app).await.unwrap(), 1);
    let dead = house.get(MANAGER, &format!("{path}dead")).await.json();
    let id = dead["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(dead["items"][0]["attempts"], 2);
    let retry = format!("/api/v1/jobs/{id}/retry");
    let reply = house.post(MANAGER, &retry, json!({})).await;
    assert_eq!((reply.status.as_u16(), reply.json()["state"].as_str()), (200, Some("queued")));
    assert_eq!(house.post(MANAGER, &retry, json!({})).await.code(), "job_not_dead");
}

#[tokio::test]
async fn a_timer_taken_back_does_not_happen_and_an_enqueued_key_is_enqueued_once() {
    let mut house = House::new().await;
    let act = house.app.system(house.ours);
    let soon = act.now + SignedDuration::from_mins(1);
    let mut tx = house.app.db.write().await.unwrap();
    queue::schedule(&mut tx, &act, "a", soon, &Timer::TidyUp).await.unwrap();
    queue::schedule(&mut tx, &act, "b", soon, &Timer::TidyUp).await.unwrap();
    assert!(queue::cancel(&mut tx, &act, "a").await.unwrap());
    assert!(!queue::cancel(&mut tx, &act, "a").await.unwrap());
    let job = queue::Job::Fire { timer: Timer::TidyUp };
    assert!(queue::enqueue_once(&mut tx, &act, "c", &job).await.unwrap());
    assert!(!queue::enqueue_once(&mut tx, &act, "c", &job).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(worker::run_due(&house.app).await.unwrap(), 1, "the job");
    house.app.clock = || at(NOW) + SignedDuration::from_mins(1);
    assert_eq!(worker::run_due(&house.app).await.unwrap(), 1, "the timer that is left");
}

/// A job of a kind that ends at once, numbered.
async fn enqueue_many(house: &House, count: u128) {
    let act = house.app.system(house.ours);
    let mut tx = house.app.db.write().await.unwrap();
    for n in 0..count {
        let key = format!("many/{n}");
        queue::schedule(&mut tx, &act, &key, act.now, &Timer::TidyUp).await.unwrap();
        let job = queue::Job::Fire { timer: Timer::TidyUp };
        queue::enqueue(&mut tx, &act, &job);
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn two_workers_share_what_is_due_and_leave_nothing() {
    let house = House::new().await;
    enqueue_many(&house, 100).await;
    let mut apps = vec![];
    for _ in 0..2 {
        let mut app = house.app.clone();
        app.clock = server::state::system_clock;
        app.tasks.spawn(worker::run(app.clone()));
        apps.push(app);
    }
    let parts: Vec<i64> = (0..64).collect();
    let now = house.app.now();
    loop {
        let mut conn = house.app.db.read().await.unwrap();
        let timers = timer::due(&mut conn, &parts, now, 1).await.unwrap();
        let filter = job::Filter { limit: 200, ..job::Filter::default() };
        let jobs = job::list(&mut conn, house.ours, &filter).await.unwrap();
        if timers.is_empty() && jobs.iter().all(|it| it.state == job::State::Done) {
            assert_eq!(jobs.len(), 100);
            assert!(jobs.iter().all(|it| it.attempts == 1), "each was tried once");
            break;
        }
        drop(conn);
        tokio::task::yield_now().await;
    }
    house.app.stop.cancel();
    house.app.tasks.close();
    house.app.tasks.wait().await;
    let mut conn = house.app.db.read().await.unwrap();
    let free = store::platform::lease::free(&mut conn, now).await.unwrap();
    assert_eq!(free.len(), 64, "both gave their parts back");
    let found = job::find(&mut conn, house.theirs, JobId(Uuid::nil())).await.unwrap();
    assert_eq!(found, None);
}
