//! Forms, invitations, evaluations 收集.

pub mod anonymous;
pub mod answer;
pub mod channel;
pub mod condition;
pub mod difference;
pub mod evaluation;
pub mod form;
pub mod invitation;
pub mod linter;
pub mod question;
pub mod round;
pub mod template;
pub mod toll;
