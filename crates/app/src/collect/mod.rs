//! Asking customers.

pub mod follow_invitation;
pub mod invite;
pub mod invite_by_hand;
pub mod rules;
pub mod send_invitation;

pub use invite::{Invite, invite, on_interaction_ended};
