//! People who log in.

use app::platform::password::{NewPassword, known};
use app::platform::staff::{find_staff, put_staff as put};
use axum::extract::State;
use domain::id::{RoleId, StaffId, TeamId};
use domain::language::Language;
use domain::platform::staff::Staff;
use serde::Deserialize;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// Everybody, also who left, by number.
#[utoipa::path(
    get,
    path = "/api/v1/staff",
    tag = "platform",
    responses((status = 200, body = Vec<Staff>), Problem),
)]
pub async fn list_staff(
    State(app): State<App>,
    reader: Can<may::ReadStaff>,
) -> Result<Json<Vec<Staff>>> {
    let mut conn = app.db.read().await?;
    Ok(Json(store::platform::staff::list(&mut conn, reader.tenant()).await?))
}

/// One person.
#[utoipa::path(
    get,
    path = "/api/v1/staff/{id}",
    tag = "platform",
    params(("id" = StaffId, Path)),
    responses((status = 200, body = Staff), Problem),
)]
pub async fn get_staff(
    State(app): State<App>,
    Path(id): Path<StaffId>,
    reader: Can<may::ReadStaff>,
) -> Result<Json<Staff>> {
    let mut conn = app.db.read().await?;
    Ok(Json(find_staff(&mut conn, reader.act(), id).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutStaff {
    pub login: String,
    pub name: String,
    /// The number customers see (工号).
    pub number: String,
    pub email: Option<String>,
    pub team: Option<TeamId>,
    pub roles: Vec<RoleId>,
    pub language: Language,
    pub active: bool,
    /// Set to give a new password; their sessions end. They choose their own when they sign in with it, within
    /// the days of the setting `sign_in`.
    pub password: Option<String>,
}

/// Make a person or change one. The caller chooses the id, so sending again is harmless.
#[utoipa::path(
    put,
    path = "/api/v1/staff/{id}",
    tag = "platform",
    params(("id" = StaffId, Path)),
    request_body = PutStaff,
    responses((status = 200, body = Staff), Problem),
)]
pub async fn put_staff(
    State(app): State<App>,
    Path(id): Path<StaffId>,
    writer: Can<may::WriteStaff>,
    Json(body): Json<PutStaff>,
) -> Result<Json<Staff>> {
    let PutStaff { login, name, number, email, team, roles, language, active, password } = body;
    let password = match password {
        None => None,
        Some(text) => {
            let mut conn = app.db.read().await?;
            let known = known(&mut conn, writer.tenant(), &login, &name).await?;
            drop(conn);
            let ids = app.ids.clone();
            Some(app.hashing(move || NewPassword::new(text, &known, &ids)).await)
        }
    };
    let staff = Staff { id, login, name, number, email, team, roles, language, active };
    let mut tx = app.db.write().await?;
    let staff = put(&mut tx, writer.act(), &writer.caller, staff, password).await?;
    tx.commit().await?;
    Ok(Json(staff))
}
