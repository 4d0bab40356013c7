//! What the customer sees of a case, for staff to look at.

use app::handle::act_on_case::find_case;
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
/// evaluate in the customer's place.
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
    let mut conn = app.db.read().await?;
    let case = find_case(&mut conn, reader.act(), id).await?.id;
    shown_to_staff(&app, &mut conn, reader.act(), case, query.lang.as_deref(), &headers).await
}
