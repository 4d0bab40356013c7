//! The HTTP API against a real database, through the real router.

mod analysis;
mod case;
mod collect;
mod console;
mod customer;
mod handle;
mod harness;
mod import;
mod invitation;
mod ledger;
mod message;
mod operations;
mod pages;
mod platform;
mod post;
mod queue;
mod routes;
mod second_factor;
mod security;
mod sign_on;
mod toll;
