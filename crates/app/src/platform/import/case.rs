//! Cases out of the events of another system's log. They keep their own times; no clock of ours runs on
//! them, nobody is notified.

use std::collections::BTreeSet;

use domain::collect::channel::Channel;
use domain::handle::case::Case;
use domain::handle::event::Opening;
use domain::handle::history::{PastEvent, replay_past};
use domain::id::CaseId;
use domain::platform::actor::Actor;
use domain::platform::import::{Counts, EventWord, Fault, Target};
use domain::refusal::Refusal;
use domain::triage::{Kind, Priority};
use store::Write;
use store::handle::case::{self, Filed};
use store::platform::import::{self, BadRow, Brought, Event};

use super::customer::code;
use super::interaction::customer_of;
use super::key::content;
use super::{Outcome, Plan, Taken};
use crate::handle::open_case::number;
use crate::{Act, Failure, Result};

/// Events out of which whole cases are made in one transaction.
const BATCH_EVENTS: i64 = 250;

/// Makes the next cases after `after` of their events. `None`: there are no more. Otherwise what became
/// of them, and the last of them.
pub async fn make_cases(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    after: Option<&str>,
) -> Result<Option<(Outcome, String)>> {
    let events = import::next_events(tx, act.tenant, plan.import.id, after, BATCH_EVENTS).await?;
    let Some(last) = events.last().map(|it| it.case.clone()) else { return Ok(None) };
    let mut outcome = Outcome::default();
    for events in events.chunk_by(|a, b| a.case == b.case) {
        let rows = i64::try_from(events.len()).unwrap_or(i64::MAX);
        match make(tx, act, plan, events).await {
            Ok(Taken::Unchanged) => outcome.counts.unchanged += rows,
            Ok(_) => outcome.counts.created += rows,
            Err(Failure::Refused(refusal)) => {
                outcome.counts.bad += rows;
                outcome.bad.extend(events.iter().map(|it| bad(plan, it, &refusal)));
            }
            Err(failure @ Failure::Db(_)) => return Err(failure),
        }
    }
    Ok(Some((outcome, last)))
}

/// A case is taken whole or not at all: each of its rows says why, so that all can be mended together.
fn bad(plan: &Plan, event: &Event, refusal: &Refusal) -> BadRow {
    let faults: Vec<Fault> = plan.told(refusal);
    BadRow { line: event.line, cells: event.cells.clone(), faults }
}

/// Writes down what became of them.
pub async fn record_cases(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    outcome: &Outcome,
    last: &str,
) -> Result<()> {
    let id = plan.import.id;
    import::insert_bad_rows(tx, act.tenant, id, &outcome.bad).await?;
    let counts = Counts { read: 0, ..outcome.counts };
    Ok(import::advance(tx, act.tenant, id, counts, Some(last)).await?)
}

async fn make(tx: &mut Write, act: &Act, plan: &Plan, events: &[Event]) -> Result<Taken> {
    let key = format!("n:{}", events[0].case);
    let records: Vec<_> = events.iter().map(|it| &it.record).collect();
    let content = content(&records);
    if let Some(before) = import::find_key(tx, act.tenant, Target::CaseEvents, &key).await? {
        if before.content == content {
            return Ok(Taken::Unchanged);
        }
        return Err(Refusal::conflict("import_case_changed").at("case").into());
    }
    let mut past = Vec::with_capacity(events.len());
    for event in events {
        let by = plan.staff.find(event.record.text("by"), "by")?;
        past.push(PastEvent {
            at: event.at,
            by: by.map_or(Actor::System, Actor::Staff),
            word: code(&event.record, "event").unwrap_or(EventWord::Noted),
            text: event.record.text("text").unwrap_or_default().to_owned(),
        });
    }
    let opening = opening(tx, act, plan, events, &past).await?;
    let id = act.id::<CaseId>();
    let told = replay_past(id, opening, &past);
    let (made, story) = told.ok_or_else(|| Refusal::invalid("out_of_order").at("at"))?;
    let filed = filed(plan, &made);
    if !case::insert(tx, act.tenant, &filed, &story).await? {
        return Err(Refusal::conflict("id_taken").at("case").into());
    }
    let brought = Brought { thing: id.0, content };
    import::put_key(tx, act.tenant, plan.import.id, Target::CaseEvents, &key, &brought).await?;
    Ok(Taken::Created)
}

/// How it began: each label from the first row that has it.
async fn opening(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    events: &[Event],
    past: &[PastEvent],
) -> Result<Opening> {
    let first = |field: &str| events.iter().find(|it| it.record.text(field).is_some());
    let customer = first("customer").and_then(|it| it.record.text("customer"));
    let team = past.iter().find_map(|it| plan.staff.team(it.by.staff()?));
    let team = team.or(plan.staff.top_team());
    Ok(Opening {
        number: number(tx, act).await?,
        kind: first("kind").and_then(|it| code(&it.record, "kind")).unwrap_or(Kind::Issue),
        category: None,
        priority: first("priority")
            .and_then(|it| code(&it.record, "priority"))
            .unwrap_or(Priority::Normal),
        because: vec![],
        customer: customer_of(tx, act, customer).await?,
        channel: Channel::Import,
        interaction: None,
        evaluation: None,
        about: BTreeSet::new(),
        said: first("said").and_then(|it| it.record.text("said")).unwrap_or_default().to_owned(),
        team: team.ok_or_else(|| Refusal::invalid("team_unknown").at("by"))?,
    })
}

fn filed<'a>(plan: &Plan, made: &'a Case) -> Filed<'a> {
    let day = made.opened_at.to_zoned(plan.zone.clone()).date();
    Filed {
        case: made,
        local_day: day.to_string(),
        next_due: None,
        search: format!("{}\n{}", made.number, made.said).to_lowercase(),
        clocks: vec![],
    }
}
