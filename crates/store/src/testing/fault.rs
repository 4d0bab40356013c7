//! Disks that fail, by what SQLite itself offers: what it meets then is what it meets on a real one.

use sqlx::{AssertSqlSafe, SqlitePool};

use crate::db::{Db, Pools, Read};

/// So few are filled at once.
const FREE_PAGES_MAX: i64 = 16;

/// What becomes of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    Good,
    /// The file may not grow.
    Full,
    ReadOnly,
}

/// From now on the disk under the file is like that. `false`: the engine is a server, whose disk is out
/// of reach from here.
pub async fn disk(db: &Db, disk: Disk) -> bool {
    let Pools::Sqlite { writer, .. } = &db.pools else { return false };
    // What migrations left empty would be written to for a while: a full disk has no such room.
    if disk == Disk::Full && FREE_PAGES_MAX < number("PRAGMA freelist_count", writer).await {
        sqlx::raw_sql("VACUUM").execute(writer).await.expect("it can be made compact");
    }
    let pages = number("PRAGMA page_count", writer).await;
    let pages = if disk == Disk::Full { pages } else { 1 << 30 };
    let read_only = disk == Disk::ReadOnly;
    let set = format!("PRAGMA max_page_count = {pages}; PRAGMA query_only = {read_only}");
    sqlx::raw_sql(AssertSqlSafe(set)).execute(writer).await.expect("it can be set");
    true
}

async fn number(pragma: &'static str, writer: &SqlitePool) -> i64 {
    sqlx::query_scalar(pragma).fetch_one(writer).await.expect("it can be read")
}

/// Takes every connection that reads.
pub async fn take_all(db: &Db) -> Vec<Read> {
    let most = db.pool_states().iter().find(|it| it.name != "writer").map_or(0, |it| it.most);
    let mut taken = Vec::new();
    for _ in 0..most {
        taken.push(db.read().await.expect("there is one more"));
    }
    taken
}
