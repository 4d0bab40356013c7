//! Forms, invitations, evaluations.

pub mod evaluation;
pub mod form;
pub mod invitation;
pub mod letter_box;
