//! Shares of a whole: intervals, differences, sample sizes, and what clustering and weighting cost.
//!
//! [`wilson`] is the answer nearly always. The others are for cross-checks and for readers who ask
//! for them by name.

use crate::interval::{
    COUNT_MAX, Confidence, Estimate, Interval, Result, Undefined, all_finite, positive, real,
    within,
};
use crate::special;
use crate::sum::sum;

/// x of n as two finite numbers with 0 ≤ x ≤ n, n ≥ 1.
fn counts(x: u64, n: u64) -> Result<(f64, f64)> {
    let (x_real, n_real) = (real(x)?, real(n)?);
    if n == 0 {
        return Err(Undefined::Empty);
    }
    if x > n {
        return Err(Undefined::OutOfRange("the count of successes"));
    }
    Ok((x_real, n_real))
}

/// x/n in \[0, 1\], for 0 ≤ x ≤ n and n ≥ 1.
pub fn share(x: u64, n: u64) -> Result<f64> {
    counts(x, n).map(|(x, n)| x / n)
}

/// Wilson's score interval of a proportion, x successes of n ≥ 1.
///
/// Centre (p̂ + z²/2n)/(1 + z²/n), half width z/(1 + z²/n)·√(p̂(1−p̂)/n + z²/4n²), ends inside
/// \[0, 1\] and exactly 0 at x = 0 and 1 at x = n. Coverage of a nominal 95 % lies near 95 % on
/// average for every n, and falls to about 84 % for single p at the extremes.
///
/// Not for answers that depend on each other (several by one customer): pass an effective number
/// to [`wilson_share`]. Source: Wilson, JASA 22 (1927) 209–212.
///
/// ```
/// use stats::{Confidence, proportion};
/// let five_of_five = proportion::wilson(5, 5, Confidence::P95)?;
/// assert!((five_of_five.low - 0.566).abs() < 5e-4 && five_of_five.high == 1.0);
/// assert!(proportion::wilson(0, 0, Confidence::P95).is_err());
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn wilson(x: u64, n: u64, confidence: Confidence) -> Result<Interval> {
    let (successes, trials) = counts(x, n)?;
    Ok(score_interval(successes, trials, confidence.z()))
}

/// Wilson's interval for a share `p` in \[0, 1\] that carries the information of `n` > 0
/// independent answers, where `n` need not be whole: weighted ([`kish_size`]) or clustered
/// ([`effective_size`]) data.
pub fn wilson_share(p: f64, n: f64, confidence: Confidence) -> Result<Interval> {
    within(p, 0.0, 1.0, "the share")?;
    within(n, 1e-9, COUNT_MAX as f64, "the effective number")?;
    Ok(score_interval(p * n, n, confidence.z()))
}

/// The lower bound that the true share exceeds with probability `confidence` (one-sided Wilson):
/// what to sort by when no prior can be fitted.
pub fn wilson_lower(x: u64, n: u64, confidence: Confidence) -> Result<f64> {
    let (x, n) = counts(x, n)?;
    Ok(score_interval(x, n, confidence.z_one_sided()).low)
}

fn score_interval(x: f64, n: f64, z: f64) -> Interval {
    let z2 = z * z;
    let centre = (x + 0.5 * z2) / (n + z2);
    let half = z / (n + z2) * (x * (n - x) / n + 0.25 * z2).max(0.0).sqrt();
    // Rounding would put the ends of 0/n and n/n beside 0 and 1.
    let low = if x <= 0.0 { 0.0 } else { centre - half };
    let high = if x >= n { 1.0 } else { centre + half };
    Interval::new(low, high).clipped(0.0, 1.0)
}

/// Wilson's interval with continuity correction: coverage at least the nominal one almost
/// everywhere, therefore wider. For readers who must not fall below 95 %.
///
/// Source: Newcombe, Statistics in Medicine 17 (1998) 857–872, method 4.
pub fn wilson_continuity(x: u64, n: u64, confidence: Confidence) -> Result<Interval> {
    let (x, n) = counts(x, n)?;
    let (p, q, z) = (x / n, 1.0 - x / n, confidence.z());
    let z2 = z * z;
    let root = |sign: f64, share: f64| {
        (z2 - sign * 2.0 - 1.0 / n + 4.0 * share * (n * (1.0 - share) + sign)).max(0.0).sqrt()
    };
    let twice = 2.0 * (n + z2);
    let low = if p <= 0.0 { 0.0 } else { (2.0 * x + z2 - 1.0 - z * root(1.0, p)) / twice };
    let high = if q <= 0.0 { 1.0 } else { (2.0 * x + z2 + 1.0 + z * root(-1.0, p)) / twice };
    Ok(Interval::new(low, high).clipped(0.0, 1.0))
}

