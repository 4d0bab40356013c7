//! What the figures say.

pub mod desk;
pub mod figures;
pub mod heal;
mod seen;
pub mod sentence;
pub mod trend;

#[cfg(test)]
mod tests;
