//! Words at hand while answering, and what a member of the staff should know.

use axum::extract::State;
use domain::id::{CaseId, CategoryId, ScriptId};
use domain::language::Language;
use domain::triage::Kind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::handle::notice;
use store::handle::script::{self, Script};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::http::etag::{Alone, IfMatch, Tagged};
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};

/// Notices of one look.
const NOTICES_MAX: i64 = 200;

#[derive(Serialize, ToSchema)]
pub struct ScriptBody {
    pub id: ScriptId,
    pub title: String,
    pub body: String,
    pub language: Language,
    /// Offered for these kinds; empty for all.
    pub kinds: Vec<Kind>,
    pub category: Option<CategoryId>,
    pub is_archived: bool,
    /// Send it as `If-Match` when you change this: refused when somebody else was faster.
    pub etag: String,
}

impl Tagged for ScriptBody {
    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }
}

impl From<Script> for ScriptBody {
    fn from(script: Script) -> Self {
        let Script { id, title, body, language, kinds, category, is_archived } = script;
        let etag = String::new();
        Self { id, title, body, language, kinds, category, is_archived, etag }.tagged()
    }
}

/// All scripts, by title.
#[utoipa::path(
    get,
    path = "/api/v1/scripts",
    tag = "handle",
    responses((status = 200, body = Vec<ScriptBody>), Problem),
)]
pub async fn list_scripts(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
) -> Result<Json<Vec<ScriptBody>>> {
    let mut conn = app.db.read().await?;
    let all = script::list(&mut conn, reader.tenant()).await?;
    Ok(Json(all.into_iter().map(ScriptBody::from).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutScript {
    pub title: String,
    pub body: String,
    pub language: Language,
    #[serde(default)]
    pub kinds: Vec<Kind>,
    #[serde(default)]
    pub category: Option<CategoryId>,
    #[serde(default)]
    pub is_archived: bool,
}

/// Make a script or change it.
#[utoipa::path(
    put,
    path = "/api/v1/scripts/{id}",
    tag = "handle",
    params(
        ("id" = ScriptId, Path),
        ("If-Match" = Option<String>, Header, description = "The `etag` you began from"),
    ),
    request_body = PutScript,
    responses((status = 200, body = ScriptBody), Problem),
)]
pub async fn put_script(
    State(app): State<App>,
    Path(id): Path<ScriptId>,
    writer: Can<may::WriteTemplates>,
    seen: IfMatch,
    Json(input): Json<PutScript>,
) -> Result<Alone<ScriptBody>> {
    let PutScript { title, body, language, kinds, category, is_archived } = input;
    let input = Script { id, title, body, language, kinds, category, is_archived };
    let mut tx = app.db.write().await?;
    seen.claim(&mut tx, writer.tenant()).await?;
    let before = script::list(&mut tx, writer.tenant()).await?.into_iter().find(|it| it.id == id);
    seen.expect(before.map(|it| ScriptBody::from(it).etag))?;
    let made = app::handle::script::put_script(&mut tx, writer.act(), input).await?;
    tx.commit().await?;
    Ok(Alone(made.into()))
}

#[derive(Serialize, ToSchema)]
pub struct NoticeBody {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// As in `case_assigned`.
    pub code: String,
    pub case: Option<CaseId>,
    #[schema(value_type = Object)]
    pub params: serde_json::Value,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
}

/// What you should know, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/me/notices",
    tag = "handle",
    responses((status = 200, body = Vec<NoticeBody>), Problem),
)]
pub async fn list_notices(
    State(app): State<App>,
    reader: SignedIn,
) -> Result<Json<Vec<NoticeBody>>> {
    let staff = reader.staff()?;
    let mut conn = app.db.read().await?;
    let all = notice::list(&mut conn, reader.tenant(), staff, NOTICES_MAX).await?;
    let body = |it: notice::Notice| NoticeBody {
        id: it.id,
        at: it.at,
        code: it.code,
        case: it.case,
        params: it.params,
        read_at: it.read_at,
    };
    Ok(Json(all.into_iter().map(body).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadNotices {
    /// `at` of the newest one you saw.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// You have seen them.
#[utoipa::path(
    put,
    path = "/api/v1/me/notices/read",
    tag = "handle",
    request_body = ReadNotices,
    responses((status = 204), Problem),
)]
pub async fn put_notices_read(
    State(app): State<App>,
    reader: SignedIn,
    Json(body): Json<ReadNotices>,
) -> Result<axum::http::StatusCode> {
    let (staff, now) = (reader.staff()?, reader.act().now);
    let mut tx = app.db.write().await?;
    notice::mark_read(&mut tx, reader.tenant(), staff, body.until, now).await?;
    tx.commit().await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
