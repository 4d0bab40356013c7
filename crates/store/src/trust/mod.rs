//! The ledger's rows.

pub mod ledger;
pub mod ledger_read;
