//! One act on many cases, and a case of each of many evaluations.

use app::collect::take_up::{TakeUp, take_up};
use app::handle::act_on_case::{ActOnCase, act_on_case, find_case};
use axum::extract::State;
use axum::http::HeaderMap;
use domain::handle::case::Case;
use domain::id::{CaseId, CategoryId, EvaluationId};
use domain::refusal::Refusal;
use domain::triage::{Kind, Priority};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::verb::command;
use crate::App;
use crate::http::extract::Json;
use crate::http::may;
use crate::http::problem::{Problem, Result, language_of, sentence};
use crate::http::session::Can;

/// Cases in one bulk action.
const BULK_MAX: usize = 200;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkAction {
    /// A verb, as at one case.
    pub verb: String,
    /// Fields of the verb.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
    /// At most 200.
    pub cases: Vec<BulkCase>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkCase {
    pub id: CaseId,
    #[serde(default)]
    pub version: Option<u64>,
}

#[derive(Serialize, ToSchema)]
pub struct BulkResult {
    pub id: CaseId,
    /// Afterwards; `null` where it was refused.
    pub version: Option<u64>,
    /// The labels it had before, so that a correction can be taken back; `null` where it was refused.
    pub before: Option<LabelsBefore>,
    /// Why it was refused, for programs.
    pub code: Option<String>,
    /// The same for people, in the language of `Accept-Language`.
    pub message: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct LabelsBefore {
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub priority: Priority,
}

impl LabelsBefore {
    fn of(case: &Case) -> Self {
        Self { kind: case.kind, category: case.category, priority: case.priority }
    }
}

/// The same act on many cases. Each is done or refused by itself.
#[utoipa::path(
    post,
    path = "/api/v1/cases/bulk",
    tag = "handle",
    request_body = BulkAction,
    responses((status = 200, body = Vec<BulkResult>), Problem),
)]
pub async fn post_bulk(
    State(app): State<App>,
    headers: HeaderMap,
    actor: Can<may::ReadCases>,
    Json(bulk): Json<BulkAction>,
) -> Result<Json<Vec<BulkResult>>> {
    if BULK_MAX < bulk.cases.len() {
        return Err(Refusal::invalid("too_many").with("max", BULK_MAX).at("cases").into());
    }
    let command = command(&bulk.verb, bulk.fields)?;
    let language = language_of(&headers);
    let mut results = Vec::new();
    let mut tx = app.db.write().await?;
    for BulkCase { id, version } in bulk.cases {
        let input = ActOnCase { id, version, command: command.clone() };
        let permissions = &actor.caller.permissions;
        let done = tx
            .savepoint(async |tx| {
                let before = LabelsBefore::of(&find_case(tx, actor.act(), id).await?);
                Ok((before, act_on_case(tx, actor.act(), permissions, input).await?))
            })
            .await;
        let (done, refusal) = split(done)?;
        results.push(BulkResult {
            id,
            version: done.as_ref().map(|(_, case)| case.version),
            before: done.map(|(before, _)| before),
            code: refusal.as_ref().map(|it| it.code.to_owned()),
            message: refusal.map(|it| sentence(&it, language, "")),
        });
    }
    tx.commit().await?;
    Ok(Json(results))
}

/// What was done, or why it was refused; what broke ends the whole.
fn split<T>(done: app::Result<T>) -> Result<(Option<T>, Option<Refusal>)> {
    match done {
        Ok(it) => Ok((Some(it), None)),
        Err(app::Failure::Refused(refusal)) => Ok((None, Some(*refusal))),
        Err(failure) => Err(failure.into()),
    }
}

/// Which evaluations are taken up, and as what. A category or priority that is not given is proposed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeUpMany {
    pub kind: Kind,
    #[serde(default)]
    pub category: Option<CategoryId>,
    #[serde(default)]
    pub priority: Option<Priority>,
    /// At most 200.
    pub evaluations: Vec<TakeUpOne>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeUpOne {
    pub id: EvaluationId,
    /// The case it becomes. You choose the id, so that sending again is harmless.
    pub case: CaseId,
}

#[derive(Serialize, ToSchema)]
pub struct TakenUp {
    pub id: EvaluationId,
    /// `null` where it was refused.
    pub case: Option<CaseId>,
    /// Why it was refused, for programs.
    pub code: Option<String>,
    /// The same for people, in the language of `Accept-Language`.
    pub message: Option<String>,
}

/// Open a case of each of many evaluations that the rules opened none for. Each is done or refused by itself.
#[utoipa::path(
    post,
    path = "/api/v1/evaluations/take-up",
    tag = "handle",
    request_body = TakeUpMany,
    responses((status = 200, body = Vec<TakenUp>), Problem),
)]
pub async fn post_take_up(
    State(app): State<App>,
    headers: HeaderMap,
    actor: Can<may::ActOnCases>,
    Json(bulk): Json<TakeUpMany>,
) -> Result<Json<Vec<TakenUp>>> {
    if BULK_MAX < bulk.evaluations.len() {
        return Err(Refusal::invalid("too_many").with("max", BULK_MAX).at("evaluations").into());
    }
    let language = language_of(&headers);
    let TakeUpMany { kind, category, priority, evaluations } = bulk;
    let mut results = Vec::new();
    let mut tx = app.db.write().await?;
    for TakeUpOne { id, case } in evaluations {
        let wish = TakeUp { case, kind, category, priority };
        let permissions = &actor.caller.permissions;
        let done =
            tx.savepoint(async |tx| take_up(tx, actor.act(), permissions, id, wish).await).await;
        let (done, refusal) = split(done)?;
        results.push(TakenUp {
            id,
            case: done.map(|it| it.id),
            code: refusal.as_ref().map(|it| it.code.to_owned()),
            message: refusal.map(|it| sentence(&it, language, "")),
        });
    }
    tx.commit().await?;
    Ok(Json(results))
}
