//! Means of numbers and of ordered scales: t interval and bootstrap.
//!
//! A mean of 1–5 answers hides the shape; show the counts beside it. Below about 15 answers, or
//! when nearly all are alike, take [`bootstrap`] or show the counts only.

use serde::Serialize;

use crate::interval::{
    Confidence, Estimate, Interval, Result, Undefined, all_finite, finite, real,
};
use crate::random::Random;
use crate::special;
use crate::sum::sum;

/// Number, mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Summary {
    /// How many values.
    pub n: u64,
    /// Their arithmetic mean, in the unit of the values.
    pub mean: f64,
    /// Their standard deviation with divisor n − 1; `None` for a single value.
    pub sd: Option<f64>,
}

/// Summary of `values`, at least one, all finite. The order of the values does not matter beyond
/// one rounding unit.
pub fn summary(values: &[f64]) -> Result<Summary> {
    all_finite(values, "a value")?;
    let n = values.len() as f64;
    // Halved first, so that the sum of the largest doubles stays finite.
    let mean = sum(values.iter().map(|v| v / n));
    let square = sum(values.iter().map(|v| (v - mean).powi(2)));
    let sd = (values.len() > 1).then(|| (square / (n - 1.0)).sqrt());
    if !mean.is_finite() || sd.is_some_and(|s| !s.is_finite()) {
        return Err(Undefined::OutOfRange("a value"));
    }
    Ok(Summary { n: values.len() as u64, mean, sd })
}

/// Summary of a scale: `counts[i]` answers said `first + i`, for example 1 to 5 with `first` = 1.
///
/// ```
/// let s = stats::mean::scale_summary(&[5, 5, 10, 30, 50], 1.0)?;
/// assert!((s.mean - 4.15).abs() < 1e-12);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn scale_summary(counts: &[u64], first: f64) -> Result<Summary> {
    all_finite(&[first], "the first value")?;
    let n = counts.iter().fold(0_u64, |a, &b| a.saturating_add(b));
    let total = real(n)?;
    if n == 0 {
        return Err(Undefined::Empty);
    }
    let weigh = |f: &dyn Fn(f64) -> f64| {
        sum(counts.iter().enumerate().map(|(i, &c)| c as f64 / total * f(i as f64)))
    };
    let mean = weigh(&|i| i);
    let variance = weigh(&|i| (i - mean).powi(2));
    let sd = (n > 1).then(|| (variance * total / (total - 1.0)).sqrt());
    Ok(Summary { n, mean: first + mean, sd })
}

/// x̄ ± t·s/√n with Student's t on n − 1 degrees of freedom. Needs n ≥ 2.
///
/// Undefined when all values are equal: an interval of no width would claim certainty. Not for
/// few answers piled on one end of a scale. Source: Student, Biometrika 6 (1908) 1–25.
///
/// ```
/// use stats::{Confidence, mean};
/// let m = mean::t_interval(mean::scale_summary(&[5, 5, 10, 30, 50], 1.0)?, Confidence::P95)?;
/// assert!((m.interval.low - 3.9290559509596465).abs() < 1e-9);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn t_interval(summary: Summary, confidence: Confidence) -> Result<Estimate> {
    let n = real(summary.n)?;
    let Some(sd) = summary.sd else {
        return Err(Undefined::TooFew { what: "values", have: 1, need: 2 });
    };
    if sd <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let t = special::student_two_sided(confidence.level(), n - 1.0);
    let interval = Interval::around(summary.mean, t * sd / n.sqrt());
    Ok(Estimate { value: summary.mean, interval })
}

/// First mean minus second of two independent groups, with Welch's t interval (unequal variances).
///
/// Not for the same people asked twice: take the differences and [`t_interval`]. Source: Welch,
/// Biometrika 34 (1947) 28–35.
pub fn difference(first: Summary, second: Summary, confidence: Confidence) -> Result<Estimate> {
    let part = |s: Summary| match s.sd {
        None => Err(Undefined::TooFew { what: "values", have: 1, need: 2 }),
        Some(sd) => {
            let sd = finite(sd, "a standard deviation")?;
            real(s.n).map(|n| (sd * sd / n, n - 1.0))
        }
    };
    let ((va, da), (vb, db)) = (part(first)?, part(second)?);
    let variance = va + vb;
    if variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    // From the parts of the variance, so that no square overflows.
    let (a, b) = (va / variance, vb / variance);
    let df = 1.0 / (a * a / da + b * b / db);
    let value = first.mean - second.mean;
    let t = special::student_two_sided(confidence.level(), df);
    Ok(Estimate { value, interval: Interval::around(value, t * variance.sqrt()) })
}

