//! What each timer does.

use domain::id::TenantId;
use jiff::Timestamp;
use store::Write;
use store::collect::{invitation as invitations, letter_box};
use store::handle::case as cases;
use store::platform::timer;

use super::queue::{self, Job, Timer};
use super::tidy_up::tidy_up;
use crate::answer::notice::tell_staff;
use crate::collect::anonymous::open_letters;
use crate::collect::invite::ask_about_relationship;
use crate::collect::send_invitation::{expire, remind, send_invitation};
use crate::handle::wake::{end_wait, wake_clock};
use crate::{Act, Result};

/// What it is, as it was when it was seen to be due; `None`: nobody can read it.
pub fn timer_of(due: &timer::Due) -> Option<Timer> {
    serde_json::from_value(due.payload.clone()).ok()
}

/// Takes a timer that is due, if it still is, after what it is about. Whoever acts on a thing locks it
/// first and moves its timers then; the other way round here, the two could wait for each other.
pub async fn take(
    tx: &mut Write,
    due: &timer::Due,
    now: Timestamp,
) -> Result<Option<timer::Timer>> {
    if let Some(timer) = timer_of(due) {
        hold(tx, due.tenant, &timer).await?;
    }
    Ok(timer::take(tx, due.tenant, due.id, now).await?)
}

/// Locks what `timer` is about.
async fn hold(tx: &mut Write, tenant: TenantId, timer: &Timer) -> Result<()> {
    match timer {
        Timer::CaseClock { case, .. } | Timer::CaseWait { case } => {
            cases::hold(tx, tenant, *case).await?;
        }
        Timer::InvitationDue { invitation }
        | Timer::InvitationReminder { invitation }
        | Timer::InvitationExpiry { invitation } => {
            invitations::hold(tx, tenant, *invitation).await?;
        }
        Timer::OpenLetters => {
            letter_box::lock(tx, tenant).await?;
        }
        Timer::TidyUp | Timer::RelationshipRound | Timer::Learn | Timer::TellStaff { .. } => {}
    }
    Ok(())
}

/// Does what `timer` is for. `act` is the system's, at the moment it happens, which may be later
/// than the timer was due.
pub async fn fire(tx: &mut Write, act: &Act, timer: &Timer) -> Result<()> {
    match timer {
        Timer::TidyUp => tidy_up(tx, act).await,
        Timer::OpenLetters => open_letters(tx, act).await,
        Timer::InvitationDue { invitation } => send_invitation(tx, act, *invitation).await,
        Timer::InvitationReminder { invitation } => remind(tx, act, *invitation).await,
        Timer::InvitationExpiry { invitation } => expire(tx, act, *invitation).await,
        Timer::RelationshipRound => ask_about_relationship(tx, act).await,
        Timer::Learn => {
            queue::enqueue(tx, act, &Job::Learn);
            Ok(())
        }
        Timer::TellStaff { staff } => tell_staff(tx, act, *staff).await,
        Timer::CaseClock { case, clock } => wake_clock(tx, act, *case, *clock).await,
        Timer::CaseWait { case } => end_wait(tx, act, *case).await,
    }
}
