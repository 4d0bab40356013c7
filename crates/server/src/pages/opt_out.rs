//! "No more invitations" (A24): the link asks, only the button does it.

use app::Failure;
use app::collect::follow_invitation::{find_by_token, opt_out};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::platform::tenant::Tenant;

use super::head::{Head, Words, wanted, words_for};
use super::survey::{Asked, remember_language, tenant_of, visitor};
use super::{html, message};
use crate::App;
use crate::http::problem::Result;

#[derive(Template)]
#[template(path = "opt_out.html")]
struct OptOut {
    head: Head,
}

async fn find(app: &App, slug: &str, token: &str) -> Result<Option<Tenant>> {
    let mut conn = app.db.read().await?;
    let (tenant, id) = tenant_of(&mut conn, slug).await?;
    let invitation = find_by_token(&mut conn, id, token).await?;
    Ok(tenant.filter(|_| invitation.is_some()))
}

fn speak(tenant: Option<&Tenant>, chosen: Option<&str>, headers: &HeaderMap) -> Words {
    let language = tenant.map(|it| it.language).unwrap_or_default();
    words_for(&wanted(chosen, headers, language), language)
}

/// Asks whether it is meant.
pub async fn get_opt_out(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let tenant = find(&app, &slug, &token).await?;
    let words = speak(tenant.as_ref(), asked.lang.as_deref(), &headers);
    let Some(tenant) = tenant else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    let head = Head::new(&app, words, tenant.name).titled(words.say("page.opt_out"));
    let page = OptOut { head };
    Ok(remember_language(html(&page.head.nonce, &page), asked.lang.as_deref()))
}

/// It was meant. Saying it again changes nothing.
pub async fn post_opt_out(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let tenant = find(&app, &slug, &token).await?;
    let words = speak(tenant.as_ref(), None, &headers);
    let Some(tenant) = tenant else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    let mut tx = app.db.write().await?;
    match opt_out(&mut tx, &visitor(&app, tenant.id), &token).await {
        Ok(()) => tx.commit().await?,
        Err(Failure::Refused(_)) => {
            return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
        }
        Err(failure) => return Err(failure.into()),
    }
    Ok(message(&app, words.0, StatusCode::OK, "opted_out"))
}
