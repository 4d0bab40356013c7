//! Roles. Few, so they are always read whole.

use domain::id::{RoleId, TenantId};
use domain::platform::role::Role;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// Makes the role or changes it. A key that another role has is a unique violation.
pub async fn put(tx: &mut Write, tenant: TenantId, role: &Role) -> db::Result<()> {
    sql("
        INSERT INTO role (tenant_id, id, key, name, permissions, reach, built_in)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            name = excluded.name, permissions = excluded.permissions, reach = excluded.reach")
    .bind(tenant)
    .bind(role.id)
    .bind(role.key.as_str())
    .bind(role.name.as_str())
    .bind(db::to_json(&role.permissions))
    .bind(db::name(&role.reach))
    .bind(role.built_in)
    .execute(tx)
    .await?;
    Ok(())
}

/// Built-in ones first, then by key.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Role>> {
    let known = Known::all("role", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let rows: Vec<Row> = sql("
        SELECT id, key, name, permissions, reach, built_in FROM role
        WHERE tenant_id = $1
        ORDER BY built_in DESC, key")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    let found = rows.into_iter().map(Role::try_from).collect::<db::Result<Vec<_>>>()?;
    conn.remember(known, &found);
    Ok(found)
}

pub async fn delete(tx: &mut Write, tenant: TenantId, id: RoleId) -> db::Result<bool> {
    let deleted = sql("DELETE FROM role WHERE tenant_id = $1 AND id = $2 AND built_in = FALSE")
        .bind(tenant)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    key: String,
    name: String,
    permissions: serde_json::Value,
    reach: String,
    built_in: bool,
}

impl TryFrom<Row> for Role {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, key, name, permissions, reach, built_in } = row;
        Ok(Self {
            id: RoleId(id),
            key,
            name,
            permissions: db::json(permissions)?,
            reach: db::word(reach)?,
            built_in,
        })
    }
}
