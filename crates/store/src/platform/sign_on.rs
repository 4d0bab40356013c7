//! Where the company's own accounts are kept, and which of them is whose.

use domain::id::{StaffId, TenantId};
use domain::platform::sign_on::MatchBy;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::trust::secret::{self, Purpose};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    pub issuer: String,
    pub client_id: String,
    /// Lies sealed. `None`: a public client, which has none.
    pub client_secret: Option<Vec<u8>>,
    pub match_by: MatchBy,
}

pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    it: &Provider,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO sign_on_provider (tenant_id, issuer, client_id, match_by, updated_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id) DO UPDATE SET issuer = excluded.issuer,
            client_id = excluded.client_id, match_by = excluded.match_by,
            updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(it.issuer.as_str())
    .bind(it.client_id.as_str())
    .bind(db::name(&it.match_by))
    .bind(now)
    .execute(tx)
    .await?;
    let place = (Purpose::SignOn, tenant.0);
    match &it.client_secret {
        Some(plain) => secret::put(tx, tenant, place, plain).await,
        None => secret::delete(tx, tenant, place).await,
    }
}

pub async fn find(conn: &mut Read, tenant: TenantId) -> db::Result<Option<Provider>> {
    let row: Option<(String, String, String)> = sql("
        SELECT issuer, client_id, match_by FROM sign_on_provider
        WHERE tenant_id = $1")
    .bind(tenant)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((issuer, client_id, match_by)) = row else { return Ok(None) };
    let client_secret = secret::find(conn, tenant, (Purpose::SignOn, tenant.0)).await?;
    Ok(Some(Provider { issuer, client_id, client_secret, match_by: db::word(match_by)? }))
}

/// Whether there was one.
pub async fn delete(tx: &mut Write, tenant: TenantId) -> db::Result<bool> {
    secret::delete(tx, tenant, (Purpose::SignOn, tenant.0)).await?;
    let deleted =
        sql("DELETE FROM sign_on_provider WHERE tenant_id = $1").bind(tenant).execute(tx).await?;
    Ok(deleted == 1)
}

/// Whose account there it is.
pub async fn find_identity(
    conn: &mut Read,
    tenant: TenantId,
    issuer: &str,
    subject: &str,
) -> db::Result<Option<StaffId>> {
    let row: Option<(Uuid,)> = sql("
        SELECT staff_id FROM sign_on_identity
        WHERE tenant_id = $1 AND issuer = $2 AND subject = $3")
    .bind(tenant)
    .bind(issuer)
    .bind(subject)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|it| StaffId(it.0)))
}

/// Whether somebody's account there is known already.
pub async fn has_identity(
    conn: &mut Read,
    tenant: TenantId,
    issuer: &str,
    staff: StaffId,
) -> db::Result<bool> {
    let count = sql("
        SELECT count(*) FROM sign_on_identity
        WHERE tenant_id = $1 AND issuer = $2 AND staff_id = $3")
    .bind(tenant)
    .bind(issuer)
    .bind(staff)
    .fetch_i64(conn)
    .await?;
    Ok(0 < count)
}

pub async fn put_identity(
    tx: &mut Write,
    tenant: TenantId,
    issuer: &str,
    subject: &str,
    staff: StaffId,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO sign_on_identity (tenant_id, issuer, subject, staff_id, created_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(issuer)
    .bind(subject)
    .bind(staff)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
