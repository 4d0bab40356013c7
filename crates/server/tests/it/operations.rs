//! How the process is watched, configured and stopped.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, header};
use jiff::SignedDuration;
use serde_json::json;
use server::App;
use server::commands::serve;
use store::platform::lease;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{House, NOW, Reply, Who, at};

const MANAGER: Who<'_> = Who::Ours("manager");

async fn ready(house: &House) -> Reply {
    house.get(Who::Stranger, "/readyz").await
}

#[tokio::test]
async fn ready_means_database_schema_worker_and_ledger() {
    let mut house = House::new().await;
    let now = house.app.now();
    let seen = ready(&house).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    assert_eq!(seen.json()["worker"], "elsewhere", "no worker in this process: {}", seen.text);
    house.app.pulse.turn(now);
    house.app.pulse.seal(now);
    assert_eq!(ready(&house).await.json()["worker"], "ok");

    house.app.clock = || at(NOW) + SignedDuration::from_secs(31);
    let stuck = ready(&house).await;
    assert_eq!((stuck.status.as_u16(), &stuck.json()["worker"]), (503, &json!("failing")));
    house.app.pulse.turn(house.app.now());
    assert_eq!(ready(&house).await.status, 200);
    house.app.clock = || at(NOW) + SignedDuration::from_secs(90);
    house.app.pulse.turn(house.app.now());
    let unsealed = ready(&house).await;
    assert_eq!((unsealed.status.as_u16(), &unsealed.json()["ledger"]), (503, &json!("failing")));
    house.app.pulse.seal(house.app.now());
    assert_eq!(ready(&house).await.status, 200);

    house.app.db.close().await;
    let gone = ready(&house).await;
    assert_eq!((gone.status.as_u16(), &gone.json()["database"]), (503, &json!("failing")));
    assert_eq!(house.get(Who::Stranger, "/healthz").await.status, 200, "the process lives");
}

/// The page of figures, for who brings `token`.
async fn figures(house: &House, token: &str) -> Reply {
    let request = Request::get("/metrics").header(header::AUTHORIZATION, format!("Bearer {token}"));
    house.raw(request.body(Body::empty()).unwrap()).await
}

fn with(house: &House, change: impl FnOnce(&mut server::config::Config)) -> App {
    let mut config = (*house.app.config).clone();
    change(&mut config);
    App::new(house.app.db.clone(), config, house.app.clock, house.app.ids.clone())
}

#[tokio::test]
async fn figures_are_for_who_brings_the_token_and_name_routes_not_addresses() {
    let mut house = House::new().await;
    assert_eq!(figures(&house, "").await.status, 404, "there are none unless asked for");
    *house.app = with(&house, |it| "secret".clone_into(&mut it.metrics_token));
    assert_eq!(figures(&house, "other").await.status, 401);
    assert_eq!(house.get(Who::Stranger, "/metrics").await.status, 401);

    house.get(Who::Stranger, "/p/ours/SomebodysToken").await;
    house.get(MANAGER, "/api/v1/customers?q=13800138000").await;
    house.get(MANAGER, "/no/such/address").await;
    let reply = figures(&house, "secret").await;
    assert_eq!(reply.status, 200);
    let line = |start: &str| {
        let found = reply.text.lines().find(|it| it.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {}", reply.text)).rsplit(' ').next().unwrap()
    };
    let count = "huisheng_request_seconds_count";
    let labels =
        |route, status| format!("{count}{{route=\"{route}\",method=\"GET\",status=\"{status}\"}}");
    assert_eq!(line(&labels("/p/{slug}/{token}", 404)), "1");
    assert_eq!(line(&labels("/api/v1/customers", 422)), "1");
    assert_eq!(line(&labels("none", 404)), "1");
    for word in ["SomebodysToken", "13800138000", "such"] {
        assert!(!reply.text.contains(word), "{word}");
    }
    // Each company has two timers that wait, and nothing is late.
    assert_eq!(line("huisheng_timers_waiting"), "4");
    assert_eq!(line("huisheng_timer_late_seconds"), "0");
    assert_eq!(line("huisheng_ledger_waiting"), "0");
    assert_eq!(line("huisheng_intake_total"), "0");
    assert_eq!(line("huisheng_intake_turned_away_total"), "0");
    assert_eq!(line("huisheng_connections"), "0", "asked without one");
    house.app.clock = || at(NOW) + SignedDuration::from_hours(25);
    let late = figures(&house, "secret").await.text;
    assert!(late.contains("huisheng_timers_late 4\n"), "{late}");
    let seconds = late.lines().find_map(|it| it.strip_prefix("huisheng_timer_late_seconds "));
    assert!(3600.0 <= seconds.unwrap().parse::<f64>().unwrap(), "{late}");
    for (at, line) in late.lines().enumerate().filter(|(_, it)| !it.starts_with('#')) {
        let value = line.rsplit(' ').next().unwrap();
        assert!(value.parse::<f64>().is_ok(), "line {at} is not of the format: {line}");
    }
}

/// Everything the other side sends until it closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = vec![];
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn until(stream: &mut TcpStream, end: &str) -> String {
    let mut bytes = vec![];
    while !String::from_utf8_lossy(&bytes).contains(end) {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "closed before `{end}`");
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn who_is_told_to_stop_ends_what_is_under_way_and_gives_its_leases_back() {
    let mut house = House::new().await;
    house.app.clock = server::state::system_clock;
    let sent = Request::post("/f/ours/standard")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("lang=zh-CN&a.overall=1&a.suggestion=慢"))
        .unwrap();
    let sent = house.raw(sent).await;
    let progress = sent.headers[header::LOCATION].to_str().unwrap().split('?').next().unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = house.app.clone();
    let served = async {
        serve::serve(&app, listener, true).await.unwrap();
        Instant::now()
    };
    let used = async {
        let idle = TcpStream::connect(address).await.unwrap();
        let mut watched = TcpStream::connect(address).await.unwrap();
        let get = format!("GET {progress}/live HTTP/1.1\r\nHost: x\r\n\r\n");
        watched.write_all(get.as_bytes()).await.unwrap();
        let head = until(&mut watched, "\r\n\r\n").await;
        assert!(head.contains("text/event-stream"), "{head}");
        // Half of a request is there when the house is told to stop.
        let mut slow = TcpStream::connect(address).await.unwrap();
        let head = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                    Content-Length: 53\r\nExpect: 100-continue\r\n\r\n";
        slow.write_all(head.as_bytes()).await.unwrap();
        // The request has begun: its body is waited for.
        until(&mut slow, "100 Continue\r\n\r\n").await;
        slow.write_all(br#"{"tenant":"ours","#).await.unwrap();
        while house.app.pulse.turned().is_none() {
            tokio::task::yield_now().await;
        }
        let told = Instant::now();
        house.app.stop.cancel();
        slow.write_all(br#""login":"admin","password":"x"}   "#).await.unwrap();
        slow.write_all(b"  ").await.unwrap();
        let answer = rest(&mut slow).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "it is answered: {answer}");
        rest(&mut watched).await;
        drop(idle);
        told
    };
    let (ended, told) = tokio::join!(served, used);
    let took = ended.duration_since(told);
    assert!(took < Duration::from_secs(10), "{took:?}");
    let mut conn = house.app.db.read().await.unwrap();
    let free = lease::free(&mut conn, house.app.now()).await.unwrap();
    assert_eq!(i64::try_from(free.len()).unwrap(), lease::PARTS, "its leases are given back");
}
