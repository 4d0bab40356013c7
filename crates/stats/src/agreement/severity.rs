//! How strict is each rater, when not everybody rated everything?

use serde::Serialize;

use crate::interval::{Result, Undefined, within};
use crate::matrix::{Cholesky, Parts};
use crate::sum::sum;

/// Least-squares fit of score = item + severity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Severity {
    /// What each item deserves in the eyes of an average rater; `None` for an item nobody rated.
    pub items: Vec<Option<f64>>,
    /// How many points each rater gives above (lenient) or below (strict) the average rater. They
    /// sum to 0 over the raters with ratings; `None` for one without.
    pub raters: Vec<Option<f64>>,
    /// Standard error of each rater's value; `None` where there are no ratings or nothing is left
    /// over to estimate the error from.
    pub standard_errors: Vec<Option<f64>>,
}

/// Rater severity from items (rows) × raters (columns), `None` where a rater did not rate.
///
/// `Disconnected` when the raters fall into groups without a common item: then no scale joins
/// them. Needs two raters with ratings. Not a substitute for talking to the strict one. Source:
/// ordinary least squares of the additive two-way model (Searle, Linear Models, ch. 7).
pub fn severity<R: AsRef<[Option<f64>]>>(scores: &[R]) -> Result<Severity> {
    let columns = scores.first().ok_or(Undefined::Empty)?.as_ref().len();
    for row in scores {
        if row.as_ref().len() != columns {
            return Err(Undefined::LengthsDiffer("the rows"));
        }
        row.as_ref()
            .iter()
            .flatten()
            .try_for_each(|&s| within(s, -1e12, 1e12, "a score").map(drop))?;
    }
    let rated = |j: usize| scores.iter().any(|row| row.as_ref()[j].is_some());
    let active: Vec<usize> = (0..columns).filter(|&j| rated(j)).collect();
    if active.len() < 2 {
        return Err(Undefined::TooFew { what: "raters", have: active.len(), need: 2 });
    }
    // Each row as (position among the active raters, score).
    let rows: Vec<Vec<(usize, f64)>> = scores
        .iter()
        .map(|row| {
            active.iter().enumerate().filter_map(|(a, &j)| Some((a, row.as_ref()[j]?))).collect()
        })
        .collect();
    let k = active.len();
    let mut parts = Parts::new(k);
    for row in &rows {
        row.windows(2).for_each(|pair| parts.join(pair[0].0, pair[1].0));
    }
    if (1..k).any(|a| parts.root(a) != parts.root(0)) {
        return Err(Undefined::Disconnected);
    }
    let (matrix, right) = normal_equations(&rows, k);
    let system = Cholesky::new(&matrix, k)?;
    let severities = system.solve(&right);
    let items: Vec<Option<f64>> = rows
        .iter()
        .map(|row| {
            let n = row.len() as f64;
            (n > 0.0).then(|| sum(row.iter().map(|(a, s)| (s - severities[*a]) / n)))
        })
        .collect();
    let spread = |values: &[f64]| {
        let mut all = vec![None; columns];
        active.iter().zip(values).for_each(|(&j, &v)| all[j] = Some(v));
        all
    };
    let errors = standard_errors(&rows, &items, &severities, &system);
    Ok(Severity {
        items,
        raters: spread(&severities),
        standard_errors: errors.map_or_else(|| vec![None; columns], |e| spread(&e)),
    })
}

/// The equations of the severities after the items are eliminated, plus the row of ones that makes
/// them sum to zero.
fn normal_equations(rows: &[Vec<(usize, f64)>], k: usize) -> (Vec<f64>, Vec<f64>) {
    let mut matrix = vec![1.0; k * k];
    let mut right = vec![0.0; k];
    for row in rows {
        let n = row.len() as f64;
        let mean = sum(row.iter().map(|(_, s)| s / n));
        for &(a, score) in row {
            matrix[a * k + a] += 1.0;
            right[a] += score - mean;
            for &(b, _) in row {
                matrix[a * k + b] -= 1.0 / n;
            }
        }
    }
    (matrix, right)
}

fn standard_errors(
    rows: &[Vec<(usize, f64)>],
    items: &[Option<f64>],
    severities: &[f64],
    system: &Cholesky,
) -> Option<Vec<f64>> {
    let k = severities.len() as f64;
    let scores = rows.iter().map(Vec::len).sum::<usize>() as f64;
    let left = scores - rows.iter().filter(|r| !r.is_empty()).count() as f64 - (k - 1.0);
    if left < 1.0 {
        return None;
    }
    let residual = sum(rows.iter().zip(items).flat_map(|(row, item)| {
        let item = item.unwrap_or(0.0);
        row.iter().map(move |(a, s)| (s - item - severities[*a]).powi(2))
    }));
    // The row of ones added 1/k² to each diagonal element of the inverse.
    let diagonal = system.inverse_diagonal();
    Some(diagonal.iter().map(|d| ((d - 1.0 / (k * k)).max(0.0) * residual / left).sqrt()).collect())
}
