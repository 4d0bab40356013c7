//! Tenants, staff, sessions, keys, audit, settings, the queue.

pub mod api_key;
pub mod audit;
pub mod import;
pub mod import_mapping;
pub mod job;
pub mod lease;
pub mod preference;
pub mod pulse;
pub mod queue;
pub mod role;
pub mod second_factor;
pub mod session;
pub mod setting;
pub mod sign_on;
pub mod staff;
pub mod team;
pub mod tenant;
pub mod timer;
pub mod webhook;
