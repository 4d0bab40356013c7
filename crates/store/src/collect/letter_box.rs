//! Anonymous evaluations that wait for others. All letters of a company are one row, sorted by
//! their random ids, so that no order of rows tells which came first.

use domain::collect::anonymous::Letter;
use domain::id::TenantId;

use crate::db::{self, Read, Write, sql};

pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Letter>> {
    let row: Option<(serde_json::Value,)> =
        sql("SELECT letters FROM letter_box WHERE tenant_id = $1")
            .bind(tenant)
            .fetch_optional(conn)
            .await?;
    row.map_or(Ok(vec![]), |it| db::json(it.0))
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Write, tenant: TenantId) -> db::Result<Vec<Letter>> {
    sql("INSERT INTO letter_box (tenant_id, letters) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(tenant)
        .bind(serde_json::json!([]))
        .execute(tx)
        .await?;
    let lock = tx.for_update();
    let (letters,): (serde_json::Value,) =
        sql("SELECT letters FROM letter_box WHERE tenant_id = $1")
            .push(lock)
            .bind(tenant)
            .fetch_one(tx)
            .await?;
    db::json(letters)
}

/// Writes the box anew, in the order of the ids.
pub async fn put(tx: &mut Write, tenant: TenantId, mut letters: Vec<Letter>) -> db::Result<()> {
    letters.sort_by_key(|it| it.evaluation.id);
    sql("UPDATE letter_box SET letters = $2 WHERE tenant_id = $1")
        .bind(tenant)
        .bind(db::to_json(&letters))
        .execute(tx)
        .await?;
    Ok(())
}
