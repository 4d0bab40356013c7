//! Learning from the categories people gave cases: writing them down, training, drawing a sample.

use domain::handle::case::Case;
use domain::id::{CaseId, CategoryId, TenantId};
use domain::refusal::Refusal;
use domain::triage::category::Tree;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::handle::case;
use store::triage::label::{self, Label, Source};
use store::triage::model;
use store::{Read, Write};
use text::learn::{Correction, Learned, Outcome};
use uuid::Uuid;

use super::category::categories;
use super::learned::load;
use crate::handle::act_on_case::{find_case, require_sight};
use crate::platform::audit;
use crate::platform::queue::{self, Timer};
use crate::{Act, Failure, Result};

/// From so many labelled texts on something is learned; a fifth of them only judges.
pub const TEXTS_MIN: u32 = 100;
/// The latest so many are learned from: what people meant years ago is not what they mean now.
const TEXTS_MAX: i64 = 10_000;
/// So long after a correction it is learned from, together with those that follow meanwhile.
const SETTLES: SignedDuration = SignedDuration::from_mins(10);
/// Cases to check that are drawn at once, from the latest so many that nobody labelled.
const SAMPLE: usize = 20;
const SAMPLE_FROM: i64 = 500;

const KEY: &str = "learn";

/// Writes down which category a person gave, to be learned from soon. Without words there is nothing
/// to learn.
pub async fn note(
    tx: &mut Write,
    act: &Act,
    of: &Case,
    (category, proposed): (CategoryId, Option<CategoryId>),
    source: Source,
) -> Result<()> {
    if of.said.trim().is_empty() {
        return Ok(());
    }
    let made = Label { case: of.id, category, proposed, source, at: act.now };
    label::put(tx, act.tenant, &made).await?;
    queue::schedule_new(tx, act, KEY, act.now + SETTLES, &Timer::Learn);
    Ok(())
}

/// Has everything be learned from now, not in a while.
pub async fn learn_now(tx: &mut Write, act: &Act) -> Result<()> {
    queue::schedule(tx, act, KEY, act.now, &Timer::Learn).await?;
    audit::note(tx, act, "train", ("category_model", None), json!({})).await
}

/// Everything a training needs, read before it: training takes long and holds no transaction.
pub struct Course {
    lessons: Vec<Correction>,
    before: Option<Uuid>,
    learned: Learned,
}

/// `None`: too little to learn from yet.
pub async fn course(conn: &mut Read, tenant: TenantId) -> Result<Option<Course>> {
    // Before the lessons: what is erased between the two changes the revision.
    let (before, learned) = match load(conn, tenant).await? {
        Some((stored, learned)) => (Some(stored.revision), learned),
        None => (None, Learned::default()),
    };
    let lessons = label::lessons(conn, tenant, TEXTS_MAX).await?;
    if lessons.len() < TEXTS_MIN as usize {
        return Ok(None);
    }
    let lesson = |it: label::Lesson| Correction { text: it.said, label: it.category.to_string() };
    let lessons = lessons.into_iter().map(lesson).collect();
    Ok(Some(Course { lessons, before, learned }))
}

/// What came of a training.
pub struct Trained {
    before: Option<Uuid>,
    learned: Learned,
    outcome: Outcome,
    at: Timestamp,
}

impl Course {
    /// Seconds of work for thousands of texts.
    pub fn train(mut self, at: Timestamp) -> Trained {
        let outcome = self.learned.train(&self.lessons, at.as_millisecond());
        Trained { before: self.before, learned: self.learned, outcome, at }
    }
}

/// Puts it in force. `false`: somebody changed the model meanwhile, and nothing is written.
pub async fn keep(tx: &mut Write, act: &Act, trained: &Trained) -> Result<bool> {
    let Trained { before, learned, outcome, at } = trained;
    let made = model::Model {
        revision: act.id(),
        learned: learned.to_bytes(),
        outcome: store::db::name(outcome),
        trained: *at,
    };
    Ok(model::put(tx, act.tenant, *before, &made).await?)
}

/// Forgets all that was learned, since words that taught it are erased, and has it learned anew from what
/// is left. Until then the house's own words decide: a version that was taught by them is not kept in
/// force because another would be worse.
pub async fn unlearn(tx: &mut Write, act: &Act) -> Result<()> {
    let mut learned = load(tx, act.tenant).await?.map(|it| it.1).unwrap_or_default();
    learned.forget();
    let nothing = model::Model {
        revision: act.id(),
        learned: learned.to_bytes(),
        outcome: store::db::name(&Outcome::TooLittle),
        trained: act.now,
    };
    model::replace(tx, act.tenant, &nothing).await?;
    queue::schedule(tx, act, KEY, act.now, &Timer::Learn).await
}

/// Cases drawn at random that nobody labelled and the caller may see, to be checked one by one.
pub async fn sample(conn: &mut Read, act: &Act) -> Result<Vec<Case>> {
    let mut ids = label::unlabelled(conn, act.tenant, SAMPLE_FROM).await?;
    ids.sort_by_cached_key(|_| act.ids.bytes::<8>());
    let mut drawn = Vec::with_capacity(SAMPLE);
    for id in ids {
        let Some(found) = case::find(conn, act.tenant, id).await? else { continue };
        match require_sight(conn, act, &found).await {
            Ok(()) if !found.said.trim().is_empty() => drawn.push(found),
            Ok(()) | Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
        if drawn.len() == SAMPLE {
            break;
        }
    }
    Ok(drawn)
}

/// What a person says of a case that was drawn. The case itself is not changed: who works on it
/// corrects it there.
pub async fn put_label(
    tx: &mut Write,
    act: &Act,
    id: CaseId,
    category: CategoryId,
) -> Result<Label> {
    let found = find_case(tx, act, id).await?;
    let tree = categories(tx, act, Tree::Category).await?;
    if tree.get(category).is_none_or(|it| it.is_archived) {
        return Err(Refusal::invalid("category_unknown").at("category").into());
    }
    if found.said.trim().is_empty() {
        return Err(Refusal::invalid("case_without_words").into());
    }
    let given = (category, found.category);
    note(tx, act, &found, given, Source::Audit).await?;
    let detail = json!({ "category": category });
    audit::note(tx, act, "label", ("case", Some(id.0)), detail).await?;
    let (proposed, source, at) = (found.category, Source::Audit, act.now);
    Ok(Label { case: id, category, proposed, source, at })
}
