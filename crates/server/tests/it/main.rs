//! The HTTP API against a real database, through the real router.

mod collect;
mod customer;
mod harness;
mod pages;
mod platform;
mod queue;
mod routes;
