//! Telling other systems what happens: who subscribed, and one delivery for each event.

use data_encoding::BASE64;
use domain::id::WebhookId;
use domain::refusal::Refusal;
use serde_json::{Value, json};
use store::Write;
use store::platform::webhook::{self, Delivery, State, Webhook};
use uuid::Uuid;

use super::audit;
use super::queue::{self, Job};
use crate::{Act, Result};

/// Everything that can be subscribed to. `message.send` asks the other system to send a message
/// over a channel that the house has no gateway for, and its answer says whether it did.
pub const EVENTS: &[&str] = &[
    "message.send",
    "invitation.sent",
    "invitation.completed",
    "invitation.opted_out",
    "evaluation.submitted",
    "case.opened",
    "case.changed",
    "case.closed",
];

/// Bytes of the secret calls are signed with.
const SECRET_BYTES: usize = 32;
const URL_CHARS_MAX: usize = 2000;
const WEBHOOKS_MAX: usize = 50;

pub struct PutWebhook {
    pub id: WebhookId,
    pub url: String,
    pub events: Vec<String>,
    pub active: bool,
}

/// Makes it or changes it. The secret is told when it is made, and never again.
pub async fn put_webhook(tx: &mut Write, act: &Act, input: PutWebhook) -> Result<(Webhook, bool)> {
    let known = |it: &String| it == "*" || EVENTS.contains(&it.as_str());
    let scheme = input.url.starts_with("https://") || input.url.starts_with("http://");
    if !scheme || URL_CHARS_MAX < input.url.len() || input.url.chars().any(char::is_whitespace) {
        return Err(Refusal::invalid("webhook_url").at("url").into());
    }
    if let Some(at) = input.events.iter().position(|it| !known(it)) {
        let refusal = Refusal::invalid("webhook_event").with("events", EVENTS.join(", "));
        return Err(refusal.at(format!("events.{at}")).into());
    }
    let before = webhook::find(tx, act.tenant, input.id).await?;
    if before.is_none() && WEBHOOKS_MAX <= webhook::list(tx, act.tenant).await?.len() {
        return Err(Refusal::conflict("too_many").with("max", WEBHOOKS_MAX).into());
    }
    let new = before.is_none();
    let secret = || format!("whsec_{}", BASE64.encode(&act.ids.bytes::<SECRET_BYTES>()));
    let made = Webhook {
        id: input.id,
        url: input.url,
        events: input.events,
        active: input.active,
        created: before.as_ref().map_or(act.now, |it| it.created),
        secret: before.map_or_else(secret, |it| it.secret),
    };
    webhook::put(tx, act.tenant, &made).await?;
    let action = if new { "create" } else { "update" };
    let detail = json!({ "url": made.url, "events": made.events, "active": made.active });
    audit::note(tx, act, action, ("webhook", Some(made.id.0)), detail).await?;
    Ok((made, new))
}

pub async fn delete_webhook(tx: &mut Write, act: &Act, id: WebhookId) -> Result<()> {
    if !webhook::delete(tx, act.tenant, id).await? {
        return Err(Refusal::not_found("webhook").into());
    }
    audit::note(tx, act, "delete", ("webhook", Some(id.0)), json!({})).await
}

/// Tells everybody who subscribed to `event`, after the transaction.
pub async fn publish(tx: &mut Write, act: &Act, event: &str, data: Value) -> Result<()> {
    for webhook in webhook::list(tx, act.tenant).await? {
        let wants = webhook.events.iter().any(|it| it == "*" || it == event);
        if !webhook.active || !wants {
            continue;
        }
        let payload = json!({ "type": event, "timestamp": act.now.to_string(), "data": data });
        let delivery = Delivery {
            id: act.id(),
            webhook: webhook.id,
            event: event.to_owned(),
            payload,
            state: State::Queued,
            status: None,
            error: None,
            created: act.now,
            ended: None,
        };
        webhook::insert_delivery(tx, act.tenant, &delivery).await?;
        queue::enqueue(tx, act, &Job::CallWebhook { delivery: delivery.id });
    }
    Ok(())
}

/// Has one delivery tried again, whatever became of it.
pub async fn redeliver(
    tx: &mut Write,
    act: &Act,
    webhook: WebhookId,
    id: Uuid,
) -> Result<Delivery> {
    let found = webhook::find_delivery(tx, act.tenant, id).await?;
    let found = found.filter(|it| it.webhook == webhook);
    let found = found.ok_or_else(|| Refusal::not_found("webhook_delivery"))?;
    if found.state == State::Queued {
        return Err(Refusal::conflict("delivery_under_way").into());
    }
    let again = Delivery { state: State::Queued, error: None, ended: None, ..found };
    webhook::update_delivery(tx, act.tenant, &again).await?;
    queue::enqueue(tx, act, &Job::CallWebhook { delivery: id });
    audit::note(tx, act, "retry", ("webhook_delivery", Some(id)), json!({})).await?;
    Ok(again)
}
