//! What leaves the house or takes long. A job is taken for a while, counted by its attempts, and
//! ends as done or dead; who was too slow finds that their attempt is no longer the last.

use domain::id::{JobId, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::lease::part_of;
use crate::db::{self, Param, Query, Read, Write, insert_later, sql};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waiting for its time, or under way.
    Queued,
    Done,
    /// Given up; a person may have it tried again.
    Dead,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobId,
    /// While a row with this key is kept, another is not added.
    pub key: Option<String>,
    pub state: State,
    /// Not before; while it runs, until when it is taken.
    pub run: Timestamp,
    pub kind: String,
    /// What it is about, to find it by.
    pub subject: Option<Uuid>,
    pub payload: serde_json::Value,
    pub attempts: i64,
    pub last_error: Option<String>,
    pub created: Timestamp,
    pub ended: Option<Timestamp>,
}

/// Whether it is new: its key is not in use.
pub async fn insert(tx: &mut Write, tenant: TenantId, job: &Job) -> db::Result<bool> {
    let query = sql("
        INSERT INTO job (tenant_id, id, key, part, state, run_ms, kind, subject, payload, attempts,
            last_error, created_ms, ended_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT DO NOTHING");
    let inserted = row(tenant, job).into_iter().fold(query, Query::bind).execute(tx).await?;
    tx.wake_worker();
    Ok(inserted == 1)
}

/// Of one without a key, which is always new.
pub fn add(tx: &mut Write, tenant: TenantId, job: &Job) {
    debug_assert_eq!(job.key, None);
    let into = "job (tenant_id, id, key, part, state, run_ms, kind, subject, payload, attempts, last_error,
        created_ms, ended_ms)";
    insert_later(tx, into, row(tenant, job));
    tx.wake_worker();
}

fn row(tenant: TenantId, job: &Job) -> [Param; 13] {
    [
        tenant.into(),
        job.id.into(),
        job.key.as_deref().into(),
        part_of(job.id.0).into(),
        db::name(&job.state).into(),
        job.run.into(),
        job.kind.as_str().into(),
        job.subject.into(),
        job.payload.clone().into(),
        job.attempts.into(),
        job.last_error.as_deref().into(),
        job.created.into(),
        job.ended.into(),
    ]
}

/// A job whose time has come, as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub tenant: TenantId,
    pub id: JobId,
    pub part: i64,
    pub attempts: i64,
}

