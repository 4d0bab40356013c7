//! How strongly and how urgently somebody writes, for the priority of a case.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::fold::Folded;
use crate::lexicon::{Lexicon, is_stop};
use crate::span::{Evidence, heaviest};

/// Pieces of evidence shown.
const EVIDENCE_MAX: usize = 8;

/// Strength, urgency and threat, each from 0 (none) to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Emotion {
    /// Anger: strong words, exclamation marks in rows, shouting in capitals.
    pub strength: f32,
    /// It cannot wait: danger, deadlines, "at once".
    pub urgency: f32,
    /// Announces a step outside: regulator, court, press, leaving.
    pub threat: f32,
    pub spans: Vec<Evidence>,
}

static WORDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::built_in(include_str!("lexicon/emotion.txt")));

pub(crate) fn read(original: &str, folded: &Folded) -> Emotion {
    let list = |code| WORDS.list(code).expect("the lists of emotion.txt");
    let (anger, urgent, threat) = (list("anger"), list("urgent"), list("threat"));
    let (mut points, mut spans) = ([0.0_f32; 3], Vec::new());
    for hit in WORDS.find(folded) {
        let slot = [anger, urgent, threat].iter().position(|l| *l == hit.list);
        let Some(slot) = slot.filter(|_| !waved_off(folded, hit.from)) else { continue };
        points[slot] += hit.weight;
        spans.push(Evidence { span: folded.span(hit.from, hit.to), weight: hit.weight });
    }
    points[0] += 0.4 * marks(folded) + shouting(original);
    let bounded = |points: f32| 1.0 - (-0.7 * points).exp();
    Emotion {
        strength: bounded(points[0]),
        urgency: bounded(points[1]),
        threat: bounded(points[2]),
        spans: heaviest(spans, EVIDENCE_MAX),
    }
}

/// 不着急, 不用马上, no hurry: the word is there and means its opposite.
fn waved_off(folded: &Folded, from: usize) -> bool {
    let before = folded.slice(from.saturating_sub(4), from);
    ["不", "没", "不用", "不必", "无需", "别", "not ", "no "].iter().any(|w| before.ends_with(w))
}

/// Rows of exclamation or question marks, at most three counted.
fn marks(folded: &Folded) -> f32 {
    let rows = folded.chars.windows(2).filter(|w| matches!(w, ['!' | '?', '!' | '?'])).count();
    [0.0, 1.0, 2.0, 3.0][rows.min(3)]
}

/// Half a point if most of a text of some length is in capitals.
fn shouting(original: &str) -> f32 {
    let head = original.chars().take(2_000);
    let (upper, lower) = head.fold((0_u32, 0_u32), |(upper, lower), c| {
        (upper + u32::from(c.is_ascii_uppercase()), lower + u32::from(c.is_ascii_lowercase()))
    });
    let sentence = !original.is_empty() && !original.chars().take(3).all(is_stop);
    if sentence && upper >= 12 && upper > 3 * lower { 1.0 } else { 0.0 }
}
