//! The intake: submissions that arrive together share a commit.
//!
//! Waiting for the disk costs far more than writing, and it costs the same for one submission as
//! for fifty. So submissions wait here, and a writer takes those that wait into one transaction. A
//! bad one is refused before it writes; where one fails later, all are undone and done again, each in
//! a savepoint of its own, so that it is undone alone. A reply goes out after the commit is
//! on disk, never before. When more wait than can be served soon, the next is told to come again.
//!
//! A writer lives as long as something waits. It runs beside the requests: a customer who closes
//! the window takes nothing from the others, and stopping the process waits for it.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use app::collect::submit_evaluation::{Handed, Submission, submit_evaluation};
use app::{Act, Failure};
use domain::refusal::{Class, Refusal};
use futures_util::FutureExt as _;
use store::{Db, Write, db};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

/// Submissions that share a commit.
const AT_ONCE: usize = 64;

/// A transaction takes no more in after this time: others want to write as well.
const OPEN_MAX: Duration = Duration::from_millis(25);

/// Submissions that may wait. Some two seconds of work: who comes later is served sooner by coming
/// again.
const WAITING_MAX: usize = 1_024;

/// A further writer is worth its commit when so many wait for each that is at work.
const WAITING_PER_WRITER: usize = 8;

/// After how long one who found it full may come again.
pub const RETRY_SECONDS: u32 = 2;

/// Cheap to clone; the clones share one queue.
#[derive(Clone)]
pub struct Intake {
    db: Db,
    tasks: TaskTracker,
    queue: Arc<Mutex<Queue>>,
    waiting_max: usize,
    open_max: Duration,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// Writers at work.
    writers: usize,
    counts: Counts,
}

/// What came of it so far, since the process began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Submissions that a writer took, whatever became of them.
    pub taken: u64,
    /// Transactions they shared.
    pub groups: u64,
    /// Told to come again.
    pub turned_away: u64,
    /// Waiting now.
    pub waiting: usize,
}

struct Waiting {
    act: Act,
    input: Submission,
    reply: oneshot::Sender<Result<Handed, Failure>>,
}

/// What one is told who cannot be served now.
pub fn busy() -> Refusal {
    Refusal::new(Class::Busy, "busy").with("seconds", RETRY_SECONDS)
}

impl Intake {
    pub fn new(db: Db, tasks: TaskTracker) -> Self {
        Self { db, tasks, queue: Arc::default(), waiting_max: WAITING_MAX, open_max: OPEN_MAX }
    }

    /// The same with other bounds: how many may wait, and how long a transaction takes more in.
    #[must_use]
    pub fn with_bounds(self, waiting_max: usize, open_max: Duration) -> Self {
        Self { waiting_max, open_max, ..self }
    }

    /// Takes a submission in; returns when it is on disk, or why it is not. When too many wait, or
    /// the database is out of reach, that is the refusal `busy`: the same may be sent again.
    pub async fn hand_in(&self, act: Act, input: Submission) -> Result<Handed, Failure> {
        let (reply, answer) = oneshot::channel();
        {
            let mut queue = self.queue();
            if self.waiting_max <= queue.waiting.len() {
                queue.counts.turned_away += 1;
                return Err(busy().into());
            }
            queue.waiting.push_back(Waiting { act, input, reply });
            let enough = queue.writers * WAITING_PER_WRITER;
            let room = queue.writers < self.db.writers_at_once();
            if room && enough < queue.waiting.len() {
                queue.writers += 1;
                self.tasks.spawn(self.clone().write());
            }
        }
        match answer.await.unwrap_or(Err(db::Error::WorkerCrashed.into())) {
            Err(Failure::Db(error)) if db::is_unreachable(&error) => {
                tracing::error!(%error, "a submission could not be written");
                Err(busy().into())
            }
            outcome => outcome,
        }
    }

    pub fn counts(&self) -> Counts {
        let queue = self.queue();
        Counts { waiting: queue.waiting.len(), ..queue.counts }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("nothing panics while it is held")
    }

