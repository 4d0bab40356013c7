//! Keeping the ledger, proving by it, finding what does not agree with it, and erasing without a lie.

pub mod erase;
pub mod erasure;
pub mod key;
pub mod prove;
pub mod retention;
pub mod seal;
pub mod verify;
