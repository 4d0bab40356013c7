//! Forms, asking customers, and what they hand in.

pub mod anonymous;
mod answer_with_case;
pub mod evaluation;
pub mod follow_invitation;
pub mod form;
pub mod invite;
pub mod invite_by_hand;
pub mod rules;
pub mod send_invitation;
pub mod submit_evaluation;
pub mod take_up;

pub use invite::{Invite, invite, on_interaction_ended};
