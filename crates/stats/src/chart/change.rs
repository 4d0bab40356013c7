//! When did it change? The most likely single step in a series.

use serde::Serialize;

use super::check;
use crate::interval::{Result, Undefined, all_finite};

/// The most likely step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// Index of the first point after the step, from 1 to length − 1.
    pub at: usize,
    /// Mean (or share) before.
    pub before: f64,
    /// Mean (or share) after.
    pub after: f64,
    /// How many times more likely (natural logarithm) one step is than none. Any series has a best
    /// step: believe it after an alarm, or above about 5.
    pub gain: f64,
}

/// The step that splits `values` into two means with the least squares left, at least three values.
///
/// The gain is that of normal values with unknown variance, n/2·ln(total/left). Undefined when the
/// values do not vary. Source: Hinkley, Biometrika 57 (1970) 1–17.
pub fn change_point(values: &[f64]) -> Result<Change> {
    all_finite(values, "a value")?;
    let n = values.len() as f64;
    // Centred first: sums of squares of large numbers would cancel.
    let mean = crate::sum::sum(values.iter().map(|v| v / n));
    let total = crate::sum::sum(values.iter().map(|v| (v - mean).powi(2)));
    // Below, a share of the total underflows.
    if total < 1e-250 {
        return Err(Undefined::NoVariation);
    }
    let mut sum = 0.0;
    let split = best(values.len(), |i| {
        sum += values[i] - mean;
        let left = (i + 1) as f64;
        let explained = sum * sum / left + sum * sum / (n - left);
        (explained, mean + sum / left, mean - sum / (n - left))
    })?;
    let left = (total - split.gain).max(total * 1e-15);
    Ok(Change { gain: 0.5 * n * (total / left).ln(), ..split })
}

/// The step that makes a series of shares (x of n each) most likely, at least three points.
///
/// Undefined when all shares are 0 or all are 1.
pub fn change_point_shares(points: &[(u64, u64)]) -> Result<Change> {
    check(points)?;
    let total = points.iter().fold((0.0, 0.0), |t, p| (t.0 + p.0 as f64, t.1 + p.1 as f64));
    if total.0 <= 0.0 || total.0 >= total.1 {
        return Err(Undefined::NoVariation);
    }
    let likelihood = |(x, n): (f64, f64)| {
        let term = |k: f64| if k > 0.0 { k * (k / n).ln() } else { 0.0 };
        term(x) + term(n - x)
    };
    let none = likelihood(total);
    let mut left = (0.0, 0.0);
    best(points.len(), |i| {
        left = (left.0 + points[i].0 as f64, left.1 + points[i].1 as f64);
        let right = (total.0 - left.0, total.1 - left.1);
        (likelihood(left) + likelihood(right) - none, left.0 / left.1, right.0 / right.1)
    })
}

/// The first of the best splits; `split` is asked for each last index of the left part in turn and
/// answers gain, mean before and mean after.
fn best(length: usize, mut split: impl FnMut(usize) -> (f64, f64, f64)) -> Result<Change> {
    if length < 3 {
        return Err(Undefined::TooFew { what: "points", have: length, need: 3 });
    }
    let mut best = Change { at: 0, before: 0.0, after: 0.0, gain: f64::NEG_INFINITY };
    for i in 0..length - 1 {
        let (gain, before, after) = split(i);
        if gain > best.gain {
            best = Change { at: i + 1, before, after, gain };
        }
    }
    Ok(best)
}
