//! How often something may be done: a bucket that holds a minute's worth and fills evenly.

use jiff::{SignedDuration, Timestamp};

const MINUTE_US: i64 = 60_000_000;

/// So many a minute, and as many at once after a quiet minute. 0: no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub u32);

impl Rate {
    /// Takes one out at `now`. `level_us` is what the last take returned, 0 before the first: the moment, in
    /// microseconds since 1970, when the bucket will be full again. `Err` says after how long there is one.
    ///
    /// Source: the generic cell rate algorithm, ITU-T I.371, Annex A, virtual scheduling.
    pub fn take(self, level_us: i64, now: Timestamp) -> Result<i64, SignedDuration> {
        let now_us = now.as_microsecond();
        if self.0 == 0 {
            return Ok(now_us);
        }
        // No bucket is emptier than empty: the clock was put back. By little, that is waited for; by more
        // than it takes to fill a bucket, it begins anew.
        let level_us = if now_us + 2 * MINUTE_US < level_us { 0 } else { level_us };
        let next = level_us.max(now_us) + MINUTE_US / i64::from(self.0).min(MINUTE_US);
        let early = next - now_us - MINUTE_US;
        if 0 < early { Err(SignedDuration::from_micros(early)) } else { Ok(next) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(us: i64) -> Timestamp {
        Timestamp::from_microsecond(us).unwrap()
    }

    #[test]
    fn a_clock_that_is_put_back_keeps_nobody_out() {
        let (rate, hour) = (Rate(60), 60 * MINUTE_US);
        let mut level = 0;
        while let Ok(next) = rate.take(level, at(2 * hour)) {
            level = next;
        }
        assert!(rate.take(level, at(2 * hour - MINUTE_US / 60)).is_err(), "a second is nothing");
        assert!(rate.take(level, at(hour)).is_ok());
    }

    #[test]
    fn a_minutes_worth_at_once_and_then_one_by_one() {
        let rate = Rate(60);
        let mut level = 0;
        for _ in 0..60 {
            level = rate.take(level, at(0)).unwrap();
        }
        assert_eq!(rate.take(level, at(0)), Err(SignedDuration::from_secs(1)));
        assert_eq!(rate.take(level, at(400_000)), Err(SignedDuration::from_millis(600)));
        let level = rate.take(level, at(1_000_000)).unwrap();
        assert!(rate.take(level, at(1_000_000)).is_err());
        assert!(rate.take(level, at(3_600_000_000)).is_ok());
        assert!(Rate(0).take(i64::MAX, at(5)).is_ok(), "0 is no limit");
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_lets_more_through_than_a_minutes_worth_and_its_share(
            per_minute in 1_u32..500,
            steps in prop::collection::vec(0_i64..4_000_000, 1..400),
        ) {
            let (rate, mut level, mut now) = (Rate(per_minute), 0, 0);
            let mut taken = vec![];
            for step in steps {
                now += step;
                if let Ok(next) = rate.take(level, at(now)) {
                    level = next;
                    taken.push(now);
                }
            }
            // The slow way: every stretch that begins and ends with a take.
            let each_us = MINUTE_US / i64::from(per_minute);
            for (first, from) in taken.iter().enumerate() {
                for (last, to) in taken.iter().enumerate().skip(first) {
                    let count = i64::try_from(last - first + 1).unwrap();
                    prop_assert!((count - 1) * each_us <= MINUTE_US + (to - from));
                }
            }
        }
    }
}
