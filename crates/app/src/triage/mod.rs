//! What kind of thing is this, and whose.

pub mod assign;
pub mod category;
pub mod read;
pub mod skill;
