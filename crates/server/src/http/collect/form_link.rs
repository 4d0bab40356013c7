//! The open link of a form: its address, its QR code, and a page to print (A02).

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::id::FormId;
use domain::refusal::Refusal;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::{ECL, QRBuilder};
use serde::{Deserialize, Serialize};
use store::Read;
use store::collect::form::Form;
use store::platform::tenant;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};
use crate::pages::{self, Words};

/// Letters of an address that a code still carries when a third of it is worn off.
const ECL_OF_PRINT: ECL = ECL::Q;

/// Where customers reach a form.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FormLink {
    /// The open link.
    url: String,
    /// The address in the code differs from the open link, so that answers show how they came.
    qr_url: String,
    /// The code, drawn.
    qr_svg: String,
}

/// The form's open link and its QR code.
#[utoipa::path(
    get,
    path = "/api/v1/forms/{id}/link",
    tag = "forms",
    params(("id" = FormId, Path)),
    responses((status = 200, body = FormLink), Problem),
)]
pub async fn get_form_link(
    State(app): State<App>,
    Path(id): Path<FormId>,
    reader: Can<may::ReadForms>,
) -> Result<Json<FormLink>> {
    let mut conn = app.db.read().await?;
    let (_, link) = find(&mut conn, &app, &reader, id).await?;
    Ok(Json(link))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PosterQuery {
    /// The language of the poster, `zh-CN` or `en`; the tenant's without it.
    pub lang: Option<String>,
}

#[derive(Template)]
#[template(path = "poster.html")]
struct Poster {
    words: Words,
    css: &'static str,
    nonce: String,
    tenant: String,
    title: String,
    intro: String,
    qr_svg: String,
    url: String,
}

/// A page to print and put on the counter.
#[utoipa::path(
    get,
    path = "/api/v1/forms/{id}/poster",
    tag = "forms",
    params(("id" = FormId, Path), PosterQuery),
    responses((status = 200, content_type = "text/html", body = String), Problem),
)]
pub async fn get_form_poster(
    State(app): State<App>,
    Path(id): Path<FormId>,
    reader: Can<may::ReadForms>,
    Query(query): Query<PosterQuery>,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let (form, link) = find(&mut conn, &app, &reader, id).await?;
    let tenant = tenant::find(&mut conn, reader.tenant()).await?;
    let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
    let asked = query.lang.as_deref().and_then(domain::language::Language::of_tag);
    let language = asked.unwrap_or(tenant.language);
    let content = match form.published_version {
        Some(version) => {
            let found = app::collect::form::find_version(&mut conn, reader.act(), id, version);
            found.await?.content
        }
        None => form.draft,
    };
    let poster = Poster {
        words: Words(language),
        css: pages::CSS,
        nonce: pages::nonce(&app),
        tenant: tenant.name,
        title: content.title.get(language.tag()).to_owned(),
        intro: content.intro.get(language.tag()).to_owned(),
        qr_svg: link.qr_svg,
        url: link.url,
    };
    Ok(pages::html(&poster.nonce.clone(), &poster))
}

async fn find(
    conn: &mut Read,
    app: &App,
    reader: &SignedIn,
    id: FormId,
) -> Result<(Form, FormLink)> {
    let form = app::collect::form::find_form(conn, reader.act(), id).await?;
    let tenant = tenant::find(conn, reader.tenant()).await?;
    let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
    let base = app.config.public_url.trim_end_matches('/');
    let url = format!("{base}/f/{}/{}", tenant.slug, form.key);
    let qr_url = format!("{url}?via=qr");
    let qr_svg = svg(&qr_url)?;
    Ok((form, FormLink { url, qr_url, qr_svg }))
}

/// The code of an address. An address too long for any code is refused.
pub fn svg(url: &str) -> Result<String> {
    let code = QRBuilder::new(url).ecl(ECL_OF_PRINT).build();
    let code = code.map_err(|_| Refusal::invalid("address_too_long").with("max", 1_600))?;
    Ok(SvgBuilder::default().to_str(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_drawing_and_a_monstrous_one_is_refused() {
        let drawing = svg("https://example.com/f/acme/standard?via=qr").unwrap();
        assert!(drawing.starts_with("<svg") && drawing.ends_with("</svg>"), "{drawing}");
        assert!(!drawing.contains("style=") && !drawing.contains("<script"));
        assert!(svg(&"x".repeat(4_000)).is_err());
    }
}
