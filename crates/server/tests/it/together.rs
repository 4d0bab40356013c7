//! Two people at one thing: the second is told, and nothing is overwritten silently.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{House, Reply, Who};
use crate::routes::collect::form;

const ADMIN: Who<'_> = Who::Ours("administrator");

/// Changes a thing as somebody who began from `etag`.
async fn put(house: &House, path: &str, body: &Value, etag: &str) -> Reply {
    let cookie = house.cookie(ADMIN).unwrap();
    let request = Request::put(path)
        .header(header::COOKIE, format!("huisheng_session={cookie}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, format!("\"{etag}\""))
        .header(header::ACCEPT_LANGUAGE, "en");
    house.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

/// Two people open a thing of `etag`: the first keeps it, the second is refused and changes nothing;
/// whoever opens it anew may.
async fn second_is_told(house: &House, path: &str, etag: &str, [one, two]: [Value; 2]) {
    let first = put(house, path, &one, etag).await;
    assert_eq!(first.status, 200, "{path}: {}", first.text);
    let second = put(house, path, &two, etag).await;
    assert_eq!((second.status.as_u16(), second.code().as_str()), (412, "overtaken"), "{path}");
    assert!(second.json()["title"].as_str().unwrap().contains("Somebody changed this"));
    if let Some(now) = first.headers.get(header::ETAG) {
        let now = now.to_str().unwrap().trim_matches('"');
        assert_ne!(now, etag, "{path}");
        let third = put(house, path, &two, now).await;
        assert_eq!(third.status, 200, "{path}: {}", third.text);
    }
}

async fn found(house: &House, path: &str, is: impl Fn(&Value) -> bool) -> Value {
    let all = house.get(ADMIN, path).await.json();
    all.as_array().unwrap().iter().find(|it| is(it)).cloned().unwrap()
}

fn etag(of: &Value) -> String {
    of["etag"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_draft_of_a_form_is_nobodys_to_overwrite() {
    let house = House::new().await;
    let path = format!("/api/v1/forms/{}", form(&house, "standard").await);
    let opened = house.get(ADMIN, &path).await;
    let it = opened.json();
    assert_eq!(opened.headers[header::ETAG].to_str().unwrap(), format!("\"{}\"", etag(&it)));
    let titled = |title: &str| {
        let mut content = it["draft"].clone();
        content["title"]["en"] = json!(title);
        json!({ "key": "standard", "content": content })
    };
    // That somebody publishes or retires it is in nobody's way.
    house.post(ADMIN, &format!("{path}/retire"), json!({ "retired": true })).await;
    second_is_told(&house, &path, &etag(&it), [titled("One"), titled("Two")]).await;
    // Without a mark the last one is heard, as programs expect.
    assert_eq!(house.put(ADMIN, &path, titled("Three")).await.status, 200);
    let new = format!("/api/v1/forms/{}", Uuid::from_u128(404));
    assert_eq!(put(&house, &new, &titled("Four"), &etag(&it)).await.status, 412);
}

#[tokio::test]
async fn scripts_branches_roles_and_wordings_are_nobodys_to_overwrite() {
    let house = House::new().await;
    let script = format!("/api/v1/scripts/{}", Uuid::from_u128(1));
    let script_of = |body: &str| json!({ "title": "致歉", "body": body, "language": "zh-CN" });
    let made = house.put(ADMIN, &script, script_of("很抱歉。")).await.json();
    second_is_told(&house, &script, &etag(&made), [script_of("一"), script_of("二")]).await;

    let branch = format!("/api/v1/trees/category/{}", Uuid::from_u128(2));
    let branch_of = |name: &str| json!({ "name_zh": name, "name_en": "Delivery" });
    house.put(ADMIN, &branch, branch_of("送货")).await;
    let it = found(&house, "/api/v1/trees/category", |it| it["name_zh"] == "送货").await;
    second_is_told(&house, &branch, &etag(&it), [branch_of("配送"), branch_of("物流")]).await;

    let role = format!("/api/v1/roles/{}", Uuid::from_u128(3));
    let role_of = |name: &str| {
        json!({ "key": "night", "name": name, "reach": "own",
        "permissions": ["cases:read"] })
    };
    house.put(ADMIN, &role, role_of("夜班")).await;
    let it = found(&house, "/api/v1/roles", |it| it["key"] == "night").await;
    second_is_told(&house, &role, &etag(&it), [role_of("晚班"), role_of("通宵")]).await;

    let wording = "/api/v1/templates/digest/en";
    let is = |it: &Value| it["key"] == "digest" && it["language"] == "en";
    let it = found(&house, "/api/v1/templates", is).await;
    let wording_of = |subject: &str| json!({ "subject": subject, "body": "{{ lines }}" });
    second_is_told(&house, wording, &etag(&it), [wording_of("One"), wording_of("Two")]).await;
}

#[tokio::test]
async fn settings_and_the_company_are_nobodys_to_overwrite() {
    let house = House::new().await;
    let mark = |it: &Reply| it.headers[header::ETAG].to_str().unwrap().trim_matches('"').to_owned();
    let path = "/api/v1/settings/notices";
    let opened = house.get(ADMIN, path).await;
    let of = |minutes: u8| json!({ "window_minutes": minutes });
    second_is_told(&house, path, &mark(&opened), [of(7), of(9)]).await;

    let path = "/api/v1/company";
    let opened = house.get(ADMIN, path).await;
    assert_eq!(opened.json()["slug"], "ours");
    let named = |name: &str| json!({ "name": name, "zone": "Asia/Urumqi", "language": "en" });
    second_is_told(&house, path, &mark(&opened), [named("青禾"), named("回声")]).await;
    let now = house.get(ADMIN, path).await.json();
    assert_eq!((&now["name"], &now["zone"]), (&json!("回声"), &json!("Asia/Urumqi")));
    let nowhere = json!({ "name": "x", "zone": "Mars/Olympus", "language": "en" });
    assert_eq!(house.put(ADMIN, path, nowhere).await.code(), "zone_unknown");
}

#[tokio::test]
async fn what_one_arranges_is_ones_own() {
    let house = House::new().await;
    let agent = Who::Ours("agent");
    let views = json!([{ "name": "我的低分", "query": "scores=1%2C2" }]);
    let path = "/api/v1/me/preferences/views.cases";
    assert_eq!(house.put(agent, path, views.clone()).await.status, 204);
    assert_eq!(house.put(agent, path, views.clone()).await.status, 204, "again is harmless");
    let kept = house.get(agent, "/api/v1/me/preferences").await.json();
    assert_eq!(kept, json!({ "views.cases": views }));
    for other in [Who::Ours("manager"), Who::Theirs] {
        assert_eq!(house.get(other, "/api/v1/me/preferences").await.json(), json!({}));
    }
    let long = json!(["x".repeat(17_000)]);
    for (path, value, code) in [
        ("/api/v1/me/preferences/A%20B", json!([]), "preference_key_form"),
        (path, json!(5), "preference_value"),
        (path, long, "too_large"),
    ] {
        let reply = house.put(agent, path, value).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, code));
    }
    for n in 0..99 {
        let path = format!("/api/v1/me/preferences/k{n}");
        assert_eq!(house.put(agent, &path, json!({})).await.status, 204);
    }
    assert_eq!(house.put(agent, "/api/v1/me/preferences/more", json!({})).await.code(), "too_many");
    assert_eq!(house.put(agent, path, json!([])).await.status, 204, "what is there may change");
}

#[tokio::test]
async fn a_draft_is_seen_as_customers_would_and_can_do_nothing() {
    let house = House::new().await;
    let manager = Who::Ours("manager");
    let mut content =
        house.get(manager, "/api/v1/form-templates").await.json()[0]["content"].take();
    content["title"] = json!({ "zh-CN": "草稿<b>的题目", "en": "A draft" });
    let shown = house
        .post(manager, "/api/v1/form-preview", json!({ "content": content, "lang": "en" }))
        .await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains("<h1>A draft</h1>") && shown.text.contains("lang=\"en\""));
    let policy = shown.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "form-action 'none'",
        "sandbox allow-scripts",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert!(!policy.contains("connect-src"), "{policy}");
    assert!(!shown.text.contains("?lang="), "the language is chosen where the draft is made");

    // As the page's own form sends it; what is typed is text and no markup.
    let pairs = [("content", content.to_string()), ("lang", "zh-CN".to_owned())];
    let spelt = form_urlencoded(&pairs);
    let send = |body: String| {
        let cookie = house.cookie(manager).unwrap();
        let request = Request::post("/api/v1/form-preview")
            .header(header::COOKIE, format!("huisheng_session={cookie}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        house.raw(request.body(Body::from(body)).unwrap())
    };
    let shown = send(spelt).await;
    assert!(shown.text.contains("草稿&#60;b&#62;的题目"), "{}", shown.text);
    assert_eq!(send("content=%7B".to_owned()).await.code(), "body");

    // A draft in the making is drawn with its faults.
    content["title"] = json!({});
    content["languages"] = json!([]);
    content["questions"] = json!([]);
    let shown = house.post(manager, "/api/v1/form-preview", json!({ "content": content })).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
}

fn form_urlencoded(pairs: &[(&str, String)]) -> String {
    let spell = |text: &str| {
        let byte = |it: u8| match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(it).to_string(),
            other => format!("%{other:02X}"),
        };
        text.bytes().map(byte).collect::<String>()
    };
    let pair = |(name, value): &(&str, String)| format!("{name}={}", spell(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}
