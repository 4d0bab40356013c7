//! What commands do to the clocks of a case, and escalation (C06).

use std::collections::BTreeSet;

use super::{Draft, Followed};
use crate::handle::clock::{Clock, PauseReason, Promise};
use crate::handle::command::CaseRefusal;
use crate::handle::event::What;
use crate::id::{ClockId, StaffId};
use crate::platform::actor::Actor;

/// What depends on the customer's answer; the first response does not.
const PAUSABLE: [Promise; 2] = [Promise::Solution, Promise::Resolve];

impl Draft<'_> {
    /// Starts what is promised and `wanted`. A promise that still has a live clock keeps it: once
    /// given it is neither prolonged nor doubled.
    pub(super) fn start_clocks(&mut self, wanted: impl Fn(Promise) -> bool) {
        for clock in self.ctx.promises {
            let promise = clock.terms().promise;
            if wanted(promise) && self.case.live(promise).is_none() {
                self.add(What::ClockStarted { clock: Box::new(clock.clone()) });
            }
        }
    }

    pub(super) fn pause_clocks(&mut self) -> Followed {
        for mut clock in self.live(&PAUSABLE).filter(|it| it.paused().is_none()) {
            clock.pause(self.ctx.now, PauseReason::WaitingForCustomer)?;
            self.add(What::ClockPaused { clock: Box::new(clock) });
        }
        Ok(())
    }

    pub(super) fn resume_clocks(&mut self) -> Followed {
        for mut clock in self.live(&PAUSABLE).filter(|it| it.paused().is_some()) {
            clock.resume(self.ctx.now)?;
            self.add(What::ClockResumed { clock: Box::new(clock) });
        }
        Ok(())
    }

    /// The promises are fulfilled, in time or late; those without a live clock are left alone.
    pub(super) fn stop(&mut self, promises: &[Promise]) -> Followed {
        for mut clock in self.live(promises) {
            clock.stop(self.ctx.now, self.ctx.schedules)?;
            self.add(What::ClockStopped { clock: Box::new(clock) });
        }
        Ok(())
    }

    /// The promises have no object any more. One that was broken before stays broken.
    pub(super) fn cancel_clocks(&mut self) -> Followed {
        let (now, schedules) = (self.ctx.now, self.ctx.schedules);
        for mut clock in self.live(Promise::ALL) {
            if clock.due(now, schedules)?.at < now {
                clock.stop(now, schedules)?;
                self.add(What::ClockStopped { clock: Box::new(clock) });
            } else {
                clock.cancel(now, schedules)?;
                self.add(What::ClockCancelled { clock: Box::new(clock) });
            }
        }
        Ok(())
    }

    fn live(&self, promises: &[Promise]) -> std::vec::IntoIter<Clock> {
        let live = self.case.live_clocks().filter(|it| promises.contains(&it.terms().promise));
        live.cloned().collect::<Vec<_>>().into_iter()
    }

    /// People are told at a share of the time, once for each share. Only the timers ask for it.
    pub(super) fn escalate(
        &mut self,
        id: ClockId,
        share_bp: u32,
        told: BTreeSet<StaffId>,
    ) -> Followed {
        if self.ctx.by != Actor::System {
            return Err(CaseRefusal::NotForYou);
        }
        let Some(it) = self.case.clock(id).filter(|it| it.clock.end().is_none()) else {
            return Err(CaseRefusal::NoClock { clock: id });
        };
        if share_bp <= it.woken_bp {
            return Err(CaseRefusal::Unchanged);
        }
        let wakes = it.clock.wakes(self.ctx.now, self.ctx.schedules)?;
        if !wakes.iter().any(|it| it.share_bp == share_bp && it.at <= self.ctx.now) {
            return Err(CaseRefusal::NotDue { promise: it.clock.terms().promise });
        }
        for &staff in &told {
            self.check_may_see(staff)?;
        }
        self.add(What::Escalated { clock: id, share_bp, told });
        Ok(())
    }
}
