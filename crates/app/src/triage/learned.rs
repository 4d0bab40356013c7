//! What was learned from the categories people gave: proposing by it, judging it, going back.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use domain::id::{CategoryId, TenantId};
use domain::refusal::Refusal;
use domain::triage::propose;
use jiff::Timestamp;
use serde_json::json;
use store::triage::{label, model};
use store::{Read, Write};
use text::learn::{Learned, Share, Version};
use text::routing::{Route, Router};
use uuid::Uuid;

use super::learn::TEXTS_MIN;
use crate::platform::audit;
use crate::{Act, Result};

/// Companies whose model is kept at hand.
const KEPT_MAX: usize = 64;

/// What answers now.
struct InForce {
    router: Router,
    version: u32,
    examples: u32,
}

/// By revision; `None` where nothing is in force.
type Kept = (Uuid, Option<Arc<InForce>>);

static KEPT: LazyLock<Mutex<BTreeMap<TenantId, Kept>>> = LazyLock::new(Mutex::default);

/// The categories that what was learned speaks for, the likeliest first, at most `most`. Empty where
/// nothing was learned yet.
pub async fn routes(
    conn: &mut Read,
    tenant: TenantId,
    said: &str,
    most: usize,
) -> Result<Vec<propose::Learned>> {
    let Some(model) = in_force(conn, tenant).await? else { return Ok(vec![]) };
    let routes = model.router.route(said).into_iter();
    Ok(routes.filter_map(|it| learned(said, &it, &model)).take(most).collect())
}

fn learned(said: &str, route: &Route, model: &InForce) -> Option<propose::Learned> {
    let mut words: Vec<String> =
        route.spans.iter().map(|it| it.span.of(said).trim().to_owned()).collect();
    words.retain(|it| !it.is_empty());
    words.dedup();
    Some(propose::Learned {
        category: CategoryId(route.label.parse().ok()?),
        percent: percent(route.probability),
        words,
        version: model.version,
        examples: model.examples,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a probability in percent is between 0 and 100"
)]
fn percent(probability: f32) -> u8 {
    (probability.clamp(0.0, 1.0) * 100.0).floor() as u8
}

async fn in_force(conn: &mut Read, tenant: TenantId) -> Result<Option<Arc<InForce>>> {
    let Some(revision) = model::revision(conn, tenant).await? else { return Ok(None) };
    let kept = KEPT.lock().expect("nothing panics while it is held").get(&tenant).cloned();
    if let Some((of, model)) = kept
        && of == revision
    {
        return Ok(model);
    }
    let Some((stored, learned)) = load(conn, tenant).await? else { return Ok(None) };
    let model = learned.current().zip(learned.router()).map(|(version, router)| {
        let (version, examples) = (version.number, version.examples);
        Arc::new(InForce { router: router.clone(), version, examples })
    });
    let mut kept = KEPT.lock().expect("nothing panics while it is held");
    if KEPT_MAX <= kept.len() {
        kept.clear();
    }
    kept.insert(tenant, (stored.revision, model.clone()));
    Ok(model)
}

/// The stored model. One of another format counts as nothing learned: the labels are still there, and
/// the next training learns from them.
pub(super) async fn load(
    conn: &mut Read,
    tenant: TenantId,
) -> Result<Option<(model::Model, Learned)>> {
    let Some(stored) = model::find(conn, tenant).await? else { return Ok(None) };
    let learned = Learned::from_bytes(&stored.learned).unwrap_or_else(|error| {
        tracing::warn!(%error, "what was learned cannot be read and is learned again");
        Learned::default()
    });
    Ok(Some((stored, learned)))
}

/// How learning stands.
pub struct Standing {
    /// Cases that people gave a category.
    pub labelled: u32,
    /// From so many on something is learned.
    pub needed: u32,
    /// The last training: when, and what it led to.
    pub last: Option<(Timestamp, String)>,
    /// Oldest first; the last is in force.
    pub versions: Vec<Version>,
    /// Proposals against people, on cases drawn at random.
    pub audited: Audited,
}

/// The company's audited sample.
pub struct Audited {
    /// Right proposals; a case without a proposal counts as wrong.
    pub accuracy: Share,
    /// What was proposed, what a person said, how often; only where they differ.
    pub wrong: Vec<(Option<CategoryId>, CategoryId, u32)>,
}

pub async fn standing(conn: &mut Read, tenant: TenantId) -> Result<Standing> {
    let labelled = label::count(conn, tenant).await?;
    let audited = label::audited(conn, tenant).await?;
    let (right, wrong): (Vec<_>, Vec<_>) =
        audited.into_iter().partition(|(proposed, truth, _)| *proposed == Some(*truth));
    let sum = |rows: &[(Option<CategoryId>, CategoryId, u32)]| rows.iter().map(|it| it.2).sum();
    let (agreed, differed): (u32, u32) = (sum(&right), sum(&wrong));
    let accuracy = Share::new(agreed, agreed + differed);
    let found = load(conn, tenant).await?;
    let (last, versions) = match found {
        Some((stored, learned)) => {
            (Some((stored.trained, stored.outcome)), learned.versions().cloned().collect())
        }
        None => (None, vec![]),
    };
    let audited = Audited { accuracy, wrong };
    Ok(Standing { labelled, needed: TEXTS_MIN, last, versions, audited })
}

/// Goes back to the version before, from the oldest to none: then words decide alone.
pub async fn roll_back(tx: &mut Write, act: &Act) -> Result<Standing> {
    let nothing = || Refusal::conflict("nothing_learned");
    let (stored, mut learned) = load(tx, act.tenant).await?.ok_or_else(nothing)?;
    let from = learned.current().map(|it| it.number);
    if !learned.roll_back() {
        return Err(nothing().into());
    }
    let detail = json!({ "from": from, "to": learned.current().map(|it| it.number) });
    let before = Some(stored.revision);
    let changed = model::Model { revision: act.id(), learned: learned.to_bytes(), ..stored };
    if !model::put(tx, act.tenant, before, &changed).await? {
        return Err(Refusal::conflict("version_overtaken").into());
    }
    audit::note(tx, act, "roll_back", ("category_model", None), detail).await?;
    standing(tx, act.tenant).await
}
