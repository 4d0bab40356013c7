//! Coefficients of agreement corrected for chance: Cohen, Fleiss, Randolph, Gwet.

use serde::{Deserialize, Serialize};

use crate::interval::{Confidence, Interval, Result, Undefined, all_finite, real, same_length};
use crate::sum::sum;

/// How much credit a near miss gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weights {
    /// None: the same or not.
    Unweighted,
    /// 1 − |i − j|/(k − 1).
    Linear,
    /// 1 − ((i − j)/(k − 1))².
    Quadratic,
}

impl Weights {
    /// The k × k matrix of credits, 1 on the diagonal.
    fn matrix(self, k: usize) -> Vec<Vec<f64>> {
        let span = (k.max(2) - 1) as f64;
        let credit = |i: usize, j: usize| {
            let gap = i.abs_diff(j) as f64 / span;
            match self {
                _ if i == j => 1.0,
                Self::Unweighted => 0.0,
                Self::Linear => 1.0 - gap,
                Self::Quadratic => 1.0 - gap * gap,
            }
        };
        (0..k).map(|i| (0..k).map(|j| credit(i, j)).collect()).collect()
    }
}

/// Cohen's kappa.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Kappa {
    /// 1 full agreement, 0 chance.
    pub value: f64,
    /// Large-sample standard error.
    pub standard_error: f64,
    /// Observed (weighted) agreement.
    pub observed: f64,
}

impl Kappa {
    /// value ± z·standard error, at most 1.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        Interval::around(self.value, confidence.z() * self.standard_error).clipped(-1.0, 1.0)
    }
}

/// Counts of (first rating, second rating) on the full fixed scale `categories`, also those nobody
/// used: leaving them out changes a weighted kappa. A rating outside the scale is refused.
pub fn cross_table(first: &[f64], second: &[f64], categories: &[f64]) -> Result<Vec<Vec<u64>>> {
    same_length(first, second, "the ratings")?;
    all_finite(categories, "a category")?;
    let code = |rating: f64| {
        categories.iter().position(|&c| c == rating).ok_or(Undefined::OutOfRange("a rating"))
    };
    let mut table = vec![vec![0; categories.len()]; categories.len()];
    for (&a, &b) in first.iter().zip(second) {
        table[code(a)?][code(b)?] += 1;
    }
    Ok(table)
}

/// Cohen's kappa of exactly two fixed raters from their k × k table, k ≥ 2.
///
/// Undefined when both put everything into one category. Sources: Cohen, Psychological Bulletin 70
/// (1968) 213–220; standard error of Fleiss, Cohen & Everitt, same 72 (1969) 323–327.
pub fn kappa<R: AsRef<[u64]>>(table: &[R], weights: Weights) -> Result<Kappa> {
    kappa_weighted(table, &weights.matrix(table.len()))
}

/// Credits 1 − v/max v from a matrix of how bad each disagreement is (0 on the diagonal).
pub fn disagreement_weights<R: AsRef<[f64]>>(badness: &[R]) -> Result<Vec<Vec<f64>>> {
    let worst = badness.iter().flat_map(std::convert::AsRef::as_ref).copied().fold(0.0, f64::max);
    if !(worst > 0.0 && worst.is_finite()) {
        return Err(Undefined::OutOfRange("a weight of disagreement"));
    }
    Ok(badness.iter().map(|r| r.as_ref().iter().map(|v| 1.0 - v / worst).collect()).collect())
}

