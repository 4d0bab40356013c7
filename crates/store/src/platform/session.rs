//! Sessions and the throttle of sign-ins.

use domain::id::{SessionId, StaffId, TenantId};
use domain::platform::staff::Owes;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub staff: StaffId,
    /// SHA-256 of the secret in the cookie.
    pub secret_hash: Vec<u8>,
    /// The browser, as it named itself; for the list of one's own devices.
    pub agent: String,
    pub created: Timestamp,
    pub last_seen: Timestamp,
    pub expires: Timestamp,
    /// It opens the person's own profile and nothing else, until they have done this.
    pub owes: Option<Owes>,
}

pub async fn insert(tx: &mut Write, tenant: TenantId, session: &Session) -> db::Result<()> {
    sql("
        INSERT INTO session
            (tenant_id, id, staff_id, secret_hash, agent, created_ms, last_seen_ms, expires_ms, owes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(tenant)
    .bind(session.id)
    .bind(session.staff)
    .bind(session.secret_hash.clone())
    .bind(session.agent.as_str())
    .bind(session.created)
    .bind(session.last_seen)
    .bind(session.expires)
    .bind(session.owes.as_ref().map(db::name))
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn find(conn: &mut Read, tenant: TenantId, id: SessionId) -> db::Result<Option<Session>> {
    let row: Option<Row> = sql("
        SELECT id, staff_id, secret_hash, agent, created_ms, last_seen_ms, expires_ms, owes
        FROM session
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.map(Session::try_from).transpose()
}

/// Those of one person that have not expired, newest first.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    staff: StaffId,
    now: Timestamp,
) -> db::Result<Vec<Session>> {
    let rows: Vec<Row> = sql("
        SELECT id, staff_id, secret_hash, agent, created_ms, last_seen_ms, expires_ms, owes
        FROM session
        WHERE tenant_id = $1 AND staff_id = $2 AND $3 < expires_ms
        ORDER BY last_seen_ms DESC, id")
    .bind(tenant)
    .bind(staff)
    .bind(now)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Session::try_from).collect()
}

pub async fn touch(
    tx: &mut Write,
    tenant: TenantId,
    id: SessionId,
    now: Timestamp,
) -> db::Result<()> {
    sql("UPDATE session SET last_seen_ms = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn delete(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    id: SessionId,
) -> db::Result<bool> {
    let deleted = sql("DELETE FROM session WHERE tenant_id = $1 AND staff_id = $2 AND id = $3")
        .bind(tenant)
        .bind(staff)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

/// All of one person's, as when they leave or change their password; but not `keep`.
pub async fn delete_all(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    keep: Option<SessionId>,
) -> db::Result<u64> {
    sql("
        DELETE FROM session
        WHERE tenant_id = $1 AND staff_id = $2 AND (CAST($3 AS UUID) IS NULL OR id <> $3)")
    .bind(tenant)
    .bind(staff)
    .bind(keep)
    .execute(tx)
    .await
}

/// Opens the person's sessions that waited for this alone.
pub async fn widen(tx: &mut Write, tenant: TenantId, staff: StaffId, done: Owes) -> db::Result<()> {
    sql("UPDATE session SET owes = NULL WHERE tenant_id = $1 AND staff_id = $2 AND owes = $3")
        .bind(tenant)
        .bind(staff)
        .bind(db::name(&done))
        .execute(tx)
        .await?;
    Ok(())
}

/// Forgets sessions that ended before `before`.
pub async fn delete_expired(
    tx: &mut Write,
    tenant: TenantId,
    before: Timestamp,
) -> db::Result<u64> {
    sql("DELETE FROM session WHERE tenant_id = $1 AND expires_ms < $2")
        .bind(tenant)
        .bind(before)
        .execute(tx)
        .await
}

/// Failures in a row, and until when no further try is heard.
pub async fn throttle(
    conn: &mut Read,
    tenant: TenantId,
    login_folded: &str,
) -> db::Result<Option<(i64, Timestamp)>> {
    let row: Option<(i64, i64)> = sql("
        SELECT failures, until_ms FROM sign_in_throttle
        WHERE tenant_id = $1 AND login_folded = $2")
    .bind(tenant)
    .bind(login_folded)
    .fetch_optional(conn)
    .await?;
    row.map(|(failures, until_ms)| Ok((failures, db::time(until_ms)?))).transpose()
}

pub async fn put_throttle(
    tx: &mut Write,
    tenant: TenantId,
    login_folded: &str,
    failures: i64,
    until: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO sign_in_throttle (tenant_id, login_folded, failures, until_ms)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, login_folded) DO UPDATE SET
            failures = excluded.failures, until_ms = excluded.until_ms")
    .bind(tenant)
    .bind(login_folded)
    .bind(failures)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn delete_throttle(
    tx: &mut Write,
    tenant: TenantId,
    login_folded: &str,
) -> db::Result<()> {
    sql("DELETE FROM sign_in_throttle WHERE tenant_id = $1 AND login_folded = $2")
        .bind(tenant)
        .bind(login_folded)
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    staff_id: Uuid,
    secret_hash: Vec<u8>,
    agent: String,
    created_ms: i64,
    last_seen_ms: i64,
    expires_ms: i64,
    owes: Option<String>,
}

impl TryFrom<Row> for Session {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, staff_id, secret_hash, agent, created_ms, last_seen_ms, expires_ms, owes } =
            row;
        Ok(Self {
            owes: owes.map(db::word).transpose()?,
            id: SessionId(id),
            staff: StaffId(staff_id),
            secret_hash,
            agent,
            created: db::time(created_ms)?,
            last_seen: db::time(last_seen_ms)?,
            expires: db::time(expires_ms)?,
        })
    }
}
