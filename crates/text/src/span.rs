//! Where in the original text something stands, and how much it weighed.

use serde::{Deserialize, Serialize};

/// A piece of the original text: byte offsets, `start` included, `end` excluded, both on character
/// boundaries of the `&str` that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// The piece itself; empty if the span does not belong to `text`.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Bytes of the piece.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A piece of the text that speaks for or against a proposal.
///
/// `weight` is in the units of the proposal's score (log-odds for a model, points for a word list);
/// positive speaks for the positive side of the question, negative against it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    #[serde(flatten)]
    pub span: Span,
    pub weight: f32,
}

/// The heaviest `count` pieces in the order of the text.
pub(crate) fn heaviest(mut evidence: Vec<Evidence>, count: usize) -> Vec<Evidence> {
    evidence.sort_by(|a, b| {
        b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.span.cmp(&b.span))
    });
    evidence.truncate(count);
    evidence.sort_by_key(|piece| piece.span);
    evidence
}