/// [`kappa`] with own credits in \[0, 1\], 1 on the diagonal.
pub fn kappa_weighted<R: AsRef<[u64]>, W: AsRef<[f64]>>(
    table: &[R],
    weights: &[W],
) -> Result<Kappa> {
    let square = Square::new(table)?;
    let k = square.k;
    if weights.len() != k || weights.iter().any(|w| w.as_ref().len() != k) {
        return Err(Undefined::LengthsDiffer("table and weights"));
    }
    let w = |i: usize, j: usize| weights[i].as_ref()[j];
    if weights.iter().flat_map(std::convert::AsRef::as_ref).any(|v| !(0.0..=1.0).contains(v)) {
        return Err(Undefined::OutOfRange("a weight"));
    }
    let over = |f: &dyn Fn(usize, usize) -> f64| {
        sum((0..k).flat_map(|i| (0..k).map(move |j| (i, j))).map(|(i, j)| f(i, j)))
    };
    let observed = over(&|i, j| square.share(i, j) * w(i, j));
    let chance = over(&|i, j| square.rows[i] * square.columns[j] * w(i, j));
    // One minus chance computed as a sum of non-negative terms: no rounding hides "no variation".
    let room = over(&|i, j| square.rows[i] * square.columns[j] * (1.0 - w(i, j)));
    if room <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let value = (observed - chance) / room;
    let row_credit: Vec<f64> =
        (0..k).map(|i| sum((0..k).map(|j| square.columns[j] * w(i, j)))).collect();
    let column_credit: Vec<f64> =
        (0..k).map(|j| sum((0..k).map(|i| square.rows[i] * w(i, j)))).collect();
    let spread = over(&|i, j| {
        let credit = w(i, j) - (row_credit[i] + column_credit[j]) * (1.0 - value);
        square.share(i, j) * credit * credit
    });
    let variance = (spread - (value - chance * (1.0 - value)).powi(2)).max(0.0);
    Ok(Kappa { value, standard_error: (variance / square.n).sqrt() / room, observed })
}

/// A checked square table with its margins as shares.
struct Square {
    k: usize,
    n: f64,
    cells: Vec<f64>,
    rows: Vec<f64>,
    columns: Vec<f64>,
}

impl Square {
    fn new<R: AsRef<[u64]>>(table: &[R]) -> Result<Self> {
        let k = table.len();
        if k < 2 {
            return Err(Undefined::TooFew { what: "categories", have: k, need: 2 });
        }
        let mut cells = Vec::with_capacity(k * k);
        for row in table {
            if row.as_ref().len() != k {
                return Err(Undefined::LengthsDiffer("the rows and columns"));
            }
            for &c in row.as_ref() {
                cells.push(real(c)?);
            }
        }
        let n = sum(cells.iter().copied());
        if n <= 0.0 {
            return Err(Undefined::Empty);
        }
        let rows = (0..k).map(|i| sum((0..k).map(|j| cells[i * k + j])) / n).collect();
        let columns = (0..k).map(|j| sum((0..k).map(|i| cells[i * k + j])) / n).collect();
        Ok(Self { k, n, cells, rows, columns })
    }

    fn share(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.k + j] / self.n
    }
}

/// Agreement of several raters per unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fleiss {
    /// Chance by how common each category is. Undefined when only one category was used.
    pub fleiss: Option<f64>,
    /// Chance 1/k for each of the k categories (free marginals).
    pub randolph: f64,
    /// Share of agreeing pairs.
    pub observed: f64,
}

/// Fleiss' and Randolph's kappa: one row per unit with the number of raters that chose each of k ≥ 2
/// categories, the same number of raters (2 or more) for every unit; otherwise take alpha.
///
/// Sources: Fleiss, Psychological Bulletin 76 (1971) 378–382; Randolph, Joensuu Learning and
/// Instruction Symposium (2005).
pub fn fleiss<R: AsRef<[u64]>>(counts: &[R]) -> Result<Fleiss> {
    let first = counts.first().ok_or(Undefined::Empty)?.as_ref();
    let (k, raters) = (first.len(), first.iter().fold(0_u64, |a, &b| a.saturating_add(b)));
    if k < 2 {
        return Err(Undefined::TooFew { what: "categories", have: k, need: 2 });
    }
    if raters < 2 {
        return Err(Undefined::TooFew { what: "raters", have: 1, need: 2 });
    }
    let unequal = |row: &R| {
        let row = row.as_ref();
        row.len() != k || row.iter().fold(0_u64, |a, &b| a.saturating_add(b)) != raters
    };
    if counts.iter().any(unequal) {
        return Err(Undefined::LengthsDiffer("the raters of the units"));
    }
    let (m, n) = (real(raters)?, counts.len() as f64);
    let cells = || counts.iter().flat_map(std::convert::AsRef::as_ref).map(|&c| c as f64);
    let observed = sum(cells().map(|c| c * (c - 1.0))) / (n * m * (m - 1.0));
    let shares = (0..k).map(|j| sum(counts.iter().map(|r| r.as_ref()[j] as f64)) / (n * m));
    let room = sum(shares.map(|p| p * (1.0 - p)));
    let fair = 1.0 / k as f64;
    Ok(Fleiss {
        fleiss: (room > 0.0).then(|| 1.0 - (1.0 - observed) / room),
        randolph: (observed - fair) / (1.0 - fair),
        observed,
    })
}

