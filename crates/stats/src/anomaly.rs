//! Evidence that figures were helped along: too few bad marks, bursts, one hand behind many answers,
//! invitations withheld from the unhappy.
//!
//! Every function gives a p-value or an effect, never a verdict. Over many people adjust with
//! [`crate::compare::benjamini_hochberg`], calibrate on own history, and let a person decide.

use serde::Serialize;

use crate::compare::{self, BreslowDay, MantelHaenszel, Trend};
use crate::interval::{
    COUNT_MAX, Result, Undefined, all_finite, positive, real, same_length, within,
};
use crate::special;
use crate::sum::sum;

/// Steps of the exact Poisson-binomial sum before the approximation takes over.
const EXACT_WORK_MAX: u64 = 200_000_000;

/// P(X ≤ low) when `low` of `n` are bad marks and each was bad with probability `rate`: how surprising
/// so few are. 1 of 200 at 8 % gives 1e-6. Excellent people exist: ask for a second signal.
pub fn missing_low_tail(low: u64, n: u64, rate: f64) -> Result<f64> {
    within(rate, 0.0, 1.0, "the rate")?;
    real(n)?;
    match n {
        0 => Err(Undefined::Empty),
        n if low > n => Err(Undefined::OutOfRange("the count of low marks")),
        n => Ok(special::binomial_cdf(low, n, rate)),
    }
}

/// The same when each case has its own probability of a bad mark (case mix): the exact lower tail of
/// the Poisson-binomial distribution.
///
/// Above 2·10⁸ steps (n times low) the normal approximation with skewness correction (Volkova 1995)
/// takes over; its error is below 1/n.
///
/// ```
/// let cases = vec![0.08; 200];
/// let p = stats::anomaly::missing_low_tail_mixed(1, &cases)?;
/// assert!((p - 1.0523931205754531e-6).abs() < 1e-15);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn missing_low_tail_mixed(low: u64, rates: &[f64]) -> Result<f64> {
    all_finite(rates, "a rate")?;
    rates.iter().try_for_each(|&r| within(r, 0.0, 1.0, "a rate").map(drop))?;
    let n = rates.len() as u64;
    if low > n {
        return Err(Undefined::OutOfRange("the count of low marks"));
    }
    if n.saturating_mul(low + 1) > EXACT_WORK_MAX {
        return Ok(volkova(low, rates));
    }
    let length =
        usize::try_from(low).map_err(|_| Undefined::OutOfRange("the count of low marks"))?;
    // probability[k]: k bad marks among the cases so far; more than `low` are dropped.
    let mut probability = vec![0.0; length + 1];
    probability[0] = 1.0;
    for &rate in rates {
        for k in (1..=length).rev() {
            probability[k] = probability[k] * (1.0 - rate) + probability[k - 1] * rate;
        }
        probability[0] *= 1.0 - rate;
    }
    Ok(sum(probability).clamp(0.0, 1.0))
}

fn volkova(low: u64, rates: &[f64]) -> f64 {
    let mean = sum(rates.iter().copied());
    let variance = sum(rates.iter().map(|p| p * (1.0 - p)));
    if variance <= 0.0 {
        return f64::from(u8::from(low as f64 >= mean));
    }
    let sigma = variance.sqrt();
    let skewness = sum(rates.iter().map(|p| p * (1.0 - p) * (1.0 - 2.0 * p))) / sigma.powi(3);
    let x = (low as f64 + 0.5 - mean) / sigma;
    let density = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    (special::normal_cdf(x) + skewness * (1.0 - x * x) * density / 6.0).clamp(0.0, 1.0)
}

/// A burst of answers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Burst {
    /// Index of the window with the smallest p-value (the first of equals).
    pub window: usize,
    /// P(X ≥ count) there.
    pub p: f64,
    /// The same times the number of windows (Bonferroni), at most 1.
    pub adjusted: f64,
}

/// P(X ≥ count) when `mean` > 0 are expected and counts scatter with variance mean + mean²/`size`
/// (negative binomial); `None` for `size` is a Poisson count, which calls ordinary bustle a burst.
/// `mean` is at most 10¹², as a count is.
pub fn burst_tail(count: u64, mean: f64, size: Option<f64>) -> Result<f64> {
    real(count)?;
    within(positive(mean, "the mean")?, 0.0, COUNT_MAX as f64, "the mean")?;
    match size.map(|size| positive(size, "the size")).transpose()? {
        // Above, the variance differs from Poisson's by less than a rounding, and the sum of so large
        // a parameter with a small one loses the small one.
        Some(size) if size < 1e16 * mean.max(1.0) => {
            Ok(special::negative_binomial_sf(count, mean, size))
        }
        _ => Ok(special::poisson_sf(count, mean)),
    }
}

