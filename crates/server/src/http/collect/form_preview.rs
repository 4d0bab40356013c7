//! A draft as customers would see it.

use app::platform::company::find_company;
use axum::extract::State;
use axum::response::Response;
use domain::collect::form::FormContent;
use serde::Deserialize;

use crate::App;
use crate::http::extract::JsonOr;
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;
use crate::pages;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormPreview {
    pub content: FormContent,
    /// The language to show it in, as in `en`; the form's first when it does not speak it.
    #[serde(default)]
    pub lang: String,
}

/// The same as a page's form sends it: a page shows the answer in a frame.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// JSON.
    content: String,
    #[serde(default)]
    lang: String,
}

impl TryFrom<Sent> for FormPreview {
    type Error = serde_json::Error;

    fn try_from(sent: Sent) -> Result<Self, serde_json::Error> {
        let Sent { content, lang } = sent;
        Ok(Self { content: serde_json::from_str(&content)?, lang })
    }
}

/// See a draft as customers would, faults and all. Nothing is stored, and nothing in the page can be
/// handed in.
///
/// Also taken from an HTML form (`content` as JSON text, `lang`), so that a page can show the answer in
/// a frame; only pages of this address may.
#[utoipa::path(
    post,
    path = "/api/v1/form-preview",
    tag = "forms",
    request_body = FormPreview,
    responses((status = 200, body = String, content_type = "text/html"), Problem),
)]
pub async fn preview_form(
    State(app): State<App>,
    reader: Can<may::ReadForms>,
    JsonOr(FormPreview { content, lang }, _): JsonOr<FormPreview, Sent>,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let company = find_company(&mut conn, reader.act()).await?;
    Ok(pages::preview(&app, &company, &content, &lang))
}
