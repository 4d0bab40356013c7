//! What somebody can keep to show later that a thing was on record, and check without us.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::checkpoint::Statement;
use super::leaf;
use super::tree::{Hash, from_hex, hex, verify_consistency, verify_inclusion};

/// A statement with our signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    pub statement: Statement,
    /// Ed25519 public key, base64.
    pub key: String,
    /// Of [`Statement::text`], base64.
    pub signature: String,
}

/// That one thing is on record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inclusion {
    /// What was recorded, whole.
    pub content: Value,
    /// Its place in the ledger, from 0.
    pub index: u64,
    #[serde(with = "many")]
    pub path: Vec<Hash>,
    pub checkpoint: Signed,
}

impl Inclusion {
    /// Whether the content leads to the root of the statement. The signature is checked apart.
    pub fn holds(&self) -> bool {
        let Statement { size, root, .. } = &self.checkpoint.statement;
        verify_inclusion(leaf::hash(&self.content), self.index, *size, &self.path, root)
    }
}

/// That a later ledger begins with an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consistency {
    pub before: Signed,
    pub after: Signed,
    #[serde(with = "many")]
    pub path: Vec<Hash>,
}

impl Consistency {
    /// As [`Inclusion::holds`].
    pub fn holds(&self) -> bool {
        let (before, after) = (&self.before.statement, &self.after.statement);
        before.tenant == after.tenant
            && verify_consistency(
                (before.size, &before.root),
                (after.size, &after.root),
                &self.path,
            )
    }
}

/// A hash as hexadecimal digits.
pub(super) mod one {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Hash, from_hex, hex};

    pub fn serialize<S: Serializer>(hash: &Hash, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex(hash))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(from)?;
        from_hex(&text).ok_or_else(|| D::Error::custom("a hash has 64 hexadecimal digits"))
    }
}

mod many {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Hash, from_hex, hex};

    pub fn serialize<S: Serializer>(path: &[Hash], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(path.iter().map(hex))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let hashes: Option<Vec<Hash>> = texts.iter().map(|it| from_hex(it)).collect();
        hashes.ok_or_else(|| D::Error::custom("a hash has 64 hexadecimal digits"))
    }
}
