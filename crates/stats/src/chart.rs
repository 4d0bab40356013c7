//! Is it noise? Control charts for a series of one figure over time.
//!
//! Take a [`Baseline`] from at least 20 quiet points, freeze and version it, and judge later points
//! against it; when the way of asking changes, start a new phase ([`phases`]). For alarms take
//! [`Ewma`] on standardised points ([`Baseline::z`]): the rule "fell five points" fires for stable
//! series in one month of six.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::interval::{Confidence, Interval, Result, Undefined, finite, positive, real, within};
use crate::special;
use crate::sum::sum;

mod accumulate;
mod change;

pub use accumulate::{Cusum, CusumPoint, Ewma, RiskCusum, Side, risk_weight};
pub use change::{Change, change_point, change_point_shares};

/// Mean absolute difference of two standard normal numbers, the d₂ of subgroups of two.
const D2: f64 = 1.128;

/// Limits of charts lie this many standard deviations from the centre.
const SIGMAS: f64 = 3.0;

/// Expected successes and failures from which three-sigma limits are fair.
const CELL_MIN: f64 = 5.0;

/// What a stable series looks like, to judge later points by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// The overall share, in \[0, 1\].
    pub centre: f64,
    /// Laney's `σ_z`: how many times wider the points scatter than binomial counts would. 1 for a
    /// plain p-chart; undefined for fewer than two points.
    pub spread: f64,
}

/// One point of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Point {
    /// The share x/n.
    pub value: f64,
    /// Where it may lie by chance.
    pub limits: Interval,
    /// Whether it lies outside.
    pub out: bool,
}

fn check(points: &[(u64, u64)]) -> Result<()> {
    if points.is_empty() {
        return Err(Undefined::Empty);
    }
    for &(x, n) in points {
        real(n)?;
        if n == 0 {
            return Err(Undefined::Empty);
        }
        if x > n {
            return Err(Undefined::OutOfRange("the count of successes"));
        }
    }
    Ok(())
}

impl Baseline {
    /// A p-chart's baseline: the pooled share of `points` (x of n each, n ≥ 1), spread 1.
    pub fn p(points: &[(u64, u64)]) -> Result<Self> {
        check(points)?;
        let total = sum(points.iter().map(|p| p.1 as f64));
        Ok(Self { centre: sum(points.iter().map(|p| p.0 as f64)) / total, spread: 1.0 })
    }

    /// Laney's p′: the spread is the mean moving range of the standardised points over 1.128. For n
    /// in the thousands, or when the spread exceeds 1.2 (over-dispersion). Needs two points.
    ///
    /// Source: Laney, Quality Engineering 14 (2002) 531–537.
    pub fn laney(points: &[(u64, u64)]) -> Result<Self> {
        let plain = Self::p(points)?;
        if points.len() < 2 {
            return Err(Undefined::TooFew { what: "points", have: points.len(), need: 2 });
        }
        let z = points.iter().map(|&(x, n)| plain.z(x, n)).collect::<Result<Vec<f64>>>()?;
        let ranges = sum(z.windows(2).map(|pair| (pair[1] - pair[0]).abs()));
        Ok(Self { spread: ranges / (z.len() - 1) as f64 / D2, ..plain })
    }

    /// Standard error of a share of `n`.
    fn sigma(&self, n: u64) -> Result<f64> {
        within(self.centre, 0.0, 1.0, "the centre")?;
        finite(self.spread, "the spread")?;
        if n == 0 {
            return Err(Undefined::Empty);
        }
        Ok(self.spread * (self.centre * (1.0 - self.centre) / real(n)?).sqrt())
    }

    /// (x/n − centre)/σ, what [`Ewma`] and [`Cusum`] take. Undefined when the baseline does not
    /// vary (centre 0 or 1).
    pub fn z(&self, x: u64, n: u64) -> Result<f64> {
        let sigma = self.sigma(n)?;
        if x > n {
            return Err(Undefined::OutOfRange("the count of successes"));
        }
        if sigma <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        Ok((x as f64 / n as f64 - self.centre) / sigma)
    }

    /// centre ± 3σ for a point of `n`, inside \[0, 1\]. Source: Montgomery, Introduction to
    /// Statistical Quality Control, §7.2.
    pub fn limits(&self, n: u64) -> Result<Interval> {
        Ok(Interval::around(self.centre, SIGMAS * self.sigma(n)?).clipped(0.0, 1.0))
    }

