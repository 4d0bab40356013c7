//! Medians and other quantiles without any assumption on the shape, and a sketch for large data.
//!
//! Durations are heavy-tailed: report median and 90th percentile, not the mean.

use serde::{Deserialize, Serialize};
use sketches_ddsketch::{Config, DDSketch};

use crate::interval::{
    Confidence, Estimate, Interval, Result, Undefined, all_finite, finite, real, within,
};
use crate::special;

/// Which ordered values bound a quantile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ranks {
    /// Rank of the lower end, counted from 1.
    pub lower: u64,
    /// Rank of the upper end, counted from 1.
    pub upper: u64,
    /// The exact probability that the interval holds the quantile, at least the level asked for.
    pub coverage: f64,
}

/// Ranks r and n + 1 − r of the shortest symmetric interval that holds the median with at least
/// that probability, whatever the distribution: 1 − 2·P(Bin(n, ½) < r) ≥ level.
///
/// `TooFew` when not even the smallest and largest of the n values suffice (n < 6 at 95 %).
///
/// ```
/// use stats::{Confidence, median};
/// let r = median::ranks(25, Confidence::P95)?;
/// assert_eq!((r.lower, r.upper), (8, 18));
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn ranks(n: u64, confidence: Confidence) -> Result<Ranks> {
    real(n)?;
    if n == 0 {
        return Err(Undefined::Empty);
    }
    // The largest r with P(X ≤ r − 1) ≤ α/2.
    let tail = 0.5 * confidence.alpha();
    let mut lower = special::binomial_quantile(tail, n, 0.5);
    if special::binomial_cdf(lower, n, 0.5) <= tail {
        lower += 1;
    }
    if lower == 0 {
        return Err(too_few(n, confidence));
    }
    let coverage = 1.0 - 2.0 * special::binomial_cdf(lower - 1, n, 0.5);
    Ok(Ranks { lower, upper: n + 1 - lower, coverage })
}

/// The smallest n whose extremes hold the median: 1 − 2^(1−n) ≥ level.
fn too_few(n: u64, confidence: Confidence) -> Undefined {
    let need = (1..1_100_usize).find(|&n| 0.5_f64.powf(n as f64 - 1.0) <= confidence.alpha());
    let have = usize::try_from(n).unwrap_or(usize::MAX);
    Undefined::TooFew { what: "values", have, need: need.unwrap_or(usize::MAX) }
}

/// Ranks that hold the `p` quantile with at least that probability, equal tails; `TooFew` when a
/// tail cannot be bounded. Source: David & Nagaraja, Order Statistics (2003) §7.1.
pub fn quantile_ranks(n: u64, p: f64, confidence: Confidence) -> Result<Ranks> {
    within(p, 0.0, 1.0, "the quantile")?;
    real(n)?;
    if n == 0 {
        return Err(Undefined::Empty);
    }
    let tail = 0.5 * confidence.alpha();
    // Lower: the largest r with P(X < r) ≤ α/2. Upper: the smallest s with P(X < s) ≥ 1 − α/2.
    let mut lower = special::binomial_quantile(tail, n, p);
    if special::binomial_cdf(lower, n, p) <= tail {
        lower += 1;
    }
    let upper = special::binomial_quantile(1.0 - tail, n, p) + 1;
    if lower == 0 || upper > n {
        return Err(Undefined::TooFew {
            what: "values",
            have: usize::try_from(n).unwrap_or(usize::MAX),
            need: usize::try_from(n).unwrap_or(usize::MAX).saturating_add(1),
        });
    }
    let below = special::binomial_cdf(lower - 1, n, p);
    let coverage = special::binomial_cdf(upper - 1, n, p) - below;
    Ok(Ranks { lower, upper, coverage })
}

/// The `p` quantile of `values` in their unit, linear between neighbours: position (n − 1)p, the
/// default of R (type 7), NumPy and spreadsheets.
pub fn quantile(values: &[f64], p: f64) -> Result<f64> {
    within(p, 0.0, 1.0, "the quantile")?;
    Ok(quantile_sorted(&sorted(values)?, p))
}

