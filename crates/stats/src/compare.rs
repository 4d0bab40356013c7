//! Is it a difference? Tests for two or more groups, for the same people asked twice, for trends,
//! for differences within strata, and for many questions at once.
//!
//! For two proportions prefer the interval of [`crate::proportion::difference`]: it says how large,
//! not only whether.

use serde::Serialize;

use crate::interval::{
    Confidence, Estimate, Interval, Result, Undefined, all_finite, real, same_length, within,
};
use crate::matrix::{Cholesky, Parts};
use crate::special;
use crate::sum::sum;

mod strata;

pub use strata::{BreslowDay, MantelHaenszel, breslow_day, mantel_haenszel};

/// A χ² test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: u64,
    /// The probability of at least this statistic when there is no difference.
    pub p: f64,
}

impl ChiSquare {
    pub(crate) fn new(statistic: f64, df: u64) -> Self {
        Self { statistic, df, p: special::chi_square_sf(statistic, df as f64) }
    }
}

/// Brunner and Munzel's test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BrunnerMunzel {
    /// P(X < Y) + ½P(X = Y) in \[0, 1\]: above ½ the second group tends to be larger.
    pub effect: f64,
    /// Standard error of the effect.
    pub standard_error: f64,
    /// The statistic W.
    pub statistic: f64,
    /// Degrees of freedom of its t distribution.
    pub df: f64,
    /// Two-sided p-value.
    pub p: f64,
}

impl BrunnerMunzel {
    /// Confidence interval of the effect, inside \[0, 1\].
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let t = special::student_two_sided(confidence.level(), self.df);
        Interval::around(self.effect, t * self.standard_error).clipped(0.0, 1.0)
    }
}

/// Do two independent groups of ordered answers tend to different values, without assuming equal
/// spread? Each group needs two answers; below about 10 the p-value is rough.
///
/// Undefined when the groups do not overlap or all answers are equal (no variance to judge by).
/// Source: Brunner & Munzel, Biometrical Journal 42 (2000) 17–25.
///
/// ```
/// let x = [1., 2., 1., 1., 1., 1., 1., 1., 1., 1., 2., 4., 1., 1.];
/// let y = [3., 3., 4., 3., 1., 2., 3., 1., 1., 5., 4.];
/// let test = stats::compare::brunner_munzel(&x, &y)?;
/// assert!((test.p - 0.005786208666151538).abs() < 1e-12);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn brunner_munzel(x: &[f64], y: &[f64]) -> Result<BrunnerMunzel> {
    all_finite(x, "a value")?;
    all_finite(y, "a value")?;
    let mut values: Vec<(f64, bool)> = x.iter().map(|&v| (v, true)).collect();
    values.extend(y.iter().map(|&v| (v, false)));
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut first, mut second): (Vec<u64>, Vec<u64>) = (Vec::new(), Vec::new());
    for chunk in values.chunk_by(|a, b| a.0 == b.0) {
        let in_first = chunk.iter().filter(|(_, is_first)| *is_first).count() as u64;
        first.push(in_first);
        second.push(chunk.len() as u64 - in_first);
    }
    brunner_munzel_counts(&first, &second)
}

/// What [`brunner_munzel`] cannot judge: the groups lie wholly apart. The two-sided p-value of just
/// that among all orders of the values, 2 / C(n + m, n); 1 when all values are equal. Exact for any
/// size of the groups, one value each included.
///
/// Undefined ([`Undefined::OutOfRange`]) when the groups overlap: then use the test.
/// Source: Fisher's permutation argument, as in Good, Permutation Tests (2000), ch. 3.
///
/// ```
/// use stats::compare::separation;
/// assert!((separation(&[1., 2., 3., 4.], &[7., 8., 9., 10.])? - 2.0 / 70.0).abs() < 1e-12);
/// assert_eq!(separation(&[5., 5.], &[5., 5., 5.])?, 1.0);
/// assert!(separation(&[1., 3.], &[2., 4.]).is_err());
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn separation(x: &[f64], y: &[f64]) -> Result<f64> {
    all_finite(x, "a value")?;
    all_finite(y, "a value")?;
    let ends = |values: &[f64]| {
        let low = values.iter().copied().min_by(f64::total_cmp)?;
        Some((low, values.iter().copied().max_by(f64::total_cmp)?))
    };
    let (Some(x_ends), Some(y_ends)) = (ends(x), ends(y)) else { return Err(Undefined::Empty) };
    let is_apart = x_ends.1 < y_ends.0 || y_ends.1 < x_ends.0;
    if !is_apart && (x_ends.0 < x_ends.1 || x_ends != y_ends) {
        return Err(Undefined::OutOfRange("groups that do not overlap"));
    }
    if !is_apart {
        return Ok(1.0);
    }
    Ok(orders_apart(x.len() as f64, y.len() as f64))
}

