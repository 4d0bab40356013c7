//! Customers and the service they had.

#[expect(clippy::module_inception, reason = "the station is named after its first room")]
pub mod customer;
pub mod interaction;
pub mod timeline;
