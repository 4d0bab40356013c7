//! What kind of thing is this, and whose.

pub mod assign;
pub mod category;
pub mod learn;
pub mod learned;
pub mod read;
pub mod skill;
pub mod topic;
