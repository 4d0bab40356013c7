//! Mappings that a tenant keeps for the next file of the same kind.

use domain::id::{MappingId, TenantId};
use domain::platform::import::Mapping;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

#[derive(Debug, Clone, PartialEq)]
pub struct SavedMapping {
    pub id: MappingId,
    pub name: String,
    pub mapping: Mapping,
    pub updated: Timestamp,
}

/// Makes it or changes it. A name that another has is a unique violation.
pub async fn put(tx: &mut Write, tenant: TenantId, it: &SavedMapping) -> db::Result<()> {
    sql("
        INSERT INTO import_mapping (tenant_id, id, name, mapping, updated_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            name = excluded.name, mapping = excluded.mapping, updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(it.id)
    .bind(it.name.as_str())
    .bind(db::to_json(&it.mapping))
    .bind(it.updated)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn find_by_name(
    conn: &mut Read,
    tenant: TenantId,
    name: &str,
) -> db::Result<Option<SavedMapping>> {
    let row: Option<Row> = sql("
        SELECT id, name, mapping, updated_ms FROM import_mapping
        WHERE tenant_id = $1 AND name = $2")
    .bind(tenant)
    .bind(name)
    .fetch_optional(conn)
    .await?;
    row.map(SavedMapping::try_from).transpose()
}

/// By name.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<SavedMapping>> {
    let rows: Vec<Row> = sql("
        SELECT id, name, mapping, updated_ms FROM import_mapping
        WHERE tenant_id = $1 ORDER BY name")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(SavedMapping::try_from).collect()
}

/// Whether there was one.
pub async fn delete(tx: &mut Write, tenant: TenantId, id: MappingId) -> db::Result<bool> {
    let deleted = sql("DELETE FROM import_mapping WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    mapping: serde_json::Value,
    updated_ms: i64,
}

impl TryFrom<Row> for SavedMapping {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, name, mapping, updated_ms } = row;
        let (mapping, updated) = (db::json(mapping)?, db::time(updated_ms)?);
        Ok(Self { id: MappingId(id), name, mapping, updated })
    }
}
