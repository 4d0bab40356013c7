//! Making forms.

use app::collect::form as forms;
use app::words;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::collect::difference::Change;
use domain::collect::form::FormContent;
use domain::collect::linter::{Finding, Severity};
use domain::collect::template;
use domain::id::FormId;
use domain::language::Language;
use domain::platform::actor::Actor;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::collect::form::{Form, Version};

use crate::App;
use crate::http::etag::{Alone, IfMatch, Tagged, mark};
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::problem::{Problem, Result, language_of, sentence};
use crate::http::session::{Can, SignedIn};

/// A form with its draft.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FormBody {
    id: FormId,
    /// In open links, as in `/f/acme/standard`.
    key: String,
    draft: FormContent,
    #[schema(value_type = String, format = DateTime)]
    draft_changed_at: Timestamp,
    /// The version customers see; `null` before the first is published.
    published_version: Option<i64>,
    /// Since when its open link takes no answers.
    #[schema(value_type = Option<String>, format = DateTime)]
    retired_at: Option<Timestamp>,
    /// Of the draft. Send it as `If-Match` when you change it: refused when somebody else was faster.
    etag: String,
}

impl Tagged for FormBody {
    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }
}

impl From<Form> for FormBody {
    fn from(form: Form) -> Self {
        let Form { id, key, draft, draft_changed, published_version, retired } = form;
        let (draft_changed_at, retired_at) = (draft_changed, retired);
        // That somebody published or retired the form is in no designer's way.
        let etag = mark(&draft);
        Self { id, key, draft, draft_changed_at, published_version, retired_at, etag }
    }
}

/// A published version, which never changes.
#[derive(Serialize, utoipa::ToSchema)]
pub struct VersionBody {
    form: FormId,
    version: i64,
    content: FormContent,
    #[schema(value_type = String, format = DateTime)]
    published_at: Timestamp,
    published_by: Actor,
}

impl From<Version> for VersionBody {
    fn from(version: Version) -> Self {
        let Version { form, version, content, published, published_by } = version;
        Self { form, version, content, published_at: published, published_by }
    }
}

/// A form that comes with the house.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = FormTemplate)]
pub struct TemplateBody {
    key: &'static str,
    content: FormContent,
}

/// The built-in forms, to copy from.
#[utoipa::path(
    get,
    path = "/api/v1/form-templates",
    tag = "forms",
    responses((status = 200, body = Vec<TemplateBody>), Problem),
)]
pub async fn list_form_templates(_: Can<may::ReadForms>) -> Json<Vec<TemplateBody>> {
    let all = template::all().into_iter();
    Json(all.map(|it| TemplateBody { key: it.key, content: it.content }).collect())
}

/// What to know of a form before publishing it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CheckBody {
    /// Without problems it can be published.
    problems: Vec<ProblemOfForm>,
    findings: Vec<FindingOfForm>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ProblemOfForm {
    code: &'static str,
    /// Where in the form, as in `questions.2.show_if`.
    field: Option<String>,
    message: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct FindingOfForm {
    code: &'static str,
    severity: Severity,
    /// The question it is about; `null`: the form as a whole.
    question: Option<String>,
    message: String,
}

/// Check a form that need not be stored: problems that keep it from being published, and advice.
#[utoipa::path(
    post,
    path = "/api/v1/form-check",
    tag = "forms",
    request_body = FormContent,
    responses((status = 200, body = CheckBody), Problem),
)]
pub async fn check_form(
    headers: HeaderMap,
    _: Can<may::ReadForms>,
    Json(content): Json<FormContent>,
) -> Json<CheckBody> {
    let language = language_of(&headers);
    let forms::Check { problems, findings } = forms::check(&content);
    let problem = |it: Refusal| ProblemOfForm {
        code: it.code,
        message: sentence(&it, language, ""),
        field: it.field,
    };
    let problems = problems.into_iter().map(problem).collect();
    let findings = findings.into_iter().map(|it| finding(it, language)).collect();
    Json(CheckBody { problems, findings })
}

fn finding(finding: Finding, language: Language) -> FindingOfForm {
    let Finding { question, code, severity, params } = finding;
    let params: Vec<_> = params.into_iter().collect();
    let message = words::fill(language, &format!("finding.{code}"), &params);
    FindingOfForm { code, severity, question, message }
}

/// All forms, by key.
#[utoipa::path(
    get,
    path = "/api/v1/forms",
    tag = "forms",
    responses((status = 200, body = Vec<FormBody>), Problem),
)]
pub async fn list_forms(
    State(app): State<App>,
    reader: Can<may::ReadForms>,
) -> Result<Json<Vec<FormBody>>> {
    let mut conn = app.db.read().await?;
    let forms = store::collect::form::list(&mut conn, reader.tenant()).await?;
    Ok(Json(forms.into_iter().map(FormBody::from).collect()))
}

