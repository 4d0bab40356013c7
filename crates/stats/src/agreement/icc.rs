//! Intra-class correlations of numbers, and what more ratings would bring.

use serde::Serialize;

use crate::interval::{Result, Undefined, all_finite, positive, real, within};
use crate::sum::sum;

/// Shrout and Fleiss' six intra-class correlations; 1 at most, negative when raters agree less than
/// chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Icc {
    /// ICC(1,1): each target has raters of its own.
    pub one_single: f64,
    /// ICC(2,1): the same raters for all, absolute agreement. The one for quality totals.
    pub two_single: f64,
    /// ICC(3,1): consistency only; hides a strict rater.
    pub three_single: f64,
    /// ICC(1,k), of the mean of k raters.
    pub one_mean: f64,
    /// ICC(2,k).
    pub two_mean: f64,
    /// ICC(3,k).
    pub three_mean: f64,
}

/// Intra-class correlations of n ≥ 2 targets (rows) each rated by the same k ≥ 2 raters (columns),
/// without gaps.
///
/// Undefined when the targets do not differ or nothing is left to compare with. Source: Shrout &
/// Fleiss, Psychological Bulletin 86 (1979) 420–428.
pub fn icc<R: AsRef<[f64]>>(targets: &[R]) -> Result<Icc> {
    let rows = targets.len();
    let columns = targets.first().ok_or(Undefined::Empty)?.as_ref().len();
    if rows < 2 || columns < 2 {
        let (what, have) = if rows < 2 { ("targets", rows) } else { ("raters", columns) };
        return Err(Undefined::TooFew { what, have, need: 2 });
    }
    for row in targets {
        all_finite(row.as_ref(), "a rating")?;
        if row.as_ref().len() != columns {
            return Err(Undefined::LengthsDiffer("the rows"));
        }
    }
    let (n, k) = (rows as f64, columns as f64);
    let grand = sum(targets.iter().flat_map(std::convert::AsRef::as_ref).map(|v| v / (n * k)));
    let row_means: Vec<f64> =
        targets.iter().map(|r| sum(r.as_ref().iter().map(|v| v / k))).collect();
    let column_means: Vec<f64> =
        (0..columns).map(|j| sum(targets.iter().map(|r| r.as_ref()[j] / n))).collect();
    let between = k * sum(row_means.iter().map(|m| (m - grand).powi(2))) / (n - 1.0);
    let raters = n * sum(column_means.iter().map(|m| (m - grand).powi(2))) / (k - 1.0);
    let residual = sum(targets.iter().zip(&row_means).flat_map(|(row, m)| {
        row.as_ref().iter().zip(&column_means).map(move |(v, c)| (v - m - c + grand).powi(2))
    })) / ((n - 1.0) * (k - 1.0));
    let inside = (raters * (k - 1.0) + residual * (n - 1.0) * (k - 1.0)) / (n * (k - 1.0));
    let defined = |top: f64, bottom: f64| {
        let value = top / bottom;
        if value.is_finite() { Ok(value) } else { Err(Undefined::NoVariation) }
    };
    Ok(Icc {
        one_single: defined(between - inside, between + (k - 1.0) * inside)?,
        two_single: defined(
            between - residual,
            between + (k - 1.0) * residual + k * (raters - residual) / n,
        )?,
        three_single: defined(between - residual, between + (k - 1.0) * residual)?,
        one_mean: defined(between - inside, between)?,
        two_mean: defined(between - residual, between + (raters - residual) / n)?,
        three_mean: defined(between - residual, between)?,
    })
}

/// Spearman and Brown: the reliability of the mean of k > 0 ratings when a single one has `single`
/// in \[0, 1\]: kρ/(1 + (k−1)ρ). Five reviews at ρ = 0.1 have 0.36.
pub fn spearman_brown(single: f64, k: f64) -> Result<f64> {
    within(single, 0.0, 1.0, "the reliability")?;
    positive(k, "the number of ratings")?;
    // Divided by k, so that no k is too large or too small.
    Ok(single / (single + (1.0 - single) / k))
}

/// The probability that two raters lie at least `gap` steps apart when each draws at random from the
/// categories as often as `counts` say (all 1: without any habit). Beside the share of real pairs that
/// far apart it shows what double rating catches beyond chance.
///
/// ```
/// use stats::agreement::gap_by_chance;
/// assert!((gap_by_chance(&[1; 5], 1)? - 0.80).abs() < 1e-12);
/// assert!((gap_by_chance(&[1; 5], 2)? - 0.48).abs() < 1e-12);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn gap_by_chance(counts: &[u64], gap: usize) -> Result<f64> {
    let counts = counts.iter().map(|&c| real(c)).collect::<Result<Vec<f64>>>()?;
    let total = sum(counts.iter().copied());
    if total <= 0.0 {
        return Err(Undefined::Empty);
    }
    let share = |i: usize| counts[i] / total;
    let pairs = (0..counts.len()).flat_map(|i| (0..counts.len()).map(move |j| (i, j)));
    let apart = pairs.filter(|(i, j)| i.abs_diff(*j) >= gap);
    Ok(sum(apart.map(|(i, j)| share(i) * share(j))).min(1.0))
}

/// How many ratings (not rounded) reach reliability `target` in \[0, 1) when a single one has
/// `single` in (0, 1\]: R(1−ρ)/(ρ(1−R)). At ρ = 0.05, 44 ratings for 0.7.
pub fn ratings_needed(single: f64, target: f64) -> Result<f64> {
    within(single, 1e-12, 1.0, "the reliability")?;
    within(target, 0.0, 1.0 - 1e-12, "the target")?;
    Ok(target * (1.0 - single) / (single * (1.0 - target)))
}
