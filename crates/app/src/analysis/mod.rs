//! What the figures say.

pub mod desk;
pub mod figures;
pub mod heal;
mod seen;
pub mod sentence;

#[cfg(test)]
mod tests;
