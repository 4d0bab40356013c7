//! Learning from corrections: versioned models, judged on a frozen hold-out, rolled back if worse.
//!
//! Everything here is a value; whoever stores it decides when it changes. A server keeps one blob a
//! tenant and task, and the corrections as rows of its own:
//!
//! ```
//! use text::learn::{Correction, Learned, Outcome};
//!
//! let said = |text: String, label: &str| Correction { text, label: label.to_owned() };
//! let mut corrections: Vec<Correction> = (0..50)
//!     .flat_map(|day| {
//!         [said(format!("退款{day}天没到账"), "退款"), said(format!("快递{day}天没送到"), "物流")]
//!     })
//!     .collect();
//!
//! // By night: load the blob, learn from all corrections, store the blob.
//! let mut learned = Learned::default();
//! assert_eq!(learned.train(&corrections, 1_700_000_000_000), Outcome::Accepted);
//! let blob = learned.to_bytes();
//!
//! // For a new case: load (and keep in memory by version number), propose if sure enough.
//! let mut learned = Learned::from_bytes(&blob)?;
//! let router = learned.router().expect("a version is in force");
//! let best = &router.route("我的退款怎么还没到")[0];
//! assert_eq!(best.label, "退款");
//!
//! // A person chose otherwise: store the row, learn one step until the night.
//! corrections.push(said("押金没退".to_owned(), "退款"));
//! learned.correct(&corrections[100]);
//! let version = learned.current().expect("a version is in force");
//! println!("version {}: {:.0} % of {} right", version.number,
//!     100.0 * version.accuracy.value(), version.accuracy.whole);
//! # Ok::<(), text::learn::LearnedError>(())
//! ```
//!
//! The blob opens with its format; a blob of another format is refused, never guessed at, and the
//! models are learned again from the corrections. It is at most [`BYTES_MAX`] long.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::fold::{Folded, Runs};
use crate::routing::{self, Router};

/// One of this many corrections is never learned from, only judged on.
const HOLD_OUT_ONE_OF: u64 = 5;
/// Fewer texts than this judge nothing.
const HOLD_OUT_MIN: usize = 5;
/// Versions kept, the one in force among them.
const VERSIONS_MAX: usize = 3;
/// Confusions a version names.
const CONFUSIONS_MAX: usize = 30;
/// First bytes of a stored value.
const MAGIC: &[u8; 4] = b"HSLN";
/// Form of a stored value; raised whenever features or bytes change their meaning.
const FORMAT: u32 = 1;
/// Bytes of what is said about the versions, at most.
const ABOUT_BYTES_MAX: usize = 1 << 21;
/// A stored value is never longer.
pub const BYTES_MAX: usize = 12 + ABOUT_BYTES_MAX + (VERSIONS_MAX + 1) * routing::BYTES_MAX;

/// What a person said a text is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub text: String,
    pub label: String,
}

impl Correction {
    /// Whether it belongs to the frozen hold-out: decided by the letters of the text alone, so that
    /// the same text corrected twice, or with another full stop, never stands on both sides.
    pub fn is_held_out(&self) -> bool {
        let step = |h: u64, c: char| (h ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3);
        let hash = letters(&self.text).into_iter().fold(0xcbf2_9ce4_8422_2325, step);
        (hash ^ (hash >> 32)).is_multiple_of(HOLD_OUT_ONE_OF)
    }
}

/// What makes two texts the same: letters and digits, folded.
fn letters(text: &str) -> Vec<char> {
    let folded = Folded::new(text, Runs::Shorten);
    let letters: Vec<char> = folded.chars.iter().copied().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { folded.chars } else { letters }
}

/// A share with its 95 % Wilson interval, which is computed anew when a share is read.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Counts")]
pub struct Share {
    pub part: u32,
    pub whole: u32,
    pub low: f64,
    pub high: f64,
}

/// What a stored share is read from.
#[derive(Deserialize)]
struct Counts {
    part: u32,
    whole: u32,
}

impl From<Counts> for Share {
    fn from(Counts { part, whole }: Counts) -> Self {
        Self::new(part.min(whole), whole)
    }
}

