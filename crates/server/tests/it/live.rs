//! Open pages hear that something of a kind changed: theirs, and nothing more.

use axum::body::BodyDataStream;
use axum::http::{Request, header};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use server::worker;
use uuid::Uuid;

use crate::harness::{House, Who};

/// Listens as a page does.
async fn listen(house: &House, who: Who<'_>) -> BodyDataStream {
    let cookie = format!("huisheng_session={}", house.cookie(who).unwrap());
    let request = Request::get("/api/v1/live").header(header::COOKIE, cookie);
    let reply = house.open(request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.headers()[header::CONTENT_TYPE], "text/event-stream");
    reply.into_body().into_data_stream()
}

/// The kinds of the next event.
async fn next(stream: &mut BodyDataStream) -> Vec<String> {
    let bytes = stream.next().await.unwrap().unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let data = text.lines().find_map(|it| it.strip_prefix("data: ")).unwrap_or_else(|| {
        panic!("not an event: {text}");
    });
    assert!(text.starts_with("event: changed"), "{text}");
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(data.as_object().unwrap().len(), 1, "kinds and nothing else: {data}");
    serde_json::from_value(data["kinds"].clone()).unwrap()
}

/// Hands in evaluations until this one hears of it: the first may come before anybody looked.
async fn heard(house: &House, stream: &mut BodyDataStream) -> Vec<String> {
    let forms = house.get(Who::Ours("manager"), "/api/v1/forms").await.json();
    let all = forms["items"].as_array().or(forms.as_array()).unwrap().clone();
    let form = all.iter().find(|it| it["key"] == "standard").unwrap()["id"].clone();
    for n in 1_u128.. {
        let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(n));
        let body = json!({ "form": form, "answers": { "overall": 5 } });
        let reply = house.put(Who::Ours("manager"), &path, body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        worker::run_due(&house.app).await.unwrap();
        let wait = std::time::Duration::from_millis(1500);
        if let Ok(kinds) = tokio::time::timeout(wait, next(stream)).await {
            return kinds;
        }
    }
    unreachable!("numbers do not end")
}

#[tokio::test]
async fn who_may_read_figures_hears_of_them_and_another_company_of_nothing() {
    let house = House::new().await;
    let mut theirs = listen(&house, Who::Theirs).await;
    let mut ours = listen(&house, Who::Ours("manager")).await;
    let kinds = heard(&house, &mut ours).await;
    assert!(kinds.contains(&"evaluations".to_owned()), "{kinds:?}");
    assert!(kinds.contains(&"figures".to_owned()), "{kinds:?}");
    let quiet = std::time::Duration::from_millis(1200);
    assert!(tokio::time::timeout(quiet, theirs.next()).await.is_err(), "they heard something");
    house.app.stop.cancel();
    assert!(ours.next().await.is_none(), "the stream ends with the house");
    assert!(theirs.next().await.is_none());
}

#[tokio::test]
async fn nobody_hears_of_what_they_may_not_read() {
    let house = House::new().await;
    // Evaluations are all that this role reads.
    let mut customers = listen(&house, Who::Ours("customer_representative")).await;
    assert_eq!(heard(&house, &mut customers).await, ["evaluations"]);
    house.app.stop.cancel();
}
