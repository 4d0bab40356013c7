//! Taking a person out of what is stored, with a tombstone for every row on record that changes by it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::collect::form::FormContent;
use domain::handle::case::Case;
use domain::handle::event::CaseEvent;
use domain::id::{CaseId, FormId};
use domain::platform::actor::Actor;
use domain::trust::erasure::{Tombstone, without_person, without_words};
use domain::trust::leaf::{self, Thing};
use domain::trust::tree::Hash;
use store::collect::{evaluation, form};
use store::handle::case;
use store::triage::label;
use store::trust::erase::{Traces, forget, put_case, put_evaluation};
use store::trust::erasure::insert_tombstones;
use store::trust::ledger::{self, Leaf, Subject};
use store::trust::ledger_read::evaluation_leaf;
use store::{Write, db};

use crate::{Act, Result};

/// Evaluations read at once.
const PAGE: usize = 500;

/// What stands on the tombstones.
pub(super) struct Why {
    pub reason: String,
    pub asked_by: Actor,
    pub approved_by: Actor,
}

/// Erases what the traces lead to. `words` name the person, for rows that hold them by chance. Whether
/// something was learned from it, which the caller has forgotten as its last step ([`unlearn`]): who
/// gives a case a category sets the same timer while holding the case.
///
/// [`unlearn`]: crate::triage::learn::unlearn
pub(super) async fn erase(
    tx: &mut Write,
    act: &Act,
    traces: &Traces,
    words: &[String],
    why: &Why,
) -> Result<bool> {
    let mut stones = Stones { act, why, all: vec![] };
    evaluations(tx, traces, &mut stones).await?;
    for id in &traces.cases {
        time_line(tx, CaseId(*id), &mut stones).await?;
    }
    let stone = |it: &Tombstone| Leaf {
        subject: Subject { id: it.id, thing: Thing::Erasure, seq: 0 },
        hash: leaf::hash(&leaf::of_tombstone(it)),
    };
    insert_tombstones(tx, act.tenant, &stones.all).await?;
    ledger::wait(tx, act.tenant, stones.all.iter().map(stone));
    forget(tx, act.tenant, traces, words).await?;
    Ok(0 < label::delete(tx, act.tenant, &traces.cases).await?)
}

struct Stones<'a> {
    act: &'a Act,
    why: &'a Why,
    all: Vec<Tombstone>,
}

impl Stones<'_> {
    fn add(&mut self, of: Subject, before: Hash, after: Hash) {
        self.all.push(Tombstone {
            id: self.act.id(),
            thing: of.thing,
            subject: of.id,
            seq: of.seq,
            before,
            after,
            reason: self.why.reason.clone(),
            asked_by: self.why.asked_by,
            approved_by: self.why.approved_by,
            // As stored, in whole milliseconds.
            at: whole_millisecond(self.act),
        });
    }
}

fn whole_millisecond(act: &Act) -> jiff::Timestamp {
    db::time(act.now.as_millisecond()).unwrap_or(act.now)
}

async fn evaluations(tx: &mut Write, traces: &Traces, stones: &mut Stones<'_>) -> Result<()> {
    let tenant = stones.act.tenant;
    let mut forms: BTreeMap<(FormId, i64), Option<FormContent>> = BTreeMap::new();
    for ids in traces.evaluations.chunks(PAGE) {
        for before in evaluation::find_all(tx, tenant, ids).await? {
            let asked = (before.form, before.form_version);
            if let Entry::Vacant(place) = forms.entry(asked) {
                let found = form::find_version(tx, tenant, asked.0, asked.1).await?;
                place.insert(found.map(|it| it.content));
            }
            let after = without_person(&before, forms[&asked].as_ref());
            put_evaluation(tx, tenant, &after).await?;
            let (old, new) = (evaluation_leaf(&before), evaluation_leaf(&after));
            // Also where nothing was to be taken out: it has been looked at.
            stones.add(old.subject, old.hash, new.hash);
        }
    }
    Ok(())
}

async fn time_line(tx: &mut Write, id: CaseId, stones: &mut Stones<'_>) -> Result<()> {
    let tenant = stones.act.tenant;
    let entries = case::events(tx, tenant, id).await?;
    let events: Vec<CaseEvent> = entries.iter().map(|it| without_words(&it.event)).collect();
    let Some(case) = Case::replay(id, &events) else {
        return Err(db::corrupt(format!("the time line of case {id} does not begin")).into());
    };
    put_case(tx, tenant, &case, &events, &case.number.to_lowercase()).await?;
    for (entry, event) in entries.iter().zip(&events).filter(|(it, event)| it.event != **event) {
        let hash = |event| leaf::hash(&leaf::of_event(id, entry.seq, event));
        let seq = i64::try_from(entry.seq).map_err(db::corrupt)?;
        stones.add(Subject::event(id, seq), hash(&entry.event), hash(event));
    }
    Ok(())
}
