//! Service level policies: keeping them, trying them out, and the promises they make.

use std::collections::{BTreeMap, BTreeSet};

use domain::handle::calendar::{Calendar, Due, Holidays};
use domain::handle::clock::{CalendarRef, Clock, PolicyRef, Schedules, Terms};
use domain::handle::policy::{Choice, Facts, Policy, Verdict};
use domain::id::{CalendarId, ClockId, PolicyId, TenantId};
use domain::language::Language;
use domain::localized::Localized;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde_json::json;
use store::handle::policy::{self, Current};
use store::handle::{self, calendar};
use store::{Read, Write};

use super::calendar::{check_name, holidays, refuse, refuse_overtaken, within};
use crate::platform::audit;
use crate::{Act, Result};

pub struct PutPolicy {
    pub id: PolicyId,
    pub name: Localized,
    pub policy: Policy,
    /// Puts it in the place of the one in force.
    pub in_force: bool,
    /// The version the caller changed; another one in between is a conflict. `None`: whatever
    /// there is.
    pub version: Option<u32>,
}

/// Makes a policy or its next version. Promises already made stay as they were made.
pub async fn put_policy(tx: &mut Write, act: &Act, input: PutPolicy) -> Result<Current> {
    let PutPolicy { id, name, policy, in_force, version: expected } = input;
    check_name(&name)?;
    check(tx, act.tenant, &policy).await?;
    let before = policy::find(tx, act.tenant, id).await?;
    refuse_overtaken(expected, before.as_ref().map(|it| it.version))?;
    if !in_force && before.as_ref().is_some_and(|it| it.in_force) {
        return Err(Refusal::conflict("policy_none_in_force").at("in_force").into());
    }
    let version = match &before {
        None => 1,
        Some(before) if before.policy == policy => before.version,
        Some(before) => before.version + 1,
    };
    let made = Current { id, name, version, in_force, policy, updated_at: act.now };
    policy::put(tx, act.tenant, &made).await?;
    let action = if before.is_some() { "update" } else { "create" };
    let detail = json!({ "version": version, "in_force": in_force });
    audit::note(tx, act, action, ("policy", Some(id.0)), detail).await?;
    Ok(made)
}

/// Refuses a policy that breaks a rule or names a calendar that is not there.
pub(super) async fn check(conn: &mut Read, tenant: TenantId, policy: &Policy) -> Result<()> {
    policy.check().map_err(|refusal| within("policy", refusal))?;
    let known: BTreeSet<CalendarId> =
        calendar::list(conn, tenant).await?.into_iter().map(|it| it.id).collect();
    match policy.calendars().difference(&known).next() {
        None => Ok(()),
        Some(id) => {
            let refusal = Refusal::invalid("calendar_unknown").with("id", id);
            Err(refusal.at("policy.calendar").into())
        }
    }
}

pub async fn find_policy(conn: &mut Read, tenant: TenantId, id: PolicyId) -> Result<Current> {
    let found = policy::find(conn, tenant, id).await?;
    found.ok_or_else(|| Refusal::not_found("policy").into())
}

/// One promise to make: start a [`Clock`] with these terms on this calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Promised {
    pub terms: Terms,
    pub calendar: CalendarRef,
    /// Why this target.
    pub choice: Choice,
}

/// The promises of a policy, and the calendars they count on.
#[derive(Debug, Clone)]
pub struct Promises {
    pub promised: Vec<Promised>,
    pub schedules: Schedules,
    /// What the calendars say, by id, for telling people in words.
    pub calendars: BTreeMap<CalendarId, Calendar>,
}

/// What the policy in force promises for a case of these facts. None when no policy is in force.
pub async fn promises(conn: &mut Read, tenant: TenantId, facts: &Facts<'_>) -> Result<Promises> {
    match policy::find_in_force(conn, tenant).await? {
        None => Ok(Promises {
            promised: Vec::new(),
            schedules: Schedules::default(),
            calendars: BTreeMap::new(),
        }),
        Some(found) => {
            let at = (found.id, found.version);
            promises_of(conn, tenant, &found.policy, Some(at), facts).await
        }
    }
}

async fn promises_of(
    conn: &mut Read,
    tenant: TenantId,
    policy: &Policy,
    at: Option<(PolicyId, u32)>,
    facts: &Facts<'_>,
) -> Result<Promises> {
    let known = holidays(conn, tenant).await?;
    let mut promises = Promises {
        promised: Vec::new(),
        schedules: Schedules::default(),
        calendars: BTreeMap::new(),
    };
    for choice in policy.choose(facts) {
        let Some(found) = calendar::find(conn, tenant, choice.calendar).await? else { continue };
        let calendar = found.at();
        promises.add_calendar(found, &known)?;
        let rule = choice.rule.clone();
        let policy_ref = at.map(|(id, version)| PolicyRef { id, version, rule });
        let terms = Terms {
            promise: choice.promise,
            target: choice.target,
            wake_bp: policy.wake_bp.clone(),
            policy: policy_ref,
        };
        promises.promised.push(Promised { terms, calendar, choice });
    }
    Ok(promises)
}

impl Promises {
    fn add_calendar(&mut self, found: handle::calendar::Current, known: &Holidays) -> Result<()> {
        let schedule = found.calendar.schedule(known).map_err(store::db::corrupt)?;
        self.schedules.insert(found.at(), schedule);
        self.calendars.insert(found.id, found.calendar);
        Ok(())
    }

    /// A promise with its deadline if it starts at `start`, and how the customer is told.
    fn told(&self, act: &Act, promised: &Promised, start: Timestamp) -> Result<Told> {
        let Promised { terms, calendar, choice } = promised;
        let clock = Clock::start(act.id::<ClockId>(), terms.clone(), *calendar, start);
        let Due { at, provisional } = clock.due(start, &self.schedules).map_err(refuse)?;
        let hours = &self.calendars[&calendar.id];
        let words = |language| choice.target.promised_in_words(hours, language);
        Ok(Told {
            choice: choice.clone(),
            due_at: at,
            provisional,
            words: Localized::zh_en(&words(Language::Chinese), &words(Language::English)),
        })
    }
}

/// A promise as a person reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub choice: Choice,
    pub due_at: Timestamp,
    pub provisional: bool,
    /// As in "工作时间 2 小时内（……）".
    pub words: Localized,
}

/// What a policy would promise, and how each of its rules fared.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    pub promises: Vec<Told>,
    pub verdicts: Vec<Verdict>,
}

/// Tries a policy out: `draft`, or the one in force.
pub async fn preview(
    conn: &mut Read,
    act: &Act,
    draft: Option<Policy>,
    facts: &Facts<'_>,
    start: Timestamp,
) -> Result<Preview> {
    let (policy, at) = match draft {
        Some(draft) => {
            check(conn, act.tenant, &draft).await?;
            (draft, None)
        }
        None => match policy::find_in_force(conn, act.tenant).await? {
            Some(found) => (found.policy, Some((found.id, found.version))),
            None => return Err(Refusal::not_found("policy").into()),
        },
    };
    let promises = promises_of(conn, act.tenant, &policy, at, facts).await?;
    let told = promises.promised.iter().map(|it| promises.told(act, it, start));
    Ok(Preview { promises: told.collect::<Result<_>>()?, verdicts: policy.verdicts(facts) })
}
