//! Probabilities of an event from several features, and whether they deserve the name.
//!
//! [`Logistic::fit`] on the past, [`brier`], [`deciles`] and [`auc`] on a *later* period (never on
//! random rows of the same one), [`Platt`] to recalibrate. Below about 200 events show ranks, not
//! probabilities. [`importance()`] says what moves a score, with honest, wide intervals.

use serde::{Deserialize, Serialize};

use crate::interval::{Result, Undefined, all_finite, same_length, within};
use crate::matrix::Cholesky;
use crate::special;
use crate::sum::sum;

mod calibrate;
mod importance;

pub use calibrate::{Decile, Platt, auc, brier, deciles, precision_at};
pub use importance::{Importance, importance};

/// Newton steps; about 6 are usual.
const STEPS_MAX: usize = 100;

/// A fitted logistic regression, ln(p/(1−p)) = constant + Σ coefficient·feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// The constant.
    pub constant: f64,
    /// One coefficient per feature, per unit of the feature as given.
    pub coefficients: Vec<f64>,
    /// Standard errors of the coefficients. With a ridge these are too small as statements about
    /// the truth.
    pub standard_errors: Vec<f64>,
    /// Logarithm of the likelihood, without the ridge.
    pub log_likelihood: f64,
}

/// ln(1 + eˣ) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// 1/(1 + e⁻ˣ).
pub fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

impl Logistic {
    /// Fits by iteratively reweighted least squares. `rows` hold one finite value per feature,
    /// `outcomes` whether the event followed. Features are standardised inside; `ridge` ≥ 0 is the
    /// penalty ½·ridge·Σβ² on the standardised coefficients (the constant is free).
    ///
    /// `NoVariation` when all outcomes are alike; `Singular` for a constant or repeated feature
    /// without ridge; `NotConverged` when a feature separates the outcomes perfectly and there is no
    /// ridge: then add one. Source: McCullagh & Nelder, Generalized Linear Models §4.4; le Cessie &
    /// van Houwelingen, Applied Statistics 41 (1992) 191–201.
    pub fn fit<R: AsRef<[f64]>>(rows: &[R], outcomes: &[bool], ridge: f64) -> Result<Self> {
        same_length(rows, outcomes, "rows and outcomes")?;
        within(ridge, 0.0, 1e12, "the ridge")?;
        let width = rows.first().ok_or(Undefined::Empty)?.as_ref().len();
        for row in rows {
            same_length(row.as_ref(), rows[0].as_ref(), "the rows")?;
            row.as_ref()
                .iter()
                .try_for_each(|&v| crate::interval::finite(v, "a feature").map(drop))?;
        }
        let events = outcomes.iter().filter(|&&y| y).count();
        if events == 0 || events == outcomes.len() {
            return Err(Undefined::NoVariation);
        }
        let scaling = Scaling::new(rows, width, ridge)?;
        let design = scaling.design(rows);
        let fitted = iterate(&design, outcomes, width + 1, ridge)?;
        Ok(scaling.restore(&fitted))
    }

    /// The probability for one row of features; refused for another number of features.
    pub fn probability(&self, row: &[f64]) -> Result<f64> {
        same_length(row, &self.coefficients, "the row and the coefficients")?;
        let linear = self.constant + sum(row.iter().zip(&self.coefficients).map(|(x, b)| x * b));
        if linear.is_nan() { Err(Undefined::NotFinite("a feature")) } else { Ok(sigmoid(linear)) }
    }

    /// Two-sided p-value of each coefficient (Wald).
    pub fn p_values(&self) -> Vec<f64> {
        let z = self.coefficients.iter().zip(&self.standard_errors).map(|(b, e)| b / e);
        z.map(special::normal_p).collect()
    }
}

/// Mean and spread of each feature.
struct Scaling {
    means: Vec<f64>,
    spreads: Vec<f64>,
}

impl Scaling {
    fn new<R: AsRef<[f64]>>(rows: &[R], width: usize, ridge: f64) -> Result<Self> {
        let n = rows.len() as f64;
        let (mut means, mut spreads) = (Vec::with_capacity(width), Vec::with_capacity(width));
        for j in 0..width {
            let mean = sum(rows.iter().map(|r| r.as_ref()[j] / n));
            let spread = sum(rows.iter().map(|r| (r.as_ref()[j] - mean).powi(2) / n)).sqrt();
            if !spread.is_finite() {
                return Err(Undefined::OutOfRange("a feature"));
            }
            let flat = spread <= 1e-12 * mean.abs();
            if flat && ridge <= 0.0 {
                return Err(Undefined::Singular);
            }
            means.push(mean);
            // A constant feature becomes a column of zeros, which the ridge leaves at coefficient 0.
            spreads.push(if flat { f64::INFINITY } else { spread });
        }
        Ok(Self { means, spreads })
    }