/// The most surprising of many windows, each with its count and its expected count (for instance the
/// usual count of that hour of the week), against a common `size` from [`negative_binomial_size`].
pub fn burst(windows: &[(u64, f64)], size: Option<f64>) -> Result<Burst> {
    let mut worst: Option<(usize, f64)> = None;
    for (index, &(count, mean)) in windows.iter().enumerate() {
        let p = burst_tail(count, mean, size)?;
        if worst.is_none_or(|(_, least)| p < least) {
            worst = Some((index, p));
        }
    }
    let (window, p) = worst.ok_or(Undefined::Empty)?;
    Ok(Burst { window, p, adjusted: (p * windows.len() as f64).min(1.0) })
}

/// All windows of `width` consecutive slots (hours, say) with their counts and expected counts, for
/// [`burst`]: a burst does not keep to the full hour.
///
/// `expected` is the usual count of each slot (of that hour of the week, say), > 0. `OutOfRange` for
/// a width of 0 or beyond the slots. [`burst`] corrects for all of them although neighbours overlap:
/// its p-value is then too large, never too small. Scatter within a window is less than that of its
/// slots when they are independent: take the size of windows ([`negative_binomial_size`] of these).
///
/// ```
/// let windows = stats::anomaly::sliding(&[1, 4, 6, 0], &[2.0; 4], 2)?;
/// assert_eq!(windows, [(5, 4.0), (10, 4.0), (6, 4.0)]);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn sliding(counts: &[u64], expected: &[f64], width: usize) -> Result<Vec<(u64, f64)>> {
    same_length(counts, expected, "counts and expected counts")?;
    for (&count, &mean) in counts.iter().zip(expected) {
        real(count)?;
        positive(mean, "the mean")?;
    }
    if width == 0 || width > counts.len() {
        return Err(Undefined::OutOfRange("the width"));
    }
    let windows = counts.windows(width).zip(expected.windows(width));
    windows
        .map(|(counts, means)| {
            let count = counts.iter().fold(0_u64, |a, &b| a.saturating_add(b));
            real(count)?;
            Ok((count, positive(sum(means.iter().copied()), "the mean")?))
        })
        .collect()
}

/// The `size` of negative binomial counts by moments, Σ mean² / Σ((count − mean)² − count), from
/// quiet history; `None` when counts scatter no more than Poisson counts.
pub fn negative_binomial_size(windows: &[(u64, f64)]) -> Result<Option<f64>> {
    if windows.is_empty() {
        return Err(Undefined::Empty);
    }
    for &(count, mean) in windows {
        real(count)?;
        positive(mean, "the mean")?;
    }
    let excess = sum(windows.iter().map(|&(c, m)| (c as f64 - m).powi(2) - c as f64));
    let squares = sum(windows.iter().map(|w| w.1 * w.1));
    let size = squares / excess;
    Ok((excess > 0.0 && size.is_finite() && size > 0.0).then_some(size))
}

/// How concentrated answers are on few sources (devices, addresses, tokens).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Concentration {
    /// Answers.
    pub n: u64,
    /// Share of the largest source.
    pub top_share: f64,
    /// Herfindahl's index Σ(c/n)², from 1/sources to 1.
    pub hhi: f64,
    /// Probability that two random answers share a source, Σc(c−1)/(n(n−1)): unlike the index not
    /// larger just because n is small. `None` for a single answer.
    pub pair_probability: Option<f64>,
}

/// Concentration of answers per source. Compare with peers: an office shares one address.
pub fn concentration(counts: &[u64]) -> Result<Concentration> {
    let n = counts.iter().fold(0_u64, |a, &b| a.saturating_add(b));
    let total = real(n)?;
    if n == 0 {
        return Err(Undefined::Empty);
    }
    let squares = sum(counts.iter().map(|&c| (c as f64 / total).powi(2)));
    let pairs = sum(counts.iter().map(|&c| c as f64 / total * (c.max(1) - 1) as f64));
    Ok(Concentration {
        n,
        top_share: counts.iter().copied().max().unwrap_or(0) as f64 / total,
        hhi: squares,
        pair_probability: (n > 1).then(|| pairs / (total - 1.0)),
    })
}

