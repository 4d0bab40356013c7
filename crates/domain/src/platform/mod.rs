//! Tenant, staff, roles, settings 平台.

pub mod actor;
pub mod import;
pub mod rate;
pub mod retry;
pub mod role;
pub mod sign_on;
pub mod staff;
pub mod tenant;
