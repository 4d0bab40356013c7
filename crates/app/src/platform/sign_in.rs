//! Signing in with a password, and out.

use domain::id::{SessionId, StaffId, TenantId};
use domain::platform::actor::Actor;
use domain::platform::staff::{Owes, Staff};
use domain::refusal::{Class, Refusal};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::platform::session::{self, Session};
use store::platform::staff::Password;
use store::platform::{staff, tenant};
use store::{Read, Write};
use uuid::Uuid;

use super::account::{Change, tell};
use super::password::NewPassword;
use super::secret::Secret;
use super::sign_in_rules::owes;
use super::{audit, password, second_factor};
use crate::{Act, Failure, Ids, Result};

/// A session ends after this, used or not.
pub const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Failures in a row that cost nothing; each further one doubles the wait.
const FREE_FAILURES: i64 = 5;
const WAIT_SECONDS_MAX: i64 = 900;
const AGENT_CHARS_MAX: usize = 200;

/// What is known before the password is tried. Looked up first, so that the slow hash holds no
/// connection and no lock.
pub struct Candidate {
    tenant: Option<TenantId>,
    login_folded: String,
    person: Option<(Staff, Option<Password>)>,
}

impl Candidate {
    /// Whether `password` is right. Slow on purpose; call it off the async threads.
    pub fn verify(&self, password: &str) -> bool {
        let kept = self.person.as_ref().and_then(|it| it.1.as_ref());
        password::verify(password, kept.map(|it| it.hash.as_str()))
    }
}

/// Refuses while the login is throttled.
pub async fn candidate(
    conn: &mut Read,
    now: Timestamp,
    slug: &str,
    login: &str,
) -> Result<Candidate> {
    let tenant = tenant::find_by_slug(conn, slug.trim()).await?.map(|it| it.id);
    let login_folded = staff::folded(login);
    let mut person = None;
    if let Some(tenant) = tenant {
        refuse_throttled(conn, now, tenant, &login_folded).await?;
        person = staff::find_by_login(conn, tenant, &login_folded).await?;
    }
    Ok(Candidate { tenant, login_folded, person })
}

/// What somebody at the door shows.
pub struct Entry<'a> {
    /// What [`Candidate::verify`] said of the password.
    pub right: bool,
    /// Of the second step, if it was asked for.
    pub code: Option<&'a str>,
    /// The browser, as it names itself.
    pub agent: &'a str,
}

/// Refuses while so many tries have failed that the next must wait.
pub(super) async fn refuse_throttled(
    conn: &mut Read,
    now: Timestamp,
    tenant: TenantId,
    login: &str,
) -> Result<()> {
    let throttle = session::throttle(conn, tenant, &staff::folded(login)).await?;
    let Some((_, until)) = throttle.filter(|it| now < it.1) else { return Ok(()) };
    let seconds = (until - now).get_seconds().max(1);
    let refusal = Refusal::new(Class::TooMany, "sign_in_throttled");
    Err(refusal.with("seconds", seconds).into())
}

/// Counts one more failure in a row.
pub(super) async fn count_failure(
    tx: &mut Write,
    now: Timestamp,
    tenant: TenantId,
    login_folded: &str,
) -> Result<()> {
    let failures = session::throttle(tx, tenant, login_folded).await?.map_or(0, |it| it.0) + 1;
    Ok(session::put_throttle(tx, tenant, login_folded, failures, now + wait(failures)).await?)
}

fn refuse_ended(now: Timestamp, until: Option<Timestamp>) -> Result<(), Refusal> {
    match until {
        Some(until) if until <= now => Err(Refusal::forbidden("password_ended")),
        _ => Ok(()),
    }
}

/// A new session: the secret for the cookie, and who it is. A wrong password or code is counted, so commit
/// also after a refusal.
pub async fn sign_in(
    tx: &mut Write,
    now: Timestamp,
    ids: &Ids,
    candidate: Candidate,
    entry: Entry<'_>,
) -> Result<(String, Staff)> {
    let refused = || Failure::from(Refusal::new(Class::Forbidden, "sign_in"));
    let Some(tenant) = candidate.tenant else { return Err(refused()) };
    let login = candidate.login_folded.as_str();
    let person = candidate.person.filter(|it| entry.right && it.0.active);
    let Some((person, password)) = person else {
        count_failure(tx, now, tenant, login).await?;
        return Err(refused());
    };
    // Said to nobody who does not know it.
    refuse_ended(now, password.and_then(|it| it.until))?;
    if second_factor::is_on(tx, tenant, person.id).await? {
        let Some(code) = entry.code else {
            return Err(Refusal::forbidden("second_factor_required").at("code").into());
        };
        let act = act_of(&person, tenant, now, ids);
        if !second_factor::check(tx, &act, &person, code).await? {
            count_failure(tx, now, tenant, login).await?;
            return Err(Refusal::forbidden("second_factor_wrong").at("code").into());
        }
    }
    session::delete_throttle(tx, tenant, login).await?;
    let secret = begin_session(tx, now, ids, tenant, &person, entry.agent).await?;
    Ok((secret, person))
}

