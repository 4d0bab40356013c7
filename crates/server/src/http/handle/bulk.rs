//! One act on many cases.

use app::handle::act_on_case::{ActOnCase, act_on_case};
use axum::extract::State;
use axum::http::HeaderMap;
use domain::id::CaseId;
use domain::refusal::Refusal;
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
    /// Why it was refused, for programs.
    pub code: Option<String>,
    /// The same for people, in the language of `Accept-Language`.
    pub message: Option<String>,
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
        let done =
            tx.savepoint(async |tx| act_on_case(tx, actor.act(), permissions, input).await).await;
        results.push(match done {
            Ok(case) => BulkResult { id, version: Some(case.version), code: None, message: None },
            Err(app::Failure::Refused(refusal)) => BulkResult {
                id,
                version: None,
                code: Some(refusal.code.to_owned()),
                message: Some(sentence(&refusal, language, "")),
            },
            Err(failure) => return Err(failure.into()),
        });
    }
    tx.commit().await?;
    Ok(Json(results))
}
