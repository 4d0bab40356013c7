//! One question of a form: what is asked, how it is answered, and who is asked.

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use crate::code::codes;
use crate::localized::Localized;

/// Points of a satisfaction scale (CSAT): 1 to 5.
pub const CSAT_MAX: u8 = 5;
/// Points of the recommendation scale (NPS): 0 to 10.
pub const NPS_MAX: u8 = 10;
/// Points of the effort scale (CES 2.0): 1 to 7, 7 is the least effort.
pub const CES_MAX: u8 = 7;
/// What a text question takes when its form does not say.
pub const TEXT_CHARS_DEFAULT: u32 = 1_000;

/// A question with a key that never changes between versions, so that figures can follow it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Question {
    pub key: String,
    pub text: Localized,
    /// A sentence of help below the question.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub hint: Localized,
    #[serde(flatten)]
    pub kind: QuestionKind,
    /// Demanded when it is visible.
    #[serde(default)]
    pub required: bool,
    /// Offers "not applicable", which counts as an answer and in no figure.
    #[serde(default)]
    pub not_applicable: bool,
    /// What the answer measures; `None` for what is no measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Dimension>,
    /// Shown only when this holds for the answers before it; `None` is always shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_if: Option<Condition>,
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Satisfaction, 1 to [`CSAT_MAX`]. `labels` are none or one for each point, the lowest first.
    Csat {
        #[serde(default)]
        look: Look,
        #[serde(default)]
        labels: Vec<Localized>,
    },
    /// Recommendation, 0 to [`NPS_MAX`], with a word at each end.
    Nps {
        #[serde(default)]
        low: Localized,
        #[serde(default)]
        high: Localized,
    },
    /// Effort, 1 to [`CES_MAX`], with a word at each end.
    Ces {
        #[serde(default)]
        low: Localized,
        #[serde(default)]
        high: Localized,
    },
    /// One of the options.
    Single { options: Vec<Choice> },
    /// `min` to `max` of the options; `max` absent: all of them.
    Multiple {
        options: Vec<Choice>,
        #[serde(default)]
        min: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    /// Several things rated on the satisfaction scale.
    Matrix { rows: Vec<MatrixRow> },
    /// What the customer writes.
    Text {
        #[serde(default = "text_chars_default")]
        max_chars: u32,
    },
    /// A number between two bounds, both included.
    Number {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// A calendar date.
    Date,
    /// How to reach the customer: name, telephone, e-mail.
    Contact,
    /// Agreement to the question's text; required means that it must be given.
    Consent,
}

fn text_chars_default() -> u32 {
    TEXT_CHARS_DEFAULT
}

codes! {
    /// How the five points are drawn.
    #[derive(Default)]
    pub enum Look {
        #[default]
        Stars = "stars",
        Faces = "faces",
        Labels = "labels",
    }
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FormChoice)]
pub struct Choice {
    pub key: String,
    pub text: Localized,
    /// What this option is worth on the scale of 1 to [`CSAT_MAX`], for a question with a dimension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
}

/// One line of a matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MatrixRow {
    pub key: String,
    pub text: Localized,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimension: Option<Dimension>,
}

codes! {
    /// What a score is about, in the order of reports. The first five are those of the standard
    /// form (A16).
    pub enum Dimension {
        /// The service as a whole 整体.
        Overall = "overall",
        /// How fast it was answered 响应速度.
        Speed = "speed",
        /// 服务态度.
        Attitude = "attitude",
        /// 专业程度.
        Professionalism = "professionalism",
        /// Whether the problem is solved 问题解决.
        Solved = "solved",
        /// How easy it was 办事是否省力.
        Effort = "effort",
        /// Whether promises were kept 承诺兑现.
        Promise = "promise",
        /// Whether the correction worked 整改效果.
        Correction = "correction",
    }
}

impl Question {
    /// Answered by points on a scale, so that wording and "not applicable" matter.
    pub fn is_rated(&self) -> bool {
        matches!(
            self.kind,
            QuestionKind::Csat { .. }
                | QuestionKind::Nps { .. }
                | QuestionKind::Ces { .. }
                | QuestionKind::Matrix { .. }
        )
    }

    /// The lowest and highest point of a question answered by one point; `None` for the others.
    pub fn points(&self) -> Option<(u8, u8)> {
        match self.kind {
            QuestionKind::Csat { .. } => Some((1, CSAT_MAX)),
            QuestionKind::Nps { .. } => Some((0, NPS_MAX)),
            QuestionKind::Ces { .. } => Some((1, CES_MAX)),
            _ => None,
        }
    }

    /// The options of a choice; empty for other kinds.
    pub fn options(&self) -> &[Choice] {
        match &self.kind {
            QuestionKind::Single { options } | QuestionKind::Multiple { options, .. } => options,
            _ => &[],
        }
    }

    /// The lines of a matrix; empty for other kinds.
    pub fn rows(&self) -> &[MatrixRow] {
        match &self.kind {
            QuestionKind::Matrix { rows } => rows,
            _ => &[],
        }
    }

    /// Every text a customer reads, for what is said of texts: translation, length, wording.
    pub fn texts(&self) -> Vec<&Localized> {
        let mut texts = vec![&self.text];
        if !self.hint.is_empty() {
            texts.push(&self.hint);
        }
        match &self.kind {
            QuestionKind::Csat { labels, .. } => texts.extend(labels),
            QuestionKind::Nps { low, high } | QuestionKind::Ces { low, high } => {
                texts.extend([low, high].into_iter().filter(|text| !text.is_empty()));
            }
            _ => {}
        }
        texts.extend(self.options().iter().map(|option| &option.text));
        texts.extend(self.rows().iter().map(|row| &row.text));
        texts
    }
}
