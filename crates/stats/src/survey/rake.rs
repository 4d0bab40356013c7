//! Raking: weights that meet known margins (iterative proportional fitting).

use crate::interval::{Result, Undefined, all_finite, positive, same_length, within};
use crate::sum::sum;

/// Largest relative error of a margin that counts as met.
const CLOSE: f64 = 1e-12;

/// Sweeps before giving up; some tens are usual.
const SWEEPS_MAX: usize = 10_000;

/// A raked table or list with how it was reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Raked<T> {
    /// The result.
    pub value: T,
    /// Sweeps over all margins.
    pub sweeps: usize,
}

/// Fits a table of `seed` ≥ 0 to row and column totals, keeping its odds ratios.
///
/// Rows and columns must sum to the same total (to 1e-9). Zeros of the seed stay zero; when they
/// make the margins unreachable the answer is `NotConverged`. Source: Deming & Stephan, Annals of
/// Mathematical Statistics 11 (1940) 427–444.
pub fn rake<R: AsRef<[f64]>>(
    seed: &[R],
    rows: &[f64],
    columns: &[f64],
) -> Result<Raked<Vec<Vec<f64>>>> {
    let k = columns.len();
    same_length(seed, rows, "the table and its rows")?;
    if seed.iter().any(|r| r.as_ref().len() != k) {
        return Err(Undefined::LengthsDiffer("the table and its columns"));
    }
    let cells: Vec<f64> = seed.iter().flat_map(std::convert::AsRef::as_ref).copied().collect();
    let by_row: Vec<usize> = (0..cells.len()).map(|i| i / k).collect();
    let by_column: Vec<usize> = (0..cells.len()).map(|i| i % k).collect();
    let raked = rake_weights(&cells, &[(&by_row, rows), (&by_column, columns)])?;
    let value = raked.value.chunks(k).map(<[f64]>::to_vec).collect();
    Ok(Raked { value, sweeps: raked.sweeps })
}

/// Fits one weight per answer to any number of margins: each is the category of every answer and
/// the total of every category. `weights` ≥ 0 are the start (all 1, or design weights).
///
/// `TooFew` when a category with a positive total has no answer. Trim and repeat if a weight grows
/// beyond about 5 times the median.
pub fn rake_weights(weights: &[f64], margins: &[(&[usize], &[f64])]) -> Result<Raked<Vec<f64>>> {
    all_finite(weights, "a weight")?;
    weights.iter().try_for_each(|&w| within(w, 0.0, f64::MAX, "a weight").map(drop))?;
    check(weights, margins)?;
    let mut value = weights.to_vec();
    for sweep in 1..=SWEEPS_MAX {
        for (categories, totals) in margins {
            let have = margin(&value, categories, totals.len());
            for (w, &c) in value.iter_mut().zip(*categories) {
                *w *= if have[c] > 0.0 { totals[c] / have[c] } else { 0.0 };
            }
        }
        let met = margins.iter().all(|(categories, totals)| {
            let have = margin(&value, categories, totals.len());
            have.iter().zip(*totals).all(|(h, t)| (h - t).abs() <= CLOSE * t.max(1.0))
        });
        if met {
            return Ok(Raked { value, sweeps: sweep });
        }
    }
    Err(Undefined::NotConverged)
}

fn margin(weights: &[f64], categories: &[usize], length: usize) -> Vec<f64> {
    let mut have = vec![0.0; length];
    weights.iter().zip(categories).for_each(|(w, &c)| have[c] += w);
    have
}

fn check(weights: &[f64], margins: &[(&[usize], &[f64])]) -> Result<()> {
    let mut total = None;
    for (categories, totals) in margins {
        same_length(weights, categories, "weights and categories")?;
        all_finite(totals, "a total")?;
        if totals.iter().any(|&t| t < 0.0) || categories.iter().any(|&c| c >= totals.len()) {
            return Err(Undefined::OutOfRange("a category"));
        }
        let own = positive(sum(totals.iter().copied()), "a total")?;
        let first: f64 = *total.get_or_insert(own);
        if (own - first).abs() > 1e-9 * first {
            return Err(Undefined::OutOfRange("the totals of the margins"));
        }
        let have = margin(weights, categories, totals.len());
        if have.iter().zip(*totals).any(|(h, t)| *h <= 0.0 && *t > 0.0) {
            return Err(Undefined::TooFew { what: "answers in a category", have: 0, need: 1 });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: [[f64; 4]; 4] = [
        [40.0, 30.0, 20.0, 10.0],
        [35.0, 50.0, 100.0, 75.0],
        [30.0, 80.0, 70.0, 120.0],
        [20.0, 30.0, 40.0, 50.0],
    ];

    #[test]
    fn raking_matches_the_published_table() {
        // The worked example of "Iterative proportional fitting" (Wikipedia).
        let raked =
            rake(&SEED, &[150., 300., 400., 150.], &[200., 300., 400., 100.]).unwrap().value;
        for (a, e) in raked[0].iter().zip([64.558_51, 46.232_46, 35.384_298, 3.824_732]) {
            assert!((a - e).abs() < 1e-5, "{raked:?}");
        }
        for (row, total) in raked.iter().zip([150., 300., 400., 150.]) {
            assert!((row.iter().sum::<f64>() - total).abs() < 1e-9);
        }
    }

    #[test]
    fn margins_that_cannot_be_met_are_refused() {
        assert!(rake(&SEED, &[150., 300., 400., 150.], &[200., 300., 400., 101.]).is_err());
        let zeros = [[0.0, 1.0], [0.0, 1.0]];
        assert!(matches!(rake(&zeros, &[1., 1.], &[1., 1.]), Err(Undefined::TooFew { .. })));
        // Margins that only a cell fixed at zero could meet.
        let blocked = [[1.0, 0.0], [1.0, 1.0]];
        assert_eq!(rake(&blocked, &[3., 1.], &[1., 3.]), Err(Undefined::NotConverged));
        assert!(rake_weights(&[1.0], &[(&[1], &[1.0])]).is_err());
    }
}
