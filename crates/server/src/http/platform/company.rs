//! The company itself.

use app::platform::company::{PutCompany, find_company, put_company as put};
use axum::extract::State;
use domain::language::Language;
use domain::platform::tenant::Tenant;
use serde::{Deserialize, Serialize};

use crate::App;
use crate::http::etag::{Alone, IfMatch, Tagged};
use crate::http::extract::Json;
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};

#[derive(Serialize, utoipa::ToSchema)]
pub struct CompanyBody {
    /// In public links and at sign-in, as in `acme`.
    pub slug: String,
    pub name: String,
    /// IANA name, as in `Asia/Shanghai`. Decides what a day is.
    pub zone: String,
    pub language: Language,
    /// Send it as `If-Match` when you change this: refused when somebody else was faster.
    pub etag: String,
}

impl Tagged for CompanyBody {
    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }
}

impl From<Tenant> for CompanyBody {
    fn from(tenant: Tenant) -> Self {
        let Tenant { id: _, slug, name, zone, language } = tenant;
        Self { slug, name, zone, language, etag: String::new() }.tagged()
    }
}

/// The company you work for.
#[utoipa::path(
    get,
    path = "/api/v1/company",
    tag = "platform",
    responses((status = 200, body = CompanyBody), Problem),
)]
pub async fn get_company(State(app): State<App>, who: SignedIn) -> Result<Alone<CompanyBody>> {
    let mut conn = app.db.read().await?;
    Ok(Alone(find_company(&mut conn, who.act()).await?.into()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PutCompany)]
pub struct CompanyInput {
    pub name: String,
    /// IANA name, as in `Asia/Shanghai`. Days already written stay as they were.
    pub zone: String,
    /// For whoever asks for no language of their own, and for new customers.
    pub language: Language,
}

/// Change the company. Its code stands in printed links and stays.
#[utoipa::path(
    put,
    path = "/api/v1/company",
    tag = "platform",
    params(("If-Match" = Option<String>, Header, description = "The `etag` you began from")),
    request_body = CompanyInput,
    responses((status = 200, body = CompanyBody), Problem),
)]
pub async fn put_company(
    State(app): State<App>,
    writer: Can<may::WriteSettings>,
    seen: IfMatch,
    Json(body): Json<CompanyInput>,
) -> Result<Alone<CompanyBody>> {
    let CompanyInput { name, zone, language } = body;
    let mut tx = app.db.write().await?;
    seen.claim(&mut tx, writer.tenant()).await?;
    let before = CompanyBody::from(find_company(&mut tx, writer.act()).await?);
    seen.expect(Some(before.etag))?;
    let made = put(&mut tx, writer.act(), PutCompany { name, zone, language }).await?;
    tx.commit().await?;
    Ok(Alone(made.into()))
}
