//! How the connections and the schema are: asked by who watches the process.

use super::{Db, Pools, Read, Result, sql};

/// Connections of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// `writer`, `readers` or `all`.
    pub name: &'static str,
    pub open: u32,
    /// Open and waiting for somebody.
    pub idle: u32,
    pub most: u32,
}

impl Db {
    pub fn pool_states(&self) -> Vec<PoolState> {
        macro_rules! state {
            ($name:literal, $pool:expr) => {
                PoolState {
                    name: $name,
                    open: $pool.size(),
                    idle: u32::try_from($pool.num_idle()).unwrap_or(u32::MAX),
                    most: $pool.options().get_max_connections(),
                }
            };
        }
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                vec![state!("writer", writer), state!("readers", readers)]
            }
            Pools::Postgres(pool) => vec![state!("all", pool)],
        }
    }
}

/// Whether every migration that this program knows has been applied.
pub async fn is_migrated(conn: &mut Read) -> Result<bool> {
    let migrator = sqlx::migrate!();
    let known: Vec<i64> = migrator.iter().map(|it| it.version).collect();
    let asked = sql("SELECT count(*) FROM _sqlx_migrations WHERE success AND version IN ");
    let applied = asked.push_list(known.iter().copied()).fetch_i64(conn).await?;
    Ok(usize::try_from(applied) == Ok(known.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_db;

    #[tokio::test]
    async fn a_schema_with_a_step_missing_is_not_up_to_date() {
        let db = test_db().await;
        let mut tx = db.write().await.unwrap();
        assert!(is_migrated(&mut tx).await.unwrap());
        sql("DELETE FROM _sqlx_migrations WHERE version = 2").execute(&mut tx).await.unwrap();
        assert!(!is_migrated(&mut tx).await.unwrap());
        let states = db.pool_states();
        assert!(states.iter().all(|it| it.open <= it.most) && states.iter().any(|it| 0 < it.open));
    }
}
