//! What the timers of cases do.

use std::collections::BTreeSet;

use domain::handle::command::Command;
use domain::handle::escalation::told;
use domain::id::{CaseId, ClockId};
use domain::refusal::Class;
use store::handle::case;
use store::{Read, Write};

use super::act_on_case::{ActOnCase, act_on_case};
use super::calendar::refuse;
use super::file_case::refile;
use super::surroundings::{Labels, look_around};
use crate::{Act, Failure, Result};

/// A share of a promise's time is used up: people are told, and the next wake-up is set.
pub async fn wake_clock(tx: &mut Write, act: &Act, id: CaseId, clock: ClockId) -> Result<()> {
    let Some(command) = escalation(tx, act, id, clock).await? else {
        return rearm(tx, act, id).await;
    };
    let input = ActOnCase { id, version: None, command };
    overtaken(act_on_case(tx, act, &BTreeSet::new(), input).await.map(|_| ()))
}

/// The highest share that has come and was not told of.
async fn escalation(
    conn: &mut Read,
    act: &Act,
    id: CaseId,
    clock: ClockId,
) -> Result<Option<Command>> {
    let Some(case) = case::find(conn, act.tenant, id).await? else { return Ok(None) };
    let Some(it) = case.clock(clock) else { return Ok(None) };
    let around = look_around(conn, act, &Labels::of(&case, 0), &case.clocks).await?;
    let wakes = it.clock.wakes(act.now, &around.schedules).map_err(refuse)?;
    let come = wakes.into_iter().rfind(|wake| wake.at <= act.now);
    let Some(wake) = come.filter(|wake| it.woken_bp < wake.share_bp) else { return Ok(None) };
    let mut told = told(wake.share_bp, case.owner, case.team, &around.teams, &around.barred);
    told.retain(|it| !case.is_hidden_from(*it));
    Ok(Some(Command::Escalate { clock, share_bp: wake.share_bp, told }))
}

/// Nobody answered in the time a wait may last.
pub async fn end_wait(tx: &mut Write, act: &Act, id: CaseId) -> Result<()> {
    let input = ActOnCase { id, version: None, command: Command::EndWait };
    overtaken(act_on_case(tx, act, &BTreeSet::new(), input).await.map(|_| ()))
}

/// What a timer was for may have been done or undone meanwhile; that is no failure.
fn overtaken(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(Failure::Refused(it)) if matches!(it.class, Class::Conflict | Class::Invalid) => Ok(()),
        other => other,
    }
}

/// Computes deadlines and wake-ups of a case anew, as after a year's holidays were announced.
pub async fn rearm(tx: &mut Write, act: &Act, id: CaseId) -> Result<()> {
    let Some(case) = case::find(tx, act.tenant, id).await? else { return Ok(()) };
    let around = look_around(tx, act, &Labels::of(&case, 0), &case.clocks).await?;
    refile(tx, act, &case, &around.schedules).await
}

/// The same for all cases with a promise that runs. Returns how many.
pub async fn rearm_all(tx: &mut Write, act: &Act) -> Result<usize> {
    let cases = case::with_live_clocks(tx, act.tenant).await?;
    for id in &cases {
        rearm(tx, act, *id).await?;
    }
    Ok(cases.len())
}
