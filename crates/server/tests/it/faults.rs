//! What breaks around the house: the disk, the connections to the database, the other end of a
//! connection. Each is said as what it is, nothing acknowledged is lost, and it is well again when the
//! fault is over.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;
use server::App;
use server::commands::serve;
use store::testing::fault::{Disk, disk, take_all};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::harness::{House, Reply, Who};

const ADMINISTRATOR: Who<'_> = Who::Ours("administrator");

/// A customer hands in what fills a page or two.
async fn hand_in(house: &House) -> Reply {
    let words = "等了四十分钟".repeat(150);
    let request = Request::post("/f/ours/standard")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("lang=zh-CN&a.overall=1&a.suggestion={words}")));
    house.raw(request.unwrap()).await
}

async fn count(house: &House) -> usize {
    let page = house.get(ADMINISTRATOR, "/api/v1/evaluations?limit=200").await.json();
    page["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_full_disk_is_said_loses_nothing_and_is_forgotten_when_there_is_room() {
    const TRIES_MAX: usize = 200;
    let house = House::new().await;
    assert_eq!(hand_in(&house).await.status, 303);
    if !disk(&house.db, Disk::Full).await {
        return;
    }
    // Who hands in is not asked for here: their group is tried again one by one, over a connection that
    // was opened anew and knows nothing of this disk. `cargo xtask faults` fills a real one.
    let mut acknowledged = 1;
    let mut status = 0;
    for n in 0..TRIES_MAX {
        let id = format!("019a0000-0000-7000-8000-{n:012x}");
        let path = format!("/api/v1/customers/{id}");
        let body = json!({ "name": "李雷", "external_id": id });
        let reply = house.put(ADMINISTRATOR, &path, body).await;
        status = reply.status.as_u16();
        if status == 503 {
            assert_eq!(reply.code(), "busy");
            break;
        }
    }
    assert_eq!(status, 503);
    assert_eq!(count(&house).await, acknowledged, "reading goes on");

    disk(&house.db, Disk::Good).await;
    for _ in 0..3 {
        let reply = hand_in(&house).await;
        assert_eq!(reply.status, 303, "{}", reply.text);
        acknowledged += 1;
    }
    assert_eq!(count(&house).await, acknowledged);
}

#[tokio::test]
async fn on_a_read_only_disk_people_may_look_and_who_writes_is_told_to_come_again() {
    let house = House::new().await;
    assert_eq!(hand_in(&house).await.status, 303);
    if !disk(&house.db, Disk::ReadOnly).await {
        return;
    }
    let refused = hand_in(&house).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(count(&house).await, 1);
    disk(&house.db, Disk::Good).await;
    assert_eq!(hand_in(&house).await.status, 303);
    assert_eq!(count(&house).await, 2);
}

#[tokio::test]
async fn when_every_connection_is_taken_one_is_told_to_come_again_and_does_not_hang() {
    let house = House::new().await;
    let taken = take_all(&house.db).await;
    let asked = house.get(ADMINISTRATOR, "/api/v1/me");
    let refused = timeout(Duration::from_secs(20), asked).await.expect("it is answered");
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (503, "busy"));
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    drop(taken);
    assert_eq!(house.get(ADMINISTRATOR, "/api/v1/me").await.status, 200);
}

/// The house, served with a second of patience.
async fn impatient(house: &House) -> (App, TcpListener) {
    let mut config = (*house.app.config).clone();
    config.limits.head_seconds = 1;
    config.limits.body_seconds = 1;
    let app = App::new(house.app.db.clone(), config, house.app.clock, house.app.ids.clone());
    (app, TcpListener::bind("127.0.0.1:0").await.unwrap())
}

/// Sends that and no more; what comes until the other side hangs up.
async fn say(address: std::net::SocketAddr, words: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut said = vec![];
    let read = stream.read_to_end(&mut said);
    timeout(Duration::from_secs(20), read).await.expect("it is given up").unwrap();
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn who_sends_half_a_request_is_not_waited_for() {
    let house = House::new().await;
    let (app, listener) = impatient(&house).await;
    let address = listener.local_addr().unwrap();
    let heard = async {
        let post = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                    Content-Length: 53\r\n\r\n{";
        let heard = tokio::join!(
            say(address, ""),
            say(address, "GET /healthz HT"),
            say(address, "GET /healthz HTTP/1.1\r\nHost: x\r\n"),
            say(address, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
            say(address, post),
        );
        app.stop.cancel();
        heard
    };
    let (served, (silent, line, half, idle, body)) =
        tokio::join!(serve::serve(&app, listener, false), heard);
    served.unwrap();
    for (said, heard) in [("nothing", silent), ("a line", line), ("a head", half)] {
        assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 408"), "{said}: {heard}");
    }
    assert!(idle.starts_with("HTTP/1.1 200") && idle.ends_with("ok"), "answered first: {idle}");
    assert!(body.starts_with("HTTP/1.1 408") && body.contains("\"too_slow\""), "{body}");
}
