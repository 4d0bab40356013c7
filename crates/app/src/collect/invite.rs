//! Deciding whether a customer is asked. Every occasion leaves a row, also where nobody is asked,
//! with the reason.

use domain::collect::channel::Channel;
use domain::collect::invitation::{About, Decision, Invitation, Occasion, Person, State, plan};
use domain::collect::round::Round;
use domain::customer::customer::{Customer, Level, folded_email, folded_phone};
use domain::customer::interaction::Interaction;
use domain::id::{CaseId, CustomerId, StaffId, TeamId};
use jiff::{SignedDuration, Timestamp};
use store::answer::progress_link;
use store::collect::invitation;
use store::customer::customer;
use store::{Read, Write};

use super::rules::Invitations;
use crate::answer::message::{address, company};
use crate::platform::queue::{self, Timer};
use crate::platform::setting;
use crate::{Act, Result};

/// What ended longer ago is history that was brought in, not an occasion that was missed.
const HISTORY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// An occasion to ask a customer.
#[derive(Debug, Clone)]
pub struct Invite {
    pub round: Round,
    pub about: About,
    pub customer: Option<CustomerId>,
    /// The person and team the evaluation will point at.
    pub staff: Option<StaffId>,
    pub team: Option<TeamId>,
    /// `None`: the tenant's for this round and customer.
    pub form: Option<String>,
    /// `None`: the first of the tenant's for which the customer has an address.
    pub channel: Option<Channel>,
    /// When what it asks about ended.
    pub happened: Timestamp,
    /// Whether there was a service at all.
    pub answered: bool,
}

/// Plans an invitation, or writes down why there is none: see `state` and `because` of what is
/// returned.
pub async fn invite(tx: &mut Write, act: &Act, it: Invite) -> Result<Invitation> {
    let rules: Invitations = setting::get(tx, act.tenant).await?;
    let found = match it.customer {
        Some(id) => known(tx, act, id).await?,
        None => None,
    };
    let level = found.as_ref().map_or(Level::Standard, |it| it.level);
    let by_hand = it.channel.filter(|it| is_by_hand(*it));
    let reached = match by_hand {
        Some(channel) => Some((channel, String::new())),
        None => found.as_ref().and_then(|who| address(who, it.channel, &rules.channels)),
    };
    let reached = match (reached, it.about) {
        (None, About::Case(case)) => at_progress(tx, act, case).await?,
        (reached, _) => reached,
    };
    let (channel, recipient) = reached.clone().unwrap_or((Channel::Email, String::new()));
    let (_, language) = company(tx, act).await?;
    let mut made = Invitation {
        id: act.id(),
        round: it.round,
        about: it.about,
        customer: found.as_ref().map(|it| it.id),
        staff: it.staff,
        team: it.team,
        form: it.form.unwrap_or_else(|| rules.form(it.round, level).to_owned()),
        channel,
        recipient,
        language: found.as_ref().and_then(|it| it.language).unwrap_or(language),
        state: State::Planned,
        because: None,
        happened: it.happened,
        planned: act.now,
        due: act.now,
        sent: None,
        delivered: None,
        opened: None,
        started: None,
        completed: None,
        reminded: None,
        expires: None,
        evaluation: None,
    };
    match decide(tx, act, &made, found.as_ref(), it.answered, &rules).await? {
        Decision::SendAt(due) => {
            made.due = due;
            let timer = Timer::InvitationDue { invitation: made.id };
            queue::schedule(tx, act, &due_key(&made), due, &timer).await?;
        }
        Decision::Not(because) => made.suppress(because),
    }
    invitation::insert(tx, act.tenant, &made).await?;
    Ok(made)
}

/// Who has no address but follows the case by its private link is asked there.
async fn at_progress(
    conn: &mut Read,
    act: &Act,
    case: CaseId,
) -> Result<Option<(Channel, String)>> {
    let link = progress_link::find_by_case(conn, act.tenant, case).await?;
    Ok(link.map(|_| (Channel::WebLink, String::new())))
}

pub(super) fn due_key(it: &Invitation) -> String {
    format!("invitation/{}", it.id)
}

/// Channels whose link a person hands over; nothing is sent.
pub fn is_by_hand(channel: Channel) -> bool {
    !matches!(
        channel,
        Channel::Email
            | Channel::Sms
            | Channel::Wechat
            | Channel::Wecom
            | Channel::Dingtalk
            | Channel::Feishu
    )
}

