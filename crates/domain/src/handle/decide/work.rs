//! Taking a case, working on it and talking with the customer (C03, C04, C17).

use std::collections::BTreeSet;

use super::{Draft, Followed, check_length, check_text};
use crate::handle::case::State;
use crate::handle::clock::Promise;
use crate::handle::command::CaseRefusal;
use crate::handle::event::{How, WaitEnd, What};
use crate::id::{StaffId, TeamId};
use crate::platform::actor::Actor;
use crate::triage::Because;

impl Draft<'_> {
    pub(super) fn assign(
        &mut self,
        staff: Option<StaffId>,
        team: TeamId,
        because: Vec<Because>,
        reason: String,
    ) -> Followed {
        self.check_state(|it| it != State::Closed)?;
        check_length("reason", &reason)?;
        if (staff, team) == (self.case.owner, self.case.team) {
            return Err(CaseRefusal::Unchanged);
        }
        if let Some(staff) = staff {
            self.check_may_own(staff)?;
        }
        self.add(What::Assigned { staff, team, because, reason });
        Ok(())
    }

    pub(super) fn transfer(
        &mut self,
        staff: Option<StaffId>,
        team: TeamId,
        reason: String,
    ) -> Followed {
        check_text("reason", &reason)?;
        self.assign(staff, team, Vec::new(), reason)
    }

    /// 受理: from the queue it becomes the case of whoever takes it.
    pub(super) fn accept(&mut self) -> Followed {
        self.check_state(|it| it == State::New)?;
        let staff = self.ctx.by.staff().ok_or(CaseRefusal::NotForYou)?;
        match self.case.owner {
            Some(owner) if owner != staff => return Err(CaseRefusal::NotYours),
            Some(_) => {}
            None => {
                self.check_may_own(staff)?;
                let team = self.case.team;
                let (because, reason) = (Vec::new(), String::new());
                self.add(What::Assigned { staff: Some(staff), team, because, reason });
            }
        }
        self.add(What::Accepted);
        self.stop(&[Promise::Accept])?;
        Ok(())
    }

    pub(super) fn start(&mut self) -> Followed {
        self.check_state(|it| matches!(it, State::New | State::Accepted | State::Reopened))?;
        if self.case.state == State::New {
            self.accept()?;
        }
        self.add(What::Started);
        Ok(())
    }

    pub(super) fn set_stage(&mut self, stage: Option<String>, of: State) -> Followed {
        self.check_state(|it| it == of)?;
        if stage == self.case.stage {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::StageSet { stage });
        Ok(())
    }

    /// A human answer keeps the promise of a first response, an automatic one does not.
    pub(super) fn reply(&mut self, text: String, how: How, is_solution: bool) -> Followed {
        check_text("text", &text)?;
        let is_automatic = self.ctx.by.staff().is_none();
        self.accept_on_the_way()?;
        self.add(What::Replied { text, how, is_solution, is_automatic });
        if !is_automatic {
            self.stop(&[Promise::FirstResponse, Promise::NextResponse])?;
            if is_solution {
                self.stop(&[Promise::Solution])?;
            }
        }
        Ok(())
    }

    /// Whoever answers the customer has taken the case, if it was theirs to take.
    fn accept_on_the_way(&mut self) -> Followed {
        let Some(staff) = self.ctx.by.staff() else { return Ok(()) };
        let is_theirs = self.case.owner.map_or(self.may_own(staff), |it| it == staff);
        if self.case.state == State::New && is_theirs {
            self.accept()?;
        }
        Ok(())
    }

    pub(super) fn note(&mut self, text: String, mentions: BTreeSet<StaffId>) -> Followed {
        check_text("text", &text)?;
        for &staff in &mentions {
            self.check_may_see(staff)?;
        }
        self.add(What::Noted { text, mentions });
        Ok(())
    }

    pub(super) fn collaborate(&mut self, staff: StaffId) -> Followed {
        self.check_open()?;
        self.check_may_own(staff)?;
        if self.case.is_worked_on_by(Actor::Staff(staff)) {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::CollaborationBegun { staff });
        Ok(())
    }

    pub(super) fn end_collaboration(&mut self, staff: StaffId) -> Followed {
        if !self.case.collaborators.contains(&staff) {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::CollaborationEnded { staff });
        Ok(())
    }

    /// Only with a question to the customer: silence on our side is not their delay.
    pub(super) fn wait_for_customer(&mut self, text: String, how: How) -> Followed {
        self.check_state(|it| matches!(it, State::Accepted | State::InProgress | State::Reopened))?;
        self.reply(text, how, false)?;
        self.add(What::WaitBegun { until: self.ctx.wait_until });
        self.pause_clocks()
    }

    pub(super) fn end_wait(&mut self) -> Followed {
        self.check_state(|it| it == State::WaitingForCustomer)?;
        let is_system = self.ctx.by == Actor::System;
        self.go_on(if is_system { WaitEnd::Expired } else { WaitEnd::Resumed })
    }

    fn go_on(&mut self, why: WaitEnd) -> Followed {
        self.add(What::WaitEnded { why });
        self.resume_clocks()
    }

    pub(super) fn customer_replied(&mut self, text: String, how: How) -> Followed {
        check_text("text", &text)?;
        self.add(What::CustomerReplied { text, how });
        if self.case.state == State::WaitingForCustomer {
            self.go_on(WaitEnd::Answered)?;
        }
        // While the first answer is owed, the promise of that one counts.
        if self.case.state.is_open() && self.case.live(Promise::FirstResponse).is_none() {
            self.start_clocks(|it| it == Promise::NextResponse);
        }
        Ok(())
    }

    pub(super) fn end_wait_on_the_way(&mut self) -> Followed {
        if self.case.state == State::WaitingForCustomer {
            self.go_on(WaitEnd::Resumed)?;
        }
        Ok(())
    }
}
