//! Settings of a company, a group at a time.

use app::platform::setting;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::App;
use crate::http::etag::{IfMatch, etag, mark};
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

/// One group with every value in it, set or by default. The header `ETag` is its mark.
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
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    Ok(tagged(setting::get_json(&mut conn, who.tenant(), &key).await?))
}

/// A group is taken back as it was given, so its mark stands in the header alone.
fn tagged(group: Value) -> Response {
    ([(header::ETAG, etag(&mark(&group)))], Json(group)).into_response()
}

/// Set a group. What is left out gets its default.
#[utoipa::path(
    put,
    path = "/api/v1/settings/{key}",
    tag = "platform",
    params(
        ("key" = String, Path),
        ("If-Match" = Option<String>, Header, description = "The `ETag` you began from"),
    ),
    request_body = Object,
    responses((status = 200, body = Object), Problem),
)]
pub async fn put_setting(
    State(app): State<App>,
    Path(key): Path<String>,
    writer: Can<may::WriteSettings>,
    seen: IfMatch,
    Json(body): Json<Value>,
) -> Result<Response> {
    let mut tx = app.db.write().await?;
    seen.claim(&mut tx, writer.tenant()).await?;
    seen.expect(Some(mark(&setting::get_json(&mut tx, writer.tenant(), &key).await?)))?;
    let stored = setting::put_json(&mut tx, writer.act(), &key, body).await?;
    tx.commit().await?;
    Ok(tagged(stored))
}
