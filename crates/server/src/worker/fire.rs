//! Timers that are due: each has its effect in the transaction that takes it out.

use std::slice;

use app::platform::queue::Timer;
use app::platform::{fire, queue};
use app::{Act, Failure};
use domain::id::TenantId;
use domain::platform::retry;
use jiff::Timestamp;
use store::Write;
use store::platform::timer;

use crate::App;

/// Whether others set the same timer while they fire theirs ([`timer::put_new`]): whoever takes such
/// a one takes no other with it, or two could wait for each other.
pub(super) fn goes_alone(due: &timer::Due) -> bool {
    matches!(fire::timer_of(due), Some(Timer::TellStaff { .. } | Timer::OpenLetters | Timer::Learn))
}

pub(super) async fn fire_together(
    mut tx: Write,
    app: &App,
    due: &[timer::Due],
    now: Timestamp,
) -> app::Result<()> {
    for due in due {
        if let Some(taken) = fire::take(&mut tx, due, now).await? {
            fire_taken(&mut tx, app, due.tenant, &taken, now).await?;
        }
    }
    Ok(tx.commit().await?)
}

async fn fire_taken(
    tx: &mut Write,
    app: &App,
    tenant: TenantId,
    taken: &timer::Timer,
    now: Timestamp,
) -> app::Result<()> {
    let timer = store::db::json(taken.payload.clone())?;
    fire::fire(tx, &Act::system(tenant, now, &app.ids), &timer).await
}

/// Fires one timer in a transaction of its own. One that fails becomes a job.
pub(super) async fn fire_alone(app: &App, due: &timer::Due, now: Timestamp) -> anyhow::Result<()> {
    let error = match fire_together(app.db.write().await?, app, slice::from_ref(due), now).await {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    if let Failure::Db(cause) = &error
        && store::db::is_transient(cause)
    {
        return Err(error.into());
    }
    tracing::warn!(%error, tenant = %due.tenant, timer = %due.id, "a timer failed");
    let act = Act::system(due.tenant, now, &app.ids);
    let mut tx = app.db.write().await?;
    if let Some(taken) = timer::take(&mut tx, due.tenant, due.id, now).await? {
        let run = now + retry::wait(1, due.id.0.as_bytes()[15]);
        queue::set_aside(&mut tx, &act, &taken, run, &error.to_string()).await?;
    }
    Ok(tx.commit().await?)
}
