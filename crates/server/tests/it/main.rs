//! The HTTP API against a real database, through the real router.

mod case;
mod collect;
mod customer;
mod handle;
mod harness;
mod invitation;
mod message;
mod pages;
mod import;
mod platform;
mod post;
mod queue;
mod routes;
