//! Points for a value by thresholds 评分档位, and the difference of two scores 双人评分差异.
//!
//! The printed tables leave gaps between whole numbers (89 % and 90 %, 30 s and 31 s). Bands here
//! are half-open and touch each other, so every value has points; a value in a printed gap gets the
//! lower of the two (table 1 of the requirements).

use serde::{Deserialize, Serialize};

/// Which side of a limit is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// A value at the limit or above has the points.
    High,
    /// A value at the limit or below has the points.
    Low,
}

/// Points by limits, from the best band to the worst.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    pub better: Better,
    /// Limit and points of each band, best first.
    pub bands: Vec<(f64, u8)>,
    /// Beyond the last limit.
    pub otherwise: u8,
}

impl Thresholds {
    /// The points of a value that is not rounded. `None` for what is not a number.
    pub fn points(&self, value: f64) -> Option<u8> {
        if value.is_nan() {
            return None;
        }
        let reached = |limit: f64| match self.better {
            Better::High => limit <= value,
            Better::Low => value <= limit,
        };
        let band = self.bands.iter().find(|(limit, _)| reached(*limit));
        Some(band.map_or(self.otherwise, |(_, points)| *points))
    }
}

/// What a difference of two scores is a share of. The 20 % of the source say nothing about it, and
/// one point of 1–5 is 25 % of the range but 20 % of the highest score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Highest minus lowest score of the scale.
    #[default]
    Range,
    /// Highest score of the scale.
    Max,
    /// Mean of the two scores.
    Mean,
}

/// A difference above this share is discussed again (E08).
pub const DIFFERENCE_MAX: f64 = 0.2;

/// The difference of two scores as a share of `base`, 0 for equal ones. `None` when the base is not
/// above zero or a score lies outside the scale.
pub fn difference(a: f64, b: f64, (min, max): (f64, f64), base: Base) -> Option<f64> {
    let inside = |score: f64| min <= score && score <= max;
    let whole = match base {
        Base::Range => max - min,
        Base::Max => max,
        Base::Mean => f64::midpoint(a, b),
    };
    (inside(a) && inside(b) && 0.0 < whole).then(|| (a - b).abs() / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_between_the_printed_bands_gets_the_lower_points() {
        let high = |bands: &[(f64, u8)]| Thresholds {
            better: Better::High,
            bands: bands.to_vec(),
            otherwise: 1,
        };
        let low = |bands: &[(f64, u8)]| Thresholds { better: Better::Low, ..high(bands) };
        let (score, wait) = (high(&[(4.5, 5), (3.5, 3)]), low(&[(30.0, 5), (60.0, 3)]));
        for (thresholds, value, expected) in [
            (&score, 4.5, 5),
            (&score, 4.45, 3),
            (&score, 3.5, 3),
            (&score, 3.499, 1),
            (&wait, 30.0, 5),
            (&wait, 30.5, 3),
            (&wait, 60.01, 1),
            (&wait, f64::INFINITY, 1),
        ] {
            assert_eq!(thresholds.points(value), Some(expected), "{value}");
        }
        assert_eq!(score.points(f64::NAN), None);
    }

    #[test]
    fn one_point_of_five_is_a_quarter_of_the_range_and_a_fifth_of_the_maximum() {
        let scale = (1.0, 5.0);
        assert_eq!(difference(5.0, 4.0, scale, Base::Range), Some(0.25));
        assert_eq!(difference(4.0, 5.0, scale, Base::Max), Some(0.2));
        assert_eq!(difference(4.0, 4.0, scale, Base::Mean), Some(0.0));
        assert_eq!(difference(5.0, 6.0, scale, Base::Range), None);
        assert_eq!(difference(0.0, 0.0, (0.0, 0.0), Base::Range), None);
    }
}
