//! What can be asked of a case, by whom, and why it may be refused.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::State;
use super::clock::{Clock, ClockError, Promise, Schedules};
use super::closing::Requirement;
use super::event::How;
use super::rectification::{Cause, Plan};
use super::suggestion::Decision;
use crate::id::{CaseId, CategoryId, ClockId, InvitationId, RectificationId, StaffId, TeamId};
use crate::platform::actor::Actor;
use crate::platform::role::Permission;
use crate::refusal::{self, Class};
use crate::triage::{Because, Kind, Priority};

/// The longest text in a command, in characters.
pub const TEXT_CHARS_MAX: usize = 5_000;

/// One request. Texts are what somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// By a supervisor or the system; `staff: None` puts it into the team's queue.
    Assign {
        staff: Option<StaffId>,
        team: TeamId,
        #[serde(default)]
        because: Vec<Because>,
        #[serde(default)]
        reason: String,
    },
    /// 受理.
    Accept,
    Start,
    /// To a stage of the tenant's own within the same state; `None` for the state itself.
    SetStage {
        stage: Option<String>,
        of: State,
    },
    /// To the customer.
    Reply {
        text: String,
        #[serde(default)]
        how: How,
        #[serde(default)]
        is_solution: bool,
    },
    /// Inside the house only; the mentioned are told.
    Note {
        text: String,
        #[serde(default)]
        mentions: BTreeSet<StaffId>,
    },
    /// By the owner, to somebody else or to a queue.
    Transfer {
        staff: Option<StaffId>,
        team: TeamId,
        #[serde(default)]
        reason: String,
    },
    Collaborate {
        staff: StaffId,
    },
    EndCollaboration {
        staff: StaffId,
    },
    /// Asks the customer something; promises pause until the answer.
    WaitForCustomer {
        text: String,
        #[serde(default)]
        how: How,
    },
    EndWait,
    CustomerReplied {
        text: String,
        #[serde(default)]
        how: How,
    },
    /// What is `None` stays.
    Correct {
        #[serde(default)]
        kind: Option<Kind>,
        #[serde(default)]
        category: Option<CategoryId>,
        #[serde(default)]
        priority: Option<Priority>,
        #[serde(default)]
        reason: String,
    },
    /// Whom it is about.
    SetAbout {
        about: BTreeSet<StaffId>,
    },
    SetTags {
        tags: BTreeSet<String>,
    },
    LinkRepeat {
        of: CaseId,
        #[serde(default)]
        because: Vec<Because>,
    },
    /// This one is a duplicate of `into`.
    MergeInto {
        into: CaseId,
    },
    /// This one takes up `duplicate`.
    Absorb {
        duplicate: CaseId,
    },
    SetCause {
        cause: Cause,
    },
    PlanRectification {
        plan: Plan,
    },
    FinishRectification {
        id: RectificationId,
        result: String,
    },
    VerifyRectification {
        id: RectificationId,
        is_done: bool,
        #[serde(default)]
        comment: String,
    },
    WithdrawRectification {
        id: RectificationId,
        #[serde(default)]
        reason: String,
    },
    /// No corrective action is needed; said by another person than the owner.
    WaiveRectification {
        #[serde(default)]
        reason: String,
    },
    DecideSuggestion {
        decision: Decision,
    },
    CompleteSuggestion {
        result: String,
    },
    Solve {
        solution: String,
    },
    /// The result.
    Tell {
        text: String,
        #[serde(default)]
        how: How,
    },
    /// There is no way to reach the customer.
    CannotTell {
        #[serde(default)]
        reason: String,
    },
    Confirm {
        #[serde(default)]
        comment: String,
    },
    Reopen {
        #[serde(default)]
        reason: String,
    },
    ReevaluationSent {
        invitation: InvitationId,
    },
    WaiveReevaluation {
        #[serde(default)]
        reason: String,
    },
    Escalate {
        clock: ClockId,
        share_bp: u32,
        told: BTreeSet<StaffId>,
    },
    Close,
}

