//! A new company with its roles and first administrator.

use domain::id::{RoleId, StaffId, TenantId};
use domain::language::Language;
use domain::platform::role::{Role, built_in};
use domain::platform::staff::{Staff, check_login, check_name};
use domain::platform::tenant::{Tenant, check_slug, check_zone};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde_json::json;
use store::Write;
use store::platform::{role, staff, tenant};

use super::audit;
use super::password::NewPassword;
use super::tidy_up::tidy_up;
use crate::collect::form::install_built_in_forms;
use crate::collect::invite::ask_about_relationship;
use crate::handle::Hours;
use crate::{Act, Ids, Result, handle, words};

pub struct CreateTenant {
    pub id: TenantId,
    pub slug: String,
    pub name: String,
    pub zone: String,
    pub language: Language,
    /// The hours its promises count on.
    pub hours: Hours,
    pub administrator: FirstAdministrator,
}

pub struct FirstAdministrator {
    pub login: String,
    pub name: String,
    pub password: NewPassword,
}

pub async fn create_tenant(
    tx: &mut Write,
    now: Timestamp,
    ids: &Ids,
    input: CreateTenant,
) -> Result<Tenant> {
    let CreateTenant { id, slug, name, zone, language, hours, administrator } = input;
    check_slug(&slug)?;
    check_name(&name, "name")?;
    check_zone(&zone)?;
    check_login(&administrator.login)?;
    check_name(&administrator.name, "administrator.name")?;
    administrator.password.check(&administrator.login)?;
    let made = Tenant { id, slug, name, zone, language };
    if !tenant::insert(tx, &made, now).await? {
        return Err(Refusal::conflict("slug_taken").at("slug").into());
    }
    let act = Act::system(id, now, ids);
    let roles = put_built_in_roles(tx, &act, language).await?;
    let first = Staff {
        id: act.id::<StaffId>(),
        login: administrator.login,
        name: administrator.name,
        number: "1".to_owned(),
        email: None,
        team: None,
        roles: roles.iter().filter(|it| it.key == "administrator").map(|it| it.id).collect(),
        language,
        active: true,
    };
    // They chose it themselves.
    staff::insert(tx, id, &first, Some(&administrator.password.kept(None)), now).await?;
    audit::note(tx, &act, "create", ("tenant", Some(id.0)), json!({ "slug": made.slug })).await?;
    tidy_up(tx, &act).await?;
    ask_about_relationship(tx, &act).await?;
    // The defaults of the other stations follow here, each by its own room.
    handle::put_defaults(tx, &act, &made.zone, hours).await?;
    install_built_in_forms(tx, &act).await?;
    Ok(made)
}

async fn put_built_in_roles(tx: &mut Write, act: &Act, language: Language) -> Result<Vec<Role>> {
    let mut roles = vec![];
    for (key, reach, permissions) in built_in() {
        let name = words::say(language, &format!("role.{key}"));
        let (id, key) = (act.id::<RoleId>(), key.to_owned());
        let made = Role { id, key, name, permissions, reach, built_in: true };
        role::put(tx, act.tenant, &made).await?;
        roles.push(made);
    }
    Ok(roles)
}
