//! The customer's pages: server-rendered HTML that works without script, in one request, with
//! nothing from a third party. A GET never writes.

mod head;
mod invited;
mod opt_out;
mod posted;
mod progress;
mod proof;
mod question;
mod rules;
mod said_and_done;
mod sign_on;
mod state;
mod survey;
mod toll;

use askama::Template;
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use data_encoding::BASE64_NOPAD;
use domain::language::Language;

use crate::App;
use crate::http::problem::Problem;

pub use head::{CSS, Words};
pub use progress::shown_to_staff;
pub use survey::preview;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/f/{slug}/{key}", get(survey::get_open).post(survey::post_open))
        .route("/i/{slug}/{token}", get(invited::get_invited).post(invited::post_invited))
        .route("/i/{slug}/{token}/opened", post(invited::post_opened))
        .route("/i/{slug}/{token}/started", post(invited::post_started))
        .route("/o/{slug}/{token}", get(opt_out::get_opt_out).post(opt_out::post_opt_out))
        .route("/p/{slug}/{token}", get(progress::get_progress).post(progress::post_progress))
        .route("/p/{slug}/{token}/live", get(progress::get_live))
        .route("/p/{slug}/{token}/proof", get(proof::get_proof))
        .route("/check", get(proof::get_check).post(proof::post_check))
        .route("/sso/callback", get(sign_on::get_callback))
        .route("/sso/{slug}", get(sign_on::get_sign_on))
        .route("/w/{slug}", get(said_and_done::get_said_and_done))
}

/// A number used once, by which the page's own style and script are known to be ours.
pub fn nonce(app: &App) -> String {
    BASE64_NOPAD.encode(&app.ids.bytes::<16>())
}

/// The page, with a policy that lets in nothing but what carries `nonce`.
pub fn html(nonce: &str, page: &impl Template) -> Response {
    html_under(nonce, "connect-src 'self'; form-action 'self'", page)
}

/// The same where the page is only looked at: it runs in an origin of its own, and nothing leaves it.
fn html_shut(nonce: &str, page: &impl Template) -> Response {
    html_under(nonce, "form-action 'none'; sandbox allow-scripts", page)
}

fn html_under(nonce: &str, more: &str, page: &impl Template) -> Response {
    let text = match page.render() {
        Ok(text) => text,
        Err(error) => return Problem::internal(&error).into_response(),
    };
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; \
         base-uri 'none'; frame-ancestors 'self'; {more}"
    );
    let policy = HeaderValue::from_str(&policy).expect("base 64 and our own words");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, policy),
        // The console shows the page beside the case.
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    (headers, text).into_response()
}

/// A page that only says something: a link that leads nowhere, or not any more.
#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    head: head::Head,
    text: String,
    link: Option<Link>,
}

struct Link {
    href: String,
    text: String,
}

impl Link {
    fn new(language: Language, href: String, word: &str) -> Self {
        Self { href, text: Words(language).say(word) }
    }
}

/// `name` is of the words `page.NAME` (the heading) and `page.NAME_text`.
pub fn message(app: &App, language: Language, status: StatusCode, name: &str) -> Response {
    message_with(app, language, status, name, None)
}

/// The same with a link to go on by.
fn message_with(
    app: &App,
    language: Language,
    status: StatusCode,
    name: &str,
    link: Option<Link>,
) -> Response {
    let words = Words(language);
    let head = head::Head::new(app, words, words.say("page.house"))
        .titled(words.say(&format!("page.{name}")));
    let text = words.say(&format!("page.{name}_text"));
    let page = Message { head, text, link };
    (status, html(&page.head.nonce, &page)).into_response()
}