/// Why a command is not followed. The code and the parameters are stable; the sentence is written
/// by whoever shows it, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefusal {
    #[error("this needs the permission {}", .permission.word())]
    NotAllowed { permission: Permission },
    #[error("only staff can do this")]
    NotForYou,
    #[error("the case belongs to somebody else")]
    NotYours,
    #[error("the case is about you")]
    ConcernsYou,
    #[error("the case is about {staff}, or about somebody {staff} supervises")]
    ConcernsThem { staff: StaffId },
    #[error("a case that is {state} does not allow this")]
    WrongState { state: State },
    #[error("a {kind} does not allow this")]
    WrongKind { kind: Kind },
    #[error("the case was merged into {into}")]
    Merged { into: CaseId },
    #[error("a case is not a repeat or a duplicate of itself")]
    Itself,
    #[error("{field} is empty")]
    Empty { field: &'static str },
    #[error("{field} is longer than {max_chars} characters")]
    TooLong { field: &'static str, max_chars: usize },
    #[error("{field} is in the past")]
    Past { field: &'static str },
    #[error("still missing: {missing:?}")]
    Incomplete { missing: Vec<Requirement> },
    #[error("there is no rectification {id}")]
    NoRectification { id: RectificationId },
    #[error("the rectification is not in the right state for this")]
    RectificationState { id: RectificationId },
    #[error("another person must check it than who owns it or did it")]
    OwnWork { id: RectificationId },
    #[error("it is decided already")]
    Decided,
    #[error("it is not decided yet")]
    Undecided,
    #[error("the case is that already")]
    Unchanged,
    #[error("there is no running clock {clock}")]
    NoClock { clock: ClockId },
    #[error("the {promise} clock is not there yet")]
    NotDue { promise: Promise },
    #[error("the clocks cannot follow: {reason}")]
    Clock { reason: String },
}

impl CaseRefusal {
    /// The stable code, as in the JSON form.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed { .. } => "case_not_allowed",
            Self::NotForYou => "case_not_for_you",
            Self::NotYours => "case_not_yours",
            Self::ConcernsYou => "case_concerns_you",
            Self::ConcernsThem { .. } => "case_concerns_them",
            Self::WrongState { .. } => "case_wrong_state",
            Self::WrongKind { .. } => "case_wrong_kind",
            Self::Merged { .. } => "case_merged",
            Self::Itself => "case_itself",
            Self::Empty { .. } => "case_empty",
            Self::TooLong { .. } => "case_too_long",
            Self::Past { .. } => "case_past",
            Self::Incomplete { .. } => "case_incomplete",
            Self::NoRectification { .. } => "case_no_rectification",
            Self::RectificationState { .. } => "case_rectification_state",
            Self::OwnWork { .. } => "case_own_work",
            Self::Decided => "case_decided",
            Self::Undecided => "case_undecided",
            Self::Unchanged => "case_unchanged",
            Self::NoClock { .. } => "case_no_clock",
            Self::NotDue { .. } => "case_not_due",
            Self::Clock { .. } => "case_clock",
        }
    }

    /// What kind of no it is.
    pub const fn class(&self) -> Class {
        match self {
            Self::NotAllowed { .. } | Self::NotForYou | Self::NotYours => Class::Forbidden,
            // Whom a case is about does not learn that it is there.
            Self::ConcernsYou => Class::NotFound,
            Self::Empty { .. }
            | Self::TooLong { .. }
            | Self::Past { .. }
            | Self::Itself
            | Self::ConcernsThem { .. }
            | Self::NoRectification { .. }
            | Self::NoClock { .. } => Class::Invalid,
            _ => Class::Conflict,
        }
    }
}

impl From<ClockError> for CaseRefusal {
    fn from(error: ClockError) -> Self {
        Self::Clock { reason: error.to_string() }
    }
}

impl From<CaseRefusal> for refusal::Refusal {
    fn from(from: CaseRefusal) -> Self {
        use CaseRefusal as It;
        if from == It::ConcernsYou {
            return Self::not_found("case");
        }
        let no = Self::new(from.class(), from.code());
        match from {
            It::NotAllowed { permission } => no.with("permission", permission.word()),
            It::ConcernsThem { staff } => no.with("staff", staff),
            It::WrongState { state } => no.with("state", state),
            It::WrongKind { kind } => no.with("kind", kind),
            It::Merged { into } => no.with("into", into),
            It::Empty { field } | It::Past { field } => no.at(field),
            It::TooLong { field, max_chars } => no.with("max_chars", max_chars).at(field),
            It::Incomplete { missing } => {
                let words: Vec<_> = missing.iter().map(|it| it.code()).collect();
                no.with("missing", words.join(", "))
            }
            It::NoRectification { id } | It::RectificationState { id } | It::OwnWork { id } => {
                no.with("rectification", id)
            }
            It::NoClock { clock } => no.with("clock", clock),
            It::NotDue { promise } => no.with("promise", promise),
            It::Clock { reason } => no.with("reason", reason),
            It::NotForYou
            | It::NotYours
            | It::ConcernsYou
            | It::Itself
            | It::Decided
            | It::Undecided
            | It::Unchanged => no,
        }
    }
}

/// Who asks, when, and what is in force.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    pub now: Timestamp,
    /// A customer here is the one of the case, or a visitor who holds its private link.
    pub by: Actor,
    /// Of the member of staff or the key, for this case; others need none.
    pub permissions: &'a BTreeSet<Permission>,
    /// Those the case is about (as it will be after a correction), and their direct supervisors.
    pub barred: &'a BTreeSet<StaffId>,
    /// What the policies promise for the case (as it will be after a correction), as clocks that
    /// start now, at most one of a promise.
    pub promises: &'a [Clock],
    /// The calendars of these clocks and of those of the case.
    pub schedules: &'a Schedules,
    /// When a wait that begins now ends by itself.
    pub wait_until: Timestamp,
}
