//! Telling the customer, and the staff.

pub mod message;
pub mod notice;
pub mod progress;
pub mod progress_link;
pub mod said_and_done;
pub mod template;
