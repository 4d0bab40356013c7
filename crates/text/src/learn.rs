//! Learning from corrections: versioned models, judged on a frozen hold-out, rolled back if worse.
//!
//! Everything here is a value that serialises; whoever stores it decides when it changes.

use serde::{Deserialize, Serialize};

use crate::routing::Router;

/// One of this many corrections is never learned from, only judged on.
const HOLD_OUT_ONE_OF: u64 = 5;
/// Versions kept for going back.
const VERSIONS_MAX: usize = 5;

/// What a person said a text is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub text: String,
    pub label: String,
}

impl Correction {
    /// Whether it belongs to the frozen hold-out: decided by the text alone, so that the same text
    /// corrected twice never stands on both sides.
    pub fn is_held_out(&self) -> bool {
        let step = |h: u64, byte: u8| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = self.text.trim().bytes().fold(0xcbf2_9ce4_8422_2325, step);
        (hash ^ (hash >> 32)).is_multiple_of(HOLD_OUT_ONE_OF)
    }
}

/// A share with its 95 % Wilson interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub part: u32,
    pub whole: u32,
    pub low: f64,
    pub high: f64,
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

/// A model and how it did on the hold-out of its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub number: u32,
    pub router: Router,
    /// Right answers on the hold-out.
    pub accuracy: Share,
    /// Corrections learned from.
    pub examples: u32,
}

/// A tenant's learned model with its past.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Oldest first; the last is in force.
    versions: Vec<Version>,
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
    /// Too few corrections or only one label.
    TooLittle,
}

impl Learned {
    /// The version in force.
    pub fn current(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// Trains on all corrections so far, judges old and new on the same hold-out, and takes the new
    /// version unless it is worse.
    pub fn train(&mut self, corrections: &[Correction]) -> Outcome {
        let (held, learned): (Vec<&Correction>, Vec<&Correction>) =
            corrections.iter().partition(|correction| correction.is_held_out());
        let pairs: Vec<(&str, &str)> =
            learned.iter().map(|c| (c.text.as_str(), c.label.as_str())).collect();
        let Some(router) = Router::train(&pairs) else { return Outcome::TooLittle };
        let accuracy = judge(&router, &held);
        let before = self.current().map(|version| judge(&version.router, &held));
        if before.is_some_and(|before| before.part > accuracy.part) {
            return Outcome::Worse;
        }
        self.numbered += 1;
        let examples = u32::try_from(pairs.len()).unwrap_or(u32::MAX);
        self.versions.push(Version { number: self.numbered, router, accuracy, examples });
        if self.versions.len() > VERSIONS_MAX {
            self.versions.remove(0);
        }
        Outcome::Accepted
    }

    /// One step of learning from one correction, without judging: for the minutes until the next
    /// training. A correction of the hold-out changes nothing.
    pub fn correct(&mut self, correction: &Correction) {
        if let Some(version) = self.versions.last_mut().filter(|_| !correction.is_held_out()) {
            version.router.correct(&correction.text, &correction.label);
        }
    }

    /// Goes back to the version before; `false` if there is none.
    pub fn roll_back(&mut self) -> bool {
        let older = self.versions.len() > 1;
        if older {
            self.versions.pop();
        }
        older
    }
}

fn judge(router: &Router, held: &[&Correction]) -> Share {
    let right =
        |c: &&&Correction| router.route(&c.text).first().is_some_and(|r| r.label == c.label);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Share::new(count(held.iter().filter(right).count()), count(held.len()))
}

/// Precision and recall of one label on an audited sample: what the reader said and what is true.
pub fn precision_recall(pairs: &[(bool, bool)]) -> (Share, Share) {
    let count = |test: fn(&(bool, bool)) -> bool| {
        u32::try_from(pairs.iter().filter(|p| test(p)).count()).unwrap_or(u32::MAX)
    };
    let both = count(|(said, is)| *said && *is);
    (Share::new(both, count(|(said, _)| *said)), Share::new(both, count(|(_, is)| *is)))
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
        assert_eq!(learned.train(&corrections(2, false)), Outcome::TooLittle);
        assert_eq!(learned.train(&corrections(100, false)), Outcome::Accepted);
        assert!(learned.current().unwrap().accuracy.value() > 0.9);
        assert!(!learned.roll_back());
        assert_eq!(learned.train(&corrections(120, false)), Outcome::Accepted);
        assert_eq!(learned.current().unwrap().number, 2);
        assert!(learned.roll_back());
        assert_eq!(learned.current().unwrap().number, 1);
    }

    #[test]
    fn a_worse_version_never_comes_into_force() {
        let mut learned = Learned::default();
        learned.train(&corrections(200, false));
        let mut poisoned: Vec<Correction> = corrections(200, true);
        for correction in poisoned.iter_mut().filter(|c| c.is_held_out()) {
            let refund = correction.text.starts_with("退款");
            correction.label = if refund { "refund" } else { "logistics" }.to_owned();
        }
        assert_eq!(learned.train(&poisoned), Outcome::Worse);
        assert_eq!(learned.current().unwrap().number, 1);
    }

    #[test]
    fn corrections_between_trainings_count_at_once() {
        let mut learned = Learned::default();
        learned.train(&corrections(60, false));
        let text = "押金三个月没退给我";
        let correction = Correction { text: text.to_owned(), label: "deposit".to_owned() };
        assert!(!correction.is_held_out());
        for _ in 0..12 {
            learned.correct(&correction);
        }
        assert_eq!(learned.current().unwrap().router.route(text)[0].label, "deposit");
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
