//! The staff's console: the files of `web/console/dist`, part of the binary. It has an address of its
//! own, `/console/`, so that a proxy can keep it inside the house while customers' pages are public.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;

use crate::App;
use crate::http::problem::Problem;
use crate::http::session::brings_session;
use crate::pages::nonce;

struct File {
    /// As in `assets/index-4f2a.js`.
    name: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
}

const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// Stands in the page where each answer puts a number used once.
const NONCE: &str = "__NONCE__";
/// Stands in the page where each answer says whether the browser brought a session, or whether this is a
/// new house that waits for its first company. Scripts cannot see the cookie, and asking who it is without
/// one would only be refused.
const SESSION: &str = "__SESSION__";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::to("/console/")))
        .route("/console", get(async || Redirect::to("/console/")))
        .route("/console/", get(get_page))
        .route("/console/{*path}", get(get_file))
}

/// The pages among the files: the console, and the door for who brings no session. They are answered, not sent as
/// files: each carries what only the server knows.
const CONSOLE: &str = "index.html";
const DOOR: &str = "door.html";

/// Whether this build has a console.
pub fn is_built() -> bool {
    find(CONSOLE).is_some()
}

fn find(name: &str) -> Option<&'static File> {
    FILES.binary_search_by(|it| it.name.cmp(name)).ok().map(|at| &FILES[at])
}

async fn get_page(State(app): State<App>, headers: HeaderMap) -> Response {
    let session = if app.setup.is_open() {
        "setup"
    } else if brings_session(&headers) {
        "kept"
    } else {
        "none"
    };
    // Who must sign in first waits for a form, not for the console.
    let Some(page) = find(if session == "none" { DOOR } else { CONSOLE }) else {
        let text = "这个程序没有带上工作台，请用 cargo xtask run 构建。\n\
                    This build has no console; `cargo xtask run` makes one that has.\n";
        return (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    };
    let nonce = nonce(&app);
    let text = String::from_utf8_lossy(page.plain).replace(NONCE, &nonce).replace(SESSION, session);
    // The component library makes its style in the browser and marks it with the number.
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::from_str(&policy).expect("base 64 and our own words");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, text).into_response()
}

/// A file of the console, or its page: what stands behind `/console/` in the address is the page's own affair.
async fn get_file(app: State<App>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let found = find(&path).filter(|it| ![CONSOLE, DOOR].contains(&it.name));
    let Some(file) = found else {
        // A page of an older build asks for a file that is gone: it must not get a page instead.
        let is_file = path.starts_with("assets/");
        return if is_file {
            Problem::no_route().into_response()
        } else {
            get_page(app, headers).await
        };
    };
    // The name of an asset changes with its content.
    let is_asset = path.starts_with("assets/");
    let age = if is_asset { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|it| it.to_str().ok());
    let brotli = file.brotli.filter(|_| accepted.is_some_and(|it| it.contains("br")));
    let mut response = brotli.unwrap_or(file.plain).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(file.name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(age));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if brotli.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |it| it.1) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "webmanifest" => "application/json",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
