//! Forms and what customers hand in.

pub mod evaluation;
pub mod form;
pub mod submit_evaluation;
