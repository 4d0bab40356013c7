//! Net scores: the share at the top minus the share at the bottom, (P − D)/n in \[−1, 1\].
//!
//! Multiply by 100 for the customary points. People who were asked and did not answer are in none
//! of the three counts.

use serde::{Deserialize, Serialize};

use crate::interval::{Confidence, Estimate, Interval, Result, Undefined, real};
use crate::special;

/// How many answered high, in between, and low.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// 9 and 10 of 0–10.
    pub promoters: u64,
    /// 7 and 8.
    pub passives: u64,
    /// 0 to 6.
    pub detractors: u64,
}

impl Counts {
    /// Sorts answers on the 0–10 scale; any other number is refused. A 1–5 or 1–10 scale must not
    /// be converted.
    pub fn from_scores(scores: impl IntoIterator<Item = u8>) -> Result<Self> {
        let mut counts = Self::default();
        for score in scores {
            match score {
                9 | 10 => counts.promoters += 1,
                7 | 8 => counts.passives += 1,
                0..=6 => counts.detractors += 1,
                _ => return Err(Undefined::OutOfRange("a score")),
            }
        }
        Ok(counts)
    }

    /// Everybody who answered.
    pub fn total(self) -> u64 {
        self.promoters.saturating_add(self.passives).saturating_add(self.detractors)
    }

    /// Promoters, detractors and total as numbers; refused when nobody answered.
    fn parts(self) -> Result<(f64, f64, f64)> {
        let n = real(self.total())?;
        if n <= 0.0 {
            return Err(Undefined::Empty);
        }
        Ok((self.promoters as f64, self.detractors as f64, n))
    }
}

/// Score and variance of one answer: P + D − (P − D)² with shares P, D.
fn moments(promoters: f64, detractors: f64, n: f64) -> (f64, f64) {
    let (p, d) = (promoters / n, detractors / n);
    (p - d, (p + d - (p - d).powi(2)).max(0.0))
}

/// (promoters − detractors)/n in \[−1, 1\].
///
/// ```
/// use stats::nps::{Counts, score};
/// assert_eq!(score(Counts::from_scores([10, 10, 9, 3])?)?, 0.5);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn score(counts: Counts) -> Result<f64> {
    counts.parts().map(|(p, d, n)| moments(p, d, n).0)
}

/// Variance of one answer in \[0, 1\]; divide by n for that of the score.
pub fn variance(counts: Counts) -> Result<f64> {
    counts.parts().map(|(p, d, n)| moments(p, d, n).1)
}

/// Adjusted Wald interval, ends in \[−1, 1\]: three answers are added, ¾ of them promoters and ¾
/// detractors. For every n ≥ 1; all promoters with n = 3 gives \[−0.07, 1\].
///
/// The interval is centred on the adjusted score, not on [`score`]. Source: Rocks, "Interval
/// Estimation for the Net Promoter Score", The American Statistician 70 (2016) 365–372.
pub fn interval(counts: Counts, confidence: Confidence) -> Result<Interval> {
    let (p, d, n) = counts.parts()?;
    let n = n + 3.0;
    let (centre, variance) = moments(p + 0.75, d + 0.75, n);
    Ok(Interval::around(centre, confidence.z() * (variance / n).sqrt()).clipped(-1.0, 1.0))
}

/// The plain Wald interval, for comparison with other tools only: its true coverage at n = 20 is
/// about 86 % for nominal 95 %, and it has no width when everybody agrees.
pub fn wald_interval(counts: Counts, confidence: Confidence) -> Result<Interval> {
    let (p, d, n) = counts.parts()?;
    let (centre, variance) = moments(p, d, n);
    Ok(Interval::around(centre, confidence.z() * (variance / n).sqrt()).clipped(-1.0, 1.0))
}

/// Two net scores compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// First score minus second, in \[−2, 2\].
    pub value: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
    /// value / standard error.
    pub z: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// Two independent net scores, Wald test with the variances of the trinomial.