    /// The next that waits; `None` ends the writer, in the same breath as it is seen that none does.
    fn next_or_leave(&self) -> Option<Waiting> {
        let mut queue = self.queue();
        let next = queue.waiting.pop_front();
        if next.is_none() {
            queue.writers -= 1;
        }
        next
    }

    fn count(&self, group: usize) {
        let counts = &mut self.queue().counts;
        counts.groups += 1;
        counts.taken += u64::try_from(group).expect("a group is small");
    }

    async fn write(self) {
        while let Some(first) = self.next_or_leave() {
            let mut group = vec![first];
            let mut outcomes = Box::pin(caught(self.write_together(&mut group))).await;
            if matches!(&outcomes, Ok(done) if done.len() < group.len()) {
                outcomes = Box::pin(caught(self.write_apart(&group))).await;
            }
            let outcomes = match outcomes {
                Ok(outcomes) => outcomes,
                Err(error) => {
                    // Whose fault it was is seen when each goes alone.
                    tracing::warn!(%error, size = group.len(), "a group failed; each goes alone");
                    Box::pin(self.write_each(&group)).await
                }
            };
            self.count(group.len());
            for (it, outcome) in group.into_iter().zip(outcomes) {
                let outcome = match outcome {
                    Err(Failure::Db(error)) if db::is_transient(&error) => {
                        Box::pin(self.write_alone(&it)).await
                    }
                    outcome => outcome,
                };
                // Who does not wait any more finds it when they send it again.
                drop(it.reply.send(outcome));
            }
        }
    }

    /// Takes what waits into one transaction. `group` is all that it took. Fewer outcomes than that: the
    /// next failed after it had begun to write, and nothing of the group is written.
    async fn write_together(
        &self,
        group: &mut Vec<Waiting>,
    ) -> Result<Vec<Result<Handed, Failure>>, Failure> {
        let mut tx = self.db.write().await?.remembering();
        let begun = Instant::now();
        let mut outcomes = Vec::new();
        loop {
            let Waiting { act, input, .. } = &group[outcomes.len()];
            let before = tx.changes();
            let outcome = submit_evaluation(&mut tx, act, input.clone()).await;
            if matches!(outcome, Err(Failure::Db(_))) || outcome.is_err() && before < tx.changes() {
                return Ok(outcomes);
            }
            outcomes.push(outcome);
            if group.len() == AT_ONCE || self.open_max < begun.elapsed() {
                break;
            }
            let Some(next) = self.queue().waiting.pop_front() else { break };
            group.push(next);
        }
        tx.commit().await?;
        Ok(outcomes)
    }

    /// Takes the group into one transaction, each in a savepoint.
    async fn write_apart(
        &self,
        group: &[Waiting],
    ) -> Result<Vec<Result<Handed, Failure>>, Failure> {
        let mut tx = self.db.write().await?.remembering();
        let mut outcomes = Vec::with_capacity(group.len());
        for Waiting { act, input, .. } in group {
            let submit = async |tx: &mut Write| submit_evaluation(tx, act, input.clone()).await;
            outcomes.push(tx.apart(submit).await?);
        }
        tx.commit().await?;
        Ok(outcomes)
    }

    /// Each in a transaction of its own, until the database is out of reach.
    async fn write_each(&self, group: &[Waiting]) -> Vec<Result<Handed, Failure>> {
        let mut outcomes = Vec::with_capacity(group.len());
        let mut is_lost = false;
        for it in group {
            let outcome = if is_lost {
                Err(db::Error::PoolTimedOut.into())
            } else {
                Box::pin(self.write_alone(it)).await
            };
            is_lost = matches!(&outcome, Err(Failure::Db(error)) if db::is_unreachable(error));
            outcomes.push(outcome);
        }
        outcomes
    }

    async fn write_alone(&self, it: &Waiting) -> Result<Handed, Failure> {
        let alone = async {
            let mut tx = self.db.write().await?;
            let handed = submit_evaluation(&mut tx, &it.act, it.input.clone()).await?;
            tx.commit().await?;
            Ok(handed)
        };
        Box::pin(caught(alone)).await
    }
}

/// A panic is a failure of what panicked, not of the writer.
async fn caught<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let panicked = |_| Err(db::Error::Protocol("it panicked".to_owned()).into());
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(panicked)
}
