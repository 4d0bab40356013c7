//! A case 工单: what its events made of it. Only [`Case::apply`] changes one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::clock::{Clock, ClockError, Promise, Schedules};
use super::event::{CaseEvent, Opening, What};
use super::rectification::{Cause, Progress, Rectification};
use super::suggestion::{Completed, Outcome};
use crate::code::codes;
use crate::collect::channel::Channel;
use crate::id::{
    CaseId, CategoryId, ClockId, CustomerId, EvaluationId, InteractionId, InvitationId,
    RectificationId, StaffId, TeamId,
};
use crate::platform::actor::Actor;
use crate::triage::{Kind, Priority};

codes! {
    /// The fixed skeleton of the life cycle (C07); a tenant's own stages lie within these.
    pub enum State {
        New = "new",
        /// 已受理.
        Accepted = "accepted",
        InProgress = "in_progress",
        WaitingForCustomer = "waiting_for_customer",
        Solved = "solved",
        Closed = "closed",
        Reopened = "reopened",
    }
}

impl State {
    /// Somebody still has to do something for the customer.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Solved | Self::Closed)
    }
}

/// Whether the customer knows the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "told", rename_all = "snake_case")]
pub enum Told {
    Yes { at: Timestamp },
    Impossible { reason: String },
}

/// Whether the customer was asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reevaluation", rename_all = "snake_case")]
pub enum Reevaluation {
    Sent { invitation: InvitationId, at: Timestamp },
    Waived { reason: String },
}

/// The labels a case was given first, kept beside every correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstLabels {
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub priority: Priority,
}

/// One clock of a case, and how far its escalation has gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseClock {
    pub clock: Clock,
    /// The share of the time at which people were last told, in basis points; 0 for never.
    pub woken_bp: u32,
}

/// A consultation, issue, complaint, suggestion or praise that somebody owns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    /// How many events made it; a writer who saw another number saw another case.
    pub version: u64,
    pub number: String,
    pub state: State,
    /// The code of a stage of the tenant's own within the state.
    pub stage: Option<String>,
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub priority: Priority,
    pub first_labels: FirstLabels,
    pub tags: BTreeSet<String>,
    pub customer: Option<CustomerId>,
    pub channel: Channel,
    pub interaction: Option<InteractionId>,
    pub evaluation: Option<EvaluationId>,
    /// Whom it is about: complained about, or praised.
    pub about: BTreeSet<StaffId>,
    pub said: String,
    pub owner: Option<StaffId>,
    pub team: TeamId,
    pub collaborators: BTreeSet<StaffId>,
    pub opened_at: Timestamp,
    pub accepted_at: Option<Timestamp>,
    /// The first human public answer of all.
    pub answered_at: Option<Timestamp>,
    /// The first time it was solved; reopening does not move it.
    pub first_solved_at: Option<Timestamp>,
    /// The last time it was solved; `None` while it is open.
    pub solved_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub changed_at: Timestamp,
    pub reopened_count: u32,
    /// Every clock there ever was; at most one of a kind is live.
    pub clocks: Vec<CaseClock>,
    pub cause: Option<Cause>,
    pub rectifications: Vec<Rectification>,
    /// Why no corrective action is needed.
    pub rectification_waiver: Option<String>,
    pub outcome: Option<Outcome>,
    /// What was done for the customer; asked for again after a reopening.
    pub solution: Option<String>,
    pub told: Option<Told>,
    pub reevaluation: Option<Reevaluation>,
    pub confirmed_at: Option<Timestamp>,
    pub repeat_of: Option<CaseId>,
    pub duplicates: BTreeSet<CaseId>,
    pub merged_into: Option<CaseId>,
}

impl Case {
    /// The case as all its events make it. `None` unless the first, and only the first, opens it.
    pub fn replay(id: CaseId, events: &[CaseEvent]) -> Option<Self> {
        let (first, rest) = events.split_first()?;
        let What::Opened(opening) = &first.what else { return None };
        let mut case = Self::begin(id, first.at, opening);
        for event in rest {
            if matches!(event.what, What::Opened(_)) {
                return None;
            }
            case.apply(event);
        }
        Some(case)
    }

