//! Roles: built-in ones and the tenant's own.

use std::collections::BTreeSet;

use app::platform::role;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::RoleId;
use domain::platform::role::{Permission, Reach, Role};
use serde::Deserialize;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// All roles, the built-in ones first.
#[utoipa::path(
    get,
    path = "/api/v1/roles",
    tag = "platform",
    responses((status = 200, body = Vec<Role>), Problem),
)]
pub async fn list_roles(
    State(app): State<App>,
    reader: Can<may::ReadStaff>,
) -> Result<Json<Vec<Role>>> {
    let mut conn = app.db.read().await?;
    Ok(Json(store::platform::role::list(&mut conn, reader.tenant()).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutRole {
    pub key: String,
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    pub reach: Reach,
}

/// Make a role or change one of your own. Nobody grants what they do not have.
#[utoipa::path(
    put,
    path = "/api/v1/roles/{id}",
    tag = "platform",
    params(("id" = RoleId, Path)),
    request_body = PutRole,
    responses((status = 200, body = Role), Problem),
)]
pub async fn put_role(
    State(app): State<App>,
    Path(id): Path<RoleId>,
    writer: Can<may::WriteRoles>,
    Json(body): Json<PutRole>,
) -> Result<Json<Role>> {
    let PutRole { key, name, permissions, reach } = body;
    let input = Role { id, key, name, permissions, reach, built_in: false };
    let mut tx = app.db.write().await?;
    let made = role::put_role(&mut tx, writer.act(), &writer.caller, input).await?;
    tx.commit().await?;
    Ok(Json(made))
}

/// Delete a role that nobody has.
#[utoipa::path(
    delete,
    path = "/api/v1/roles/{id}",
    tag = "platform",
    params(("id" = RoleId, Path)),
    responses((status = 204), Problem),
)]
pub async fn delete_role(
    State(app): State<App>,
    Path(id): Path<RoleId>,
    writer: Can<may::WriteRoles>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    role::delete_role(&mut tx, writer.act(), id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
