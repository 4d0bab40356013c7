//! The page on which a customer follows what becomes of an evaluation (D01).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::collect::evaluation::Evaluation;
use domain::platform::tenant::Tenant;
use serde::Deserialize;
use store::answer::progress_link;
use store::collect::{evaluation, form};
use store::{Db, Read};

use super::head::{Head, wanted, words_for};
use super::survey::tenant_of;
use super::{html, message};
use crate::App;
use crate::http::problem::Result;

#[derive(Debug, Deserialize)]
pub struct Asked {
    lang: Option<String>,
    /// Just handed in: say thanks.
    new: Option<String>,
}

#[derive(Template)]
#[template(path = "progress.html")]
struct Progress {
    head: Head,
    new: bool,
    thanks: String,
    receipt: String,
    said: String,
}

struct Followed {
    tenant: Tenant,
    evaluation: Evaluation,
    thanks: domain::localized::Localized,
}

async fn find(db: &Db, slug: &str, token: &str) -> Result<Option<Followed>> {
    let mut conn = db.read().await?;
    let (tenant, id) = tenant_of(&mut conn, slug).await?;
    let link = progress_link::find(&mut conn, id, token).await?;
    let (Some(tenant), Some(evaluation)) = (tenant, link.and_then(|it| it.evaluation)) else {
        return Ok(None);
    };
    let Some(evaluation) = evaluation::find(&mut conn, id, evaluation).await? else {
        return Ok(None);
    };
    let thanks = thanks(&mut conn, &evaluation, &tenant).await?;
    Ok(Some(Followed { tenant, evaluation, thanks }))
}

async fn thanks(
    conn: &mut Read,
    evaluation: &Evaluation,
    tenant: &Tenant,
) -> Result<domain::localized::Localized> {
    let (form, version) = (evaluation.form, evaluation.form_version);
    let version = form::find_version(conn, tenant.id, form, version).await?;
    Ok(version.map(|it| it.content.thanks).unwrap_or_default())
}

/// What became of it so far.
pub async fn get_progress(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let found = find(&app.db, &slug, &token).await?;
    let language = found.as_ref().map(|it| it.tenant.language).unwrap_or_default();
    let wanted = wanted(asked.lang.as_deref(), &headers, language);
    let words = words_for(&wanted, language);
    let Some(found) = found else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    let new = asked.new.is_some();
    let title = words.say(if new { "page.received" } else { "page.progress" });
    let page = Progress {
        head: Head::new(&app, words, found.tenant.name.clone()).titled(title),
        new,
        thanks: found.thanks.get(words.tag()).to_owned(),
        receipt: found.evaluation.receipt,
        said: found.evaluation.comment,
    };
    Ok(super::survey::remember_language(html(&page.head.nonce, &page), asked.lang.as_deref()))
}
