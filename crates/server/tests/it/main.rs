//! The HTTP API against a real database, through the real router.

mod account;
mod analysis;
mod backup;
mod case;
mod collect;
mod console;
mod customer;
mod erasure;
mod faults;
mod fuzz;
mod handle;
mod harness;
mod import;
mod intake;
mod invitation;
mod ledger;
mod live;
mod message;
mod operations;
mod pages;
mod password;
mod platform;
mod post;
mod queue;
mod routes;
mod second_factor;
mod security;
mod setup;
mod sign_on;
mod text;
mod together;
mod toll;
#[cfg(feature = "otel")]
mod trace;
