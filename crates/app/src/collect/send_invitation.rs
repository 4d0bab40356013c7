//! Sending what was planned, reminding once, ending what was not answered.

use data_encoding::BASE64URL_NOPAD;
use domain::collect::invitation::{Because, Decision, Invitation, State};
use domain::collect::question::{CES_MAX, CSAT_MAX, NPS_MAX, QuestionKind};
use domain::collect::round::Round;
use domain::collect::template;
use domain::customer::customer::Customer;
use domain::id::InvitationId;
use domain::language::Language;
use domain::refusal::Refusal;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use store::Write;
use store::answer::message::Choice;
use store::collect::invitation;
use store::customer::customer;
use store::platform::tenant;

use super::invite::{decide, due_key, is_by_hand};
use super::rules::Invitations;
use crate::answer::message::{self, CHOICES, HOME, Outgoing, TOKEN};
use crate::answer::template::{INVITATION, RE_EVALUATION, REMINDER, Template};
use crate::platform::queue::{self, Timer};
use crate::platform::{setting, webhook};
use crate::{Act, Result};

/// Bytes of a token: 128 bits.
const TOKEN_BYTES: usize = 16;

/// The moment has come: decides once more, because others may have gone out since, and sends.
pub async fn send_invitation(tx: &mut Write, act: &Act, id: InvitationId) -> Result<()> {
    let Some(mut it) = invitation::find_for_update(tx, act.tenant, id).await? else {
        return Ok(());
    };
    if it.state != State::Planned {
        return Ok(());
    }
    let rules: Invitations = setting::get(tx, act.tenant).await?;
    let who = match it.customer {
        Some(id) => customer::find(tx, act.tenant, id).await?.map(|it| it.customer),
        None => None,
    };
    match decide(tx, act, &it, who.as_ref(), true, &rules).await? {
        Decision::Not(because) => {
            it.suppress(because);
            Ok(invitation::update(tx, act.tenant, &it).await?)
        }
        Decision::SendAt(_) => send(tx, act, it, who.as_ref(), &rules).await,
    }
}

async fn send(
    tx: &mut Write,
    act: &Act,
    mut it: Invitation,
    who: Option<&Customer>,
    rules: &Invitations,
) -> Result<()> {
    let expires = act.now + SignedDuration::from_hours(24 * rules.expiry_days);
    it.state = State::Sent;
    it.sent = Some(act.now);
    it.expires = Some(expires);
    invitation::update(tx, act.tenant, &it).await?;
    let expiry = Timer::InvitationExpiry { invitation: it.id };
    queue::schedule(tx, act, &expiry_key(&it), expires, &expiry).await?;
    if !is_by_hand(it.channel) {
        let template = match it.round {
            Round::AfterRectification => RE_EVALUATION,
            _ => INVITATION,
        };
        word(tx, act, &it, who, template, rules.expiry_days).await?;
        if 0 < rules.reminder_hours {
            let at = act.now + SignedDuration::from_hours(rules.reminder_hours);
            let reminder = Timer::InvitationReminder { invitation: it.id };
            queue::schedule(tx, act, &reminder_key(&it), at, &reminder).await?;
        }
    }
    webhook::publish(tx, act, "invitation.sent", told(&it)).await
}

fn reminder_key(it: &Invitation) -> String {
    format!("{}/reminder", due_key(it))
}

fn expiry_key(it: &Invitation) -> String {
    format!("{}/expiry", due_key(it))
}

/// What other systems are told of an invitation.
pub(super) fn told(it: &Invitation) -> Value {
    json!({
        "id": it.id,
        "round": it.round,
        "about": it.about,
        "customer": it.customer,
        "form": it.form,
        "channel": it.channel,
        "state": it.state,
    })
}

/// Words the invitation and puts it into the outbox.
async fn word(
    tx: &mut Write,
    act: &Act,
    it: &Invitation,
    who: Option<&Customer>,
    template: Template,
    days: i64,
) -> Result<()> {
    let found = tenant::find(tx, act.tenant).await?;
    let company = found.ok_or_else(|| Refusal::not_found("tenant"))?;
    let values = [
        ("company", json!(company.name)),
        ("customer", json!(who.map_or("", |it| it.name.as_str()))),
        ("link", json!(link(&company.slug))),
        ("opt_out", json!(format!("{HOME}/o/{}/{TOKEN}", company.slug))),
        ("choices", json!(CHOICES)),
        ("days", json!(days)),
    ];
    let outgoing = Outgoing {
        template,
        channel: it.channel,
        recipient: it.recipient.clone(),
        language: it.language,
        values: values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
        choices: choices(&it.form, it.language),
        invitation: Some(it.id),
        case: it.about.case(),
        customer: it.customer,
        staff: None,
    };
    message::send(tx, act, outgoing).await?;
    Ok(())
}

