//! When a thing that failed is tried again.

use jiff::SignedDuration;

/// Tries before a job is given up: about a day with [`wait`].
pub const ATTEMPTS_MAX: i64 = 12;

const FIRST_SECONDS: i64 = 5;
const LONGEST_SECONDS: i64 = 6 * 3600;

/// How long to wait after the `attempts`-th failure: three times as long each time, up to six
/// hours. `salt` is anything that differs from job to job; it adds up to a fifth, so that what
/// failed together is not tried together.
pub fn wait(attempts: i64, salt: u8) -> SignedDuration {
    let power = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    let seconds = FIRST_SECONDS.saturating_mul(3_i64.pow(power)).min(LONGEST_SECONDS);
    SignedDuration::from_millis(seconds * 1000 + seconds * 200 * i64::from(salt) / 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_a_bound_and_spreads() {
        let seconds = |attempts| wait(attempts, 0).as_secs();
        assert_eq!(
            [0, 1, 2, 3, 7, 9, 12, 1000].map(seconds),
            [5, 5, 15, 45, 3645, 21600, 21600, 21600]
        );
        assert_eq!(wait(1, 255).as_millis(), 6000);
        let all: i64 = (1..ATTEMPTS_MAX).map(seconds).sum();
        assert!((20..28).contains(&(all / 3600)), "about a day: {all} s");
    }
}
