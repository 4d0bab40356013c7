//! Telling the customer.

pub mod progress;
