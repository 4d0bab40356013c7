//! Requests to erase, tombstones, and taking the words out of the rows themselves.

use domain::id::{CustomerId, TenantId};
use domain::trust::erasure::{Erasure, Tombstone};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::ledger::{Subject, hash_of};
use crate::db::{self, Param, Read, Write, insert_many, sql};

/// A request, new.
pub async fn insert(tx: &mut Write, tenant: TenantId, it: &Erasure) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO erasure (tenant_id, id, customer_id, reason, state, asked_by, asked_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(it.id)
    .bind(it.customer)
    .bind(it.reason.as_str())
    .bind(it.state.code())
    .bind(db::to_json(&it.asked_by))
    .bind(it.asked_at)
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}

/// What became of it.
pub async fn update(tx: &mut Write, tenant: TenantId, it: &Erasure) -> db::Result<()> {
    sql("
        UPDATE erasure SET state = $3, decided_by = $4, decided_ms = $5
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(it.id)
    .bind(it.state.code())
    .bind(it.decided_by.as_ref().map(db::to_json))
    .bind(it.decided_at)
    .execute(tx)
    .await?;
    Ok(())
}

const COLUMNS: &str = "
    SELECT id, customer_id, reason, state, asked_by, asked_ms, decided_by, decided_ms
    FROM erasure WHERE tenant_id = $1";

/// Nobody else decides it until the transaction ends.
pub async fn find_for_update(
    tx: &mut Write,
    tenant: TenantId,
    id: Uuid,
) -> db::Result<Option<Erasure>> {
    let lock = tx.for_update();
    let query = sql(COLUMNS).push(" AND id = $2").push(lock);
    let row: Option<Row> = query.bind(tenant).bind(id).fetch_optional(tx).await?;
    row.map(Erasure::try_from).transpose()
}

/// Newest first; `before` is `(asked, id)` of the last one seen.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    customer: Option<CustomerId>,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> db::Result<Vec<Erasure>> {
    let mut query = sql(COLUMNS).bind(tenant);
    if let Some(customer) = customer {
        query = query.push(" AND customer_id = ").push_bind(customer);
    }
    if let Some((at, id)) = before {
        query = query.push(" AND (asked_ms, id) < (").push_bind(at).push(", ").push_bind(id);
        query = query.push(")");
    }
    let query = query.push(" ORDER BY asked_ms DESC, id DESC LIMIT ").push_bind(limit);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Erasure::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    reason: String,
    state: String,
    asked_by: Value,
    asked_ms: i64,
    decided_by: Option<Value>,
    decided_ms: Option<i64>,
}

impl TryFrom<Row> for Erasure {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        Ok(Self {
            id: row.id,
            customer: CustomerId(row.customer_id),
            reason: row.reason,
            state: db::word(row.state)?,
            asked_by: db::json(row.asked_by)?,
            asked_at: db::time(row.asked_ms)?,
            decided_by: row.decided_by.map(db::json).transpose()?,
            decided_at: db::time_maybe(row.decided_ms)?,
        })
    }
}

pub async fn insert_tombstones(
    tx: &mut Write,
    tenant: TenantId,
    all: &[Tombstone],
) -> db::Result<()> {
    let rows = all.iter().map(|it| {
        [
            Param::from(tenant),
            it.id.into(),
            it.thing.code().into(),
            it.subject.into(),
            it.seq.into(),
            it.before.to_vec().into(),
            it.after.to_vec().into(),
            it.reason.as_str().into(),
            db::to_json(&it.asked_by).into(),
            db::to_json(&it.approved_by).into(),
            it.at.into(),
        ]
    });
    let into = "ledger_tombstone (tenant_id, id, thing, subject_id, seq, hash_before, hash_after,
        reason, asked_by, approved_by, at_ms)";
    insert_many(tx, into, rows).await?;
    Ok(())
}

const TOMBSTONE: &str = "
    SELECT id, thing, subject_id, seq, hash_before, hash_after, reason, asked_by, approved_by, at_ms
    FROM ledger_tombstone WHERE tenant_id = $1";

#[derive(sqlx::FromRow)]
struct TombstoneRow {
    id: Uuid,
    thing: String,
    subject_id: Uuid,
    seq: i64,
    hash_before: Vec<u8>,
    hash_after: Vec<u8>,
    reason: String,
    asked_by: Value,
    approved_by: Value,
    at_ms: i64,
}

fn tombstone(row: TombstoneRow) -> db::Result<Tombstone> {
    Ok(Tombstone {
        id: row.id,
        thing: db::word(row.thing)?,
        subject: row.subject_id,
        seq: row.seq,
        before: hash_of(row.hash_before)?,
        after: hash_of(row.hash_after)?,
        reason: row.reason,
        asked_by: db::json(row.asked_by)?,
        approved_by: db::json(row.approved_by)?,
        at: db::time(row.at_ms)?,
    })
}

/// Those of these ids.
pub async fn tombstones(
    conn: &mut Read,
    tenant: TenantId,
    ids: &[Uuid],
) -> db::Result<Vec<Tombstone>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let query = sql(TOMBSTONE).bind(tenant).push(" AND id IN ").push_list(ids.iter().copied());
    let rows: Vec<TombstoneRow> = query.fetch_all(conn).await?;
    rows.into_iter().map(tombstone).collect()
}

/// Of one row on record, oldest first: erased after its time and on request is erased twice.
pub async fn tombstones_of(
    conn: &mut Read,
    tenant: TenantId,
    of: Subject,
) -> db::Result<Vec<Tombstone>> {
    let rows: Vec<TombstoneRow> = sql(TOMBSTONE)
        .push(" AND subject_id = $2 AND thing = $3 AND seq = $4 ORDER BY at_ms, id")
        .bind(tenant)
        .bind(of.id)
        .bind(of.thing.code())
        .bind(of.seq)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(tombstone).collect()
}
