//! What each timer does.

use store::Write;

use super::queue::{self, Job, Timer};
use super::tidy_up::tidy_up;
use crate::answer::notice::tell_staff;
use crate::collect::anonymous::open_letters;
use crate::collect::invite::ask_about_relationship;
use crate::collect::send_invitation::{expire, remind, send_invitation};
use crate::handle::wake::{end_wait, wake_clock};
use crate::{Act, Result};

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
        Timer::Learn => queue::enqueue(tx, act, &Job::Learn).await.map(|_| ()),
        Timer::TellStaff { staff } => tell_staff(tx, act, *staff).await,
        Timer::CaseClock { case, clock } => wake_clock(tx, act, *case, *clock).await,
        Timer::CaseWait { case } => end_wait(tx, act, *case).await,
    }
}