/// The median of `values`.
pub fn median(values: &[f64]) -> Result<f64> {
    quantile(values, 0.5)
}

/// The median with its distribution-free interval; see [`ranks`].
pub fn median_interval(values: &[f64], confidence: Confidence) -> Result<Estimate> {
    let values = sorted(values)?;
    let ranks = ranks(values.len() as u64, confidence)?;
    Ok(estimate(&values, 0.5, ranks))
}

/// A quantile with its distribution-free interval; see [`quantile_ranks`].
pub fn quantile_interval(values: &[f64], p: f64, confidence: Confidence) -> Result<Estimate> {
    let values = sorted(values)?;
    let ranks = quantile_ranks(values.len() as u64, p, confidence)?;
    Ok(estimate(&values, p, ranks))
}

fn estimate(sorted: &[f64], p: f64, ranks: Ranks) -> Estimate {
    let at = |rank: u64| sorted[usize::try_from(rank - 1).expect("a rank is at most the length")];
    let interval = Interval::new(at(ranks.lower), at(ranks.upper));
    Estimate { value: quantile_sorted(sorted, p), interval }
}

fn sorted(values: &[f64]) -> Result<Vec<f64>> {
    all_finite(values, "a value")?;
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    Ok(values)
}

/// Type 7 quantile of sorted values, at least one, 0 ≤ p ≤ 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a position between 0 and the length"
)]
pub(crate) fn quantile_sorted(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len() - 1;
    let position = last as f64 * p;
    let below = (position.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let part = position - below as f64;
    sorted[below] * (1.0 - part) + sorted[above] * part
}

/// Quantiles of any amount of data in little memory, each within 1 % of the true value.
///
/// A `DDSketch` (Masson, Rim & Lee, PVLDB 12 (2019) 2195–2205): parts sketched apart and merged in
/// any order answer exactly as one sketch of everything. At most 4 096 buckets per sign, enough for
/// values from 1e-9 to 1e26; beyond that the smallest values lose their precision. Values below 1e-9
/// count as zero. The counts are exact; an interval follows from them with [`quantile_ranks`].
#[derive(Clone, Serialize, Deserialize)]
pub struct Sketch(DDSketch);

/// Relative error of [`Sketch::quantile`].
pub const SKETCH_ERROR: f64 = 0.01;

const SKETCH_BUCKETS_MAX: u32 = 4_096;
const SKETCH_SMALLEST: f64 = 1e-9;

impl Default for Sketch {
    fn default() -> Self {
        Self(DDSketch::new(Config::new(SKETCH_ERROR, SKETCH_BUCKETS_MAX, SKETCH_SMALLEST)))
    }
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sketch").field("count", &self.count()).finish_non_exhaustive()
    }
}

impl Sketch {
    /// Adds one value; infinities and NaN are refused.
    pub fn add(&mut self, value: f64) -> Result<()> {
        self.0.add(finite(value, "a value")?);
        Ok(())
    }

    /// Takes in everything that `other` has seen.
    pub fn merge(&mut self, other: &Self) {
        self.0.merge(&other.0).expect("all sketches have one configuration");
    }

    /// How many values were added.
    pub fn count(&self) -> u64 {
        self.0.count() as u64
    }

    /// The `p` quantile, off by at most [`SKETCH_ERROR`] of its value.
    pub fn quantile(&self, p: f64) -> Result<f64> {
        within(p, 0.0, 1.0, "the quantile")?;
        self.0.quantile(p).ok().flatten().ok_or(Undefined::Empty)
    }

