//! When somebody is there 工作日历 (C05): weekly windows in a time zone, the company's own days
//! off and on, and beneath them the country's holidays and make-up days.
//!
//! A [`Calendar`] is what people edit; [`Calendar::schedule`] checks it and makes a [`Schedule`],
//! which answers questions about time. Time zones enter only where the wall clock is read; all
//! answers are instants, exact to the millisecond.

mod day;
mod days;
mod holidays;
mod schedule;
mod walk;
mod week;
mod words;

#[cfg(test)]
pub(crate) mod oracle;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::holidays::{Holiday, HolidayError, HolidayYear, Holidays};
pub use self::schedule::{DayPlan, DayReason, Schedule};
pub use self::walk::{Due, OpenSpan};
pub use self::week::{TimeOfDay, TimeOfDayError, Week, Weekday, Window};
use crate::refusal::Refusal;

/// Overrides one calendar may hold: thirty years of two dozen.
pub const OVERRIDES_MAX: usize = 720;
/// Windows in one day: more is a mistake, not a shift plan.
pub const WINDOWS_A_DAY_MAX: usize = 12;

/// What people edit. Nothing in it is checked before [`schedule`](Self::schedule).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// IANA name, such as `Asia/Shanghai`.
    pub zone: String,
    pub week: Week,
    /// Whether the State Council's holidays close and its make-up days open this calendar.
    #[serde(default)]
    pub national: bool,
    /// Which windows a national make-up day has.
    #[serde(default)]
    pub make_up: MakeUp,
    /// The company's own days, above the national layer.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Override>)]
    pub overrides: BTreeMap<Date, Override>,
}

/// The windows of a make-up day 调休上班日. The notices do not say which weekday is made up for, so
/// a calendar names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MakeUp {
    /// Those of this weekday; when it has none, those of the first day from Monday to Friday that
    /// has some.
    Weekday(Weekday),
    /// Those the day has anyway: a make-up Sunday stays a Sunday.
    Unchanged,
}

impl Default for MakeUp {
    fn default() -> Self {
        Self::Weekday(Weekday::Monday)
    }
}

/// One date that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Override {
    /// Closed, whatever week and country say.
    Off {
        #[serde(default)]
        note: String,
    },
    /// Open as on this weekday.
    WorkAs {
        weekday: Weekday,
        #[serde(default)]
        note: String,
    },
    /// Open in these windows.
    Work {
        windows: Vec<Window>,
        #[serde(default)]
        note: String,
    },
}

/// Why a calendar cannot be used. `at` is the place in the calendar's own JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("{0:?} is no time zone of the IANA database")]
    UnknownZone(String),
    #[error(
        "{at}: a window must end at another time than it starts; a whole day is 00:00 to 24:00"
    )]
    EmptyWindow { at: String },
    #[error("{at}: a window must start before 24:00")]
    LateStart { at: String },
    #[error("{at}: windows overlap; give them in order")]
    Overlap { at: String },
    #[error("{at}: at most {WINDOWS_A_DAY_MAX} windows a day")]
    TooManyWindows { at: String },
    #[error("{at}: a working day needs a window")]
    NoWindow { at: String },
    #[error("at most {OVERRIDES_MAX} dated exceptions")]
    TooManyOverrides,
    #[error("the calendar is never open")]
    NeverOpen,
    #[error("no open time is left within {} years", walk::HORIZON_YEARS)]
    NotOpenInTime,
}

impl From<CalendarError> for Refusal {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::UnknownZone(zone) => {
                Self::invalid("zone_unknown").with("zone", zone).at("zone")
            }
            CalendarError::EmptyWindow { at } => Self::invalid("window_empty").at(at),
            CalendarError::LateStart { at } => Self::invalid("window_late_start").at(at),
            CalendarError::Overlap { at } => Self::invalid("windows_overlap").at(at),
            CalendarError::TooManyWindows { at } => {
                Self::invalid("windows_too_many").with("max", WINDOWS_A_DAY_MAX).at(at)
            }
            CalendarError::NoWindow { at } => Self::invalid("window_missing").at(at),
            CalendarError::TooManyOverrides => {
                Self::invalid("overrides_too_many").with("max", OVERRIDES_MAX).at("overrides")
            }
            CalendarError::NeverOpen => Self::invalid("calendar_never_open").at("week"),
            CalendarError::NotOpenInTime => {
                Self::conflict("calendar_not_open_in_time").with("years", walk::HORIZON_YEARS)
            }
        }
    }
}

impl Calendar {
    /// Open all hours of all days.
    pub fn always(zone: &str) -> Self {
        Self {
            zone: zone.to_owned(),
            week: Week::always(),
            national: false,
            make_up: MakeUp::Unchanged,
            overrides: BTreeMap::new(),
        }
    }

