//! Secrets that carry their tenant: session cookies, API keys, links.
//!
//! `TENANT.ID.SECRET`, each part base64url. The tenant is in it so that on a database split by
//! tenant one shard is asked, not all. Only the SHA-256 of the secret is stored: it is random,
//! so nothing slower is needed.

use data_encoding::BASE64URL_NOPAD;
use domain::id::TenantId;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::Ids;

/// Bytes of the secret part: 256 bits.
const SECRET_BYTES: usize = 32;

pub struct Secret {
    pub tenant: TenantId,
    pub id: Uuid,
    bytes: [u8; SECRET_BYTES],
}

impl Secret {
    pub fn new(tenant: TenantId, id: Uuid, ids: &Ids) -> Self {
        Self { tenant, id, bytes: ids.bytes() }
    }

    /// What the holder keeps.
    pub fn text(&self) -> String {
        let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        format!(
            "{}.{}.{}",
            part(self.tenant.0.as_bytes()),
            part(self.id.as_bytes()),
            part(&self.bytes)
        )
    }

    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|it| BASE64URL_NOPAD.decode(it.as_bytes()).ok());
        let mut next = || parts.next().flatten();
        let (tenant, id, secret) = (next()?, next()?, next()?);
        Some(Self {
            tenant: TenantId(Uuid::from_slice(&tenant).ok()?),
            id: Uuid::from_slice(&id).ok()?,
            bytes: secret.try_into().ok()?,
        })
    }

    /// What we keep.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.bytes).to_vec()
    }

    /// Whether this is the secret of the stored hash, in constant time.
    pub fn fits(&self, stored: &[u8]) -> bool {
        self.hash().ct_eq(stored).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_and_fits_only_itself() {
        let ids = Ids::seeded(1);
        let tenant = TenantId(Uuid::from_u128(1));
        let ours = Secret::new(tenant, Uuid::from_u128(2), &ids);
        let back = Secret::parse(&ours.text()).unwrap();
        assert_eq!((back.tenant, back.id), (ours.tenant, ours.id));
        assert!(back.fits(&ours.hash()));
        assert!(!back.fits(&Secret::new(tenant, ours.id, &ids).hash()));
        for bad in ["", "..", "a.b.c", &ours.text()[1..]] {
            assert!(Secret::parse(bad).is_none(), "{bad}");
        }
    }
}
