//! Times of day, windows, and the week they are repeated in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::{DAY_MS, MINUTE_MS};
use super::{CalendarError, WINDOWS_A_DAY_MAX};
use crate::code::codes;

codes! {
    /// Monday first, as in China and ISO 8601.
    pub enum Weekday {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

/// A reading of the wall clock, `00:00` to `24:00`, written so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    // Invariant: at most 24 * 60.
    minutes: u16,
}

/// What is no time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time of day; write 09:00, at most 24:00")]
pub struct TimeOfDayError(String);

impl TimeOfDay {
    /// `hour` 0 to 23 with `minute` 0 to 59, or 24 and 0.
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        let minutes = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && minutes <= 24 * 60).then_some(Self { minutes })
    }

    /// Minutes since midnight, 0 to 1 440.
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    pub(super) fn offset_ms(self) -> i64 {
        i64::from(self.minutes) * MINUTE_MS
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, TimeOfDayError> {
        let number = |digits: &str| {
            let plain =
                matches!(digits.len(), 1..=2) && digits.bytes().all(|it| it.is_ascii_digit());
            if plain { digits.parse().ok() } else { None }
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Self::new(number(hour)?, number(minute)?))
            .ok_or_else(|| TimeOfDayError(text.to_owned()))
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = TimeOfDayError;

    fn try_from(text: String) -> Result<Self, TimeOfDayError> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

/// A stretch of a day. An end at or before the start lies on the next day; the window still belongs
/// to the day it starts on, so that a night shift is not cut by the holiday it runs into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    #[schema(value_type = String, example = "09:00")]
    pub start: TimeOfDay,
    #[schema(value_type = String, example = "18:00")]
    pub end: TimeOfDay,
}

impl Window {
    /// From one time of day to another. Panics when one is no time of day.
    pub fn hm(from_hour: u16, from_minute: u16, to_hour: u16, to_minute: u16) -> Self {
        let time = |hour, minute| TimeOfDay::new(hour, minute).expect("written in the source");
        Self { start: time(from_hour, from_minute), end: time(to_hour, to_minute) }
    }

    /// Start and end in milliseconds of wall clock after the midnight the window's day begins with.
    pub(super) fn offsets_ms(self) -> (i64, i64) {
        let (start, end) = (self.start.offset_ms(), self.end.offset_ms());
        (start, if end <= start { end + DAY_MS } else { end })
    }
}

/// The windows of each weekday, in order, without overlap; a day without any is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Week {
    pub monday: Vec<Window>,
    pub tuesday: Vec<Window>,
    pub wednesday: Vec<Window>,
    pub thursday: Vec<Window>,
    pub friday: Vec<Window>,
    pub saturday: Vec<Window>,
    pub sunday: Vec<Window>,
}

impl Week {
    /// Monday to Friday alike, the weekend closed.
    pub fn workdays(windows: &[Window]) -> Self {
        let day = || windows.to_vec();
        Self {
            monday: day(),
            tuesday: day(),
            wednesday: day(),
            thursday: day(),
            friday: day(),
            ..Self::default()
        }
    }

    /// Every hour of every day.
    pub fn always() -> Self {
        let day = || vec![Window::hm(0, 0, 24, 0)];
        Self { saturday: day(), sunday: day(), ..Self::workdays(&day()) }
    }

    pub fn of(&self, weekday: Weekday) -> &[Window] {
        match weekday {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }

    /// Monday to Sunday.
    pub fn days(&self) -> impl Iterator<Item = (Weekday, &[Window])> {
        Weekday::ALL.iter().map(|&weekday| (weekday, self.of(weekday)))
    }
}

/// Whether one day's windows are usable; `at` names the day in the error.
pub(super) fn check(windows: &[Window], at: impl Fn() -> String) -> Result<(), CalendarError> {
    if WINDOWS_A_DAY_MAX < windows.len() {
        return Err(CalendarError::TooManyWindows { at: at() });
    }
    let mut free_from_ms = 0;
    for window in windows {
        if window.start == window.end {
            return Err(CalendarError::EmptyWindow { at: at() });
        }
        let (start, end) = window.offsets_ms();
        if DAY_MS <= start {
            return Err(CalendarError::LateStart { at: at() });
        }
        if start < free_from_ms {
            return Err(CalendarError::Overlap { at: at() });
        }
        free_from_ms = end;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_written_with_a_colon() {
        for (text, expected) in [
            ("00:00", Some("00:00")),
            ("9:05", Some("09:05")),
            ("24:00", Some("24:00")),
            ("24:01", None),
            ("23:60", None),
            ("+9:00", None),
            ("9", None),
            ("09:00:00", None),
            ("99999:00", None),
            ("", None),
        ] {
            let actual = text.parse::<TimeOfDay>().ok().map(|it| it.to_string());
            assert_eq!(actual.as_deref(), expected, "{text}");
        }
    }
}
