//! What each job does.

use app::answer::message::TOKEN;
use app::collect::{follow_invitation, send_invitation};
use app::platform::fire;
use app::platform::queue::Job;
use app::triage::learn;
use app::{Act, Failure};
use domain::id::{MessageId, TenantId};
use store::Write;
use store::answer::message::{self, Message};
use store::platform::webhook::{self, Delivery};
use store::platform::{job, tenant};
use uuid::Uuid;

use crate::App;
use crate::channel::text;

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// What it needs is not set up; does not count as an attempt.
    #[error("{0}")]
    Unready(String),
    /// May go well another time.
    #[error("{0}")]
    Later(String),
    /// Will never go well as it is.
    #[error("{0}")]
    Never(String),
}

impl From<store::db::Error> for JobError {
    fn from(error: store::db::Error) -> Self {
        Self::Later(error.to_string())
    }
}

impl From<Failure> for JobError {
    fn from(failure: Failure) -> Self {
        Self::Later(failure.to_string())
    }
}

/// Does the job. What leaves the house is done first, outside any transaction; the transaction
/// that is handed back holds what came of it, and the receipt joins it.
pub async fn perform(app: &App, tenant: TenantId, job: &job::Job) -> Result<Write, JobError> {
    let act = app.system(tenant);
    let parsed = serde_json::from_value(job.payload.clone());
    match parsed.map_err(|error| JobError::Never(error.to_string()))? {
        Job::Fire { timer } => {
            let mut tx = app.db.write().await?;
            fire::fire(&mut tx, &act, &timer).await?;
            Ok(tx)
        }
        Job::SendMessage { message } => send_message(app, &act, message).await,
        Job::CallWebhook { delivery } => call_webhook(app, &act, delivery).await,
        Job::Learn => learn_categories(app, &act).await,
    }
}

/// Reads what people said, trains without holding a transaction, and keeps what came of it unless
/// somebody changed the model meanwhile; then it is tried again on what they left.
async fn learn_categories(app: &App, act: &Act) -> Result<Write, JobError> {
    let mut conn = app.db.read().await?;
    let course = learn::course(&mut conn, act.tenant).await?;
    drop(conn);
    let Some(course) = course else { return Ok(app.db.write().await?) };
    let now = act.now;
    let trained = tokio::task::spawn_blocking(move || course.train(now)).await;
    let trained = trained.map_err(|error| JobError::Never(error.to_string()))?;
    let mut tx = app.db.write().await?;
    if learn::keep(&mut tx, act, &trained).await? {
        return Ok(tx);
    }
    Err(JobError::Later("what was learned was changed meanwhile".to_owned()))
}

/// Fills the marks, hands the message to its channel, and writes down what came of it. A message
/// that carries a link gets a fresh token for each attempt, stored before it leaves.
async fn send_message(app: &App, act: &Act, id: MessageId) -> Result<Write, JobError> {
    let mut tx = app.db.write().await?;
    let found = message::find(&mut tx, act.tenant, id).await?;
    let it = found.ok_or_else(|| JobError::Never("the message is gone".to_owned()))?;
    if matches!(it.state, message::State::Sent | message::State::Delivered) {
        return Ok(tx);
    }
    if let Some(invitation) = it.invitation
        && !follow_invitation::may_still_be_sent(&mut tx, act, invitation).await?
    {
        let outcome = (message::State::Failed, Some("no longer wanted"));
        message::update(&mut tx, act.tenant, id, outcome, None).await?;
        return Ok(tx);
    }
    let outgoing = fill(app, act, &mut tx, it).await?;
    tx.commit().await?;
    let sent = app.channels.of(outgoing.message.channel).send(&outgoing).await;
    if let Err(error) = &sent {
        let mut tx = app.db.write().await?;
        let why = error.to_string();
        let outcome = (message::State::Queued, Some(why.as_str()));
        message::update(&mut tx, act.tenant, id, outcome, None).await?;
        tx.commit().await?;
    }
    let state = sent?;
    let mut tx = app.db.write().await?;
    let now = Some(app.now());
    message::update(&mut tx, act.tenant, id, (state, None), now).await?;
    if let (message::State::Delivered, Some(invitation)) = (state, outgoing.message.invitation) {
        follow_invitation::delivered(&mut tx, act, invitation).await?;
    }
    Ok(tx)
}

/// The message with its marks filled, as it is read. Makes a token where there is a link to an
/// invitation in it.
pub async fn fill(
    app: &App,
    act: &Act,
    tx: &mut Write,
    it: Message,
) -> Result<crate::channel::Outgoing, Failure> {
    let found = tenant::find(tx, act.tenant).await?;
    let slug = found.map_or(String::new(), |it| it.slug);
    let token = match it.invitation {
        Some(invitation) if it.body.contains(TOKEN) => {
            Some(send_invitation::make_token(tx, act, invitation).await?)
        }
        _ => None,
    };
    let home = &app.config.public_url;
    Ok(text::fill(act.tenant, &slug, it, home, token.as_deref(), act.now))
}

async fn call_webhook(app: &App, act: &Act, id: Uuid) -> Result<Write, JobError> {
    let mut conn = app.db.read().await?;
    let gone = || JobError::Never("the webhook is gone".to_owned());
    let it = webhook::find_delivery(&mut conn, act.tenant, id).await?.ok_or_else(gone)?;
    let hook = webhook::find(&mut conn, act.tenant, it.webhook).await?.ok_or_else(gone)?;
    drop(conn);
    if !hook.active {
        return Err(JobError::Never("the webhook is switched off".to_owned()));
    }
    let body = it.payload.to_string();
    let caller = app.channels.caller();
    let answer = caller.call(&hook, &id.to_string(), app.now(), body).await;
    let mut tx = app.db.write().await?;
    match answer {
        Ok(status) => {
            let state = webhook::State::Delivered;
            let ended = Some(app.now());
            let done = Delivery { state, status: Some(status), error: None, ended, ..it };
            webhook::update_delivery(&mut tx, act.tenant, &done).await?;
            Ok(tx)
        }
        Err(refused) => {
            let error = Some(refused.why.clone());
            let failed = Delivery { status: refused.status, error, ..it };
            webhook::update_delivery(&mut tx, act.tenant, &failed).await?;
            tx.commit().await?;
            let kind = if refused.gone { JobError::Never } else { JobError::Later };
            Err(kind(refused.why))
        }
    }
}

/// Writes down that a job was given up, where people look for what it was about.
pub async fn give_up(tx: &mut Write, act: &Act, job: &job::Job, why: &str) -> Result<(), Failure> {
    let Ok(job) = serde_json::from_value::<Job>(job.payload.clone()) else { return Ok(()) };
    match job {
        Job::Fire { .. } | Job::Learn => {}
        Job::SendMessage { message: id } => {
            let outcome = (message::State::Failed, Some(why));
            message::update(tx, act.tenant, id, outcome, None).await?;
            let found = message::find(tx, act.tenant, id).await?;
            if let Some(invitation) = found.and_then(|it| it.invitation) {
                send_invitation::not_delivered(tx, act, invitation).await?;
            }
        }
        Job::CallWebhook { delivery } => {
            if let Some(it) = webhook::find_delivery(tx, act.tenant, delivery).await? {
                let (state, ended) = (webhook::State::Failed, Some(act.now));
                let failed = Delivery { state, error: Some(why.to_owned()), ended, ..it };
                webhook::update_delivery(tx, act.tenant, &failed).await?;
            }
        }
    }
    Ok(())
}
