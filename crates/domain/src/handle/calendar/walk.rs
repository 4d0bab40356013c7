//! Open time: walking from window to window, never from minute to minute.
//!
//! A schedule is open exactly when the wall clock of its zone reads inside a window. The walk goes
//! from one change of the zone's offset to the next; between two of them a window is plain addition.
//! So an hour that is skipped in spring does not exist, and one that is repeated in autumn counts
//! twice, with no rule of its own for either.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::day::{DAY_MS, date_of};
use super::{CalendarError, Schedule};

/// How far a due time is looked for. A calendar that opens again later than that is as good as
/// closed for ever, and no search can run away.
pub(super) const HORIZON_YEARS: i64 = 20;
const HORIZON_MS: i64 = HORIZON_YEARS * 366 * DAY_MS;

/// When something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    /// The answer hangs on a year whose notice of holidays is not there: recompute when it comes.
    pub provisional: bool,
}

/// A stretch of open time within one window: `start <= t < end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OpenSpan {
    #[schema(value_type = String, format = DateTime)]
    pub start: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub end: Timestamp,
    /// The local date the window belongs to: for a night shift the day it began.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
}

impl Schedule {
    /// Whether somebody is there. A window's end is already closed.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let at = at.as_millisecond();
        Walk::new(self, at, at + 1).next().is_some()
    }

    /// How much open time lies between two instants; none when `to` is not after `from`.
    pub fn open_between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let spans = Walk::new(self, from.as_millisecond(), to.as_millisecond());
        SignedDuration::from_millis(spans.map(|(start, end, _)| end - start).sum())
    }

    /// The open stretches between two instants, in order, cut at both ends.
    pub fn windows_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = OpenSpan> {
        Walk::new(self, from.as_millisecond(), to.as_millisecond()).map(|(start, end, day)| {
            OpenSpan { start: instant(start), end: instant(end), day: date_of(day) }
        })
    }

    /// The first instant at which `open` time has passed since `start`. What is used up exactly at
    /// closing time is due at closing time, not at the next opening; nothing to wait for is due at
    /// once, open or not.
    pub fn due(&self, start: Timestamp, open: SignedDuration) -> Result<Due, CalendarError> {
        let start_ms = start.as_millisecond();
        let mut left = i64::try_from(open.as_millis()).unwrap_or(i64::MAX);
        if left <= 0 {
            return Ok(Due { at: start, provisional: false });
        }
        let until = start_ms.saturating_add(HORIZON_MS).min(Timestamp::MAX.as_millisecond());
        for (from, to, _) in Walk::new(self, start_ms, until) {
            if left <= to - from {
                let at = instant(from + left);
                return Ok(Due { at, provisional: self.is_provisional_between(start, at) });
            }
            left -= to - from;
        }
        Err(CalendarError::NotOpenInTime)
    }

    /// Whether a notice that is not there may still change what lies between two instants.
    pub fn is_provisional_between(&self, from: Timestamp, to: Timestamp) -> bool {
        // An instant that is itself a midnight closes the day before it.
        let last = to.as_millisecond().saturating_sub(1).max(from.as_millisecond());
        self.is_provisional(self.local_day(from)..=self.local_day(instant(last)))
    }

    /// The local date of an instant, as a number.
    pub(super) fn local_day(&self, at: Timestamp) -> i64 {
        let offset_ms = i64::from(self.zone.to_offset(at).seconds()) * 1_000;
        (at.as_millisecond() + offset_ms).div_euclid(DAY_MS)
    }
}

/// The instant of a count of milliseconds; the end of time, when it lies beyond.
fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

/// Yields start, end (milliseconds) and day of each stretch of open time, in order, disjoint.
struct Walk<'a> {
    schedule: &'a Schedule,
    until: i64,
    /// All before is told.
    told: i64,
    /// Until when the zone's offset stays.
    steady_until: i64,
    offset: i64,
    day: i64,
    next_window: usize,
}

impl<'a> Walk<'a> {
    fn new(schedule: &'a Schedule, from: i64, until: i64) -> Self {
        let (steady_until, offset, day, next_window) = (from, 0, 0, 0);
        let mut walk = Self { schedule, until, told: from, steady_until, offset, day, next_window };
        walk.enter(from);
        walk
    }

    /// Begins at `at` with the offset that rules there.
    fn enter(&mut self, at: i64) {
        let (zone, now) = (&self.schedule.zone, instant(at));
        self.told = at;
        self.offset = i64::from(zone.to_offset(now).seconds()) * 1_000;
        self.steady_until =
            zone.following(now).next().map_or(i64::MAX, |it| it.timestamp().as_millisecond());
        // Yesterday's last window may reach into today.
        self.day = (at + self.offset).div_euclid(DAY_MS) - 1;
        self.next_window = 0;
    }
}

