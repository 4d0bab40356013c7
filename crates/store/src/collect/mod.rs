//! Invitations.

pub mod invitation;
