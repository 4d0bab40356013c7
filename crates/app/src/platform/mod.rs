//! Tenants, staff, signing in, keys, audit, what happens later.

mod account;
pub mod api_key;
pub mod audit;
pub mod authenticate;
pub mod company;
pub mod create_tenant;
pub mod fire;
pub mod id_token;
pub mod import;
pub mod one_time_code;
pub mod password;
pub mod preference;
pub mod queue;
pub mod role;
pub mod second_factor;
pub mod secret;
pub mod set_up;
pub mod setting;
pub mod sign_in;
pub mod sign_in_rules;
pub mod sign_on;
pub mod staff;
pub mod team;
pub mod tidy_up;
pub mod webhook;
