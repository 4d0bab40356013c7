//! Files being brought in, the rows that were refused, and what was brought before.

use domain::id::{ImportId, TenantId};
use domain::platform::actor::Actor;
use domain::platform::import::{Counts, Fault, Mapping, Record, Stage, Target};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, insert_many, sql};

#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub id: ImportId,
    pub target: Target,
    pub file_name: String,
    pub file_bytes: i64,
    /// The file's columns; empty until it is started.
    pub columns: Vec<String>,
    pub mapping: Option<Mapping>,
    /// Everything is done but kept.
    pub dry_run: bool,
    pub stage: Stage,
    pub counts: Counts,
    /// The last case that was made of its events.
    pub after_case: Option<String>,
    /// Why the file could not be read to its end.
    pub failure: Option<Fault>,
    pub created_by: Actor,
    pub created: Timestamp,
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
}

/// Whether the row is new.
pub async fn insert(tx: &mut Write, tenant: TenantId, it: &Import) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO import (tenant_id, id, target, file_name, file_bytes, columns, dry_run, stage,
            rows_read, rows_created, rows_updated, rows_unchanged, rows_bad, created_by, created_ms,
            held_until_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, $9, $10, 0)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(it.id)
    .bind(it.target.code())
    .bind(it.file_name.as_str())
    .bind(it.file_bytes)
    .bind(db::to_json(&it.columns))
    .bind(it.dry_run)
    .bind(it.stage.code())
    .bind(db::to_json(&it.created_by))
    .bind(it.created)
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}

const COLUMNS: &str = "
    SELECT id, target, file_name, file_bytes, columns, mapping, dry_run, stage, rows_read,
        rows_created, rows_updated, rows_unchanged, rows_bad, after_case, failure, created_by,
        created_ms, started_ms, ended_ms
    FROM import
    WHERE tenant_id = $1";

pub async fn find(conn: &mut Read, tenant: TenantId, id: ImportId) -> db::Result<Option<Import>> {
    let row: Option<Row> =
        sql(COLUMNS).push(" AND id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    row.map(Import::try_from).transpose()
}

/// As [`find`], for who will change it in this transaction.
pub async fn find_for_update(
    tx: &mut Write,
    tenant: TenantId,
    id: ImportId,
) -> db::Result<Option<Import>> {
    let lock = tx.for_update();
    let query = sql(COLUMNS).push(" AND id = $2").push(lock).bind(tenant).bind(id);
    let row: Option<Row> = query.fetch_optional(tx).await?;
    row.map(Import::try_from).transpose()
}

/// Newest first, after `(created, id)`.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> db::Result<Vec<Import>> {
    let mut query = sql(COLUMNS).bind(tenant);
    if let Some((at, id)) = after {
        query = query.push(" AND (created_ms, id) < (").push_bind(at);
        query = query.push(", ").push_bind(id).push(")");
    }
    let query = query.push(" ORDER BY created_ms DESC, id DESC LIMIT ").push_bind(limit);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Import::try_from).collect()
}

