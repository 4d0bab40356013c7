//! The wordings of messages.

use app::answer::template::{self, Rendered};
use axum::extract::State;
use axum::http::StatusCode;
use domain::language::Language;
use serde::{Deserialize, Serialize};
use store::answer::message::Wording;

use crate::App;
use crate::http::etag::{IfMatch, Tagged};
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, utoipa::ToSchema)]
pub struct TemplateBody {
    pub key: String,
    pub language: Language,
    pub subject: String,
    pub body: String,
    /// `false`: the house's wording.
    pub own: bool,
    /// What `{{ name }}` may stand in it, with an example each.
    pub variables: Vec<TemplateVariable>,
    /// Send it as `If-Match` when you change this: refused when somebody else was faster.
    pub etag: String,
}

impl Tagged for TemplateBody {
    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct TemplateVariable {
    pub name: String,
    pub example: String,
}

impl TemplateBody {
    fn new(wording: Wording, own: bool, template: template::Template) -> Self {
        let Wording { key, language, subject, body } = wording;
        let variable = |it: &template::Variable| TemplateVariable {
            name: it.name.to_owned(),
            example: it.example(language).to_owned(),
        };
        let variables = template.variables.iter().map(variable).collect();
        let etag = String::new();
        Self { key, language, subject, body, own, variables, etag }.tagged()
    }
}

/// Every message there is, in each language, as it would be sent.
#[utoipa::path(
    get,
    path = "/api/v1/templates",
    tag = "answer",
    responses((status = 200, body = Vec<TemplateBody>), Problem),
)]
pub async fn list_templates(
    State(app): State<App>,
    writer: Can<may::WriteTemplates>,
) -> Result<Json<Vec<TemplateBody>>> {
    let mut conn = app.db.read().await?;
    let mut all = vec![];
    for it in template::ALL {
        for language in Language::ALL {
            let (wording, own) =
                template::wording(&mut conn, writer.tenant(), *it, language).await?;
            all.push(TemplateBody::new(wording, own, *it));
        }
    }
    Ok(Json(all))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutTemplate {
    pub subject: String,
    /// Plain text with `{{ names }}`; links become links.
    pub body: String,
}

/// With the examples in it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TemplatePreview {
    pub subject: String,
    pub body: String,
}

impl From<Rendered> for TemplatePreview {
    fn from(it: Rendered) -> Self {
        let Rendered { subject, body } = it;
        Self { subject, body }
    }
}

/// Set your own wording of a message. One that cannot be filled is refused.
#[utoipa::path(
    put,
    path = "/api/v1/templates/{key}/{language}",
    tag = "answer",
    params(
        ("key" = String, Path),
        ("language" = Language, Path),
        ("If-Match" = Option<String>, Header, description = "The `etag` you began from"),
    ),
    request_body = PutTemplate,
    responses((status = 200, body = TemplatePreview), Problem),
)]
pub async fn put_template(
    State(app): State<App>,
    Path((key, language)): Path<(String, Language)>,
    writer: Can<may::WriteTemplates>,
    seen: IfMatch,
    Json(body): Json<PutTemplate>,
) -> Result<Json<TemplatePreview>> {
    let PutTemplate { subject, body } = body;
    let found = template::find(&key)?;
    let mut tx = app.db.write().await?;
    seen.claim(&mut tx, writer.tenant()).await?;
    let (before, own) = template::wording(&mut tx, writer.tenant(), found, language).await?;
    seen.expect(Some(TemplateBody::new(before, own, found).etag))?;
    let wording = Wording { key, language, subject, body };
    let shown = template::put_wording(&mut tx, writer.act(), wording).await?;
    tx.commit().await?;
    Ok(Json(shown.into()))
}

/// See a wording with the examples in it, without keeping it.
#[utoipa::path(
    post,
    path = "/api/v1/templates/{key}/{language}/preview",
    tag = "answer",
    params(("key" = String, Path), ("language" = Language, Path)),
    request_body = PutTemplate,
    responses((status = 200, body = TemplatePreview), Problem),
)]
pub async fn preview_template(
    Path((key, language)): Path<(String, Language)>,
    _writer: Can<may::WriteTemplates>,
    Json(body): Json<PutTemplate>,
) -> Result<Json<TemplatePreview>> {
    let found = template::find(&key)?;
    let PutTemplate { subject, body } = body;
    let shown = template::preview(found, &Wording { key, language, subject, body })?;
    Ok(Json(shown.into()))
}

/// Go back to the house's wording.
#[utoipa::path(
    delete,
    path = "/api/v1/templates/{key}/{language}",
    tag = "answer",
    params(("key" = String, Path), ("language" = Language, Path)),
    responses((status = 204), Problem),
)]
pub async fn delete_template(
    State(app): State<App>,
    Path((key, language)): Path<(String, Language)>,
    writer: Can<may::WriteTemplates>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    template::delete_wording(&mut tx, writer.act(), &key, language).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
