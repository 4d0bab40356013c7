//! Tenants, staff, sessions, keys, audit, settings.

pub mod api_key;
pub mod audit;
pub mod role;
pub mod session;
pub mod setting;
pub mod staff;
pub mod team;
pub mod tenant;
