//! Which asking an evaluation answers. A case, an interaction or a customer may have any number of
//! evaluations; none replaces another, and figures say which round they use.

use super::form::Purpose;
use crate::code::codes;

codes! {
    /// 轮次.
    pub enum Round {
        /// Right after the service 首评.
        First = "first",
        /// After a complaint or issue was corrected 二次评价.
        AfterRectification = "after_rectification",
        /// A while after the service 冷静期评价.
        CoolingOff = "cooling_off",
        /// On a schedule, about the whole relationship 定期评价.
        Relationship = "relationship",
        /// From a sample, one to one 抽查.
        SpotCheck = "spot_check",
        /// Nobody asked: an open link, a suggestion box, an import 主动评价.
        Unsolicited = "unsolicited",
    }
}

impl Round {
    /// The round of an invitation to a form of this purpose.
    pub fn invited(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Transactional => Self::First,
            Purpose::Relationship => Self::Relationship,
            Purpose::AfterRectification => Self::AfterRectification,
            Purpose::CoolingOff => Self::CoolingOff,
            Purpose::SpotCheck => Self::SpotCheck,
        }
    }
}
