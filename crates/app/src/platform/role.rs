//! Roles of the tenant's own.

use domain::id::RoleId;
use domain::platform::role::Role;
use domain::platform::staff::check_name;
use domain::refusal::Refusal;
use serde_json::json;
use store::Write;
use store::platform::{role, staff};

use super::audit;
use super::authenticate::Caller;
use crate::{Act, Result};

/// Makes a role or changes one that is not built in.
pub async fn put_role(tx: &mut Write, act: &Act, caller: &Caller, input: Role) -> Result<Role> {
    let input = Role { built_in: false, ..input };
    check_name(&input.name, "name")?;
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
    if !(2..=40).contains(&input.key.len()) || !input.key.bytes().all(plain) {
        return Err(Refusal::invalid("role_key_form").at("key").into());
    }
    if let Some(beyond) = input.permissions.iter().find(|it| !caller.permissions.contains(it)) {
        let refusal = Refusal::forbidden("beyond_own").with("permission", beyond.word());
        return Err(refusal.at("permissions").into());
    }
    let roles = role::list(tx, act.tenant).await?;
    let before = roles.iter().find(|it| it.id == input.id);
    if before.is_some_and(|it| it.built_in) {
        return Err(Refusal::conflict("role_built_in").into());
    }
    if roles.iter().any(|it| it.key == input.key && it.id != input.id) {
        return Err(Refusal::conflict("role_key_taken").at("key").into());
    }
    role::put(tx, act.tenant, &input).await?;
    let action = if before.is_some() { "update" } else { "create" };
    let detail = json!({ "permissions": input.permissions, "reach": input.reach });
    audit::note(tx, act, action, ("role", Some(input.id.0)), detail).await?;
    Ok(input)
}

pub async fn delete_role(tx: &mut Write, act: &Act, id: RoleId) -> Result<()> {
    let roles = role::list(tx, act.tenant).await?;
    let Some(found) = roles.iter().find(|it| it.id == id) else {
        return Err(Refusal::not_found("role").into());
    };
    if found.built_in {
        return Err(Refusal::conflict("role_built_in").into());
    }
    if staff::list(tx, act.tenant).await?.iter().any(|it| it.roles.contains(&id)) {
        return Err(Refusal::conflict("role_in_use").into());
    }
    role::delete(tx, act.tenant, id).await?;
    audit::note(tx, act, "delete", ("role", Some(id.0)), json!({ "key": found.key })).await
}
