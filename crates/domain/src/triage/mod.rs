//! What kind of thing is this, and whose 分类分派.

pub mod kind;
pub mod priority;

pub use kind::Kind;
pub use priority::Priority;
