//! Confidence levels, intervals, and the reasons for which a figure is undefined.

use serde::{Deserialize, Serialize};

use crate::special;

/// Why a figure does not exist. Never NaN, never a made-up zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// There is nothing to compute from (n = 0).
    #[error("there are no observations")]
    Empty,
    /// The method needs at least `need` observations (or categories, groups, raters) of this kind.
    #[error("{have} {what} are too few, {need} are needed")]
    TooFew {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        have: usize,
        /// How many the method needs.
        need: usize,
    },
    /// Every observation is the same, so the quantity compares nothing with nothing.
    #[error("the observations do not vary")]
    NoVariation,
    /// An input is infinite or not a number.
    #[error("{0} is not a finite number")]
    NotFinite(&'static str),
    /// An input lies outside the range its documentation states.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// Two inputs that belong together have different lengths.
    #[error("{0} differ in length")]
    LengthsDiffer(&'static str),
    /// Raters and items fall into parts that share nobody, so they have no common scale.
    #[error("raters and items fall into parts that are not connected")]
    Disconnected,
    /// The equations have no unique solution (a constant or repeated column).
    #[error("the equations have no unique solution")]
    Singular,
    /// An iteration did not reach its tolerance.
    #[error("the iteration did not converge")]
    NotConverged,
}

/// What every function of this crate answers.
pub type Result<T> = std::result::Result<T, Undefined>;

/// Counts above this are refused: every method still answers within a second below it, and all
/// counts and their squares over n stay exact enough as `f64`.
pub const COUNT_MAX: u64 = 1_000_000_000_000;

/// Largest size of a value. Above it squares and their sums would leave the floating-point numbers,
/// and a figure would be infinite, or none.
pub const VALUE_MAX: f64 = 1e100;

/// How near a confidence level may come to 0 or 1.
const LEVEL_MARGIN: f64 = 1e-12;

/// A closed interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// `low` to `high`.
    pub const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// `centre` ± `half_width`.
    pub fn around(centre: f64, half_width: f64) -> Self {
        Self::new(centre - half_width, centre + half_width)
    }

    /// Both ends moved into \[low, high\].
    #[must_use]
    pub fn clipped(self, low: f64, high: f64) -> Self {
        Self::new(self.low.clamp(low, high), self.high.clamp(low, high))
    }

    /// Whether `value` lies inside, ends included.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// `high` − `low`.
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// Both ends multiplied by a positive `factor`, for example 100 for points.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self::new(self.low * factor, self.high * factor)
    }
}

/// A figure with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its confidence interval.
    pub interval: Interval,
}

impl Estimate {
    /// Whether an interval of a difference leaves zero outside: "a real difference". The opposite
    /// is not "equal", only "not told apart".
    pub fn excludes_zero(self) -> bool {
        !self.interval.contains(0.0)
    }
}

/// A confidence level in (0, 1) with its two-sided normal quantile.
///
/// ```
/// use stats::Confidence;
/// assert_eq!(Confidence::P95.z(), 1.959963984540054);
/// assert!((Confidence::new(0.8)?.z() - 1.2815515655446004).abs() < 1e-14);
/// assert!(Confidence::new(1.0).is_err());
/// # Ok::<(), stats::Undefined>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    level: f64,
    z: f64,
}

impl Confidence {
    /// 90 %.
    pub const P90: Self = Self { level: 0.90, z: 1.644_853_626_951_472_2 };
    /// 95 %, the house default.
    pub const P95: Self = Self { level: 0.95, z: 1.959_963_984_540_054 };
    /// 99 %.
    pub const P99: Self = Self { level: 0.99, z: 2.575_829_303_548_900_4 };
    /// 99.8 %, the outer limit of funnel plots.
    pub const P998: Self = Self { level: 0.998, z: 3.090_232_306_167_813_5 };

    /// A level between 0 and 1, at least 1e-12 away from both.
    pub fn new(level: f64) -> Result<Self> {
        if !level.is_finite() {
            return Err(Undefined::NotFinite("the confidence level"));
        }
        if !(LEVEL_MARGIN..=1.0 - LEVEL_MARGIN).contains(&level) {
            return Err(Undefined::OutOfRange("the confidence level"));
        }
        // 1 − 0.95 is not exact in binary; the common levels take their exact constants.
        for known in [Self::P90, Self::P95, Self::P99, Self::P998] {
            if (level - known.level).abs() < 1e-15 {
                return Ok(known);
            }
        }
        Ok(Self { level, z: special::normal_quantile(f64::midpoint(1.0, level)) })
    }

    /// The level whose two-sided normal quantile is `z`, for formulas printed with a rounded z; from
    /// 1e-11 to 8.
    pub fn from_z(z: f64) -> Result<Self> {
        within(z, 1e-11, 8.0, "z")?;
        Ok(Self { level: 1.0 - special::normal_p(z), z })
    }

    /// The level, 0.95 for 95 %.
    pub const fn level(self) -> f64 {
        self.level
    }

    /// What is left outside, 1 − level.
    pub fn alpha(self) -> f64 {
        1.0 - self.level
    }

    /// z with Φ(z) = (1 + level)/2.
    pub const fn z(self) -> f64 {
        self.z
    }

    /// z with Φ(z) = level, for a bound on one side only.
    pub fn z_one_sided(self) -> f64 {
        special::normal_quantile(self.level)
    }
}

/// A count as `f64`, refused above [`COUNT_MAX`].
pub(crate) fn real(count: u64) -> Result<f64> {
    if count > COUNT_MAX { Err(Undefined::OutOfRange("a count")) } else { Ok(count as f64) }
}

/// `value` when it is finite and at most [`VALUE_MAX`] in size.
pub(crate) fn finite(value: f64, what: &'static str) -> Result<f64> {
    if !value.is_finite() {
        return Err(Undefined::NotFinite(what));
    }
    if value.abs() > VALUE_MAX { Err(Undefined::OutOfRange(what)) } else { Ok(value) }
}

/// `value` when it is finite and inside [low, high].
pub(crate) fn within(value: f64, low: f64, high: f64, what: &'static str) -> Result<f64> {
    finite(value, what)?;
    if value < low || value > high { Err(Undefined::OutOfRange(what)) } else { Ok(value) }
}

/// `value` when it is finite and above zero.
pub(crate) fn positive(value: f64, what: &'static str) -> Result<f64> {
    finite(value, what)?;
    if value <= 0.0 { Err(Undefined::OutOfRange(what)) } else { Ok(value) }
}

/// All of `values` finite and at least one of them.
pub(crate) fn all_finite(values: &[f64], what: &'static str) -> Result<()> {
    if values.is_empty() {
        return Err(Undefined::Empty);
    }
    values.iter().try_for_each(|&v| finite(v, what).map(drop))
}

/// Two slices that belong together have one length.
pub(crate) fn same_length<A, B>(a: &[A], b: &[B], what: &'static str) -> Result<()> {
    if a.len() == b.len() { Ok(()) } else { Err(Undefined::LengthsDiffer(what)) }
}
