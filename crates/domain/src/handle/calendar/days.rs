//! Limits in whole days: working days 工作日 and natural days 自然日. The count starts the day after
//! receipt and ends at 24:00 of the last day (民法典 articles 201 to 203).

use jiff::Timestamp;
use jiff::civil::Date;

use super::day::{date_of, day_of};
use super::{CalendarError, Due, Schedule, walk};

const SEARCH_DAYS_MAX: i64 = walk::HORIZON_YEARS * 366;

impl Schedule {
    /// The date an instant falls on.
    pub fn date(&self, at: Timestamp) -> Date {
        date_of(self.local_day(at))
    }

    /// Whether the date has a window.
    pub fn is_working_day(&self, date: Date) -> bool {
        !self.on(date).windows.is_empty()
    }

    /// The first instant after a date: 24:00 of it.
    pub fn end_of(&self, date: Date) -> Timestamp {
        let next = date.tomorrow().unwrap_or(Date::MAX).at(0, 0, 0, 0);
        // Where clocks change at midnight, the new day begins later.
        self.zone.to_ambiguous_timestamp(next).compatible().unwrap_or(Timestamp::MAX)
    }

    /// The working day that comes `count` working days after `date`; `date` itself for none.
    pub fn add_working_days(&self, date: Date, count: u32) -> Result<Date, CalendarError> {
        let first = day_of(date);
        let mut left = count;
        for day in first..first + SEARCH_DAYS_MAX {
            if left == 0 {
                return Ok(date_of(day));
            }
            left -= u32::from(!self.plan(day + 1).windows.is_empty());
        }
        Err(CalendarError::NotOpenInTime)
    }

    /// Working days from `first` to `last`, both counted.
    pub fn count_working_days(&self, first: Date, last: Date) -> usize {
        let days = day_of(first)..=day_of(last);
        days.filter(|&day| !self.plan(day).windows.is_empty()).count()
    }

    /// The end of the last of `count` working days after the day of receipt.
    pub fn due_in_working_days(
        &self,
        receipt: Timestamp,
        count: u32,
    ) -> Result<Due, CalendarError> {
        let received = self.date(receipt);
        let last = self.add_working_days(received, count)?;
        let provisional = self.is_provisional(day_of(received) + 1..=day_of(last));
        Ok(Due { at: self.end_of(last), provisional })
    }

    /// The end of the last of `count` natural days after the day of receipt. Never provisional: no
    /// notice changes how many days there are.
    pub fn due_in_natural_days(&self, receipt: Timestamp, count: u32) -> Due {
        let last = date_of(self.local_day(receipt) + i64::from(count));
        Due { at: self.end_of(last), provisional: false }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Calendar, Holidays};
    use super::*;

    fn standard() -> Schedule {
        Calendar::standard().schedule(&Holidays::built_in()).unwrap()
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn working_days_of_the_published_examples() {
        for (from, count, expected) in [
            ("2025-09-24", 15, "2025-10-21"),
            ("2026-02-10", 15, "2026-03-09"),
            ("2026-09-18", 10, "2026-10-09"),
            ("2026-09-19", 0, "2026-09-19"),
            ("2026-09-19", 1, "2026-09-20"),
        ] {
            assert_eq!(standard().add_working_days(date(from), count), Ok(date(expected)));
        }
        for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
            let (first, last) = (Date::new(year, 1, 1).unwrap(), Date::new(year, 12, 31).unwrap());
            assert_eq!(standard().count_working_days(first, last), expected);
        }
    }

    #[test]
    fn a_limit_in_days_starts_the_day_after_receipt_and_ends_at_midnight() {
        let received: Timestamp = "2026-09-30T23:59:59+08:00".parse().unwrap();
        let natural = standard().due_in_natural_days(received, 15);
        assert_eq!(natural.at, "2026-10-16T00:00:00+08:00".parse().unwrap());
        let working = standard().due_in_working_days(received, 1).unwrap();
        assert_eq!(working.at, "2026-10-09T00:00:00+08:00".parse().unwrap());
        assert!(!working.provisional);
        let received: Timestamp = "2026-12-24T09:00:00+08:00".parse().unwrap();
        assert!(standard().due_in_working_days(received, 1).unwrap().provisional);
        assert!(!standard().due_in_natural_days(received, 30).provisional);
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_ends_when_the_next_begins() {
        let calendar = Calendar::always("America/Sao_Paulo");
        let schedule = calendar.schedule(&Holidays::none()).unwrap();
        let end = schedule.end_of(date("2018-11-03"));
        assert_eq!(end, "2018-11-04T01:00:00-02:00".parse().unwrap());
    }
}
