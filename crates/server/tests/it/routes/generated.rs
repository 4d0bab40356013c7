//! Every documented operation with made-up input, good and bad: no answer is a fault of ours, and none is one
//! that the document does not name. `HUISHENG_ROUNDS` asks for more than the few of a usual run.

use app::Ids;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::harness::{House, Who};

/// Requests of each operation.
const ROUNDS: usize = 4;
/// How deep made-up input goes before it is cut short.
const DEPTH_MAX: usize = 6;

/// Texts that somebody has tripped over before.
const TEXTS: [&str; 14] = [
    "",
    " ",
    "x",
    "等了四十分钟，没有人理",
    "'; DROP TABLE staff; --",
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://a\")",
    "\u{202e}\u{0}\u{1b}[31m",
    "../../etc/passwd",
    "${7*7}{{7*7}}",
    "9999-99-99",
    "2026-09-03T14:00:00+08:00",
    "00000000-0000-0000-0000-000000000000",
    "😀",
];

/// Makes input of a schema, and sometimes spoils it.
struct Maker<'d> {
    document: &'d Value,
    ids: Ids,
}

impl Maker<'_> {
    fn below(&self, count: usize) -> usize {
        let drawn = u64::from_be_bytes(self.ids.bytes());
        usize::try_from(drawn % count as u64).unwrap()
    }

    fn text(&self) -> Value {
        match self.below(16) {
            14 => json!("长".repeat(5_000)),
            15 => json!(Uuid::from_bytes(self.ids.bytes()).to_string()),
            at => json!(TEXTS[at]),
        }
    }

    /// Anything at all.
    fn junk(&self) -> Value {
        match self.below(8) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(-1),
            3 => json!(i64::MAX),
            4 => json!(1e300),
            5 => json!([[], {}]),
            6 => json!({ "unknown": { "deep": [1] } }),
            _ => self.text(),
        }
    }

    fn value(&self, schema: &Value, depth: usize) -> Value {
        if self.below(20) == 0 || DEPTH_MAX < depth {
            return self.junk();
        }
        if let Some(name) = schema["$ref"].as_str() {
            let path = name.trim_start_matches('#');
            return self.value(self.document.pointer(path).unwrap(), depth + 1);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(all) = schema[choice].as_array() {
                return self.value(&all[self.below(all.len())], depth + 1);
            }
        }
        if let Some(all) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in all {
                if let Value::Object(part) = self.value(part, depth + 1) {
                    whole.extend(part);
                }
            }
            return Value::Object(whole);
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[self.below(words.len())].clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[self.below(kinds.len())].as_str(),
            kind => kind.as_str(),
        };
        self.of_kind(kind.unwrap_or(""), schema, depth)
    }

    fn of_kind(&self, kind: &str, schema: &Value, depth: usize) -> Value {
        match kind {
            "null" => Value::Null,
            "boolean" => json!(self.below(2) == 0),
            "integer" => json!([0, 1, 2, 5, 50, 480, 10_000, -1, i64::MAX][self.below(9)]),
            "number" => json!([0.0, 0.5, 1.0, -1.0, 1e9][self.below(5)]),
            "string" => match schema["format"].as_str() {
                Some("uuid") => json!(Uuid::from_u128(self.below(100) as u128).to_string()),
                Some("date-time") => json!("2026-09-03T06:00:00Z"),
                Some("date") => json!("2026-09-03"),
                _ => self.text(),
            },
            "array" => {
                let each = |_| self.value(&schema["items"], depth + 1);
                Value::Array((0..self.below(4)).map(each).collect())
            }
            "object" => self.object(schema, depth),
            _ => self.junk(),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let mut object = Map::new();
        for (name, of) in schema["properties"].as_object().into_iter().flatten() {
            let must = required.iter().any(|it| it == name);
            let there = if must { self.below(30) != 0 } else { self.below(2) == 0 };
            if there {
                object.insert(name.clone(), self.value(of, depth + 1));
            }
        }
        if schema["additionalProperties"].is_object() {
            for _ in 0..self.below(3) {
                let name = self.text().as_str().unwrap_or("").to_owned();
                object.insert(name, self.value(&schema["additionalProperties"], depth + 1));
            }
        }
        Value::Object(object)
    }

    /// The address with everything in it filled.
    fn address(&self, pattern: &str, operation: &Value) -> String {
        let mut url = reqwest::Url::parse("http://house/").unwrap();
        let mut path = pattern.to_owned();
        for it in operation["parameters"].as_array().into_iter().flatten() {
            let name = it["name"].as_str().unwrap();
            let value = match self.value(&it["schema"], 0) {
                // An address has an end.
                Value::String(text) => text.chars().take(1_000).collect(),
                other => other.to_string(),
            };
            if it["in"] == "path" {
                url.set_path("");
                url.path_segments_mut().unwrap().clear().push(&value);
                path = path.replace(&format!("{{{name}}}"), &url.path()[1..]);
            } else if it["in"] == "query" && self.below(2) == 0 {
                url.query_pairs_mut().append_pair(name, &value);
            }
        }
        match url.query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        }
    }

    fn request(
        &self,
        method: &str,
        pattern: &str,
        operation: &Value,
        cookie: &str,
    ) -> Request<Body> {
        let request = Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(self.address(pattern, operation))
            .header(header::COOKIE, format!("huisheng_session={cookie}"));
        let json = &operation["requestBody"]["content"]["application/json"]["schema"];
        if json.is_null() {
            return request.body(Body::from("=1,2\n\"x")).unwrap();
        }
        let body = match self.below(12) {
            0 => "{\"".to_owned(),
            1 => self.junk().to_string(),
            _ => self.value(json, 0).to_string(),
        };
        let kind = if self.below(20) == 0 { "text/plain" } else { "application/json" };
        request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap()
    }
}

/// Whether the document names the status.
fn is_documented(operation: &Value, status: u16) -> bool {
    let named = operation["responses"].as_object().unwrap();
    named.contains_key(&status.to_string()) || named.contains_key(&format!("{}XX", status / 100))
}

async fn told(response: Response<Body>) -> (u16, String) {
    let status = response.status().as_u16();
    // A stream says what changes, for as long as one listens.
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|it| it == "text/event-stream") {
        return (status, String::new());
    }
    let body = to_bytes(response.into_body(), 10_000_000).await.unwrap();
    let text = String::from_utf8_lossy(&body).chars().take(300).collect();
    (status, text)
}

#[tokio::test]
async fn whatever_is_sent_the_answer_is_one_that_the_document_names() {
    let rounds = std::env::var("HUISHENG_ROUNDS").ok().and_then(|it| it.parse().ok());
    let mut house = House::new().await;
    let document = serde_json::to_value(server::http::openapi()).unwrap();
    let maker = Maker { document: &document, ids: Ids::seeded(4) };
    let router = server::http::router(house.app.clone());
    let mut complaints = vec![];
    for round in 0..rounds.unwrap_or(ROUNDS) {
        for (pattern, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let cookie = house.cookie(Who::Ours("administrator")).unwrap();
                let request = maker.request(method, pattern, operation, &cookie);
                let asked = format!("{method} {}", request.uri());
                let (status, text) = told(router.clone().oneshot(request).await.unwrap()).await;
                if !is_documented(operation, status) {
                    complaints.push(format!("round {round}: {asked}: {status} {text}"));
                }
                if status == 401 || pattern == "/api/v1/session" {
                    // It ended its own session.
                    house.becomes(house.app.clock).await;
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}\n{}", complaints.len(), complaints.join("\n"));
}