///
/// For n ≥ 30 in both; below take [`difference`]. Undefined when neither varies. Source: R package
/// NPS, `nps.test`.
pub fn test(first: Counts, second: Counts) -> Result<Difference> {
    let (p1, d1, n1) = first.parts()?;
    let (p2, d2, n2) = second.parts()?;
    let (a, va) = moments(p1, d1, n1);
    let (b, vb) = moments(p2, d2, n2);
    let standard_error = (va / n1 + vb / n2).sqrt();
    if standard_error <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let z = (a - b) / standard_error;
    Ok(Difference { value: a - b, standard_error, z, p: special::normal_p(z) })
}

/// First score minus second with an interval in \[−2, 2\] that also works for few and one-sided
/// answers: the two adjusted intervals joined as Newcombe joins proportions (square and add).
///
/// ```
/// use stats::{Confidence, nps::{Counts, difference}};
/// let a = Counts { promoters: 120, passives: 50, detractors: 30 };
/// let b = Counts { promoters: 95, passives: 60, detractors: 45 };
/// assert!(difference(a, b, Confidence::P95)?.excludes_zero());
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn difference(first: Counts, second: Counts, confidence: Confidence) -> Result<Estimate> {
    let (a, b) = (score(first)?, score(second)?);
    let (ia, ib) = (interval(first, confidence)?, interval(second, confidence)?);
    // The adjusted centre is shrunk, so for large n and one-sided answers the raw score may lie
    // outside its own interval; it then counts as the end.
    let below = (a - ia.low).max(0.0).hypot((ib.high - b).max(0.0));
    let above = (ia.high - a).max(0.0).hypot((b - ib.low).max(0.0));
    let interval = Interval::new(a - b - below, a - b + above).clipped(-2.0, 2.0);
    Ok(Estimate { value: a - b, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    const P95: Confidence = Confidence::P95;

    fn counts(promoters: u64, passives: u64, detractors: u64) -> Counts {
        Counts { promoters, passives, detractors }
    }

    #[test]
    fn adjusted_intervals_match_the_formula_of_rocks() {
        // measuringu.com/nps-confidence-intervals: 15 promoters, 14 passives, 7 detractors.
        let i = interval(counts(15, 14, 7), P95).unwrap();
        assert!((i.low + 0.029_834_197_424_107_478).abs() < 1e-12, "{i:?}");
        assert!((i.high - 0.440_090_607_680_517_8).abs() < 1e-12, "{i:?}");
        let all_promoters = interval(counts(3, 0, 0), P95).unwrap();
        assert!((all_promoters.low + 0.07).abs() < 0.005 && all_promoters.high == 1.0);
    }

    #[test]
    fn wald_has_no_width_where_everybody_agrees_and_the_adjusted_one_has() {
        assert_eq!(wald_interval(counts(0, 0, 10), P95).unwrap(), Interval::new(-1.0, -1.0));
        let i = interval(counts(0, 0, 10), P95).unwrap();
        assert!(i.low == -1.0 && (i.high + 0.475_035_515_447_902).abs() < 1e-12);
    }

    #[test]
    fn nobody_answered_is_undefined() {
        assert_eq!(score(Counts::default()), Err(Undefined::Empty));
        assert_eq!(interval(Counts::default(), P95), Err(Undefined::Empty));
        assert_eq!(Counts::from_scores([11]), Err(Undefined::OutOfRange("a score")));
        assert_eq!(test(counts(3, 0, 0), counts(2, 0, 0)), Err(Undefined::NoVariation));
    }

    #[test]
    fn the_difference_agrees_with_the_test_when_there_are_many_answers() {
        let (a, b) = (counts(1200, 500, 300), counts(950, 600, 450));
        let d = difference(a, b, P95).unwrap();
        let t = test(a, b).unwrap();
        assert!((d.value - 0.2).abs() < 1e-12 && (t.value - 0.2).abs() < 1e-12);
        let wald = Interval::around(t.value, P95.z() * t.standard_error);
        assert!((d.interval.low - wald.low).abs() < 2e-3, "{d:?} {wald:?}");
        assert!((d.interval.high - wald.high).abs() < 2e-3, "{d:?} {wald:?}");
    }
}
