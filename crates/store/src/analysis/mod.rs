//! What figures are computed from.

pub mod bucket;
pub mod case_facts;
pub mod evaluation_facts;
pub mod invitation_facts;
pub mod mark;
pub mod slice;