/// What is due in these parts, of all tenants, soonest first.
pub async fn due(
    conn: &mut Read,
    parts: &[i64],
    now: Timestamp,
    limit: i64,
) -> db::Result<Vec<Due>> {
    let mut query = sql("
        SELECT tenant_id, id, part, attempts FROM job
        WHERE state = 'queued' AND run_ms <= $1 AND part IN (")
    .bind(now);
    for (at, part) in parts.iter().enumerate() {
        query = query.push(if at == 0 { "" } else { ", " }).push_bind(*part);
    }
    let query = query.push(") ORDER BY run_ms, id LIMIT ").push_bind(limit);
    let rows: Vec<(Uuid, Uuid, i64, i64)> = query.fetch_all(conn).await?;
    let due = |(tenant, id, part, attempts)| Due {
        tenant: TenantId(tenant),
        id: JobId(id),
        part,
        attempts,
    };
    Ok(rows.into_iter().map(due).collect())
}

/// When the next of these parts is due.
pub async fn next(conn: &mut Read, parts: &[i64]) -> db::Result<Option<Timestamp>> {
    let mut query = sql("SELECT run_ms FROM job WHERE state = 'queued' AND part IN (");
    for (at, part) in parts.iter().enumerate() {
        query = query.push(if at == 0 { "" } else { ", " }).push_bind(*part);
    }
    let row: Option<(i64,)> = query.push(") ORDER BY run_ms LIMIT 1").fetch_optional(conn).await?;
    db::time_maybe(row.map(|it| it.0))
}

/// Takes it for its next attempt, until `until`. `None`: another has it.
pub async fn take(
    tx: &mut Write,
    seen: Due,
    now: Timestamp,
    until: Timestamp,
) -> db::Result<Option<Job>> {
    let row: Option<Row> = sql("
        UPDATE job SET attempts = attempts + 1, run_ms = $5
        WHERE tenant_id = $1 AND id = $2 AND state = 'queued' AND attempts = $3 AND run_ms <= $4
        RETURNING id, key, state, run_ms, kind, subject, payload, attempts, last_error, created_ms,
            ended_ms")
    .bind(seen.tenant)
    .bind(seen.id)
    .bind(seen.attempts)
    .bind(now)
    .bind(until)
    .fetch_optional(tx)
    .await?;
    row.map(Job::try_from).transpose()
}

/// One attempt at a job: what may still change the row while it is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub tenant: TenantId,
    pub id: JobId,
    pub attempts: i64,
}

/// Keeps it taken until `until`. `false`: it is no longer this attempt's.
pub async fn extend(tx: &mut Write, it: Attempt, until: Timestamp) -> db::Result<bool> {
    let changed = sql("
        UPDATE job SET run_ms = $4
        WHERE tenant_id = $1 AND id = $2 AND state = 'queued' AND attempts = $3")
    .bind(it.tenant)
    .bind(it.id)
    .bind(it.attempts)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Ends it well. `false`: it is no longer this attempt's, so nothing of it may be committed.
pub async fn finish(tx: &mut Write, it: Attempt, now: Timestamp) -> db::Result<bool> {
    let changed = sql("
        UPDATE job SET state = 'done', ended_ms = $4, last_error = NULL
        WHERE tenant_id = $1 AND id = $2 AND state = 'queued' AND attempts = $3")
    .bind(it.tenant)
    .bind(it.id)
    .bind(it.attempts)
    .bind(now)
    .execute(tx)
    .await?;
    tx.wake_worker();
    Ok(changed == 1)
}

/// Puts it back for `run`. `attempts` is what is counted from now on.
pub async fn postpone(
    tx: &mut Write,
    it: Attempt,
    run: Timestamp,
    attempts: i64,
    error: &str,
) -> db::Result<bool> {
    let changed = sql("
        UPDATE job SET run_ms = $4, attempts = $5, last_error = $6
        WHERE tenant_id = $1 AND id = $2 AND state = 'queued' AND attempts = $3")
    .bind(it.tenant)
    .bind(it.id)
    .bind(it.attempts)
    .bind(run)
    .bind(attempts)
    .bind(error)
    .execute(tx)
    .await?;
    tx.wake_worker();
    Ok(changed == 1)
}

/// Gives it up.
pub async fn bury(tx: &mut Write, it: Attempt, now: Timestamp, error: &str) -> db::Result<bool> {
    let changed = sql("
        UPDATE job SET state = 'dead', ended_ms = $4, last_error = $5
        WHERE tenant_id = $1 AND id = $2 AND state = 'queued' AND attempts = $3")
    .bind(it.tenant)
    .bind(it.id)
    .bind(it.attempts)
    .bind(now)
    .bind(error)
    .execute(tx)
    .await?;
    tx.wake_worker();
    Ok(changed == 1)
}

/// Has a dead one tried again from the start. `false`: there is no dead one of this id.
pub async fn retry(
    tx: &mut Write,
    tenant: TenantId,
    id: JobId,
    now: Timestamp,
) -> db::Result<bool> {
    let changed = sql("
        UPDATE job SET state = 'queued', run_ms = $3, attempts = 0, ended_ms = NULL
        WHERE tenant_id = $1 AND id = $2 AND state = 'dead'")
    .bind(tenant)
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    tx.wake_worker();
    Ok(changed == 1)
}

/// Takes back one that waits. An attempt under way finds that it is gone when it ends.
pub async fn delete_queued(tx: &mut Write, tenant: TenantId, key: &str) -> db::Result<bool> {
    let deleted = sql("DELETE FROM job WHERE tenant_id = $1 AND key = $2 AND state = 'queued'")
        .bind(tenant)
        .bind(key)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

/// Forgets what was done before `before`. The dead stay until somebody looks at them.
pub async fn delete_done(tx: &mut Write, tenant: TenantId, before: Timestamp) -> db::Result<u64> {
    sql("DELETE FROM job WHERE tenant_id = $1 AND state = 'done' AND ended_ms < $2")
        .bind(tenant)
        .bind(before)
        .execute(tx)
        .await
}

const COLUMNS: &str = "
    SELECT id, key, state, run_ms, kind, subject, payload, attempts, last_error, created_ms,
        ended_ms
    FROM job";

pub async fn find(conn: &mut Read, tenant: TenantId, id: JobId) -> db::Result<Option<Job>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(Job::try_from).transpose()
}

/// Which jobs to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub kind: Option<String>,
    pub subject: Option<Uuid>,
    /// Older than this one: `(created, id)` of the last one seen.
    pub before: Option<(Timestamp, JobId)>,
    pub limit: i64,
}

/// Newest first.
pub async fn list(conn: &mut Read, tenant: TenantId, filter: &Filter) -> db::Result<Vec<Job>> {
    let mut query = sql(COLUMNS).push(" WHERE tenant_id = $1").bind(tenant);
    if let Some(state) = filter.state {
        query = query.push(" AND state = ").push_bind(db::name(&state));
    }
    if let Some(kind) = &filter.kind {
        query = query.push(" AND kind = ").push_bind(kind.as_str());
    }
    if let Some(subject) = filter.subject {
        query = query.push(" AND subject = ").push_bind(subject);
    }
    if let Some((at, id)) = filter.before {
        query = query.push(" AND (created_ms, id) < (").push_bind(at).push(", ").push_bind(id);
        query = query.push(")");
    }
    let rows: Vec<Row> = query
        .push(" ORDER BY created_ms DESC, id DESC LIMIT ")
        .push_bind(filter.limit)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Job::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    key: Option<String>,
    state: String,
    run_ms: i64,
    kind: String,
    subject: Option<Uuid>,
    payload: serde_json::Value,
    attempts: i64,
    last_error: Option<String>,
    created_ms: i64,
    ended_ms: Option<i64>,
}

impl TryFrom<Row> for Job {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        Ok(Self {
            id: JobId(row.id),
            key: row.key,
            state: db::word(row.state)?,
            run: db::time(row.run_ms)?,
            kind: row.kind,
            subject: row.subject,
            payload: row.payload,
            attempts: row.attempts,
            last_error: row.last_error,
            created: db::time(row.created_ms)?,
            ended: db::time_maybe(row.ended_ms)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::test_db;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn job(n: u128, key: Option<&str>) -> Job {
        Job {
            id: JobId(Uuid::from_u128(n)),
            key: key.map(str::to_owned),
            state: State::Queued,
            run: at(10),
            kind: "send".to_owned(),
            subject: None,
            payload: json!({ "to": "x" }),
            attempts: 0,
            last_error: None,
            created: at(1),
            ended: None,
        }
    }

    #[tokio::test]
    async fn an_attempt_that_was_overtaken_changes_nothing() {
        let db = test_db().await;
        let tenant = TenantId(Uuid::from_u128(1));
        let mut tx = db.write().await.unwrap();
        assert!(insert(&mut tx, tenant, &job(3, Some("once"))).await.unwrap());
        assert!(!insert(&mut tx, tenant, &job(4, Some("once"))).await.unwrap());
        assert!(insert(&mut tx, tenant, &job(5, None)).await.unwrap());
        assert_eq!(next(&mut tx, &[3]).await.unwrap(), Some(at(10)));
        assert_eq!(due(&mut tx, &[3], at(9), 9).await.unwrap(), []);
        let seen = due(&mut tx, &[3], at(10), 9).await.unwrap()[0];
        let slow = take(&mut tx, seen, at(10), at(40)).await.unwrap().unwrap();
        assert_eq!(take(&mut tx, seen, at(10), at(40)).await.unwrap(), None, "taken");
        assert_eq!(due(&mut tx, &[3], at(39), 9).await.unwrap(), []);
        let slow = Attempt { tenant, id: slow.id, attempts: slow.attempts };
        assert!(extend(&mut tx, slow, at(50)).await.unwrap());
        let seen = due(&mut tx, &[3], at(50), 9).await.unwrap()[0];
        let second = take(&mut tx, seen, at(50), at(80)).await.unwrap().unwrap();
        assert_eq!(second.attempts, 2);
        assert!(!finish(&mut tx, slow, at(51)).await.unwrap(), "overtaken");
        let second = Attempt { attempts: 2, ..slow };
        assert!(postpone(&mut tx, second, at(90), 2, "no route").await.unwrap());
        assert!(bury(&mut tx, second, at(91), "no such host").await.unwrap());
        let filter = Filter { state: Some(State::Dead), limit: 9, ..Filter::default() };
        let dead = list(&mut tx, tenant, &filter).await.unwrap();
        assert_eq!(dead[0].last_error.as_deref(), Some("no such host"));
        assert!(retry(&mut tx, tenant, slow.id, at(95)).await.unwrap());
        assert!(!retry(&mut tx, tenant, slow.id, at(95)).await.unwrap());
        let seen = due(&mut tx, &[3], at(95), 9).await.unwrap()[0];
        let third = take(&mut tx, seen, at(95), at(99)).await.unwrap().unwrap();
        assert!(
            finish(&mut tx, Attempt { attempts: third.attempts, ..slow }, at(96)).await.unwrap()
        );
        assert_eq!(delete_done(&mut tx, tenant, at(96)).await.unwrap(), 0);
        assert_eq!(delete_done(&mut tx, tenant, at(97)).await.unwrap(), 1);
        assert!(!delete_queued(&mut tx, tenant, "once").await.unwrap());
        assert_eq!(
            find(&mut tx, tenant, JobId(Uuid::from_u128(5))).await.unwrap(),
            Some(job(5, None))
        );
    }
}
