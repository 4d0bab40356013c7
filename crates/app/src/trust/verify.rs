//! Whether what is stored is what was put on record: every row, every place, every signature.

use domain::id::TenantId;
use domain::platform::actor::Actor;
use domain::trust::erasure::Tombstone;
use domain::trust::leaf::{self, Thing};
use domain::trust::proof::Signed;
use domain::trust::tree::{Frontier, Hash};
use jiff::Timestamp;
use serde::Serialize;
use store::Read;
use store::trust::erasure::tombstones_of;
use store::trust::ledger::{self, Checkpoint, Key, Leaf, Subject};
use store::trust::ledger_read::{contents, leaves, unrecorded};

use super::key::{is_signed, signed};
use crate::Result;

/// Leaves and rows that are read at once.
const PAGE: i64 = 1_000;

/// So many faults are named one by one.
pub const FAULTS_MAX: usize = 100;

/// One thing that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The row does not say what was put on record.
    Changed { place: u64, row: Row },
    /// The row is not there any more.
    Deleted { place: u64, row: Row },
    /// The row was never put on record: it did not come in by the house's doors.
    Inserted { row: Row },
    /// Places are missing from the ledger itself, from this one on.
    Gap { place: u64 },
    /// Between these sizes leaves were changed, exchanged or taken out: the signed root is another.
    Root { after: u64, until: u64 },
    /// The checkpoint of this size was not signed by its key.
    Signature { size: u64 },
    /// A checkpoint kept elsewhere says otherwise of the first `size` leaves.
    Witness { size: u64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub thing: Thing,
    pub id: uuid::Uuid,
    /// The place in a case's time line; 0 for an evaluation.
    pub seq: i64,
}

impl From<Subject> for Row {
    fn from(it: Subject) -> Self {
        Self { thing: it.thing, id: it.id, seq: it.seq }
    }
}

/// A row whose words were erased as the house allows: no fault, and named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    pub place: u64,
    pub row: Row,
    pub at: Timestamp,
    pub reason: String,
    pub asked_by: Actor,
    pub approved_by: Actor,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub leaves: u64,
    pub checkpoints: u64,
    /// At most [`FAULTS_MAX`].
    pub faults: Vec<Fault>,
    /// Beyond those.
    pub more_faults: u64,
    /// At most [`FAULTS_MAX`]; tombstones are on record themselves.
    pub erased: Vec<Erased>,
    /// Beyond those.
    pub more_erased: u64,
}

impl Report {
    fn add(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        } else {
            self.more_faults += 1;
        }
    }

    fn add_erased(&mut self, place: u64, row: Row, it: Tombstone) {
        if self.erased.len() == FAULTS_MAX {
            self.more_erased += 1;
            return;
        }
        let Tombstone { at, reason, asked_by, approved_by, .. } = it;
        self.erased.push(Erased { place, row, at, reason, asked_by, approved_by });
    }
}

/// What explains that the row on record as `leaf` has the hash `now`: a chain of tombstones from the
/// one to the other, of which this is the last.
async fn tombstone(
    conn: &mut Read,
    tenant: TenantId,
    leaf: &Leaf,
    now: Hash,
) -> Result<Option<Tombstone>> {
    let (mut hash, mut last) = (leaf.hash, None);
    for it in tombstones_of(conn, tenant, leaf.subject).await? {
        if it.before == hash {
            hash = it.after;
            last = Some(it);
        }
    }
    Ok(last.filter(|_| hash == now))
}

/// Goes through the whole ledger of a tenant, in pages. `witnesses` are checkpoints somebody kept
/// elsewhere: whoever holds database and key could otherwise write it all anew.
pub async fn verify(conn: &mut Read, tenant: TenantId, witnesses: &[Signed]) -> Result<Report> {
    let keys = ledger::keys(conn, tenant).await?;
    let mut walk =
        Walk { tenant, keys, witnesses, tree: Frontier::default(), agreed: 0, ahead: vec![] };
    walk.look_ahead(conn, 0).await?;
    let mut report = Report::default();
    loop {
        let page = leaves(conn, tenant, walk.tree.size(), PAGE).await?;
        if page.is_empty() {
            break;
        }
        let subjects: Vec<Subject> = page.iter().map(|it| it.1.subject).collect();
        let stored = contents(conn, tenant, &subjects).await?;
        for (place, it) in page {
            if place != walk.tree.size() {
                report.add(Fault::Gap { place: walk.tree.size() });
                return Ok(report);
            }
            let row = Row::from(it.subject);
            match stored.get(&it.subject).map(leaf::hash) {
                Some(hash) if hash == it.hash => {}
                Some(hash) => match tombstone(conn, tenant, &it, hash).await? {
                    Some(stone) => report.add_erased(place, row, stone),
                    None => report.add(Fault::Changed { place, row }),
                },
                None => report.add(Fault::Deleted { place, row }),
            }
            report.leaves += 1;
            if let Some(size) = walk.push(it.hash, &mut report) {
                walk.look_ahead(conn, size).await?;
            }
        }
    }
    walk.end(&mut report);
    for subject in unrecorded(conn, tenant, PAGE).await? {
        report.add(Fault::Inserted { row: subject.into() });
    }
    Ok(report)
}

/// The tree as it grows again.
struct Walk<'a> {
    tenant: TenantId,
    keys: Vec<Key>,
    witnesses: &'a [Signed],
    tree: Frontier,
    /// The size of the last checkpoint that agreed.
    agreed: u64,
    /// The next checkpoints, the nearest last.
    ahead: Vec<Checkpoint>,
}

impl Walk<'_> {
    async fn look_ahead(&mut self, conn: &mut Read, size: u64) -> Result<()> {
        self.ahead = ledger::checkpoints_after(conn, self.tenant, size, PAGE).await?;
        self.ahead.reverse();
        Ok(())
    }

    /// Takes in a leaf, and what was said of the tree that ends with it. Returns the size when it was
    /// the last checkpoint in sight.
    fn push(&mut self, hash: Hash, report: &mut Report) -> Option<u64> {
        self.tree.push(hash);
        let size = self.tree.size();
        for it in self.witnesses.iter().filter(|it| it.statement.size == size) {
            let agrees = it.statement.tenant == self.tenant
                && it.statement.root == self.tree.root()
                && is_signed(it);
            if !agrees {
                report.add(Fault::Witness { size });
            }
        }
        let it = self.ahead.pop_if(|it| it.tree.size() == size)?;
        self.meet(&it, report);
        self.ahead.is_empty().then_some(size)
    }

    fn meet(&mut self, it: &Checkpoint, report: &mut Report) {
        report.checkpoints += 1;
        let size = it.tree.size();
        if it.root == self.tree.root() && it.tree == self.tree {
            self.agreed = size;
        } else {
            report.add(Fault::Root { after: self.agreed, until: size });
        }
        if !signed(self.tenant, it, &self.keys).is_some_and(|it| is_signed(&it)) {
            report.add(Fault::Signature { size });
        }
    }

    /// What was signed of more leaves than there are.
    fn end(&self, report: &mut Report) {
        if let Some(it) = self.ahead.last() {
            report.add(Fault::Root { after: self.agreed, until: it.tree.size() });
        }
        let longest = self.witnesses.iter().map(|it| it.statement.size).max().unwrap_or(0);
        if self.tree.size() < longest {
            report.add(Fault::Witness { size: longest });
        }
    }
}
