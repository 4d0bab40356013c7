//! What a member of staff arranged for themselves: one JSON value a key.

use domain::id::{StaffId, TenantId};
use jiff::Timestamp;

use crate::db::{self, Read, Write, sql};

/// All of one person's, by key.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    staff: StaffId,
) -> db::Result<Vec<(String, serde_json::Value)>> {
    sql("SELECT key, value FROM preference WHERE tenant_id = $1 AND staff_id = $2 ORDER BY key")
        .bind(tenant)
        .bind(staff)
        .fetch_all(conn)
        .await
}

pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    (key, value): (&str, serde_json::Value),
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO preference (tenant_id, staff_id, key, value, updated_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, staff_id, key) DO UPDATE SET
            value = excluded.value, updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(staff)
    .bind(key)
    .bind(value)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
