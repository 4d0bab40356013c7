//! Recording a service: from a telephone system, a chat, a help desk.

use domain::customer::credit::credit;
use domain::customer::field::check_values;
use domain::customer::interaction::Interaction;
use domain::id::{InteractionId, StaffId, TeamId};
use domain::refusal::Refusal;
use store::Write;
use store::customer::{customer, interaction};
use store::platform::{staff, team, tenant};

use super::fields::{Credit, CustomFields};
use super::put_customer::{at_row, check_batch};
use crate::collect::on_interaction_ended;
use crate::platform::setting;
use crate::{Act, Failure, Result};

/// Makes the interaction or changes it, found by id, else by external id. Sending the same again
/// changes nothing. Returns it as stored, and whether it is new.
pub async fn put_interaction(
    tx: &mut Write,
    act: &Act,
    input: Interaction,
) -> Result<(Interaction, bool)> {
    input.check()?;
    let fields: CustomFields = setting::get(tx, act.tenant).await?;
    check_values(&fields.interaction, &input.fields)?;
    let mut input = settle(tx, act, input).await?;
    let before = interaction::find(tx, act.tenant, input.id).await?;
    let team = owning_team(tx, act, &input).await?;
    input.team = team;
    // An agent records their own service and their team's, nobody else's.
    let took_part = |me: StaffId| input.segments.iter().any(|it| it.staff == me);
    let me = act.by.staff().filter(|it| took_part(*it));
    act.require_within("interaction", team, me)?;
    if before.as_ref() == Some(&input) {
        return Ok((input, false));
    }
    let found = tenant::find(tx, act.tenant).await?;
    let zone = found.ok_or_else(|| Refusal::not_found("tenant"))?;
    let rule: Credit = setting::get(tx, act.tenant).await?;
    let shares = credit(&input, rule.rule);
    let day = zone.local_day(input.ended.unwrap_or(input.started));
    interaction::put(tx, act.tenant, &input, &shares, &day, act.now).await?;
    on_interaction_ended(tx, act, &input).await?;
    Ok((input, before.is_none()))
}

/// Finds what it is known as, and that everybody in it exists.
async fn settle(tx: &mut Write, act: &Act, mut input: Interaction) -> Result<Interaction> {
    if let Some(external) = &input.external_id
        && let Some(known) = interaction::find_by_external(tx, act.tenant, external).await?
    {
        if known.id != input.id && interaction::find(tx, act.tenant, input.id).await?.is_some() {
            return Err(Refusal::conflict("external_id_taken").at("external_id").into());
        }
        input.id = known.id;
    }
    if let Some(id) = input.customer {
        let found = customer::find(tx, act.tenant, id).await?;
        let Some(found) = found else {
            return Err(Refusal::invalid("customer_unknown").at("customer").into());
        };
        input.customer = Some(found.merged_into.unwrap_or(id));
    }
    for (at, segment) in input.segments.iter().enumerate() {
        if staff::find(tx, act.tenant, segment.staff).await?.is_none() {
            let field = format!("segments.{at}.staff");
            return Err(Refusal::invalid("staff_unknown").at(field).into());
        }
    }
    Ok(input)
}

/// The team that served: the one given, else the last agent's.
async fn owning_team(tx: &mut Write, act: &Act, input: &Interaction) -> Result<Option<TeamId>> {
    if let Some(given) = input.team {
        if !team::list(tx, act.tenant).await?.iter().any(|it| it.id == given) {
            return Err(Refusal::invalid("team_unknown").at("team").into());
        }
        return Ok(Some(given));
    }
    let Some(last) = input.last_agent() else { return Ok(None) };
    Ok(staff::find(tx, act.tenant, last).await?.and_then(|it| it.team))
}

/// All or none: the faults of every row come back together, each at `N.field`.
pub async fn put_interactions(
    tx: &mut Write,
    act: &Act,
    batch: Vec<Interaction>,
) -> Result<Vec<(InteractionId, bool)>> {
    check_batch(batch.len())?;
    let mut done = vec![];
    let mut faults = vec![];
    for (at, input) in batch.into_iter().enumerate() {
        match put_interaction(tx, act, input).await {
            Ok((stored, new)) => done.push((stored.id, new)),
            Err(Failure::Refused(refusal)) => faults.extend(at_row(*refusal, at)),
            Err(failure) => return Err(failure),
        }
    }
    Refusal::of(faults).map_or(Ok(done), |it| Err(it.into()))
}
