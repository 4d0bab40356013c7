//! Forgetting, once a day, what nobody needs any more.

use jiff::SignedDuration;
use store::Write;
use store::platform::{job, session};

use super::queue::{self, Timer};
use crate::trust::retention::retain;
use crate::{Act, Result};

/// How long jobs that were done are kept, and their keys in use.
pub const DONE_DAYS: i64 = 30;

/// Others write between two batches.
const SOON: SignedDuration = SignedDuration::from_secs(5);

const KEY: &str = "tidy_up";

/// Deletes sessions that ended and jobs that were done long ago, and erases what was kept long
/// enough; comes back in a day, or soon if there is more.
pub async fn tidy_up(tx: &mut Write, act: &Act) -> Result<()> {
    session::delete_expired(tx, act.tenant, act.now).await?;
    let before = act.now - SignedDuration::from_hours(24 * DONE_DAYS);
    job::delete_done(tx, act.tenant, before).await?;
    let more = retain(tx, act).await?;
    let pause = if more { SOON } else { SignedDuration::from_hours(24) };
    queue::schedule(tx, act, KEY, act.now + pause, &Timer::TidyUp).await
}
