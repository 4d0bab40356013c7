//! The page between, when a form is flooded: the script does a little work and sends what was written; without
//! script one waits a moment and presses again. Nobody is asked to read crooked letters.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::collect::toll;
use uuid::Uuid;

use super::head::{Head, Words};
use super::html;
use super::posted::Posted;
use crate::App;
use crate::http::limit::Client;

const SCRIPT: &str = include_str!("../../assets/toll.js");

/// After how long it is worth to press again without script.
const AGAIN_SECONDS: u16 = 20;

/// Marks what was sent from this page.
const WAITED: &str = "waited";

#[derive(Template)]
#[template(path = "toll.html")]
struct Page {
    head: Head,
    script: &'static str,
    text: String,
    action: String,
    task: String,
    bits: u32,
    /// What was written, to be sent again as it is.
    pairs: Vec<(String, String)>,
}

/// What is asked for: the form, and the evaluation that it would become.
pub struct Asked<'a> {
    pub slug: &'a str,
    pub form: &'a str,
    pub evaluation: Uuid,
}

/// Whether it may be handed in: the form is not flooded, the work is done or, of those who waited, one of the
/// few that are let in each minute. The machine itself is no flood.
pub fn is_paid(app: &App, client: Client, it: &Asked<'_>, given: &Posted) -> bool {
    let now = app.now();
    let key = || format!("{}/{}", it.slug, it.form);
    if client.0.is_none() || app.limits.forms.take(key(), now).is_ok() {
        return true;
    }
    if let Some(work) = given.first("work") {
        return toll::is_done(it.slug, it.form, it.evaluation, work, now);
    }
    given.has(WAITED, "1") && app.limits.patience.take(key(), now).is_ok()
}

/// The page, holding what was written.
pub fn page(app: &App, words: Words, company: &str, it: &Asked<'_>, given: Posted) -> Response {
    let head = Head::new(app, words, company.to_owned()).titled(words.say("page.toll"));
    let mut pairs = given.0;
    pairs.retain(|(name, _)| !matches!(name.as_str(), "work" | WAITED | "id"));
    pairs.push(("id".to_owned(), it.evaluation.to_string()));
    pairs.push((WAITED.to_owned(), "1".to_owned()));
    let page = Page {
        head,
        script: SCRIPT,
        text: words.say("page.toll_text"),
        action: format!("/f/{}/{}", it.slug, it.form),
        task: toll::task(it.slug, it.form, it.evaluation, app.now()),
        bits: toll::BITS,
        pairs,
    };
    let mut response =
        (StatusCode::TOO_MANY_REQUESTS, html(&page.head.nonce, &page)).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(AGAIN_SECONDS));
    response
}