impl Share {
    /// `part` of `whole` (Wilson 1927, z = 1.96). Of nothing: anything is possible.
    pub fn new(part: u32, whole: u32) -> Self {
        const Z: f64 = 1.959_963_984_540_054;
        if whole == 0 {
            return Self { part, whole, low: 0.0, high: 1.0 };
        }
        let (n, p) = (f64::from(whole), f64::from(part) / f64::from(whole));
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let below = 1.0 + Z * Z / n;
        let (low, high) = ((middle - half) / below, (middle + half) / below);
        Self { part, whole, low: low.max(0.0), high: high.min(1.0) }
    }

    /// The share itself; 0 of nothing.
    pub fn value(&self) -> f64 {
        if self.whole == 0 { 0.0 } else { f64::from(self.part) / f64::from(self.whole) }
    }
}

/// How one label fares on the hold-out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelFigures {
    pub label: String,
    /// Of the texts given this label, those that have it.
    pub precision: Share,
    /// Of the texts that have this label, those given it.
    pub recall: Share,
}

/// Texts of the hold-out that have one label and were given another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    pub truth: String,
    pub answer: String,
    pub texts: u32,
}

/// A version of the model and how it did on the hold-out of its time. Serialises as it is served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub number: u32,
    /// When it was trained, UTC, as the caller said.
    pub trained_ms: i64,
    /// Right answers on the hold-out.
    pub accuracy: Share,
    /// Each label of the hold-out that the model knows.
    pub labels: Vec<LabelFigures>,
    /// What it takes for what, the most frequent first, at most [`CONFUSIONS_MAX`].
    pub confusions: Vec<Confusion>,
    /// Distinct texts learned from.
    pub examples: u32,
}

/// A tenant's learned model with its past.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// Oldest first; the last is in force. Each as it was judged.
    versions: Vec<(Version, Router)>,
    /// The version in force with what people corrected since it was trained.
    live: Option<Router>,
    /// Numbers are never used twice, not even after going back.
    numbered: u32,
}

/// What training led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The new version is in force.
    Accepted,
    /// It answered worse on the hold-out than the one in force, which stays.
    Worse,
    /// Too few corrections to learn from or to judge by, or only one label.
    TooLittle,
}

/// Bytes that are no stored value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LearnedError {
    #[error("not a learned model")]
    Magic,
    #[error("a learned model of format {0}, not {FORMAT}: learn again")]
    Format(u32),
    #[error("a damaged learned model")]
    Damaged,
}

/// What a stored value says about its routers, which follow it in the same order, then `live`.
#[derive(Serialize, Deserialize)]
struct About {
    numbered: u32,
    versions: Vec<Version>,
    live: bool,
}

impl Learned {
    /// The version in force.
    pub fn current(&self) -> Option<&Version> {
        self.versions.last().map(|(version, _)| version)
    }

