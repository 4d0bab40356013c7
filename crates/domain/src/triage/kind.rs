//! Five kinds of feedback 五种反馈 (B01).

use crate::code::codes;

codes! {
    /// What a customer wants of us. In the order of growing displeasure, praise last.
    pub enum Kind {
        /// 咨询: wants to know something.
        Consultation = "consultation",
        /// 问题: something does not work.
        Issue = "issue",
        /// 投诉: is displeased with us and says so.
        Complaint = "complaint",
        /// 建议: tells us how to be better.
        Suggestion = "suggestion",
        /// 表扬: is pleased with somebody.
        Praise = "praise",
    }
}
