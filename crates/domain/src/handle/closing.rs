//! What a record must hold before it may be closed 结案条件 (C14, and the ledgers C10, C11).

use super::case::Case;
use super::rectification::Rectification;
use super::suggestion::Outcome;
use crate::code::codes;
use crate::triage::Kind;

codes! {
    /// One thing a complete record holds.
    pub enum Requirement {
        /// A human answer that the customer could read or hear.
        Answer = "answer",
        /// The cause, person or process.
        Cause = "cause",
        /// What was done for the customer.
        Solution = "solution",
        /// A corrective action, or another person's word that none is needed.
        Rectification = "rectification",
        /// Every corrective action checked by another person, or withdrawn with a reason.
        Verification = "verification",
        /// Adopted or declined, with the reason.
        Decision = "decision",
        /// What came of an adopted suggestion.
        Result = "result",
        /// The customer was told the result, or cannot be, with the reason.
        Told = "told",
        /// The customer was asked again, or was not, with the reason.
        Reevaluation = "reevaluation",
    }
}

/// What each kind needs. Consultations and praise are light; nothing is closed while a corrective
/// action is open, whatever the kind.
pub const fn required(kind: Kind) -> &'static [Requirement] {
    use Requirement as It;
    match kind {
        Kind::Consultation => &[It::Answer, It::Verification],
        Kind::Issue => &[It::Cause, It::Solution, It::Verification, It::Told, It::Reevaluation],
        Kind::Complaint => &[
            It::Cause,
            It::Solution,
            It::Rectification,
            It::Verification,
            It::Told,
            It::Reevaluation,
        ],
        Kind::Suggestion => &[It::Decision, It::Result, It::Verification, It::Told],
        Kind::Praise => &[It::Verification],
    }
}

impl Requirement {
    pub fn is_met(self, case: &Case) -> bool {
        match self {
            Self::Answer => case.answered_at.is_some(),
            Self::Cause => case.cause.is_some(),
            Self::Solution => case.solution.is_some(),
            Self::Rectification => {
                case.rectification_waiver.is_some()
                    || case.rectifications.iter().any(|it| it.is_open() || it.is_verified())
            }
            Self::Verification => !case.rectifications.iter().any(Rectification::is_open),
            Self::Decision => case.outcome.is_some(),
            Self::Result => !case.outcome.as_ref().is_some_and(Outcome::awaits_result),
            Self::Told => case.told.is_some(),
            Self::Reevaluation => case.reevaluation.is_some(),
        }
    }
}

/// What is still missing, in the order in which the work is done.
pub fn missing(case: &Case) -> Vec<Requirement> {
    required(case.kind).iter().copied().filter(|it| !it.is_met(case)).collect()
}
