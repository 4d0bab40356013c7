//! Do different raters mean the same? Coefficients of agreement, and how strict each rater is.
//!
//! | raters and data | take |
//! |---|---|
//! | any number of raters, gaps allowed, ordered or not | [`alpha()`] (Krippendorff), the default |
//! | exactly two fixed raters on a fixed scale | [`kappa()`] with linear or quadratic weights |
//! | labels without order, the same number of raters for each unit | [`fleiss`] |
//! | totals of 0 to 100, all raters rate all | [`icc()`], form (2,1) or (2,k) |
//! | a category that nearly everybody gets | [`gwet`] beside alpha |
//! | who is strict and who is lenient | [`severity()`] |
//!
//! Raw agreement of 95 % can be alpha −0.02 (everybody gives five stars) or 0.92. Krippendorff's
//! reading: 0.80 and above fit for decisions, from 0.667 tentative. With fewer than 60 units rated
//! twice the interval is too wide for any verdict.

mod alpha;
mod icc;
mod kappa;
mod severity;

pub use alpha::{Alpha, Level, alpha, alpha_interval};
pub use icc::{Icc, gap_by_chance, icc, ratings_needed, spearman_brown};
pub use kappa::{
    Fleiss, Gwet, Kappa, Weights, cross_table, disagreement_weights, fleiss, gwet, gwet_table,
    kappa, kappa_weighted,
};
pub use severity::{Severity, severity};

#[cfg(test)]
mod tests;