    /// The versions kept, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().map(|(version, _)| version)
    }

    /// What answers now: the version in force with the corrections since.
    pub fn router(&self) -> Option<&Router> {
        self.live.as_ref().or_else(|| Some(&self.versions.last()?.1))
    }

    /// Trains on all corrections so far (of a text corrected twice the later), judges old and new on
    /// the same hold-out, and takes the new version unless it is worse. If it is, single steps since
    /// the last training stay only if they did no harm. `now_ms` is written down as it is.
    pub fn train(&mut self, corrections: &[Correction], now_ms: i64) -> Outcome {
        let (held, learned): (Vec<&Correction>, Vec<&Correction>) =
            latest(corrections).into_iter().partition(|correction| correction.is_held_out());
        let pairs: Vec<(&str, &str)> =
            learned.iter().map(|c| (c.text.as_str(), c.label.as_str())).collect();
        let Some(router) = Router::train(&pairs).filter(|_| held.len() >= HOLD_OUT_MIN) else {
            return Outcome::TooLittle;
        };
        let judged = Judged::new(&router, &held);
        let right = |router: &Router| Judged::new(router, &held).accuracy().part;
        let before = self.versions.last().map_or(0, |(_, router)| right(router));
        let lived = self.live.as_ref().map_or(0, right);
        if before.max(lived) > judged.accuracy().part {
            self.live = self.live.take().filter(|_| lived >= before);
            return Outcome::Worse;
        }
        self.numbered += 1;
        let version = Version {
            number: self.numbered,
            trained_ms: now_ms,
            accuracy: judged.accuracy(),
            labels: judged.labels(router.labels()),
            confusions: judged.confusions(),
            examples: count(pairs.len()),
        };
        self.versions.push((version, router));
        self.live = None;
        if self.versions.len() > VERSIONS_MAX {
            self.versions.remove(0);
        }
        Outcome::Accepted
    }

    /// One step of learning from one correction, without judging: for the hours until the next
    /// training. A correction of the hold-out changes nothing, and no version is ever touched.
    pub fn correct(&mut self, correction: &Correction) {
        if correction.is_held_out() {
            return;
        }
        if let Some((_, router)) = self.versions.last() {
            let live = self.live.get_or_insert_with(|| router.clone());
            live.correct(&correction.text, &correction.label);
        }
    }

    /// Goes back to the version in force as it was judged, if people corrected it since; otherwise to
    /// the version before, from the oldest to none; `false` if there is nothing to go back from.
    pub fn roll_back(&mut self) -> bool {
        self.live.take().is_some() || self.versions.pop().is_some()
    }

    /// Every version goes, as if nothing had been learned; the next one has the next number.
    pub fn forget(&mut self) {
        *self = Self { numbered: self.numbered, ..Self::default() };
    }

    /// The value as it is stored: magic, format, length of a JSON about the versions, that JSON, the
    /// routers; little endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let about = About {
            numbered: self.numbered,
            versions: self.versions().cloned().collect(),
            live: self.live.is_some(),
        };
        let about = serde_json::to_vec(&about).expect("numbers and strings always serialise");
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(count(about.len()).to_le_bytes());
        bytes.extend(about);
        let routers = self.versions.iter().map(|(_, router)| router).chain(&self.live);
        for router in routers {
            router.write(&mut bytes);
        }
        bytes
    }

    /// Reads what [`Learned::to_bytes`] wrote. Any other bytes are refused in time and memory
    /// proportional to their length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LearnedError> {
        use LearnedError::{Damaged, Format, Magic};

        let rest = bytes.strip_prefix(MAGIC).ok_or(Magic)?;
        let (format, rest) = rest.split_first_chunk().ok_or(Damaged)?;
        let format = u32::from_le_bytes(*format);
        if format != FORMAT {
            return Err(Format(format));
        }
        let (length, rest) = rest.split_first_chunk().ok_or(Damaged)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Damaged)?;
        let (about, mut rest) = rest.split_at_checked(length).ok_or(Damaged)?;
        let about: About = serde_json::from_slice(about).map_err(|_| Damaged)?;
        if about.versions.len() > VERSIONS_MAX || (about.live && about.versions.is_empty()) {
            return Err(Damaged);
        }
        let mut versions = Vec::with_capacity(about.versions.len());
        for version in about.versions {
            versions.push((version, Router::read(&mut rest).ok_or(Damaged)?));
        }
        let live = about.live.then(|| Router::read(&mut rest).ok_or(Damaged)).transpose()?;
        if !rest.is_empty() {
            return Err(Damaged);
        }
        Ok(Self { versions, live, numbered: about.numbered })
    }
}

/// Each distinct text once, with what was said of it last, in the order of first appearance.
fn latest(corrections: &[Correction]) -> Vec<&Correction> {
    let mut seen = BTreeSet::new();
    let mut last: Vec<&Correction> =
        corrections.iter().rev().filter(|it| seen.insert(letters(&it.text))).collect();
    last.reverse();
    last
}

/// Answers on the hold-out beside the truth.
struct Judged<'a> {
    /// Answer, truth.
    pairs: Vec<(String, &'a str)>,
}

impl<'a> Judged<'a> {
    fn new(router: &Router, held: &[&'a Correction]) -> Self {
        let answer = |c: &&'a Correction| {
            let best = router.route(&c.text).into_iter().next();
            (best.map(|route| route.label).unwrap_or_default(), c.label.as_str())
        };
        Self { pairs: held.iter().map(answer).collect() }
    }

    fn accuracy(&self) -> Share {
        let right = self.pairs.iter().filter(|(answer, truth)| answer == truth);
        Share::new(count(right.count()), count(self.pairs.len()))
    }

    fn confusions(&self) -> Vec<Confusion> {
        let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
        for (answer, truth) in self.pairs.iter().filter(|(answer, truth)| answer != truth) {
            *counts.entry((truth, answer)).or_default() += 1;
        }
        let named = |((truth, answer), texts): ((&str, &str), u32)| Confusion {
            truth: truth.to_owned(),
            answer: answer.to_owned(),
            texts,
        };
        let mut all: Vec<Confusion> = counts.into_iter().map(named).collect();
        // Stable: equal counts stay in the order of their labels.
        all.sort_by_key(|it| std::cmp::Reverse(it.texts));
        all.truncate(CONFUSIONS_MAX);
        all
    }