/// Signs in somebody who is known to be who they say: the secret for the cookie.
pub async fn begin_session(
    tx: &mut Write,
    now: Timestamp,
    ids: &Ids,
    tenant: domain::id::TenantId,
    person: &Staff,
    agent: &str,
) -> Result<String> {
    let act = act_of(person, tenant, now, ids);
    let owes = owes(tx, tenant, person).await?;
    let (id, secret) = open_session(tx, &act, person.id, agent, owes).await?;
    audit::note(tx, &act, "sign_in", ("session", Some(id)), json!({})).await?;
    Ok(secret)
}

fn act_of(person: &Staff, tenant: TenantId, now: Timestamp, ids: &Ids) -> Act {
    Act { by: Actor::Staff(person.id), ..Act::system(tenant, now, ids) }
}

/// A session of `person` in the browser that calls itself `agent`: its id and the secret for the cookie.
/// `owes`: for nothing but this.
pub(super) async fn open_session(
    tx: &mut Write,
    act: &Act,
    person: StaffId,
    agent: &str,
    owes: Option<Owes>,
) -> Result<(Uuid, String)> {
    let secret = Secret::new(act.tenant, act.id(), &act.ids);
    let session = Session {
        id: SessionId(secret.id),
        staff: person,
        secret_hash: secret.hash(),
        agent: agent.chars().filter(|it| !it.is_control()).take(AGENT_CHARS_MAX).collect(),
        created: act.now,
        last_seen: act.now,
        expires: act.now + SESSION_LIFE,
        owes,
    };
    session::insert(tx, act.tenant, &session).await?;
    Ok((secret.id, secret.text()))
}

/// How long after the `failures`-th failure in a row no try is heard.
pub(super) fn wait(failures: i64) -> SignedDuration {
    let over = u32::try_from(failures - FREE_FAILURES).unwrap_or(0).min(10);
    let seconds = if over == 0 { 0 } else { 2_i64.pow(over) };
    SignedDuration::from_secs(seconds.min(WAIT_SECONDS_MAX))
}

/// Ends one of a person's own sessions.
pub async fn sign_out(tx: &mut Write, act: &Act, me: StaffId, id: SessionId) -> Result<()> {
    if !session::delete(tx, act.tenant, me, id).await? {
        return Err(Refusal::not_found("session").into());
    }
    audit::note(tx, act, "sign_out", ("session", Some(id.0)), json!({})).await
}

/// Sets one's own new password. Beside the old one goes whether it fitted. Every session of the person ends; the secret is of a new one in the browser `agent`.
pub async fn change_password(
    tx: &mut Write,
    act: &Act,
    me: &Staff,
    new: &NewPassword,
    (old, old_right): (&str, bool),
    agent: &str,
) -> Result<String> {
    if !old_right {
        return Err(Refusal::invalid("password_wrong").at("old_password").into());
    }
    refuse_ended(act.now, staff::password_until(tx, act.tenant, me.id).await?)?;
    new.check(&me.login)?;
    if new.is(old) {
        return Err(Refusal::invalid("password_same").at("password").into());
    }
    staff::update_password(tx, act.tenant, me.id, &new.kept(None)).await?;
    session::delete_all(tx, act.tenant, me.id, None).await?;
    tell(tx, act, me, Change::PasswordChanged).await?;
    let owes = owes(tx, act.tenant, me).await?;
    let (_, secret) = open_session(tx, act, me.id, agent, owes).await?;
    audit::note(tx, act, "change_password", ("staff", Some(me.id.0)), json!({})).await?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_after_the_free_failures_and_is_bounded() {
        let seconds = |failures| wait(failures).as_secs();
        assert_eq!([1, 5, 6, 7, 10, 14, 15, 1000].map(seconds), [0, 0, 2, 4, 32, 512, 900, 900]);
    }
}