/// Two of all orders of `n` and `m` values keep them apart: 2 / C(n + m, n).
fn orders_apart(n: f64, m: f64) -> f64 {
    let ln_orders =
        special::ln_gamma(n + m + 1.0) - special::ln_gamma(n + 1.0) - special::ln_gamma(m + 1.0);
    (std::f64::consts::LN_2 - ln_orders).exp().min(1.0)
}

/// [`separation`] of values already counted, lowest first: `first` and `second` count the same
/// ascending values.
///
/// # Errors
/// As [`separation`], and when the lengths differ.
pub fn separation_counts(first: &[u64], second: &[u64]) -> Result<f64> {
    same_length(first, second, "the categories")?;
    let (n, m) = (count_total(first)?, count_total(second)?);
    let ends = |counts: &[u64]| {
        let low = counts.iter().position(|it| *it != 0)?;
        Some((low, counts.iter().rposition(|it| *it != 0)?))
    };
    let (Some(x), Some(y)) = (ends(first), ends(second)) else { return Err(Undefined::Empty) };
    if x.1 < y.0 || y.1 < x.0 {
        return Ok(orders_apart(n, m));
    }
    if x.0 == x.1 && x == y {
        return Ok(1.0);
    }
    Err(Undefined::OutOfRange("groups that do not overlap"))
}

/// [`brunner_munzel`] for answers already counted per category, lowest first: any number of them.
pub fn brunner_munzel_counts(first: &[u64], second: &[u64]) -> Result<BrunnerMunzel> {
    same_length(first, second, "the categories")?;
    let (n, m) = (count_total(first)?, count_total(second)?);
    if n < 2.0 || m < 2.0 {
        return Err(Undefined::TooFew { what: "answers in a group", have: 1, need: 2 });
    }
    // For each category: how many of the other group lie below, ties as half (the placement).
    let placements = |other: &[u64]| {
        let mut below = 0.0;
        other
            .iter()
            .map(|&c| {
                let placement = below + 0.5 * c as f64;
                below += c as f64;
                placement
            })
            .collect::<Vec<_>>()
    };
    let spread = |own: &[u64], placement: &[f64], n: f64| {
        let mean = sum(own.iter().zip(placement).map(|(&c, p)| c as f64 * p)) / n;
        let square = sum(own.iter().zip(placement).map(|(&c, p)| c as f64 * (p - mean).powi(2)));
        (mean, square / (n - 1.0))
    };
    let (_, sx) = spread(first, &placements(second), n);
    let (mean_y, sy) = spread(second, &placements(first), m);
    let variance = n * sx + m * sy;
    if variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let effect = mean_y / n;
    let standard_error = variance.sqrt() / (n * m);
    let statistic = (effect - 0.5) / standard_error;
    let df = variance.powi(2) / ((n * sx).powi(2) / (n - 1.0) + (m * sy).powi(2) / (m - 1.0));
    Ok(BrunnerMunzel {
        effect,
        standard_error,
        statistic,
        df,
        p: special::student_p(statistic, df),
    })
}

fn count_total(counts: &[u64]) -> Result<f64> {
    let total = counts.iter().fold(0_u64, |a, &b| a.saturating_add(b));
    if total == 0 { Err(Undefined::Empty) } else { real(total) }
}

/// McNemar's test of one question asked twice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// (b − c)²/(b + c) with one degree of freedom.
    pub statistic: f64,
    /// With continuity correction, (|b − c| − 1)²/(b + c).
    pub corrected: f64,
    /// p-value of `statistic`.
    pub p: f64,
    /// Exact two-sided binomial p-value, for fewer than about 25 changed answers.
    pub p_exact: f64,
    /// Share of "yes" first minus share of "yes" second, (b − c)/n.
    pub difference: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
}

