//! What the customer sees of a case, for staff to look at.

use app::handle::act_on_case::{find_case, note_look};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::id::CaseId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::http::extract::{Path, Query};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;
use crate::pages::shown_to_staff;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// zh-CN or en; else as your browser asks.
    pub lang: Option<String>,
}

/// The customer's progress page, without its link and its forms: whoever held those could confirm and
/// evaluate in the customer's place. The look is noted in the audit.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{id}/page",
    tag = "handle",
    params(("id" = CaseId, Path), PageQuery),
    responses((status = 200, body = String, content_type = "text/html"), Problem),
)]
pub async fn get_customer_page(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    reader: Can<may::ReadCases>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut tx = app.db.write().await?;
    let case = find_case(&mut tx, reader.act(), id).await?.id;
    note_look(&mut tx, reader.act(), case).await?;
    let page = shown_to_staff(&app, &mut tx, reader.act(), case, query.lang.as_deref(), &headers);
    let page = page.await?;
    tx.commit().await?;
    Ok(page)
}
