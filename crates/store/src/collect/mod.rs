//! Forms and evaluations.

pub mod evaluation;
pub mod form;
