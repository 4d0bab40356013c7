//! Telling the customer 告知.

pub mod quiet;
