//! Signing in and out of the console.

use app::platform::sign_in::{self, Entry};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::Deserialize;

use crate::App;
use crate::http::extract::Json;
use crate::http::limit::Client;
use crate::http::problem::{Problem, Result};
use crate::http::session::{COOKIE, SignedIn, agent, session_cookie};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The company's code.
    pub tenant: String,
    pub login: String,
    pub password: String,
    /// Six digits of the authenticator, or a recovery code: where two-step sign-in is on.
    pub code: Option<String>,
}

/// Sign in.
///
/// The session is a cookie that scripts cannot read. Five wrong tries in a row are free; each
/// further one doubles the wait, up to 15 minutes. `second_factor_required` asks for the same again with a `code`.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "platform",
    request_body = SignIn,
    responses((status = 204), Problem),
)]
pub async fn post_session(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Json(body): Json<SignIn>,
) -> Result<impl IntoResponse> {
    client.take_sign_in(&app)?;
    let now = app.now();
    let mut conn = app.db.read().await?;
    let candidate = sign_in::candidate(&mut conn, now, &body.tenant, &body.login).await?;
    drop(conn);
    let password = body.password;
    let (candidate, right) = app
        .hashing(move || {
            let right = candidate.verify(&password);
            (candidate, right)
        })
        .await;
    let mut tx = app.db.write().await?;
    let entry = Entry { right, code: body.code.as_deref(), agent: agent(&headers) };
    let outcome = sign_in::sign_in(&mut tx, now, &app.ids, candidate, entry).await;
    // Also after a refusal: the failure is counted.
    tx.commit().await?;
    let (secret, _) = outcome?;
    Ok((StatusCode::NO_CONTENT, session_cookie(&app, &secret)))
}

/// Sign out of this session.
#[utoipa::path(delete, path = "/api/v1/session", tag = "platform", responses((status = 204), Problem))]
pub async fn delete_session(State(app): State<App>, who: SignedIn) -> Result<impl IntoResponse> {
    if let (Some(me), Some(id)) = (who.caller.by.staff(), who.caller.session) {
        let mut tx = app.db.write().await?;
        sign_in::sign_out(&mut tx, who.act(), me, id).await?;
        tx.commit().await?;
    }
    let cookie = format!("{COOKIE}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])))
}
