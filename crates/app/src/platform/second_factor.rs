//! Two-step sign-in 两步验证: set up, use, recover, reset.

use data_encoding::BASE32_NOPAD;
use domain::id::{StaffId, TenantId};
use domain::platform::staff::{Owes, Staff};
use domain::refusal::{Class, Refusal};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::platform::second_factor::{self, SecondFactor};
use store::platform::{session, staff, tenant};
use store::{Read, Write};

use super::account::{Change, tell};
use super::authenticate::Caller;
use super::one_time_code::{self, SECRET_BYTES};
use super::sign_in_rules::asks_two_steps;
use super::{audit, sign_in};
use crate::{Act, Failure, Ids, Result};

/// Codes on paper, for when the telephone is lost.
const RECOVERY_CODES: usize = 10;
/// Of each: 80 bits, too many to try even for who has the database with its hashes.
const RECOVERY_BYTES: usize = 10;

/// What the person's authenticator needs to know.
pub struct Enrolment {
    pub secret: String,
    pub uri: String,
}

pub struct State {
    /// Since when it is asked for; `None`: it is not.
    pub since: Option<Timestamp>,
    /// The company asks it of this person: it cannot be given up.
    pub required: bool,
    pub recovery_codes_left: i64,
}

pub async fn state(conn: &mut Read, tenant: TenantId, me: &Staff) -> Result<State> {
    let found = second_factor::find(conn, tenant, me.id).await?;
    let recovery_codes_left = second_factor::count_recovery_codes(conn, tenant, me.id).await?;
    let required = asks_two_steps(conn, tenant, me).await?;
    Ok(State { since: found.and_then(|it| it.confirmed), required, recovery_codes_left })
}

/// Makes a secret to be put into an authenticator. It is asked for once [`confirm`] has seen a code of it.
pub async fn begin(tx: &mut Write, act: &Act, me: &Staff) -> Result<Enrolment> {
    let before = second_factor::find(tx, act.tenant, me.id).await?;
    if before.is_some_and(|it| it.confirmed.is_some()) {
        return Err(Refusal::conflict("second_factor_on").into());
    }
    let secret = act.ids.bytes::<SECRET_BYTES>();
    let factor =
        SecondFactor { secret: secret.to_vec(), created: act.now, confirmed: None, last_step: 0 };
    second_factor::put(tx, act.tenant, me.id, &factor).await?;
    let tenant = tenant::find(tx, act.tenant).await?;
    let name = tenant.map_or_else(String::new, |it| it.name);
    Ok(Enrolment {
        secret: one_time_code::text(&secret),
        uri: one_time_code::uri(&name, &me.login, &secret),
    })
}

/// Asks for it from now on. Returns the recovery codes, which are told once. A wrong code is counted, so
/// commit also after a refusal.
pub async fn confirm(tx: &mut Write, act: &Act, me: &Staff, code: &str) -> Result<Vec<String>> {
    let found = second_factor::find(tx, act.tenant, me.id).await?;
    let Some(factor) = found.filter(|it| it.confirmed.is_none()) else {
        return Err(Refusal::conflict("second_factor_not_begun").into());
    };
    sign_in::refuse_throttled(tx, act.now, act.tenant, &me.login).await?;
    if !take_code(tx, act.tenant, me.id, act.now, &factor, code).await? {
        return Err(wrong(tx, act, me).await?);
    }
    second_factor::confirm(tx, act.tenant, me.id, act.now).await?;
    session::widen(tx, act.tenant, me.id, Owes::SecondFactor).await?;
    let codes = renew(tx, act.tenant, me.id, &act.ids).await?;
    tell(tx, act, me, Change::SecondFactorOn).await?;
    audit::note(tx, act, "second_factor_on", ("staff", Some(me.id.0)), json!({})).await?;
    Ok(codes)
}

/// Asks for it no more. A code is needed, so that an unlocked screen is not enough; a wrong one is counted,
/// so commit also after a refusal.
pub async fn remove(tx: &mut Write, act: &Act, me: &Staff, code: &str) -> Result<()> {
    if asks_two_steps(tx, act.tenant, me).await? {
        return Err(Refusal::conflict("second_factor_asked_of_you").into());
    }
    sign_in::refuse_throttled(tx, act.now, act.tenant, &me.login).await?;
    if !check(tx, act, me, code).await? {
        return Err(wrong(tx, act, me).await?);
    }
    second_factor::delete(tx, act.tenant, me.id).await?;
    tell(tx, act, me, Change::SecondFactorOff).await?;
    audit::note(tx, act, "second_factor_off", ("staff", Some(me.id.0)), json!({})).await
}