/// The customer, under the id they are known by now.
async fn known(tx: &mut Write, act: &Act, id: CustomerId) -> Result<Option<Customer>> {
    let Some(found) = customer::find(tx, act.tenant, id).await? else { return Ok(None) };
    match found.merged_into {
        None => Ok(Some(found.customer)),
        Some(id) => Ok(customer::find(tx, act.tenant, id).await?.map(|it| it.customer)),
    }
}

/// The rule, for this invitation at this moment.
pub(super) async fn decide(
    tx: &mut Write,
    act: &Act,
    it: &Invitation,
    who: Option<&Customer>,
    answered: bool,
    settings: &Invitations,
) -> Result<Decision> {
    let rules = settings.rules(it.round);
    let occasion = Occasion { round: it.round, about: it.about, happened: it.happened, answered };
    let follows = it.channel == Channel::WebLink && it.about.case().is_some();
    let mut person = Person { known: follows, reachable: follows, opted_out: false };
    let mut history = vec![];
    if let Some(who) = who {
        invitation::lock_customer(tx, act.tenant, who.id).await?;
        let ids = customer::ids_of(tx, act.tenant, who.id).await?;
        let since = (act.now - rules.fatigue).min(it.happened);
        // An empty address is nobody's.
        let recipient = if it.recipient.is_empty() { "?" } else { &it.recipient };
        history = invitation::history(tx, act.tenant, &ids, recipient, since).await?;
        person = Person {
            known: true,
            reachable: is_by_hand(it.channel) || !it.recipient.is_empty(),
            opted_out: is_opted_out(tx, act, who, &ids).await?,
        };
    }
    Ok(plan(&occasion, person, &history, &rules, act.now))
}

async fn is_opted_out(
    conn: &mut Read,
    act: &Act,
    who: &Customer,
    ids: &[CustomerId],
) -> Result<bool> {
    let mut subjects = subjects(who);
    subjects.extend(ids.iter().map(|it| format!("customer/{it}")));
    Ok(invitation::is_opted_out(conn, act.tenant, &subjects).await?)
}

/// By what an opt-out is known: the person, and every address they have.
pub fn subjects(who: &Customer) -> Vec<String> {
    let mut subjects = vec![format!("customer/{}", who.id)];
    subjects.extend(who.email.as_deref().map(|it| format!("email/{}", folded_email(it))));
    subjects.extend(who.phone.as_deref().map(|it| format!("phone/{}", folded_phone(it))));
    subjects
}

/// A service has ended, or one that has ended was stored: the house asks, nobody chooses whom.
pub async fn on_interaction_ended(tx: &mut Write, act: &Act, it: &Interaction) -> Result<()> {
    let Some(ended) = it.ended else { return Ok(()) };
    let about = About::Interaction(it.id);
    if ended + HISTORY < act.now || invitation::exists(tx, act.tenant, Round::First, about).await? {
        return Ok(());
    }
    let asked = Invite {
        round: Round::First,
        about,
        customer: it.customer,
        staff: it.last_agent(),
        team: it.team,
        form: None,
        channel: None,
        happened: ended,
        answered: it.answered,
    };
    invite(tx, act, asked).await?;
    Ok(())
}

/// Asks those who were served lately about the whole relationship (A22), a few every day; comes
/// back in a day.
pub async fn ask_about_relationship(tx: &mut Write, act: &Act) -> Result<()> {
    const A_DAY_MAX: i64 = 500;
    let tomorrow = act.now + SignedDuration::from_hours(24);
    queue::schedule(tx, act, "relationship_round", tomorrow, &Timer::RelationshipRound).await?;
    let rules: Invitations = setting::get(tx, act.tenant).await?;
    if !rules.relationship {
        return Ok(());
    }
    let since = act.now - SignedDuration::from_hours(24 * rules.relationship_days);
    for id in invitation::due_for_relationship(tx, act.tenant, since, A_DAY_MAX).await? {
        let asked = Invite {
            round: Round::Relationship,
            about: About::Relationship,
            customer: Some(id),
            staff: None,
            team: None,
            form: None,
            channel: None,
            happened: act.now,
            answered: true,
        };
        invite(tx, act, asked).await?;
    }
    Ok(())
}
