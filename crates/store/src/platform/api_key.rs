//! Keys of programs.

use std::collections::BTreeSet;

use domain::id::{ApiKeyId, StaffId, TenantId};
use domain::platform::role::Permission;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    pub permissions: BTreeSet<Permission>,
    pub created_by: Option<StaffId>,
    pub created: Timestamp,
    pub expires: Option<Timestamp>,
    pub last_used: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
}

pub async fn insert(tx: &mut Write, tenant: TenantId, key: &ApiKey) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO api_key (tenant_id, id, name, secret_hash, permissions, created_by, created_ms,
            expires_ms, last_used_ms, revoked_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(key.id)
    .bind(key.name.as_str())
    .bind(key.secret_hash.clone())
    .bind(db::to_json(&key.permissions))
    .bind(key.created_by)
    .bind(key.created)
    .bind(key.expires)
    .bind(key.last_used)
    .bind(key.revoked)
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}

const COLUMNS: &str = "
    SELECT id, name, secret_hash, permissions, created_by, created_ms, expires_ms, last_used_ms,
        revoked_ms
    FROM api_key";

pub async fn find(conn: &mut Read, tenant: TenantId, id: ApiKeyId) -> db::Result<Option<ApiKey>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(ApiKey::try_from).transpose()
}

/// Newest first, revoked ones too.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<ApiKey>> {
    let rows: Vec<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 ORDER BY created_ms DESC, id")
        .bind(tenant)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

pub async fn touch(
    tx: &mut Write,
    tenant: TenantId,
    id: ApiKeyId,
    now: Timestamp,
) -> db::Result<()> {
    sql("UPDATE api_key SET last_used_ms = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn revoke(
    tx: &mut Write,
    tenant: TenantId,
    id: ApiKeyId,
    now: Timestamp,
) -> db::Result<bool> {
    let revoked = sql("
        UPDATE api_key SET revoked_ms = $3
        WHERE tenant_id = $1 AND id = $2 AND revoked_ms IS NULL")
    .bind(tenant)
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(revoked == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    secret_hash: Vec<u8>,
    permissions: serde_json::Value,
    created_by: Option<Uuid>,
    created_ms: i64,
    expires_ms: Option<i64>,
    last_used_ms: Option<i64>,
    revoked_ms: Option<i64>,
}

impl TryFrom<Row> for ApiKey {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row {
            id,
            name,
            secret_hash,
            permissions,
            created_by,
            created_ms,
            expires_ms,
            last_used_ms,
            revoked_ms,
        } = row;
        Ok(Self {
            id: ApiKeyId(id),
            name,
            secret_hash,
            permissions: db::json(permissions)?,
            created_by: created_by.map(StaffId),
            created: db::time(created_ms)?,
            expires: db::time_maybe(expires_ms)?,
            last_used: db::time_maybe(last_used_ms)?,
            revoked: db::time_maybe(revoked_ms)?,
        })
    }
}
