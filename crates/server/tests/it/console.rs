//! The staff's console as a browser fetches it.

use axum::body::Body;
use axum::http::{Request, header};

use crate::harness::{House, Reply};

async fn get(house: &House, path: &str) -> Reply {
    house.raw(Request::get(path).body(Body::empty()).unwrap()).await
}

/// The page of a browser that brings a session, which nobody looks at here.
async fn get_signed_in(house: &House, path: &str) -> Reply {
    let request = Request::get(path).header(header::COOKIE, "huisheng_session=kept");
    house.raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn whoever_types_the_bare_address_comes_to_the_console() {
    let house = House::new().await;
    for path in ["/", "/console"] {
        let reply = get(&house, path).await;
        assert_eq!(reply.status, 303, "{path}");
        assert_eq!(reply.headers[header::LOCATION], "/console/", "{path}");
    }
}

#[tokio::test]
async fn the_page_is_there_at_every_address_of_its_own_and_runs_no_script_of_others() {
    let house = House::new().await;
    for path in ["/console/", "/console/cases/0190d3c0-0000-7000-8000-000000000000"] {
        let reply = get_signed_in(&house, path).await;
        if !server::console::is_built() {
            assert_eq!(reply.status, 503, "{path}: a build without console says so");
            assert!(reply.text.contains("cargo xtask run"), "{}", reply.text);
            continue;
        }
        assert_eq!(reply.status, 200, "{path}");
        let policy = reply.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        assert!(reply.text.contains(nonce) && !reply.text.contains("__NONCE__"), "{}", reply.text);
        assert_eq!(reply.headers[header::CACHE_CONTROL], "no-store");
    }
}

#[tokio::test]
async fn who_brings_no_session_gets_the_door_and_not_the_console() {
    let house = House::new().await;
    if !server::console::is_built() {
        return;
    }
    let scripts = |reply: Reply| reply.text.matches("<script type=\"module\"").count();
    let (door, console) =
        (get(&house, "/console/").await, get_signed_in(&house, "/console/").await);
    assert!(door.text.contains("content=\"none\"") && console.text.contains("content=\"kept\""));
    assert!(scripts(door) < scripts(console), "the door waits for no library");
    let named = get(&house, "/console/door.html").await;
    assert!(
        named.text.contains("content=\"none\""),
        "a page is answered, not sent: {}",
        named.text
    );
}

#[tokio::test]
async fn files_are_kept_for_good_and_a_missing_one_is_no_page() {
    let house = House::new().await;
    let gone = get(&house, "/console/assets/gone.js").await;
    assert_eq!(gone.status, 404, "{}", gone.text);
    let page = get_signed_in(&house, "/console/").await;
    let mut scripts = page.text.split("src=\"").skip(1);
    let Some(script) = scripts.find(|it| it.starts_with("/console/assets/vendor-")) else {
        assert!(!server::console::is_built(), "{}", page.text);
        return;
    };
    let script = script.split('"').next().unwrap();
    let request = Request::get(script).header(header::ACCEPT_ENCODING, "gzip, br");
    let reply = house.raw(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, 200, "{script}");
    assert_eq!(reply.headers[header::CONTENT_ENCODING], "br");
    assert!(reply.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
}
