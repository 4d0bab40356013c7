//! Is it alive, is it ready.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use serde::Serialize;

use crate::App;
use crate::http::extract::Json;

/// A worker of this process that has not looked at the queue for so long is stuck.
const TURN_MAX: SignedDuration = SignedDuration::from_secs(30);

/// What came in has its place in the ledger within a second or two; after so long something is wrong.
const SEAL_MAX: SignedDuration = SignedDuration::from_mins(1);

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "platform", responses((status = 200, body = String)))]
pub async fn get_health() -> &'static str {
    "ok"
}

/// What this process needs to do its work.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Ready {
    pub ready: bool,
    /// It answers.
    pub database: Check,
    /// Its schema is the one of this program, or newer.
    pub schema: Check,
    /// What is due is being looked at.
    pub worker: Check,
    /// What comes in gets its place in the ledger.
    pub ledger: Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    Ok,
    Failing,
    /// The affair of another process.
    Elsewhere,
}

/// Whether this process can serve: its database, its schema, its worker, its ledger.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "platform",
    responses((status = 200, body = Ready), (status = 503, body = Ready)),
)]
pub async fn get_ready(State(app): State<App>) -> (StatusCode, Json<Ready>) {
    let (database, schema) = match is_migrated(&app).await {
        Ok(true) => (Check::Ok, Check::Ok),
        Ok(false) => (Check::Ok, Check::Failing),
        Err(error) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            (Check::Failing, Check::Failing)
        }
    };
    let now = app.now();
    let within = |last: Option<jiff::Timestamp>, most| match last {
        None => Check::Elsewhere,
        Some(last) if now.duration_since(last) <= most => Check::Ok,
        Some(_) => Check::Failing,
    };
    let worker = within(app.pulse.turned(), TURN_MAX);
    let ledger = within(app.pulse.sealed(), SEAL_MAX);
    let ready = ![database, schema, worker, ledger].contains(&Check::Failing);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Ready { ready, database, schema, worker, ledger }))
}

async fn is_migrated(app: &App) -> store::db::Result<bool> {
    let mut conn = app.db.read().await?;
    store::db::health::is_migrated(&mut conn).await
}
