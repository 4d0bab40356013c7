//! What cases are about, and who can take them.

pub mod category;
pub mod label;
pub mod model;
pub mod skill;
