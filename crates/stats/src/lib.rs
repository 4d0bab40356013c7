//! Statistics for rates, scores, ratings and durations, with honest uncertainty.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts above 2^53 are refused where they enter, so they are exact as f64"
)]
#![expect(
    clippy::many_single_char_names,
    clippy::similar_names,
    reason = "formulas keep the letters of their sources"
)]
#![expect(clippy::float_cmp, reason = "exact ends and identities are compared on purpose")]

pub mod agreement;
pub mod chart;
pub mod compare;
pub mod interval;
mod matrix;
pub mod mean;
pub mod median;
pub mod nps;
pub mod proportion;
pub mod random;
pub mod rank;
pub mod special;
pub mod sum;

pub use interval::{COUNT_MAX, Confidence, Estimate, Interval, Result, Undefined};
