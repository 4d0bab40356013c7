//! Proofs for those who were promised that nothing is taken away.

use domain::refusal::Refusal;
use domain::trust::proof::{Consistency, Inclusion};
use domain::trust::tree::{consistency_ranges, inclusion_ranges};
use store::trust::erasure::tombstones_of;
use store::trust::ledger::{self, Subject};
use store::trust::ledger_read::{contents, place_of, subtree};
use store::{Read, db};

use super::key::signed;
use crate::{Act, Result};

/// That the row is on record, by the newest checkpoint. `None`: it waits for its place, which takes
/// about a second.
pub async fn inclusion(conn: &mut Read, act: &Act, of: Subject) -> Result<Option<Inclusion>> {
    let Some(index) = place_of(conn, act.tenant, of).await? else { return Ok(None) };
    let last = ledger::last_checkpoint(conn, act.tenant).await?;
    let Some(last) = last.filter(|it| index < it.tree.size()) else { return Ok(None) };
    let content = contents(conn, act.tenant, &[of]).await?.remove(&of);
    let content = content.ok_or_else(|| Refusal::not_found("ledger_row"))?;
    let mut path = vec![];
    for range in inclusion_ranges(index, last.tree.size()) {
        path.push(subtree(conn, act.tenant, range).await?);
    }
    let keys = ledger::keys(conn, act.tenant).await?;
    let checkpoint = signed(act.tenant, &last, &keys).ok_or_else(|| db::corrupt("no such key"))?;
    let proof = Inclusion { content, index, path, checkpoint };
    if !proof.holds() && !tombstones_of(conn, act.tenant, of).await?.is_empty() {
        return Err(Refusal::conflict("ledger_erased").into());
    }
    Ok(Some(proof))
}

/// That the ledger of now begins with that of `before`: of the checkpoint that covers so many leaves.
pub async fn consistency(conn: &mut Read, act: &Act, before: u64) -> Result<Consistency> {
    let last = ledger::last_checkpoint(conn, act.tenant).await?;
    let found = ledger::checkpoints_after(conn, act.tenant, before.saturating_sub(1), 1).await?;
    let found = found.into_iter().find(|it| it.tree.size() == before);
    let (Some(first), Some(last)) = (found, last) else {
        return Err(Refusal::not_found("checkpoint").into());
    };
    let mut path = vec![];
    for range in consistency_ranges(before, last.tree.size()) {
        path.push(subtree(conn, act.tenant, range).await?);
    }
    let keys = ledger::keys(conn, act.tenant).await?;
    let signed = |it| signed(act.tenant, it, &keys).ok_or_else(|| db::corrupt("no such key"));
    Ok(Consistency { before: signed(&first)?, after: signed(&last)?, path })
}
