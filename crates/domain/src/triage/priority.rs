//! How urgent 优先级 (B04).

use crate::code::codes;

codes! {
    /// From low to urgent; the order of the members is the order of urgency.
    pub enum Priority {
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}
