//! The HTTP API against a real database, through the real router.

mod case;
mod customer;
mod handle;
mod harness;
mod platform;
mod queue;
mod routes;
