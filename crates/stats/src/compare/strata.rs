//! Two-by-two tables in strata: a common odds ratio, and whether there is one at all.

use serde::Serialize;

use super::ChiSquare;
use crate::interval::{Confidence, Interval, Result, Undefined, real};
use crate::sum::{Sum, sum};

/// Cochran–Mantel–Haenszel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MantelHaenszel {
    /// The test of odds ratio 1 in every stratum, without continuity correction.
    pub test: ChiSquare,
    /// The same with continuity correction ½ (what R prints).
    pub corrected: ChiSquare,
    /// The common odds ratio; 0 or infinite tables are refused, see [`mantel_haenszel`].
    pub odds_ratio: f64,
    /// Standard error of its logarithm (Robins, Breslow & Greenland 1986).
    pub log_standard_error: f64,
}

impl MantelHaenszel {
    /// Confidence interval of the odds ratio.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let width = (confidence.z() * self.log_standard_error).exp();
        Interval::new(self.odds_ratio / width, self.odds_ratio * width)
    }
}

/// The four cells of each table with any information (no empty row or column), as numbers.
fn informative(tables: &[[[u64; 2]; 2]]) -> Result<Vec<[f64; 4]>> {
    if tables.is_empty() {
        return Err(Undefined::Empty);
    }
    let mut cells = Vec::with_capacity(tables.len());
    for [[a, b], [c, d]] in tables {
        let [a, b, c, d] = [real(*a)?, real(*b)?, real(*c)?, real(*d)?];
        if a + b > 0.0 && c + d > 0.0 && a + c > 0.0 && b + d > 0.0 {
            cells.push([a, b, c, d]);
        }
    }
    if cells.is_empty() { Err(Undefined::NoVariation) } else { Ok(cells) }
}

/// One effect across strata, `[[a, b], [c, d]]` each: rows are groups, columns outcomes. Adjusts for
/// the strata, so it is not fooled by Simpson's reversal; ask [`breslow_day`] whether one effect
/// describes all strata.
///
/// Strata with an empty row or column say nothing and drop out; undefined when none remains or when
/// the odds ratio would be 0 or infinite. Source: Mantel & Haenszel, JNCI 22 (1959) 719–748.
pub fn mantel_haenszel(tables: &[[[u64; 2]; 2]]) -> Result<MantelHaenszel> {
    let cells = informative(tables)?;
    let (mut excess, mut variance) = (Sum::default(), Sum::default());
    let (mut r, mut s) = (Sum::default(), Sum::default());
    let (mut pr, mut cross, mut qs) = (Sum::default(), Sum::default(), Sum::default());
    for [a, b, c, d] in cells {
        let n = a + b + c + d;
        excess.add(a - (a + b) * (a + c) / n);
        variance.add((a + b) / n * (c + d) / n * (a + c) / (n - 1.0) * (b + d));
        let (ri, si) = (a * d / n, b * c / n);
        let (pi, qi) = ((a + d) / n, (b + c) / n);
        r.add(ri);
        s.add(si);
        pr.add(pi * ri);
        cross.add(pi * si + qi * ri);
        qs.add(qi * si);
    }
    let (r, s, variance, gap) = (r.value(), s.value(), variance.value(), excess.value().abs());
    if r <= 0.0 || s <= 0.0 || variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let log_variance =
        pr.value() / (2.0 * r * r) + cross.value() / (2.0 * r * s) + qs.value() / (2.0 * s * s);
    Ok(MantelHaenszel {
        test: ChiSquare::new(gap * gap / variance, 1),
        // R lowers the correction when the gap itself is smaller than ½.
        corrected: ChiSquare::new((gap - gap.min(0.5)).powi(2) / variance, 1),
        odds_ratio: r / s,
        log_standard_error: log_variance.sqrt(),
    })
}

/// Breslow and Day's test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BreslowDay {
    /// The statistic as first published.
    pub test: ChiSquare,
    /// With Tarone's correction (Biometrika 72 (1985) 91–95), which makes it exact in the limit.
    pub tarone: ChiSquare,
}

/// Do the odds ratios differ between strata? Tables as for [`mantel_haenszel`]; at least two
/// informative strata. Not for strata with a handful of observations each.
///
/// Source: Breslow & Day, Statistical Methods in Cancer Research I (1980) §4.4.
pub fn breslow_day(tables: &[[[u64; 2]; 2]]) -> Result<BreslowDay> {
    let odds_ratio = mantel_haenszel(tables)?.odds_ratio;
    let cells = informative(tables)?;
    if cells.len() < 2 {
        return Err(Undefined::TooFew { what: "strata", have: cells.len(), need: 2 });
    }
    let terms: Vec<(f64, f64)> = cells
        .iter()
        .map(|&[a, b, c, d]| {
            let (row, column, n) = (a + b, a + c, a + b + c + d);
            let fitted = fitted_cell(row, column, n, odds_ratio);
            let rest = [row - fitted, column - fitted, n - row - column + fitted];
            (a - fitted, 1.0 / (1.0 / fitted + rest.iter().map(|v| 1.0 / v).sum::<f64>()))
        })
        .collect();
    let statistic = sum(terms.iter().map(|(gap, v)| gap * gap / v));
    let shift = sum(terms.iter().map(|t| t.0)).powi(2) / sum(terms.iter().map(|t| t.1));
    if !statistic.is_finite() {
        return Err(Undefined::NoVariation);
    }
    let df = cells.len() as u64 - 1;
    Ok(BreslowDay {
        test: ChiSquare::new(statistic, df),
        tarone: ChiSquare::new((statistic - shift).max(0.0), df),
    })
}

/// The upper left cell of a table with these margins and this odds ratio: the root of
/// x(n − r − c + x) = ψ(r − x)(c − x) that leaves no cell negative.
fn fitted_cell(row: f64, column: f64, n: f64, odds_ratio: f64) -> f64 {
    let a = 1.0 - odds_ratio;
    let b = n - row - column + odds_ratio * (row + column);
    let c = -odds_ratio * row * column;
    let root = (b * b - 4.0 * a * c).max(0.0).sqrt();
    // b is positive for ψ ≤ 1; the form without cancellation also serves ψ = 1 (a = 0).
    if b >= 0.0 { -2.0 * c / (b + root) } else { (root - b) / (2.0 * a) }
}
