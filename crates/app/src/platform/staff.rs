//! People who log in.

use domain::id::StaffId;
use domain::platform::actor::Actor;
use domain::platform::role::{Permission, Role};
use domain::platform::staff::{Staff, check_login, check_name};
use domain::refusal::Refusal;
use serde_json::json;
use store::platform::staff::Password;
use store::platform::{role, session, staff, team};
use store::{Read, Write};

use super::account::{Change, tell};
use super::audit;
use super::authenticate::{Caller, rights};
use super::password::NewPassword;
use super::sign_in_rules::given_until;
use crate::{Act, Result};

/// Makes a person or changes one. Sending the same again changes nothing. A password given to somebody else is
/// for them to sign in with and choose their own.
pub async fn put_staff(
    tx: &mut Write,
    act: &Act,
    caller: &Caller,
    input: Staff,
    password: Option<NewPassword>,
) -> Result<Staff> {
    check(tx, act, caller, &input).await?;
    let password = match password {
        None => None,
        Some(new) => {
            new.check(&input.login)?;
            let own = caller.by == Actor::Staff(input.id);
            let until = if own { None } else { Some(given_until(tx, act.tenant, act.now).await?) };
            Some(new.kept(until))
        }
    };
    let before = staff::find(tx, act.tenant, input.id).await?;
    refuse_taken(tx, act, &input).await?;
    match &before {
        None => {
            if !staff::insert(tx, act.tenant, &input, password.as_ref(), act.now).await? {
                return Err(Refusal::conflict("login_taken").at("login").into());
            }
        }
        Some(before) => {
            refuse_beyond_own(tx, act, caller, before).await?;
            staff::update(tx, act.tenant, &input).await?;
            if let Some(new) = &password {
                staff::update_password(tx, act.tenant, input.id, new).await?;
            }
            if !input.active || password.is_some() {
                session::delete_all(tx, act.tenant, input.id, caller.session).await?;
            }
            tell_changes(tx, act, before, &input, password.as_ref()).await?;
        }
    }
    require_an_administrator(tx, act).await?;
    let changed = json!({ "changed": changes(before.as_ref(), &input, password.is_some()) });
    let action = if before.is_none() { "create" } else { "update" };
    audit::note(tx, act, action, ("staff", Some(input.id.0)), changed).await?;
    Ok(input)
}

/// Of what they sign in with, and of where they are told so: that goes to the address they had.
async fn tell_changes(
    tx: &mut Write,
    act: &Act,
    before: &Staff,
    after: &Staff,
    password: Option<&Password>,
) -> Result<()> {
    if !after.active {
        return Ok(());
    }
    if before.email.is_some() && before.email != after.email {
        tell(tx, act, before, Change::Email).await?;
    }
    if before.login != after.login {
        tell(tx, act, after, Change::Login(&after.login)).await?;
    }
    match password {
        Some(Password { until: None, .. }) => tell(tx, act, after, Change::PasswordChanged).await,
        Some(_) => tell(tx, act, after, Change::PasswordGiven).await,
        None => Ok(()),
    }
}

async fn check(conn: &mut Read, act: &Act, caller: &Caller, input: &Staff) -> Result<()> {
    check_login(&input.login)?;
    check_name(&input.name, "name")?;
    check_name(&input.number, "number")?;
    if let Some(id) = input.team
        && !team::list(conn, act.tenant).await?.iter().any(|it| it.id == id)
    {
        return Err(Refusal::invalid("team_unknown").at("team").into());
    }
    let roles = role::list(conn, act.tenant).await?;
    if input.roles.iter().any(|id| !roles.iter().any(|it| it.id == *id)) {
        return Err(Refusal::invalid("role_unknown").at("roles").into());
    }
    beyond_own(caller, input, &roles).map_or(Ok(()), |it| Err(it.into()))
}

/// Nobody gives more than they have, nor touches who has more.
pub(super) async fn refuse_beyond_own(
    conn: &mut Read,
    act: &Act,
    caller: &Caller,
    before: &Staff,
) -> Result<()> {
    let roles = role::list(conn, act.tenant).await?;
    beyond_own(caller, before, &roles).map_or(Ok(()), |it| Err(it.into()))
}

fn beyond_own(caller: &Caller, person: &Staff, roles: &[Role]) -> Option<Refusal> {
    let (theirs, _) = rights(person, roles);
    let beyond = theirs.iter().find(|it| !caller.permissions.contains(it))?;
    Some(Refusal::forbidden("beyond_own").with("permission", beyond.word()).at("roles"))
}

async fn refuse_taken(conn: &mut Read, act: &Act, input: &Staff) -> Result<()> {
    let login = staff::find_by_login(conn, act.tenant, &input.login).await?.map(|it| it.0.id);
    let number = staff::find_by_number(conn, act.tenant, &input.number).await?.map(|it| it.id);
    for (taken, field) in [(login, "login"), (number, "number")] {
        if taken.is_some_and(|it| it != input.id) {
            return Err(Refusal::conflict("login_taken").at(field).into());
        }
    }
    Ok(())
}

async fn require_an_administrator(conn: &mut Read, act: &Act) -> Result<()> {
    let roles = role::list(conn, act.tenant).await?;
    let everybody = staff::list(conn, act.tenant).await?;
    let administers =
        |it: &Staff| it.active && rights(it, &roles).0.contains(&Permission::WriteRoles);
    if everybody.iter().any(administers) {
        return Ok(());
    }
    Err(Refusal::conflict("last_administrator").at("roles").into())
}

/// The names of what changed; never the values.
fn changes(before: Option<&Staff>, after: &Staff, password: bool) -> Vec<&'static str> {
    let mut changed = vec![];
    if let Some(before) = before {
        let Staff { id: _, login, name, number, email, team, roles, language, active } = before;
        let mut note = |differs: bool, what| changed.extend(differs.then_some(what));
        note(*login != after.login, "login");
        note(*name != after.name, "name");
        note(*number != after.number, "number");
        note(*email != after.email, "email");
        note(*team != after.team, "team");
        note(*roles != after.roles, "roles");
        note(*language != after.language, "language");
        note(*active != after.active, "active");
        note(password, "password");
    }
    changed
}

/// Gives somebody a password from the command line, as when the last administrator forgot theirs. Their sessions end,
/// and so does their waiting after wrong ones.
pub async fn give_password(
    tx: &mut Write,
    act: &Act,
    person: &Staff,
    password: &NewPassword,
) -> Result<()> {
    password.check(&person.login)?;
    let until = given_until(tx, act.tenant, act.now).await?;
    staff::update_password(tx, act.tenant, person.id, &password.kept(Some(until))).await?;
    session::delete_all(tx, act.tenant, person.id, None).await?;
    session::delete_throttle(tx, act.tenant, &staff::folded(&person.login)).await?;
    tell(tx, act, person, Change::PasswordGiven).await?;
    audit::note(tx, act, "set_password", ("staff", Some(person.id.0)), json!({})).await
}

/// A person within the caller's reach.
pub async fn find_staff(conn: &mut Read, act: &Act, id: StaffId) -> Result<Staff> {
    let person = staff::find(conn, act.tenant, id).await?;
    person.ok_or_else(|| Refusal::not_found("staff").into())
}
