//! What happens later: timers at a moment, jobs as soon as somebody has time. Both are rows of
//! the transaction that wants them, so nothing is promised that is not written.

use domain::id::{CaseId, ClockId, InvitationId, JobId, MessageId, StaffId, TimerId};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Write;
use store::platform::{job, timer};
use uuid::Uuid;

use super::audit;
use crate::{Act, Result};

/// What a timer does when it is due: one use case of the house, in one transaction with the end
/// of the timer. See [`super::fire`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Timer {
    /// Forget what nobody needs any more; comes back every day.
    TidyUp,
    /// The night has come in which anonymous evaluations are opened.
    OpenLetters,
    /// An invitation is to be sent.
    InvitationDue {
        invitation: InvitationId,
    },
    /// Who did not answer is reminded.
    InvitationReminder {
        invitation: InvitationId,
    },
    InvitationExpiry {
        invitation: InvitationId,
    },
    /// Ask customers about the whole relationship; comes back every day.
    RelationshipRound,
    /// Tell a member of staff what came up.
    TellStaff {
        staff: StaffId,
    },
    /// People gave cases categories: learn from them.
    Learn,
    /// A share of the time of a promise is used up.
    CaseClock {
        case: CaseId,
        clock: ClockId,
    },
    /// A wait for the customer has lasted long enough.
    CaseWait {
        case: CaseId,
    },
}

impl Timer {
    /// What it is about.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::TidyUp | Self::RelationshipRound | Self::OpenLetters | Self::Learn => None,
            Self::InvitationDue { invitation }
            | Self::InvitationReminder { invitation }
            | Self::InvitationExpiry { invitation } => Some(invitation.0),
            Self::CaseClock { case, .. } | Self::CaseWait { case } => Some(case.0),
            Self::TellStaff { staff } => Some(staff.0),
        }
    }
}

/// What leaves the house or takes long. The worker runs it outside any transaction, at least
/// once, and writes the receipt afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// A timer that failed when it was due.
    Fire {
        timer: Timer,
    },
    SendMessage {
        message: MessageId,
    },
    CallWebhook {
        delivery: Uuid,
    },
    /// Learn from the categories people gave cases: seconds of work.
    Learn,
}

impl Job {
    /// What it is about.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::Fire { timer } => timer.subject(),
            Self::SendMessage { message } => Some(message.0),
            Self::CallWebhook { delivery } => Some(*delivery),
            Self::Learn => None,
        }
    }
}

/// Has `timer` happen at `due`. `key` is its business name, as in `clock/ID`: one timer a key;
/// scheduling it again moves it.
pub async fn schedule(
    tx: &mut Write,
    act: &Act,
    key: &str,
    due: Timestamp,
    timer: &Timer,
) -> Result<()> {
    Ok(timer::put(tx, act.tenant, &timer_row(act, key, due, timer)).await?)
}

/// The same with the commit, unless a timer of this key waits then: that one keeps its moment.
pub fn schedule_new(tx: &mut Write, act: &Act, key: &str, due: Timestamp, timer: &Timer) {
    timer::put_new(tx, act.tenant, timer_row(act, key, due, timer));
}

fn timer_row(act: &Act, key: &str, due: Timestamp, timer: &Timer) -> timer::Timer {
    timer::Timer {
        id: act.id::<TimerId>(),
        key: key.to_owned(),
        due,
        kind: kind(timer),
        subject: timer.subject(),
        payload: store::db::to_json(timer),
    }
}

/// Takes a timer back. `false`: there is none, or it has happened.
pub async fn cancel(tx: &mut Write, act: &Act, key: &str) -> Result<bool> {
    let waiting = timer::delete(tx, act.tenant, key).await?;
    let failed = job::delete_queued(tx, act.tenant, key).await?;
    Ok(waiting || failed)
}

/// Has `job` run as soon as the worker has time.
pub fn enqueue(tx: &mut Write, act: &Act, job: &Job) -> JobId {
    let row = row(act, None, job);
    job::add(tx, act.tenant, &row);
    row.id
}

/// The same, unless a job of this key is there already: waiting, dead, or done in the last
/// [`super::tidy_up::DONE_DAYS`] days.
pub async fn enqueue_once(tx: &mut Write, act: &Act, key: &str, job: &Job) -> Result<bool> {
    Ok(job::insert(tx, act.tenant, &row(act, Some(key), job)).await?)
}

/// Puts a timer that failed among the jobs, where it is tried again and can be seen.
pub async fn set_aside(
    tx: &mut Write,
    act: &Act,
    failed: &timer::Timer,
    run: Timestamp,
    error: &str,
) -> Result<()> {
    let row = job::Job {
        id: act.id(),
        key: Some(failed.key.clone()),
        state: job::State::Queued,
        run,
        kind: "fire".to_owned(),
        subject: failed.subject,
        payload: json!({ "kind": "fire", "timer": failed.payload }),
        attempts: 1,
        last_error: Some(error.to_owned()),
        created: act.now,
        ended: None,
    };
    // The key may be in use by one that was done before: that one need not be kept.
    if !job::insert(tx, act.tenant, &row).await? {
        job::insert(tx, act.tenant, &job::Job { key: None, ..row }).await?;
    }
    Ok(())
}

fn row(act: &Act, key: Option<&str>, job: &Job) -> job::Job {
    job::Job {
        id: act.id(),
        key: key.map(str::to_owned),
        state: job::State::Queued,
        run: act.now,
        kind: kind(job),
        subject: job.subject(),
        payload: store::db::to_json(job),
        attempts: 0,
        last_error: None,
        created: act.now,
        ended: None,
    }
}

/// The word its payload is tagged with.
fn kind(it: &impl Serialize) -> String {
    let payload = store::db::to_json(it);
    payload["kind"].as_str().expect("timers and jobs are tagged by `kind`").to_owned()
}

/// Has a dead job tried again.
pub async fn retry(tx: &mut Write, act: &Act, id: JobId) -> Result<job::Job> {
    let found = job::find(tx, act.tenant, id).await?;
    let found = found.ok_or_else(|| Refusal::not_found("job"))?;
    if !job::retry(tx, act.tenant, id, act.now).await? {
        return Err(Refusal::conflict("job_not_dead").into());
    }
    let detail = json!({ "kind": found.kind, "error": found.last_error });
    audit::note(tx, act, "retry", ("job", Some(id.0)), detail).await?;
    Ok(job::find(tx, act.tenant, id).await?.unwrap_or(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_that_failed_is_read_back_as_a_job() {
        let timer = store::db::to_json(&Timer::TidyUp);
        let job: Job = serde_json::from_value(json!({ "kind": "fire", "timer": timer })).unwrap();
        assert_eq!(job, Job::Fire { timer: Timer::TidyUp });
        assert_eq!((kind(&job).as_str(), kind(&Timer::TidyUp).as_str()), ("fire", "tidy_up"));
    }
}
