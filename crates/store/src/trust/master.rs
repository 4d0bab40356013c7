//! The master key: what secrets in the database are sealed with. It is never in the database itself.

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use data_encoding::{BASE64, HEXLOWER};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::db;

/// Bytes of a master key.
const KEY_BYTES: usize = 32;

/// The keys there are: the first seals, all open. Empty until one is given.
///
/// ChaCha20-Poly1305 (RFC 8439) with a random nonce of 96 bits: good for billions of secrets under
/// one key, of which a house has hundreds.
#[derive(Default)]
pub struct Master {
    keys: RwLock<Vec<Key>>,
    /// Where the keys came from: looked into again when a secret asks for one that is not here, so
    /// that processes go on when another one has changed the key.
    file: Option<PathBuf>,
}

struct Key {
    id: String,
    text: String,
    cipher: LessSafeKey,
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterError {
    #[error("the file of the master key cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("a master key is 32 bytes in base64, as `openssl rand -base64 32` prints them")]
    Malformed,
    #[error("no master key is given")]
    None,
}

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Master({:?})", self.ids())
    }
}

impl Master {
    /// Keys in base64, divided by white space, the one that seals first. A line that starts with `#`
    /// is a remark.
    pub fn parse(text: &str) -> Result<Self, MasterError> {
        Ok(Self { keys: RwLock::new(keys(text)?), file: None })
    }

    pub fn read(file: &Path) -> Result<Self, MasterError> {
        let keys = keys(&std::fs::read_to_string(file)?)?;
        Ok(Self { keys: RwLock::new(keys), file: Some(file.to_owned()) })
    }

    /// A new key in front of those that are there.
    #[must_use]
    pub fn renewed(&self) -> Self {
        let mut bytes = [0; KEY_BYTES];
        SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
        let text = format!("{}\n{}", BASE64.encode(&bytes), self.text());
        Self { keys: RwLock::new(keys(&text).expect("it was made just now")), file: None }
    }

    /// Only the key that seals.
    #[must_use]
    pub fn newest(&self) -> Self {
        let text = self.text();
        let first = text.lines().next().unwrap_or_default();
        Self { keys: RwLock::new(keys(first).unwrap_or_default()), file: self.file.clone() }
    }

    /// As [`Master::parse`] reads it.
    pub fn text(&self) -> String {
        let texts: Vec<String> = self.with(|keys| keys.iter().map(|it| it.text.clone()).collect());
        texts.join("\n") + "\n"
    }

    /// The keys' names, which are no secret.
    pub fn ids(&self) -> Vec<String> {
        self.with(|keys| keys.iter().map(|it| it.id.clone()).collect())
    }

    /// The name of the key and the sealed text. `about` is not in it, but has to be said again to
    /// open it: a secret copied to another place does not open there.
    pub(super) fn seal(&self, about: &str, plain: &[u8]) -> db::Result<(String, String)> {
        // Secrets are made rarely: never with a key that another process has just forgotten.
        self.read_again();
        let mut nonce = [0; NONCE_LEN];
        let random = SystemRandom::new().fill(&mut nonce);
        random.map_err(|_| db::corrupt("the system gives no random bytes"))?;
        self.with(|keys| {
            let key = keys.first().ok_or_else(|| db::corrupt(MasterError::None))?;
            let mut sealed = plain.to_vec();
            let unique = Nonce::assume_unique_for_key(nonce);
            key.cipher
                .seal_in_place_append_tag(unique, Aad::from(about), &mut sealed)
                .map_err(|_| db::corrupt("too long to be sealed"))?;
            Ok((key.id.clone(), BASE64.encode(&[&nonce[..], &sealed].concat())))
        })
    }

    pub(super) fn open(&self, key_id: &str, about: &str, sealed: &str) -> db::Result<Vec<u8>> {
        if !self.ids().iter().any(|it| it == key_id) {
            self.read_again();
        }
        let bytes = BASE64.decode(sealed.as_bytes()).map_err(db::corrupt)?;
        self.with(|keys| {
            let key = keys.iter().find(|it| it.id == key_id);
            let key = key.ok_or_else(|| db::corrupt(format!("no master key {key_id} is given")))?;
            let damaged = || db::corrupt("a sealed secret was changed, or belongs elsewhere");
            let (nonce, rest) = bytes.split_at_checked(NONCE_LEN).ok_or_else(damaged)?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
            let mut rest = rest.to_vec();
            let plain = key.cipher.open_in_place(nonce, Aad::from(about), &mut rest);
            Ok(plain.map_err(|_| damaged())?.to_vec())
        })
    }

    fn read_again(&self) {
        let text = self.file.as_ref().and_then(|it| std::fs::read_to_string(it).ok());
        if let Some(found) = text.and_then(|it| keys(&it).ok()) {
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = found;
        }
    }

    fn with<T>(&self, work: impl FnOnce(&[Key]) -> T) -> T {
        work(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn keys(text: &str) -> Result<Vec<Key>, MasterError> {
    let lines = text.lines().filter(|it| !it.trim_start().starts_with('#'));
    let keys: Vec<Key> =
        lines.flat_map(str::split_whitespace).map(key).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err(MasterError::None) } else { Ok(keys) }
}

fn key(text: &str) -> Result<Key, MasterError> {
    let bytes = BASE64.decode(text.as_bytes()).map_err(|_| MasterError::Malformed)?;
    let unbound =
        UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| MasterError::Malformed)?;
    let id = digest(&SHA256, &[b"huisheng master key ", &bytes[..]].concat());
    let id = HEXLOWER.encode(&id.as_ref()[..4]);
    Ok(Key { id, text: text.to_owned(), cipher: LessSafeKey::new(unbound) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_only() {
        let old = Master::default().renewed();
        let (id, sealed) = old.seal("here", b"whsec").unwrap();
        assert_ne!(sealed, old.seal("here", b"whsec").unwrap().1, "each time another");
        assert_eq!(old.open(&id, "here", &sealed).unwrap(), b"whsec");
        assert!(old.open(&id, "there", &sealed).is_err());
        assert!(old.open(&id, "here", &sealed.replace(&sealed[20..22], "zz")).is_err());
        assert!(old.open(&id, "here", "").is_err());

        let new = old.renewed();
        assert_eq!(new.open(&id, "here", &sealed).unwrap(), b"whsec", "older keys still open");
        assert_eq!(new.seal("here", b"x").unwrap().0, new.ids()[0]);
        let error = new.newest().open(&id, "here", &sealed).unwrap_err().to_string();
        assert!(error.contains(&id), "{error}");
        assert!(Master::default().seal("here", b"x").is_err());
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let two = Master::default().renewed().renewed();
        let again = Master::parse(&format!("# ours\n{}", two.text())).unwrap();
        assert_eq!((again.ids().len(), again.ids()), (2, two.ids()));
        for bad in ["", "# only words", "AAAA", "not base64!"] {
            assert!(Master::parse(bad).is_err(), "{bad}");
        }
        assert!(!format!("{two:?}").contains(two.text().lines().next().unwrap()));
    }

    #[test]
    fn a_key_that_another_process_brought_is_found_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, Master::default().renewed().text()).unwrap();
        let running = Master::read(&file).unwrap();
        let renewed = running.renewed();
        let (id, sealed) = renewed.seal("here", b"secret").unwrap();
        assert!(running.open(&id, "here", &sealed).is_err());
        std::fs::write(&file, renewed.newest().text()).unwrap();
        assert_eq!(running.open(&id, "here", &sealed).unwrap(), b"secret");
    }
}
