//! What a customer may see of a case 进度 (D01, D05): the steps, the promise, who is on it.

use domain::handle::case::{Case, Reevaluation, State};
use domain::handle::clock::{ClockState, Promise};
use domain::handle::timeline::{PublicStep, public};
use domain::id::{CaseId, InvitationId};
use domain::refusal::Refusal;
use domain::triage::Kind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::collect::invitation;
use store::handle::case;
use store::platform::staff;
use store::{Read, Write};

use crate::handle::act_on_case::{ActOnCase, act_on_case};
use crate::handle::calendar::{refuse, schedules};
use crate::{Act, Result};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub case: CaseId,
    pub number: String,
    pub kind: Kind,
    pub state: State,
    /// Grows with every change; a page that shows it knows when to ask again.
    pub version: u64,
    /// Oldest first.
    pub steps: Vec<PublicStep>,
    /// What was promised, the earliest deadline first.
    pub promises: Vec<PublicPromise>,
    pub owner: Option<PublicOwner>,
    /// The result is there: content, or not solved?
    pub may_confirm: bool,
    pub may_reopen: bool,
    /// The customer was asked again and has not answered yet.
    pub asked_again: Option<InvitationId>,
    /// It goes on in this case.
    pub merged_into: Option<CaseId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPromise {
    pub promise: Promise,
    pub due_at: Timestamp,
    pub state: ClockState,
}

/// The name and number customers see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicOwner {
    pub name: String,
    pub number: String,
}

/// The case as its customer sees it. The caller has checked the private link.
pub async fn progress(conn: &mut Read, act: &Act, id: CaseId) -> Result<Progress> {
    let found = case::find(conn, act.tenant, id).await?;
    let case = found.ok_or_else(|| Refusal::not_found("case"))?;
    let events = case::events(conn, act.tenant, id).await?;
    let owner = match case.owner {
        Some(id) => staff::find(conn, act.tenant, id).await?,
        None => None,
    };
    let is_closed = case.state == State::Closed;
    let asked_again = asked_again(conn, act, &case).await?;
    Ok(Progress {
        case: id,
        number: case.number.clone(),
        kind: case.kind,
        state: case.state,
        version: case.version,
        steps: events.iter().filter_map(|it| public(&it.event)).collect(),
        promises: promises(conn, act, &case).await?,
        owner: owner.map(|it| PublicOwner { name: it.name, number: it.number }),
        may_confirm: case.state == State::Solved && case.confirmed_at.is_none(),
        may_reopen: case.merged_into.is_none() && (case.state == State::Solved || is_closed),
        asked_again,
        merged_into: case.merged_into,
    })
}

async fn asked_again(conn: &mut Read, act: &Act, case: &Case) -> Result<Option<InvitationId>> {
    let Some(Reevaluation::Sent { invitation, .. }) = &case.reevaluation else { return Ok(None) };
    let found = invitation::find(conn, act.tenant, *invitation).await?;
    Ok(found.filter(|it| it.is_open(act.now)).map(|it| it.id))
}

async fn promises(conn: &mut Read, act: &Act, case: &Case) -> Result<Vec<PublicPromise>> {
    let wanted = case.clocks.iter().flat_map(|it| it.clock.calendars());
    let schedules = schedules(conn, act.tenant, wanted).await?;
    let mut promises = Vec::new();
    for it in case.clocks.iter().map(|it| &it.clock) {
        let state = it.state(act.now, &schedules).map_err(refuse)?;
        if state != ClockState::Cancelled {
            let due_at = it.due(act.now, &schedules).map_err(refuse)?.at;
            promises.push(PublicPromise { promise: it.terms().promise, due_at, state });
        }
    }
    promises.sort_by_key(|it| (it.due_at, it.promise));
    Ok(promises)
}

/// What the holder of the link asks: an addition, content, or not solved. `act.by` is the customer
/// or a visitor.
pub async fn customer_says(
    tx: &mut Write,
    act: &Act,
    id: CaseId,
    command: domain::handle::command::Command,
) -> Result<Case> {
    let found = case::find(tx, act.tenant, id).await?;
    let case = found.ok_or_else(|| Refusal::not_found("case"))?;
    // Words for a duplicate belong to the case it went into.
    let id = case.merged_into.unwrap_or(id);
    act_on_case(tx, act, &BTreeSet::new(), ActOnCase { id, version: None, command }).await
}
