//! Quantiles of values that are counted: as [`crate::median`], in the time and memory of the
//! different values instead of all of them.

use crate::interval::{Confidence, Estimate, Interval, Result, Undefined, finite, real, within};
use crate::median::ranks;

/// Values in ascending order, each with how many there are of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Value, and how many are at most it.
    up_to: Vec<(f64, u64)>,
}

impl Counted {
    /// `values` ascending, none twice; counts of 0 are left out.
    ///
    /// # Errors
    /// When a value is not finite, they do not ascend, or there are too many to be exact.
    pub fn new(values: impl IntoIterator<Item = (f64, u64)>) -> Result<Self> {
        let mut up_to: Vec<(f64, u64)> = Vec::new();
        for (value, count) in values.into_iter().filter(|it| it.1 != 0) {
            finite(value, "a value")?;
            let (before, total) = up_to.last().copied().unwrap_or((f64::NEG_INFINITY, 0));
            if value <= before {
                return Err(Undefined::OutOfRange("values that ascend"));
            }
            up_to.push((value, total.saturating_add(count)));
        }
        real(up_to.last().map_or(0, |it| it.1))?;
        Ok(Self { up_to })
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.up_to.last().map_or(0, |it| it.1)
    }

    /// The value of this rank, counted from 0 and below the total.
    fn at(&self, rank: u64) -> f64 {
        let place = self.up_to.partition_point(|it| it.1 <= rank);
        self.up_to[place.min(self.up_to.len() - 1)].0
    }

    /// The `p` quantile, linear between neighbours (type 7): the same as
    /// [`crate::median::quantile`] of all the values.
    ///
    /// # Errors
    /// When there are none, or `p` is outside 0 to 1.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a position between 0 and the total"
    )]
    pub fn quantile(&self, p: f64) -> Result<f64> {
        within(p, 0.0, 1.0, "the quantile")?;
        let last = self.total().checked_sub(1).ok_or(Undefined::Empty)?;
        let position = last as f64 * p;
        let below = (position.floor() as u64).min(last);
        let part = position - below as f64;
        Ok(self.at(below) * (1.0 - part) + self.at((below + 1).min(last)) * part)
    }

    /// The median with its distribution-free interval; see [`ranks`].
    ///
    /// # Errors
    /// When there are too few for that confidence.
    pub fn median_interval(&self, confidence: Confidence) -> Result<Estimate> {
        let ranks = ranks(self.total(), confidence)?;
        let interval = Interval::new(self.at(ranks.lower - 1), self.at(ranks.upper - 1));
        Ok(Estimate { value: self.quantile(0.5)?, interval })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::median;

    proptest! {
        #[test]
        fn counting_first_changes_no_quantile(
            values in prop::collection::vec(0_i32..30, 1..60),
            p in 0.0..=1.0,
        ) {
            let mut counts = BTreeMap::new();
            for value in &values {
                *counts.entry(*value).or_insert(0_u64) += 1;
            }
            let all: Vec<f64> = values.iter().map(|it| f64::from(*it)).collect();
            let counted = Counted::new(counts.iter().map(|it| (f64::from(*it.0), *it.1))).unwrap();
            prop_assert_eq!(counted.total(), values.len() as u64);
            prop_assert_eq!(counted.quantile(p), median::quantile(&all, p));
            let one = counted.median_interval(Confidence::P95);
            let other = median::median_interval(&all, Confidence::P95);
            prop_assert_eq!(one.is_ok(), other.is_ok());
            if let (Ok(one), Ok(other)) = (one, other) {
                prop_assert_eq!(one.interval, other.interval);
            }
        }
    }

    #[test]
    fn nothing_has_no_quantile_and_disorder_is_refused() {
        assert_eq!(Counted::new([]).unwrap().quantile(0.5), Err(Undefined::Empty));
        assert!(Counted::new([(2.0, 1), (1.0, 1)]).is_err());
        assert!(Counted::new([(f64::NAN, 1)]).is_err());
    }
}
