//! How the writer feels: a linear model on n-grams, corrected where negations are counted by rule.
//!
//! For Chinese the model is two tables whose scores add up: n-grams, and pairs with a gap.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::behaviour;
use crate::feature;
use crate::fold::Folded;
use crate::language::Language;
use crate::linear::{Feature, Linear, WeightError, sigmoid};
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
/// From this length on the rules fade, as the inverse of the length: the n-grams of a review know
/// better than one of its phrases. English says the same in more letters.
const RULES_CHARS: u16 = 30;
const RULES_CHARS_ENGLISH: u16 = 90;
/// A text without any opinion word is neutral unless the model is surer than this.
const NEUTRAL_LOG_ODDS: f32 = 1.1;

/// Texts up to this length are too short for the model alone: it was trained on reviews.
const SHORT_CHARS: usize = 12;
/// Texts up to this length with praise and blame side by side are neither.
const MIXED_CHARS: usize = 40;
/// Whole texts that say nothing about anything.
const FILLERS: &[&str] = &[
    "好的",
    "好吧",
    "你好",
    "您好",
    "在吗",
    "在不在",
    "已收到",
    "收到",
    "嗯",
    "嗯嗯",
    "哦",
    "可以",
    "是的",
    "没有",
    "ok",
    "okay",
    "hi",
    "hello",
    "yes",
    "no",
    "n/a",
    "none",
    "无",
    "暂无",
];

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
    /// True if the probability is too near one half, or if a short text praises one thing and blames
    /// another: a person should read.
    pub abstained: bool,
    /// The pieces that weighed most, as parts of the log-odds; positive ones speak for praise.
    pub spans: Vec<Evidence>,
}

static CHINESE: LazyLock<Model<'static>> = LazyLock::new(|| {
    let runs = include_bytes!("../weights/sentiment-zh.bin");
    let gaps = include_bytes!("../weights/sentiment-zh-gaps.bin");
    Model::read(runs, Some(gaps)).expect("committed weights are tested")
});
static ENGLISH: LazyLock<Model<'static>> = LazyLock::new(|| {
    let file = include_bytes!("../weights/sentiment-en.bin");
    Model::read(file, None).expect("committed weights are tested")
});

/// The features of a text in a language, as the models were trained on; each with whether it lives in
/// the table of gapped pairs.
pub fn features(folded: &Folded, chinese: bool, mut each: impl FnMut(Feature, bool)) {
    if chinese {
        feature::chars(folded, feature::CHARS_MAX, 1, |f| each(f, false));
        feature::gaps(folded, 3, |f| each(f, true));
    } else {
        feature::words(folded, 2, |f| each(f, false));
    }
}

/// The tables of a language. Bias and calibration are those of the first.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    runs: Linear<'a>,
    gaps: Option<Linear<'a>>,
}

impl<'a> Model<'a> {
    pub fn read(runs: &'a [u8], gaps: Option<&'a [u8]>) -> Result<Self, WeightError> {
        Ok(Self { runs: Linear::read(runs)?, gaps: gaps.map(Linear::read).transpose()? })
    }

    /// A number of its own for a feature the model knows, and its weight.
    pub fn find(&self, feature: Feature, gapped: bool) -> Option<(u64, f32)> {
        let table = if gapped { self.gaps.as_ref()? } else { &self.runs };
        let (number, weight) = table.find(feature.hash)?;
        Some((u64::from(gapped) << 32 | u64::from(number), weight))
    }

    pub fn bias(&self) -> f32 {
        self.runs.bias
    }

    /// The calibrated log-odds of a score.
    pub fn calibrated(&self, score: f32) -> f32 {
        self.runs.calibrated(score)
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
    let short = if folded.len() <= SHORT_CHARS { 3.0 } else { 1.0 };
    let most = WORDS_LOG_ODDS_MAX * short;
    let rules = rules_share(folded.len(), chinese);
    let words = (by_words * WORD_LOG_ODDS * short * rules).clamp(-most, most);
    let turned_log_odds = TURNED_LOG_ODDS * rules;
    let turned: f32 = opinions.iter().filter(|o| o.turned).map(|o| o.score * turned_log_odds).sum();
    let log_odds = if pieces.is_empty() {
        (words + turned) * 2.0
    } else {
        model.calibrated(sum + model.bias()) + words + turned
    };
    let probability = sigmoid(log_odds);
    // "可以预约吗": a weak word in a question is no opinion.
    let asks = opinions.iter().all(|o| o.score.abs() < 0.5)
        && folded.len() <= MIXED_CHARS
        && behaviour::is_question(&folded.text);
    let silent = asks || (opinions.is_empty() && log_odds.abs() < NEUTRAL_LOG_ODDS);
    let label = if silent || is_filler(folded) {
        Polarity::Neutral
    } else if probability >= 0.5 {
        Polarity::Positive
    } else {
        Polarity::Negative
    };
    let slope = model.calibrated(1.0) - model.calibrated(0.0);
    let mut shown: Vec<(usize, usize, f32)> =
        pieces.iter().map(|&(from, to, weight)| (from, to, weight * slope)).collect();
    let phrases = opinions.iter().filter(|o| o.turned);
    shown.extend(phrases.map(|o| (o.from, o.to, o.score * turned_log_odds)));
    Sentiment {
        label,
        probability,
        abstained: label != Polarity::Neutral
            && (ABSTAIN_BAND.contains(&probability) || is_mixed(folded, opinions)),
        spans: strongest(folded, shown),
    }
}

/// How much the rules say in a text of so many characters: 1 in a short one, less in a long one.
fn rules_share(chars: usize, chinese: bool) -> f32 {
    let full = if chinese { RULES_CHARS } else { RULES_CHARS_ENGLISH };
    f32::from(full) / f32::from(u16::try_from(chars).unwrap_or(u16::MAX).max(full))
}

fn is_filler(folded: &Folded) -> bool {
    let text = folded.text.trim_matches(|c: char| !c.is_alphanumeric());
    FILLERS.contains(&text)
}

/// Whether a short text praises one thing and blames another about as strongly.
fn is_mixed(folded: &Folded, opinions: &[Opinion]) -> bool {
    let sum = |sign: f32| -> f32 { opinions.iter().map(|o| (o.score * sign).max(0.0)).sum() };
    let (praise, blame) = (sum(1.0), sum(-1.0));
    folded.len() <= MIXED_CHARS
        && praise.min(blame) >= 0.4
        && praise.min(blame) * 3.0 >= praise.max(blame)
}

/// The distinct n-grams the model knows outside turned phrases: place, and share of the score.
fn pieces(
    folded: &Folded,
    model: &Model<'_>,
    chinese: bool,
    opinions: &[Opinion],
) -> Vec<(usize, usize, f32)> {
    // How many characters up to each place stand in turned phrases: overlap in one subtraction.
    let mut covered = vec![0_u32; folded.len() + 1];
    for opinion in opinions.iter().filter(|o| o.turned) {
        covered[opinion.from + 1..=opinion.to].fill(1);
    }
    for at in 1..covered.len() {
        covered[at] += covered[at - 1];
    }
    let mut known: Vec<(u64, u32, u32, f32)> = Vec::with_capacity(2 * folded.len());
    features(folded, chinese, |f, gapped| {
        let inside = covered[f.to as usize] > covered[f.from as usize];
        if let Some((number, weight)) = model.find(f, gapped).filter(|_| !inside) {
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
