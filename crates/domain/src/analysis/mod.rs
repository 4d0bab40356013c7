//! What the figures say 分析.

pub mod figure;