    fn labels(&self, known: &[String]) -> Vec<LabelFigures> {
        let mut by_label: BTreeMap<&String, Vec<(bool, bool)>> = BTreeMap::new();
        for label in known {
            let pairs = self.pairs.iter();
            by_label.insert(label, pairs.map(|(a, t)| (a == label, t == label)).collect());
        }
        let spoken = by_label.into_iter().filter(|(_, all)| all.iter().any(|(a, t)| *a || *t));
        spoken
            .map(|(label, pairs)| {
                let (precision, recall) = precision_recall(&pairs);
                LabelFigures { label: label.clone(), precision, recall }
            })
            .collect()
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Precision and recall of one label on an audited sample: what the reader said and what is true.
pub fn precision_recall(pairs: &[(bool, bool)]) -> (Share, Share) {
    let of = |test: fn(&(bool, bool)) -> bool| count(pairs.iter().filter(|p| test(p)).count());
    let both = of(|(said, is)| *said && *is);
    (Share::new(both, of(|(said, _)| *said)), Share::new(both, of(|(_, is)| *is)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrections(count: u32, swapped: bool) -> Vec<Correction> {
        (0..count)
            .map(|i| {
                let refund = i % 2 == 0;
                let text = if refund {
                    format!("退款{i}天没到账")
                } else {
                    format!("快递{i}天没送到")
                };
                let label = if refund == swapped { "logistics" } else { "refund" };
                Correction { text, label: label.to_owned() }
            })
            .collect()
    }

    #[test]
    fn a_tenant_learns_from_corrections_and_goes_back() {
        let mut learned = Learned::default();
        assert_eq!(learned.train(&corrections(2, false), 7), Outcome::TooLittle);
        assert_eq!(learned.train(&corrections(100, false), 7), Outcome::Accepted);
        let first = learned.current().unwrap().clone();
        assert!(first.accuracy.value() > 0.9);
        assert_eq!(first.labels.len(), 2);
        assert!(first.labels.iter().all(|it| it.recall.value() > 0.8 && it.recall.low < 1.0));
        assert_eq!(first.trained_ms, 7);
        assert_eq!(learned.train(&corrections(120, false), 7), Outcome::Accepted);
        assert_eq!(learned.current().unwrap().number, 2);
        assert!(learned.roll_back());
        assert_eq!(learned.current(), Some(&first));
        // Before the first version nothing was learned; a number is never used again.
        assert!(learned.roll_back());
        assert!(learned.router().is_none() && !learned.roll_back());
        assert_eq!(learned.train(&corrections(120, false), 8), Outcome::Accepted);
        assert_eq!(learned.current().unwrap().number, 3);
    }

    #[test]
    fn a_worse_version_never_comes_into_force() {
        let mut learned = Learned::default();
        learned.train(&corrections(200, false), 7);
        let mut poisoned: Vec<Correction> = corrections(200, true);
        for correction in poisoned.iter_mut().filter(|c| c.is_held_out()) {
            let refund = correction.text.starts_with("退款");
            correction.label = if refund { "refund" } else { "logistics" }.to_owned();
        }
        assert_eq!(learned.train(&poisoned, 7), Outcome::Worse);
        assert_eq!(learned.current().unwrap().number, 1);
    }

    #[test]
    fn what_is_taken_for_what_is_counted() {
        let mut said = corrections(200, false);
        // Of the hold-out every text about refunds is now called something nobody can guess.
        for it in said.iter_mut().filter(|it| it.is_held_out() && it.label == "refund") {
            it.label = "deposit".to_owned();
        }
        let held = said.iter().filter(|it| it.label == "deposit").count();
        let mut learned = Learned::default();
        assert_eq!(learned.train(&said, 7), Outcome::Accepted);
        let [only] = &learned.current().unwrap().confusions[..] else { panic!("one confusion") };
        assert_eq!((only.truth.as_str(), only.answer.as_str()), ("deposit", "refund"));
        assert_eq!(only.texts as usize, held);
    }

    #[test]
    fn corrections_between_trainings_count_at_once() {
        let mut learned = Learned::default();
        learned.train(&corrections(60, false), 7);
        let text = "押金三个月没退给我";
        let correction = Correction { text: text.to_owned(), label: "deposit".to_owned() };
        assert!(!correction.is_held_out());
        for _ in 0..12 {
            learned.correct(&correction);
        }
        assert_eq!(learned.router().unwrap().route(text)[0].label, "deposit");
        // The version itself stays as it was judged, and comes back.
        assert!(learned.roll_back());
        assert_ne!(learned.router().unwrap().route(text)[0].label, "deposit");
        assert_eq!(learned.current().unwrap().number, 1);
    }

    #[test]
    fn of_a_text_corrected_twice_the_later_word_counts() {
        let mut said = corrections(100, true);
        said.extend(corrections(100, false).into_iter().map(|mut it| {
            it.text.push('。');
            it
        }));
        let mut learned = Learned::default();
        assert_eq!(learned.train(&said, 7), Outcome::Accepted);
        let version = learned.current().unwrap();
        assert_eq!(version.examples + version.accuracy.whole, 100);
        assert!(version.accuracy.value() > 0.9, "{version:?}");
        assert_eq!(learned.router().unwrap().route("退款没到账")[0].label, "refund");
    }

    #[test]
    fn what_cannot_be_judged_is_not_learned() {
        let mut few = corrections(60, false);
        few.retain(|it| !it.is_held_out());
        assert_eq!(Learned::default().train(&few, 7), Outcome::TooLittle);
    }

    #[test]
    fn steps_that_did_harm_end_with_the_next_training() {
        let mut learned = Learned::default();
        learned.train(&corrections(200, false), 7);
        for correction in &corrections(200, true) {
            learned.correct(correction);
            learned.correct(correction);
        }
        assert!(learned.live.is_some());
        let mut poisoned = corrections(200, true);
        for (correction, true_one) in poisoned.iter_mut().zip(corrections(200, false)) {
            if correction.is_held_out() {
                *correction = true_one;
            }
        }
        assert_eq!(learned.train(&poisoned, 7), Outcome::Worse);
        assert!(learned.live.is_none());
    }

    #[test]
    fn a_stored_value_comes_back_the_same_and_nothing_else_is_taken_for_one() {
        let mut learned = Learned::default();
        assert_eq!(Learned::from_bytes(&learned.to_bytes()), Ok(learned.clone()));
        learned.train(&corrections(80, false), 7);
        learned.train(&corrections(120, false), 7);
        learned.correct(&corrections(1, true)[0]);
        let bytes = learned.to_bytes();
        assert!(Learned::from_bytes(&bytes) == Ok(learned), "not the same");
        assert_eq!(Learned::from_bytes(b"{}"), Err(LearnedError::Magic));
        let mut newer = bytes.clone();
        newer[4] = 9;
        assert_eq!(Learned::from_bytes(&newer), Err(LearnedError::Format(9)));
        for end in [8, 20, bytes.len() / 2, bytes.len() - 1] {
            let cut = Learned::from_bytes(&bytes[..end]);
            assert!(cut == Err(LearnedError::Damaged), "cut at {end}");
        }
        let longer = Learned::from_bytes(&[&bytes[..], b"0"].concat());
        assert!(longer == Err(LearnedError::Damaged), "one byte too many");
    }

    #[test]
    fn a_stored_value_is_bounded_however_many_labels_come() {
        // Each text its own label, in letters and words not seen before.
        let letter = |at: u32| char::from_u32(0x4e00 + at * 17 % 20_000).unwrap();
        let all: Vec<Correction> = (0..2_000_u32)
            .map(|at| Correction {
                text: (at..at + 30).map(letter).collect(),
                label: format!("{}{at}", "标".repeat(200)),
            })
            .collect();
        let mut learned = Learned::default();
        learned.train(&all[..400], 7);
        for correction in &all {
            learned.correct(correction);
        }
        assert!(learned.to_bytes().len() <= BYTES_MAX);
        assert!(Learned::from_bytes(&learned.to_bytes()) == Ok(learned), "not the same");
    }

    #[test]
    fn shares_carry_their_uncertainty() {
        let share = Share::new(9, 10);
        assert!(
            (share.low - 0.5958).abs() < 1e-3 && (share.high - 0.9821).abs() < 1e-3,
            "{share:?}"
        );
        let (precision, recall) = precision_recall(&[(true, true), (true, false), (false, true)]);
        assert_eq!((precision.part, precision.whole, recall.whole), (1, 2, 2));
    }
}