/// The same people asked twice: `[[yes yes, yes no], [no yes, no no]]`, rows the first answer. Only
/// pairs count, so report how many were lost.
///
/// Undefined when nobody changed (the test compares changes); [`paired_difference`] still works.
/// Source: McNemar, Psychometrika 12 (1947) 153–157; Agresti, Categorical Data Analysis §11.1.
pub fn mcnemar([[a, b], [c, d]]: [[u64; 2]; 2]) -> Result<McNemar> {
    let n = count_total(&[a, b, c, d])?;
    let (changed, gap) = ((b + c) as f64, b as f64 - c as f64);
    if b + c == 0 {
        return Err(Undefined::NoVariation);
    }
    let statistic = gap * gap / changed;
    Ok(McNemar {
        statistic,
        corrected: (gap.abs() - 1.0).max(0.0).powi(2) / changed,
        p: special::chi_square_sf(statistic, 1.0),
        p_exact: (2.0 * special::binomial_cdf(b.min(c), b + c, 0.5)).min(1.0),
        difference: gap / n,
        standard_error: (changed - gap * gap / n).max(0.0).sqrt() / n,
    })
}

/// The difference of two paired proportions with an interval in \[−1, 1\]: Wald after half an
/// observation is added to each cell. Table as for [`mcnemar`]; n ≥ 1.
///
/// Source: Agresti & Min, Statistics in Medicine 24 (2005) 729–740.
pub fn paired_difference(
    [[a, b], [c, d]]: [[u64; 2]; 2],
    confidence: Confidence,
) -> Result<Estimate> {
    let n = count_total(&[a, b, c, d])?;
    let (b, c) = (b as f64, c as f64);
    let (changed, gap, more) = (b + c + 1.0, b - c, n + 2.0);
    let error = (changed - gap * gap / more).max(0.0).sqrt() / more;
    let interval = Interval::around(gap / more, confidence.z() * error).clipped(-1.0, 1.0);
    Ok(Estimate { value: gap / n, interval })
}

/// Two tests of a square table of the same people asked twice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Paired {
    /// Stuart and Maxwell: did the distribution of answers change?
    pub marginal: ChiSquare,
    /// Bowker: did any pair of categories exchange unequally? Degrees of freedom count the pairs
    /// with any exchange.
    pub symmetry: ChiSquare,
}

/// Stuart–Maxwell test of equal margins and Bowker's test of symmetry, k × k counts, rows the first
/// answer, k ≥ 2.
///
/// Categories that nobody left or entered do not count; categories that exchange in separate groups
/// lose one degree of freedom per group. Undefined when nobody changed. Sources: Stuart, Biometrika
/// 42 (1955) 412–416; Maxwell, British Journal of Psychiatry 116 (1970) 651–655; Bowker, JASA 43
/// (1948) 572–574.
pub fn stuart_maxwell<R: AsRef<[u64]>>(table: &[R]) -> Result<Paired> {
    let k = table.len();
    if k < 2 {
        return Err(Undefined::TooFew { what: "categories", have: k, need: 2 });
    }
    if table.iter().any(|row| row.as_ref().len() != k) {
        return Err(Undefined::LengthsDiffer("the rows and columns"));
    }
    for row in table {
        row.as_ref().iter().try_for_each(|&c| real(c).map(drop))?;
    }
    let cell = |i: usize, j: usize| table[i].as_ref()[j] as f64;
    let mut parts = Parts::new(k);
    let (mut symmetry, mut pairs) = (0.0, 0);
    for i in 0..k {
        for j in i + 1..k {
            let both = cell(i, j) + cell(j, i);
            if both > 0.0 {
                symmetry += (cell(i, j) - cell(j, i)).powi(2) / both;
                pairs += 1;
                parts.join(i, j);
            }
        }
    }
    if pairs == 0 {
        return Err(Undefined::NoVariation);
    }
    // One category per connected group follows from the others and is left out.
    let kept: Vec<usize> = (0..k).filter(|&i| parts.root(i) != i).collect();
    let exchanged = |i: usize, j: usize| cell(i, j) + cell(j, i);
    let moved = |i: usize| (0..k).map(|j| cell(i, j) - cell(j, i)).sum::<f64>();
    let mut s = Vec::with_capacity(kept.len() * kept.len());
    for &i in &kept {
        for &j in &kept {
            s.push(if i == j {
                (0..k).filter(|&l| l != i).map(|l| exchanged(i, l)).sum()
            } else {
                -exchanged(i, j)
            });
        }
    }
    let d: Vec<f64> = kept.iter().map(|&i| moved(i)).collect();
    let solved = Cholesky::new(&s, kept.len())?.solve(&d);
    let marginal = d.iter().zip(&solved).map(|(a, b)| a * b).sum::<f64>().max(0.0);
    Ok(Paired {
        marginal: ChiSquare::new(marginal, kept.len() as u64),
        symmetry: ChiSquare::new(symmetry, pairs),
    })
}

