//! What a collector of traces is told, and what it is not.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use server::trace::otlp;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::harness::{House, Who};

/// Takes one batch; what was asked, and its body.
fn collector() -> (String, JoinHandle<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (address, std::thread::spawn(move || take(&mut listener.accept().unwrap().0)))
}

fn take(from: &mut TcpStream) -> (String, Vec<u8>) {
    let mut all = vec![];
    let mut part = [0; 4096];
    loop {
        let read = from.read(&mut part).unwrap();
        all.extend_from_slice(&part[..read]);
        let Some(end) = all.windows(4).position(|it| it == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
        let length = head.lines().find_map(|it| it.strip_prefix("content-length: ")).unwrap();
        if end + 4 + length.parse::<usize>().unwrap() <= all.len() {
            from.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
            return (head, all.split_off(end + 4));
        }
    }
}

#[test]
fn a_collector_hears_which_route_was_asked_and_not_for_whom() {
    let (address, collected) = collector();
    let (layer, sending) = otlp::to(&address).unwrap();
    let subscriber = tracing_subscriber::registry().with(layer);
    // One thread, as the subscriber is that thread's own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let house = House::new().await;
            let path = "/api/v1/customers?text=13800138000";
            let reply = house.send(Who::Ours("administrator"), "GET", path, None).await;
            assert_eq!(reply.status, 200, "{}", reply.text);
        });
    });
    drop(sending);
    let (head, body) = collected.join().unwrap();
    assert!(head.starts_with("post /v1/traces http/1.1"), "{head}");
    let has = |word: &str| body.windows(word.len()).any(|it| it == word.as_bytes());
    for word in ["huisheng", "GET /api/v1/customers", "http.response.status_code"] {
        assert!(has(word), "{word} is missing in {}", String::from_utf8_lossy(&body));
    }
    assert!(!has("13800138000"));
}
