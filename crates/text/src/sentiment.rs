//! How the writer feels: the opinions of the text weighed against each other.

use serde::{Deserialize, Serialize};

use crate::fold::Folded;
use crate::linear::sigmoid;
use crate::opinion::Opinion;
use crate::span::{Evidence, heaviest};

/// Between these probabilities of praise the reader abstains: a person reads.
pub const ABSTAIN_BAND: std::ops::Range<f32> = 0.35..0.65;
/// Pieces of evidence shown.
const EVIDENCE_MAX: usize = 8;

/// The direction of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    Negative,
    /// No opinion at all: a question, a fact.
    Neutral,
    Positive,
}

impl Polarity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

/// What was read, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sentiment {
    pub label: Polarity,
    /// Calibrated probability that the text is praise, 0 to 1.
    pub probability: f32,
    /// True if the probability is too near one half, or praise and blame stand side by side:
    /// `label` is then the likelier one, and a person should read.
    pub abstained: bool,
    /// The pieces that weighed most; positive weights speak for praise.
    pub spans: Vec<Evidence>,
}

/// Log-odds a plain opinion word is worth.
const WORD_LOG_ODDS: f32 = 1.5;

pub(crate) fn read(folded: &Folded, opinions: &[Opinion]) -> Sentiment {
    let score: f32 = opinions.iter().map(|o| o.score).sum();
    let probability = sigmoid(score * WORD_LOG_ODDS);
    let evidence = opinions
        .iter()
        .map(|o| Evidence { span: folded.span(o.from, o.to), weight: o.score * WORD_LOG_ODDS });
    let label = if opinions.is_empty() {
        Polarity::Neutral
    } else if probability >= 0.5 {
        Polarity::Positive
    } else {
        Polarity::Negative
    };
    Sentiment {
        label,
        probability,
        abstained: label != Polarity::Neutral && ABSTAIN_BAND.contains(&probability),
        spans: heaviest(evidence.collect(), EVIDENCE_MAX),
    }
}
