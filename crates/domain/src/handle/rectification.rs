//! Corrective action 整改 (C10, C12): cause, measure, owner, due date, and a check by somebody else.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::code::codes;
use crate::id::{CategoryId, RectificationId, StaffId};

codes! {
    /// The root of the tree of causes.
    pub enum CauseRoot {
        /// Somebody did not do what the standard says.
        Person = "person",
        /// The standard, the product or the tool made it happen.
        Process = "process",
    }
}

/// Why it came to pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub root: CauseRoot,
    /// The branch of the tree of causes below the root.
    pub branch: Option<CategoryId>,
    pub text: String,
}

/// What will be done so that it does not happen again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub id: RectificationId,
    pub measure: String,
    pub owner: StaffId,
    pub due_at: Timestamp,
}

/// A plan and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectification {
    #[serde(flatten)]
    pub plan: Plan,
    pub planned_at: Timestamp,
    pub progress: Progress,
    /// How often a check found it not done.
    pub failed_checks: u32,
}

/// How far a rectification has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Progress {
    Planned,
    Done {
        by: StaffId,
        at: Timestamp,
        result: String,
    },
    Verified {
        done_by: StaffId,
        done_at: Timestamp,
        result: String,
        by: StaffId,
        at: Timestamp,
        comment: String,
    },
    /// Given up, with the reason; counts as due and not done in the rate.
    Withdrawn {
        at: Timestamp,
        reason: String,
    },
}

impl Rectification {
    /// Still to be done or still to be checked.
    pub const fn is_open(&self) -> bool {
        matches!(self.progress, Progress::Planned | Progress::Done { .. })
    }

    pub const fn is_verified(&self) -> bool {
        matches!(self.progress, Progress::Verified { .. })
    }

    /// Whether `staff` may check it: neither its owner nor who did it.
    pub fn may_verify(&self, staff: StaffId) -> bool {
        staff != self.plan.owner
            && !matches!(self.progress, Progress::Done { by, .. } if by == staff)
    }

    /// Done by its due date and found so by another person.
    pub fn is_verified_in_time(&self) -> bool {
        matches!(self.progress, Progress::Verified { done_at, .. } if done_at <= self.plan.due_at)
    }
}
