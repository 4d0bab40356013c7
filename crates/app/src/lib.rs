//! What the product does: one file for each task that a person would name.
//!
//! A use case takes a [`Write`](store::Write), an [`Act`] (who, when, for which tenant) and what
//! varies. It never commits: the door does, so that everything that must be true together is.

pub mod act;
pub mod failure;
pub mod words;

pub mod analysis;
pub mod answer;
pub mod collect;
pub mod customer;
pub mod handle;
pub mod platform;
pub mod triage;
pub mod trust;

pub use act::{Act, Ids};
pub use failure::{Failure, Result};
