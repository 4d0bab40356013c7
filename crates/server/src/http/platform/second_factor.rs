//! Two-step sign-in 两步验证 of one's own account, and resetting it for others.

use app::platform::second_factor;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::StaffId;
use domain::platform::staff::{Owes, Staff};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Read;

use crate::App;
use crate::http::collect::form_link::svg;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};

#[derive(Serialize, utoipa::ToSchema)]
pub struct SecondFactorBody {
    /// Since when a code is asked for at sign-in; `null`: it is not.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// The company asks it of me: it cannot be given up.
    pub required: bool,
    pub recovery_codes_left: i64,
}

/// What the authenticator is given. Told once.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EnrolmentBody {
    /// To type where the QR code cannot be read.
    pub secret: String,
    /// `otpauth://totp/…`
    pub uri: String,
    /// The same as a QR code.
    pub qr_svg: String,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Six digits of the authenticator or, where it says so, a recovery code.
    pub code: String,
}

/// Told once; each works once.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

async fn me(conn: &mut Read, who: &SignedIn) -> Result<Staff> {
    // Who gave the password could otherwise enrol a telephone of theirs.
    if who.caller.owes == Some(Owes::Password) {
        return Err(Refusal::forbidden(Owes::Password.code()).into());
    }
    let found = store::platform::staff::find(conn, who.tenant(), who.staff()?).await?;
    found.ok_or_else(|| Refusal::not_found("staff").into())
}

/// Is a code asked for when I sign in?
#[utoipa::path(
    get,
    path = "/api/v1/me/second-factor",
    tag = "platform",
    responses((status = 200, body = SecondFactorBody), Problem),
)]
pub async fn get_second_factor(
    State(app): State<App>,
    who: SignedIn,
) -> Result<Json<SecondFactorBody>> {
    let mut conn = app.db.read().await?;
    let me = me(&mut conn, &who).await?;
    let state = second_factor::state(&mut conn, who.tenant(), &me).await?;
    let second_factor::State { since, required, recovery_codes_left } = state;
    Ok(Json(SecondFactorBody { since, required, recovery_codes_left }))
}

/// Begin to set it up. Nothing is asked for until a code was confirmed.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor",
    tag = "platform",
    responses((status = 200, body = EnrolmentBody), Problem),
)]
pub async fn begin_second_factor(
    State(app): State<App>,
    who: SignedIn,
) -> Result<Json<EnrolmentBody>> {
    let mut tx = app.db.write().await?;
    let me = me(&mut tx, &who).await?;
    let made = second_factor::begin(&mut tx, who.act(), &me).await?;
    tx.commit().await?;
    let qr_svg = svg(&made.uri)?;
    Ok(Json(EnrolmentBody { secret: made.secret, uri: made.uri, qr_svg }))
}

/// Confirm with a code of the authenticator: from now on one is asked for.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor/confirm",
    tag = "platform",
    request_body = Code,
    responses((status = 200, body = RecoveryCodes), Problem),
)]
pub async fn confirm_second_factor(
    State(app): State<App>,
    who: SignedIn,
    Json(body): Json<Code>,
) -> Result<Json<RecoveryCodes>> {
    let mut tx = app.db.write().await?;
    let me = me(&mut tx, &who).await?;
    let outcome = second_factor::confirm(&mut tx, who.act(), &me, &body.code).await;
    // Also after a refusal: the failure is counted.
    tx.commit().await?;
    Ok(Json(RecoveryCodes { recovery_codes: outcome? }))
}

/// Ask for no code any more. Needs one, or a recovery code. A conflict where the company asks it of me.
#[utoipa::path(
    post,
    path = "/api/v1/me/second-factor/remove",
    tag = "platform",
    request_body = Code,
    responses((status = 204), Problem),
)]
pub async fn remove_second_factor(
    State(app): State<App>,
    who: SignedIn,
    Json(body): Json<Code>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let me = me(&mut tx, &who).await?;
    let outcome = second_factor::remove(&mut tx, who.act(), &me, &body.code).await;
    // Also after a refusal: the failure is counted.
    tx.commit().await?;
    outcome?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take it from somebody who has lost telephone and recovery codes. They are signed out everywhere.
#[utoipa::path(
    delete,
    path = "/api/v1/staff/{id}/second-factor",
    tag = "platform",
    params(("id" = StaffId, Path)),
    responses((status = 204), Problem),
)]
pub async fn reset_second_factor(
    State(app): State<App>,
    Path(id): Path<StaffId>,
    writer: Can<may::WriteStaff>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    second_factor::reset(&mut tx, writer.act(), &writer.caller, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