/// Whether somebody withholds exposure (an invitation) where the risk of a bad answer is high.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExposureByRisk {
    /// Cochran–Armitage trend of the own rate over risk; strongly negative is suspicious.
    pub trend: Trend,
    /// Whether the odds against peers differ between risk levels (small p: selective, not just lazy).
    pub breslow_day: BreslowDay,
    /// The common odds ratio against peers.
    pub mantel_haenszel: MantelHaenszel,
}

/// Exposure by risk level, lowest first: exposed and total of one person, exposed and total of the
/// peers, each with the same number (at least two) of levels. Undefined when the person or the peers
/// exposed all or none everywhere.
pub fn exposure_by_risk(own: &[(u64, u64)], peers: &[(u64, u64)]) -> Result<ExposureByRisk> {
    same_length(own, peers, "the risk levels")?;
    if own.iter().chain(peers).any(|(x, n)| x > n) {
        return Err(Undefined::OutOfRange("the count of exposed"));
    }
    let (x, n): (Vec<u64>, Vec<u64>) = own.iter().copied().unzip();
    let levels: Vec<f64> = (0..own.len()).map(|i| i as f64).collect();
    let tables: Vec<[[u64; 2]; 2]> =
        own.iter().zip(peers).map(|(a, b)| [[a.0, a.1 - a.0], [b.0, b.1 - b.0]]).collect();
    Ok(ExposureByRisk {
        trend: compare::cochran_armitage(&x, &n, &levels)?,
        breslow_day: compare::breslow_day(&tables)?,
        mantel_haenszel: compare::mantel_haenszel(&tables)?,
    })
}

/// Two channels for the same people disagree more for one person than for the peers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChannelGap {
    /// First share minus second, own pairs, in \[−1, 1\].
    pub own: f64,
    /// The same of the peers: what the channels differ by anyway.
    pub peers: f64,
    /// Standard normal statistic of the difference of both gaps.
    pub z: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// Paired answers in two channels, `[[yes yes, yes no], [no yes, no no]]`, of one person's customers
/// against all others'. Half an observation is added to each cell, so a table where nobody changed
/// still has an error; at least one pair each.
pub fn channel_gap(own: [[u64; 2]; 2], peers: [[u64; 2]; 2]) -> Result<ChannelGap> {
    let gap = |[[a, b], [c, d]]: [[u64; 2]; 2]| {
        let n = [a, b, c, d].iter().try_fold(0.0, |t, &v| real(v).map(|v| t + v))?;
        if n <= 0.0 {
            return Err(Undefined::Empty);
        }
        let (b, c, more) = (b as f64, c as f64, n + 2.0);
        let shift = (b - c) / more;
        Ok(((b - c) / n, shift, ((b + c + 1.0) / more - shift * shift) / more))
    };
    let (own, own_shift, own_variance) = gap(own)?;
    let (peers, peers_shift, peers_variance) = gap(peers)?;
    let z = (own_shift - peers_shift) / (own_variance + peers_variance).sqrt();
    Ok(ChannelGap { own, peers, z, p: special::normal_p(z) })
}

/// Signs of answering without reading.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StraightLine {
    /// Length of the longest run of equal answers.
    pub longest_run: usize,
    /// Standard deviation of the answers (divisor n − 1); `None` for one answer.
    pub spread: Option<f64>,
}

