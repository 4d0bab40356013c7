//! Forms and what customers hand in.

pub mod form;
