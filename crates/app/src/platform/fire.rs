//! What each timer does.

use store::Write;

use super::queue::Timer;
use super::tidy_up::tidy_up;
use crate::handle::notify::send_digest;
use crate::handle::wake::{end_wait, wake_clock};
use crate::{Act, Result};

/// Does what `timer` is for. `act` is the system's, at the moment it happens, which may be later
/// than the timer was due.
pub async fn fire(tx: &mut Write, act: &Act, timer: &Timer) -> Result<()> {
    match timer {
        Timer::TidyUp => tidy_up(tx, act).await,
        Timer::CaseClock { case, clock } => wake_clock(tx, act, *case, *clock).await,
        Timer::CaseWait { case } => end_wait(tx, act, *case).await,
        Timer::StaffDigest { staff } => send_digest(tx, act, *staff).await,
    }
}
