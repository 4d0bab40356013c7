//! Keeping the ledger, proving by it, and finding what does not agree with it.

pub mod key;
pub mod prove;
pub mod seal;
pub mod verify;
