//! What the figures say 分析.

pub mod anonymity;
pub mod bucket;
pub mod figure;
pub mod metric;
pub mod threshold;
