//! The worker: does what is due, at the moment it is due.
//!
//! It sleeps until the next due moment or until a commit of this process schedules something, and
//! looks once a second for what other processes scheduled. Processes share the queue by leases of
//! its parts. A lease saves them from doing each other's work; that a timer has its effect once
//! does not depend on it: the timer's row is deleted in the transaction of the effect. A job that
//! leaves the house is done at least once: its receipt is written afterwards.

mod fire;
mod heal;
mod perform;
mod seal;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use domain::id::{JobId, TenantId};
use domain::platform::retry;
use futures_util::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use store::Write;
use store::platform::job::{self, Attempt, Job};
use store::platform::{lease, timer};
use tokio::sync::Notify;
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

use self::fire::{fire_alone, fire_together, goes_alone};
use self::seal::seal_waiting;
use crate::App;
pub use perform::{JobError, fill};
pub use seal::seal_all;

/// A worker that is silent for so long is taken for dead, and so is its attempt at a job.
pub const LEASE: SignedDuration = SignedDuration::from_secs(20);

const BEAT: SignedDuration = SignedDuration::from_secs(5);

/// How often to look for what other processes scheduled.
const POLL: Duration = Duration::from_secs(1);

/// How often what came in is given its place in the ledger.
const SEAL: SignedDuration = SignedDuration::from_secs(1);

/// How often the database is let look at how long its tables have become.
const COUNT: SignedDuration = SignedDuration::from_mins(10);

/// Timers that share a commit: more would keep other writers waiting.
const TIMERS_AT_ONCE: usize = 64;

/// So long timers go before everything else a turn has to do.
const FIRST: Duration = Duration::from_secs(1);

/// Jobs under way in one process. Each waits for somebody else's server most of its time.
const JOBS_AT_ONCE: usize = 8;

/// How long a process that stops waits for its jobs under way. Who it leaves behind begins again elsewhere
/// when the lease runs out.
const LEAVE: Duration = Duration::from_secs(7);

/// How long a job waits for what is not set up, as a mail server.
const UNREADY: SignedDuration = SignedDuration::from_mins(10);