/// Gwet's coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Gwet {
    /// AC1 (or AC2 when weighted).
    pub value: f64,
    /// Observed (weighted) agreement.
    pub observed: f64,
    /// The same data corrected for chance as Fleiss does (gaps allowed); `None` when only one
    /// category was used.
    pub fleiss_like: Option<f64>,
}

/// Gwet's AC1 (unweighted) or AC2: one row per unit with the number of raters that chose each of
/// the k ≥ 2 categories, any number of raters per unit. Stands up when nearly all ratings are alike,
/// where kappa says −0.02 at 94 % agreement; show it beside alpha, not instead.
///
/// Undefined when no unit has two ratings. Source: Gwet, Handbook of Inter-Rater Reliability, 4th
/// ed. (2014); chance Σw/(k(k−1))·Σπ(1−π).
pub fn gwet<R: AsRef<[u64]>>(counts: &[R], weights: Weights) -> Result<Gwet> {
    let k = counts.first().ok_or(Undefined::Empty)?.as_ref().len();
    if k < 2 {
        return Err(Undefined::TooFew { what: "categories", have: k, need: 2 });
    }
    if counts.iter().any(|r| r.as_ref().len() != k) {
        return Err(Undefined::LengthsDiffer("the rows"));
    }
    let w = weights.matrix(k);
    let mut shares = vec![0.0; k];
    let (mut rated, mut paired, mut agreed) = (0.0, 0.0, 0.0);
    for row in counts {
        let row = row.as_ref().iter().map(|&c| real(c)).collect::<Result<Vec<f64>>>()?;
        let m = sum(row.iter().copied());
        if m <= 0.0 {
            continue;
        }
        rated += 1.0;
        for (share, c) in shares.iter_mut().zip(&row) {
            *share += c / m;
        }
        if m > 1.0 {
            paired += 1.0;
            let credit = |i: usize| sum((0..k).map(|j| w[i][j] * row[j])) - 1.0;
            agreed += sum((0..k).map(|i| row[i] * credit(i))) / (m * (m - 1.0));
        }
    }
    if paired <= 0.0 {
        return Err(Undefined::Empty);
    }
    for share in &mut shares {
        *share /= rated;
    }
    let total_weight = sum(w.iter().flatten().copied());
    let room = sum(shares.iter().map(|p| p * (1.0 - p)));
    let chance = total_weight / (k * (k - 1)) as f64 * room;
    let observed = agreed / paired;
    let alike = sum((0..k)
        .flat_map(|i| (0..k).map(move |j| (i, j)))
        .map(|(i, j)| shares[i] * shares[j] * (1.0 - w[i][j])));
    Ok(Gwet {
        value: (observed - chance) / (1.0 - chance),
        observed,
        fleiss_like: (alike > 0.0).then(|| 1.0 - (1.0 - observed) / alike),
    })
}

/// [`gwet`] for the k × k table of two raters.
pub fn gwet_table<R: AsRef<[u64]>>(table: &[R], weights: Weights) -> Result<Gwet> {
    let square = Square::new(table)?;
    let k = square.k;
    let w = weights.matrix(k);
    let pairs = || (0..k).flat_map(|i| (0..k).map(move |j| (i, j)));
    let shares: Vec<f64> =
        (0..k).map(|i| f64::midpoint(square.rows[i], square.columns[i])).collect();
    let observed = sum(pairs().map(|(i, j)| w[i][j] * square.share(i, j)));
    let room = sum(shares.iter().map(|p| p * (1.0 - p)));
    let chance = sum(w.iter().flatten().copied()) / (k * (k - 1)) as f64 * room;
    let alike = sum(pairs().map(|(i, j)| shares[i] * shares[j] * (1.0 - w[i][j])));
    Ok(Gwet {
        value: (observed - chance) / (1.0 - chance),
        observed,
        fleiss_like: (alike > 0.0).then(|| 1.0 - (1.0 - observed) / alike),
    })
}
