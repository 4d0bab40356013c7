//! A score that says one thing and a text that says the other: a slip of the finger, or pressure.

use serde::{Deserialize, Serialize};

use crate::sentiment::{Polarity, Sentiment};

/// How sure the reader must be before a score is doubted (methods: P(neg) > .9 beside five stars).
const SURE: f32 = 0.9;

/// Which way score and text disagree. Evidence for a person, never a verdict: irony exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mismatch {
    HighScoreBadText,
    LowScoreGoodText,
}

/// Compares a score from 0 (worst) to 1 (best) with the reading of its text.
pub fn mismatch(score: f32, sentiment: &Sentiment) -> Option<Mismatch> {
    if sentiment.abstained || sentiment.label == Polarity::Neutral {
        return None;
    }
    if score >= 0.75 && sentiment.probability < 1.0 - SURE {
        Some(Mismatch::HighScoreBadText)
    } else if score <= 0.25 && sentiment.probability > SURE {
        Some(Mismatch::LowScoreGoodText)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reader;

    #[test]
    fn score_and_text_are_compared() {
        let read = |text: &str| Reader::new().read(text).sentiment;
        let bad = read("太差了，态度恶劣，再也不会来了，垃圾");
        let good = read("非常好，很满意，送得很快，下次还会再来");
        assert_eq!(mismatch(1.0, &bad), Some(Mismatch::HighScoreBadText));
        assert_eq!(mismatch(0.0, &good), Some(Mismatch::LowScoreGoodText));
        assert_eq!(mismatch(0.0, &bad), None);
        assert_eq!(mismatch(1.0, &read("请问几点开门")), None);
    }
}
