//! Statistics for rates, scores, ratings and durations, with honest uncertainty.
//!
//! No figure without its interval, no zero where nothing was measured, no verdict from noise. Pure
//! functions, no IO, deterministic to the last bit: every random step takes a seed.
//!
//! # Which function?
//!
//! | you have | and want | take |
//! |---|---|---|
//! | x of n | an interval | [`proportion::wilson`] |
//! | x of n, several answers by one person, or weights | an interval | [`proportion::effective_size`] or [`proportion::kish_size`], then [`proportion::wilson_share`] |
//! | two shares | how large is the difference? | [`proportion::difference`] |
//! | answers 0–10 | the net score and its interval | [`nps::score`], [`nps::interval`], [`nps::difference`] |
//! | answers 1–5 | a mean | [`mean::scale_summary`], [`mean::t_interval`]; below 15 answers [`mean::bootstrap`] |
//! | durations | median, 90th percentile | [`median::median_interval`], [`median::quantile_interval`], [`median::Sketch`] for millions |
//! | two groups of ordered answers | do they differ? | [`compare::brunner_munzel`] |
//! | the same people asked twice | did they change? | [`compare::mcnemar`], [`compare::stuart_maxwell`] |
//! | shares over ordered groups | a trend? | [`compare::cochran_armitage`] |
//! | two-by-two tables in strata | one effect? the same everywhere? | [`compare::mantel_haenszel`], [`compare::breslow_day`] |
//! | many p-values | which to believe | [`compare::benjamini_hochberg`] |
//! | a monthly or weekly series | is it noise? | [`chart::Baseline`], [`chart::Ewma`], [`chart::change_point_shares`] |
//! | many teams against a target | who stands out? | [`chart::funnel`] |
//! | many people, unequal n | who is best? | [`rank::Prior::fit`], [`rank::leading_group`] |
//! | people with unequal work | a fair comparison | [`rank::standardise`], [`predict::Logistic`] |
//! | people of whom the better do more | a fair prior | [`rank::VolumePrior`] |
//! | several raters | do they agree? | [`agreement::alpha`] with [`agreement::alpha_interval`] |
//! | several raters | who is strict? | [`agreement::severity`] |
//! | a histogram of ratings | is opinion split, and by what? | [`dispersion::agreement`], [`dispersion::shape`], [`dispersion::explain`] |
//! | answers of some, records of all | what would all have said? | [`survey::poststratify`], [`survey::rake_weights`], [`survey::bounds`] |
//! | a suspicion | evidence | [`anomaly`] |
//! | events that have not happened yet | a rate within 30 days, a curve | [`survival::matured`], [`survival::kaplan_meier`] |
//! | features and outcomes | a probability one may show | [`predict::Logistic`], [`predict::Platt`] |
//! | arrivals and agents | was it understaffing? | [`queue::erlang_c`] |
//! | a batch and a sample | accept it? | [`acceptance::accept_probability`] |
//! | criteria to weigh | weights, totals with gaps | [`weight::ahp`], [`weight::total`] |
//! | several figures with intervals | one total with its interval | [`weight::composite`] |
//!
//! # Conventions
//!
//! - Shares, probabilities and confidence levels are in \[0, 1\], never percentages.
//! - Counts are `u64`. Everything works up to 10^9 and beyond; above 10^12 counts are refused.
//! - Undefined is an error that says why ([`Undefined`]), never NaN and never a panic: no
//!   observations, no variation, raters without common items, infinite input.
//! - Intervals take a [`Confidence`]; [`Confidence::P95`] is the default of the house.
//! - An [`Estimate`] of a difference whose interval holds zero means "not told apart", not "equal".
//! - Sums are compensated, orders are fixed, random streams are named ([`random::Random`]).
//!
//! # Two figures and what may be said of them
//!
//! ```
//! use stats::{Confidence, proportion};
//!
//! let (last, this) = ((176, 200), (166, 200));
//! let interval = proportion::wilson(this.0, this.1, Confidence::P95)?;
//! assert!(interval.low < 0.78 && interval.high > 0.87);
//!
//! // 88 % to 83 %: five points down, and still no real difference.
//! let change = proportion::difference(this, last, Confidence::P95)?;
//! assert!(!change.excludes_zero());
//! # Ok::<(), stats::Undefined>(())
//! ```

#![expect(
    clippy::cast_precision_loss,
    reason = "counts above 10^12 are refused where they enter, so they are exact as f64"
)]
#![expect(clippy::many_single_char_names, reason = "formulas keep the letters of their sources")]
#![expect(clippy::float_cmp, reason = "exact ends and identities are compared on purpose")]

pub mod acceptance;
pub mod agreement;
pub mod anomaly;
pub mod chart;
pub mod compare;
pub mod counted;
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

pub use interval::{COUNT_MAX, Confidence, Estimate, Interval, Result, Undefined, VALUE_MAX};
