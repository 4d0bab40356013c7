//! Who is served, and the service they had 客户.

pub mod credit;
#[expect(clippy::module_inception, reason = "the station is named after its first room")]
pub mod customer;
pub mod field;
pub mod interaction;