    fn begin(id: CaseId, at: Timestamp, opening: &Opening) -> Self {
        let opening = opening.clone();
        Self {
            id,
            version: 1,
            number: opening.number,
            state: State::New,
            stage: None,
            kind: opening.kind,
            category: opening.category,
            priority: opening.priority,
            first_labels: FirstLabels {
                kind: opening.kind,
                category: opening.category,
                priority: opening.priority,
            },
            tags: BTreeSet::new(),
            customer: opening.customer,
            channel: opening.channel,
            interaction: opening.interaction,
            evaluation: opening.evaluation,
            about: opening.about,
            said: opening.said,
            owner: None,
            team: opening.team,
            collaborators: BTreeSet::new(),
            opened_at: at,
            accepted_at: None,
            answered_at: None,
            first_solved_at: None,
            solved_at: None,
            closed_at: None,
            changed_at: at,
            reopened_count: 0,
            clocks: Vec::new(),
            cause: None,
            rectifications: Vec::new(),
            rectification_waiver: None,
            outcome: None,
            solution: None,
            told: None,
            reevaluation: None,
            confirmed_at: None,
            repeat_of: None,
            duplicates: BTreeSet::new(),
            merged_into: None,
        }
    }

    /// Marked complex by somebody 复杂问题: the tag of this name.
    pub fn is_complex(&self) -> bool {
        self.tags.contains("complex")
    }

    /// Whether it blames those it is about: they may neither own nor see it.
    pub const fn is_blame(&self) -> bool {
        matches!(self.kind, Kind::Complaint | Kind::Issue)
    }

    /// Whether this person must not get to see it.
    pub fn is_hidden_from(&self, staff: StaffId) -> bool {
        self.is_blame() && self.about.contains(&staff)
    }

    /// The clocks that have not ended.
    pub fn live_clocks(&self) -> impl Iterator<Item = &Clock> {
        self.clocks.iter().map(|it| &it.clock).filter(|it| it.end().is_none())
    }

    /// The clock of this promise that has not ended; there is at most one.
    pub fn live(&self, promise: Promise) -> Option<&Clock> {
        self.live_clocks().find(|it| it.terms().promise == promise)
    }

    pub fn clock(&self, clock: ClockId) -> Option<&CaseClock> {
        self.clocks.iter().find(|it| it.clock.id() == clock)
    }

    pub fn rectification(&self, id: RectificationId) -> Option<&Rectification> {
        self.rectifications.iter().find(|it| it.plan.id == id)
    }

