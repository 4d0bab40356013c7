//! Days as numbers, counted from 1 January 1970: arithmetic on them costs nothing.

use jiff::SignedDuration;
use jiff::civil::Date;

use super::week::Weekday;

pub const MINUTE_MS: i64 = 60_000;
pub const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

const FIRST: Date = Date::constant(1970, 1, 1);

/// Days from 1 January 1970 to `date`.
pub fn day_of(date: Date) -> i64 {
    date.duration_since(FIRST).as_hours() / 24
}

/// The date so many days after 1 January 1970; the last date there is, when that lies beyond.
pub fn date_of(day: i64) -> Date {
    FIRST.saturating_add(SignedDuration::from_hours(day * 24))
}

pub fn weekday_of(day: i64) -> Weekday {
    // 1 January 1970 was a Thursday, three days after a Monday.
    let index = usize::try_from((day + 3).rem_euclid(7)).expect("0 to 6");
    Weekday::ALL[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_go_back_and_forth() {
        for (date, day, weekday) in [
            (Date::constant(1970, 1, 1), 0, Weekday::Thursday),
            (Date::constant(1969, 12, 31), -1, Weekday::Wednesday),
            (Date::constant(2000, 2, 29), 11_016, Weekday::Tuesday),
            (Date::constant(2026, 11, 22), 20_779, Weekday::Sunday),
            (Date::MAX, day_of(Date::MAX), Weekday::Friday),
        ] {
            assert_eq!((day_of(date), date_of(day), weekday_of(day)), (day, date, weekday));
        }
        assert_eq!(date_of(day_of(Date::MAX) + 1), Date::MAX);
    }
}
