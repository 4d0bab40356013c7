//! The HTTP API against a real database, through the real router.

mod harness;
mod platform;
mod routes;