/// Works until told to stop, then until what is under way is done.
pub async fn run(app: App) {
    let mut worker = Worker::new(app.clone());
    while !app.stop.is_cancelled() {
        tokio::select! {
            () = app.stop.cancelled() => break,
            () = app.setup.filled() => {}
        }
        let pause = worker.turn().await.unwrap_or_else(|error| {
            tracing::error!(%error, "the worker could not look at the queue");
            POLL
        });
        if pause.is_zero() {
            continue;
        }
        tokio::select! {
            () = app.stop.cancelled() => {}
            () = app.db.scheduled() => {}
            () = worker.freed.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    worker.leave().await;
}

/// Attempts under way, with the count they were taken at.
type Running = Arc<Mutex<BTreeMap<(TenantId, JobId), i64>>>;

struct Worker {
    app: App,
    id: Uuid,
    /// The parts it holds, with their fences.
    parts: BTreeMap<i64, i64>,
    /// When it looked last, by a clock that may be put back.
    looked: Timestamp,
    next_beat: Timestamp,
    next_seal: Timestamp,
    next_count: Timestamp,
    healing: heal::Healing,
    running: Running,
    /// A job has ended.
    freed: Arc<Notify>,
}

impl Worker {
    fn new(app: App) -> Self {
        let now = app.now();
        Self {
            id: app.ids.at(now),
            app,
            parts: BTreeMap::new(),
            looked: now,
            next_beat: now,
            next_seal: now,
            // Opening it has counted.
            next_count: now + COUNT,
            healing: heal::Healing::new(now),
            running: Running::default(),
            freed: Arc::default(),
        }
    }

    fn count_running(&self) -> usize {
        self.running.lock().expect("nothing panics while it is held").len()
    }

    /// Does what is due now, one batch of it; says how long there is nothing to do.
    async fn turn(&mut self) -> anyhow::Result<Duration> {
        let now = self.look_at_the_clock();
        if self.next_beat <= now {
            self.beat(now).await?;
        }
        self.app.pulse.turn(now);
        let parts: Vec<i64> = self.parts.keys().copied().collect();
        if parts.is_empty() {
            // Others seal.
            self.app.pulse.seal(now);
            return Ok(POLL);
        }
        if self.next_seal <= now {
            self.next_seal = now + SEAL;
            if seal_waiting(&self.app, &parts).await? {
                self.app.pulse.seal(now);
            }
        }
        if self.next_count <= now {
            self.next_count = now + COUNT;
            if let Err(error) = self.app.db.count_rows().await {
                tracing::warn!(%error, "SQLite could not look at the length of its tables");
            }
        }
        let fired = self.fire_first(&parts).await?;
        let started = self.start_due(&parts, now).await?;
        let heals = self.healing.step(&self.app, &parts, now).await;
        if 0 < fired + started || heals {
            return Ok(Duration::ZERO);
        }
        self.pause(&parts).await
    }

    /// The time. When the clock was put back, what was to happen by the old one happens now: nobody
    /// waits an hour for a heartbeat because summer time was taken for winter time.
    fn look_at_the_clock(&mut self) -> Timestamp {
        let now = self.app.now();
        if now < self.looked {
            let by = self.looked.duration_since(now);
            tracing::warn!(?by, "the clock was put back");
            (self.next_beat, self.next_seal, self.next_count) = (now, now, now + COUNT);
            self.healing = heal::Healing::new(now);
        }
        self.looked = now;
        now
    }

    /// Keeps its leases and its jobs, and evens out the parts between the workers there are.
    async fn beat(&mut self, now: Timestamp) -> anyhow::Result<()> {
        let until = now + LEASE;
        let mut tx = self.app.db.write().await?;
        lease::beat(&mut tx, self.id, now, until).await?;
        let mut held = lease::held(&mut tx, self.id, now).await?;
        let workers = lease::count_workers(&mut tx, now - LEASE).await?;
        let share = usize::try_from((lease::PARTS + workers - 1) / workers.max(1))?;
        for surplus in held.split_off(share.min(held.len())) {
            lease::release(&mut tx, self.id, surplus.part).await?;
        }
        if held.len() < share {
            for part in lease::free(&mut tx, now).await?.into_iter().take(share - held.len()) {
                if lease::take(&mut tx, part, self.id, now, until).await? {
                    held.push(lease::Part { fence: part.fence + 1, ..part });
                }
            }
        }
        let running = self.running.lock().expect("nothing panics while it is held").clone();
        for ((tenant, id), attempts) in running {
            job::extend(&mut tx, Attempt { tenant, id, attempts }, until).await?;
        }
        tx.commit().await?;
        self.parts = held.into_iter().map(|it| (it.part, it.fence)).collect();
        self.next_beat = now + BEAT;
        Ok(())
    }

    /// Fires what is due, one batch after the other: what was promised for a moment goes before what is done when
    /// there is time, though not for ever.
    async fn fire_first(&mut self, parts: &[i64]) -> anyhow::Result<usize> {
        let begun = Instant::now();
        let mut fired = 0;
        loop {
            let now = self.app.now();
            let found = self.fire_due(parts, now).await?;
            fired += found;
            let has_lost_parts = self.next_beat <= now;
            if found < TIMERS_AT_ONCE || has_lost_parts || FIRST < begun.elapsed() {
                return Ok(fired);
            }
        }
    }

    /// Fires timers that are due. They share a commit; when one fails, each goes alone.
    async fn fire_due(&mut self, parts: &[i64], now: Timestamp) -> anyhow::Result<usize> {
        let mut conn = self.app.db.read().await?;
        let mut due = timer::due(&mut conn, parts, now, i64::try_from(TIMERS_AT_ONCE)?).await?;
        drop(conn);
        if due.is_empty() {
            return Ok(0);
        }
        let mut tx = self.app.db.write().await?.remembering();
        let held = lease::held(&mut tx, self.id, now).await?;
        let found = due.len();
        due.retain(|due| {
            let ours = held.iter().find(|it| it.part == due.part);
            ours.is_some_and(|it| self.parts.get(&it.part) == Some(&it.fence))
        });
        if due.len() < found {
            // A lease is lost: see what is left before the next turn.
            self.next_beat = now;
        }
        let (apart, together): (Vec<_>, Vec<_>) = due.into_iter().partition(goes_alone);
        if let Err(error) = fire_together(tx, &self.app, &together, now).await {
            tracing::warn!(%error, "timers failed together; firing each alone");
            for due in &together {
                fire_alone(&self.app, due, now).await?;
            }
        }
        for due in &apart {
            fire_alone(&self.app, due, now).await?;
        }
        Ok(found)
    }

    /// Starts jobs that are due, as many as fit beside those under way.
    async fn start_due(&mut self, parts: &[i64], now: Timestamp) -> anyhow::Result<usize> {
        let room = JOBS_AT_ONCE.saturating_sub(self.count_running());
        if room == 0 {
            return Ok(0);
        }
        let mut conn = self.app.db.read().await?;
        let due = job::due(&mut conn, parts, now, i64::try_from(room)?).await?;
        drop(conn);
        let taken = take(&self.app, &due, now).await?;
        let started = taken.len();
        for (tenant, job) in taken {
            let key = (tenant, job.id);
            self.running.lock().expect("nothing panics while it is held").insert(key, job.attempts);
            let (app, running, freed) =
                (self.app.clone(), self.running.clone(), self.freed.clone());
            self.app.tasks.spawn(async move {
                run_job(&app, tenant, &job).await;
                running.lock().expect("nothing panics while it is held").remove(&key);
                freed.notify_one();
            });
        }
        Ok(started)
    }

    /// How long until something is due, a beat or a look around.
    async fn pause(&self, parts: &[i64]) -> anyhow::Result<Duration> {
        let mut conn = self.app.db.read().await?;
        let timer = timer::next(&mut conn, parts).await?;
        let job = match self.count_running() {
            JOBS_AT_ONCE.. => None,
            _ => job::next(&mut conn, parts).await?,
        };
        let next = [timer, job, Some(self.next_beat)].into_iter().flatten().min();
        let wait = next.map_or(SignedDuration::MAX, |it| it.duration_since(self.app.now()));
        Ok(Duration::try_from(wait).unwrap_or(Duration::ZERO).min(POLL))
    }

    /// Waits for the jobs under way, keeping them, and gives the parts to the others.
    async fn leave(&mut self) {
        let last = Instant::now() + LEAVE;
        while 0 < self.count_running() && Instant::now() < last {
            if let Err(error) = self.beat(self.app.now()).await {
                tracing::error!(%error, "the worker could not keep its jobs");
            }
            tokio::select! {
                () = self.freed.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        let left = async {
            let mut tx = self.app.db.write().await?;
            lease::leave(&mut tx, self.id).await?;
            tx.commit().await
        };
        if let Err(error) = left.await {
            tracing::warn!(%error, "the worker's leases will run out by themselves");
        }
    }
}

/// Takes jobs for one attempt each.
async fn take(
    app: &App,
    due: &[job::Due],
    now: Timestamp,
) -> store::db::Result<Vec<(TenantId, Job)>> {
    let mut taken = vec![];
    if due.is_empty() {
        return Ok(taken);
    }
    let mut tx = app.db.write().await?;
    for seen in due {
        let job = job::take(&mut tx, *seen, now, now + LEASE).await?;
        taken.extend(job.map(|it| (seen.tenant, it)));
    }
    tx.commit().await?;
    Ok(taken)
}

async fn run_job(app: &App, tenant: TenantId, job: &Job) {
    let kind = job.payload["kind"].as_str().unwrap_or("");
    let span = tracing::info_span!("job", kind, id = %job.id);
    let work = perform::perform(app, tenant, job).instrument(span);
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| Err(JobError::Later("it panicked".to_owned())));
    if let Err(error) = settle(app, tenant, job, outcome).await {
        tracing::error!(%error, job = %job.id, "the receipt of a job could not be written");
    }
}

/// Writes the receipt: in the transaction of what the job wrote, or why it failed.
async fn settle(
    app: &App,
    tenant: TenantId,
    job: &Job,
    outcome: Result<Write, JobError>,
) -> app::Result<()> {
    let now = app.now();
    let it = Attempt { tenant, id: job.id, attempts: job.attempts };
    let error = match outcome {
        Ok(mut tx) => {
            if job::finish(&mut tx, it, now).await? {
                tx.commit().await?;
            } else {
                tracing::warn!(job = %job.id, "overtaken by another attempt");
            }
            return Ok(());
        }
        Err(error) => error,
    };
    tracing::warn!(%error, job = %job.id, kind = job.kind, attempts = job.attempts, "a job failed");
    let mut tx = app.db.write().await?;
    match error {
        JobError::Unready(why) => {
            job::postpone(&mut tx, it, now + UNREADY, job.attempts - 1, &why).await?;
        }
        JobError::Later(why) if job.attempts < retry::ATTEMPTS_MAX => {
            let run = now + retry::wait(job.attempts, job.id.0.as_bytes()[15]);
            job::postpone(&mut tx, it, run, job.attempts, &why).await?;
        }
        JobError::Later(why) | JobError::Never(why) => {
            if job::bury(&mut tx, it, now, &why).await? {
                perform::give_up(&mut tx, &app.system(tenant), job, &why).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

/// Does everything that is due now, one after the other, until nothing is: for commands and
/// tests. Says how much it was.
pub async fn run_due(app: &App) -> anyhow::Result<usize> {
    const LIMIT: usize = 100_000;
    const AT_ONCE: i64 = 64;
    let parts: Vec<i64> = (0..lease::PARTS).collect();
    let mut done = 0;
    loop {
        let now = app.now();
        let mut conn = app.db.read().await?;
        let timers = timer::due(&mut conn, &parts, now, AT_ONCE).await?;
        let jobs = job::due(&mut conn, &parts, now, AT_ONCE).await?;
        drop(conn);
        if timers.is_empty() && jobs.is_empty() {
            seal_all(app).await?;
            return Ok(done);
        }
        done += timers.len() + jobs.len();
        (done < LIMIT).then_some(()).context("what is due schedules itself without end")?;
        for due in timers {
            fire_alone(app, &due, now).await?;
        }
        for due in jobs {
            for (tenant, job) in take(app, &[due], now).await? {
                run_job(app, tenant, &job).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use app::Ids;
    use store::testing::test_db;

    use super::*;
    use crate::config::Config;

    #[tokio::test]
    async fn workers_share_the_parts_evenly_and_inherit_from_the_dead() {
        let db = test_db().await;
        let clock = || Timestamp::UNIX_EPOCH;
        let app = App::new(db.clone(), Config::default(), clock, Ids::seeded(1));
        let at = |second| Timestamp::from_second(second).unwrap();
        let (mut one, mut other) = (Worker::new(app.clone()), Worker::new(app.clone()));
        one.beat(at(0)).await.unwrap();
        other.beat(at(1)).await.unwrap();
        assert_eq!((one.parts.len(), other.parts.len()), (64, 0), "first come");
        one.beat(at(5)).await.unwrap();
        other.beat(at(6)).await.unwrap();
        assert_eq!((one.parts.len(), other.parts.len()), (32, 32));
        assert!(one.parts.keys().all(|it| !other.parts.contains_key(it)));
        // One is killed; the other keeps its heart beating and has all when the leases run out.
        for second in [11, 16, 21] {
            other.beat(at(second)).await.unwrap();
            assert_eq!(other.parts.len(), 32, "{second}");
        }
        other.beat(at(26)).await.unwrap();
        assert_eq!(other.parts.len(), 64);
        // What it let run out it does not fire, though it believes to hold it.
        one.beat(at(27)).await.unwrap();
        assert_eq!(one.parts.len(), 0);
    }

    #[tokio::test]
    async fn a_clock_that_is_put_back_stops_neither_heartbeat_nor_ledger() {
        static SECOND: AtomicI64 = AtomicI64::new(100_000);
        let clock = || Timestamp::from_second(SECOND.load(Ordering::Relaxed)).unwrap();
        let db = test_db().await;
        let app = App::new(db.clone(), Config::default(), clock, Ids::seeded(1));
        let mut worker = Worker::new(app.clone());
        worker.turn().await.unwrap();
        assert_eq!((worker.parts.len(), app.pulse.sealed()), (64, Some(clock())));
        SECOND.store(90_000, Ordering::Relaxed);
        worker.turn().await.unwrap();
        assert_eq!((worker.parts.len(), app.pulse.sealed()), (64, Some(clock())));
        assert_eq!(worker.next_beat, clock() + BEAT);
        // What was due by the old clock is due again when the new one comes there, and once.
        let tenant = TenantId(Uuid::from_u128(1));
        let mut tx = db.write().await.unwrap();
        timer::put(&mut tx, tenant, &broken(1, 95_000)).await.unwrap();
        tx.commit().await.unwrap();
        let parts: Vec<i64> = (0..lease::PARTS).collect();
        assert_eq!(worker.fire_due(&parts, clock()).await.unwrap(), 0);
        SECOND.store(95_000, Ordering::Relaxed);
        worker.turn().await.unwrap();
        assert_eq!(worker.fire_due(&parts, clock()).await.unwrap(), 0, "it has been fired");
    }

    fn broken(n: u128, second: i64) -> timer::Timer {
        timer::Timer {
            id: domain::id::TimerId(Uuid::from_u128(n)),
            key: format!("broken/{n}"),
            due: Timestamp::from_second(second).unwrap(),
            kind: "unknown".to_owned(),
            subject: None,
            payload: serde_json::json!({ "kind": "unknown" }),
        }
    }

    #[tokio::test]
    async fn what_was_promised_for_a_moment_goes_before_what_has_time() {
        let db = test_db().await;
        let clock = || Timestamp::from_second(10).unwrap();
        let app = App::new(db.clone(), Config::default(), clock, Ids::seeded(1));
        let tenant = TenantId(Uuid::from_u128(1));
        let many = 3 * TIMERS_AT_ONCE + 1;
        let mut tx = db.write().await.unwrap();
        for n in 1..=many {
            timer::put(&mut tx, tenant, &broken(n as u128, 3)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut worker = Worker::new(app);
        worker.turn().await.unwrap();
        let parts: Vec<i64> = (0..lease::PARTS).collect();
        let mut conn = db.read().await.unwrap();
        let left = timer::due(&mut conn, &parts, clock(), 999).await.unwrap();
        assert_eq!(left, [], "all in the first turn");
    }

    /// What fires leaves a mark: a timer that nobody can read is set aside as a job.
    #[tokio::test]
    async fn a_worker_that_wakes_after_its_leases_does_nothing_twice() {
        let db = test_db().await;
        let clock = || Timestamp::UNIX_EPOCH;
        let app = App::new(db.clone(), Config::default(), clock, Ids::seeded(1));
        let tenant = TenantId(Uuid::from_u128(1));
        let at = |second| Timestamp::from_second(second).unwrap();
        let put = async |timer: timer::Timer| {
            let mut tx = db.write().await.unwrap();
            timer::put(&mut tx, tenant, &timer).await.unwrap();
            tx.commit().await.unwrap();
        };
        let fired = async || {
            let mut conn = db.read().await.unwrap();
            let filter = job::Filter { limit: 200, ..job::Filter::default() };
            job::list(&mut conn, tenant, &filter).await.unwrap().len()
        };
        let parts: Vec<i64> = (0..lease::PARTS).collect();
        for n in 1..=5 {
            put(broken(n, 3)).await;
        }
        let (mut frozen, mut other) = (Worker::new(app.clone()), Worker::new(app.clone()));
        frozen.beat(at(0)).await.unwrap();
        let mut conn = db.read().await.unwrap();
        let seen = timer::due(&mut conn, &parts, at(4), 64).await.unwrap();
        drop(conn);
        assert_eq!(seen.len(), 5, "this is what it was about to fire when it was stopped");

        other.beat(at(27)).await.unwrap();
        assert_eq!(other.parts.len(), 64, "its leases have run out");
        other.fire_due(&parts, at(27)).await.unwrap();
        assert_eq!(fired().await, 5);

        // It wakes and does not know how late it is: what it saw is gone.
        fire_together(db.write().await.unwrap(), &app, &seen, at(4)).await.unwrap();
        assert_eq!(fired().await, 5);
        // What came since belongs to the other.
        put(broken(6, 4)).await;
        frozen.fire_due(&parts, at(4)).await.unwrap();
        assert_eq!(fired().await, 5);
        frozen.beat(at(28)).await.unwrap();
        assert_eq!(frozen.parts.len(), 0, "now it knows");
        other.fire_due(&parts, at(28)).await.unwrap();
        assert_eq!(fired().await, 6);
    }
}
