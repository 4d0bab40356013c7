//! What figures are computed from.

pub mod case_facts;
pub mod evaluation_facts;
pub mod invitation_facts;
pub mod slice;
