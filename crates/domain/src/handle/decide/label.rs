//! What a case is called, whom it is about, and which others it belongs to (B02, B07, B08).

use std::collections::BTreeSet;

use super::{Draft, Followed, check_length};
use crate::handle::case::State;
use crate::handle::clock::Promise;
use crate::handle::command::CaseRefusal;
use crate::handle::event::{Change, What};
use crate::id::{CaseId, CategoryId, StaffId};
use crate::triage::{Because, Kind, Priority};

/// More tags than this are a text.
const TAGS_MAX: usize = 20;

impl Draft<'_> {
    /// A correction stays visible beside what it corrects. Clocks that run keep their targets; what
    /// the new kind promises beyond them starts now.
    pub(super) fn correct(
        &mut self,
        kind: Option<Kind>,
        category: Option<CategoryId>,
        priority: Option<Priority>,
        reason: &str,
    ) -> Followed {
        check_length("reason", reason)?;
        self.check_state(|it| it != State::Closed)?;
        let reason = || reason.to_owned();
        let before = self.events.len();
        if let Some(to) = kind.filter(|&it| it != self.case.kind) {
            let change = Change { from: self.case.kind, to };
            self.add(What::KindCorrected { change, reason: reason() });
        }
        if let Some(to) = category.filter(|&it| Some(it) != self.case.category) {
            let change = Change { from: self.case.category, to: Some(to) };
            self.add(What::CategoryCorrected { change, reason: reason() });
        }
        if let Some(to) = priority.filter(|&it| it != self.case.priority) {
            let change = Change { from: self.case.priority, to };
            self.add(What::PriorityCorrected { change, reason: reason() });
        }
        if self.events.len() == before {
            return Err(CaseRefusal::Unchanged);
        }
        if kind.is_some() {
            self.take_from_the_concerned();
            self.start_missing_clocks()?;
        }
        Ok(())
    }

    /// What the new kind promises and the case never had; what was kept or missed stands.
    fn start_missing_clocks(&mut self) -> Followed {
        if !self.case.state.is_open() {
            return Ok(());
        }
        let had: Vec<Promise> =
            self.case.clocks.iter().map(|it| it.clock.terms().promise).collect();
        let is_answered = self.case.answered_at.is_some();
        let is_accepted = self.case.accepted_at.is_some();
        self.start_clocks(|promise| match promise {
            Promise::NextResponse => false,
            Promise::FirstResponse if is_answered => false,
            Promise::Accept if is_accepted => false,
            _ => !had.contains(&promise),
        });
        if self.case.state == State::WaitingForCustomer {
            self.pause_clocks()?;
        }
        Ok(())
    }

    pub(super) fn set_about(&mut self, about: BTreeSet<StaffId>) -> Followed {
        if about == self.case.about {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::AboutSet { about });
        self.take_from_the_concerned();
        Ok(())
    }

    /// Whoever turns out to be concerned loses the case to the queue, and ceases to help.
    fn take_from_the_concerned(&mut self) {
        let helpers: Vec<StaffId> = self.case.collaborators.iter().copied().collect();
        for staff in helpers.into_iter().filter(|&it| !self.may_own(it)).collect::<Vec<_>>() {
            self.add(What::CollaborationEnded { staff });
        }
        if self.case.owner.is_some_and(|it| !self.may_own(it)) {
            let because = vec![Because::LeftOutConcerned { count: 1 }];
            let (team, reason) = (self.case.team, String::new());
            self.add(What::Assigned { staff: None, team, because, reason });
        }
    }

    pub(super) fn set_tags(&mut self, tags: BTreeSet<String>) -> Followed {
        if tags == self.case.tags {
            return Err(CaseRefusal::Unchanged);
        }
        if TAGS_MAX < tags.len() || tags.iter().any(|it| 40 < it.chars().count()) {
            return Err(CaseRefusal::TooLong { field: "tags", max_chars: 40 });
        }
        if tags.iter().any(|it| it.trim().is_empty()) {
            return Err(CaseRefusal::Empty { field: "tags" });
        }
        self.add(What::TagsSet { tags });
        // Marked complex, it may be promised more.
        self.start_missing_clocks()
    }

    pub(super) fn link_repeat(&mut self, of: CaseId, because: Vec<Because>) -> Followed {
        if of == self.case.id {
            return Err(CaseRefusal::Itself);
        }
        if self.case.repeat_of == Some(of) {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::RepeatLinked { of, because });
        Ok(())
    }

    /// The duplicate ends here; its time line, its words and its broken promises stay readable.
    pub(super) fn merge_into(&mut self, into: CaseId) -> Followed {
        if into == self.case.id {
            return Err(CaseRefusal::Itself);
        }
        self.check_state(|it| it != State::Closed)?;
        self.cancel_clocks()?;
        self.add(What::MergedInto { into });
        Ok(())
    }

    pub(super) fn absorb(&mut self, duplicate: CaseId) -> Followed {
        if duplicate == self.case.id {
            return Err(CaseRefusal::Itself);
        }
        self.check_state(|it| it != State::Closed)?;
        if self.case.duplicates.contains(&duplicate) {
            return Err(CaseRefusal::Unchanged);
        }
        self.add(What::Absorbed { duplicate });
        Ok(())
    }
}
