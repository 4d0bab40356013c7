//! A checked calendar, ready for questions: which windows a date has, and why.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::day::{date_of, day_of, weekday_of};
use super::holidays::NationalDay;
use super::week::{Weekday, Window};
use super::{Calendar, Holidays, MakeUp, Override};

/// A [`Calendar`] with its time zone and holidays found. Made by [`Calendar::schedule`].
#[derive(Debug, Clone)]
pub struct Schedule {
    pub(super) zone: TimeZone,
    week: [Vec<Window>; 7],
    make_up: Option<Vec<Window>>,
    national: Option<Holidays>,
    overrides: BTreeMap<i64, Override>,
}

/// What one date is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPlan<'a> {
    /// In order; none when closed. The last may end on the next day.
    pub windows: &'a [Window],
    pub reason: DayReason<'a>,
}

/// Which layer decided a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayReason<'a> {
    /// An ordinary weekday or weekend.
    Week,
    /// A day off of this national holiday.
    Holiday(&'a str),
    /// A make-up day of this national holiday.
    MakeUp(&'a str),
    /// The company's own day off, with its note.
    CompanyOff(&'a str),
    /// The company's own working day, with its note.
    CompanyWork(&'a str),
    /// An ordinary day of the week as far as we know: the notice that may change it is not there.
    Provisional,
}

impl Schedule {
    pub(super) fn new(calendar: &Calendar, zone: TimeZone, holidays: &Holidays) -> Self {
        let Calendar { zone: _, week, national, make_up, overrides } = calendar;
        let make_up = match make_up {
            MakeUp::Unchanged => None,
            MakeUp::Weekday(weekday) => {
                let wanted = week.of(*weekday);
                let others = week.days().take(5).map(|(_, windows)| windows);
                let found = std::iter::once(wanted).chain(others).find(|it| !it.is_empty());
                found.map(<[Window]>::to_vec)
            }
        };
        Self {
            zone,
            week: Weekday::ALL
                .iter()
                .map(|&weekday| week.of(weekday).to_vec())
                .collect::<Vec<_>>()
                .try_into()
                .expect("seven weekdays"),
            make_up,
            national: national.then(|| holidays.clone()),
            overrides: overrides.iter().map(|(&date, day)| (day_of(date), day.clone())).collect(),
        }
    }

    /// The time zone the windows are read in.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The windows of a date and the layer that decided them: the company's own day, else the
    /// country's, else the week.
    pub fn on(&self, date: Date) -> DayPlan<'_> {
        self.plan(day_of(date))
    }

    pub(super) fn plan(&self, day: i64) -> DayPlan<'_> {
        match self.overrides.get(&day) {
            Some(Override::Off { note }) => {
                return DayPlan { windows: &[], reason: DayReason::CompanyOff(note) };
            }
            Some(Override::Work { windows, note }) => {
                return DayPlan { windows, reason: DayReason::CompanyWork(note) };
            }
            Some(Override::WorkAs { weekday, note }) => {
                let windows = self.of(*weekday);
                return DayPlan { windows, reason: DayReason::CompanyWork(note) };
            }
            None => (),
        }
        let usual = self.of(weekday_of(day));
        let Some(national) = &self.national else {
            return DayPlan { windows: usual, reason: DayReason::Week };
        };
        match national.on(date_of(day)) {
            NationalDay::Off(name) => DayPlan { windows: &[], reason: DayReason::Holiday(name) },
            NationalDay::Work(name) => {
                let windows = self.make_up.as_deref().unwrap_or(usual);
                DayPlan { windows, reason: DayReason::MakeUp(name) }
            }
            NationalDay::Plain => DayPlan { windows: usual, reason: DayReason::Week },
            NationalDay::Unknown => DayPlan { windows: usual, reason: DayReason::Provisional },
        }
    }

    /// Whether any of these days may still be changed by a notice that is not there.
    pub(super) fn is_provisional(&self, mut days: std::ops::RangeInclusive<i64>) -> bool {
        let Some(national) = &self.national else { return false };
        days.any(|day| !self.overrides.contains_key(&day) && !national.is_known(date_of(day)))
    }

    fn of(&self, weekday: Weekday) -> &[Window] {
        &self.week[weekday as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Week;
    use super::*;

    fn plan(calendar: &Calendar, date: &str) -> String {
        let schedule = calendar.schedule(&Holidays::built_in()).unwrap();
        let DayPlan { windows, reason } = schedule.on(date.parse().unwrap());
        let windows: Vec<_> = windows.iter().map(|it| format!("{}-{}", it.start, it.end)).collect();
        format!("{} {reason:?}", windows.join("+"))
    }

    #[test]
    fn the_company_is_above_the_country_and_the_country_above_the_week() {
        let mut calendar = Calendar::standard();
        calendar.week.monday = vec![Window::hm(10, 0, 16, 0)];
        let note = || "年会".to_owned();
        calendar.overrides = BTreeMap::from([
            ("2024-02-09".parse().unwrap(), Override::Off { note: "除夕".to_owned() }),
            (
                "2026-02-16".parse().unwrap(),
                Override::WorkAs { weekday: Weekday::Friday, note: note() },
            ),
            (
                "2027-01-02".parse().unwrap(),
                Override::Work { windows: vec![Window::hm(9, 0, 10, 0)], note: note() },
            ),
        ]);
        for (date, expected) in [
            ("2026-02-09", "10:00-16:00 Week"),
            ("2026-02-10", "09:00-12:00+13:00-18:00 Week"),
            ("2026-02-14", "10:00-16:00 MakeUp(\"春节\")"),
            ("2026-02-17", " Holiday(\"春节\")"),
            ("2026-02-16", "09:00-12:00+13:00-18:00 CompanyWork(\"年会\")"),
            ("2024-02-09", " CompanyOff(\"除夕\")"),
            ("2026-11-22", " Week"),
            ("2027-03-02", "09:00-12:00+13:00-18:00 Provisional"),
            ("2027-01-02", "09:00-10:00 CompanyWork(\"年会\")"),
        ] {
            assert_eq!(plan(&calendar, date), expected, "{date}");
        }
    }

    #[test]
    fn a_make_up_day_has_the_windows_the_calendar_says() {
        let sunday = "2026-01-04";
        let mut calendar = Calendar::standard();
        assert_eq!(plan(&calendar, sunday), "09:00-12:00+13:00-18:00 MakeUp(\"元旦\")");
        calendar.week.monday = Vec::new();
        calendar.week.wednesday = vec![Window::hm(8, 0, 9, 0)];
        calendar.week.tuesday = Vec::new();
        assert_eq!(plan(&calendar, sunday), "08:00-09:00 MakeUp(\"元旦\")");
        calendar.make_up = MakeUp::Weekday(Weekday::Friday);
        assert_eq!(plan(&calendar, sunday), "09:00-12:00+13:00-18:00 MakeUp(\"元旦\")");
        calendar.make_up = MakeUp::Unchanged;
        assert_eq!(plan(&calendar, sunday), " MakeUp(\"元旦\")");
        calendar = Calendar { week: Week::default(), ..Calendar::standard() };
        calendar.week.saturday = vec![Window::hm(8, 0, 9, 0)];
        assert_eq!(plan(&calendar, sunday), " MakeUp(\"元旦\")");
    }
}
