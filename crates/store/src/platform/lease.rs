//! Which process works on which part of the queue: leases taken by compare-and-set, kept by a
//! heartbeat, lost when the heart stops.

use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

/// Parts of the queue. More processes than this find no work.
pub const PARTS: i64 = 64;

/// The part a timer or job belongs to: by the random end of its id, so all are alike in size.
pub fn part_of(id: Uuid) -> i64 {
    i64::from(id.as_bytes()[15]) % PARTS
}

/// A part and the count of its holders so far: the same count, the same holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Part {
    pub part: i64,
    pub fence: i64,
}

/// Writes down that the worker lives, and keeps what it holds until `until`. What it let run out
/// is no longer its own.
pub async fn beat(
    tx: &mut Write,
    worker: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO worker (id, seen_ms) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET seen_ms = excluded.seen_ms")
    .bind(worker)
    .bind(now)
    .execute(tx)
    .await?;
    sql("UPDATE part_lease SET until_ms = $3 WHERE holder = $1 AND until_ms > $2")
        .bind(worker)
        .bind(now)
        .bind(until)
        .execute(tx)
        .await?;
    Ok(())
}

/// How many workers were seen after `since`; who was not is forgotten.
pub async fn count_workers(tx: &mut Write, since: Timestamp) -> db::Result<i64> {
    sql("DELETE FROM worker WHERE seen_ms <= $1").bind(since).execute(tx).await?;
    sql("SELECT count(*) FROM worker").fetch_i64(tx).await
}

/// What the worker holds now.
pub async fn held(conn: &mut Read, worker: Uuid, now: Timestamp) -> db::Result<Vec<Part>> {
    sql("SELECT part, fence FROM part_lease WHERE holder = $1 AND until_ms > $2 ORDER BY part")
        .bind(worker)
        .bind(now)
        .fetch_all(conn)
        .await
}

/// Parts that nobody holds.
pub async fn free(conn: &mut Read, now: Timestamp) -> db::Result<Vec<Part>> {
    sql("SELECT part, fence FROM part_lease WHERE until_ms <= $1 ORDER BY part")
        .bind(now)
        .fetch_all(conn)
        .await
}

/// Whether the worker got the part: nobody else took it since it was seen free.
pub async fn take(
    tx: &mut Write,
    seen: Part,
    worker: Uuid,
    now: Timestamp,
    until: Timestamp,
) -> db::Result<bool> {
    let taken = sql("
        UPDATE part_lease SET holder = $3, fence = fence + 1, until_ms = $5
        WHERE part = $1 AND fence = $2 AND until_ms <= $4")
    .bind(seen.part)
    .bind(seen.fence)
    .bind(worker)
    .bind(now)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(taken == 1)
}

/// Gives one part back.
pub async fn release(tx: &mut Write, worker: Uuid, part: i64) -> db::Result<()> {
    sql("UPDATE part_lease SET holder = NULL, until_ms = 0 WHERE holder = $1 AND part = $2")
        .bind(worker)
        .bind(part)
        .execute(tx)
        .await?;
    Ok(())
}

/// Gives all back and leaves.
pub async fn leave(tx: &mut Write, worker: Uuid) -> db::Result<()> {
    sql("UPDATE part_lease SET holder = NULL, until_ms = 0 WHERE holder = $1")
        .bind(worker)
        .execute(tx)
        .await?;
    sql("DELETE FROM worker WHERE id = $1").bind(worker).execute(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_db;

    #[tokio::test]
    async fn a_part_has_one_holder_until_its_heart_stops() {
        let db = test_db().await;
        let at = |second| Timestamp::from_second(second).unwrap();
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut tx = db.write().await.unwrap();
        let free_parts = free(&mut tx, at(0)).await.unwrap();
        assert_eq!(i64::try_from(free_parts.len()).unwrap(), PARTS);
        let first = free_parts[0];
        assert!(take(&mut tx, first, a, at(0), at(20)).await.unwrap());
        assert!(!take(&mut tx, first, b, at(30), at(50)).await.unwrap(), "the fence has moved");
        beat(&mut tx, a, at(10), at(30)).await.unwrap();
        let ours = held(&mut tx, a, at(29)).await.unwrap();
        assert_eq!(ours, [Part { part: first.part, fence: 1 }]);
        assert!(!take(&mut tx, ours[0], b, at(29), at(50)).await.unwrap(), "still held");
        assert!(take(&mut tx, ours[0], b, at(30), at(50)).await.unwrap(), "the heart stopped");
        beat(&mut tx, a, at(31), at(60)).await.unwrap();
        assert_eq!(held(&mut tx, a, at(31)).await.unwrap(), [], "lost is lost");
        beat(&mut tx, b, at(31), at(60)).await.unwrap();
        assert_eq!(count_workers(&mut tx, at(20)).await.unwrap(), 2);
        leave(&mut tx, b).await.unwrap();
        assert_eq!(count_workers(&mut tx, at(20)).await.unwrap(), 1);
        assert_eq!(i64::try_from(free(&mut tx, at(31)).await.unwrap().len()).unwrap(), PARTS);
    }
}
