//! The team tree.

use app::platform::team::put_team as put;
use axum::extract::State;
use domain::id::{StaffId, TeamId};
use domain::platform::staff::Team;
use serde::Deserialize;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// All teams, by name.
#[utoipa::path(
    get,
    path = "/api/v1/teams",
    tag = "platform",
    responses((status = 200, body = Vec<Team>), Problem),
)]
pub async fn list_teams(
    State(app): State<App>,
    reader: Can<may::ReadStaff>,
) -> Result<Json<Vec<Team>>> {
    let mut conn = app.db.read().await?;
    Ok(Json(store::platform::team::list(&mut conn, reader.tenant()).await?))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutTeam {
    pub name: String,
    pub parent: Option<TeamId>,
    pub lead: Option<StaffId>,
}

/// Make a team or change it.
#[utoipa::path(
    put,
    path = "/api/v1/teams/{id}",
    tag = "platform",
    params(("id" = TeamId, Path)),
    request_body = PutTeam,
    responses((status = 200, body = Team), Problem),
)]
pub async fn put_team(
    State(app): State<App>,
    Path(id): Path<TeamId>,
    writer: Can<may::WriteStaff>,
    Json(body): Json<PutTeam>,
) -> Result<Json<Team>> {
    let PutTeam { name, parent, lead } = body;
    let mut tx = app.db.write().await?;
    let team = put(&mut tx, writer.act(), Team { id, name, parent, lead }).await?;
    tx.commit().await?;
    Ok(Json(team))
}
