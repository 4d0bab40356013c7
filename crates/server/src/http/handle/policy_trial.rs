//! A draft of a policy beside the one in force.

use app::handle::policy_trial::{Changed, compare};
use axum::extract::State;
use domain::handle::policy::{Choice, Policy};
use domain::id::CaseId;
use domain::triage::{Kind, Priority};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::viewer;
use crate::App;
use crate::http::extract::Json;
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// Cases of the last thirty days, unless the caller says from when.
const BACK_HOURS: i64 = 30 * 24;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparisonBody {
    /// The draft.
    pub policy: Policy,
    /// Only cases opened from then on; thirty days ago, if it is not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opened_from: Option<Timestamp>,
}

#[derive(Serialize, ToSchema)]
pub struct Comparison {
    /// How many cases were tried: the newest 2000, where there are more.
    pub tried: usize,
    /// For how many of them something else would have been promised.
    pub changed: usize,
    /// The newest 50 of those.
    pub cases: Vec<ChangedCase>,
}

#[derive(Serialize, ToSchema)]
pub struct ChangedCase {
    pub id: CaseId,
    pub number: String,
    pub kind: Kind,
    pub priority: Priority,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// What the policy in force promises to such a case.
    pub before: Vec<Choice>,
    /// What the draft would.
    pub after: Vec<Choice>,
}

impl From<Changed> for ChangedCase {
    fn from(changed: Changed) -> Self {
        let Changed { case, before, after } = changed;
        let (id, number, kind, priority) = (case.id, case.number, case.kind, case.priority);
        Self { id, number, kind, priority, opened_at: case.opened_at, before, after }
    }
}

/// Which cases of the last weeks would be promised something else by this draft. Nothing is written,
/// and no promise already made would change.
#[utoipa::path(
    post,
    path = "/api/v1/policies/compare",
    tag = "handle",
    request_body = ComparisonBody,
    responses((status = 200, body = Comparison), Problem),
)]
pub async fn post_comparison(
    State(app): State<App>,
    writer: Can<may::WritePolicies>,
    Json(body): Json<ComparisonBody>,
) -> Result<Json<Comparison>> {
    let ComparisonBody { policy, opened_from } = body;
    let from = opened_from.unwrap_or(writer.act().now - BACK_HOURS.hours());
    let mut conn = app.db.read().await?;
    let found = compare(&mut conn, writer.act(), &viewer(&writer), &policy, from).await?;
    Ok(Json(Comparison {
        tried: found.tried,
        changed: found.changed,
        cases: found.told.into_iter().map(ChangedCase::from).collect(),
    }))
}
