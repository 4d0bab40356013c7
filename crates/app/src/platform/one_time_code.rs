//! Codes of six digits that a telephone makes out of a shared secret and the time.
//!
//! Source: RFC 6238 (TOTP) over RFC 4226 (HOTP), with SHA-1, 30 seconds and six digits: what every
//! authenticator knows.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use ring::hmac;
use subtle::ConstantTimeEq as _;

const STEP_SECONDS: i64 = 30;
const DIGITS: usize = 6;
const MODULUS: u32 = 1_000_000;

/// Steps before and after now whose codes are taken: clocks differ, and typing takes time.
const DRIFT_STEPS: i64 = 1;

/// RFC 4226 asks for 128 bits and recommends 160.
pub const SECRET_BYTES: usize = 20;

/// The code of a step.
fn code(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    // RFC 4226, 5.3: four bytes from where the last half byte points to, without the sign.
    let from = usize::from(digest[digest.len() - 1] & 0xf);
    let bytes = [digest[from] & 0x7f, digest[from + 1], digest[from + 2], digest[from + 3]];
    format!("{:0DIGITS$}", u32::from_be_bytes(bytes) % MODULUS)
}

/// The step whose code `typed` is, around `now` and after `last_step`; blanks in it do not count.
pub fn step_of(secret: &[u8], typed: &str, now: Timestamp, last_step: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|it| !it.is_whitespace()).collect();
    let here = now.as_second() / STEP_SECONDS;
    // Every step is looked at, so that time tells nothing.
    (here - DRIFT_STEPS..=here + DRIFT_STEPS)
        .filter(|step| bool::from(code(secret, *step).as_bytes().ct_eq(typed.as_bytes())))
        .rfind(|step| last_step < *step)
}

/// What an authenticator reads from a QR code: whose it is and the secret.
/// Source: the Key URI Format of Google Authenticator's documentation.
pub fn uri(issuer: &str, login: &str, secret: &[u8]) -> String {
    let (issuer, login) = (encoded(issuer), encoded(login));
    format!("otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}", text(secret))
}

/// The secret as people type it where no code can be read.
pub fn text(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// As RFC 3986 wants it.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    encoded
}

/// What an authenticator shows at `now`.
pub fn code_at(secret: &[u8], now: Timestamp) -> String {
    code(secret, now.as_second() / STEP_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standards() {
        // RFC 4226, appendix D.
        let counted = ["755224", "287082", "359152", "969429", "338314", "254676", "287922"];
        for (step, expected) in (0..).zip(counted) {
            assert_eq!(code(SECRET, step), expected);
        }
        // RFC 6238, appendix B, SHA-1, the last six of eight digits.
        let timed = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (second, expected) in timed {
            assert_eq!(code_at(SECRET, at(second)), expected);
        }
    }

    #[test]
    fn a_code_is_good_around_its_time_and_once() {
        let step = |typed: &str, second, last| step_of(SECRET, typed, at(second), last);
        assert_eq!(step("287 082", 59, 0), Some(1));
        assert_eq!(step("287082", 89, 0), Some(1), "the one before");
        assert_eq!(step("287082", 0, 0), Some(1), "the one after");
        assert_eq!(step("287082", 90, 0), None, "too old");
        assert_eq!(step("287082", 59, 1), None, "taken before");
        for wrong in ["", "28708", "2870820", "２８７０８２", "000000"] {
            assert_eq!(step(wrong, 59, 0), None, "{wrong}");
        }
    }

    #[test]
    fn an_authenticator_reads_whose_it_is() {
        let uri = uri("回声 A&B", "zhao@a.cn", &[0xff; 20]);
        assert_eq!(
            uri,
            "otpauth://totp/%E5%9B%9E%E5%A3%B0%20A%26B:zhao%40a.cn?secret=\
             77777777777777777777777777777777&issuer=%E5%9B%9E%E5%A3%B0%20A%26B"
        );
    }
}
