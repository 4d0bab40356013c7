//! What happens with a link: found by its token, marked, answered once, or answered by "no more".
//!
//! Finding reads only, so that a mail filter which fetches every link changes nothing. "Opened"
//! is told by the page's script with a POST, or, where there is none, by the first answer.

use domain::collect::invitation::{About, Invitation, Mark, State};
use domain::collect::round::Round;
use domain::customer::customer::{folded_email, folded_phone};
use domain::id::{EvaluationId, InvitationId, TenantId};
use domain::refusal::{Class, Refusal};
use serde_json::json;
use store::collect::invitation;
use store::customer::customer;
use store::{Read, Write};

use super::invite::{Invite, invite, subjects};
use super::rules::Invitations;
use super::send_invitation::{end_timers, hash_of, told};
use crate::platform::{audit, setting, webhook};
use crate::{Act, Result};

/// The invitation a link leads to, whatever has become of it.
pub async fn find_by_token(
    conn: &mut Read,
    tenant: TenantId,
    token: &str,
) -> Result<Option<Invitation>> {
    let Some(hash) = hash_of(token) else { return Ok(None) };
    match invitation::find_by_token(conn, tenant, hash).await? {
        Some(id) => Ok(invitation::find(conn, tenant, id).await?),
        None => Ok(None),
    }
}

async fn locked(tx: &mut Write, act: &Act, token: &str) -> Result<Invitation> {
    let hash = hash_of(token).ok_or_else(|| Refusal::not_found("invitation"))?;
    let id = invitation::find_by_token(tx, act.tenant, hash).await?;
    let id = id.ok_or_else(|| Refusal::not_found("invitation"))?;
    let found = invitation::find_for_update(tx, act.tenant, id).await?;
    found.ok_or_else(|| Refusal::not_found("invitation").into())
}

/// Marks that the page was seen or the first answer given. Again changes nothing; after the end
/// neither.
pub async fn mark(tx: &mut Write, act: &Act, token: &str, mark: Mark) -> Result<()> {
    let mut it = locked(tx, act, token).await?;
    if it.mark(mark, act.now) {
        invitation::update(tx, act.tenant, &it).await?;
    }
    Ok(())
}

/// The channel says that it arrived.
pub async fn delivered(tx: &mut Write, act: &Act, id: InvitationId) -> Result<Invitation> {
    let found = invitation::find_for_update(tx, act.tenant, id).await?;
    let mut it = found.ok_or_else(|| Refusal::not_found("invitation"))?;
    if it.mark(Mark::Delivered, act.now) {
        invitation::update(tx, act.tenant, &it).await?;
    }
    Ok(it)
}

/// Whether a message of it may go out now: it can still be answered, and nobody opted out since.
pub async fn may_still_be_sent(conn: &mut Read, act: &Act, id: InvitationId) -> Result<bool> {
    let found = invitation::find(conn, act.tenant, id).await?;
    let Some(it) = found.filter(|it| it.is_open(act.now)) else { return Ok(false) };
    let known = known_by(conn, act, &it).await?;
    Ok(!invitation::is_opted_out(conn, act.tenant, &known).await?)
}

/// Ends the invitation by its one answer, in the transaction of the evaluation.
pub async fn complete(
    tx: &mut Write,
    act: &Act,
    id: InvitationId,
    evaluation: EvaluationId,
) -> Result<()> {
    let it = completed(tx, act, id, Some(evaluation)).await?;
    invitation::update(tx, act.tenant, &it).await?;
    end_timers(tx, act, &it).await?;
    webhook::publish(tx, act, "invitation.completed", told(&it)).await?;
    ask_again_later(tx, act, &it).await
}

/// Ends it by an answer without a name: it is spent, and neither what is stored nor what others are
/// told leads from it to the answer, also not by its time. `today` acts at the begin of the day.
pub async fn complete_unnamed(
    tx: &mut Write,
    act: &Act,
    today: &Act,
    id: InvitationId,
) -> Result<()> {
    let mut it = completed(tx, act, id, None).await?;
    it.forget_times(today.now);
    invitation::update(tx, act.tenant, &it).await?;
    end_timers(tx, act, &it).await?;
    ask_again_later(tx, today, &it).await
}

async fn completed(
    tx: &mut Write,
    act: &Act,
    id: InvitationId,
    evaluation: Option<EvaluationId>,
) -> Result<Invitation> {
    let found = invitation::find_for_update(tx, act.tenant, id).await?;
    let mut it = found.ok_or_else(|| Refusal::not_found("invitation"))?;
    if it.complete(evaluation, act.now) {
        return Ok(it);
    }
    let code = if it.state == State::Completed { "invitation_answered" } else { "invitation_over" };
    Err(Refusal::new(Class::Gone, code).into())
}

/// Who answered is asked about the same service once more, after a while (A21).
async fn ask_again_later(tx: &mut Write, act: &Act, it: &Invitation) -> Result<()> {
    let rules: Invitations = setting::get(tx, act.tenant).await?;
    let asked = it.round == Round::First && matches!(it.about, About::Interaction(_));
    if !asked || !rules.cooling_off {
        return Ok(());
    }
    let again = Invite {
        round: Round::CoolingOff,
        about: it.about,
        customer: it.customer,
        staff: it.staff,
        team: it.team,
        form: None,
        channel: Some(it.channel),
        happened: act.now,
        answered: true,
    };
    invite(tx, act, again).await?;
    Ok(())
}

/// "No more invitations": for the person and for the address the message went to.
pub async fn opt_out(tx: &mut Write, act: &Act, token: &str) -> Result<()> {
    let it = locked(tx, act, token).await?;
    for subject in known_by(tx, act, &it).await? {
        invitation::opt_out(tx, act.tenant, &subject, act.now).await?;
    }
    end_timers(tx, act, &it).await?;
    let thing = ("customer", it.customer.map(|it| it.0));
    audit::note(tx, act, "opt_out", thing, json!({ "invitation": it.id })).await?;
    webhook::publish(tx, act, "invitation.opted_out", told(&it)).await
}

/// By what an opt-out of this invitation's customer is known: the person, their addresses, and
/// the address it went to.
async fn known_by(conn: &mut Read, act: &Act, it: &Invitation) -> Result<Vec<String>> {
    let mut known = vec![];
    if let Some(id) = it.customer {
        let found = customer::find(conn, act.tenant, id).await?;
        known.extend(found.iter().flat_map(|it| subjects(&it.customer)));
    }
    if it.recipient.contains('@') {
        known.push(format!("email/{}", folded_email(&it.recipient)));
    } else if !it.recipient.is_empty() {
        known.push(format!("phone/{}", folded_phone(&it.recipient)));
    }
    Ok(known)
}
