//! What a member of staff arranged for themselves.

use std::collections::BTreeMap;

use app::platform::preference::put_preference as put;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::problem::{Problem, Result};
use crate::http::session::SignedIn;

/// Everything you arranged for yourself, by key: saved views and the like.
#[utoipa::path(
    get,
    path = "/api/v1/me/preferences",
    tag = "platform",
    responses((status = 200, body = Object), Problem),
)]
pub async fn list_preferences(
    State(app): State<App>,
    who: SignedIn,
) -> Result<Json<BTreeMap<String, Value>>> {
    let me = who.staff()?;
    let mut conn = app.db.read().await?;
    let all = store::platform::preference::list(&mut conn, who.tenant(), me).await?;
    Ok(Json(all.into_iter().collect()))
}

/// Keep something for yourself alone: an object or a list of at most 16 KB.
#[utoipa::path(
    put,
    path = "/api/v1/me/preferences/{key}",
    tag = "platform",
    params(("key" = String, Path)),
    request_body = Object,
    responses((status = 204), Problem),
)]
pub async fn put_preference(
    State(app): State<App>,
    Path(key): Path<String>,
    who: SignedIn,
    Json(value): Json<Value>,
) -> Result<StatusCode> {
    let me = who.staff()?;
    let mut tx = app.db.write().await?;
    put(&mut tx, who.act(), me, &key, value).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