    /// The running promise that falls due first, and when; `None` when none runs.
    pub fn next_promise(
        &self,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<Option<(&Clock, Timestamp)>, ClockError> {
        let running = self.live_clocks().filter(|it| it.paused().is_none());
        let dues = running.map(|it| it.due(now, schedules).map(|due| (it, due.at)));
        Ok(dues.collect::<Result<Vec<_>, _>>()?.into_iter().min_by_key(|it| it.1))
    }

    /// The earliest moment at which a running promise falls due; `None` when none runs.
    pub fn next_due(
        &self,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<Option<Timestamp>, ClockError> {
        Ok(self.next_promise(now, schedules)?.map(|it| it.1))
    }

    /// What the event changes. Events come from [`decide`](super::decide::decide) and fit.
    pub fn apply(&mut self, event: &CaseEvent) {
        self.version += 1;
        self.changed_at = event.at;
        match &event.what {
            What::Opened(_) | What::Noted { .. } => {}
            What::Assigned { staff, team, .. } => (self.owner, self.team) = (*staff, *team),
            What::StageSet { stage } => self.stage.clone_from(stage),
            What::CollaborationBegun { staff } => drop(self.collaborators.insert(*staff)),
            What::CollaborationEnded { staff } => drop(self.collaborators.remove(staff)),
            What::KindCorrected { change, .. } => self.kind = change.to,
            What::CategoryCorrected { change, .. } => self.category = change.to,
            What::PriorityCorrected { change, .. } => self.priority = change.to,
            What::AboutSet { about } => self.about.clone_from(about),
            What::TagsSet { tags } => self.tags.clone_from(tags),
            What::RepeatLinked { of, .. } => self.repeat_of = Some(*of),
            What::Absorbed { duplicate } => drop(self.duplicates.insert(*duplicate)),
            What::Replied { is_automatic, .. } => {
                if !is_automatic {
                    self.answered_at.get_or_insert(event.at);
                }
            }
            What::Accepted
            | What::Started
            | What::WaitBegun { .. }
            | What::WaitEnded { .. }
            | What::CustomerReplied { .. }
            | What::Solved { .. }
            | What::Reopened { .. }
            | What::MergedInto { .. }
            | What::Closed { .. } => self.apply_move(event),
            What::ClockStarted { .. }
            | What::ClockPaused { .. }
            | What::ClockResumed { .. }
            | What::ClockStopped { .. }
            | What::ClockCancelled { .. }
            | What::Escalated { .. } => self.apply_clock(event),
            _ => self.apply_record(event),
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.stage = None;
    }

    fn apply_move(&mut self, event: &CaseEvent) {
        match &event.what {
            What::Accepted => {
                self.accepted_at.get_or_insert(event.at);
                self.enter(State::Accepted);
            }
            What::Started | What::WaitEnded { .. } => self.enter(State::InProgress),
            What::WaitBegun { .. } => self.enter(State::WaitingForCustomer),
            What::Solved { solution } => {
                self.solution = Some(solution.clone());
                self.solved_at = Some(event.at);
                self.first_solved_at.get_or_insert(event.at);
                self.enter(State::Solved);
            }
            What::Reopened { .. } => {
                self.reopened_count += 1;
                (self.solved_at, self.closed_at, self.confirmed_at) = (None, None, None);
                (self.solution, self.told, self.reevaluation) = (None, None, None);
                self.enter(State::Reopened);
            }
            What::MergedInto { into } => {
                self.merged_into = Some(*into);
                self.closed_at = Some(event.at);
                self.enter(State::Closed);
            }
            What::Closed { .. } => {
                self.closed_at = Some(event.at);
                self.enter(State::Closed);
            }
            _ => {}
        }
    }

    fn apply_clock(&mut self, event: &CaseEvent) {
        match &event.what {
            What::ClockStarted { clock } => {
                self.clocks.push(CaseClock { clock: (**clock).clone(), woken_bp: 0 });
            }
            What::ClockPaused { clock }
            | What::ClockResumed { clock }
            | What::ClockStopped { clock }
            | What::ClockCancelled { clock } => {
                if let Some(it) = self.clocks.iter_mut().find(|it| it.clock.id() == clock.id()) {
                    it.clock.clone_from(clock);
                }
            }
            What::Escalated { clock, share_bp, .. } => {
                if let Some(it) = self.clocks.iter_mut().find(|it| it.clock.id() == *clock) {
                    it.woken_bp = *share_bp;
                }
            }
            _ => {}
        }
    }

    fn apply_record(&mut self, event: &CaseEvent) {
        match &event.what {
            What::CauseSet { cause } => self.cause = Some(cause.clone()),
            What::RectificationPlanned { plan } => self.rectifications.push(Rectification {
                plan: plan.clone(),
                planned_at: event.at,
                progress: Progress::Planned,
                failed_checks: 0,
            }),
            What::RectificationDone { id, .. }
            | What::RectificationChecked { id, .. }
            | What::RectificationWithdrawn { id, .. } => {
                if let Some(it) = self.rectifications.iter_mut().find(|it| it.plan.id == *id) {
                    it.apply(event);
                }
            }
            What::RectificationWaived { reason } => {
                self.rectification_waiver = Some(reason.clone());
            }
            What::SuggestionDecided { decided_by, decision } => {
                self.outcome = Some(Outcome {
                    decision: decision.clone(),
                    decided_by: *decided_by,
                    decided_at: event.at,
                    result: None,
                });
            }
            What::SuggestionCompleted { result } => {
                if let Some(outcome) = &mut self.outcome {
                    outcome.result = Some(Completed { text: result.clone(), at: event.at });
                }
            }
            What::Told { .. } => {
                self.told = Some(Told::Yes { at: event.at });
                self.answered_at.get_or_insert(event.at);
            }
            What::NotTold { reason } => {
                self.told = Some(Told::Impossible { reason: reason.clone() });
            }
            What::Confirmed { .. } => self.confirmed_at = Some(event.at),
            What::ReevaluationSent { invitation } => {
                self.reevaluation =
                    Some(Reevaluation::Sent { invitation: *invitation, at: event.at });
            }
            What::ReevaluationWaived { reason } => {
                self.reevaluation = Some(Reevaluation::Waived { reason: reason.clone() });
            }
            _ => {}
        }
    }

    /// Whether this person works on it: owns it or helps.
    pub fn is_worked_on_by(&self, by: Actor) -> bool {
        by.staff().is_some_and(|it| self.owner == Some(it) || self.collaborators.contains(&it))
    }
}

impl Rectification {
    fn apply(&mut self, event: &CaseEvent) {
        match (&event.what, &self.progress) {
            (What::RectificationDone { done_by, result, .. }, _) => {
                self.progress =
                    Progress::Done { by: *done_by, at: event.at, result: result.clone() };
            }
            (
                What::RectificationChecked { is_done: true, checked_by, comment, .. },
                Progress::Done { by: done_by, at: done_at, result },
            ) => {
                self.progress = Progress::Verified {
                    done_by: *done_by,
                    done_at: *done_at,
                    result: result.clone(),
                    by: *checked_by,
                    at: event.at,
                    comment: comment.clone(),
                };
            }
            (What::RectificationChecked { is_done: false, .. }, _) => {
                self.progress = Progress::Planned;
                self.failed_checks += 1;
            }
            (What::RectificationWithdrawn { reason, .. }, _) => {
                self.progress = Progress::Withdrawn { at: event.at, reason: reason.clone() };
            }
            _ => {}
        }
    }
}
