//! The team tree. Small (dozens), so it is always read whole.

use domain::id::{StaffId, TeamId, TenantId};
use domain::platform::staff::Team;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// Makes the team or changes it.
pub async fn put(tx: &mut Write, tenant: TenantId, team: &Team) -> db::Result<()> {
    sql("
        INSERT INTO team (tenant_id, id, name, parent_id, lead_id)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            name = excluded.name, parent_id = excluded.parent_id, lead_id = excluded.lead_id")
    .bind(tenant)
    .bind(team.id)
    .bind(team.name.as_str())
    .bind(team.parent)
    .bind(team.lead)
    .execute(tx)
    .await?;
    Ok(())
}

/// By name, then id.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Team>> {
    let known = Known::all("team", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let rows: Vec<Row> = sql("
        SELECT id, name, parent_id, lead_id FROM team
        WHERE tenant_id = $1
        ORDER BY name, id")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    let found: Vec<Team> = rows.into_iter().map(Team::from).collect();
    conn.remember(known, &found);
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    parent_id: Option<Uuid>,
    lead_id: Option<Uuid>,
}

impl From<Row> for Team {
    fn from(row: Row) -> Self {
        let Row { id, name, parent_id, lead_id } = row;
        Self { id: TeamId(id), name, parent: parent_id.map(TeamId), lead: lead_id.map(StaffId) }
    }
}
