//! Customers and the service they had.

pub mod fields;
pub mod merge_customers;
pub mod put_customer;
pub mod put_interaction;
