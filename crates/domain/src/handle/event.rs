//! What happened to a case: the entries of its time line 时间线 (C09). Appended, never altered.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::case::State;
use super::clock::Clock;
use super::rectification::{Cause, Plan};
use super::suggestion::Decision;
use crate::code::codes;
use crate::collect::channel::Channel;
use crate::id::{
    CaseId, CategoryId, ClockId, CustomerId, EvaluationId, InteractionId, InvitationId,
    RectificationId, StaffId, TeamId,
};
use crate::platform::actor::Actor;
use crate::triage::{Because, Kind, Priority};

codes! {
    /// By which way words went between the customer and us.
    #[derive(Default)]
    pub enum How {
        /// Over the channel the customer came from.
        #[default]
        Message = "message",
        /// 电话回访.
        Phone = "phone",
        InPerson = "in_person",
    }

    /// Why a wait for the customer ended.
    pub enum WaitEnd {
        Answered = "answered",
        /// Nobody answered in the time allowed.
        Expired = "expired",
        /// A member of the staff went on without.
        Resumed = "resumed",
    }
}

/// One entry of the time line. What happened lies flat beside `at` and `by`, so none of it has a field
/// of these names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEvent {
    pub at: Timestamp,
    pub by: Actor,
    #[serde(flatten)]
    pub what: What,
}

/// A label and the one before it: a correction keeps what it corrects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    pub from: T,
    pub to: T,
}

/// How a case begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// For people: short, readable over the telephone, not guessable from others.
    pub number: String,
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub priority: Priority,
    /// Why these labels; empty where a person chose them.
    pub because: Vec<Because>,
    /// `None` where the customer is not known or stays anonymous.
    pub customer: Option<CustomerId>,
    /// The channel it came by.
    pub channel: Channel,
    pub interaction: Option<InteractionId>,
    pub evaluation: Option<EvaluationId>,
    /// Whom it is about: complained about, or praised.
    pub about: BTreeSet<StaffId>,
    /// In the customer's words; empty where there are none.
    pub said: String,
    /// The queue it starts in.
    pub team: TeamId,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    Opened(Box<Opening>),
    Assigned {
        staff: Option<StaffId>,
        team: TeamId,
        because: Vec<Because>,
        reason: String,
    },
    Accepted,
    Started,
    StageSet {
        stage: Option<String>,
    },
    /// Public. `is_automatic` answers stop no clock.
    Replied {
        text: String,
        how: How,
        is_solution: bool,
        is_automatic: bool,
    },
    /// Internal.
    Noted {
        text: String,
        mentions: BTreeSet<StaffId>,
    },
    CollaborationBegun {
        staff: StaffId,
    },
    CollaborationEnded {
        staff: StaffId,
    },
    WaitBegun {
        until: Timestamp,
    },
    WaitEnded {
        why: WaitEnd,
    },
    CustomerReplied {
        text: String,
        how: How,
    },
    KindCorrected {
        #[serde(flatten)]
        change: Change<Kind>,
        reason: String,
    },
    CategoryCorrected {
        #[serde(flatten)]
        change: Change<Option<CategoryId>>,
        reason: String,
    },
    PriorityCorrected {
        #[serde(flatten)]
        change: Change<Priority>,
        reason: String,
    },
    AboutSet {
        about: BTreeSet<StaffId>,
    },
    TagsSet {
        tags: BTreeSet<String>,
    },
    RepeatLinked {
        of: CaseId,
        because: Vec<Because>,
    },
    MergedInto {
        into: CaseId,
    },
    Absorbed {
        duplicate: CaseId,
    },
    CauseSet {
        cause: Cause,
    },
    RectificationPlanned {
        plan: Plan,
    },
    RectificationDone {
        id: RectificationId,
        done_by: StaffId,
        result: String,
    },
    RectificationChecked {
        id: RectificationId,
        checked_by: StaffId,
        is_done: bool,
        comment: String,
    },
    RectificationWithdrawn {
        id: RectificationId,
        reason: String,
    },
    RectificationWaived {
        reason: String,
    },
    SuggestionDecided {
        decided_by: StaffId,
        decision: Decision,
    },
    SuggestionCompleted {
        result: String,
    },
    Solved {
        solution: String,
    },
    Told {
        text: String,
        how: How,
    },
    NotTold {
        reason: String,
    },
    Confirmed {
        comment: String,
    },
    Reopened {
        reason: String,
    },
    ReevaluationSent {
        invitation: InvitationId,
    },
    ReevaluationWaived {
        reason: String,
    },
    /// Clock events carry the clock as it is afterwards, so that a replay needs no calendar.
    ClockStarted {
        clock: Box<Clock>,
    },
    ClockPaused {
        clock: Box<Clock>,
    },
    ClockResumed {
        clock: Box<Clock>,
    },
    ClockStopped {
        clock: Box<Clock>,
    },
    /// Ended without the promise being kept or broken by an act: merged, closed as a duplicate.
    ClockCancelled {
        clock: Box<Clock>,
    },
    /// At so much of the time (10 000 is the deadline), these were told (C06).
    Escalated {
        clock: ClockId,
        share_bp: u32,
        told: BTreeSet<StaffId>,
    },
    Closed {
        from: State,
    },
}

impl What {
    /// The stable word for this kind of event, as in the JSON form.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Assigned { .. } => "assigned",
            Self::Accepted => "accepted",
            Self::Started => "started",
            Self::StageSet { .. } => "stage_set",
            Self::Replied { .. } => "replied",
            Self::Noted { .. } => "noted",
            Self::CollaborationBegun { .. } => "collaboration_begun",
            Self::CollaborationEnded { .. } => "collaboration_ended",
            Self::WaitBegun { .. } => "wait_begun",
            Self::WaitEnded { .. } => "wait_ended",
            Self::CustomerReplied { .. } => "customer_replied",
            Self::KindCorrected { .. } => "kind_corrected",
            Self::CategoryCorrected { .. } => "category_corrected",
            Self::PriorityCorrected { .. } => "priority_corrected",
            Self::AboutSet { .. } => "about_set",
            Self::TagsSet { .. } => "tags_set",
            Self::RepeatLinked { .. } => "repeat_linked",
            Self::MergedInto { .. } => "merged_into",
            Self::Absorbed { .. } => "absorbed",
            Self::CauseSet { .. } => "cause_set",
            Self::RectificationPlanned { .. } => "rectification_planned",
            Self::RectificationDone { .. } => "rectification_done",
            Self::RectificationChecked { .. } => "rectification_checked",
            Self::RectificationWithdrawn { .. } => "rectification_withdrawn",
            Self::RectificationWaived { .. } => "rectification_waived",
            Self::SuggestionDecided { .. } => "suggestion_decided",
            Self::SuggestionCompleted { .. } => "suggestion_completed",
            Self::Solved { .. } => "solved",
            Self::Told { .. } => "told",
            Self::NotTold { .. } => "not_told",
            Self::Confirmed { .. } => "confirmed",
            Self::Reopened { .. } => "reopened",
            Self::ReevaluationSent { .. } => "reevaluation_sent",
            Self::ReevaluationWaived { .. } => "reevaluation_waived",
            Self::ClockStarted { .. } => "clock_started",
            Self::ClockPaused { .. } => "clock_paused",
            Self::ClockResumed { .. } => "clock_resumed",
            Self::ClockStopped { .. } => "clock_stopped",
            Self::ClockCancelled { .. } => "clock_cancelled",
            Self::Escalated { .. } => "escalated",
            Self::Closed { .. } => "closed",
        }
    }
}
