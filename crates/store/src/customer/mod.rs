//! Customers and the service they had.
