//! Signing checkpoints, and checking signatures without us.

use data_encoding::BASE64;
use domain::id::TenantId;
use domain::trust::checkpoint::Statement;
use domain::trust::proof::Signed;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use store::trust::ledger::{self, Checkpoint, Key};
use store::{Read, Write, db};

use crate::{Act, Result};

/// What signs now, and the key it belongs to.
pub(super) struct Signer {
    pub key: Key,
    pair: Ed25519KeyPair,
}

/// The newest key; where there is none that can sign, it is made.
pub(super) async fn signer(tx: &mut Write, act: &Act) -> Result<Signer> {
    if let Some(key) = ledger::keys(tx, act.tenant).await?.into_iter().next()
        && let Some(seed) = ledger::seed(tx, act.tenant, key.id).await?
    {
        return Ok(Signer { key, pair: pair(&seed)? });
    }
    make(tx, act).await
}

/// A new key signs from now on. What older ones signed still verifies.
pub async fn new_key(tx: &mut Write, act: &Act) -> Result<Key> {
    Ok(make(tx, act).await?.key)
}

async fn make(tx: &mut Write, act: &Act) -> Result<Signer> {
    let seed = act.ids.bytes::<32>();
    let pair = pair(&seed)?;
    let public = pair.public_key().as_ref().to_vec();
    let key = Key { id: act.id(), public, created: act.now };
    ledger::insert_key(tx, act.tenant, &key, &seed).await?;
    Ok(Signer { key, pair })
}

fn pair(seed: &[u8]) -> Result<Ed25519KeyPair> {
    Ok(Ed25519KeyPair::from_seed_unchecked(seed).map_err(|it| db::corrupt(it.to_string()))?)
}

impl Signer {
    pub fn sign(&self, statement: &Statement) -> Vec<u8> {
        self.pair.sign(statement.text().as_bytes()).as_ref().to_vec()
    }
}

/// The checkpoint as it leaves the house.
pub fn signed(tenant: TenantId, it: &Checkpoint, keys: &[Key]) -> Option<Signed> {
    let key = keys.iter().find(|key| key.id == it.key)?;
    let statement = Statement { tenant, size: it.tree.size(), root: it.root, at: it.at };
    let (key, signature) = (BASE64.encode(&key.public), BASE64.encode(&it.signature));
    Some(Signed { statement, key, signature })
}

/// Whether the signature is that of the key. Whose key it is, the reader has to know.
pub fn is_signed(it: &Signed) -> bool {
    let decode = |text: &str| BASE64.decode(text.as_bytes()).ok();
    let (Some(key), Some(signature)) = (decode(&it.key), decode(&it.signature)) else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, key).verify(it.statement.text().as_bytes(), &signature).is_ok()
}

/// The public keys there have been, newest first, base64.
pub async fn public_keys(conn: &mut Read, tenant: TenantId) -> Result<Vec<String>> {
    let keys = ledger::keys(conn, tenant).await?;
    Ok(keys.iter().map(|it| BASE64.encode(&it.public)).collect())
}
