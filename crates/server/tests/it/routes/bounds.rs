//! Every body, list and head has a bound: asked of every documented route, so that none is forgotten.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::Value;

use super::{Right, table};
use crate::harness::{House, Who};

/// Larger than any body but that of an uploaded file.
const LARGE: usize = 40 * 1024 * 1024;

fn right(right: &Right) -> Who<'static> {
    match right {
        Right::Public => Who::Stranger,
        Right::SignedIn => Who::Ours("agent"),
        Right::Role { may, .. } => Who::Ours(may),
    }
}

/// The documented operation of a route.
fn operation<'d>(document: &'d Value, method: &str, pattern: &str) -> &'d Value {
    &document["paths"][pattern][method.to_lowercase()]
}

#[tokio::test]
async fn no_route_reads_a_body_without_bound() {
    let house = House::new().await;
    let document = serde_json::to_value(server::http::openapi()).unwrap();
    let large = bytes::Bytes::from(vec![b' '; LARGE]);
    let mut asked = 0;
    for route in table(&house).await {
        let body = &operation(&document, route.method, route.pattern)["requestBody"];
        if body["content"]["application/json"].is_null() {
            continue;
        }
        asked += 1;
        let mut request = Request::builder()
            .method(route.method)
            .uri(&route.path)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(cookie) = house.cookie(right(&route.right)) {
            request = request.header(header::COOKIE, format!("huisheng_session={cookie}"));
        }
        let reply = house.raw(request.body(Body::from(large.clone())).unwrap()).await;
        let name = format!("{} {}: {}", route.method, route.path, reply.text);
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (413, "too_large"), "{name}");
    }
    assert!(30 < asked, "{asked} routes with a body");
}

#[tokio::test]
async fn no_list_is_longer_than_a_page() {
    let house = House::new().await;
    let document = serde_json::to_value(server::http::openapi()).unwrap();
    let mut asked = 0;
    for route in table(&house).await {
        let operation = operation(&document, route.method, route.pattern);
        let answer = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        if !answer["$ref"].as_str().is_some_and(|it| it.contains("/Page_")) {
            continue;
        }
        let mut names = operation["parameters"].as_array().into_iter().flatten();
        assert!(names.any(|it| it["name"] == "limit"), "{} has no bound", route.pattern);
        asked += 1;
        for limit in ["201", "0", "-1", "4294967296", "x"] {
            let sign = if route.path.contains('?') { '&' } else { '?' };
            let path = format!("{}{sign}limit={limit}", route.path);
            let reply = house.get(right(&route.right), &path).await;
            assert_eq!(reply.status, 422, "{path}: {}", reply.text);
        }
    }
    assert!(5 < asked, "{asked} lists");
}

#[tokio::test]
async fn no_head_is_larger_than_browsers_send() {
    let house = House::new().await;
    for route in table(&house).await {
        let request = Request::builder()
            .method(route.method)
            .uri(&route.path)
            .header("x-filler", "x".repeat(33 * 1024));
        let reply = house.raw(request.body(Body::empty()).unwrap()).await;
        let name = format!("{} {}: {}", route.method, route.path, reply.text);
        assert_eq!(
            (reply.status.as_u16(), reply.code().as_str()),
            (431, "head_too_large"),
            "{name}"
        );
    }
    let long = format!("/api/v1/cases?q={}", "x".repeat(33 * 1024));
    assert_eq!(house.get(Who::Ours("manager"), &long).await.status, 431);
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_may_not_do() {
    let house = House::new().await;
    for route in table(&house).await {
        let reply = house.send(right(&route.right), route.method, &route.path, route.body).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            // The poster and the page shown beside a case are pages, which we frame ourselves.
            let kind = reply.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
            let own = name == "x-frame-options" && kind == Some("text/html; charset=utf-8");
            let value = if own { "SAMEORIGIN" } else { value };
            let got = reply.headers.get(name).and_then(|it| it.to_str().ok());
            assert_eq!(got, Some(value), "{name} of {} {}", route.method, route.path);
        }
        let policy = reply.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
