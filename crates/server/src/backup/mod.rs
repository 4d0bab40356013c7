//! Everything of a house as one file: to keep, and to move between SQLite and PostgreSQL.
//!
//! The file is compressed (gzip) lines of JSON: a header, each table as the catalogue lists it (a mark
//! with its columns, a line for each row, a mark with how many rows there were and a hash of them),
//! each uploaded file, and an end with a hash of all before. It is written out of one snapshot and
//! read in one transaction; neither holds more than a few rows at a time.

mod format;
pub mod read;
pub mod restore;
pub mod write;

pub use format::{End, Header};

/// What is told while it goes on.
pub type Progress<'a> = &'a mut dyn FnMut(String);

/// Where a restore puts files until everything is in its place; no part of a backup.
const STAGING: &str = ".restoring";
