//! When this process last did what it is for.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Signs of life of the worker of this process; none where another process works.
#[derive(Debug, Default)]
pub struct Pulse {
    turned_ms: AtomicI64,
    sealed_ms: AtomicI64,
}

impl Pulse {
    /// The worker looked at the queue and got an answer.
    pub fn turn(&self, now: Timestamp) {
        self.turned_ms.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// Everything that waited for a place in the ledger has one.
    pub fn seal(&self, now: Timestamp) {
        self.sealed_ms.store(now.as_millisecond(), Ordering::Relaxed);
    }

    pub fn turned(&self) -> Option<Timestamp> {
        read(&self.turned_ms)
    }

    pub fn sealed(&self) -> Option<Timestamp> {
        read(&self.sealed_ms)
    }
}

/// 0 is never: it was 1970.
fn read(at_ms: &AtomicI64) -> Option<Timestamp> {
    let at_ms = at_ms.load(Ordering::Relaxed);
    Timestamp::from_millisecond(at_ms).ok().filter(|_| at_ms != 0)
}