/// Clopper and Pearson's "exact" interval: the shares that two one-sided binomial tests do not
/// refuse. Coverage never below nominal, often far above: a cross-check, not a default.
///
/// Source: Clopper & Pearson, Biometrika 26 (1934) 404–413; ends as beta quantiles.
pub fn clopper_pearson(x: u64, n: u64, confidence: Confidence) -> Result<Interval> {
    let (x, n) = counts(x, n)?;
    let tail = 0.5 * confidence.alpha();
    let low = if x <= 0.0 { 0.0 } else { special::beta_quantile(tail, x, n - x + 1.0) };
    let high = if x >= n { 1.0 } else { 1.0 - special::beta_quantile(tail, n - x, x + 1.0) };
    Ok(Interval::new(low, high))
}

/// The interval of the posterior under Jeffreys' prior Beta(½, ½), with the customary ends 0 at
/// x = 0 and 1 at x = n. Short, but its coverage dips (88.5 % at n = 50, p = 0.95).
///
/// Source: Brown, Cai & DasGupta, Statistical Science 16 (2001) 101–133.
pub fn jeffreys(x: u64, n: u64, confidence: Confidence) -> Result<Interval> {
    let (x, n) = counts(x, n)?;
    let tail = 0.5 * confidence.alpha();
    let (a, b) = (x + 0.5, n - x + 0.5);
    let low = if x <= 0.0 { 0.0 } else { special::beta_quantile(tail, a, b) };
    let high = if x >= n { 1.0 } else { 1.0 - special::beta_quantile(tail, b, a) };
    Ok(Interval::new(low, high))
}

/// Difference x₁/n₁ − x₂/n₂ of two independent proportions with Newcombe's hybrid score interval,
/// inside \[−1, 1\].
///
/// d − √((p₁−l₁)² + (u₂−p₂)²) to d + √((u₁−p₁)² + (p₂−l₂)²) with Wilson limits l, u. Works at 0/10
/// against 0/20. Not for the same people asked twice: that is [`crate::compare::mcnemar`].
/// Source: Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.
///
/// ```
/// use stats::{Confidence, proportion};
/// let d = proportion::difference((56, 70), (48, 80), Confidence::P95)?;
/// assert!((d.value - 0.2).abs() < 1e-12 && d.excludes_zero());
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn difference(
    (x1, n1): (u64, u64),
    (x2, n2): (u64, u64),
    confidence: Confidence,
) -> Result<Estimate> {
    let first = Estimate { value: share(x1, n1)?, interval: wilson(x1, n1, confidence)? };
    let second = Estimate { value: share(x2, n2)?, interval: wilson(x2, n2, confidence)? };
    Ok(difference_of(first, second))
}

/// Newcombe's combination of two independent shares that already have score intervals (weighted or
/// clustered ones from [`wilson_share`]).
pub fn difference_of(first: Estimate, second: Estimate) -> Estimate {
    let value = first.value - second.value;
    let below = (first.value - first.interval.low).hypot(second.interval.high - second.value);
    let above = (first.interval.high - first.value).hypot(second.value - second.interval.low);
    let interval = Interval::new(value - below, value + above).clipped(-1.0, 1.0);
    Estimate { value, interval }
}

/// Exact (Garwood) limits of a rate: `events` ≥ 0 in `exposure` > 0, in events per unit of
/// exposure. For rare events among millions, where a percentage says nothing.
///
/// χ² quantiles with 2x and 2x+2 degrees of freedom. Not for events that come in clusters.
/// Source: Garwood, Biometrika 28 (1936) 437–442.
///
/// ```
/// use stats::{Confidence, proportion};
/// let limits = proportion::rate_interval(10, 1.0, Confidence::P95)?;
/// assert!((limits.low - 4.795).abs() < 1e-3 && (limits.high - 18.390).abs() < 1e-3);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn rate_interval(events: u64, exposure: f64, confidence: Confidence) -> Result<Interval> {
    let x = real(events)?;
    within(exposure, 1e-12, 1e300, "the exposure")?;
    let tail = 0.5 * confidence.alpha();
    let low = if events == 0 { 0.0 } else { special::gamma_quantile(tail, x) };
    let high = special::gamma_quantile(1.0 - tail, x + 1.0);
    Ok(Interval::new(low / exposure, high / exposure))
}

/// Answers needed so that a share near `p` is known to ± `margin` (half width, in \[0, 1\]), drawn
/// at random from `population` members (`None`: without end). Rounded up.
///
/// n₀ = z²p(1−p)/margin², n = n₀/(1 + (n₀ − 1)/N). Source: Cochran, Sampling Techniques (1977) §4.4.
///
/// ```
/// use stats::{Confidence, proportion};
/// let z196 = Confidence::from_z(1.96)?;
/// assert_eq!(proportion::sample_size(0.5, 0.05, Some(500), z196)?, 218);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn sample_size(
    p: f64,
    margin: f64,
    population: Option<u64>,
    confidence: Confidence,
) -> Result<u64> {
    within(p, 0.0, 1.0, "the share")?;
    within(margin, 1e-7, 1.0, "the margin")?;
    let n0 = (confidence.z() / margin).powi(2) * p * (1.0 - p);
    match population {
        None => Ok(ceiling(n0.max(1.0))),
        Some(0) => Err(Undefined::Empty),
        Some(all) => {
            let needed = n0 / (1.0 + (n0 - 1.0) / real(all)?);
            Ok(ceiling(needed.max(1.0)).min(all))
        }
    }
}

