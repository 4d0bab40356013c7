//! What the writer wants: to know, to have mended, to complain, to suggest, to praise.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::fold::Folded;
use crate::lexicon::Lexicon;
use crate::sentiment::{Polarity, Sentiment};
use crate::span::{Evidence, heaviest};

/// Pieces of evidence shown for each kind.
const EVIDENCE_MAX: usize = 5;

/// The five kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Consultation,
    Issue,
    Complaint,
    Suggestion,
    Praise,
}

impl Kind {
    pub const ALL: [Self; 5] =
        [Self::Consultation, Self::Issue, Self::Complaint, Self::Suggestion, Self::Praise];

    /// The stable code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consultation => "consultation",
            Self::Issue => "issue",
            Self::Complaint => "complaint",
            Self::Suggestion => "suggestion",
            Self::Praise => "praise",
        }
    }
}

/// A kind with its probability and the pieces that speak for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindProposal {
    pub kind: Kind,
    /// The five probabilities sum to 1.
    pub probability: f32,
    pub spans: Vec<Evidence>,
}

static CUES: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::built_in(include_str!("lexicon/kind.txt")));

/// All five kinds, the likeliest first.
pub(crate) fn read(folded: &Folded, sentiment: &Sentiment) -> Vec<KindProposal> {
    let mut spans: [Vec<Evidence>; 5] = Default::default();
    let mut scores = prior(sentiment);
    for hit in CUES.find(folded) {
        let code = &CUES.codes()[hit.list];
        let Some(kind) = Kind::ALL.iter().position(|kind| kind.as_str() == code) else { continue };
        // A second cue adds half, a third a third: a long letter is not five complaints.
        let nth = f32::from(u8::try_from(spans[kind].len() + 1).unwrap_or(u8::MAX));
        scores[kind] += hit.weight / nth;
        spans[kind].push(Evidence { span: folded.span(hit.from, hit.to), weight: hit.weight });
    }
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let total: f32 = scores.iter().map(|score| (score - most).exp()).sum();
    let mut proposals: Vec<KindProposal> = Kind::ALL
        .into_iter()
        .zip(scores)
        .zip(spans)
        .map(|((kind, score), spans)| KindProposal {
            kind,
            probability: (score - most).exp() / total,
            spans: heaviest(spans, EVIDENCE_MAX),
        })
        .collect();
    proposals.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    proposals
}

/// What the feeling alone says, in the order of [`Kind::ALL`]: praise is pleased, complaints and
/// issues are not, questions and suggestions are mostly neither.
fn prior(sentiment: &Sentiment) -> [f32; 5] {
    let negative = 1.0 - sentiment.probability;
    match sentiment.label {
        Polarity::Neutral => [0.6, 0.4, 0.0, 0.2, -0.5],
        _ => [0.0, 0.6 * negative, 1.2 * negative, 0.0, 1.8 * sentiment.probability - 0.4],
    }
}
