//! Weights of criteria: from pairwise comparisons, and totals with gaps.

use serde::Serialize;

use crate::interval::{Estimate, Interval, Result, Undefined, finite, positive, within};
use crate::sum::sum;

/// Saaty's random index for 1 to 10 criteria (the mean consistency index of random matrices). Tables
/// differ for three criteria, 0.52 or 0.58; this is the older 0.58.
pub const RANDOM_INDEX: [f64; 10] = [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49];

const STEPS_MAX: usize = 10_000;

/// Weights from pairwise comparisons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ahp {
    /// One weight per criterion, summing to 1.
    pub weights: Vec<f64>,
    /// The principal eigenvalue, k when all comparisons agree, else larger.
    pub eigenvalue: f64,
    /// Consistency ratio (λ − k)/(k − 1)/RI; above 0.1 ask again. `None` below three criteria, which
    /// cannot contradict each other, and above ten, for which no index is tabled.
    pub consistency_ratio: Option<f64>,
}

/// The analytic hierarchy process: `matrix[i][j]` says how many times more important criterion i is
/// than j (1/9 to 9 usually, > 0 always), with `matrix[j][i]` its reciprocal.
///
/// The principal eigenvector by power iteration. As one way to weights among others: show how ranks
/// move when a weight moves by a fifth. Source: Saaty, The Analytic Hierarchy Process (1980).
pub fn ahp<R: AsRef<[f64]>>(matrix: &[R]) -> Result<Ahp> {
    let k = matrix.len();
    if k == 0 {
        return Err(Undefined::Empty);
    }
    if matrix.iter().any(|r| r.as_ref().len() != k) {
        return Err(Undefined::LengthsDiffer("the rows and columns"));
    }
    let cell = |i: usize, j: usize| matrix[i].as_ref()[j];
    for i in 0..k {
        for j in 0..k {
            positive(cell(i, j), "a comparison")?;
            if (cell(i, j) * cell(j, i) - 1.0).abs() > 1e-6 {
                return Err(Undefined::OutOfRange("a reciprocal comparison"));
            }
        }
    }
    let mut weights = vec![1.0 / k as f64; k];
    for _ in 0..STEPS_MAX {
        let next: Vec<f64> = (0..k).map(|i| sum((0..k).map(|j| cell(i, j) * weights[j]))).collect();
        let eigenvalue = sum(next.iter().copied());
        let next: Vec<f64> = next.iter().map(|v| v / eigenvalue).collect();
        let moved = next.iter().zip(&weights).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        weights = next;
        if moved < 1e-15 {
            let excess = eigenvalue - k as f64;
            let index = RANDOM_INDEX.get(k - 1).filter(|ri| **ri > 0.0);
            let consistency_ratio = index.map(|ri| (excess / (k - 1) as f64 / ri).max(0.0));
            return Ok(Ahp { weights, eigenvalue, consistency_ratio });
        }
    }
    Err(Undefined::NotConverged)
}

/// One part of a weighted total.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Its weight, ≥ 0.
    pub weight: f64,
    /// The value reached; `None` when it does not apply.
    pub value: Option<f64>,
    /// The value that counts 0.
    pub lowest: f64,
    /// The value that counts 1.
    pub highest: f64,
}

/// Σw(v − lowest)/Σw(highest − lowest) in \[0, 1\] over the parts that apply: the weights of the
/// others are shared out among these.
///
/// ```
/// use stats::weight::{Part, total};
/// let part = |weight, value| Part { weight, value, lowest: 1.0, highest: 5.0 };
/// let parts = [part(30., Some(5.)), part(25., Some(3.)), part(20., None), part(25., Some(4.))];
/// assert!((total(&parts)? - 0.765625).abs() < 1e-15);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn total(parts: &[Part]) -> Result<f64> {
    let (mut reached, mut possible) = (Vec::new(), Vec::new());
    for part in parts {
        within(part.weight, 0.0, 1e15, "a weight")?;
        within(part.lowest, -1e15, 1e15, "the lowest value")?;
        within(part.highest, -1e15, 1e15, "the highest value")?;
        positive(part.highest - part.lowest, "the range of values")?;
        if let Some(value) = part.value {
            within(value, part.lowest, part.highest, "a value")?;
            reached.push(part.weight * (value - part.lowest));
            possible.push(part.weight * (part.highest - part.lowest));
        }
    }
    let possible = sum(possible);
    if possible <= 0.0 { Err(Undefined::Empty) } else { Ok(sum(reached) / possible) }
}

