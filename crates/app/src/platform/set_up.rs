//! The first company of a new house: made in the browser by whoever can read what the server printed
//! when it started.

use data_encoding::Encoding;
use domain::platform::tenant::Tenant;
use domain::refusal::{Class, Refusal};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use store::Write;
use store::platform::tenant;
use subtle::ConstantTimeEq as _;

use super::create_tenant::{CreateTenant, create_tenant};
use super::sign_in::wait;
use crate::{Ids, Result};

/// Random bytes of a code: 80 bits, which nobody finds by trying.
const CODE_BYTES: usize = 10;
const GROUP_CHARS: usize = 4;

/// Who knocks with the right code may make the first company. Only the code's digest is kept.
#[derive(Debug)]
pub struct Door {
    code_hash: [u8; 32],
    failures: i64,
    until: Timestamp,
}

impl Door {
    /// A new door, and its code as it is read aloud: `7K2F-9QXM-…`.
    pub fn new(ids: &Ids) -> (Self, String) {
        let bytes: [u8; CODE_BYTES] = ids.bytes();
        let text = letters().encode(&bytes);
        let groups: Vec<_> = text
            .as_bytes()
            .chunks(GROUP_CHARS)
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .collect();
        let door = Self { code_hash: digest(&text), failures: 0, until: Timestamp::UNIX_EPOCH };
        (door, groups.join("-"))
    }

    /// Refuses a wrong code, and every code while it waits after wrong ones. Five in a row are free;
    /// each further one doubles the wait.
    pub fn knock(&mut self, now: Timestamp, code: &str) -> Result<(), Refusal> {
        if now < self.until {
            let seconds = (self.until - now).get_seconds().max(1);
            return Err(Refusal::new(Class::TooMany, "setup_throttled").with("seconds", seconds));
        }
        if digest(&read(code)).ct_eq(&self.code_hash).into() {
            (self.failures, self.until) = (0, Timestamp::UNIX_EPOCH);
            return Ok(());
        }
        self.failures += 1;
        self.until = now + wait(self.failures);
        Err(Refusal::forbidden("setup_code").at("code"))
    }
}

/// Crockford's letters: none looks like another.
fn letters() -> Encoding {
    let mut spec = data_encoding::Specification::new();
    spec.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    spec.encoding().expect("32 different letters")
}

/// The code as it was meant: in any case, with or without lines, O for 0, I or L for 1.
fn read(typed: &str) -> String {
    let meant = |it: char| match it.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.chars().filter(char::is_ascii_alphanumeric).map(meant).collect()
}

fn digest(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

/// Makes the first company, dated `founded`. Refused when there is one.
pub async fn set_up(
    tx: &mut Write,
    founded: Timestamp,
    ids: &Ids,
    input: CreateTenant,
) -> Result<Tenant> {
    if !tenant::list(tx).await?.is_empty() {
        return Err(Refusal::conflict("setup_done").into());
    }
    create_tenant(tx, founded, ids, input).await
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn only_the_code_opens_however_it_is_typed() {
        let now = Timestamp::UNIX_EPOCH;
        let (mut door, code) = Door::new(&Ids::seeded(1));
        assert_eq!(code.len(), 19, "{code}");
        let spoken = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        for right in [code.clone(), code.replace('-', ""), spoken] {
            assert!(door.knock(now, &right).is_ok(), "{right}");
        }
        let (_, other) = Door::new(&Ids::seeded(2));
        for wrong in ["", "-", &code[1..], &other] {
            assert_eq!(door.knock(now, wrong).unwrap_err().code, "setup_code", "{wrong}");
        }
    }

    #[test]
    fn who_guesses_waits_longer_each_time_and_the_right_code_is_not_heard_meanwhile() {
        let now = Timestamp::UNIX_EPOCH;
        let (mut door, code) = Door::new(&Ids::seeded(1));
        for _ in 0..6 {
            assert_eq!(door.knock(now, "wrong").unwrap_err().code, "setup_code");
        }
        let refused = door.knock(now, &code).unwrap_err();
        assert_eq!((refused.code, refused.params[0].1.as_str()), ("setup_throttled", "2"));
        assert!(door.knock(now + SignedDuration::from_secs(2), &code).is_ok());
        assert_eq!(door.knock(now, "wrong").unwrap_err().code, "setup_code", "it begins anew");
    }
}
