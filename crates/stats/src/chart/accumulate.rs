//! Charts with a memory: EWMA and CUSUM, one observation at a time.

use serde::{Deserialize, Serialize};

use crate::interval::{Interval, Result, Undefined, finite, positive, within};

/// On which side a chart watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// Only a fall.
    Below,
    /// Only a rise.
    Above,
    /// Both.
    Both,
}

/// An exponentially weighted moving average with its exact limits,
/// E ← λx + (1−λ)E and centre ± L·σ·√(λ/(2−λ)·(1 − (1−λ)²ᵗ)).
///
/// The default for weekly and monthly figures: λ = 0.2, L = 2.7 to 2.9. Feed standardised values
/// (centre 0, σ 1) when n varies. Source: Lucas & Saccucci, Technometrics 32 (1990) 1–12.
///
/// ```
/// use stats::chart::{Ewma, Side};
/// let mut chart = Ewma::new(0.2, 2.86, 0.0, 1.0, Side::Below)?;
/// let alarm = [0.3, -0.4, -1.9, -2.2, -1.8].iter().position(|&z| chart.push(z));
/// assert_eq!(alarm, Some(4));
/// # Ok::<(), stats::Undefined>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ewma {
    lambda: f64,
    centre: f64,
    /// L²σ²λ/(2−λ), the square of the final half width.
    reach: f64,
    side: Side,
    value: f64,
    /// (1−λ)²ᵗ.
    decay: f64,
}

impl Ewma {
    /// λ in (0, 1\], `width` L > 0, `centre` finite, `sigma` > 0. Starts at the centre.
    pub fn new(lambda: f64, width: f64, centre: f64, sigma: f64, side: Side) -> Result<Self> {
        within(positive(lambda, "lambda")?, 0.0, 1.0, "lambda")?;
        positive(width, "the width")?;
        finite(centre, "the centre")?;
        positive(sigma, "sigma")?;
        let reach = (width * sigma).powi(2) * lambda / (2.0 - lambda);
        positive(reach, "sigma")?;
        Ok(Self { lambda, centre, reach, side, value: centre, decay: 1.0 })
    }

    /// Takes in the next value and says whether the average has left its limits. A value that is
    /// not finite is passed over: a gap is no evidence.
    #[inline]
    pub fn push(&mut self, value: f64) -> bool {
        if !value.is_finite() {
            return false;
        }
        let keep = 1.0 - self.lambda;
        self.value = self.lambda * value + keep * self.value;
        self.decay *= keep * keep;
        let gap = self.value - self.centre;
        let outside = gap * gap > self.reach * (1.0 - self.decay);
        outside
            && match self.side {
                Side::Both => true,
                Side::Below => gap < 0.0,
                Side::Above => gap > 0.0,
            }
    }

    /// The average so far.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The limits at this point (both, whichever side alarms).
    pub fn limits(&self) -> Interval {
        Interval::around(self.centre, (self.reach * (1.0 - self.decay)).sqrt())
    }

    /// The limits after infinitely many points.
    pub fn final_limits(&self) -> Interval {
        Interval::around(self.centre, self.reach.sqrt())
    }
}

/// A tabular CUSUM on both sides: C⁺ ← max(0, C⁺ + x − target − k), C⁻ ← max(0, C⁻ + target − x − k),
/// alarm above h.
///
/// In units of σ take k = half the shift to find and h = 4 to 5; a `start` of h/2 (fast initial
/// response) finds a series that is wrong from the beginning. For small sustained shifts. After an
/// alarm call [`Cusum::reset`]. Source: Lucas & Crosier, Technometrics 24 (1982) 199–205.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cusum {
    target: f64,
    k: f64,
    h: f64,
    start: f64,
    above: f64,
    below: f64,
    count: usize,
    above_since: usize,
    below_since: usize,
}

/// A CUSUM after one value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CusumPoint {
    /// Evidence for a rise.
    pub above: f64,
    /// Evidence for a fall.
    pub below: f64,
    /// On alarm: the index (from 0, since the last reset) of the first value after the sum was last
    /// zero, the estimate of when the change began.
    pub changed_at: Option<usize>,
}

impl Cusum {
    /// `k` ≥ 0, `h` > 0, 0 ≤ `start` < h, all in the unit of the values.
    pub fn new(target: f64, k: f64, h: f64, start: f64) -> Result<Self> {
        finite(target, "the target")?;
        within(k, 0.0, f64::MAX, "k")?;
        positive(h, "h")?;
        within(start, 0.0, h, "the head start")?;
        let (above, below) = (start, start);
        Ok(Self { target, k, h, start, above, below, count: 0, above_since: 0, below_since: 0 })
    }

    /// Takes in the next value; one that is not finite is refused.
    pub fn push(&mut self, value: f64) -> Result<CusumPoint> {
        let gap = finite(value, "a value")? - self.target;
        self.above = (self.above + gap - self.k).max(0.0);
        self.below = (self.below - gap - self.k).max(0.0);
        self.count += 1;
        if self.above <= 0.0 {
            self.above_since = self.count;
        }
        if self.below <= 0.0 {
            self.below_since = self.count;
        }
        let changed_at = if self.above > self.h {
            Some(self.above_since)
        } else if self.below > self.h {
            Some(self.below_since)
        } else {
            None
        };
        Ok(CusumPoint { above: self.above, below: self.below, changed_at })
    }

    /// Begins anew after an alarm has been dealt with.
    pub fn reset(&mut self) {
        let Self { target, k, h, start, .. } = *self;
        let (above, below) = (start, start);
        *self =
            Self { target, k, h, start, above, below, count: 0, above_since: 0, below_since: 0 };
    }
}

/// The evidence of one case for a change of the odds of failure by `odds_ratio` (1e-9 to 1e9), when failure was
/// expected with probability `p` in \[0, 1\]: y·ln R − ln(1 − p + Rp). Positive values speak for it.
///
/// Source: Steiner, Cook, Farewell & Treasure, Biostatistics 1 (2000) 441–452.
pub fn risk_weight(p: f64, odds_ratio: f64, failed: bool) -> Result<f64> {
    within(p, 0.0, 1.0, "the probability")?;
    within(odds_ratio, 1e-9, 1e9, "the odds ratio")?;
    let outcome = if failed { odds_ratio.ln() } else { 0.0 };
    Ok(outcome - (p * (odds_ratio - 1.0)).ln_1p())
}

/// A CUSUM of [`risk_weight`]: one person or team with mixed cases, each with its own risk.
///
/// `h` is calibrated by simulation on own history; 4.5 for R = 2 gives a false alarm in some
/// thousands of cases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RiskCusum {
    odds_ratio: f64,
    h: f64,
    value: f64,
}

impl RiskCusum {
    /// Watches for odds of failure `odds_ratio` times the expected ones (above 1: worse, below 1:
    /// better; 1 itself is no change).
    pub fn new(odds_ratio: f64, h: f64) -> Result<Self> {
        positive(h, "h")?;
        if positive(odds_ratio, "the odds ratio")? == 1.0 {
            return Err(Undefined::NoVariation);
        }
        Ok(Self { odds_ratio, h, value: 0.0 })
    }

    /// Takes in one case with its expected probability of failure; says whether to alarm.
    pub fn push(&mut self, p: f64, failed: bool) -> Result<bool> {
        self.value = (self.value + risk_weight(p, self.odds_ratio, failed)?).max(0.0);
        Ok(self.value > self.h)
    }

    /// The sum so far.
    pub fn value(&self) -> f64 {
        self.value
    }
}
