//! What happens at a moment. A timer has a business key: setting it again moves it. It is deleted
//! in the transaction of its effect, so it has one effect.

use domain::id::{TenantId, TimerId};
use jiff::Timestamp;
use uuid::Uuid;

use super::lease::part_of;
use crate::db::{self, Query, Read, Write, sql};

#[derive(Debug, Clone, PartialEq)]
pub struct Timer {
    pub id: TimerId,
    /// As in `clock/ID`. One of its kind in a tenant.
    pub key: String,
    pub due: Timestamp,
    pub kind: String,
    /// What it is about, to find it by.
    pub subject: Option<Uuid>,
    pub payload: serde_json::Value,
}

impl Timer {
    /// What is about one thing is in one part, so that one process fires it: two clocks of a case
    /// that are due together would otherwise be fired side by side, each waiting for the row of the
    /// other.
    fn part(&self) -> i64 {
        part_of(self.subject.unwrap_or(self.id.0))
    }
}

/// Sets it, or moves the one of the same key.
pub async fn put(tx: &mut Write, tenant: TenantId, timer: &Timer) -> db::Result<()> {
    let insert = sql("
        INSERT INTO timer (tenant_id, id, key, part, due_ms, kind, subject, payload)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (tenant_id, key) DO UPDATE SET part = excluded.part, due_ms = excluded.due_ms,
            kind = excluded.kind, subject = excluded.subject, payload = excluded.payload");
    bind(insert, tenant, timer).execute(tx).await?;
    tx.wake_worker();
    Ok(())
}

/// Sets it with the commit, unless there is one of its key then. For what many transactions set,
/// as "tell this person": a key that is not committed yet makes others wait, so it is set last, and
/// of several the first key first; then nobody waits for who waits for them.
pub fn put_new(tx: &mut Write, tenant: TenantId, timer: Timer) {
    tx.timers.entry((tenant, timer.key.clone())).or_insert(timer);
    tx.wake_worker();
}

/// Sets what [`put_new`] has put off.
pub(crate) async fn flush(tx: &mut Write) -> db::Result<()> {
    for ((tenant, _), timer) in std::mem::take(&mut tx.timers) {
        let insert = sql("
            INSERT INTO timer (tenant_id, id, key, part, due_ms, kind, subject, payload)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO NOTHING");
        bind(insert, tenant, &timer).execute(tx).await?;
    }
    Ok(())
}

fn bind(insert: Query, tenant: TenantId, timer: &Timer) -> Query {
    insert
        .bind(tenant)
        .bind(timer.id)
        .bind(timer.key.as_str())
        .bind(timer.part())
        .bind(timer.due)
        .bind(timer.kind.as_str())
        .bind(timer.subject)
        .bind(timer.payload.clone())
}

/// Whether there was one.
pub async fn delete(tx: &mut Write, tenant: TenantId, key: &str) -> db::Result<bool> {
    let deleted = sql("DELETE FROM timer WHERE tenant_id = $1 AND key = $2")
        .bind(tenant)
        .bind(key)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

/// What waits for one subject, soonest first.
pub async fn list(conn: &mut Read, tenant: TenantId, subject: Uuid) -> db::Result<Vec<Timer>> {
    let rows: Vec<Row> = sql("
        SELECT id, key, due_ms, kind, subject, payload FROM timer
        WHERE tenant_id = $1 AND subject = $2 ORDER BY due_ms, id")
    .bind(tenant)
    .bind(subject)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Timer::try_from).collect()
}

/// A timer that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    pub tenant: TenantId,
    pub id: TimerId,
    pub part: i64,
    pub payload: serde_json::Value,
}

/// What is due in these parts, of all tenants, soonest first.
pub async fn due(
    conn: &mut Read,
    parts: &[i64],
    now: Timestamp,
    limit: i64,
) -> db::Result<Vec<Due>> {
    let mut query = sql("
        SELECT tenant_id, id, part, payload FROM timer WHERE due_ms <= $1 AND part IN (");
    query = query.bind(now);
    for (at, part) in parts.iter().enumerate() {
        query = query.push(if at == 0 { "" } else { ", " }).push_bind(*part);
    }
    let query = query.push(") ORDER BY due_ms, id LIMIT ").push_bind(limit);
    let rows: Vec<(Uuid, Uuid, i64, serde_json::Value)> = query.fetch_all(conn).await?;
    let due = |(tenant, id, part, payload)| {
        let (tenant, id) = (TenantId(tenant), TimerId(id));
        Due { tenant, id, part, payload }
    };
    Ok(rows.into_iter().map(due).collect())
}

/// When the next of these parts is due.
pub async fn next(conn: &mut Read, parts: &[i64]) -> db::Result<Option<Timestamp>> {
    let mut query = sql("SELECT due_ms FROM timer WHERE part IN (");
    for (at, part) in parts.iter().enumerate() {
        query = query.push(if at == 0 { "" } else { ", " }).push_bind(*part);
    }
    let row: Option<(i64,)> = query.push(") ORDER BY due_ms LIMIT 1").fetch_optional(conn).await?;
    db::time_maybe(row.map(|it| it.0))
}

/// Takes it out, if it is still there and still due: the receipt of its effect. Of two that try,
/// one gets it.
pub async fn take(
    tx: &mut Write,
    tenant: TenantId,
    id: TimerId,
    now: Timestamp,
) -> db::Result<Option<Timer>> {
    let row: Option<Row> = sql("
        DELETE FROM timer WHERE tenant_id = $1 AND id = $2 AND due_ms <= $3
        RETURNING id, key, due_ms, kind, subject, payload")
    .bind(tenant)
    .bind(id)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    row.map(Timer::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    key: String,
    due_ms: i64,
    kind: String,
    subject: Option<Uuid>,
    payload: serde_json::Value,
}

impl TryFrom<Row> for Timer {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, key, due_ms, kind, subject, payload } = row;
        Ok(Self { id: TimerId(id), key, due: db::time(due_ms)?, kind, subject, payload })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::test_db;

    fn timer(n: u128, key: &str, second: i64) -> Timer {
        Timer {
            id: TimerId(Uuid::from_u128(n)),
            key: key.to_owned(),
            due: Timestamp::from_second(second).unwrap(),
            kind: "wake".to_owned(),
            subject: Some(Uuid::from_u128(9)),
            payload: json!({ "n": 1 }),
        }
    }

    #[tokio::test]
    async fn a_timer_is_moved_by_its_key_and_taken_once_when_due() {
        let db = test_db().await;
        let (ours, theirs) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let at = |second| Timestamp::from_second(second).unwrap();
        let parts: Vec<i64> = (0..super::super::lease::PARTS).collect();
        let mut tx = db.write().await.unwrap();
        put(&mut tx, ours, &timer(5, "a", 100)).await.unwrap();
        put(&mut tx, theirs, &timer(6, "a", 50)).await.unwrap();
        put(&mut tx, ours, &timer(7, "a", 10)).await.unwrap();
        let found = list(&mut tx, ours, Uuid::from_u128(9)).await.unwrap();
        assert_eq!(found, [Timer { id: TimerId(Uuid::from_u128(5)), ..timer(7, "a", 10) }]);
        assert_eq!(next(&mut tx, &parts).await.unwrap(), Some(at(10)));
        assert_eq!(next(&mut tx, &[9]).await.unwrap(), Some(at(10)), "by what it is about");
        assert_eq!(next(&mut tx, &[5, 6, 7]).await.unwrap(), None);
        assert_eq!(due(&mut tx, &parts, at(9), 10).await.unwrap(), []);
        let id = TimerId(Uuid::from_u128(5));
        assert_eq!(
            due(&mut tx, &parts, at(10), 10).await.unwrap(),
            [Due { tenant: ours, id, part: 9, payload: json!({ "n": 1 }) }]
        );
        assert_eq!(take(&mut tx, ours, id, at(9)).await.unwrap(), None, "not yet");
        assert_eq!(take(&mut tx, theirs, id, at(10)).await.unwrap(), None, "not theirs");
        assert!(take(&mut tx, ours, id, at(10)).await.unwrap().is_some());
        assert_eq!(take(&mut tx, ours, id, at(10)).await.unwrap(), None, "once");
        assert!(delete(&mut tx, theirs, "a").await.unwrap());
        assert!(!delete(&mut tx, theirs, "a").await.unwrap());
    }

    /// On SQLite one writes at a time, and nothing can cross.
    #[tokio::test]
    async fn two_who_set_the_same_timers_in_opposite_order_do_not_wait_for_each_other() {
        let db = test_db().await;
        let tenant = TenantId(Uuid::from_u128(1));
        let mut first = db.write().await.unwrap();
        put_new(&mut first, tenant, timer(1, "tell/a", 100));
        if db.writers_at_once() == 1 {
            put_new(&mut first, tenant, timer(2, "tell/b", 100));
            first.commit().await.unwrap();
        } else {
            let mut second = db.write().await.unwrap();
            put_new(&mut second, tenant, timer(3, "tell/b", 50));
            put_new(&mut first, tenant, timer(2, "tell/b", 100));
            put_new(&mut second, tenant, timer(4, "tell/a", 50));
            first.commit().await.unwrap();
            second.commit().await.unwrap();
        }
        let mut conn = db.read().await.unwrap();
        let found = list(&mut conn, tenant, Uuid::from_u128(9)).await.unwrap();
        let ids: Vec<u128> = found.iter().map(|it| it.id.0.as_u128()).collect();
        assert_eq!(ids, [1, 2], "the first stays");
    }
}
