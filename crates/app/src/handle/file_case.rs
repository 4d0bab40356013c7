//! Writing a case down with all that must be true with it: columns, clocks, timers, notices.

use domain::handle::case::{Case, CaseClock};
use domain::handle::clock::Schedules;
use domain::handle::event::{CaseEvent, What};
use domain::platform::staff::Team;
use domain::refusal::Refusal;
use serde_json::json;
use store::handle::case::{self, ClockRow, Filed};
use store::platform::tenant;
use store::{Read, Write};

use super::calendar::refuse;
use super::notify::notify;
use super::tell::push;
use crate::platform::queue::{Timer, cancel, schedule};
use crate::platform::webhook;
use crate::{Act, Result};

/// A new case. `false`: its id, number or evaluation has one already.
pub(super) async fn file_new(
    tx: &mut Write,
    act: &Act,
    made: &Case,
    events: &[CaseEvent],
    schedules: &Schedules,
    teams: &[Team],
) -> Result<bool> {
    let filed = filed(tx, act, made, schedules).await?;
    if !case::insert(tx, act.tenant, &filed, events).await? {
        return Ok(false);
    }
    follow_up(tx, act, made, events, schedules, teams).await?;
    Ok(true)
}

/// What became of a case of version `before`.
pub(super) async fn file_change(
    tx: &mut Write,
    act: &Act,
    before: u64,
    changed: &Case,
    events: &[CaseEvent],
    schedules: &Schedules,
    teams: &[Team],
) -> Result<()> {
    let filed = filed(tx, act, changed, schedules).await?;
    if !case::update(tx, act.tenant, before, &filed, events).await? {
        return Err(Refusal::conflict("case_changed").with("version", changed.version).into());
    }
    follow_up(tx, act, changed, events, schedules, teams).await
}

/// Nothing happened to the case, but its calendars know more than when it was filed.
pub(super) async fn refile(
    tx: &mut Write,
    act: &Act,
    case: &Case,
    schedules: &Schedules,
) -> Result<()> {
    let filed = filed(tx, act, case, schedules).await?;
    case::update_due(tx, act.tenant, &filed).await?;
    for it in &case.clocks {
        set_clock(tx, act, case, it, schedules).await?;
    }
    Ok(())
}

async fn filed<'a>(
    conn: &mut Read,
    act: &Act,
    case: &'a Case,
    schedules: &Schedules,
) -> Result<Filed<'a>> {
    let tenant = tenant::find(conn, act.tenant).await?;
    let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
    let row = |it: &CaseClock| {
        let due = it.clock.due(act.now, schedules)?.at;
        Ok(ClockRow {
            state: it.clock.state(act.now, schedules)?,
            due: it.clock.paused().is_none().then_some(due),
            clock: it.clone(),
        })
    };
    let clocks: Result<Vec<_>, _> = case.clocks.iter().map(row).collect();
    let said = [&case.number, &case.said, case.solution.as_ref().unwrap_or(&case.number)];
    Ok(Filed {
        case,
        local_day: tenant.local_day(case.opened_at),
        next_due: case.next_due(act.now, schedules).map_err(refuse)?,
        search: said.map(|it| it.to_lowercase()).join("\n"),
        clocks: clocks.map_err(refuse)?,
    })
}

async fn follow_up(
    tx: &mut Write,
    act: &Act,
    case: &Case,
    events: &[CaseEvent],
    schedules: &Schedules,
    teams: &[Team],
) -> Result<()> {
    for it in &case.clocks {
        set_clock(tx, act, case, it, schedules).await?;
    }
    for event in events {
        let key = format!("wait/{}", case.id);
        match event.what {
            What::WaitBegun { until } => {
                schedule(tx, act, &key, until, &Timer::CaseWait { case: case.id }).await?;
            }
            What::WaitEnded { .. } | What::MergedInto { .. } => {
                cancel(tx, act, &key).await?;
            }
            _ => {}
        }
    }
    publish_change(tx, act, case, events).await?;
    notify(tx, act, case, events, teams).await?;
    let due = case.next_due(act.now, schedules).map_err(refuse)?;
    push(tx, act, case, events, due).await
}

/// Other systems are told what happened to which case, never what anybody wrote.
async fn publish_change(
    tx: &mut Write,
    act: &Act,
    case: &Case,
    events: &[CaseEvent],
) -> Result<()> {
    let has = |wanted: &str| events.iter().any(|it| it.what.code() == wanted);
    let name = match (has("opened"), has("closed")) {
        (true, _) => "case.opened",
        (false, true) => "case.closed",
        (false, false) => "case.changed",
    };
    let what: Vec<_> = events.iter().map(|it| it.what.code()).collect();
    let data = json!({
        "id": case.id,
        "number": case.number,
        "version": case.version,
        "kind": case.kind,
        "priority": case.priority,
        "state": case.state,
        "owner": case.owner,
        "team": case.team,
        "evaluation": case.evaluation,
        "interaction": case.interaction,
        "what": what,
    });
    webhook::publish(tx, act, name, data).await
}

/// The next share of the time at which people are told; none for a clock that rests or has ended.
async fn set_clock(
    tx: &mut Write,
    act: &Act,
    case: &Case,
    it: &CaseClock,
    schedules: &Schedules,
) -> Result<()> {
    let key = format!("clock/{}", it.clock.id());
    let wakes = it.clock.wakes(act.now, schedules).map_err(refuse)?;
    match wakes.into_iter().find(|wake| it.woken_bp < wake.share_bp) {
        Some(wake) => {
            let timer = Timer::CaseClock { case: case.id, clock: it.clock.id() };
            schedule(tx, act, &key, wake.at, &timer).await
        }
        None => cancel(tx, act, &key).await.map(|_| ()),
    }
}
