//! Krippendorff's alpha.

use serde::{Deserialize, Serialize};

use crate::interval::{Confidence, Interval, Result, Undefined, all_finite};
use crate::mean::percentiles;
use crate::random::Random;
use crate::sum::Sum;

/// What a distance between two ratings means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Labels: equal or not.
    Nominal,
    /// Ordered categories: the squared number of ratings between the two.
    Ordinal,
    /// Numbers: the squared difference.
    Interval,
    /// Positive amounts: ((a − b)/(a + b))². Quadratic in the number of distinct values.
    Ratio,
}

/// Alpha and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Alpha {
    /// 1 is full agreement, 0 what chance gives, negative values systematic disagreement.
    pub value: f64,
    /// Units with at least two ratings; the others do not count.
    pub units: usize,
    /// Their ratings.
    pub ratings: usize,
}

/// Distinct values for [`Level::Ratio`], whose cost is quadratic in them.
const RATIO_VALUES_MAX: usize = 2_000;

/// Ratings as indexes into the sorted distinct values; only units with two or more.
struct Coded {
    values: Vec<f64>,
    units: Vec<Vec<usize>>,
    level: Level,
}

impl Coded {
    fn new<U: AsRef<[Option<f64>]>>(units: &[U], level: Level) -> Result<Self> {
        let rated: Vec<Vec<f64>> = units
            .iter()
            .map(|unit| unit.as_ref().iter().flatten().copied().collect::<Vec<f64>>())
            .filter(|ratings| ratings.len() > 1)
            .collect();
        let mut values: Vec<f64> = rated.iter().flatten().copied().collect();
        all_finite(&values, "a rating")?;
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| a == b);
        if level == Level::Ratio {
            if values.iter().any(|&v| v < 0.0) {
                return Err(Undefined::OutOfRange("a rating"));
            }
            if values.len() > RATIO_VALUES_MAX {
                return Err(Undefined::OutOfRange("the number of distinct ratings"));
            }
        }
        // Partition, not exact search: −0 and 0 are one value.
        let code = |rating: &f64| values.partition_point(|v| v < rating);
        let mut units: Vec<Vec<usize>> =
            rated.iter().map(|ratings| ratings.iter().map(code).collect()).collect();
        for unit in &mut units {
            // Sorted, so that the order of raters cannot change a rounding.
            unit.sort_unstable();
        }
        Ok(Self { values, units, level })
    }

    /// Where each value lies so that the distance of two is the squared difference of positions:
    /// the values themselves, or for ordinal data their middle ranks among all ratings. (Krippendorff's
    /// `Σn_g` − (`n_c` + `n_k)/2` from c to k is the difference of middle ranks.)
    fn positions(&self, counts: &[f64]) -> Vec<f64> {
        match self.level {
            Level::Ordinal => {
                let mut below = 0.0;
                counts
                    .iter()
                    .map(|&n| {
                        let middle = below + 0.5 * n;
                        below += n;
                        middle
                    })
                    .collect()
            }
            _ => self.values.clone(),
        }
    }

    /// Distance of the values with codes `a` and `b`.
    fn distance(&self, positions: &[f64], a: usize, b: usize) -> f64 {
        let (x, y) = (positions[a], positions[b]);
        match self.level {
            _ if a == b => 0.0,
            Level::Nominal => 1.0,
            Level::Ordinal | Level::Interval => (x - y) * (x - y),
            Level::Ratio => ((x - y) / (x + y)).powi(2),
        }
    }

    /// Alpha over the units named by `chosen` (repeats count again).
    fn alpha(&self, chosen: &[usize]) -> Result<f64> {
        let mut counts = vec![0.0; self.values.len()];
        for &u in chosen {
            for &code in &self.units[u] {
                counts[code] += 1.0;
            }
        }
        let positions = self.positions(&counts);
        let n: f64 = counts.iter().sum();
        let mut observed = Sum::default();
        for &u in chosen {
            let unit = &self.units[u];
            let mut within = 0.0;
            for (i, &a) in unit.iter().enumerate() {
                for &b in &unit[i + 1..] {
                    within += self.distance(&positions, a, b);
                }
            }
            observed.add(within / (unit.len() - 1) as f64);
        }
        let expected = self.expected(&counts, &positions, n);
        if !(expected > 0.0 && expected.is_finite()) {
            return Err(Undefined::NoVariation);
        }
        Ok(1.0 - (n - 1.0) * observed.value() / expected)
    }

    /// Σ over pairs c < k of `n_c·n_k·distance`.
    fn expected(&self, counts: &[f64], positions: &[f64], n: f64) -> f64 {
        match self.level {
            Level::Nominal => 0.5 * counts.iter().map(|c| c * (n - c)).collect::<Sum>().value(),
            // Σ n_c·n_k·(x_c − x_k)² over pairs is n·Σ n_c·(x_c − mean)².
            Level::Ordinal | Level::Interval => {
                let weigh = |f: &dyn Fn(f64) -> f64| {
                    counts.iter().zip(positions).map(|(c, &x)| c * f(x)).collect::<Sum>().value()
                };
                let mean = weigh(&|x| x) / n;
                n * weigh(&|x| (x - mean).powi(2))
            }
            Level::Ratio => {
                let mut total = Sum::default();
                for a in 0..counts.len() {
                    for b in a + 1..counts.len() {
                        total.add(counts[a] * counts[b] * self.distance(positions, a, b));
                    }
                }
                total.value()
            }
        }
    }
}

/// Krippendorff's alpha, 1 − observed/expected disagreement. One slice per unit with one cell per
/// rater, `None` where a rater was absent; the order of raters and units does not matter.
///
/// Undefined, not 1, when all ratings are equal: agreement that could not have failed shows nothing.
/// Depends on how common each category is. Source: Krippendorff, "Computing Krippendorff's
/// Alpha-Reliability" (2011).
///
/// ```
/// use stats::agreement::{Level, alpha};
/// let units = [[Some(1.), Some(1.)], [Some(2.), Some(2.)], [Some(5.), Some(4.)], [Some(3.), None]];
/// let a = alpha(&units, Level::Ordinal)?;
/// assert!(a.value > 0.8 && a.units == 3);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn alpha<U: AsRef<[Option<f64>]>>(units: &[U], level: Level) -> Result<Alpha> {
    let coded = Coded::new(units, level)?;
    let all: Vec<usize> = (0..coded.units.len()).collect();
    let ratings = coded.units.iter().map(Vec::len).sum();
    Ok(Alpha { value: coded.alpha(&all)?, units: coded.units.len(), ratings })
}

/// The bootstrap interval of [`alpha`]: units drawn with replacement, `resamples` times (1 000 is
/// usual). Resamples without variation have no alpha and are left out; `NoVariation` when these are
/// more than half.
pub fn alpha_interval<U: AsRef<[Option<f64>]>>(
    units: &[U],
    level: Level,
    confidence: Confidence,
    resamples: usize,
    seed: u64,
) -> Result<Interval> {
    let coded = Coded::new(units, level)?;
    let mut random = Random::new("alpha bootstrap", seed);
    let n = coded.units.len();
    let mut chosen = vec![0; n];
    let mut defined = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        chosen.fill_with(|| random.below(n));
        defined.extend(coded.alpha(&chosen).ok());
    }
    if defined.len() * 2 < resamples {
        return Err(Undefined::NoVariation);
    }
    percentiles(defined, confidence)
}
