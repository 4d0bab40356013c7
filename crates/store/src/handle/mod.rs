//! Calendars, policies, cases.

pub mod calendar;
pub mod policy;
