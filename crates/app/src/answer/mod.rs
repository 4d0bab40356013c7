//! Telling the customer what becomes of their words.

pub mod progress_link;
