//! Who did it.

use serde::{Deserialize, Serialize};

use crate::id::{ApiKeyId, CustomerId, StaffId};

/// Who did it, as the time line and the audit name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A rule or a timer.
    System,
    Staff(StaffId),
    ApiKey(ApiKeyId),
    Customer(CustomerId),
    /// Somebody with a link and no name.
    Visitor,
}

impl Actor {
    pub fn staff(self) -> Option<StaffId> {
        match self {
            Self::Staff(id) => Some(id),
            _ => None,
        }
    }
}
