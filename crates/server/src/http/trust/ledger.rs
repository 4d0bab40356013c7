//! The ledger 存证, as those who answer for it see it.

use app::trust::key::{public_keys, signed};
use app::trust::prove::inclusion;
use app::trust::verify::verify;
use axum::extract::State;
use domain::collect::evaluation::Evaluation;
use domain::id::EvaluationId;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::Serialize;
use store::collect::evaluation;
use store::trust::ledger::{self, Subject};
use store::trust::ledger_read::counts;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// More than this is for `huisheng ledger verify`, which nobody waits for at a screen.
const VERIFIED_MAX: i64 = 300_000;

#[derive(Serialize, utoipa::ToSchema)]
pub struct LedgerBody {
    /// What is on record, in its place.
    pub leaves: i64,
    /// On record, but still without a place; it gets one within about a second.
    pub waiting: i64,
    pub checkpoint: Option<CheckpointBody>,
    /// Ed25519, base64, newest first: keep them elsewhere, to check signatures by.
    pub keys: Vec<String>,
}

/// The newest signed statement. Keep some elsewhere: with them even who holds the database and the
/// key is found out.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CheckpointBody {
    pub size: u64,
    /// Hexadecimal.
    pub root: String,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub key: String,
    /// Base64.
    pub signature: String,
    /// The text that is signed.
    pub text: String,
}

/// How the ledger stands.
#[utoipa::path(
    get,
    path = "/api/v1/ledger",
    tag = "trust",
    responses((status = 200, body = LedgerBody), Problem),
)]
pub async fn get_ledger(
    State(app): State<App>,
    reader: Can<may::ReadAudit>,
) -> Result<Json<LedgerBody>> {
    let tenant = reader.tenant();
    let mut conn = app.db.read().await?;
    let (leaves, waiting) = counts(&mut conn, tenant).await?;
    let keys = ledger::keys(&mut conn, tenant).await?;
    let last = ledger::last_checkpoint(&mut conn, tenant).await?;
    let checkpoint = last.and_then(|it| signed(tenant, &it, &keys)).map(|it| CheckpointBody {
        size: it.statement.size,
        root: domain::trust::tree::hex(&it.statement.root),
        at: it.statement.at,
        text: it.statement.text(),
        key: it.key,
        signature: it.signature,
    });
    let keys = public_keys(&mut conn, tenant).await?;
    Ok(Json(LedgerBody { leaves, waiting, checkpoint, keys }))
}

/// Look now whether every row, place and signature agrees with the ledger.
///
/// `faults` names what does not, each with its `fault`: changed, deleted, inserted, gap, root,
/// signature.
#[utoipa::path(
    post,
    path = "/api/v1/ledger/verify",
    tag = "trust",
    responses((status = 200, body = Object), Problem),
)]
pub async fn verify_ledger(
    State(app): State<App>,
    reader: Can<may::ReadAudit>,
) -> Result<Json<app::trust::verify::Report>> {
    let mut conn = app.db.read().await?;
    let (leaves, _) = counts(&mut conn, reader.tenant()).await?;
    if VERIFIED_MAX < leaves {
        return Err(Refusal::conflict("ledger_long").with("max", VERIFIED_MAX).into());
    }
    Ok(Json(verify(&mut conn, reader.tenant(), &[]).await?))
}

/// The proof that an evaluation is on record, to be kept and checked without us.
#[utoipa::path(
    get,
    path = "/api/v1/evaluations/{id}/proof",
    tag = "trust",
    params(("id" = EvaluationId, Path)),
    responses((status = 200, body = Object), Problem),
)]
pub async fn get_proof(
    State(app): State<App>,
    Path(id): Path<EvaluationId>,
    reader: Can<may::ReadEvaluations>,
) -> Result<Json<domain::trust::proof::Inclusion>> {
    let mut conn = app.db.read().await?;
    let found = evaluation::find(&mut conn, reader.tenant(), id).await?;
    let Some(Evaluation { team, staff, .. }) = found else {
        return Err(Refusal::not_found("evaluation").into());
    };
    reader.act().require_within("evaluation", team, staff)?;
    let proof = inclusion(&mut conn, reader.act(), Subject::evaluation(id)).await?;
    Ok(Json(proof.ok_or_else(|| Refusal::conflict("ledger_waiting"))?))
}
