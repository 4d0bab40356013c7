//! How much waits and for how long, over all tenants: for who watches the house.

use jiff::Timestamp;

use crate::db::{self, Read, sql};

/// What waits in one queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    pub count: i64,
    /// Of them, how many should have begun.
    pub late: i64,
    /// The moment the longest waiting one should have begun.
    pub late_since: Option<Timestamp>,
}

fn waiting((count, late, since): (i64, i64, Option<i64>)) -> db::Result<Waiting> {
    Ok(Waiting { count, late, late_since: db::time_maybe(since)? })
}

pub async fn timers(conn: &mut Read, now: Timestamp) -> db::Result<Waiting> {
    let row = sql("
        SELECT count(*), count(*) FILTER (WHERE due_ms <= $1), min(due_ms) FILTER (WHERE due_ms <= $1)
        FROM timer")
    .bind(now)
    .fetch_one(conn)
    .await?;
    waiting(row)
}

/// Jobs that are to be done; one that is being done has its next try in the future.
pub async fn jobs(conn: &mut Read, now: Timestamp) -> db::Result<Waiting> {
    let row = sql("
        SELECT count(*), count(*) FILTER (WHERE run_ms <= $1), min(run_ms) FILTER (WHERE run_ms <= $1)
        FROM job WHERE state = 'queued'")
    .bind(now)
    .fetch_one(conn)
    .await?;
    waiting(row)
}

/// Jobs that were given up and not tried again by hand.
pub async fn dead_jobs(conn: &mut Read) -> db::Result<i64> {
    sql("SELECT count(*) FROM job WHERE state = 'dead'").fetch_i64(conn).await
}

/// Leaves without a place in the ledger.
pub async fn unsealed(conn: &mut Read) -> db::Result<i64> {
    sql("SELECT count(*) FROM ledger_waiting").fetch_i64(conn).await
}

/// Workers whose heart beat after `since`.
pub async fn workers(conn: &mut Read, since: Timestamp) -> db::Result<i64> {
    sql("SELECT count(*) FROM worker WHERE seen_ms > $1").bind(since).fetch_i64(conn).await
}

#[cfg(test)]
mod tests {
    use domain::id::{TenantId, TimerId};
    use uuid::Uuid;

    use super::*;
    use crate::platform::lease;
    use crate::platform::timer::{self, Timer};
    use crate::testing::test_db;

    #[tokio::test]
    async fn what_waits_and_what_is_late_are_told_apart() {
        let db = test_db().await;
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut tx = db.write().await.unwrap();
        for (n, second) in [(1, 10), (2, 20), (3, 30)] {
            let timer = Timer {
                id: TimerId(Uuid::from_u128(n)),
                key: n.to_string(),
                due: at(second),
                kind: "tidy_up".to_owned(),
                subject: None,
                payload: serde_json::json!({}),
            };
            timer::put(&mut tx, TenantId(Uuid::from_u128(n)), &timer).await.unwrap();
        }
        let found = timers(&mut tx, at(20)).await.unwrap();
        assert_eq!(found, Waiting { count: 3, late: 2, late_since: Some(at(10)) });
        assert_eq!(timers(&mut tx, at(5)).await.unwrap().late_since, None);
        assert_eq!(jobs(&mut tx, at(5)).await.unwrap(), Waiting::default());
        assert_eq!((dead_jobs(&mut tx).await.unwrap(), unsealed(&mut tx).await.unwrap()), (0, 0));
        lease::beat(&mut tx, Uuid::from_u128(9), at(40), at(60)).await.unwrap();
        assert_eq!(workers(&mut tx, at(39)).await.unwrap(), 1);
        assert_eq!(workers(&mut tx, at(40)).await.unwrap(), 0);
    }
}
