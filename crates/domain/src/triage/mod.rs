//! What kind of thing is this, and whose 分类分派.

pub mod assignment;
pub mod because;
pub mod category;
pub mod kind;
pub mod priority;
pub mod propose;
pub mod repeat;
pub mod score;

pub use because::Because;
pub use kind::Kind;
pub use priority::Priority;
