//! Cause, corrective action and suggestion: what the ledgers show (C10, C11, C12).

use jiff::Timestamp;

use super::{Draft, Followed, check_length, check_text};
use crate::handle::case::State;
use crate::handle::command::CaseRefusal;
use crate::handle::event::What;
use crate::handle::rectification::{Cause, Plan, Progress, Rectification};
use crate::handle::suggestion::{Decision, Outcome};
use crate::id::RectificationId;
use crate::triage::Kind;

impl Draft<'_> {
    fn check_due(&self, due_at: Timestamp) -> Followed {
        if due_at < self.ctx.now { Err(CaseRefusal::Past { field: "due_at" }) } else { Ok(()) }
    }

    fn check_not_closed(&self) -> Followed {
        self.check_state(|it| it != State::Closed)
    }

    pub(super) fn set_cause(&mut self, cause: Cause) -> Followed {
        self.check_not_closed()?;
        check_text("cause", &cause.text)?;
        if self.case.cause.as_ref() == Some(&cause) {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::CauseSet { cause });
        Ok(())
    }

    pub(super) fn plan(&mut self, plan: Plan) -> Followed {
        self.check_not_closed()?;
        check_text("measure", &plan.measure)?;
        self.check_due(plan.due_at)?;
        self.check_may_see(plan.owner)?;
        if self.case.rectification(plan.id).is_some() {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::RectificationPlanned { plan });
        Ok(())
    }

    fn open_rectification(&self, id: RectificationId) -> Result<&Rectification, CaseRefusal> {
        self.check_not_closed()?;
        let it = self.case.rectification(id).ok_or(CaseRefusal::NoRectification { id })?;
        if it.is_open() { Ok(it) } else { Err(CaseRefusal::RectificationState { id }) }
    }

    /// By the owner of the measure, or by those who work on the case.
    pub(super) fn finish_rectification(&mut self, id: RectificationId, result: String) -> Followed {
        check_text("result", &result)?;
        let by = self.ctx.by.staff().ok_or(CaseRefusal::NotForYou)?;
        let it = self.open_rectification(id)?;
        if it.plan.owner != by && !self.is_mine(by) {
            return Err(CaseRefusal::NotYours);
        }
        if it.progress != Progress::Planned {
            return Err(CaseRefusal::RectificationState { id });
        }
        self.add(What::RectificationDone { id, done_by: by, result });
        Ok(())
    }

    pub(super) fn verify(
        &mut self,
        id: RectificationId,
        is_done: bool,
        comment: String,
    ) -> Followed {
        check_length("comment", &comment)?;
        let by = self.ctx.by.staff().ok_or(CaseRefusal::NotForYou)?;
        let it = self.open_rectification(id)?;
        if !matches!(it.progress, Progress::Done { .. }) {
            return Err(CaseRefusal::RectificationState { id });
        }
        if !it.may_verify(by) {
            return Err(CaseRefusal::OwnWork { id });
        }
        if !is_done {
            check_text("comment", &comment)?;
        }
        self.add(What::RectificationChecked { id, checked_by: by, is_done, comment });
        Ok(())
    }

    pub(super) fn withdraw(&mut self, id: RectificationId, reason: String) -> Followed {
        check_text("reason", &reason)?;
        self.open_rectification(id)?;
        self.add(What::RectificationWithdrawn { id, reason });
        Ok(())
    }

    pub(super) fn waive_rectification(&mut self, reason: String) -> Followed {
        self.check_not_closed()?;
        check_text("reason", &reason)?;
        if self.ctx.by.staff() == self.case.owner {
            return Err(CaseRefusal::NotYours);
        }
        self.add(What::RectificationWaived { reason });
        Ok(())
    }

    pub(super) fn decide_suggestion(&mut self, decision: Decision) -> Followed {
        let by = self.ctx.by.staff().ok_or(CaseRefusal::NotForYou)?;
        self.check_kind(Kind::Suggestion)?;
        self.check_open()?;
        // Asked again by the customer, it may be decided again.
        if self.case.outcome.is_some() && self.case.reopened_count == 0 {
            return Err(CaseRefusal::Decided);
        }
        match &decision {
            Decision::Adopted { reason, owner, due_at } => {
                check_text("reason", reason)?;
                self.check_due(*due_at)?;
                self.check_may_see(*owner)?;
            }
            Decision::Declined { reason } => check_text("reason", reason)?,
        }
        self.add(What::SuggestionDecided { decided_by: by, decision });
        Ok(())
    }

    pub(super) fn complete_suggestion(&mut self, result: String) -> Followed {
        self.check_kind(Kind::Suggestion)?;
        self.check_not_closed()?;
        check_text("result", &result)?;
        if !self.case.outcome.as_ref().is_some_and(Outcome::awaits_result) {
            return Err(CaseRefusal::Undecided);
        }
        self.add(What::SuggestionCompleted { result });
        Ok(())
    }

    fn check_kind(&self, kind: Kind) -> Followed {
        let is = self.case.kind;
        if is == kind { Ok(()) } else { Err(CaseRefusal::WrongKind { kind: is }) }
    }
}
