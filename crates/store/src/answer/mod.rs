//! Links by which customers follow what becomes of their words.

pub mod progress_link;
