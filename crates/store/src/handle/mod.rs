//! Calendars, policies, cases.

pub mod calendar;
pub mod case;
pub mod case_list;
pub mod notice;
pub mod policy;
pub mod script;
