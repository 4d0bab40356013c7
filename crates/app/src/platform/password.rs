//! Passwords: how easily one is guessed, and argon2id hashes (OWASP Password Storage: 19 MiB, 2 passes, 1 lane).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

use domain::id::TenantId;
use domain::platform::staff::{PASSWORD_CHARS_MIN, Strength, check_password};
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::Read;
use store::platform::staff::Password;
use store::platform::tenant;

use crate::{Ids, Result};

/// Looked at of a password. The estimate tries every way to read signs as letters: 100 of them at random take seconds of a
/// core, 32 of the worst a tenth.
const LOOKED_AT_CHARS: usize = 32;
/// Signs of a word about the person that are looked for in their password.
const WORD_CHARS_MIN: usize = 3;

/// A password to set, looked at and hashed off the async threads.
#[derive(Clone)]
pub struct NewPassword {
    text: String,
    hash: String,
    strength: Strength,
}

impl NewPassword {
    /// `known` is what others know of the person, as their login, their name and the company's. Takes tens of
    /// milliseconds of a core: call it off the async threads.
    pub fn new(text: String, known: &[String], ids: &Ids) -> Self {
        Self { hash: hash(&text, ids), strength: strength(&text, known), text }
    }

    /// Refuses what is too short or too easily guessed.
    pub fn check(&self, login: &str) -> Result<(), Refusal> {
        check_password(&self.text, login)?;
        if self.strength.is_enough() {
            return Ok(());
        }
        Err(Refusal::invalid("password_weak").at("password"))
    }

    /// As it is kept. `until`: when it ends by itself, given by somebody else.
    pub fn kept(&self, until: Option<Timestamp>) -> Password {
        Password { hash: self.hash.clone(), until }
    }

    pub(super) fn is(&self, other: &str) -> bool {
        self.text == other
    }
}

/// What others know of a person who chooses a password in this company.
pub async fn known(
    conn: &mut Read,
    tenant: TenantId,
    login: &str,
    name: &str,
) -> Result<Vec<String>> {
    let company = tenant::find(conn, tenant).await?;
    let company = company.ok_or_else(|| Refusal::not_found("tenant"))?;
    Ok(vec![login.to_owned(), name.to_owned(), company.slug, company.name])
}

/// How long `password` withstands who knows common passwords, keyboards, dates and `known` of the person (zxcvbn).
pub fn strength(password: &str, known: &[String]) -> Strength {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Strength::Weak;
    }
    let parts = known.iter().flat_map(|it| it.split(|it: char| !it.is_alphanumeric()));
    let whole = known.iter().map(String::as_str);
    let words: Vec<&str> =
        parts.chain(whole).filter(|it| WORD_CHARS_MIN <= it.chars().count()).collect();
    let looked_at: String = password.chars().take(LOOKED_AT_CHARS).collect();
    // A name between other signs counts for nothing: what is left without it has to be enough by itself.
    let lower = looked_at.to_lowercase();
    let left = words.iter().fold(lower, |it, word| it.replace(&word.to_lowercase(), ""));
    estimate(&looked_at, &words).min(estimate(&left, &[]))
}

fn estimate(password: &str, known: &[&str]) -> Strength {
    match u8::from(zxcvbn::zxcvbn(password, known).score()) {
        0 | 1 => Strength::Weak,
        2 => Strength::Fair,
        3 => Strength::Good,
        _ => Strength::Strong,
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("constants within the limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string to store. Takes tens of milliseconds of a core: call it off the async threads.
pub fn hash(password: &str, ids: &Ids) -> String {
    let salt: [u8; 16] = ids.bytes();
    argon2()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("a 16 byte salt and a short password always hash")
        .to_string()
}

/// Whether `password` is the one of `hash`. Without a hash it takes as long and says no, so that
/// nobody learns which logins exist.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    argon2().verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easily_guessed_is_no_password() {
        let known = ["zhao.min@acme.example", "Zhao Min", "acme"].map(str::to_owned);
        for (weak, why) in [
            ("password1234", "common"),
            ("qwertyuiop123", "a row of keys"),
            ("zhao.min2026", "their own login"),
            ("Zhao Min 1990", "their own name and a year"),
            ("abcabcabcabcabc", "repeated"),
            ("acme-2026-acme", "the company and a year"),
            ("1234567890123456", "digits in a row"),
            ("P@ssw0rd2026!", "common with other signs"),
        ] {
            let strength = strength(weak, &known);
            let new = NewPassword { text: weak.to_owned(), hash: String::new(), strength };
            let said = new.check("zhao").map_err(|it| it.code);
            assert_eq!(said, Err("password_weak"), "{weak}: {why}");
        }
        for good in [
            "correct horse",
            "huisheng-demo",
            "three arcs of an echo",
            "another long password",
            "阳台上的茉莉花开了三朵",
            "雨停了就去楼下走走吧好吗",
        ] {
            assert!(strength(good, &known).is_enough() || good.chars().count() < 12, "{good}");
        }
        assert_eq!(strength("h7!kQ2", &known), Strength::Weak, "too short for any verdict");
    }

    #[test]
    fn no_text_is_too_odd_or_too_long_to_be_looked_at() {
        let long = "aA1!".repeat(30);
        // What a keeper of passwords makes, with every sign that could stand for a letter: it must not take seconds.
        let signs: String =
            (0..100_u8).map(|it| char::from(33 + it.wrapping_mul(31) % 94)).collect();
        let odd = "\u{0}\u{301}e\u{301}🙂🙂🙂ﷺﷺİıßẞ٣٤٥".repeat(9);
        for it in [
            long.as_str(),
            signs.as_str(),
            odd.as_str(),
            &"长".repeat(128),
            &"\u{10ffff}".repeat(40),
        ] {
            strength(it, &[it.to_owned(), String::new(), "  ".to_owned()]);
        }
    }

    #[test]
    fn only_the_right_password_fits() {
        let hash = hash("correct horse", &Ids::seeded(1));
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse", Some(&hash)));
        assert!(!verify("correct hors", Some(&hash)));
        assert!(!verify("correct horse", None));
        assert!(!verify("", Some("not a hash")));
    }
}