/// The weighted mean Σwv/Σw of independent figures on one scale with the interval that follows from
/// theirs, each with its weight ≥ 0: the published total of several criteria.
///
/// Distances to the limits add up as squares, Σ(w/W)²(v − low)² below and likewise above, so lopsided
/// intervals stay lopsided; for symmetric ones this is the delta method. Scale all figures alike first
/// (points, or z), never add raw units, and keep what must not be bought off by good marks elsewhere
/// (complaints, compliance) out of it. Figures from the same answers are not independent: resample the
/// answers instead. Source: Zou & Donner, Statistics in Medicine 27 (2008) 1693–1702.
///
/// ```
/// use stats::{Confidence, Estimate, proportion::{share, wilson}, weight};
/// let of = |x, n| Ok(Estimate { value: share(x, n)?, interval: wilson(x, n, Confidence::P95)? });
/// let total = weight::composite(&[(60.0, of(90, 100)?), (40.0, of(35, 50)?)])?;
/// assert!((total.value - 0.82).abs() < 1e-12 && total.interval.contains(0.87));
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn composite(parts: &[(f64, Estimate)]) -> Result<Estimate> {
    for (weight, part) in parts {
        within(*weight, 0.0, 1e15, "a weight")?;
        within(part.value, -1e15, 1e15, "a value")?;
        within(part.interval.low, -1e15, part.value, "a lower limit")?;
        within(part.interval.high, part.value, 1e15, "an upper limit")?;
    }
    let whole = sum(parts.iter().map(|it| it.0));
    if whole <= 0.0 {
        return Err(Undefined::Empty);
    }
    let mean = |of: &dyn Fn(&Estimate) -> f64| sum(parts.iter().map(|(w, it)| w / whole * of(it)));
    let reach = |of: &dyn Fn(&Estimate) -> f64| {
        sum(parts.iter().map(|(w, it)| (w / whole * of(it)).powi(2))).sqrt()
    };
    let value = finite(mean(&|it| it.value), "the total")?;
    let below = reach(&|it| it.value - it.interval.low);
    let above = reach(&|it| it.interval.high - it.value);
    Ok(Estimate { value, interval: Interval::new(value - below, value + above) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composite_is_as_wide_as_its_parts_allow() {
        let of = |value: f64, below, above| Estimate {
            value,
            interval: Interval::new(value - below, value + above),
        };
        let total = composite(&[(1.0, of(0.8, 0.03, 0.04)), (3.0, of(0.6, 0.01, 0.0))]).unwrap();
        assert!((total.value - 0.65).abs() < 1e-15);
        assert!((total.interval.low - (0.65 - 0.007_5_f64.hypot(0.007_5))).abs() < 1e-15);
        assert!((total.interval.high - 0.66).abs() < 1e-15);
        // One part alone keeps its interval; without weight there is nothing.
        assert_eq!(composite(&[(2.0, of(0.5, 0.25, 0.25))]), Ok(of(0.5, 0.25, 0.25)));
        assert_eq!(composite(&[(0.0, of(0.5, 0.1, 0.1))]), Err(Undefined::Empty));
        assert!(composite(&[(1.0, of(0.5, -0.1, 0.1))]).is_err());
        assert!(composite(&[(1.0, of(f64::NAN, 0.1, 0.1))]).is_err());
    }

    #[test]
    fn weights_match_saatys_example() {
        let third = 1.0 / 3.0;
        let ahp = ahp(&[[1.0, 3.0, 5.0], [third, 1.0, 3.0], [0.2, third, 1.0]]).unwrap();
        for (a, e) in ahp.weights.iter().zip([0.636_985_57, 0.258_284_99, 0.104_729_43]) {
            assert!((a - e).abs() < 1e-8, "{ahp:?}");
        }
        assert!((ahp.eigenvalue - 3.038_511_090_6).abs() < 1e-9);
        assert!((ahp.consistency_ratio.unwrap() - 0.033_199_2).abs() < 1e-7);
    }

    #[test]
    fn contradictions_in_form_are_refused() {
        assert!(ahp(&[[1.0, 3.0], [3.0, 1.0]]).is_err());
        assert!(ahp(&[[1.0, f64::INFINITY], [0.0, 1.0]]).is_err());
        assert!(ahp(&[vec![1.0, 2.0], vec![0.5]]).is_err());
        assert_eq!(ahp::<[f64; 0]>(&[]), Err(Undefined::Empty));
        assert_eq!(ahp(&[[1.0, 4.0], [0.25, 1.0]]).unwrap().weights, [0.8, 0.2]);
    }

    #[test]
    fn a_total_without_parts_is_undefined() {
        let none = Part { weight: 3.0, value: None, lowest: 0.0, highest: 1.0 };
        assert_eq!(total(&[none]), Err(Undefined::Empty));
        assert!(total(&[Part { value: Some(2.0), ..none }]).is_err());
        assert!(total(&[Part { highest: 0.0, ..none }]).is_err());
    }
}
