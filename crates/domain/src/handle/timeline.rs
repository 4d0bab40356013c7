//! The time line as the customer sees it 进度 (D01): what was done for them, without the inside of
//! the house.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::{CaseEvent, What};
use crate::code::codes;

codes! {
    /// A step the customer is told of.
    pub enum Step {
        Received = "received",
        /// 已受理.
        Accepted = "accepted",
        InProgress = "in_progress",
        /// We wrote.
        Message = "message",
        /// We need an answer to go on.
        WaitingForYou = "waiting_for_you",
        /// They wrote.
        YourMessage = "your_message",
        /// A corrective action was taken and checked.
        Rectified = "rectified",
        /// A suggestion was adopted.
        Adopted = "adopted",
        Declined = "declined",
        Solved = "solved",
        /// The result, in words.
        Result = "result",
        Reopened = "reopened",
        /// We asked for a second evaluation.
        AskedAgain = "asked_again",
        Confirmed = "confirmed",
        /// It goes on in another case, which was opened for the same thing.
        Merged = "merged",
        Closed = "closed",
    }
}

/// One line of the progress page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicStep {
    pub step: Step,
    pub at: Timestamp,
    /// What we or they wrote, where it was meant for both.
    pub text: Option<String>,
}

/// What of an event the customer may see; `None` for what is ours.
pub fn public(event: &CaseEvent) -> Option<PublicStep> {
    let (step, text) = match &event.what {
        What::Opened(opening) => (Step::Received, Some(&opening.said)),
        What::Accepted => (Step::Accepted, None),
        What::Started => (Step::InProgress, None),
        What::Replied { text, .. } => (Step::Message, Some(text)),
        What::WaitBegun { .. } => (Step::WaitingForYou, None),
        What::CustomerReplied { text, .. } => (Step::YourMessage, Some(text)),
        What::RectificationChecked { is_done: true, .. } => (Step::Rectified, None),
        What::SuggestionDecided { decision, .. } => match decision {
            super::suggestion::Decision::Adopted { .. } => (Step::Adopted, None),
            super::suggestion::Decision::Declined { .. } => (Step::Declined, None),
        },
        What::Solved { .. } => (Step::Solved, None),
        What::Told { text, .. } => (Step::Result, Some(text)),
        What::Reopened { .. } => (Step::Reopened, None),
        What::ReevaluationSent { .. } => (Step::AskedAgain, None),
        What::Confirmed { .. } => (Step::Confirmed, None),
        What::MergedInto { .. } => (Step::Merged, None),
        What::Closed { .. } => (Step::Closed, None),
        _ => return None,
    };
    let text = text.filter(|it| !it.trim().is_empty()).cloned();
    Some(PublicStep { step, at: event.at, text })
}
