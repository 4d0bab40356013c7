//! The Gamma(a, 1) distribution: both tails and its quantile.

use std::f64::consts::PI;

use super::{
    CLOSE, STEPS_MAX, TERMS_MAX, TINY, deviance, ln_gamma, normal_quantile, positive,
    stirling_error,
};

/// P(a, x) = γ(a, x)/Γ(a), the Gamma(a, 1) distribution function, for a > 0, x ≥ 0.
pub fn gamma_lower(a: f64, x: f64) -> f64 {
    gamma_tails(a, x).0
}

/// Q(a, x) = 1 − P(a, x) with full relative accuracy in the upper tail.
pub fn gamma_upper(a: f64, x: f64) -> f64 {
    gamma_tails(a, x).1
}

/// The x with P(a, x) = p for 0 < p < 1.
pub fn gamma_quantile(p: f64, a: f64) -> f64 {
    if !(p > 0.0 && p < 1.0 && positive(a, a)) {
        return f64::NAN;
    }
    let mut low = 0.0;
    // Wilson-Hilferty.
    let c = 1.0 / (9.0 * a);
    let root = 1.0 - c + normal_quantile(p) * c.sqrt();
    let mut x = if root > 0.0 { a * root.powi(3) } else { 0.0 };
    if x < 0.1 * a {
        x = ((p.ln() + ln_gamma(a + 1.0)) / a).exp();
    }
    let mut high = f64::INFINITY;
    for _ in 0..STEPS_MAX {
        let (lower, upper) = gamma_tails(a, x);
        let excess = if p < 0.5 { lower - p } else { (1.0 - p) - upper };
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let step = excess * x / (a * gamma_front(a, x));
        if step.abs() <= 1e-9 * x / (1.0 + a).sqrt() {
            return x - step;
        }
        let mut next = x - step;
        if !(next > low && next < high) {
            next = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * x };
        }
        if next == low || next == high {
            return next;
        }
        x = next;
    }
    x
}

/// xᵃ·e⁻ˣ/Γ(a+1).
fn gamma_front(a: f64, x: f64) -> f64 {
    (-stirling_error(a) - deviance(a, x)).exp() / (2.0 * PI * a).sqrt()
}

/// P(a, x) and Q(a, x), the smaller one computed and the other its complement.
fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x.is_nan() || !positive(a, a) {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let front = gamma_front(a, x);
    if x < a + 1.0 {
        let mut term = 1.0;
        let mut sum = 1.0;
        for k in 1..TERMS_MAX {
            term *= x / (a + f64::from(k));
            sum += term;
            if term < sum * CLOSE {
                break;
            }
        }
        let lower = (front * sum).min(1.0);
        (lower, 1.0 - lower)
    } else {
        let upper = (front * a * gamma_fraction(a, x)).min(1.0);
        (1.0 - upper, upper)
    }
}

/// The continued fraction of Γ(a, x)·eˣ/xᵃ (Abramowitz & Stegun 6.5.31) by Lentz's algorithm.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / guard(b);
    let mut h = d;
    for i in 1..TERMS_MAX {
        let i = f64::from(i);
        let an = i * (a - i);
        b += 2.0;
        d = 1.0 / guard(an * d + b);
        c = guard(b + an / c);
        h *= d * c;
        if (d * c - 1.0).abs() <= CLOSE {
            break;
        }
    }
    h
}