/// Members needed in *each* of two groups to find a true difference `p1` against `p2` with
/// probability `power` in a two-sided test at `alpha`. Rounded up.
///
/// (z₁₋α/₂√(2p̄q̄) + `z_power√(p₁q₁` + p₂q₂))²/(p₁ − p₂)². Source: Fleiss, Levin & Paik, Statistical
/// Methods for Rates and Proportions, 3rd ed., eq. 4.14 without continuity correction.
///
/// ```
/// // Why weekly tests of single people are pointless.
/// assert_eq!(stats::proportion::sample_size_two(0.85, 0.80, 0.05, 0.80)?, 906);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn sample_size_two(p1: f64, p2: f64, alpha: f64, power: f64) -> Result<u64> {
    within(p1, 0.0, 1.0, "the first share")?;
    within(p2, 0.0, 1.0, "the second share")?;
    within(power, alpha, 0.999_999, "the power")?;
    let z_alpha = Confidence::new(1.0 - alpha)?.z();
    let gap = (p1 - p2).abs();
    if gap < 1e-7 {
        return Err(Undefined::NoVariation);
    }
    let mean = f64::midpoint(p1, p2);
    let under_null = (2.0 * mean * (1.0 - mean)).sqrt();
    let under_difference = (p1 * (1.0 - p1) + p2 * (1.0 - p2)).sqrt();
    let z_power = special::normal_quantile(power);
    Ok(ceiling(((z_alpha * under_null + z_power * under_difference) / gap).powi(2).max(1.0)))
}

/// `value` rounded up, forgiving a rounding error just above a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "callers pass 1 to 1e16; the cast saturates"
)]
fn ceiling(value: f64) -> u64 {
    (value - 1e-9).ceil().max(0.0) as u64
}

/// Kish's design effect 1 + (m − 1)ρ: how many times the variance grows when answers come in
/// clusters of mean size `m` ≥ 1 with intra-class correlation `rho` in \[−1, 1\].
///
/// Refused when the result is not positive (a negative ρ that no cluster of that size can have).
/// Source: Kish, Survey Sampling (1965) §5.4.
pub fn design_effect(m: f64, rho: f64) -> Result<f64> {
    within(m, 1.0, 1e15, "the cluster size")?;
    within(rho, -1.0, 1.0, "the intra-class correlation")?;
    positive(1.0 + (m - 1.0) * rho, "the design effect")
}

/// n/deff: how many independent answers `n` clustered ones are worth.
pub fn effective_size(n: u64, design_effect: f64) -> Result<f64> {
    Ok(real(n)? / within(design_effect, 1e-9, 1e15, "the design effect")?)
}

/// Kish's effective number (Σw)²/Σw² of answers with weights w ≥ 0, between 1 and their count.
///
/// ```
/// assert!((stats::proportion::kish_size(&[1.0, 1.0, 2.0, 4.0])? - 64.0 / 22.0).abs() < 1e-12);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn kish_size(weights: &[f64]) -> Result<f64> {
    all_finite(weights, "a weight")?;
    if weights.iter().any(|&w| w < 0.0) {
        return Err(Undefined::OutOfRange("a weight"));
    }
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return Err(Undefined::Empty);
    }
    // Divided by the largest first, so that squares neither overflow nor vanish.
    let total = sum(weights.iter().map(|w| w / largest));
    Ok(total * total / sum(weights.iter().map(|w| (w / largest).powi(2))))
}

/// 1 − n/N, by which the variance shrinks when `n` of `population` were drawn *at random*.
///
/// Never for answers that people chose to give: a self-selected half of all customers says no more
/// about the silent half than a tenth would.
pub fn finite_population(n: u64, population: u64) -> Result<f64> {
    let (n, all) = counts(n, population)?;
    Ok(1.0 - n / all)
}

/// Wilson's interval for x of n drawn at random from `population` members, with n/(1 − n/N) in
/// place of n; a census (n = N) has no uncertainty. See [`finite_population`] for when not.
pub fn wilson_finite(x: u64, n: u64, population: u64, confidence: Confidence) -> Result<Interval> {
    let p = share(x, n)?;
    let rest = finite_population(n, population)?;
    if rest <= 0.0 {
        return Ok(Interval::new(p, p));
    }
    wilson_share(p, real(n)? / rest, confidence)
}

#[cfg(test)]
#[path = "proportion_tests.rs"]
mod tests;
