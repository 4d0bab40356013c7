//! Which features move a score: shares of explained variance that add up.

use serde::Serialize;

use crate::interval::{Confidence, Interval, Result, Undefined, all_finite, same_length};
use crate::matrix::Cholesky;
use crate::mean::percentiles;
use crate::random::Random;

/// Most features: all their subsets are fitted.
pub const FEATURES_MAX: usize = 8;

/// The share of one feature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Importance {
    /// Its part of R², in \[0, 1\]; over all features they sum to R². Zero or more up to rounding.
    pub share: f64,
    /// Bootstrap interval of the share. Features that go together (a halo) have wide ones.
    pub interval: Interval,
}

/// LMG importance (Shapley value of R²): the mean gain in R² of linear regression when the feature
/// joins, over all orders. One finite value per feature (1 to 8) in each row; at least features + 2
/// rows.
///
/// Describes association, not what a change would bring. `Singular` when a feature is constant or a
/// combination of others; resamples where that happens are left out. Source: Lindeman, Merenda &
/// Gold (1980); Grömping, The American Statistician 61 (2007) 139–147.
pub fn importance<R: AsRef<[f64]>>(
    rows: &[R],
    scores: &[f64],
    confidence: Confidence,
    resamples: usize,
    seed: u64,
) -> Result<Vec<Importance>> {
    same_length(rows, scores, "rows and scores")?;
    all_finite(scores, "a score")?;
    let k = rows.first().ok_or(Undefined::Empty)?.as_ref().len();
    if k == 0 || k > FEATURES_MAX {
        return Err(Undefined::OutOfRange("the number of features"));
    }
    if rows.len() < k + 2 {
        return Err(Undefined::TooFew { what: "rows", have: rows.len(), need: k + 2 });
    }
    // Features and the score side by side.
    let mut data = Vec::with_capacity(rows.len() * (k + 1));
    for (row, &score) in rows.iter().zip(scores) {
        same_length(row.as_ref(), rows[0].as_ref(), "the rows")?;
        all_finite(row.as_ref(), "a feature")?;
        data.extend_from_slice(row.as_ref());
        data.push(score);
    }
    let all: Vec<usize> = (0..rows.len()).collect();
    let shares = shapley(&data, k, &all)?;
    let mut random = Random::new("importance bootstrap", seed);
    let mut chosen = vec![0; rows.len()];
    let mut drawn = vec![Vec::with_capacity(resamples); k];
    for _ in 0..resamples {
        chosen.fill_with(|| random.below(rows.len()));
        if let Ok(shares) = shapley(&data, k, &chosen) {
            drawn.iter_mut().zip(shares).for_each(|(all, share)| all.push(share));
        }
    }
    shares
        .into_iter()
        .zip(drawn)
        .map(|(share, drawn)| Ok(Importance { share, interval: percentiles(drawn, confidence)? }))
        .collect()
}

/// The Shapley share of each feature for the chosen rows.
fn shapley(data: &[f64], k: usize, chosen: &[usize]) -> Result<Vec<f64>> {
    let correlations = correlations(data, k + 1, chosen)?;
    let explained = (0..1_usize << k)
        .map(|set| r_squared(&correlations, k, set))
        .collect::<Result<Vec<f64>>>()?;
    // How many orders have exactly these features before: s!(k−1−s)!/k!.
    let factorial = |n: usize| (1..=n).map(|i| i as f64).product::<f64>();
    let weight: Vec<f64> =
        (0..k).map(|s| factorial(s) * factorial(k - 1 - s) / factorial(k)).collect();
    Ok((0..k)
        .map(|j| {
            (0..1_usize << k)
                .filter(|set| set & (1 << j) == 0)
                .map(|set| {
                    let before = set.count_ones() as usize;
                    weight[before] * (explained[set | (1 << j)] - explained[set])
                })
                .sum()
        })
        .collect())
}

/// Correlations of all columns; `Singular` when one does not vary.
fn correlations(data: &[f64], width: usize, chosen: &[usize]) -> Result<Vec<f64>> {
    let n = chosen.len() as f64;
    let at = |row: usize, column: usize| data[row * width + column];
    let means: Vec<f64> =
        (0..width).map(|j| chosen.iter().map(|&i| at(i, j) / n).sum::<f64>()).collect();
    let mut products = vec![0.0; width * width];
    for &i in chosen {
        for a in 0..width {
            for b in 0..=a {
                products[a * width + b] += (at(i, a) - means[a]) * (at(i, b) - means[b]);
            }
        }
    }
    let spreads: Vec<f64> = (0..width).map(|j| products[j * width + j].sqrt()).collect();
    if spreads.iter().zip(&means).any(|(s, m)| !(*s > 1e-12 * m.abs() && s.is_finite())) {
        return Err(Undefined::Singular);
    }
    let mut correlations = vec![1.0; width * width];
    for a in 0..width {
        for b in 0..a {
            let r = products[a * width + b] / (spreads[a] * spreads[b]);
            correlations[a * width + b] = r;
            correlations[b * width + a] = r;
        }
    }
    Ok(correlations)
}

/// R² of the last column on the features in `set`.
fn r_squared(correlations: &[f64], k: usize, set: usize) -> Result<f64> {
    let width = k + 1;
    let features: Vec<usize> = (0..k).filter(|j| set & (1 << j) != 0).collect();
    if features.is_empty() {
        return Ok(0.0);
    }
    let matrix: Vec<f64> = features
        .iter()
        .flat_map(|&a| features.iter().map(move |&b| correlations[a * width + b]))
        .collect();
    let with_score: Vec<f64> = features.iter().map(|&a| correlations[a * width + k]).collect();
    let solved = Cholesky::new(&matrix, features.len())?.solve(&with_score);
    Ok(with_score.iter().zip(&solved).map(|(a, b)| a * b).sum())
}
