//! The probability that one beta-distributed share exceeds another.

use super::Posterior;
use crate::special;

/// Terms of the finite sum before quadrature is faster.
const TERMS_MAX: f64 = 200.0;

/// Half the number of points of the quadrature.
const POINTS: i32 = 120;

/// P(A > B) for independent A and B.
pub(super) fn probability(a: Posterior, b: Posterior) -> f64 {
    if a == b {
        return 0.5;
    }
    if a.alpha.fract() == 0.0 && a.alpha <= TERMS_MAX {
        return by_sum(a, b).clamp(0.0, 1.0);
    }
    by_quadrature(a, b).clamp(0.0, 1.0)
}

/// Σ over i < α of `B(α_b+i`, `β_b+β_a)/((β_a+i)·B(1+i`, `β_a)·B(α_b`, `β_b`)), for whole α of A. Source:
/// Miller, "Formulas for Bayesian A/B Testing".
fn by_sum(a: Posterior, b: Posterior) -> f64 {
    // The first term is B(α_b, β_b+β_a)/B(α_b, β_b); each next one is a ratio of the last.
    let ln_beta =
        |x: f64, y: f64| special::ln_gamma(x) + special::ln_gamma(y) - special::ln_gamma(x + y);
    let mut term = (ln_beta(b.alpha, b.beta + a.beta) - ln_beta(b.alpha, b.beta)).exp();
    let (mut total, mut i) = (0.0, 0.0);
    while i < a.alpha {
        total += term;
        term *= (b.alpha + i) / (b.alpha + b.beta + a.beta + i) * (a.beta + i) / (1.0 + i);
        i += 1.0;
    }
    total
}

/// ∫ density of A × distribution of B by double-exponential quadrature over the part of \[0, 1\]
/// where A lies with all but 2e-16 of its mass.
fn by_quadrature(a: Posterior, b: Posterior) -> f64 {
    let low = special::beta_quantile(1e-16, a.alpha, a.beta);
    let high = 1.0 - special::beta_quantile(1e-16, a.beta, a.alpha);
    let (middle, half) = (f64::midpoint(low, high), 0.5 * (high - low));
    let step = 6.4 / f64::from(2 * POINTS);
    let (mut total, mut mass) = (0.0, 0.0);
    for i in -POINTS..=POINTS {
        let t = f64::from(i) * step;
        let u = std::f64::consts::FRAC_PI_2 * t.sinh();
        let x = middle + half * u.tanh();
        if x <= 0.0 || x >= 1.0 {
            continue;
        }
        let weight = t.cosh() / u.cosh().powi(2) * special::beta_pdf(x, a.alpha, a.beta);
        if weight.is_finite() {
            mass += weight;
            total += weight * special::beta_cdf(x, b.alpha, b.beta);
        }
    }
    // Dividing by the mass found removes what the rule itself is off.
    total / mass
}
