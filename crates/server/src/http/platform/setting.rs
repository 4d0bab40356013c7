//! Settings of a company, a group at a time.

use app::platform::setting;
use axum::extract::State;
use serde_json::Value;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};

/// The keys of all groups.
#[utoipa::path(
    get,
    path = "/api/v1/settings",
    tag = "platform",
    responses((status = 200, body = Vec<String>), Problem),
)]
pub async fn list_settings(_who: SignedIn) -> Json<Vec<&'static str>> {
    Json(setting::KEYS.to_vec())
}

/// One group with every value in it, set or by default.
#[utoipa::path(
    get,
    path = "/api/v1/settings/{key}",
    tag = "platform",
    params(("key" = String, Path)),
    responses((status = 200, body = Object), Problem),
)]
pub async fn get_setting(
    State(app): State<App>,
    Path(key): Path<String>,
    who: SignedIn,
) -> Result<Json<Value>> {
    let mut conn = app.db.read().await?;
    Ok(Json(setting::get_json(&mut conn, who.tenant(), &key).await?))
}

/// Set a group. What is left out gets its default.
#[utoipa::path(
    put,
    path = "/api/v1/settings/{key}",
    tag = "platform",
    params(("key" = String, Path)),
    request_body = Object,
    responses((status = 200, body = Object), Problem),
)]
pub async fn put_setting(
    State(app): State<App>,
    Path(key): Path<String>,
    writer: Can<may::WriteSettings>,
    Json(body): Json<Value>,
) -> Result<Json<Value>> {
    let mut tx = app.db.write().await?;
    let stored = setting::put_json(&mut tx, writer.act(), &key, body).await?;
    tx.commit().await?;
    Ok(Json(stored))
}
