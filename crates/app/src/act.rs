//! Who does what when: the argument every use case shares.

use std::sync::{Arc, Mutex};

use domain::id::TenantId;
use domain::platform::actor::Actor;
use domain::platform::role::Scope;
use domain::refusal::Refusal;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use uuid::Uuid;

use crate::Failure;

/// One act of one person (or of the system) at one moment.
#[derive(Debug, Clone)]
pub struct Act {
    pub tenant: TenantId,
    pub now: Timestamp,
    pub by: Actor,
    /// Whose things the caller may reach.
    pub scope: Scope,
    pub ids: Ids,
}

impl Act {
    /// An act of the house itself: a timer, an import, a rule.
    pub fn system(tenant: TenantId, now: Timestamp, ids: &Ids) -> Self {
        Self { tenant, now, by: Actor::System, scope: Scope::All, ids: ids.clone() }
    }

    /// A fresh id that sorts by time.
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.ids.at(self.now).into()
    }

    /// Refuses with "no such `thing`" when a thing is outside the caller's scope: who may not
    /// see it does not learn that it is there.
    pub fn require_within(
        &self,
        thing: &'static str,
        team: Option<domain::id::TeamId>,
        owner: Option<domain::id::StaffId>,
    ) -> Result<(), Failure> {
        if self.scope.covers(team, owner) {
            return Ok(());
        }
        Err(Refusal::not_found(thing).into())
    }
}

/// Where ids and secrets come from. Cheap to clone; the clones share one stream.
#[derive(Debug, Clone)]
pub struct Ids(Arc<Mutex<StdRng>>);

impl Ids {
    /// Seeded by the operating system.
    pub fn random() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// The same ids in every run: for the demonstration company and tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// A version 7 UUID (RFC 9562): 48 bits of milliseconds, the rest random.
    pub fn at(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// `N` bytes that nobody can guess.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().expect("nothing panics while it is held").fill_bytes(&mut bytes);
        bytes
    }
}
