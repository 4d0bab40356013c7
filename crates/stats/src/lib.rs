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

pub mod acceptance;
pub mod agreement;
pub mod anomaly;
pub mod chart;
pub mod compare;
pub mod dispersion;
pub mod interval;
mod matrix;
pub mod mean;
pub mod median;
pub mod nps;
pub mod predict;
pub mod proportion;
pub mod queue;
pub mod random;
pub mod rank;
pub mod special;
pub mod sum;
pub mod survey;
pub mod survival;
pub mod weight;

pub use interval::{COUNT_MAX, Confidence, Estimate, Interval, Result, Undefined};
