//! A fresh database for each test: SQLite, or PostgreSQL if `TEST_PG_URL` is set.

pub mod attack;
pub mod change;
pub mod fault;
pub mod fill;
pub mod tamper;

use std::collections::BTreeMap;
use std::ops::Deref;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};
use tempfile::TempDir;
use uuid::Uuid;

use crate::db::{ACQUIRE_MAX, Db, Pools};
use crate::trust::master::Master;

pub struct TestDb {
    db: Db,
    dir: TempDir,
}

impl TestDb {
    /// What lies on the disk; nothing of a server elsewhere.
    pub fn bytes(&self) -> Vec<u8> {
        let read = |name: &str| std::fs::read(self.dir.path().join(name)).unwrap_or_default();
        ["test.db", "test.db-wal"].map(read).concat()
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

pub async fn test_db() -> TestDb {
    let db = bare_db().await;
    db.migrate().await.expect("the schema is made");
    db
}

/// The same without any table.
pub async fn bare_db() -> TestDb {
    let dir = tempfile::tempdir().expect("a folder for temporary files");
    let db = match std::env::var("TEST_PG_URL") {
        Err(_) => Db::connect(&format!("sqlite:{}/test.db", dir.path().display())).await,
        Ok(url) => fresh_schema(&url).await,
    };
    let db = db.expect("a database for the test").with_master(Master::default().renewed());
    TestDb { db, dir }
}

/// A schema of its own. Nobody drops it: the test command throws the whole server away afterwards.
async fn fresh_schema(url: &str) -> sqlx::Result<Db> {
    let schema = format!("test_{}", Uuid::new_v4().simple());
    let admin = PgPool::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&admin).await?;
    admin.close().await;
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("search_path", &schema)]);
    let pool = PgPoolOptions::new().max_connections(4).acquire_timeout(ACQUIRE_MAX);
    Ok(Db::of_postgres(pool.connect_with(options).await?))
}

/// Every row of every table as text, to see whether something was written.
pub async fn rows(db: &Db) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for table in tables(db).await {
        let rows = rows_of(db, &table).await.expect("a table can be read");
        all.insert(table, rows);
    }
    all
}

async fn tables(db: &Db) -> Vec<String> {
    let found: sqlx::Result<Vec<(String,)>> = match &db.pools {
        Pools::Sqlite { readers, .. } => {
            let query = "SELECT name FROM sqlite_master WHERE type = 'table'";
            sqlx::query_as(query).fetch_all(readers).await
        }
        Pools::Postgres(pool) => {
            let query = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                WHERE table_schema = current_schema()";
            sqlx::query_as(query).fetch_all(pool).await
        }
    };
    found.expect("the tables can be listed").into_iter().map(|it| it.0).collect()
}

async fn rows_of(db: &Db, table: &str) -> sqlx::Result<Vec<String>> {
    let rows: Vec<(String,)> = match &db.pools {
        Pools::Sqlite { readers, .. } => {
            let query = "SELECT group_concat('quote(\"' || name || '\")', ' || ''|'' || ')
                FROM pragma_table_info($1)";
            let (columns,): (String,) =
                sqlx::query_as(query).bind(table).fetch_one(readers).await?;
            let query = format!("SELECT {columns} FROM \"{table}\" ORDER BY 1");
            sqlx::query_as(AssertSqlSafe(query)).fetch_all(readers).await?
        }
        Pools::Postgres(pool) => {
            let query = format!("SELECT CAST(t AS TEXT) FROM \"{table}\" t ORDER BY 1");
            sqlx::query_as(AssertSqlSafe(query)).fetch_all(pool).await?
        }
    };
    Ok(rows.into_iter().map(|it| it.0).collect())
}
