//! What the figures say 分析.
