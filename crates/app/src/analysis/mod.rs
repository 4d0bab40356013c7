//! What the figures say.

pub mod figures;
pub mod heal;
pub mod sentence;

#[cfg(test)]
mod tests;
