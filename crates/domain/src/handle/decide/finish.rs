//! Solving, telling the customer, asking again, closing, reopening (C14, C16, D03, A23).

use super::{Draft, Followed, check_length, check_text};
use crate::handle::case::State;
use crate::handle::clock::Promise;
use crate::handle::closing::missing;
use crate::handle::command::CaseRefusal;
use crate::handle::event::{How, What};
use crate::id::InvitationId;
use crate::triage::Kind;

impl Draft<'_> {
    pub(super) fn solve(&mut self, solution: String) -> Followed {
        check_text("solution", &solution)?;
        self.check_state(|it| it.is_open() && it != State::New)?;
        self.end_wait_on_the_way()?;
        self.add(What::Solved { solution });
        self.stop(&[Promise::Solution, Promise::Resolve])
    }

    /// There is something to tell once there is a result.
    fn check_result(&self) -> Followed {
        let case = &self.case;
        let has_result = match case.kind {
            Kind::Consultation | Kind::Praise => true,
            Kind::Suggestion => case.outcome.is_some(),
            Kind::Issue | Kind::Complaint => case.solution.is_some(),
        };
        if case.state == State::Closed || !has_result {
            return Err(CaseRefusal::WrongState { state: case.state });
        }
        Ok(())
    }

    pub(super) fn tell(&mut self, text: String, how: How) -> Followed {
        check_text("text", &text)?;
        self.check_result()?;
        self.add(What::Told { text, how });
        self.stop(&[Promise::FirstResponse, Promise::NextResponse])
    }

    pub(super) fn cannot_tell(&mut self, reason: String) -> Followed {
        check_text("reason", &reason)?;
        self.check_result()?;
        self.add(What::NotTold { reason });
        Ok(())
    }

    /// The customer is content. If nothing is missing, that closes the case.
    pub(super) fn confirm(&mut self, comment: String) -> Followed {
        check_length("comment", &comment)?;
        self.check_state(|it| it == State::Solved)?;
        if self.case.confirmed_at.is_some() {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::Confirmed { comment });
        if missing(&self.case).is_empty() {
            self.close()?;
        }
        Ok(())
    }

    /// New promises run from now; the old ones stay as they ended, and both are reported.
    pub(super) fn reopen(&mut self, reason: String) -> Followed {
        check_text("reason", &reason)?;
        self.check_state(|it| !it.is_open())?;
        self.add(What::Reopened { reason });
        self.start_clocks(|it| !matches!(it, Promise::Accept | Promise::NextResponse));
        Ok(())
    }

    pub(super) fn reevaluation_sent(&mut self, invitation: InvitationId) -> Followed {
        self.check_state(|it| it == State::Solved)?;
        self.add(What::ReevaluationSent { invitation });
        Ok(())
    }

    pub(super) fn waive_reevaluation(&mut self, reason: String) -> Followed {
        check_text("reason", &reason)?;
        self.check_state(|it| it == State::Solved)?;
        self.add(What::ReevaluationWaived { reason });
        Ok(())
    }

    /// An incomplete record cannot be closed, whoever asks.
    pub(super) fn close(&mut self) -> Followed {
        let is_light = !self.case.is_blame();
        self.check_state(|it| it == State::Solved || is_light && it != State::Closed)?;
        let missing = missing(&self.case);
        if !missing.is_empty() {
            return Err(CaseRefusal::Incomplete { missing });
        }
        self.stop(&[Promise::Accept, Promise::Solution, Promise::Resolve])?;
        self.cancel_clocks()?;
        self.add(What::Closed { from: self.case.state });
        Ok(())
    }
}
