//! What a draft of a policy would have promised to the cases of the last weeks, before it is in force.

use std::collections::BTreeMap;

use domain::handle::case::Case;
use domain::handle::policy::{Choice, Facts, Policy};
use domain::id::CustomerId;
use domain::triage::category::{Categories, Tree};
use jiff::Timestamp;
use store::Read;
use store::handle::case_list::{self, Filter, Sort, Viewer};
use store::handle::policy::find_in_force;

use super::policy::check;
use super::surroundings::level;
use crate::triage::category::categories;
use crate::{Act, Result};

/// Cases that are tried; the newest, where there are more.
pub const CASES_MAX: i64 = 2_000;
/// Changed cases that are told one by one, the newest first.
pub const TOLD_MAX: usize = 50;

/// What became of it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// How many cases were tried.
    pub tried: usize,
    /// For how many of them something else would have been promised.
    pub changed: usize,
    pub told: Vec<Changed>,
}

/// A case that would have been promised something else.
#[derive(Debug, Clone)]
pub struct Changed {
    pub case: Case,
    /// By the policy in force.
    pub before: Vec<Choice>,
    /// By the draft.
    pub after: Vec<Choice>,
}

/// Tries `draft` on the cases opened from `from` on that `viewer` may see, as they are labelled now.
pub async fn compare(
    conn: &mut Read,
    act: &Act,
    viewer: &Viewer,
    draft: &Policy,
    from: Timestamp,
) -> Result<Trial> {
    check(conn, act.tenant, draft).await?;
    let in_force = find_in_force(conn, act.tenant).await?.map(|it| it.policy);
    let filter = Filter { opened_from: Some(from), ..Filter::default() };
    let cases =
        case_list::list(conn, act.tenant, viewer, &filter, Sort::Opened, None, CASES_MAX).await?;
    let categories = categories(conn, act, Tree::Category).await?;
    let mut levels: BTreeMap<CustomerId, u8> = BTreeMap::new();
    let mut trial = Trial { tried: cases.len(), changed: 0, told: vec![] };
    for case in cases.into_iter().map(|it| it.case) {
        let level = match case.customer {
            None => 0,
            Some(id) => match levels.get(&id) {
                Some(known) => *known,
                None => *levels.entry(id).or_insert(level(conn, act.tenant, Some(id)).await?),
            },
        };
        let before = in_force.as_ref().map(|it| chosen(it, &case, &categories, level));
        let before = before.unwrap_or_default();
        let after = chosen(draft, &case, &categories, level);
        if is_same(&before, &after) {
            continue;
        }
        trial.changed += 1;
        if trial.told.len() < TOLD_MAX {
            trial.told.push(Changed { case, before, after });
        }
    }
    Ok(trial)
}

fn chosen(policy: &Policy, case: &Case, categories: &Categories, level: u8) -> Vec<Choice> {
    let path = case.category.map(|it| categories.path(it)).unwrap_or_default();
    policy.choose(&Facts {
        kind: case.kind,
        priority: case.priority,
        channel: Some(case.channel),
        categories: &path,
        level,
        complex: case.is_complex(),
    })
}

/// Whether the same is promised on the same calendars, whichever rule decides.
fn is_same(before: &[Choice], after: &[Choice]) -> bool {
    let promised = |it: &Choice| (it.promise, it.target, it.calendar);
    before.iter().map(promised).eq(after.iter().map(promised))
}
