//! Roles: built-in ones and the tenant's own.

use std::collections::BTreeSet;

use app::platform::role;
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::RoleId;
use domain::platform::role::{Permission, Reach, Role};
use serde::{Deserialize, Serialize};

use crate::App;
use crate::http::etag::{Alone, IfMatch, Tagged};
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, utoipa::ToSchema)]
pub struct RoleBody {
    pub id: RoleId,
    pub key: String,
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    pub reach: Reach,
    /// Comes with the product and cannot be changed.
    pub built_in: bool,
    /// Send it as `If-Match` when you change this: refused when somebody else was faster.
    pub etag: String,
}

impl Tagged for RoleBody {
    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }
}

impl From<Role> for RoleBody {
    fn from(role: Role) -> Self {
        let Role { id, key, name, permissions, reach, built_in } = role;
        let etag = String::new();
        Self { id, key, name, permissions, reach, built_in, etag }.tagged()
    }
}

/// All roles, the built-in ones first.
#[utoipa::path(
    get,
    path = "/api/v1/roles",
    tag = "platform",
    responses((status = 200, body = Vec<RoleBody>), Problem),
)]
pub async fn list_roles(
    State(app): State<App>,
    reader: Can<may::ReadStaff>,
) -> Result<Json<Vec<RoleBody>>> {
    let mut conn = app.db.read().await?;
    let all = store::platform::role::list(&mut conn, reader.tenant()).await?;
    Ok(Json(all.into_iter().map(RoleBody::from).collect()))
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
    params(
        ("id" = RoleId, Path),
        ("If-Match" = Option<String>, Header, description = "The `etag` you began from"),
    ),
    request_body = PutRole,
    responses((status = 200, body = RoleBody), Problem),
)]
pub async fn put_role(
    State(app): State<App>,
    Path(id): Path<RoleId>,
    writer: Can<may::WriteRoles>,
    seen: IfMatch,
    Json(body): Json<PutRole>,
) -> Result<Alone<RoleBody>> {
    let PutRole { key, name, permissions, reach } = body;
    let input = Role { id, key, name, permissions, reach, built_in: false };
    let mut tx = app.db.write().await?;
    seen.claim(&mut tx, writer.tenant()).await?;
    let all = store::platform::role::list(&mut tx, writer.tenant()).await?;
    let before = all.into_iter().find(|it| it.id == id);
    seen.expect(before.map(|it| RoleBody::from(it).etag))?;
    let made = role::put_role(&mut tx, writer.act(), &writer.caller, input).await?;
    tx.commit().await?;
    Ok(Alone(made.into()))
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
