//! How the writer feels: a linear model on n-grams, corrected where negations are counted by rule.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::feature;
use crate::fold::Folded;
use crate::language::Language;
use crate::linear::{Feature, Linear, sigmoid};
use crate::opinion::Opinion;
use crate::span::{Evidence, Span};
use crate::train::norm;

/// Between these probabilities of praise the reader abstains: a person reads.
pub const ABSTAIN_BAND: std::ops::Range<f32> = 0.35..0.65;
/// Pieces of evidence shown.
const EVIDENCE_MAX: usize = 8;
/// Log-odds of a phrase whose negations were counted.
const TURNED_LOG_ODDS: f32 = 2.2;
/// Log-odds of a plain opinion word, beside the model and instead of it where there is none.
const WORD_LOG_ODDS: f32 = 0.35;
/// The words' voice never says more than this.
const WORDS_LOG_ODDS_MAX: f32 = 1.0;
/// A text without any opinion word is neutral unless the model is surer than this.
const NEUTRAL_LOG_ODDS: f32 = 1.6;

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
    /// True if the probability is too near one half: a person should read.
    pub abstained: bool,
    /// The pieces that weighed most, as parts of the log-odds; positive ones speak for praise.
    pub spans: Vec<Evidence>,
}

static CHINESE: LazyLock<Linear<'static>> = LazyLock::new(|| {
    Linear::read(include_bytes!("../weights/sentiment-zh.bin"))
        .expect("committed weights are tested")
});
static ENGLISH: LazyLock<Linear<'static>> = LazyLock::new(|| {
    Linear::read(include_bytes!("../weights/sentiment-en.bin"))
        .expect("committed weights are tested")
});

/// The features of a text in a language, as the models were trained on.
pub fn features(folded: &Folded, chinese: bool, each: impl FnMut(Feature)) {
    if chinese {
        feature::chars(folded, feature::CHARS_MAX, 1, each);
    } else {
        feature::words(folded, 2, each);
    }
}

pub(crate) fn read(folded: &Folded, language: Language, opinions: &[Opinion]) -> Sentiment {
    let (model, chinese) = match language {
        Language::English | Language::Other => (&*ENGLISH, false),
        _ => (&*CHINESE, true),
    };
    let pieces = pieces(folded, model, chinese, opinions);
    let sum: f32 = pieces.iter().map(|piece| piece.2).sum();
    let by_words: f32 = opinions.iter().filter(|o| !o.turned).map(|o| o.score).sum();
    let words = (by_words * WORD_LOG_ODDS).clamp(-WORDS_LOG_ODDS_MAX, WORDS_LOG_ODDS_MAX);
    let turned: f32 = opinions.iter().filter(|o| o.turned).map(|o| o.score * TURNED_LOG_ODDS).sum();
    let log_odds = if pieces.is_empty() {
        (words + turned) * 2.0
    } else {
        model.calibrated(sum + model.bias) + words + turned
    };
    let probability = sigmoid(log_odds);
    let label = if opinions.is_empty() && log_odds.abs() < NEUTRAL_LOG_ODDS {
        Polarity::Neutral
    } else if probability >= 0.5 {
        Polarity::Positive
    } else {
        Polarity::Negative
    };
    let slope = model.calibrated(1.0) - model.calibrated(0.0);
    let mut shown: Vec<(usize, usize, f32)> =
        pieces.iter().map(|&(from, to, weight)| (from, to, weight * slope)).collect();
    let rules = opinions.iter().filter(|o| o.turned);
    shown.extend(rules.map(|o| (o.from, o.to, o.score * TURNED_LOG_ODDS)));
    Sentiment {
        label,
        probability,
        abstained: label != Polarity::Neutral && ABSTAIN_BAND.contains(&probability),
        spans: strongest(folded, shown),
    }
}

/// The distinct n-grams the model knows outside turned phrases: place, and share of the score.
fn pieces(
    folded: &Folded,
    model: &Linear<'_>,
    chinese: bool,
    opinions: &[Opinion],
) -> Vec<(usize, usize, f32)> {
    let turned: Vec<(u32, u32)> = opinions
        .iter()
        .filter(|o| o.turned)
        .filter_map(|o| Some((u32::try_from(o.from).ok()?, u32::try_from(o.to).ok()?)))
        .collect();
    let mut known: Vec<(u32, u32, u32, f32)> = Vec::with_capacity(folded.len());
    features(folded, chinese, |f| {
        let inside = turned.iter().any(|&(from, to)| from < f.to && f.from < to);
        if let Some((number, weight)) = model.find(f.hash).filter(|_| !inside) {
            known.push((number, f.from, f.to, weight));
        }
    });
    known.sort_unstable_by_key(|piece| (piece.0, piece.1));
    known.dedup_by_key(|piece| piece.0);
    let norm = norm(known.len());
    known.iter().map(|&(_, from, to, weight)| (from as usize, to as usize, weight * norm)).collect()
}

/// The heaviest pieces that do not lie on a heavier one, in the order of the text.
fn strongest(folded: &Folded, mut pieces: Vec<(usize, usize, f32)>) -> Vec<Evidence> {
    pieces.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<Evidence> = Vec::new();
    for (from, to, weight) in pieces.into_iter().take(64) {
        let span: Span = folded.span(from, to);
        if chosen.len() < EVIDENCE_MAX && !chosen.iter().any(|piece| piece.span.overlaps(&span)) {
            chosen.push(Evidence { span, weight });
        }
    }
    chosen.sort_by_key(|piece| piece.span);
    chosen
}
