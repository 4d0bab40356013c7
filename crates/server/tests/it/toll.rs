//! A flooded form asks for a little work, and keeps what was written.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use domain::collect::toll;
use jiff::SignedDuration;
use server::App;
use uuid::Uuid;

use crate::harness::{House, NOW, Reply, Who, at};

const FORM: &str = "/f/ours/standard";

/// Handed in by somebody out there.
async fn send(house: &House, id: u128, more: &str) -> Reply {
    let fields =
        format!("id={}&lang=zh-CN&a.overall=4&a.suggestion=%26%22{more}", Uuid::from_u128(id));
    let mut request = Request::post(FORM)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(fields))
        .unwrap();
    let peer: SocketAddr = "8.8.8.8:1".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    house.raw(request).await
}

async fn flooded() -> House {
    let mut house = House::new().await;
    let mut config = (*house.app.config).clone();
    config.limits.form_per_minute = 60;
    let (db, clock, ids) = (house.app.db.clone(), house.app.clock, house.app.ids.clone());
    *house.app = App::new(db, config, clock, ids);
    for n in 1..=60 {
        let now = house.app.now();
        house
            .app
            .limits
            .forms
            .take("ours/standard".to_owned(), now)
            .unwrap_or_else(|_| panic!("{n}"));
    }
    house
}

#[tokio::test]
async fn a_flooded_form_takes_what_was_worked_for_and_each_work_once() {
    let house = flooded().await;
    let asked = send(&house, 1, "").await;
    assert_eq!(asked.status, 429, "{}", asked.text);
    assert!(asked.text.contains("data-task=\"huisheng/ours/standard/"), "{}", asked.text);
    assert!(asked.text.contains("name=\"a.suggestion\" value=\"&#38;&#34;\""), "{}", asked.text);
    assert_eq!(send(&house, 1, "&work=1/1").await.status, 429);
    let work = toll::work("ours", "standard", Uuid::from_u128(1), house.app.now());
    let work = format!("&work={}", work.replace('/', "%2F"));
    let taken = send(&house, 1, &work).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let again = send(&house, 1, &work).await;
    assert_eq!(again.headers[header::LOCATION], taken.headers[header::LOCATION], "the same one");
    assert_eq!(send(&house, 2, &work).await.status, 429, "work for another evaluation");
    let all = house.get(Who::Ours("administrator"), "/api/v1/evaluations").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn without_script_a_few_of_those_who_wait_are_let_in_each_minute() {
    let mut house = flooded().await;
    let page = send(&house, 1, "").await;
    assert!(page.text.contains("<noscript>") && page.text.contains("name=\"waited\""));
    assert_eq!(page.headers[header::RETRY_AFTER], "20");
    assert_eq!(send(&house, 1, "&waited=1").await.status, 303);
    assert_eq!(send(&house, 2, "&waited=1").await.status, 303);
    assert_eq!(send(&house, 3, "&waited=1").await.status, 429, "two a minute of sixty");
    house.app.clock = || at(NOW) + SignedDuration::from_secs(30);
    for n in 0..30 {
        house
            .app
            .limits
            .forms
            .take("ours/standard".to_owned(), house.app.now())
            .unwrap_or_else(|_| panic!("{n}"));
    }
    assert_eq!(send(&house, 3, "&waited=1").await.status, 303);
    house.app.clock = || at(NOW) + SignedDuration::from_mins(5);
    assert_eq!(send(&house, 4, "").await.status, 303, "the flood is over");
}
