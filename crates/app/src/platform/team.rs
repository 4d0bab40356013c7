//! The team tree.

use domain::platform::staff::{Team, check_name, tree_below};
use domain::refusal::Refusal;
use serde_json::json;
use store::Write;
use store::platform::{staff, team};

use super::audit;
use crate::{Act, Result};

/// Makes a team or changes it.
pub async fn put_team(tx: &mut Write, act: &Act, input: Team) -> Result<Team> {
    check_name(&input.name, "name")?;
    let teams = team::list(tx, act.tenant).await?;
    if let Some(parent) = input.parent {
        if !teams.iter().any(|it| it.id == parent) {
            return Err(Refusal::invalid("team_unknown").at("parent").into());
        }
        if tree_below(&teams, input.id).contains(&parent) {
            return Err(Refusal::invalid("team_loop").at("parent").into());
        }
    }
    if let Some(lead) = input.lead
        && staff::find(tx, act.tenant, lead).await?.is_none_or(|it| !it.active)
    {
        return Err(Refusal::invalid("staff_unknown").at("lead").into());
    }
    team::put(tx, act.tenant, &input).await?;
    let known = teams.iter().any(|it| it.id == input.id);
    let action = if known { "update" } else { "create" };
    audit::note(tx, act, action, ("team", Some(input.id.0)), json!({})).await?;
    Ok(input)
}
