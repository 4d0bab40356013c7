//! Keeps the buckets of figures: a step in a turn, so that what is due never waits for long.

use std::collections::BTreeSet;

use app::analysis::heal::{heal, is_due};
use domain::analysis::bucket::Cohort;
use domain::id::TenantId;
use jiff::{SignedDuration, Timestamp};
use store::analysis::mark;
use store::platform::{lease, tenant};

use crate::App;

/// How often to look for days that were marked.
const LOOK: SignedDuration = SignedDuration::from_secs(2);

/// How often to look for days that are over, or change though nobody writes.
const SWEEP: SignedDuration = SignedDuration::from_secs(60);

/// What there is to heal, and when to look again.
pub struct Healing {
    waiting: BTreeSet<(TenantId, Cohort)>,
    next_look: Timestamp,
    next_sweep: Timestamp,
}

impl Healing {
    pub fn new(now: Timestamp) -> Self {
        Self { waiting: BTreeSet::new(), next_look: now, next_sweep: now }
    }

    /// Heals a few days of one tenant of these parts, if there are any; `true`: there is more. What
    /// fails is looked at again: nobody waits for it, figures come from rows meanwhile.
    pub async fn step(&mut self, app: &App, parts: &[i64], now: Timestamp) -> bool {
        if let Err(error) = self.look(app, parts, now).await {
            tracing::warn!(%error, "no look at what figures are to be healed");
        }
        let Some((tenant, cohort)) = self.waiting.pop_first() else { return false };
        match step(app, tenant, cohort).await {
            Ok(true) => {
                self.waiting.insert((tenant, cohort));
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, %tenant, %cohort, "figures could not be healed"),
        }
        !self.waiting.is_empty()
    }

    async fn look(&mut self, app: &App, parts: &[i64], now: Timestamp) -> anyhow::Result<()> {
        if now < self.next_look {
            return Ok(());
        }
        self.next_look = now + LOOK;
        let mut conn = app.db.read().await?;
        let tenants: Vec<TenantId> = if self.next_sweep <= now {
            self.next_sweep = now + SWEEP;
            tenant::list(&mut conn).await?.into_iter().map(|it| it.id).collect()
        } else {
            mark::tenants(&mut conn).await?
        };
        for tenant in tenants.into_iter().filter(|it| parts.contains(&lease::part_of(it.0))) {
            for cohort in Cohort::ALL {
                if is_due(&mut conn, &app.system(tenant), *cohort).await? {
                    self.waiting.insert((tenant, *cohort));
                }
            }
        }
        Ok(())
    }
}

async fn step(app: &App, tenant: TenantId, cohort: Cohort) -> app::Result<bool> {
    let mut tx = app.db.write().await?;
    let more = heal(&mut tx, &app.system(tenant), cohort).await?;
    tx.commit().await?;
    Ok(more)
}
