//! What rarely happens to rows that are counted, for the tests of figures.

use domain::analysis::bucket::Cohort;
use domain::id::{EvaluationId, TenantId};

use crate::analysis::mark;
use crate::db::{self, Write, sql};

/// The company moves: other moments begin its days.
pub async fn move_to_zone(tx: &mut Write, tenant: TenantId, zone: &str) -> db::Result<()> {
    sql("UPDATE tenant SET zone = $2 WHERE tenant_id = $1")
        .bind(tenant)
        .bind(zone)
        .execute(tx)
        .await?;
    Ok(())
}

/// An evaluation is erased, with its scores.
pub async fn erase(
    tx: &mut Write,
    tenant: TenantId,
    id: EvaluationId,
    day: &str,
) -> db::Result<()> {
    mark::day(tx, tenant, Cohort::Answered, day);
    sql("DELETE FROM evaluation WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Somebody makes every low score a high one, past the store: nothing is marked.
pub async fn forge(tx: &mut Write, tenant: TenantId) -> db::Result<u64> {
    sql("UPDATE evaluation SET csat = 5 WHERE tenant_id = $1 AND csat < 3")
        .bind(tenant)
        .execute(tx)
        .await
}
