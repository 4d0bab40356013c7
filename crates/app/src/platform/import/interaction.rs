//! A row that is a service record: a call, a chat, a visit.

use domain::collect::channel::Channel;
use domain::customer::interaction::{Interaction, Segment, SegmentRole};
use domain::id::{CustomerId, InteractionId};
use domain::platform::import::{Record, Target};
use domain::refusal::Refusal;
use jiff::SignedDuration;
use store::Write;
use store::customer::customer;
use store::platform::import::{self, Brought};

use super::customer::code;
use super::key::known;
use super::{Plan, Taken};
use crate::customer::put_interaction::put_interaction;
use crate::{Act, Result};

pub async fn take(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    row: &tabular::Row,
    record: &Record,
) -> Result<Taken> {
    let number = record.text("external_id");
    let known = known(plan.mapping(), row, record, number);
    let before = import::find_key(tx, act.tenant, Target::Interactions, &known.key).await?;
    if before.as_ref().is_some_and(|it| it.content == known.content) {
        return Ok(Taken::Unchanged);
    }
    let id = before.map_or_else(|| act.id(), |it| InteractionId(it.thing));
    let input = read(tx, act, plan, record, id).await?;
    let (stored, is_new) = put_interaction(tx, act, input).await?;
    let brought = Brought { thing: stored.id.0, content: known.content };
    let id = plan.import.id;
    import::put_key(tx, act.tenant, id, Target::Interactions, &known.key, &brought).await?;
    Ok(if is_new { Taken::Created } else { Taken::Updated })
}

async fn read(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    record: &Record,
    id: InteractionId,
) -> Result<Interaction> {
    let started =
        record.moment("started").ok_or_else(|| Refusal::invalid("required").at("started"))?;
    let wait = record.seconds("queue_wait");
    let spoken = record.seconds("duration").map(SignedDuration::from_secs);
    // Who waited was spoken with only then.
    let answered_at = started + SignedDuration::from_secs(wait.unwrap_or(0));
    let ended = record.moment("ended").or_else(|| spoken.map(|it| answered_at + it));
    let answered = record.yes_no("answered").unwrap_or(true);
    let agent = plan.staff.find(record.text("agent"), "agent")?;
    let segment = agent.filter(|_| answered).map(|staff| Segment {
        staff,
        role: SegmentRole::Agent,
        started: answered_at.min(ended.unwrap_or(answered_at)),
        ended,
    });
    let customer = customer_of(tx, act, record.text("customer")).await?;
    Ok(Interaction {
        id,
        external_id: record.text("external_id").map(str::to_owned),
        customer,
        channel: code(record, "channel").unwrap_or(Channel::Import),
        subject: record.text("subject").map(str::to_owned),
        team: agent.and_then(|it| plan.staff.team(it)),
        started,
        ended,
        queue_wait_seconds: wait,
        answered,
        resolved: record.yes_no("resolved"),
        segments: segment.into_iter().collect(),
        transcript: record.text("transcript").map(str::to_owned),
        fields: plan.own_fields(record)?,
    })
}

/// The customer of that number in the other system.
pub(super) async fn customer_of(
    tx: &mut Write,
    act: &Act,
    number: Option<&str>,
) -> Result<Option<CustomerId>> {
    let Some(number) = number else { return Ok(None) };
    let found = customer::find_by_external(tx, act.tenant, number).await?;
    let refusal =
        || Refusal::invalid("import_customer_unknown").with("number", number).at("customer");
    let found = found.ok_or_else(refusal)?;
    Ok(Some(found.merged_into.unwrap_or(found.customer.id)))
}
