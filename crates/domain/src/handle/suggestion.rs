//! What became of a suggestion 建议采纳 (C11).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::StaffId;

/// The answer to a suggestion. Both answers need a reason, and the customer is told either way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// 采纳: somebody makes it happen by a day.
    Adopted { reason: String, owner: StaffId, due_at: Timestamp },
    /// 不采纳.
    Declined { reason: String },
}

/// A decision, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    #[serde(flatten)]
    pub decision: Decision,
    pub decided_by: StaffId,
    pub decided_at: Timestamp,
    /// What was done, for an adopted one.
    pub result: Option<Completed>,
}

/// What was done, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    pub text: String,
    pub at: Timestamp,
}

impl Outcome {
    pub const fn is_adopted(&self) -> bool {
        matches!(self.decision, Decision::Adopted { .. })
    }

    /// Adopted, and nothing came of it yet.
    pub const fn awaits_result(&self) -> bool {
        self.is_adopted() && self.result.is_none()
    }
}
