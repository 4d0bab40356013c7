//! A signed statement of how long the ledger is and which hash stands for all of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::tree::{Hash, hex};
use crate::id::TenantId;

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub tenant: TenantId,
    pub size: u64,
    #[serde(with = "super::proof::one")]
    pub root: Hash,
    pub at: Timestamp,
}

impl Statement {
    /// The signed bytes: five lines, the first naming what this is.
    pub fn text(&self) -> String {
        let root = hex(&self.root);
        let Self { tenant, size, at, .. } = self;
        format!("huisheng ledger v1\n{tenant}\n{size}\n{root}\n{}\n", at.as_millisecond())
    }
}
