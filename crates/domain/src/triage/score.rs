//! When a score is low 低分 (B02, B04).

use serde::{Deserialize, Serialize};

use crate::code::codes;

codes! {
    /// What the figure means.
    pub enum Scale {
        /// Satisfaction, 1 to 5.
        Csat = "csat",
        /// Stars, 1 to 5.
        Stars = "stars",
        /// Likelihood to recommend, 0 to 10.
        Nps = "nps",
        /// How easy it was, 1 (hard) to 7 (easy).
        Ces = "ces",
    }
}

/// One answered figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub scale: Scale,
    pub value: i64,
}

/// Where a score lies between displeased and pleased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// So bad that somebody should call at once.
    Lowest,
    Low,
    Middle,
    High,
}

impl Scale {
    /// The highest value that is low: detractors of NPS (Reichheld 2003), the bottom two of five,
    /// the lower three of seven.
    pub const fn low_max(self) -> i64 {
        match self {
            Self::Csat | Self::Stars => 2,
            Self::Nps => 6,
            Self::Ces => 3,
        }
    }

    /// The lowest value that is high.
    pub const fn high_min(self) -> i64 {
        match self {
            Self::Csat | Self::Stars => 4,
            Self::Nps => 9,
            Self::Ces => 5,
        }
    }

    const fn lowest_max(self) -> i64 {
        match self {
            Self::Csat | Self::Stars | Self::Ces => 1,
            Self::Nps => 2,
        }
    }
}

impl Score {
    pub const fn band(self) -> Band {
        if self.value <= self.scale.lowest_max() {
            Band::Lowest
        } else if self.value <= self.scale.low_max() {
            Band::Low
        } else if self.value < self.scale.high_min() {
            Band::Middle
        } else {
            Band::High
        }
    }

    /// Never without a case.
    pub fn is_low(self) -> bool {
        self.band() <= Band::Low
    }
}

#[cfg(test)]
mod tests {
    use super::Band::{self, High, Low, Lowest, Middle};
    use super::{Scale, Score};

    #[track_caller]
    fn check(scale: Scale, from: i64, expected: &[Band]) {
        let bands: Vec<_> =
            (from..).zip(expected).map(|(value, _)| Score { scale, value }.band()).collect();
        assert_eq!(bands, expected);
    }

    #[test]
    fn bands() {
        check(Scale::Csat, 1, &[Lowest, Low, Middle, High, High]);
        check(Scale::Stars, 1, &[Lowest, Low, Middle, High, High]);
        check(
            Scale::Nps,
            0,
            &[Lowest, Lowest, Lowest, Low, Low, Low, Low, Middle, Middle, High, High],
        );
        check(Scale::Ces, 1, &[Lowest, Low, Low, Middle, High, High, High]);
    }
}
