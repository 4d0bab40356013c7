//! The HTTP API against a real database, through the real router.

mod case;
mod customer;
mod handle;
mod harness;
mod invitation;
mod message;
mod platform;
mod post;
mod queue;
mod routes;