impl Iterator for Walk<'_> {
    type Item = (i64, i64, i64);

    fn next(&mut self) -> Option<Self::Item> {
        let schedule = self.schedule;
        loop {
            let end = self.steady_until.min(self.until);
            let midnight = self.day * DAY_MS - self.offset;
            if end <= midnight {
                if self.until <= self.steady_until {
                    return None;
                }
                self.enter(self.steady_until);
                continue;
            }
            let Some(window) = schedule.plan(self.day).windows.get(self.next_window) else {
                self.day += 1;
                self.next_window = 0;
                continue;
            };
            self.next_window += 1;
            let (opens, closes) = window.offsets_ms();
            let from = (midnight + opens).max(self.told);
            let to = (midnight + closes).min(end);
            if from < to {
                self.told = to;
                return Some((from, to, self.day));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::{Calendar, Holidays, Override, Week, Window};
    use super::*;

    fn at(text: &str) -> Timestamp {
        let (time, zone) = text.split_once(' ').unwrap_or((text, "Asia/Shanghai"));
        let time: jiff::civil::DateTime = time.parse().unwrap();
        time.in_tz(zone).unwrap().timestamp()
    }

    /// Chinese workdays 9 to 18 without a lunch break: the calendar of the published examples.
    fn nine_to_six() -> Schedule {
        let week = Week::workdays(&[Window::hm(9, 0, 18, 0)]);
        Calendar { week, ..Calendar::standard() }.schedule(&Holidays::built_in()).unwrap()
    }

    #[test]
    fn due_times_of_the_published_examples() {
        for (start, hours, expected) in [
            ("2026-02-13T17:00", 4, "2026-02-14T12:00"),
            ("2026-02-14T17:30", 2, "2026-02-24T10:30"),
            ("2025-01-27T17:00", 2, "2025-02-05T10:00"),
            ("2026-01-03T10:00", 1, "2026-01-04T10:00"),
            ("2024-02-09T17:00", 2, "2024-02-18T10:00"),
            // Finishing exactly at closing time is due at closing time.
            ("2026-03-02T09:00", 9, "2026-03-02T18:00"),
            ("2026-03-06T17:00", 1, "2026-03-06T18:00"),
            ("2026-03-06T18:00", 1, "2026-03-09T10:00"),
        ] {
            let due = nine_to_six().due(at(start), SignedDuration::from_hours(hours)).unwrap();
            assert_eq!(due, Due { at: at(expected), provisional: false }, "{start} + {hours} h");
        }
    }

    #[test]
    fn open_time_of_the_published_examples() {
        for (from, to, seconds) in [
            ("2025-09-30T16:00", "2025-10-09T10:00", 10_800),
            ("2026-02-13T17:00", "2026-02-24T10:30", 41_400),
            ("2025-06-02T10:00", "2025-06-02T16:00", 0),
            ("2025-06-02T16:00", "2025-06-02T10:00", 0),
        ] {
            let open = nine_to_six().open_between(at(from), at(to));
            assert_eq!(open, SignedDuration::from_secs(seconds), "{from} to {to}");
        }
    }

    #[test]
    fn a_day_is_as_long_as_it_is() {
        let always = |zone| Calendar::always(zone).schedule(&Holidays::none()).unwrap();
        let ny = "America/New_York";
        for (zone, from, to, seconds) in [
            (ny, "2025-03-08T12:00", "2025-03-09T12:00", 82_800),
            (ny, "2025-11-01T12:00", "2025-11-02T12:00", 90_000),
            // Samoa left out 30 December 2011 altogether.
            ("Pacific/Apia", "2011-12-29T00:00", "2012-01-01T00:00", 172_800),
        ] {
            let (from, to) = (at(&format!("{from} {zone}")), at(&format!("{to} {zone}")));
            let open = always(zone).open_between(from, to);
            assert_eq!(open, SignedDuration::from_secs(seconds), "{zone}");
        }
    }

    #[test]
    fn windows_follow_the_wall_clock_through_a_change_of_clocks() {
        let week = Week {
            saturday: vec![Window::hm(22, 0, 1, 30)],
            sunday: vec![Window::hm(2, 15, 6, 0)],
            ..Week::default()
        };
        let zone = "America/New_York".to_owned();
        let calendar = Calendar { zone, week, ..Calendar::always("UTC") };
        let schedule = calendar.schedule(&Holidays::none()).unwrap();
        let open = |from: &str, to: &str| {
            let spans = schedule.windows_between(from.parse().unwrap(), to.parse().unwrap());
            spans.map(|it| format!("{} {} {}", it.day, it.start, it.end)).collect::<Vec<_>>()
        };
        // 02:00 to 03:00 does not exist.
        assert_eq!(
            open("2025-03-08T12:00Z", "2025-03-09T12:00Z"),
            [
                "2025-03-08 2025-03-09T03:00:00Z 2025-03-09T06:30:00Z",
                "2025-03-09 2025-03-09T07:00:00Z 2025-03-09T10:00:00Z",
            ]
        );
        // 01:00 to 02:00 comes twice, and half of it is open both times.
        assert_eq!(
            open("2025-11-01T12:00Z", "2025-11-02T12:00Z"),
            [
                "2025-11-01 2025-11-02T02:00:00Z 2025-11-02T05:30:00Z",
                "2025-11-01 2025-11-02T06:00:00Z 2025-11-02T06:30:00Z",
                "2025-11-02 2025-11-02T07:15:00Z 2025-11-02T11:00:00Z",
            ]
        );
    }

    #[test]
    fn a_night_shift_runs_into_the_holiday_it_meets() {
        let week = Week::workdays(&[Window::hm(20, 0, 6, 0)]);
        let calendar = Calendar { week, ..Calendar::standard() };
        let schedule = calendar.schedule(&Holidays::built_in()).unwrap();
        assert!(schedule.is_open(at("2026-10-01T05:59")));
        assert!(!schedule.is_open(at("2026-10-01T06:00")));
        assert!(!schedule.is_open(at("2026-10-01T20:00")));
    }

    #[test]
    fn what_depends_on_a_missing_notice_is_provisional() {
        let schedule = nine_to_six();
        let due = |start, hours| {
            let due = schedule.due(at(start), SignedDuration::from_hours(hours)).unwrap();
            (due.at, due.provisional)
        };
        assert_eq!(due("2026-12-24T09:00", 9), (at("2026-12-24T18:00"), false));
        assert_eq!(due("2026-12-24T09:00", 10), (at("2026-12-25T10:00"), true));
        assert_eq!(due("2027-05-03T09:00", 1), (at("2027-05-03T10:00"), true));
        // A calendar without the national layer knows all it needs.
        let plain = Calendar { national: false, ..Calendar::standard() };
        let plain = plain.schedule(&Holidays::none()).unwrap();
        let due = plain.due(at("2027-05-03T09:00"), SignedDuration::from_hours(1)).unwrap();
        assert!(!due.provisional);
        // The company has said what it does on that day.
        let windows = vec![Window::hm(9, 0, 18, 0)];
        let day = Override::Work { windows, note: String::new() };
        let sure = Calendar {
            overrides: [("2027-05-03".parse().unwrap(), day)].into(),
            ..Calendar::standard()
        };
        let sure = sure.schedule(&Holidays::built_in()).unwrap();
        let due = sure.due(at("2027-05-03T09:00"), SignedDuration::from_hours(1)).unwrap();
        assert_eq!((due.at, due.provisional), (at("2027-05-03T10:00"), false));
    }

    #[test]
    fn a_calendar_that_will_not_open_again_is_an_error_not_a_search_without_end() {
        let day = Override::Work { windows: vec![Window::hm(9, 0, 10, 0)], note: String::new() };
        let calendar = Calendar {
            week: Week::default(),
            overrides: [("2026-01-05".parse().unwrap(), day)].into(),
            ..Calendar::standard()
        };
        let schedule = calendar.schedule(&Holidays::built_in()).unwrap();
        let hour = SignedDuration::from_hours(1);
        assert_eq!(schedule.due(at("2025-12-01T00:00"), hour).unwrap().at, at("2026-01-05T10:00"));
        let late = schedule.due(at("2026-01-05T09:01"), hour);
        assert_eq!(late, Err(CalendarError::NotOpenInTime));
        let last = schedule.due(Timestamp::MAX, hour);
        assert_eq!(last, Err(CalendarError::NotOpenInTime));
        let forever = nine_to_six().due(at("2026-01-05T09:01"), SignedDuration::MAX);
        assert_eq!(forever, Err(CalendarError::NotOpenInTime));
    }

    #[test]
    fn a_year_ahead_costs_no_more_than_its_days() {
        let schedule = nine_to_six();
        let year = SignedDuration::from_hours(248 * 9);
        let begun = Instant::now();
        for _ in 0..100 {
            schedule.due(at("2026-01-05T09:00"), year).unwrap();
        }
        // Without optimisation; a release build is some twenty times faster. A walk by minutes
        // would take half a second for one year.
        assert!(begun.elapsed().as_millis() < 2_000, "{:?}", begun.elapsed());
    }
}
