//! What is told to customers and staff.

pub mod message;
pub mod notice;
pub mod template;
//! Telling the customer.

pub mod progress;
