//! What every handler and the worker share.

use std::sync::Arc;

use app::{Act, Ids};
use domain::id::TenantId;
use jiff::Timestamp;
use store::Db;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::channel::Channels;
use crate::config::Config;
use crate::http::limit::Limits;
use crate::intake::Intake;
use crate::live::Live;
use crate::metrics::Metrics;
use crate::pulse::Pulse;
use crate::setup::Setup;

/// Passwords hashed at once: each takes a core for tens of milliseconds.
const HASHES_AT_ONCE: usize = 2;

/// Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub config: Arc<Config>,
    /// The only source of `now`.
    pub clock: fn() -> Timestamp,
    pub ids: Ids,
    /// How submissions come in.
    pub intake: Intake,
    /// How messages leave the house.
    pub channels: Arc<Channels>,
    /// Who watches for changes.
    pub live: Live,
    /// Everything that runs beside requests; shutdown waits for it.
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
    pub limits: Arc<Limits>,
    pub metrics: Arc<Metrics>,
    pub pulse: Arc<Pulse>,
    /// The first run.
    pub setup: Arc<Setup>,
    hashing: Arc<Semaphore>,
}

impl App {
    pub fn new(db: Db, config: Config, clock: fn() -> Timestamp, ids: Ids) -> Self {
        let tasks = TaskTracker::new();
        Self {
            intake: Intake::new(db.clone(), tasks.clone()),
            channels: Arc::new(Channels::new(db.clone(), &config)),
            limits: Arc::new(Limits::new(&config.limits)),
            metrics: Arc::new(Metrics::new(clock())),
            pulse: Arc::default(),
            live: Live::default(),
            db,
            config: Arc::new(config),
            clock,
            ids,
            tasks,
            stop: CancellationToken::new(),
            setup: Arc::default(),
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
        }
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// An act of the house itself.
    pub fn system(&self, tenant: TenantId) -> Act {
        Act::system(tenant, self.now(), &self.ids)
    }

    /// Runs slow work on a thread of its own, a few at once.
    pub async fn hashing<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _permit = self.hashing.acquire().await.expect("the semaphore is never closed");
        tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
    }
}

/// The system's time.
#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
pub fn system_clock() -> Timestamp {
    Timestamp::now()
}
