//! What a member of staff proves besides the password.

use domain::id::{StaffId, TenantId};
use jiff::Timestamp;

use crate::db::{self, Param, Read, Write, insert_many, sql};
use crate::trust::secret::{self, Purpose};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Lies sealed.
    pub secret: Vec<u8>,
    pub created: Timestamp,
    /// `None`: being set up.
    pub confirmed: Option<Timestamp>,
    /// The step of the last code that was taken; 0 before the first.
    pub last_step: i64,
}

/// Begins anew: replaces what was being set up.
pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    it: &SecondFactor,
) -> db::Result<()> {
    sql("
        INSERT INTO second_factor (tenant_id, staff_id, created_ms, confirmed_ms, last_step)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, staff_id) DO UPDATE SET
            created_ms = excluded.created_ms, confirmed_ms = excluded.confirmed_ms,
            last_step = excluded.last_step")
    .bind(tenant)
    .bind(staff)
    .bind(it.created)
    .bind(it.confirmed)
    .bind(it.last_step)
    .execute(tx)
    .await?;
    secret::put(tx, tenant, (Purpose::SecondFactor, staff.0), &it.secret).await
}

pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    staff: StaffId,
) -> db::Result<Option<SecondFactor>> {
    let row: Option<(i64, Option<i64>, i64)> = sql("
        SELECT created_ms, confirmed_ms, last_step FROM second_factor
        WHERE tenant_id = $1 AND staff_id = $2")
    .bind(tenant)
    .bind(staff)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((created_ms, confirmed_ms, last_step)) = row else { return Ok(None) };
    // Gone where a backup came back without secrets. No code fits then; an administrator resets it.
    let secret = secret::find(conn, tenant, (Purpose::SecondFactor, staff.0)).await?;
    let secret = secret.ok_or_else(|| db::corrupt("a second factor without its secret"))?;
    let (created, confirmed) = (db::time(created_ms)?, db::time_maybe(confirmed_ms)?);
    Ok(Some(SecondFactor { secret, created, confirmed, last_step }))
}

/// Takes the code of `step`. `false`: it, or a later one, was taken before.
pub async fn take_step(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    step: i64,
) -> db::Result<bool> {
    let taken = sql("
        UPDATE second_factor SET last_step = $3
        WHERE tenant_id = $1 AND staff_id = $2 AND last_step < $3")
    .bind(tenant)
    .bind(staff)
    .bind(step)
    .execute(tx)
    .await?;
    Ok(taken == 1)
}

pub async fn confirm(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    now: Timestamp,
) -> db::Result<()> {
    sql("UPDATE second_factor SET confirmed_ms = $3 WHERE tenant_id = $1 AND staff_id = $2")
        .bind(tenant)
        .bind(staff)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Removes it with its recovery codes. Whether there was one.
pub async fn delete(tx: &mut Write, tenant: TenantId, staff: StaffId) -> db::Result<bool> {
    secret::delete(tx, tenant, (Purpose::SecondFactor, staff.0)).await?;
    sql("DELETE FROM recovery_code WHERE tenant_id = $1 AND staff_id = $2")
        .bind(tenant)
        .bind(staff)
        .execute(tx)
        .await?;
    let deleted = sql("DELETE FROM second_factor WHERE tenant_id = $1 AND staff_id = $2")
        .bind(tenant)
        .bind(staff)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

/// Keeps the SHA-256 of new recovery codes, which replace the old ones.
pub async fn put_recovery_codes(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    hashes: Vec<Vec<u8>>,
) -> db::Result<()> {
    sql("DELETE FROM recovery_code WHERE tenant_id = $1 AND staff_id = $2")
        .bind(tenant)
        .bind(staff)
        .execute(tx)
        .await?;
    let rows = hashes.into_iter().map(|it| [Param::from(tenant), staff.into(), it.into()]);
    insert_many(tx, "recovery_code (tenant_id, staff_id, hash)", rows).await?;
    Ok(())
}

/// Uses one up. `false`: there is no such one, or not any more.
pub async fn take_recovery_code(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    hash: Vec<u8>,
) -> db::Result<bool> {
    let taken =
        sql("DELETE FROM recovery_code WHERE tenant_id = $1 AND staff_id = $2 AND hash = $3")
            .bind(tenant)
            .bind(staff)
            .bind(hash)
            .execute(tx)
            .await?;
    Ok(taken == 1)
}

pub async fn count_recovery_codes(
    conn: &mut Read,
    tenant: TenantId,
    staff: StaffId,
) -> db::Result<i64> {
    sql("SELECT count(*) FROM recovery_code WHERE tenant_id = $1 AND staff_id = $2")
        .bind(tenant)
        .bind(staff)
        .fetch_i64(conn)
        .await
}