    /// The `p` quantile with the interval of [`quantile_ranks`], each end again off by at most
    /// [`SKETCH_ERROR`].
    pub fn quantile_interval(&self, p: f64, confidence: Confidence) -> Result<Estimate> {
        let n = self.count();
        let ranks = quantile_ranks(n, p, confidence)?;
        let at = |rank: u64| self.quantile((rank - 1) as f64 / (n.max(2) - 1) as f64);
        let interval = Interval::new(at(ranks.lower)?, at(ranks.upper)?);
        Ok(Estimate { value: self.quantile(p)?, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P95: Confidence = Confidence::P95;

    #[test]
    fn ranks_match_the_published_table() {
        // Conover, Practical Nonparametric Statistics, and David & Nagaraja: n → lower rank at 95 %.
        for (n, lower) in [(6, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (25, 8), (30, 10)] {
            let r = ranks(n, P95).unwrap();
            assert_eq!((r.lower, r.upper), (lower, n + 1 - lower), "n = {n}");
            assert!(r.coverage >= 0.95);
        }
        assert!((ranks(25, P95).unwrap().coverage - 0.956_714_749_336_242_7).abs() < 1e-13);
        let few = ranks(5, P95);
        assert_eq!(few, Err(Undefined::TooFew { what: "values", have: 5, need: 6 }));
        assert_eq!(ranks(0, P95), Err(Undefined::Empty));
    }

    #[test]
    fn ranks_equal_the_slow_search() {
        for n in 6..300 {
            let slow = (1..=n / 2)
                .rev()
                .find(|&r| 1.0 - 2.0 * special::binomial_cdf(r - 1, n, 0.5) >= 0.95)
                .unwrap();
            assert_eq!(ranks(n, P95).unwrap().lower, slow, "n = {n}");
        }
    }

    #[test]
    fn quantile_ranks_of_the_half_are_the_median_ranks() {
        for n in [6, 25, 100, 1_000_000_000] {
            let (a, b) = (quantile_ranks(n, 0.5, P95).unwrap(), ranks(n, P95).unwrap());
            assert_eq!((a.lower, a.upper), (b.lower, b.upper));
            assert!((a.coverage - b.coverage).abs() < 1e-9, "{a:?} {b:?}");
        }
        assert!(quantile_ranks(20, 0.9, P95).is_err());
        let r = quantile_ranks(100, 0.9, P95).unwrap();
        assert!(r.lower >= 83 && r.upper <= 97 && r.coverage >= 0.95, "{r:?}");
    }

    #[test]
    fn quantiles_follow_type_seven() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        assert_eq!(median(&values), Ok(3.5));
        assert_eq!(quantile(&values, 0.25), Ok(1.75));
        assert_eq!(quantile(&values, 1.0), Ok(9.0));
        assert_eq!(quantile(&values, 1.1), Err(Undefined::OutOfRange("the quantile")));
        assert_eq!(median(&[]), Err(Undefined::Empty));
        assert_eq!(median(&[f64::NAN]), Err(Undefined::NotFinite("a value")));
    }

    #[test]
    fn a_sketch_stays_within_its_error_and_merges_exactly() {
        let values: Vec<f64> =
            (0..20_000_u32).map(|i| f64::from(i * 7_919 % 20_011 + 1).powf(1.5)).collect();
        let (mut whole, mut left, mut right) =
            (Sketch::default(), Sketch::default(), Sketch::default());
        for (i, &v) in values.iter().enumerate() {
            whole.add(v).unwrap();
            if i % 3 == 0 { left.add(v).unwrap() } else { right.add(v).unwrap() }
        }
        right.merge(&left);
        assert_eq!(whole.count(), right.count());
        for p in [0.01, 0.5, 0.9, 0.99] {
            assert_eq!(whole.quantile(p), right.quantile(p));
            let exact = quantile(&values, p).unwrap();
            assert!((whole.quantile(p).unwrap() / exact - 1.0).abs() < 0.0101, "{p}");
        }
        assert_eq!(Sketch::default().quantile(0.5), Err(Undefined::Empty));
        assert!(whole.add(f64::INFINITY).is_err());
    }
}
