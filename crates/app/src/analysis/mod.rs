//! What the figures say.

pub mod figures;
pub mod sentence;
