//! Rows in, rows out. The only crate that knows SQL; one text for SQLite and PostgreSQL.

pub mod db;
mod later;
pub mod measure;
mod memory;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub mod analysis;
pub mod answer;
pub mod collect;
pub mod customer;
pub mod handle;
pub mod platform;
pub mod triage;
pub mod trust;

pub use db::{Db, Read, Write};