    /// Rows of 1 and the standardised features, one after another.
    fn design<R: AsRef<[f64]>>(&self, rows: &[R]) -> Vec<f64> {
        let mut design = Vec::with_capacity(rows.len() * (self.means.len() + 1));
        for row in rows {
            design.push(1.0);
            let scaled = row.as_ref().iter().zip(self.means.iter().zip(&self.spreads));
            design.extend(scaled.map(|(v, (m, s))| (v - m) / s));
        }
        design
    }

    fn restore(&self, fitted: &Fitted) -> Logistic {
        let per_unit = |values: &[f64]| {
            values[1..].iter().zip(&self.spreads).map(|(v, s)| v / s).collect::<Vec<f64>>()
        };
        let coefficients = per_unit(&fitted.coefficients);
        let shift = sum(coefficients.iter().zip(&self.means).map(|(b, m)| b * m));
        Logistic {
            constant: fitted.coefficients[0] - shift,
            standard_errors: per_unit(&fitted.standard_errors),
            coefficients,
            log_likelihood: fitted.log_likelihood,
        }
    }
}

struct Fitted {
    coefficients: Vec<f64>,
    standard_errors: Vec<f64>,
    log_likelihood: f64,
}

/// Log-likelihood of the outcomes for these coefficients.
fn log_likelihood(design: &[f64], outcomes: &[bool], coefficients: &[f64]) -> f64 {
    sum(design.chunks(coefficients.len()).zip(outcomes).map(|(row, &y)| {
        let linear: f64 = row.iter().zip(coefficients).map(|(x, b)| x * b).sum();
        -softplus(if y { -linear } else { linear })
    }))
}

fn penalty(coefficients: &[f64], ridge: f64) -> f64 {
    0.5 * ridge * sum(coefficients[1..].iter().map(|b| b * b))
}

/// Newton's method with step halving on the penalised likelihood.
fn iterate(design: &[f64], outcomes: &[bool], k: usize, ridge: f64) -> Result<Fitted> {
    let share = outcomes.iter().filter(|&&y| y).count() as f64 / outcomes.len() as f64;
    let mut at = vec![0.0; k];
    at[0] = (share / (1.0 - share)).ln();
    let mut value = log_likelihood(design, outcomes, &at) - penalty(&at, ridge);
    for _ in 0..STEPS_MAX {
        let (mut gradient, hessian) = slope(design, outcomes, &at);
        let mut hessian = hessian;
        for j in 1..k {
            gradient[j] -= ridge * at[j];
            hessian[j * k + j] += ridge;
        }
        let system = match Cholesky::new(&hessian, k) {
            Ok(system) => system,
            // Weights p(1−p) vanish when the outcomes are separated perfectly.
            Err(_) if value > -1e-3 * outcomes.len() as f64 => return Err(Undefined::NotConverged),
            Err(error) => return Err(error),
        };
        let step = system.solve(&gradient);
        let mut part = 1.0;
        let (next, reached) = loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(a, s)| a + part * s).collect();
            let reached = log_likelihood(design, outcomes, &next) - penalty(&next, ridge);
            if reached >= value - 1e-12 * value.abs() || part < 1e-6 {
                break (next, reached);
            }
            part *= 0.5;
        };
        let moved = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        (at, value) = (next, reached);
        if moved < 1e-9 {
            let standard_errors =
                system.inverse_diagonal().iter().map(|v| v.max(0.0).sqrt()).collect();
            let log_likelihood = log_likelihood(design, outcomes, &at);
            return Ok(Fitted { coefficients: at, standard_errors, log_likelihood });
        }
    }
    Err(Undefined::NotConverged)
}

/// Gradient and negative Hessian of the log-likelihood.
fn slope(design: &[f64], outcomes: &[bool], at: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let k = at.len();
    let (mut gradient, mut hessian) = (vec![0.0; k], vec![0.0; k * k]);
    for (row, &y) in design.chunks(k).zip(outcomes) {
        let p = sigmoid(row.iter().zip(at).map(|(x, b)| x * b).sum());
        let (gap, weight) = (f64::from(u8::from(y)) - p, p * (1.0 - p));
        for i in 0..k {
            gradient[i] += gap * row[i];
            let scaled = weight * row[i];
            for j in 0..=i {
                hessian[i * k + j] += scaled * row[j];
            }
        }
    }
    for i in 0..k {
        for j in i + 1..k {
            hessian[i * k + j] = hessian[j * k + i];
        }
    }
    (gradient, hessian)
}

/// Probabilities in \[0, 1\], as many as outcomes, at least one.
fn check_pairs(probabilities: &[f64], outcomes: &[bool]) -> Result<()> {
    same_length(probabilities, outcomes, "probabilities and outcomes")?;
    all_finite(probabilities, "a probability")?;
    probabilities.iter().try_for_each(|&p| within(p, 0.0, 1.0, "a probability").map(drop))
}

#[cfg(test)]
#[path = "predict_tests.rs"]
mod tests;
