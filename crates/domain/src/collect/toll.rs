//! Work asked for when a form is flooded 防刷: a little for one customer, a lot for a million of them.
//!
//! Nothing is stored and nothing is secret: what has to be worked on is made of the form, of the id that the
//! evaluation will have (the same id twice is the same evaluation, so no work counts twice) and of the minute,
//! so that nobody works ahead for longer than [`MINUTES_MAX`].
//!
//! Source: A. Back, "Hashcash: a denial of service counter-measure", 2002.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Leading zero bits of the digest. A telephone needs about a second; a thousand evaluations, a quarter of an
/// hour of a telephone.
pub const BITS: u32 = 17;

/// How old work may be: who began to wait, or has a slow telephone, is still in time.
const MINUTES_MAX: i64 = 10;

/// What is worked on at `now`.
pub fn task(slug: &str, form: &str, evaluation: Uuid, now: Timestamp) -> String {
    at_minute(slug, form, evaluation, now.as_second() / 60)
}

fn at_minute(slug: &str, form: &str, evaluation: Uuid, minute: i64) -> String {
    format!("huisheng/{slug}/{form}/{evaluation}/{minute}/")
}

/// Whether `found` is work done for this evaluation within the last minutes: `MINUTE/NUMBER`, where the digest
/// of task and number begins with [`BITS`] zeros.
pub fn is_done(slug: &str, form: &str, evaluation: Uuid, found: &str, now: Timestamp) -> bool {
    let Some((minute, number)) = found.split_once('/') else { return false };
    let (Ok(minute), Ok(number)) = (minute.parse::<i64>(), number.parse::<u64>()) else {
        return false;
    };
    let here = now.as_second() / 60;
    let fresh = (here - MINUTES_MAX..=here).contains(&minute);
    fresh && is_worth(&at_minute(slug, form, evaluation, minute), number)
}

fn is_worth(task: &str, number: u64) -> bool {
    let digest = Sha256::digest(format!("{task}{number}"));
    let head = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    head.leading_zeros() >= BITS
}

/// Does the work, as the page's script does: `MINUTE/NUMBER`.
pub fn work(slug: &str, form: &str, evaluation: Uuid, now: Timestamp) -> String {
    let task = task(slug, form, evaluation, now);
    let number = (0..u64::MAX).find(|it| is_worth(&task, *it)).expect("one in so many is");
    format!("{}/{number}", now.as_second() / 60)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn work_counts_for_its_evaluation_form_and_minutes_only() {
        let (id, now) = (Uuid::from_u128(7), Timestamp::from_second(1_000_000_020).unwrap());
        let done = work("acme", "standard", id, now);
        let counts = |slug, form, id, now| is_done(slug, form, id, &done, now);
        assert!(counts("acme", "standard", id, now));
        assert!(counts("acme", "standard", id, now + SignedDuration::from_mins(10)));
        assert!(!counts("acme", "standard", id, now + SignedDuration::from_mins(11)));
        assert!(!counts("acme", "standard", id, now - SignedDuration::from_mins(1)), "ahead");
        assert!(!counts("acme", "standard", Uuid::from_u128(8), now));
        assert!(!counts("acme", "other", id, now) && !counts("others", "standard", id, now));
        for nothing in ["", "/", "0/0", "16666667", "16666667/", "16666667/x", "16666667/-1"] {
            assert!(!is_done("acme", "standard", id, nothing, now), "{nothing}");
        }
    }
}