/// Begins again from the first row: counters at nothing, bad rows and waiting events gone.
pub async fn start(
    tx: &mut Write,
    tenant: TenantId,
    id: ImportId,
    columns: &[String],
    mapping: &Mapping,
    dry_run: bool,
    now: Timestamp,
) -> db::Result<()> {
    sql("DELETE FROM import_bad_row WHERE tenant_id = $1 AND import_id = $2")
        .bind(tenant)
        .bind(id)
        .execute(tx)
        .await?;
    delete_events(tx, tenant, id).await?;
    sql("
        UPDATE import SET columns = $3, mapping = $4, dry_run = $5, stage = 'rows', rows_read = 0,
            rows_created = 0, rows_updated = 0, rows_unchanged = 0, rows_bad = 0, after_case = NULL,
            failure = NULL, started_ms = $6, ended_ms = NULL, holder = NULL, held_until_ms = 0
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(id)
    .bind(db::to_json(&columns))
    .bind(db::to_json(mapping))
    .bind(dry_run)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes hold of a running import until `until`, and says whether `holder` has it now: it was free,
/// or the hold of another has lapsed.
pub async fn hold(
    tx: &mut Write,
    tenant: TenantId,
    id: ImportId,
    holder: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> db::Result<bool> {
    let held = sql("
        UPDATE import SET holder = $3, held_until_ms = $5
        WHERE tenant_id = $1 AND id = $2 AND stage IN ('rows', 'cases')
            AND (holder = $3 OR held_until_ms < $4)")
    .bind(tenant)
    .bind(id)
    .bind(holder)
    .bind(now)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(held == 1)
}

/// Adds to the counters.
pub async fn advance(
    tx: &mut Write,
    tenant: TenantId,
    id: ImportId,
    more: Counts,
    after_case: Option<&str>,
) -> db::Result<()> {
    sql("
        UPDATE import SET rows_read = rows_read + $3, rows_created = rows_created + $4,
            rows_updated = rows_updated + $5, rows_unchanged = rows_unchanged + $6,
            rows_bad = rows_bad + $7, after_case = COALESCE($8, after_case)
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(id)
    .bind(more.read)
    .bind(more.created)
    .bind(more.updated)
    .bind(more.unchanged)
    .bind(more.bad)
    .bind(after_case)
    .execute(tx)
    .await?;
    Ok(())
}

/// `ended` is when, for a stage that is the last.
pub async fn update_stage(
    tx: &mut Write,
    tenant: TenantId,
    id: ImportId,
    stage: Stage,
    failure: Option<&Fault>,
    ended: Option<Timestamp>,
) -> db::Result<()> {
    sql("
        UPDATE import SET stage = $3, failure = $4, ended_ms = $5
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(id)
    .bind(stage.code())
    .bind(failure.map(db::to_json))
    .bind(ended)
    .execute(tx)
    .await?;
    Ok(())
}

/// Imports of a tenant that run and that nobody holds.
pub async fn list_abandoned(
    conn: &mut Read,
    tenant: TenantId,
    now: Timestamp,
) -> db::Result<Vec<ImportId>> {
    let rows: Vec<(Uuid,)> = sql("
        SELECT id FROM import
        WHERE tenant_id = $1 AND stage IN ('rows', 'cases') AND held_until_ms < $2
        ORDER BY created_ms, id")
    .bind(tenant)
    .bind(now)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|it| ImportId(it.0)).collect())
}

/// One row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    pub line: i64,
    pub cells: Vec<String>,
    pub faults: Vec<Fault>,
}

pub async fn insert_bad_rows(
    tx: &mut Write,
    tenant: TenantId,
    id: ImportId,
    rows: &[BadRow],
) -> db::Result<()> {
    let rows = rows.iter().map(|it| {
        let (cells, faults) = (db::to_json(&it.cells), db::to_json(&it.faults));
        [tenant.into(), id.into(), it.line.into(), cells.into(), faults.into()]
    });
    insert_many(tx, "import_bad_row (tenant_id, import_id, line, cells, faults)", rows).await?;
    Ok(())
}

/// By line, after `after`.
pub async fn list_bad_rows(
    conn: &mut Read,
    tenant: TenantId,
    id: ImportId,
    after: i64,
    limit: i64,
) -> db::Result<Vec<BadRow>> {
    let rows: Vec<(i64, serde_json::Value, serde_json::Value)> = sql("
        SELECT line, cells, faults FROM import_bad_row
        WHERE tenant_id = $1 AND import_id = $2 AND line > $3
        ORDER BY line LIMIT $4")
    .bind(tenant)
    .bind(id)
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    let bad = |(line, cells, faults)| {
        Ok(BadRow { line, cells: db::json(cells)?, faults: db::json(faults)? })
    };
    rows.into_iter().map(bad).collect()
}

/// What was brought under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    pub thing: Uuid,
    pub content: Vec<u8>,
}

pub async fn find_key(
    conn: &mut Read,
    tenant: TenantId,
    target: Target,
    key: &str,
) -> db::Result<Option<Brought>> {
    let row: Option<(Uuid, Vec<u8>)> = sql("
        SELECT thing_id, content FROM import_key
        WHERE tenant_id = $1 AND target = $2 AND key = $3")
    .bind(tenant)
    .bind(target.code())
    .bind(key)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|(thing, content)| Brought { thing, content }))
}

pub async fn put_key(
    tx: &mut Write,
    tenant: TenantId,
    import: ImportId,
    target: Target,
    key: &str,
    brought: &Brought,
) -> db::Result<()> {
    sql("
        INSERT INTO import_key (tenant_id, target, key, thing_id, content, import_id)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, target, key) DO UPDATE SET
            content = excluded.content, import_id = excluded.import_id")
    .bind(tenant)
    .bind(target.code())
    .bind(key)
    .bind(brought.thing)
    .bind(brought.content.clone())
    .bind(import)
    .execute(tx)
    .await?;
    Ok(())
}

/// One event of a case, waiting for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub case: String,
    pub at: Timestamp,
    pub line: i64,
    pub record: Record,
    pub cells: Vec<String>,
}

pub async fn insert_events(
    tx: &mut Write,
    tenant: TenantId,
    id: ImportId,
    events: &[Event],
) -> db::Result<()> {
    let rows = events.iter().map(|it| {
        let (record, cells) = (db::to_json(&it.record), db::to_json(&it.cells));
        [
            tenant.into(),
            id.into(),
            it.case.as_str().into(),
            it.at.into(),
            it.line.into(),
            record.into(),
            cells.into(),
        ]
    });
    let into = "import_event (tenant_id, import_id, case_key, at_ms, line, record, cells)";
    insert_many(tx, into, rows).await?;
    Ok(())
}

/// The events of the next whole cases after `after`, about `rows` of them, case by case in the order of
/// time and, of equals, of the file.
///
/// Two walks along the primary key. As one statement with the cases in a subquery PostgreSQL, which
/// knows nothing yet of rows that fresh, reads all of them for each batch.
pub async fn next_events(
    conn: &mut Read,
    tenant: TenantId,
    id: ImportId,
    after: Option<&str>,
    rows: i64,
) -> db::Result<Vec<Event>> {
    let after = after.unwrap_or("");
    let last: Option<(String,)> = sql("
        SELECT case_key FROM import_event
        WHERE tenant_id = $1 AND import_id = $2 AND case_key > $3
        ORDER BY tenant_id, import_id, case_key, at_ms, line LIMIT 1 OFFSET $4")
    .bind(tenant)
    .bind(id)
    .bind(after)
    .bind(rows - 1)
    .fetch_optional(conn)
    .await?;
    let mut query = sql("
        SELECT case_key, at_ms, line, record, cells FROM import_event
        WHERE tenant_id = $1 AND import_id = $2 AND case_key > $3")
    .bind(tenant)
    .bind(id)
    .bind(after);
    if let Some((last,)) = last {
        query = query.push(" AND case_key <= ").push_bind(last);
    }
    let rows: Vec<(String, i64, i64, serde_json::Value, serde_json::Value)> =
        query.push(" ORDER BY case_key, at_ms, line").fetch_all(conn).await?;
    let event = |(case, at_ms, line, record, cells)| {
        let (record, cells) = (db::json(record)?, db::json(cells)?);
        Ok(Event { case, at: db::time(at_ms)?, line, record, cells })
    };
    rows.into_iter().map(event).collect()
}

pub async fn delete_events(tx: &mut Write, tenant: TenantId, id: ImportId) -> db::Result<()> {
    sql("DELETE FROM import_event WHERE tenant_id = $1 AND import_id = $2")
        .bind(tenant)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    target: String,
    file_name: String,
    file_bytes: i64,
    columns: serde_json::Value,
    mapping: Option<serde_json::Value>,
    dry_run: bool,
    stage: String,
    rows_read: i64,
    rows_created: i64,
    rows_updated: i64,
    rows_unchanged: i64,
    rows_bad: i64,
    after_case: Option<String>,
    failure: Option<serde_json::Value>,
    created_by: serde_json::Value,
    created_ms: i64,
    started_ms: Option<i64>,
    ended_ms: Option<i64>,
}

impl TryFrom<Row> for Import {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let counts = Counts {
            read: row.rows_read,
            created: row.rows_created,
            updated: row.rows_updated,
            unchanged: row.rows_unchanged,
            bad: row.rows_bad,
        };
        Ok(Self {
            id: ImportId(row.id),
            target: db::word(row.target)?,
            file_name: row.file_name,
            file_bytes: row.file_bytes,
            columns: db::json(row.columns)?,
            mapping: row.mapping.map(db::json).transpose()?,
            dry_run: row.dry_run,
            stage: db::word(row.stage)?,
            counts,
            after_case: row.after_case,
            failure: row.failure.map(db::json).transpose()?,
            created_by: db::json(row.created_by)?,
            created: db::time(row.created_ms)?,
            started: db::time_maybe(row.started_ms)?,
            ended: db::time_maybe(row.ended_ms)?,
        })
    }
}
