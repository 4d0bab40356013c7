//! Where the company's own accounts are 单点登录.

use app::platform::sign_on::{self, PutProvider, delete_provider};
use axum::extract::State;
use axum::http::StatusCode;
use domain::platform::sign_on::MatchBy;
use serde::{Deserialize, Serialize};
use store::platform::sign_on::Provider;

use crate::App;
use crate::http::extract::Json;
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, utoipa::ToSchema)]
pub struct SignOnBody {
    pub issuer: String,
    pub client_id: String,
    /// The secret itself is never told.
    pub has_client_secret: bool,
    pub match_by: MatchBy,
    /// To be registered at the provider.
    pub redirect_uri: String,
    /// Where staff sign in that way.
    pub address: String,
}

impl SignOnBody {
    fn new(app: &App, slug: &str, it: Provider) -> Self {
        let base = app.config.public_url.trim_end_matches('/');
        Self {
            issuer: it.issuer,
            client_id: it.client_id,
            has_client_secret: it.client_secret.is_some(),
            match_by: it.match_by,
            redirect_uri: format!("{base}/sso/callback"),
            address: format!("{base}/sso/{slug}"),
        }
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSignOn {
    /// As in `https://login.example.com/realms/acme`.
    pub issuer: String,
    pub client_id: String,
    /// Left out, the one there is stays. A client without a secret proves itself by PKCE alone.
    pub client_secret: Option<String>,
    /// By what a person is recognised the first time.
    #[serde(default)]
    pub match_by: MatchBy,
}

async fn slug(app: &App, who: &Can<may::WriteSettings>) -> Result<String> {
    let mut conn = app.db.read().await?;
    let tenant = store::platform::tenant::find(&mut conn, who.tenant()).await?;
    Ok(tenant.map(|it| it.slug).unwrap_or_default())
}

/// The provider of OpenID Connect; `null` where none is set up.
#[utoipa::path(
    get,
    path = "/api/v1/sign-on",
    tag = "platform",
    responses((status = 200, body = Option<SignOnBody>), Problem),
)]
pub async fn get_sign_on(
    State(app): State<App>,
    who: Can<may::WriteSettings>,
) -> Result<Json<Option<SignOnBody>>> {
    let slug = slug(&app, &who).await?;
    let mut conn = app.db.read().await?;
    let provider = store::platform::sign_on::find(&mut conn, who.tenant()).await?;
    Ok(Json(provider.map(|it| SignOnBody::new(&app, &slug, it))))
}

/// Set the provider. Passwords go on working beside it.
#[utoipa::path(
    put,
    path = "/api/v1/sign-on",
    tag = "platform",
    request_body = PutSignOn,
    responses((status = 200, body = SignOnBody), Problem),
)]
pub async fn put_sign_on(
    State(app): State<App>,
    who: Can<may::WriteSettings>,
    Json(body): Json<PutSignOn>,
) -> Result<Json<SignOnBody>> {
    let PutSignOn { issuer, client_id, client_secret, match_by } = body;
    let slug = slug(&app, &who).await?;
    let mut tx = app.db.write().await?;
    let input = PutProvider { issuer, client_id, client_secret, match_by };
    let provider = sign_on::put_provider(&mut tx, who.act(), input).await?;
    tx.commit().await?;
    Ok(Json(SignOnBody::new(&app, &slug, provider)))
}

/// Nobody enters that way any more.
#[utoipa::path(delete, path = "/api/v1/sign-on", tag = "platform", responses((status = 204), Problem))]
pub async fn delete_sign_on(
    State(app): State<App>,
    who: Can<may::WriteSettings>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    delete_provider(&mut tx, who.act()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