/// One form.
#[utoipa::path(
    get,
    path = "/api/v1/forms/{id}",
    tag = "forms",
    params(("id" = FormId, Path)),
    responses((status = 200, body = FormBody), Problem),
)]
pub async fn get_form(
    State(app): State<App>,
    Path(id): Path<FormId>,
    reader: Can<may::ReadForms>,
) -> Result<Alone<FormBody>> {
    let mut conn = app.db.read().await?;
    Ok(Alone(forms::find_form(&mut conn, reader.act(), id).await?.into()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutForm {
    /// `a-z`, digits, `_` and `-`; cannot change later.
    pub key: String,
    pub content: FormContent,
}

/// Make a form or change its draft. Faults are no hindrance before it is published.
#[utoipa::path(
    put,
    path = "/api/v1/forms/{id}",
    tag = "forms",
    params(
        ("id" = FormId, Path),
        ("If-Match" = Option<String>, Header, description = "The `etag` you began from"),
    ),
    request_body = PutForm,
    responses((status = 200, body = FormBody), Problem),
)]
pub async fn put_form(
    State(app): State<App>,
    Path(id): Path<FormId>,
    writer: Can<may::WriteForms>,
    seen: IfMatch,
    Json(PutForm { key, content }): Json<PutForm>,
) -> Result<Alone<FormBody>> {
    let mut tx = app.db.write().await?;
    seen.claim(&mut tx, writer.tenant()).await?;
    let before = store::collect::form::find(&mut tx, writer.tenant(), id).await?;
    seen.expect(before.map(|it| mark(&it.draft)))?;
    let form = forms::put_form(&mut tx, writer.act(), id, &key, content).await?;
    tx.commit().await?;
    Ok(Alone(form.into()))
}

/// Make the draft the version customers see. Without a change it stays the same version.
#[utoipa::path(
    post,
    path = "/api/v1/forms/{id}/publish",
    tag = "forms",
    params(("id" = FormId, Path)),
    responses((status = 200, body = VersionBody), Problem),
)]
pub async fn publish_form(
    State(app): State<App>,
    Path(id): Path<FormId>,
    writer: Can<may::WriteForms>,
) -> Result<Json<VersionBody>> {
    let mut tx = app.db.write().await?;
    let version = forms::publish_form(&mut tx, writer.act(), id).await?;
    tx.commit().await?;
    Ok(Json(version.into()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireForm {
    /// `false` opens it again.
    pub retired: bool,
}

/// End the form's open link, or open it again. Invitations that are out stay answerable.
#[utoipa::path(
    post,
    path = "/api/v1/forms/{id}/retire",
    tag = "forms",
    params(("id" = FormId, Path)),
    request_body = RetireForm,
    responses((status = 200, body = FormBody), Problem),
)]
pub async fn retire_form(
    State(app): State<App>,
    Path(id): Path<FormId>,
    writer: Can<may::WriteForms>,
    Json(RetireForm { retired }): Json<RetireForm>,
) -> Result<Json<FormBody>> {
    let mut tx = app.db.write().await?;
    let form = forms::retire_form(&mut tx, writer.act(), id, retired).await?;
    tx.commit().await?;
    Ok(Json(form.into()))
}

/// Every published version, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/forms/{id}/versions",
    tag = "forms",
    params(("id" = FormId, Path)),
    responses((status = 200, body = Vec<VersionBody>), Problem),
)]
pub async fn list_form_versions(
    State(app): State<App>,
    Path(id): Path<FormId>,
    reader: Can<may::ReadForms>,
) -> Result<Json<Vec<VersionBody>>> {
    let mut conn = app.db.read().await?;
    let found = versions(&mut conn, &reader, id).await?;
    Ok(Json(found.into_iter().map(VersionBody::from).collect()))
}

async fn versions(conn: &mut store::Read, reader: &SignedIn, id: FormId) -> Result<Vec<Version>> {
    forms::find_form(conn, reader.act(), id).await?;
    Ok(store::collect::form::list_versions(conn, reader.tenant(), id).await?)
}

/// One published version.
#[utoipa::path(
    get,
    path = "/api/v1/forms/{id}/versions/{version}",
    tag = "forms",
    params(("id" = FormId, Path), ("version" = i64, Path)),
    responses((status = 200, body = VersionBody), Problem),
)]
pub async fn get_form_version(
    State(app): State<App>,
    Path((id, version)): Path<(FormId, i64)>,
    reader: Can<may::ReadForms>,
) -> Result<Json<VersionBody>> {
    let mut conn = app.db.read().await?;
    Ok(Json(forms::find_version(&mut conn, reader.act(), id, version).await?.into()))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Between {
    /// The older version.
    pub from: i64,
    /// The newer; without it, the draft.
    pub to: Option<i64>,
}

/// What changed between two versions, question by question.
#[utoipa::path(
    get,
    path = "/api/v1/forms/{id}/difference",
    tag = "forms",
    params(("id" = FormId, Path), Between),
    responses((status = 200, body = Vec<Change>), Problem),
)]
pub async fn get_form_difference(
    State(app): State<App>,
    Path(id): Path<FormId>,
    reader: Can<may::ReadForms>,
    Query(Between { from, to }): Query<Between>,
) -> Result<Json<Vec<Change>>> {
    let mut conn = app.db.read().await?;
    Ok(Json(forms::compare_versions(&mut conn, reader.act(), id, (from, to)).await?))
}
