//! Giving what waits its places in the ledger, and signing how it stands then.

use domain::trust::checkpoint::Statement;
use domain::trust::tree::STORED;
use store::Write;
use store::trust::ledger::{self, Checkpoint};

use super::key::signer;
use crate::{Act, Result};

/// Leaves that get their places in one transaction.
pub const BATCH: i64 = 1_000;

/// Seals what waits, at most [`BATCH`] of it. Returns how much it was.
///
/// Two that seal the same tenant at once want the same places: one fails, and nothing of it is kept.
pub async fn seal(tx: &mut Write, act: &Act) -> Result<usize> {
    let leaves = ledger::waiting(tx, act.tenant, BATCH).await?;
    if leaves.is_empty() {
        return Ok(0);
    }
    let signer = signer(tx, act).await?;
    let last = ledger::last_checkpoint(tx, act.tenant).await?;
    let mut tree = last.map(|it| it.tree).unwrap_or_default();
    let first = tree.size();
    let mut nodes = vec![];
    for leaf in &leaves {
        let completed = tree.push(leaf.hash);
        nodes.extend(completed.into_iter().filter(|it| it.level != 0 && it.level % STORED == 0));
    }
    ledger::place(tx, act.tenant, first, &leaves, &nodes).await?;
    let root = tree.root();
    let statement = Statement { tenant: act.tenant, size: tree.size(), root, at: act.now };
    // Signed as it is stored, in whole milliseconds.
    let signature = signer.sign(&statement);
    let made = Checkpoint { tree, root, at: act.now, key: signer.key.id, signature };
    ledger::insert_checkpoint(tx, act.tenant, &made).await?;
    Ok(leaves.len())
}
