//! Who is calling: a cookie or a key made into a tenant, permissions and a scope.

use std::collections::BTreeSet;

use domain::id::{ApiKeyId, SessionId, StaffId, TenantId};
use domain::language::Language;
use domain::platform::actor::Actor;
use domain::platform::role::{Permission, Reach, Role, Scope};
use domain::platform::staff::{Owes, Staff, tree_below};
use jiff::{SignedDuration, Timestamp};
use store::platform::{api_key, role, session, staff, team};
use store::{Read, Write};

use super::secret::Secret;
use crate::Result;

/// A caller whose cookie or key is right.
#[derive(Debug, Clone)]
pub struct Caller {
    pub tenant: TenantId,
    pub by: Actor,
    pub permissions: BTreeSet<Permission>,
    pub scope: Scope,
    /// A member of staff's own; a key has none.
    pub language: Option<Language>,
    pub session: Option<SessionId>,
    /// What they have to do first; until then they may do nothing.
    pub owes: Option<Owes>,
    /// Its last use is written down now and then: when this says so, call [`touch`].
    pub stale: bool,
}

/// Uses closer together than this are not written down one by one.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// A session ends this long after its last use.
pub const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(12);

pub async fn by_session(conn: &mut Read, now: Timestamp, cookie: &str) -> Result<Option<Caller>> {
    let Some(secret) = Secret::parse(cookie) else { return Ok(None) };
    let Some(session) = session::find(conn, secret.tenant, SessionId(secret.id)).await? else {
        return Ok(None);
    };
    let idle = session.last_seen + SESSION_IDLE;
    if !secret.fits(&session.secret_hash) || session.expires <= now || idle <= now {
        return Ok(None);
    }
    let Some(person) = staff::find(conn, secret.tenant, session.staff).await? else {
        return Ok(None);
    };
    if !person.active {
        return Ok(None);
    }
    let mut caller = as_staff(conn, secret.tenant, &person).await?;
    if session.owes.is_some() {
        caller.permissions.clear();
        caller.scope = Scope::Own(person.id);
    }
    let stale = session.last_seen + TOUCH_AFTER <= now;
    Ok(Some(Caller { session: Some(session.id), owes: session.owes, stale, ..caller }))
}

/// A member of staff with what their roles allow, whoever made sure that it is them.
pub async fn as_staff(conn: &mut Read, tenant: TenantId, person: &Staff) -> Result<Caller> {
    let roles = role::list(conn, tenant).await?;
    let (permissions, reach) = rights(person, &roles);
    Ok(Caller {
        tenant,
        by: Actor::Staff(person.id),
        permissions,
        scope: scope(conn, tenant, person, reach).await?,
        language: Some(person.language),
        session: None,
        owes: None,
        stale: false,
    })
}

pub async fn by_key(conn: &mut Read, now: Timestamp, key: &str) -> Result<Option<Caller>> {
    let Some(secret) = Secret::parse(key) else { return Ok(None) };
    let Some(key) = api_key::find(conn, secret.tenant, ApiKeyId(secret.id)).await? else {
        return Ok(None);
    };
    let expired = key.expires.is_some_and(|it| it <= now);
    if !secret.fits(&key.secret_hash) || key.revoked.is_some() || expired {
        return Ok(None);
    }
    Ok(Some(Caller {
        tenant: secret.tenant,
        by: Actor::ApiKey(key.id),
        permissions: key.permissions,
        scope: Scope::All,
        language: None,
        session: None,
        owes: None,
        stale: key.last_used.is_none_or(|it| it + TOUCH_AFTER <= now),
    }))
}

/// Writes down that the session or key was used.
pub async fn touch(tx: &mut Write, now: Timestamp, caller: &Caller) -> Result<()> {
    if let Some(id) = caller.session {
        session::touch(tx, caller.tenant, id, now).await?;
    } else if let Actor::ApiKey(id) = caller.by {
        api_key::touch(tx, caller.tenant, id, now).await?;
    }
    Ok(())
}

/// All that the person's roles allow, with the widest reach among them.
pub fn rights(person: &Staff, roles: &[Role]) -> (BTreeSet<Permission>, Reach) {
    let held = || roles.iter().filter(|it| person.roles.contains(&it.id));
    let permissions = held().flat_map(|it| it.permissions.iter().copied()).collect();
    (permissions, held().map(|it| it.reach).max().unwrap_or(Reach::Own))
}

/// A member of staff's scope, for their team and the teams they lead.
pub async fn scope(
    conn: &mut Read,
    tenant: TenantId,
    person: &Staff,
    reach: Reach,
) -> Result<Scope> {
    match reach {
        Reach::All => Ok(Scope::All),
        Reach::Own => Ok(Scope::Own(person.id)),
        Reach::TeamTree => {
            let teams = team::list(conn, tenant).await?;
            let led = |me: StaffId| teams.iter().filter(move |it| it.lead == Some(me));
            let roots = person.team.into_iter().chain(led(person.id).map(|it| it.id));
            let mut within: Vec<_> = roots.flat_map(|it| tree_below(&teams, it)).collect();
            within.sort_unstable();
            within.dedup();
            Ok(Scope::Teams(within, person.id))
        }
    }
}
