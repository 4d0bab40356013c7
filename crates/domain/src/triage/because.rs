//! Why a label was given 依据. Every automatic label carries these, so that a person can judge it.

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::score::Scale;
use crate::id::{CaseId, CategoryId, StaffId, TeamId};

/// One piece of evidence. The code is stable; the sentence is written by whoever shows it, in the
/// reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Because {
    /// The customer gave `value`, and `low_max` or less is low.
    LowScore { scale: Scale, value: i64, low_max: i64 },
    /// The customer gave the lowest value there is, or nearly.
    LowestScore { scale: Scale, value: i64 },
    /// The customer gave `value`, and `high_min` or more is high.
    HighScore { scale: Scale, value: i64, high_min: i64 },
    /// The customer ticked this.
    Chose { option: String },
    /// The customer said which kind it is.
    SaidKind { kind: Kind },
    /// These words of the customer's speak for the kind.
    KindWords { kind: Kind, words: Vec<String> },
    /// These words speak for the category.
    CategoryWords { category: CategoryId, words: Vec<String> },
    /// Learned from `examples` texts that people gave a category: `percent` sure, these words weighed
    /// most, by version `version` of what was learned.
    LearnedCategory {
        category: CategoryId,
        percent: u8,
        words: Vec<String>,
        version: u32,
        examples: u32,
    },
    /// These words name a danger, a law or a newspaper.
    UrgentWords { words: Vec<String> },
    /// The words are displeased; `strong` where they are heated.
    NegativeWords { strong: bool, words: Vec<String> },
    /// The words are pleased.
    PositiveWords { words: Vec<String> },
    /// The words are pleased, the score is not: the score decides, and a person looks.
    ScoreAgainstWords,
    /// The customer's level, 0 for none.
    CustomerLevel { level: u8 },
    /// The same customer came with the same problem this often within the window.
    Repeats { count: u32 },

    /// The customer's own manager.
    OwnManager { staff: StaffId },
    /// The person who is praised.
    Praised { staff: StaffId },
    /// Is trained for the category.
    Skill { category: CategoryId },
    /// Handles this kind.
    HandlesKind { kind: Kind },
    /// On shift now, with `open` cases of at most `capacity`: the lightest load of `among`.
    LightestLoad { open: u32, capacity: u32, among: u32 },
    /// The queue of the team that answers for the category.
    TeamQueue { team: TeamId },
    /// So many were left out, as the complaint is about them or about whom they supervise.
    LeftOutConcerned { count: u32 },
    /// So many were left out, as they are not on shift.
    LeftOutOffShift { count: u32 },
    /// So many were left out, as they have all they can carry.
    LeftOutFull { count: u32 },
    /// So many were left out, as they do not handle this kind or category.
    LeftOutUnskilled { count: u32 },

    /// The same category as the earlier case.
    SameCategory { case: CaseId, category: CategoryId },
    /// Nearly the same words as in the earlier case.
    SimilarText { case: CaseId },
}
