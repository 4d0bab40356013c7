//! What is told to customers and staff.

pub mod message;
