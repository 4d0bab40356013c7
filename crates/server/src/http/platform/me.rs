//! One's own profile, password and sessions.

use app::platform::password::{self, NewPassword};
use app::platform::sign_in;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use domain::id::SessionId;
use domain::platform::role::Permission;
use domain::platform::staff::{Owes, Staff};
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::platform::{session, staff, tenant};

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::problem::{Problem, Result};
use crate::http::session::{SignedIn, agent, session_cookie};

/// Who is signed in and what they may do.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Me {
    pub tenant: Tenant,
    /// `null` for the key of a program.
    pub staff: Option<Staff>,
    pub permissions: Vec<Permission>,
    /// Their password was given by somebody else: they have to choose their own before anything else.
    pub must_choose_password: bool,
    /// The company asks two steps of this person, who has to set up the second before anything else.
    pub must_set_up_second_factor: bool,
}

/// Who am I?
#[utoipa::path(get, path = "/api/v1/me", tag = "platform", responses((status = 200, body = Me), Problem))]
pub async fn get_me(State(app): State<App>, who: SignedIn) -> Result<Json<Me>> {
    let mut conn = app.db.read().await?;
    let found = tenant::find(&mut conn, who.tenant()).await?;
    let tenant = found.ok_or_else(|| Refusal::not_found("tenant"))?;
    let staff = match who.caller.by.staff() {
        Some(id) => staff::find(&mut conn, who.tenant(), id).await?,
        None => None,
    };
    let permissions = who.caller.permissions.iter().copied().collect();
    let must = |it| who.caller.owes == Some(it);
    let must_choose_password = must(Owes::Password);
    let must_set_up_second_factor = must(Owes::SecondFactor);
    Ok(Json(Me { tenant, staff, permissions, must_choose_password, must_set_up_second_factor }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub old_password: String,
    pub password: String,
}

/// Change one's own password. All sessions end; this browser goes on in a new one.
#[utoipa::path(
    put,
    path = "/api/v1/me/password",
    tag = "platform",
    request_body = ChangePassword,
    responses((status = 204), Problem),
)]
pub async fn put_password(
    State(app): State<App>,
    who: SignedIn,
    headers: HeaderMap,
    Json(body): Json<ChangePassword>,
) -> Result<impl IntoResponse> {
    let me = who.staff()?;
    let mut conn = app.db.read().await?;
    let found = staff::find(&mut conn, who.tenant(), me).await?;
    let me = found.ok_or_else(|| Refusal::not_found("staff"))?;
    let old = staff::find_by_login(&mut conn, who.tenant(), &me.login).await?;
    let known = password::known(&mut conn, who.tenant(), &me.login, &me.name).await?;
    drop(conn);
    let ids = app.ids.clone();
    let ChangePassword { old_password, password: new } = body;
    let (old_password, old_right, new) = app
        .hashing(move || {
            let hash = old.and_then(|it| it.1).map(|it| it.hash);
            let right = password::verify(&old_password, hash.as_deref());
            (old_password, right, NewPassword::new(new, &known, &ids))
        })
        .await;
    let mut tx = app.db.write().await?;
    let old = (old_password.as_str(), old_right);
    let agent = agent(&headers);
    let secret = sign_in::change_password(&mut tx, who.act(), &me, &new, old, agent).await?;
    tx.commit().await?;
    Ok((StatusCode::NO_CONTENT, session_cookie(&app, &secret)))
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct SessionBody {
    pub id: SessionId,
    /// The browser, as it named itself.
    pub agent: String,
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub last_seen: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub expires: Timestamp,
    /// The one this request came with.
    pub current: bool,
}

/// Where am I signed in?
#[utoipa::path(
    get,
    path = "/api/v1/me/sessions",
    tag = "platform",
    responses((status = 200, body = Vec<SessionBody>), Problem),
)]
pub async fn list_sessions(
    State(app): State<App>,
    who: SignedIn,
) -> Result<Json<Vec<SessionBody>>> {
    let mut conn = app.db.read().await?;
    let found = session::list(&mut conn, who.tenant(), who.staff()?, who.act().now).await?;
    let body = |it: session::Session| SessionBody {
        current: Some(it.id) == who.caller.session,
        id: it.id,
        agent: it.agent,
        created: it.created,
        last_seen: it.last_seen,
        expires: it.expires,
    };
    Ok(Json(found.into_iter().map(body).collect()))
}

/// End one of my sessions.
#[utoipa::path(
    delete,
    path = "/api/v1/me/sessions/{id}",
    tag = "platform",
    params(("id" = SessionId, Path)),
    responses((status = 204), Problem),
)]
pub async fn delete_one_session(
    State(app): State<App>,
    Path(id): Path<SessionId>,
    who: SignedIn,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    sign_in::sign_out(&mut tx, who.act(), who.staff()?, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