    /// The binomial quantiles at the same tails as three sigma (0.135 % each), as shares: for small
    /// n, where the normal approximation is not fair. Ignores the spread.
    pub fn exact_limits(&self, n: u64) -> Result<Interval> {
        let count = self.sigma(n).and(real(n))?;
        let tail = special::normal_cdf(-SIGMAS);
        let at = |p| special::binomial_quantile(p, n, self.centre) as f64 / count;
        Ok(Interval::new(at(tail), at(1.0 - tail)))
    }

    /// Each point with its own limits: three sigma where at least 5 successes and 5 failures are
    /// expected, exact ones elsewhere.
    pub fn chart(&self, points: &[(u64, u64)]) -> Result<Vec<Point>> {
        check(points)?;
        points
            .iter()
            .map(|&(x, n)| {
                let rarer = n as f64 * self.centre.min(1.0 - self.centre);
                let limits =
                    if rarer >= CELL_MIN { self.limits(n)? } else { self.exact_limits(n)? };
                let value = x as f64 / n as f64;
                Ok(Point { value, limits, out: !limits.contains(value) })
            })
            .collect()
    }
}

/// A stretch of a series with its own baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Phase {
    /// Which points belong to it.
    pub range: Range<usize>,
    /// Estimated from these points.
    pub baseline: Baseline,
    /// The points with their limits.
    pub points: Vec<Point>,
}

/// Cuts `points` at the indexes `starts` (ascending, each where a new phase begins, for instance a
/// changed question) and charts each phase against its own baseline, so that a change of the form
/// is never read as a change of the service.
pub fn phases(points: &[(u64, u64)], starts: &[usize]) -> Result<Vec<Phase>> {
    let mut bounds = vec![0];
    bounds.extend(starts.iter().copied().filter(|&s| s > 0));
    bounds.push(points.len());
    if bounds.windows(2).any(|w| w[0] >= w[1]) {
        return Err(Undefined::OutOfRange("the start of a phase"));
    }
    bounds
        .windows(2)
        .map(|w| {
            let range = w[0]..w[1];
            let own = &points[range.clone()];
            let baseline = Baseline::laney(own).or_else(|_| Baseline::p(own))?;
            // A quiet series must not get limits tighter than chance.
            let baseline = Baseline { spread: baseline.spread.max(1.0), ..baseline };
            Ok(Phase { range, points: baseline.chart(own)?, baseline })
        })
        .collect()
}

/// Funnel limits: the counts between which a group of `n` with the `target` share lies with
/// probability `confidence` by chance (exact binomial quantiles, both ends allowed).
///
/// Take 95 % for the inner and 99.8 % for the outer funnel. Source: Spiegelhalter, Statistics in
/// Medicine 24 (2005) 1185–1202, which interpolates between counts.
///
/// ```
/// assert_eq!(stats::chart::funnel(0.85, 100, stats::Confidence::P95)?, (78, 92));
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn funnel(target: f64, n: u64, confidence: Confidence) -> Result<(u64, u64)> {
    within(target, 0.0, 1.0, "the target")?;
    real(n)?;
    let tail = 0.5 * confidence.alpha();
    let at = |p| special::binomial_quantile(p, n, target);
    Ok((at(tail), at(1.0 - tail)))
}

/// Funnel limits as shares, widened by an over-dispersion factor from [`overdispersion`].
pub fn funnel_wide(target: f64, n: u64, factor: f64, confidence: Confidence) -> Result<Interval> {
    within(target, 0.0, 1.0, "the target")?;
    positive(factor, "the over-dispersion")?;
    if n == 0 {
        return Err(Undefined::Empty);
    }
    let sigma = (factor * target * (1.0 - target) / real(n)?).sqrt();
    Ok(Interval::around(target, confidence.z() * sigma).clipped(0.0, 1.0))
}

/// How much more than binomially groups scatter around `target`: the mean of their squared z, with
/// the outer 10 % on each side pulled in so that the groups looked for do not hide themselves; at
/// least 1. Source: Spiegelhalter 2005, §3.2.
pub fn overdispersion(points: &[(u64, u64)], target: f64) -> Result<f64> {
    check(points)?;
    let baseline = Baseline { centre: within(target, 0.0, 1.0, "the target")?, spread: 1.0 };
    let mut z = points.iter().map(|&(x, n)| baseline.z(x, n)).collect::<Result<Vec<f64>>>()?;
    z.sort_by(f64::total_cmp);
    let low = crate::median::quantile_sorted(&z, 0.1);
    let high = crate::median::quantile_sorted(&z, 0.9);
    let squares = sum(z.iter().map(|v| v.clamp(low, high).powi(2)));
    finite((squares / z.len() as f64).max(1.0), "the over-dispersion")
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