/// Longest run and spread of one person's answers in order. Needs a reversed question to mean
/// anything: a contented person gives five top marks honestly. Source: R package `careless`.
pub fn straight_line(answers: &[f64]) -> Result<StraightLine> {
    let spread = crate::mean::summary(answers)?.sd;
    let longest_run = answers.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(0);
    Ok(StraightLine { longest_run, spread })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    #[test]
    fn too_few_bad_marks_are_surprising() {
        near(missing_low_tail(1, 200, 0.08).unwrap(), 1.052_393_120_575_453_1e-6, 1e-18);
        assert_eq!(missing_low_tail(0, 0, 0.1), Err(Undefined::Empty));
        assert!(missing_low_tail(3, 2, 0.1).is_err());
        // Two unequal coins by hand: none, at most one.
        near(missing_low_tail_mixed(0, &[0.1, 0.4]).unwrap(), 0.54, 1e-15);
        near(missing_low_tail_mixed(1, &[0.1, 0.4]).unwrap(), 0.96, 1e-15);
    }

    #[test]
    fn the_approximation_for_many_cases_agrees_with_the_exact_sum() {
        let rates: Vec<f64> = (0..4_000).map(|i| 0.02 + 0.1 * f64::from(i % 7) / 6.0).collect();
        for low in [230, 260, 280, 300] {
            let exact = missing_low_tail_mixed(low, &rates).unwrap();
            near(volkova(low, &rates), exact, 1.0 / 4_000.0);
        }
    }

    #[test]
    fn bursts_need_the_overdispersed_tail() {
        near(burst_tail(9, 2.0, None).unwrap(), 2.374_473_282_611_617e-4, 1e-16);
        near(burst_tail(9, 2.0, Some(1.5)).unwrap(), 0.015_933_087_471_092_018, 1e-14);
        let found = burst(&[(2, 2.0), (9, 2.0), (3, 2.5)], None).unwrap();
        assert_eq!(found.window, 1);
        near(found.adjusted, 3.0 * found.p, 1e-18);
        assert_eq!(burst(&[], None), Err(Undefined::Empty));
        // A parameter beyond measure is a Poisson count, at once; the mean is a count's.
        near(burst_tail(9, 2.0, Some(1e100)).unwrap(), 2.374_473_282_611_617e-4, 1e-16);
        near(burst_tail(9, 2.0, Some(1e15)).unwrap(), 2.374_473_282_611_617e-4, 1e-12);
        assert!(burst_tail(9, f64::MAX, Some(f64::MAX)).is_err());
        assert_eq!(negative_binomial_size(&[(2, 2.0), (2, 2.0)]), Ok(None));
        let size = negative_binomial_size(&[(0, 4.0), (8, 4.0), (0, 4.0), (8, 4.0)]).unwrap();
        near(size.unwrap(), 64.0 / 48.0, 1e-12);
    }

    #[test]
    fn concentration_is_that_of_herfindahl_and_simpson() {
        let mut devices = vec![12, 3, 2];
        devices.extend([1; 33]);
        let c = concentration(&devices).unwrap();
        assert_eq!(c.n, 50);
        near(c.hhi, 0.076, 1e-12);
        near(c.pair_probability.unwrap(), 0.057_142_857_1, 1e-9);
        near(c.top_share, 0.24, 1e-12);
        assert_eq!(concentration(&[1]).unwrap().pair_probability, None);
        assert_eq!(concentration(&[0]), Err(Undefined::Empty));
    }

    #[test]
    fn withheld_invitations_show_by_risk() {
        let own = [(95, 100), (80, 100), (20, 100)];
        let peers = [(900, 1000), (880, 1000), (850, 1000)];
        let e = exposure_by_risk(&own, &peers).unwrap();
        near(e.trend.z, -11.118_739_749_916_52, 1e-10);
        near(e.breslow_day.test.statistic, 87.080_131_615_085_52, 1e-8);
        near(e.mantel_haenszel.odds_ratio, 0.245_283_018_867_924_53, 1e-12);
        assert!(exposure_by_risk(&own, &peers[..2]).is_err());
        assert!(exposure_by_risk(&[(2, 1)], &[(1, 1)]).is_err());
    }

    #[test]
    fn a_channel_gap_is_judged_against_the_peers() {
        let peers = [[700, 100], [60, 140]];
        let suspect = channel_gap([[40, 30], [2, 8]], peers).unwrap();
        assert!(suspect.p < 1e-4 && suspect.own > suspect.peers);
        assert!(channel_gap([[70, 10], [6, 14]], peers).unwrap().p > 0.9);
        assert_eq!(channel_gap([[0, 0], [0, 0]], peers), Err(Undefined::Empty));
    }

    #[test]
    fn straight_lines_follow_the_careless_package() {
        let s = straight_line(&[5.0, 5.0, 5.0, 4.0, 5.0, 5.0, 5.0, 5.0, 3.0]).unwrap();
        assert_eq!(s.longest_run, 4);
        near(s.spread.unwrap(), std::f64::consts::FRAC_1_SQRT_2, 1e-15);
    }
}
