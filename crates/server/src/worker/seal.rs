//! Places in the ledger for what waits, about once a second.

use app::trust::seal::{BATCH, seal};
use store::platform::lease;
use store::trust::ledger;

use crate::App;

/// Gives everything that waits for it a place in the ledger: for commands and tests.
pub async fn seal_all(app: &App) -> anyhow::Result<()> {
    seal_waiting(app, &(0..lease::PARTS).collect::<Vec<_>>()).await.map(drop)
}

/// The same for the tenants of these parts; whether nothing waits any more.
pub(super) async fn seal_waiting(app: &App, parts: &[i64]) -> anyhow::Result<bool> {
    let mut all = true;
    let mut conn = app.db.read().await?;
    let tenants = ledger::waiting_tenants(&mut conn).await?;
    drop(conn);
    for tenant in tenants.into_iter().filter(|it| parts.contains(&lease::part_of(it.0))) {
        loop {
            let mut tx = app.db.write().await?;
            let sealed = match seal(&mut tx, &app.system(tenant)).await {
                Ok(0) => break,
                Ok(sealed) => sealed,
                Err(error) => {
                    // Another process was faster: the places are taken, and so is the work.
                    tracing::warn!(%error, %tenant, "the ledger could not be sealed");
                    all = false;
                    break;
                }
            };
            tx.commit().await?;
            if i64::try_from(sealed)? < BATCH {
                break;
            }
        }
    }
    Ok(all)
}
