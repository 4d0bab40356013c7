//! What is told to customers and staff, and the links to follow it by.

pub mod message;
pub mod progress_link;
