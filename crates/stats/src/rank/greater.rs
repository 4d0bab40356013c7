//! The probability that one beta-distributed share exceeds another.

use super::Posterior;
use crate::special;

/// Terms of the finite sum before quadrature is faster.
const TERMS_MAX: f64 = 200.0;

/// Observations from which both shares are nearly normal.
const NORMAL_FROM: f64 = 1e6;

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
    let narrow = |p: Posterior| p.alpha.min(p.beta) > 1e4 && p.alpha + p.beta > NORMAL_FROM;
    if narrow(a) && narrow(b) {
        return by_edgeworth(a, b).clamp(0.0, 1.0);
    }
    // The distribution function is dear for many observations, the density never is.
    let chance = if a.alpha + a.beta >= b.alpha + b.beta {
        by_quadrature(a, b)
    } else {
        1.0 - by_quadrature(b, a)
    };
    chance.clamp(0.0, 1.0)
}

/// The difference of both as a normal variable with skewness: with more than a million observations
/// each the error is below 1e-6, and quadrature would be slow.
fn by_edgeworth(a: Posterior, b: Posterior) -> f64 {
    let moments = |Posterior { alpha, beta }: Posterior| {
        let n = alpha + beta;
        let (mean, variance) = (alpha / n, alpha / n * beta / n / (n + 1.0));
        let skewness =
            2.0 * (beta - alpha) * (n + 1.0).sqrt() / ((n + 2.0) * (alpha * beta).sqrt());
        (mean, variance, skewness * variance.powf(1.5))
    };
    let ((ma, va, sa), (mb, vb, sb)) = (moments(a), moments(b));
    let variance = va + vb;
    let z = (ma - mb) / variance.sqrt();
    let skewness = (sa - sb) / variance.powf(1.5);
    let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    special::normal_cdf(z) + skewness * (z * z - 1.0) * density / 6.0
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
    let (low, high) = support(a);
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

/// Where all but a negligible part of the mass lies.
fn support(Posterior { alpha, beta }: Posterior) -> (f64, f64) {
    let n = alpha + beta;
    if alpha.min(beta) > 1e3 {
        let (mean, sd) = (alpha / n, (alpha / n * beta / n / (n + 1.0)).sqrt());
        return ((mean - 9.5 * sd).max(0.0), (mean + 9.5 * sd).min(1.0));
    }
    let low = special::beta_quantile(1e-16, alpha, beta);
    (low, 1.0 - special::beta_quantile(1e-16, beta, alpha))
}