    /// Monday to Friday, 9:00 to 12:00 and 13:00 to 18:00 in China, holidays and make-up days kept.
    pub fn standard() -> Self {
        Self {
            zone: "Asia/Shanghai".to_owned(),
            week: Week::workdays(&[Window::hm(9, 0, 12, 0), Window::hm(13, 0, 18, 0)]),
            national: true,
            make_up: MakeUp::default(),
            overrides: BTreeMap::new(),
        }
    }

    /// Whether it is open at every moment, so that its time is plain time.
    pub fn is_always(&self) -> bool {
        self.week == Week::always() && !self.national && self.overrides.is_empty()
    }

    /// Checks everything and makes it ready for questions. `holidays` is what is known of the
    /// national layer; it is looked at only when the calendar is [`national`](Self::national).
    pub fn schedule(&self, holidays: &Holidays) -> Result<Schedule, CalendarError> {
        let zone =
            TimeZone::get(&self.zone).map_err(|_| CalendarError::UnknownZone(self.zone.clone()))?;
        for (weekday, windows) in self.week.days() {
            week::check(windows, || format!("week.{weekday}"))?;
        }
        if OVERRIDES_MAX < self.overrides.len() {
            return Err(CalendarError::TooManyOverrides);
        }
        let mut opens = self.week.days().any(|(_, windows)| !windows.is_empty());
        for (date, day) in &self.overrides {
            let at = || format!("overrides.{date}");
            let windows = match day {
                Override::Off { .. } => continue,
                Override::Work { windows, .. } => windows.as_slice(),
                Override::WorkAs { weekday, .. } => self.week.of(*weekday),
            };
            week::check(windows, at)?;
            if windows.is_empty() {
                return Err(CalendarError::NoWindow { at: at() });
            }
            opens = true;
        }
        if !opens {
            return Err(CalendarError::NeverOpen);
        }
        Ok(Schedule::new(self, zone, holidays))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: impl FnOnce(&mut Calendar), expected: &str) {
        let mut calendar = Calendar::standard();
        change(&mut calendar);
        let actual = calendar.schedule(&Holidays::built_in()).map(|_| "fine".to_owned());
        assert_eq!(actual.unwrap_or_else(|error| error.to_string()), expected);
    }

    fn off() -> Override {
        Override::Off { note: String::new() }
    }

    #[test]
    fn a_calendar_that_cannot_work_says_where() {
        let day = Date::constant(2026, 2, 9);
        check(|_| (), "fine");
        check(|it| *it = Calendar::always("UTC"), "fine");
        check(
            |it| "Asia/Peking".clone_into(&mut it.zone),
            r#""Asia/Peking" is no time zone of the IANA database"#,
        );
        check(
            |it| it.week.tuesday.push(Window::hm(17, 0, 19, 0)),
            "week.tuesday: windows overlap; give them in order",
        );
        check(
            |it| it.week.sunday.push(Window::hm(9, 0, 9, 0)),
            "week.sunday: a window must end at another time than it starts; a whole day is 00:00 to 24:00",
        );
        check(
            |it| it.week.sunday.push(Window::hm(24, 0, 9, 0)),
            "week.sunday: a window must start before 24:00",
        );
        check(
            |it| it.week.sunday = (0..13).map(|n| Window::hm(n, 0, n, 30)).collect(),
            "week.sunday: at most 12 windows a day",
        );
        check(
            |it| {
                let (windows, note) = (Vec::new(), String::new());
                it.overrides.insert(day, Override::Work { windows, note });
            },
            "overrides.2026-02-09: a working day needs a window",
        );
        check(
            |it| {
                let (weekday, note) = (Weekday::Sunday, String::new());
                it.overrides.insert(day, Override::WorkAs { weekday, note });
            },
            "overrides.2026-02-09: a working day needs a window",
        );
        check(
            |it| {
                it.week = Week::default();
                it.overrides.insert(day, off());
            },
            "the calendar is never open",
        );
    }

    #[test]
    fn a_calendar_reads_as_people_write_it() {
        let text = r#"{
            "zone": "Europe/Berlin",
            "week": {"monday": [{"start": "09:00", "end": "12:30"}, {"start": "22:00", "end": "06:00"}]},
            "make_up": {"weekday": "friday"},
            "overrides": {
                "2026-12-24": {"off": {"note": "Heiligabend"}},
                "2026-12-27": {"work_as": {"weekday": "monday"}},
                "2026-12-31": {"work": {"windows": [{"start": "09:00", "end": "24:00"}]}}
            }
        }"#;
        let calendar: Calendar = serde_json::from_str(text).unwrap();
        assert_eq!(calendar.week.monday, [Window::hm(9, 0, 12, 30), Window::hm(22, 0, 6, 0)]);
        assert_eq!(calendar.make_up, MakeUp::Weekday(Weekday::Friday));
        let back: Calendar =
            serde_json::from_str(&serde_json::to_string(&calendar).unwrap()).unwrap();
        assert_eq!(back, calendar);
        assert!(
            serde_json::from_str::<Calendar>(r#"{"zone": "UTC", "week": {"mon": []}}"#).is_err()
        );
    }
}
