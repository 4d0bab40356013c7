//! Settings of a tenant: one JSON value a key. What a key means is the rules' business.

use domain::id::TenantId;
use jiff::Timestamp;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    key: &str,
) -> db::Result<Option<serde_json::Value>> {
    let known = Known::one("setting", tenant, key);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<(serde_json::Value,)> =
        sql("SELECT value FROM setting WHERE tenant_id = $1 AND key = $2")
            .bind(tenant)
            .bind(key)
            .fetch_optional(conn)
            .await?;
    let found = row.map(|it| it.0);
    conn.remember(known, &found);
    Ok(found)
}

pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    key: &str,
    value: serde_json::Value,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO setting (tenant_id, key, value, updated_ms)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, key) DO UPDATE SET
            value = excluded.value, updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(key)
    .bind(value)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// All there are, by key.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
) -> db::Result<Vec<(String, serde_json::Value)>> {
    sql("SELECT key, value FROM setting WHERE tenant_id = $1 ORDER BY key")
        .bind(tenant)
        .fetch_all(conn)
        .await
}
