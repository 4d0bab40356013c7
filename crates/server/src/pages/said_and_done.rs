//! "You said, we did" (D06).

use app::answer::said_and_done::said_and_done;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::head::{Head, wanted, words_for};
use super::state::day;
use super::survey::{Asked, remember_language, tenant_of};
use super::{html, message};
use crate::App;
use crate::http::problem::Result;

#[derive(Template)]
#[template(path = "said_and_done.html")]
struct Page {
    head: Head,
    items: Vec<Item>,
}

struct Item {
    said: String,
    done: String,
    day: String,
}

/// The page of adopted suggestions.
pub async fn get_said_and_done(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let (tenant, id) = tenant_of(&mut conn, &slug).await?;
    let done = said_and_done(&mut conn, id).await?;
    let language = tenant.as_ref().map(|it| it.language).unwrap_or_default();
    let words = words_for(&wanted(asked.lang.as_deref(), &headers, language), language);
    let (Some(tenant), Some(done)) = (tenant, done) else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    let zone = tenant.time_zone();
    let items = done.into_iter().map(|it| Item {
        day: day(words, &zone, it.done_at),
        said: it.said,
        done: it.done,
    });
    let items = items.collect();
    let head = Head::new(&app, words, tenant.name).titled(words.say("page.said_and_done"));
    let page = Page { head, items };
    Ok(remember_language(html(&page.head.nonce, &page), asked.lang.as_deref()))
}