/// The mean with its percentile bootstrap interval: `resamples` draws with replacement.
///
/// Undefined when all values are equal, because every resample would be too. 2 000 resamples put
/// the ends within about 3 % of their width; the same `seed` gives the same ends to the last bit.
/// Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993) §13.3.
pub fn bootstrap(
    values: &[f64],
    confidence: Confidence,
    resamples: usize,
    seed: u64,
) -> Result<Estimate> {
    let Summary { mean, sd, .. } = summary(values)?;
    if sd.is_none_or(|s| s <= 0.0) {
        return Err(Undefined::NoVariation);
    }
    let mut random = Random::new("mean bootstrap", seed);
    let n = values.len();
    let statistics: Vec<f64> =
        (0..resamples).map(|_| sum((0..n).map(|_| values[random.below(n)] / n as f64))).collect();
    Ok(Estimate { value: mean, interval: percentiles(statistics, confidence)? })
}

/// The middle part of bootstrap `statistics` that holds the share `confidence`. At least 20.
pub(crate) fn percentiles(mut statistics: Vec<f64>, confidence: Confidence) -> Result<Interval> {
    let have = statistics.len();
    if have < 20 {
        return Err(Undefined::TooFew { what: "resamples", have, need: 20 });
    }
    statistics.sort_by(f64::total_cmp);
    let tail = 0.5 * confidence.alpha();
    let at = |p| crate::median::quantile_sorted(&statistics, p);
    Ok(Interval::new(at(tail), at(1.0 - tail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const P95: Confidence = Confidence::P95;

    #[test]
    fn t_intervals_match_a_textbook() {
        // NIST/SEMATECH e-Handbook 1.3.5.2, ZARR13.DAT: n 195, mean 9.261460, sd .022789,
        // 95 % limits 9.258242 and 9.264679.
        let s = Summary { n: 195, mean: 9.261_460, sd: Some(0.022_789) };
        let i = t_interval(s, P95).unwrap().interval;
        assert!((i.low - 9.258_242).abs() < 2e-6 && (i.high - 9.264_679).abs() < 2e-6, "{i:?}");
    }

    #[test]
    fn a_scale_equals_its_values_written_out() {
        let values = [1.0, 2.0, 2.0, 5.0];
        let a = summary(&values).unwrap();
        let b = scale_summary(&[1, 2, 0, 0, 1], 1.0).unwrap();
        assert!((a.mean - b.mean).abs() < 1e-15 && a.n == b.n);
        assert!((a.sd.unwrap() - b.sd.unwrap()).abs() < 1e-15);
    }

    #[test]
    fn no_variation_and_no_values_are_undefined() {
        assert_eq!(summary(&[]), Err(Undefined::Empty));
        assert_eq!(summary(&[f64::INFINITY]), Err(Undefined::NotFinite("a value")));
        assert_eq!(summary(&[f64::MAX, f64::MIN]), Err(Undefined::OutOfRange("a value")));
        let one = summary(&[3.0]).unwrap();
        assert!(matches!(t_interval(one, P95), Err(Undefined::TooFew { .. })));
        let same = summary(&[5.0; 9]).unwrap();
        assert_eq!(t_interval(same, P95), Err(Undefined::NoVariation));
        assert_eq!(bootstrap(&[5.0; 9], P95, 100, 1), Err(Undefined::NoVariation));
        assert_eq!(scale_summary(&[0; 5], 1.0), Err(Undefined::Empty));
    }

    #[test]
    fn the_bootstrap_is_reproducible_and_near_the_t_interval() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i % 7)).collect();
        let a = bootstrap(&values, P95, 2_000, 42).unwrap();
        assert_eq!(a, bootstrap(&values, P95, 2_000, 42).unwrap());
        assert_ne!(a, bootstrap(&values, P95, 2_000, 43).unwrap());
        let t = t_interval(summary(&values).unwrap(), P95).unwrap();
        assert!((a.interval.low - t.interval.low).abs() < 0.05, "{a:?} {t:?}");
        assert!((a.interval.high - t.interval.high).abs() < 0.05, "{a:?} {t:?}");
    }

    #[test]
    fn welch_matches_the_published_example() {
        // Welch's test of R's `sleep` data: t = -1.8608, df = 17.776, interval -3.365483 0.205483.
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let d = difference(summary(&first).unwrap(), summary(&second).unwrap(), P95).unwrap();
        assert!((d.interval.low + 3.365_483).abs() < 1e-6, "{d:?}");
        assert!((d.interval.high - 0.205_483).abs() < 1e-6, "{d:?}");
    }

    #[test]
    fn very_large_spreads_have_a_difference_too() {
        let huge = |mean| Summary { n: 9, mean, sd: Some(1e90) };
        let d = difference(huge(1e91), huge(0.0), P95).unwrap();
        let same = difference(
            Summary { n: 9, mean: 10.0, sd: Some(1.0) },
            Summary { n: 9, mean: 0.0, sd: Some(1.0) },
            P95,
        );
        assert!((d.interval.low / 1e90 / same.unwrap().interval.low - 1.0).abs() < 1e-12);
        let endless = Summary { n: 9, mean: 0.0, sd: Some(1e200) };
        assert!(difference(endless, endless, P95).is_err());
    }
}
