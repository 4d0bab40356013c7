//! Cases under promise 处理.

pub mod calendar;
pub mod clock;
pub mod policy;
