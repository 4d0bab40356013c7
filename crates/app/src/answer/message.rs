//! Putting a message into the outbox: worded, addressed, and a job to send it.

use domain::collect::channel::Channel;
use domain::customer::customer::Customer;
use domain::id::{CaseId, CustomerId, InvitationId, MessageId, StaffId};
use domain::language::Language;
use domain::refusal::Refusal;
use serde_json::{Map, Value, json};
use store::answer::message::{self, Choice, Message, State};
use store::customer::customer;
use store::platform::tenant;
use store::{Read, Write};

use super::template::{self, Template};
use crate::collect::rules::Invitations;
use crate::platform::queue::{self, Job};
use crate::platform::setting;
use crate::{Act, Result};

/// Stands for the house's address in what waits to be sent: the floors below the door do not
/// know it.
pub const HOME: &str = "{home}";

/// Stands for a token that is made at the moment of sending, so that no stored text holds one.
pub const TOKEN: &str = "{token}";

/// Stands for the answers that can be picked in the message itself; gone where the channel has
/// only text.
pub const CHOICES: &str = "{choices}";

/// A message to be worded and sent.
pub struct Outgoing {
    pub template: Template,
    pub channel: Channel,
    pub recipient: String,
    pub language: Language,
    pub values: Map<String, Value>,
    pub choices: Vec<Choice>,
    pub invitation: Option<InvitationId>,
    pub case: Option<CaseId>,
    pub customer: Option<CustomerId>,
    pub staff: Option<StaffId>,
}

/// Writes the message and has it sent after the transaction.
pub async fn send(tx: &mut Write, act: &Act, it: Outgoing) -> Result<MessageId> {
    let (wording, own) = template::wording(tx, act.tenant, it.template, it.language).await?;
    let shown = match template::render(&wording, &it.values) {
        Ok(shown) => shown,
        // A wording that was right once must not keep a customer waiting.
        Err(_) if own => {
            template::render(&template::built_in(it.template, it.language), &it.values)?
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let made = Message {
        id: act.id(),
        template: it.template.key.to_owned(),
        channel: it.channel,
        recipient: it.recipient,
        language: it.language,
        subject: shown.subject,
        body: shown.body,
        choices: it.choices,
        invitation: it.invitation,
        case: it.case,
        customer: it.customer,
        staff: it.staff,
        state: State::Queued,
        error: None,
        created: act.now,
        sent: None,
    };
    message::insert(tx, act.tenant, &made);
    queue::enqueue(tx, act, &Job::SendMessage { message: made.id });
    Ok(made.id)
}

/// Where a customer can be reached: over the channel wanted, else the first of the tenant's for
/// which they have an address.
pub fn address(
    customer: &Customer,
    wanted: Option<Channel>,
    channels: &[Channel],
) -> Option<(Channel, String)> {
    let of = |channel: Channel| match channel {
        Channel::Email => customer.email.clone(),
        Channel::Sms => customer.phone.clone(),
        _ => None,
    };
    let mut candidates = wanted.into_iter().chain(channels.iter().copied());
    candidates.find_map(|channel| Some((channel, of(channel)?)))
}

/// A word to a customer about their case (D02): over the channel they came from where they can be
/// reached there. `link` is the address of the page to follow it by, beginning with [`HOME`].
pub struct Tell<'a> {
    pub template: Template,
    pub customer: CustomerId,
    pub case: CaseId,
    /// The case's number, as the customer knows it.
    pub number: &'a str,
    pub channel: Option<Channel>,
    pub link: String,
    /// What the template asks for beside company, customer, number and link.
    pub values: Vec<(&'static str, String)>,
}

/// `None`: there is no address to tell them at; the page says it all the same.
pub async fn tell_customer(tx: &mut Write, act: &Act, it: Tell<'_>) -> Result<Option<MessageId>> {
    let found = customer::find(tx, act.tenant, it.customer).await?;
    let found = found.ok_or_else(|| Refusal::not_found("customer"))?.customer;
    let rules: Invitations = setting::get(tx, act.tenant).await?;
    let Some((channel, recipient)) = address(&found, it.channel, &rules.channels) else {
        return Ok(None);
    };
    let (company, language) = company(tx, act).await?;
    let mut values = Map::new();
    values.insert("company".to_owned(), json!(company));
    values.insert("customer".to_owned(), json!(found.name));
    values.insert("number".to_owned(), json!(it.number));
    values.insert("link".to_owned(), json!(it.link));
    values.extend(it.values.into_iter().map(|(name, value)| (name.to_owned(), json!(value))));
    let outgoing = Outgoing {
        template: it.template,
        channel,
        recipient,
        language: found.language.unwrap_or(language),
        values,
        choices: vec![],
        invitation: None,
        case: Some(it.case),
        customer: Some(it.customer),
        staff: None,
    };
    Ok(Some(send(tx, act, outgoing).await?))
}

/// The tenant's name and language.
pub async fn company(conn: &mut Read, act: &Act) -> Result<(String, Language)> {
    let found = tenant::find(conn, act.tenant).await?;
    let found = found.ok_or_else(|| Refusal::not_found("tenant"))?;
    Ok((found.name, found.language))
}