/// A trend test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Trend {
    /// Standard normal statistic, positive when the share grows with the score.
    pub z: f64,
    /// z², a χ² with one degree of freedom.
    pub statistic: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// Cochran and Armitage: does the share x/n grow or fall over ordered groups with these `scores`?
///
/// Undefined when all answered alike or only one score has observations. Source: Armitage,
/// Biometrics 11 (1955) 375–386.
pub fn cochran_armitage(x: &[u64], n: &[u64], scores: &[f64]) -> Result<Trend> {
    same_length(x, n, "successes and totals")?;
    same_length(x, scores, "totals and scores")?;
    all_finite(scores, "a score")?;
    if x.iter().zip(n).any(|(x, n)| x > n) {
        return Err(Undefined::OutOfRange("the count of successes"));
    }
    let total = count_total(n)?;
    let share = sum(x.iter().map(|&x| x as f64)) / total;
    let weigh = |f: &dyn Fn(usize) -> f64| sum((0..x.len()).map(f));
    let centre = weigh(&|i| n[i] as f64 * scores[i]) / total;
    let slope = weigh(&|i| (scores[i] - centre) * (x[i] as f64 - n[i] as f64 * share));
    let spread = weigh(&|i| n[i] as f64 * (scores[i] - centre).powi(2));
    let variance = share * (1.0 - share) * spread;
    if !variance.is_finite() {
        return Err(Undefined::OutOfRange("a score"));
    }
    if variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let z = slope / variance.sqrt();
    Ok(Trend { z, statistic: z * z, p: special::normal_p(z) })
}

/// Benjamini and Hochberg's adjusted p-values, in the order given: reject all below q and on average
/// at most the share q of the rejections is wrong (independent or positively dependent tests).
///
/// Source: Benjamini & Hochberg, JRSS B 57 (1995) 289–300.
///
/// ```
/// let adjusted = stats::compare::benjamini_hochberg(&[0.01, 0.04, 0.03])?;
/// let expected = [0.03, 0.04, 0.04];
/// assert!(adjusted.iter().zip(expected).all(|(a, e)| (a - e).abs() < 1e-15));
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn benjamini_hochberg(p: &[f64]) -> Result<Vec<f64>> {
    p.iter().try_for_each(|&p| within(p, 0.0, 1.0, "a p-value").map(drop))?;
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]).then(a.cmp(&b)));
    let mut adjusted = vec![0.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &index) in order.iter().enumerate().rev() {
        // The factor first: at the last rank it is exactly one.
        least = least.min(p[index] * (p.len() as f64 / (rank + 1) as f64));
        adjusted[index] = least;
    }
    Ok(adjusted)
}

/// Bonferroni's adjusted p-values, min(1, m·p): for a few questions, each of which must hold.
pub fn bonferroni(p: &[f64]) -> Result<Vec<f64>> {
    p.iter().map(|&v| Ok((within(v, 0.0, 1.0, "a p-value")? * p.len() as f64).min(1.0))).collect()
}

/// Smallest expected count of a cell in [`g_test`].
const EXPECTED_MIN: f64 = 5.0;

/// G-test (likelihood ratio) of counts against expected shares, which are scaled to sum to one.
/// Neighbouring cells are joined until each expects at least 5.
///
/// 2·ΣO·ln(O/E). Undefined (`TooFew`) when fewer than two cells remain. Source: Sokal & Rohlf,
/// Biometry, 3rd ed., §17.2.
pub fn g_test(observed: &[u64], expected: &[f64]) -> Result<ChiSquare> {
    same_length(observed, expected, "observed and expected")?;
    all_finite(expected, "an expected share")?;
    if expected.iter().any(|&e| e < 0.0) {
        return Err(Undefined::OutOfRange("an expected share"));
    }
    let n = count_total(observed)?;
    let scale = n / sum(expected.iter().copied());
    if !scale.is_finite() {
        return Err(Undefined::Empty);
    }
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0);
    for (&o, &e) in observed.iter().zip(expected) {
        open = (open.0 + o as f64, open.1 + e * scale);
        if open.1 >= EXPECTED_MIN {
            cells.push(std::mem::take(&mut open));
        }
    }
    if let Some(last) = cells.last_mut() {
        *last = (last.0 + open.0, last.1 + open.1);
    }
    if cells.len() < 2 {
        return Err(Undefined::TooFew { what: "cells", have: cells.len(), need: 2 });
    }
    let g = sum(cells.iter().filter(|c| c.0 > 0.0).map(|(o, e)| 2.0 * o * (o / e).ln()));
    Ok(ChiSquare::new(g.max(0.0), cells.len() as u64 - 1))
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
