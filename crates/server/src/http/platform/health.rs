//! Is it alive, is it ready.

use axum::extract::State;

use crate::App;
use crate::http::problem::{Problem, Result};

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "platform", responses((status = 200, body = String)))]
pub async fn get_health() -> &'static str {
    "ok"
}

/// The database answers.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "platform",
    responses((status = 200, body = String), (status = 500, body = crate::http::problem::ProblemBody)),
)]
pub async fn get_ready(State(app): State<App>) -> Result<&'static str> {
    let mut conn = app.db.read().await?;
    store::platform::tenant::list(&mut conn).await.map_err(|error| Problem::internal(&error))?;
    Ok("ready")
}
