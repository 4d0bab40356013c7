//! Service level policies.

use app::handle::policy::{self, Preview, PutPolicy, Told};
use axum::extract::State;
use domain::collect::channel::Channel;
use domain::handle::policy::{Choice, Facts, Policy, Verdict};
use domain::id::{CategoryId, PolicyId};
use domain::localized::Localized;
use domain::triage::kind::Kind;
use domain::triage::priority::Priority;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::handle::policy::Current;
use utoipa::ToSchema;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, ToSchema)]
pub struct PolicyBody {
    pub id: PolicyId,
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Localized,
    pub version: u32,
    /// New cases get their promises from the one in force.
    pub in_force: bool,
    pub policy: Policy,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<Current> for PolicyBody {
    fn from(current: Current) -> Self {
        let Current { id, name, version, in_force, policy, updated_at } = current;
        Self { id, name, version, in_force, policy, updated_at }
    }
}

/// All policies, the one in force first.
#[utoipa::path(
    get,
    path = "/api/v1/policies",
    tag = "handle",
    responses((status = 200, body = Vec<PolicyBody>), Problem),
)]
pub async fn list_policies(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
) -> Result<Json<Vec<PolicyBody>>> {
    let mut conn = app.db.read().await?;
    let all = store::handle::policy::list(&mut conn, reader.tenant()).await?;
    Ok(Json(all.into_iter().map(PolicyBody::from).collect()))
}

/// One policy, as it is now.
#[utoipa::path(
    get,
    path = "/api/v1/policies/{id}",
    tag = "handle",
    params(("id" = PolicyId, Path)),
    responses((status = 200, body = PolicyBody), Problem),
)]
pub async fn get_policy(
    State(app): State<App>,
    Path(id): Path<PolicyId>,
    reader: Can<may::ReadCases>,
) -> Result<Json<PolicyBody>> {
    let mut conn = app.db.read().await?;
    Ok(Json(policy::find_policy(&mut conn, reader.tenant(), id).await?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutPolicyBody {
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Localized,
    pub policy: Policy,
    /// `true` puts it in the place of the one in force.
    pub in_force: bool,
    /// The version you changed: refused when there is another by now.
    #[serde(default)]
    pub version: Option<u32>,
}

/// Make a policy or its next version. Promises already made stay as they were made.
#[utoipa::path(
    put,
    path = "/api/v1/policies/{id}",
    tag = "handle",
    params(("id" = PolicyId, Path)),
    request_body = PutPolicyBody,
    responses((status = 200, body = PolicyBody), Problem),
)]
pub async fn put_policy(
    State(app): State<App>,
    Path(id): Path<PolicyId>,
    writer: Can<may::WritePolicies>,
    Json(body): Json<PutPolicyBody>,
) -> Result<Json<PolicyBody>> {
    let PutPolicyBody { name, policy, in_force, version } = body;
    let input = PutPolicy { id, name, policy, in_force, version };
    let mut tx = app.db.write().await?;
    let made = policy::put_policy(&mut tx, writer.act(), input).await?;
    tx.commit().await?;
    Ok(Json(made.into()))
}

/// A case that might be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBody {
    pub kind: Kind,
    pub priority: Priority,
    #[serde(default)]
    pub channel: Option<Channel>,
    /// The category of the case and all above it.
    #[serde(default)]
    pub categories: Vec<CategoryId>,
    /// Of the customer, 0 for none.
    #[serde(default)]
    pub level: u8,
    /// Marked complex.
    #[serde(default)]
    pub complex: bool,
    /// When it is received; now, if it is not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start: Option<Timestamp>,
    /// A draft to try out; the policy in force, if it is not given.
    #[serde(default)]
    pub policy: Option<Policy>,
}

#[derive(Serialize, ToSchema)]
pub struct PreviewReply {
    pub promises: Vec<ToldBody>,
    /// How every rule fared, in order of precedence.
    pub verdicts: Vec<Verdict>,
}

#[derive(Serialize, ToSchema)]
pub struct ToldBody {
    /// Which rule decided, why, and which others it beat.
    #[serde(flatten)]
    pub choice: Choice,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// A year's holidays are not announced yet; the deadline may move when they are.
    pub provisional: bool,
    /// The promise in a sentence, by language, as customers are told it.
    #[schema(value_type = BTreeMap<String, String>)]
    pub words: Localized,
}

impl From<Told> for ToldBody {
    fn from(told: Told) -> Self {
        let Told { choice, due_at, provisional, words } = told;
        Self { choice, due_at, provisional, words }
    }
}

/// What would be promised for such a case, and why this. Nothing is written.
#[utoipa::path(
    post,
    path = "/api/v1/policies/preview",
    tag = "handle",
    request_body = PreviewBody,
    responses((status = 200, body = PreviewReply), Problem),
)]
pub async fn post_preview(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
    Json(body): Json<PreviewBody>,
) -> Result<Json<PreviewReply>> {
    let PreviewBody { kind, priority, channel, categories, level, complex, start, policy } = body;
    let facts = Facts { kind, priority, channel, categories: &categories, level, complex };
    let start = start.unwrap_or(reader.act().now);
    let mut conn = app.db.read().await?;
    let preview = policy::preview(&mut conn, reader.act(), policy, &facts, start).await?;
    let Preview { promises, verdicts } = preview;
    Ok(Json(PreviewReply {
        promises: promises.into_iter().map(ToldBody::from).collect(),
        verdicts,
    }))
}