/// The address of the page that asks, with marks for what is known only at the moment of sending.
fn link(slug: &str) -> String {
    format!("{HOME}/i/{slug}/{TOKEN}")
}

/// The answers of the first question, where it has a scale: a link of the message picks one, and
/// the page shows it picked (A04). Nothing is recorded by following it.
fn choices(form: &str, language: Language) -> Vec<Choice> {
    let Some(form) = template::find(form) else { return vec![] };
    let Some(first) = form.content.questions.first() else { return vec![] };
    let (scale, labels) = match &first.kind {
        QuestionKind::Csat { labels, .. } => (1..=CSAT_MAX, labels.as_slice()),
        QuestionKind::Nps { .. } => (0..=NPS_MAX, [].as_slice()),
        QuestionKind::Ces { .. } => (1..=CES_MAX, [].as_slice()),
        _ => return vec![],
    };
    let label = |at: usize, value: u8| match labels.get(at) {
        Some(label) => format!("{value} {}", label.get(language.tag())),
        None => value.to_string(),
    };
    let choice = |(at, value)| Choice { label: label(at, value), value: value.to_string() };
    scale.enumerate().map(choice).collect()
}

/// A fresh token that leads to the invitation. Only its hash is kept.
pub async fn make_token(tx: &mut Write, act: &Act, id: InvitationId) -> Result<String> {
    let bytes = act.ids.bytes::<TOKEN_BYTES>();
    let hash = Sha256::digest(bytes).to_vec();
    invitation::insert_token(tx, act.tenant, hash, id, act.now).await?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// The token for whoever holds another link of the same matter, `secret`: the same each time it is
/// asked for, so that coming back leaves nothing behind. Only who knows `secret` can know it.
pub async fn make_token_beside(
    tx: &mut Write,
    act: &Act,
    id: InvitationId,
    secret: &str,
) -> Result<String> {
    let mixed = Sha256::new().chain_update(id.0).chain_update(secret).finalize();
    let bytes = &mixed[..TOKEN_BYTES];
    invitation::insert_token(tx, act.tenant, Sha256::digest(bytes).to_vec(), id, act.now).await?;
    Ok(BASE64URL_NOPAD.encode(bytes))
}

/// The stored hash of a token; `None`: it is not of a token's form.
pub(super) fn hash_of(token: &str) -> Option<Vec<u8>> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let bytes: [u8; TOKEN_BYTES] = bytes.try_into().ok()?;
    Some(Sha256::digest(bytes).to_vec())
}

/// Reminds who did not answer, once (A25). Who opted out meanwhile is left in peace.
pub async fn remind(tx: &mut Write, act: &Act, id: InvitationId) -> Result<()> {
    let Some(mut it) = invitation::find_for_update(tx, act.tenant, id).await? else {
        return Ok(());
    };
    if !it.may_be_reminded(act.now) {
        return Ok(());
    }
    let who = match it.customer {
        Some(id) => customer::find(tx, act.tenant, id).await?.map(|it| it.customer),
        None => None,
    };
    if let Some(who) = &who
        && invitation::is_opted_out(tx, act.tenant, &super::invite::subjects(who)).await?
    {
        return Ok(());
    }
    it.reminded = Some(act.now);
    invitation::update(tx, act.tenant, &it).await?;
    let left = it.expires.map_or(0, |it| it.duration_since(act.now).as_hours() / 24);
    word(tx, act, &it, who.as_ref(), REMINDER, left.max(1)).await
}

/// Ends what was not answered in time.
pub async fn expire(tx: &mut Write, act: &Act, id: InvitationId) -> Result<()> {
    let Some(mut it) = invitation::find_for_update(tx, act.tenant, id).await? else {
        return Ok(());
    };
    if !matches!(it.state, State::Completed | State::Suppressed) {
        it.state = State::Expired;
        invitation::update(tx, act.tenant, &it).await?;
    }
    Ok(())
}

/// The channel gave it up: nobody was asked, so it does not count.
pub async fn not_delivered(tx: &mut Write, act: &Act, id: InvitationId) -> Result<()> {
    let Some(mut it) = invitation::find_for_update(tx, act.tenant, id).await? else {
        return Ok(());
    };
    if it.state == State::Sent && it.reminded.is_none() {
        it.sent = None;
        it.suppress(Because::Undeliverable);
        invitation::update(tx, act.tenant, &it).await?;
        end_timers(tx, act, &it).await?;
    }
    Ok(())
}

pub(super) async fn end_timers(tx: &mut Write, act: &Act, it: &Invitation) -> Result<()> {
    for key in [due_key(it), reminder_key(it), expiry_key(it)] {
        queue::cancel(tx, act, &key).await?;
    }
    Ok(())
}
