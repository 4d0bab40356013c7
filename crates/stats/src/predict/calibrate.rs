//! Do predicted probabilities come true, and do they rank?

use serde::{Deserialize, Serialize};

use super::{Logistic, check_pairs, sigmoid};
use crate::interval::{Result, Undefined, finite, within};
use crate::sum::sum;

/// Brier's score, the mean of (p − y)² in \[0, 1\]: 0 is perfect, p̄(1−p̄) what the overall share
/// alone reaches. Source: Brier, Monthly Weather Review 78 (1950) 1–3.
pub fn brier(probabilities: &[f64], outcomes: &[bool]) -> Result<f64> {
    check_pairs(probabilities, outcomes)?;
    let gaps =
        probabilities.iter().zip(outcomes).map(|(p, &y)| (p - f64::from(u8::from(y))).powi(2));
    Ok(sum(gaps) / outcomes.len() as f64)
}

/// The probability that a random event was ranked above a random non-event (ties half), the area
/// under the ROC curve. Undefined without both. Scores need not be probabilities.
pub fn auc(scores: &[f64], outcomes: &[bool]) -> Result<f64> {
    crate::interval::same_length(scores, outcomes, "scores and outcomes")?;
    scores.iter().try_for_each(|&s| finite(s, "a score").map(drop))?;
    let mut order: Vec<(f64, bool)> =
        scores.iter().copied().zip(outcomes.iter().copied()).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins, mut events) = (0.0, 0.0, 0.0);
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let yes = tied.iter().filter(|t| t.1).count() as f64;
        let no = tied.len() as f64 - yes;
        wins += yes * (below + 0.5 * no);
        below += no;
        events += yes;
    }
    if events <= 0.0 || below <= 0.0 {
        Err(Undefined::NoVariation)
    } else {
        Ok(wins / (events * below))
    }
}

/// The share of events among the `k` highest scores (1 ≤ k ≤ n; ties in the order given): the value
/// of a warning is its precision at the number of calls the team can make.
pub fn precision_at(scores: &[f64], outcomes: &[bool], k: usize) -> Result<f64> {
    crate::interval::same_length(scores, outcomes, "scores and outcomes")?;
    scores.iter().try_for_each(|&s| finite(s, "a score").map(drop))?;
    if k == 0 || k > scores.len() {
        return Err(Undefined::OutOfRange("k"));
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    Ok(order[..k].iter().filter(|&&i| outcomes[i]).count() as f64 / k as f64)
}

/// One tenth of the cases, by predicted probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Decile {
    /// Cases in it.
    pub n: usize,
    /// Mean predicted probability.
    pub predicted: f64,
    /// Observed share of events.
    pub observed: f64,
}

/// Ten groups of nearly equal size from the lowest to the highest prediction (fewer for fewer than
/// ten cases): predicted against observed.
pub fn deciles(probabilities: &[f64], outcomes: &[bool]) -> Result<Vec<Decile>> {
    check_pairs(probabilities, outcomes)?;
    let n = probabilities.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]).then(a.cmp(&b)));
    let groups = n.min(10);
    Ok((0..groups)
        .map(|g| {
            let group = &order[g * n / groups..(g + 1) * n / groups];
            let count = group.len() as f64;
            Decile {
                n: group.len(),
                predicted: sum(group.iter().map(|&i| probabilities[i])) / count,
                observed: group.iter().filter(|&&i| outcomes[i]).count() as f64 / count,
            }
        })
        .collect())
}

/// Platt's recalibration p → σ(a + b·logit p), learnt on cases the model has not seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Platt {
    /// Shift; 0 when the level is right.
    pub shift: f64,
    /// Slope; 1 when the spread is right, below 1 when predictions are too extreme.
    pub slope: f64,
}

/// Probabilities nearer to 0 or 1 than this are moved there before their logit is taken.
const EDGE: f64 = 1e-9;

fn logit(p: f64) -> f64 {
    let p = p.clamp(EDGE, 1.0 - EDGE);
    (p / (1.0 - p)).ln()
}

impl Platt {
    /// Fits on hold-out predictions. Undefined when all predictions or all outcomes are alike.
    /// Source: Platt, Advances in Large Margin Classifiers (1999) 61–74.
    pub fn fit(probabilities: &[f64], outcomes: &[bool]) -> Result<Self> {
        check_pairs(probabilities, outcomes)?;
        let rows: Vec<[f64; 1]> = probabilities.iter().map(|&p| [logit(p)]).collect();
        let fit = Logistic::fit(&rows, outcomes, 0.0).map_err(|error| match error {
            Undefined::Singular => Undefined::NoVariation,
            other => other,
        })?;
        Ok(Self { shift: fit.constant, slope: fit.coefficients[0] })
    }

    /// The recalibrated probability.
    pub fn apply(&self, probability: f64) -> Result<f64> {
        within(probability, 0.0, 1.0, "a probability")?;
        Ok(sigmoid(self.shift + self.slope * logit(probability)))
    }
}
