//! A fresh database for each test: SQLite, or PostgreSQL if `TEST_PG_URL` is set.

use std::ops::Deref;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};
use tempfile::TempDir;
use uuid::Uuid;

use crate::db::Db;

pub struct TestDb {
    db: Db,
    _dir: TempDir,
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

pub async fn test_db() -> TestDb {
    let dir = tempfile::tempdir().expect("a folder for temporary files");
    let db = match std::env::var("TEST_PG_URL") {
        Err(_) => Db::open(&format!("sqlite:{}/test.db", dir.path().display())).await,
        Ok(url) => fresh_schema(&url).await,
    };
    TestDb { db: db.expect("a database for the test"), _dir: dir }
}

/// A schema of its own. Nobody drops it: the test command throws the whole server away afterwards.
async fn fresh_schema(url: &str) -> sqlx::Result<Db> {
    let schema = format!("test_{}", Uuid::new_v4().simple());
    let admin = PgPool::connect(url).await?;
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&admin).await?;
    admin.close().await;
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("search_path", &schema)]);
    let db = Db::of_postgres(PgPoolOptions::new().max_connections(4).connect_with(options).await?);
    db.migrate().await?;
    Ok(db)
}
