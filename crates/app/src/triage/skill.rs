//! What each member of the staff takes, and when they are there (B05).

use domain::refusal::Refusal;
use serde_json::json;
use store::Write;
use store::handle::calendar;
use store::platform::staff;
use store::triage::skill::{self, Skill};

use crate::platform::audit;
use crate::{Act, Result};

/// Nobody carries more.
const CAPACITY_MAX: u32 = 1_000;

pub async fn put_skill(tx: &mut Write, act: &Act, input: Skill) -> Result<Skill> {
    if CAPACITY_MAX < input.capacity {
        return Err(Refusal::invalid("too_many").with("max", CAPACITY_MAX).at("capacity").into());
    }
    if staff::find(tx, act.tenant, input.staff).await?.is_none() {
        return Err(Refusal::not_found("staff").into());
    }
    if let Some(shift) = input.shift
        && calendar::find(tx, act.tenant, shift).await?.is_none()
    {
        return Err(Refusal::invalid("calendar_unknown").with("id", shift).at("shift").into());
    }
    skill::put(tx, act.tenant, &input).await?;
    audit::note(tx, act, "update", ("skill", Some(input.staff.0)), json!({})).await?;
    Ok(input)
}
