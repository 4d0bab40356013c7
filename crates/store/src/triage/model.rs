//! What was learned from the categories that people gave cases: one value a tenant.

use domain::id::TenantId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// As it is stored; the bytes are the reader's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Another one with every write.
    pub revision: Uuid,
    pub learned: Vec<u8>,
    /// What the last training led to.
    pub outcome: String,
    pub trained: Timestamp,
}

/// The revision in force: cheap to ask before the rest is read.
pub async fn revision(conn: &mut Read, tenant: TenantId) -> db::Result<Option<Uuid>> {
    let known = Known::all("category_model", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<(Uuid,)> = sql("SELECT revision FROM category_model WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_optional(conn)
        .await?;
    let found = row.map(|it| it.0);
    conn.remember(known, &found);
    Ok(found)
}

pub async fn find(conn: &mut Read, tenant: TenantId) -> db::Result<Option<Model>> {
    let row: Option<(Uuid, Vec<u8>, String, i64)> = sql("
        SELECT revision, learned, outcome, trained_ms FROM category_model WHERE tenant_id = $1")
    .bind(tenant)
    .fetch_optional(conn)
    .await?;
    let model = |(revision, learned, outcome, trained_ms)| {
        Ok(Model { revision, learned, outcome, trained: db::time(trained_ms)? })
    };
    row.map(model).transpose()
}

/// Writes over the model of revision `before`; `None` where there was none. `false`: there is another
/// by now, and nothing is written.
pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    before: Option<Uuid>,
    model: &Model,
) -> db::Result<bool> {
    let written = match before {
        Some(before) => {
            sql("
                UPDATE category_model
                SET revision = $2, learned = $3, outcome = $4, trained_ms = $5
                WHERE tenant_id = $1 AND revision = $6")
            .bind(tenant)
            .bind(model.revision)
            .bind(model.learned.clone())
            .bind(model.outcome.as_str())
            .bind(model.trained)
            .bind(before)
            .execute(tx)
            .await?
        }
        None => {
            sql("
                INSERT INTO category_model (tenant_id, revision, learned, outcome, trained_ms)
                VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (tenant_id) DO NOTHING")
            .bind(tenant)
            .bind(model.revision)
            .bind(model.learned.clone())
            .bind(model.outcome.as_str())
            .bind(model.trained)
            .execute(tx)
            .await?
        }
    };
    Ok(written == 1)
}

/// Writes it over whatever there is: a training that is under way finds another than it began with.
pub async fn replace(tx: &mut Write, tenant: TenantId, model: &Model) -> db::Result<()> {
    sql("
        INSERT INTO category_model (tenant_id, revision, learned, outcome, trained_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id) DO UPDATE SET revision = excluded.revision,
            learned = excluded.learned, outcome = excluded.outcome, trained_ms = excluded.trained_ms")
    .bind(tenant)
    .bind(model.revision)
    .bind(model.learned.clone())
    .bind(model.outcome.as_str())
    .bind(model.trained)
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_db;

    const OURS: TenantId = TenantId(Uuid::from_u128(1));
    const THEIRS: TenantId = TenantId(Uuid::from_u128(2));

    fn model(revision: u128, learned: &[u8]) -> Model {
        Model {
            revision: Uuid::from_u128(revision),
            learned: learned.to_vec(),
            outcome: "accepted".to_owned(),
            trained: Timestamp::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn nobody_writes_over_what_they_have_not_seen() {
        let db = test_db().await;
        let mut tx = db.write().await.unwrap();
        let (first, second) = (model(11, b"\0one"), model(12, b"two"));
        assert!(put(&mut tx, OURS, None, &first).await.unwrap());
        assert!(!put(&mut tx, OURS, None, &second).await.unwrap());
        assert!(!put(&mut tx, OURS, Some(second.revision), &second).await.unwrap());
        assert!(!put(&mut tx, THEIRS, Some(first.revision), &second).await.unwrap());
        assert_eq!(find(&mut tx, OURS).await.unwrap(), Some(first.clone()));
        assert!(put(&mut tx, OURS, Some(first.revision), &second).await.unwrap());
        assert_eq!(revision(&mut tx, OURS).await.unwrap(), Some(second.revision));
        assert_eq!(find(&mut tx, OURS).await.unwrap(), Some(second));
        assert_eq!(find(&mut tx, THEIRS).await.unwrap(), None);
    }
}