/// Takes it from somebody who has lost telephone and paper. They are signed out everywhere.
pub async fn reset(tx: &mut Write, act: &Act, caller: &Caller, id: StaffId) -> Result<()> {
    let person = super::staff::find_staff(tx, act, id).await?;
    super::staff::refuse_beyond_own(tx, act, caller, &person).await?;
    if !second_factor::delete(tx, act.tenant, id).await? {
        return Err(Refusal::conflict("second_factor_off").into());
    }
    session::delete_all(tx, act.tenant, id, caller.session).await?;
    tell(tx, act, &person, Change::SecondFactorReset).await?;
    audit::note(tx, act, "second_factor_reset", ("staff", Some(id.0)), json!({})).await
}

async fn wrong(tx: &mut Write, act: &Act, me: &Staff) -> Result<Failure> {
    sign_in::count_failure(tx, act.now, act.tenant, &staff::folded(&me.login)).await?;
    Ok(Refusal::new(Class::Forbidden, "second_factor_wrong").at("code").into())
}

/// Whether the person is asked for a second factor.
pub(super) async fn is_on(conn: &mut Read, tenant: TenantId, id: StaffId) -> Result<bool> {
    Ok(second_factor::find(conn, tenant, id).await?.is_some_and(|it| it.confirmed.is_some()))
}

/// Whether `code` is one of the telephone that was not used before, or one of the paper, which it uses up.
pub(super) async fn check(tx: &mut Write, act: &Act, person: &Staff, code: &str) -> Result<bool> {
    let (tenant, id) = (act.tenant, person.id);
    let Some(factor) = second_factor::find(tx, tenant, id).await? else { return Ok(false) };
    if factor.confirmed.is_none() {
        return Ok(false);
    }
    if take_code(tx, tenant, id, act.now, &factor, code).await? {
        return Ok(true);
    }
    let Some(hash) = hash(code) else { return Ok(false) };
    if !second_factor::take_recovery_code(tx, tenant, id, hash).await? {
        return Ok(false);
    }
    let left = second_factor::count_recovery_codes(tx, tenant, id).await?;
    tell(tx, act, person, Change::RecoveryCodeUsed { left }).await?;
    Ok(true)
}

async fn take_code(
    tx: &mut Write,
    tenant: TenantId,
    id: StaffId,
    now: Timestamp,
    factor: &SecondFactor,
    code: &str,
) -> Result<bool> {
    match one_time_code::step_of(&factor.secret, code, now, factor.last_step) {
        Some(step) => Ok(second_factor::take_step(tx, tenant, id, step).await?),
        None => Ok(false),
    }
}

async fn renew(tx: &mut Write, tenant: TenantId, id: StaffId, ids: &Ids) -> Result<Vec<String>> {
    let codes: Vec<_> = (0..RECOVERY_CODES).map(|_| ids.bytes::<RECOVERY_BYTES>()).collect();
    let hashes = codes.iter().map(|it| Sha256::digest(it).to_vec()).collect();
    second_factor::put_recovery_codes(tx, tenant, id, hashes).await?;
    Ok(codes.iter().map(|it| written(it)).collect())
}

/// As it stands on paper: `ABCD-EFGH-IJKL-MNOP`.
fn written(code: &[u8]) -> String {
    let text = BASE32_NOPAD.encode(code);
    let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..at + 4]).collect();
    groups.join("-")
}

/// Of a code as it is typed, in any case, with or without dashes.
fn hash(typed: &str) -> Option<Vec<u8>> {
    let text: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?;
    (bytes.len() == RECOVERY_BYTES).then(|| Sha256::digest(&bytes).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_on_paper_is_read_however_it_is_typed() {
        let code = [7; RECOVERY_BYTES];
        let written = written(&code);
        assert_eq!(written.len(), 19, "{written}");
        let kept = Some(Sha256::digest(code).to_vec());
        assert_eq!(hash(&written), kept);
        assert_eq!(hash(&format!(" {} ", written.to_lowercase().replace('-', " "))), kept);
        assert_eq!(hash("123456"), None);
        assert_eq!(hash(""), None);
    }
}
