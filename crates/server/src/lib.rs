//! The binary `huisheng`: settings, HTTP, the customer's pages, the worker, commands.

pub mod backup;
pub mod channel;
pub mod commands;
pub mod config;
pub mod connections;
pub mod console;
pub mod http;
pub mod import;
pub mod intake;
pub mod live;
pub mod master;
pub mod metrics;
pub mod network;
pub mod pages;
pub mod pulse;
pub mod setup;
pub mod state;
pub mod trace;
pub mod worker;

pub use state::App;
