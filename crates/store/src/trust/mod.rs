//! The ledger's rows, erasure, and secrets sealed by the master key.

pub mod erase;
pub mod erasure;
pub mod ledger;
pub mod ledger_read;
pub mod master;
pub mod secret;
