//! Tenants, staff, signing in, keys, audit.

pub mod api_key;
pub mod audit;
pub mod authenticate;
pub mod create_tenant;
pub mod password;
pub mod role;
pub mod secret;
pub mod setting;
pub mod sign_in;
pub mod staff;
pub mod team;
