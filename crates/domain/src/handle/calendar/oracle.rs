//! The slow, obvious way to know whether somebody is there: look at the wall clock each minute.
//! The tests of calendar and clock compare themselves with it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{Calendar, Holidays, MakeUp, Override, TimeOfDay, Week, Weekday, Window};

/// Numbers that look random and are the same every time (splitmix64).
pub(crate) struct Dice(pub u64);

impl Dice {
    /// From 0 up to, not including, `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let index = usize::try_from(self.roll(from.len() as u64)).unwrap();
        from[index].clone()
    }

    /// A time of day in steps of five minutes.
    fn time(&mut self) -> TimeOfDay {
        let fives = u16::try_from(self.roll(24 * 12)).unwrap();
        TimeOfDay::new(fives / 12, fives % 12 * 5).unwrap()
    }

    /// None to three windows; now and then the last crosses midnight, or it is the whole day.
    fn windows(&mut self) -> Vec<Window> {
        if self.roll(12) == 0 {
            return vec![Window::hm(0, 0, 24, 0)];
        }
        let mut times: Vec<_> = (0..2 * self.roll(4)).map(|_| self.time()).collect();
        times.sort();
        times.dedup();
        let mut windows: Vec<_> =
            times.chunks_exact(2).map(|pair| Window { start: pair[0], end: pair[1] }).collect();
        if let (0, Some(last)) = (self.roll(3), windows.last_mut()) {
            last.end = TimeOfDay::new(u16::try_from(self.roll(6)).unwrap(), 31).unwrap();
        }
        windows
    }

    /// A calendar nobody would think of, with its own days around `first`.
    pub(crate) fn calendar(&mut self, zone: &str, first: Date) -> Calendar {
        let mut week = Week {
            monday: self.windows(),
            tuesday: self.windows(),
            wednesday: self.windows(),
            thursday: self.windows(),
            friday: self.windows(),
            saturday: self.windows(),
            sunday: self.windows(),
        };
        // So that it opens at all.
        week.wednesday.extend(week.wednesday.is_empty().then(|| Window::hm(8, 15, 17, 45)));
        let mut overrides = BTreeMap::new();
        for _ in 0..self.roll(12) {
            let date = first + i64::try_from(self.roll(60)).unwrap().days();
            let windows = self.windows();
            let note = String::new();
            let day = match self.roll(3) {
                0 => Override::WorkAs { weekday: Weekday::Wednesday, note },
                1 if !windows.is_empty() => Override::Work { windows, note },
                _ => Override::Off { note },
            };
            overrides.insert(date, day);
        }
        let make_up = match self.roll(3) {
            0 => MakeUp::Unchanged,
            _ => MakeUp::Weekday(self.pick(Weekday::ALL)),
        };
        Calendar { zone: zone.to_owned(), week, national: self.roll(3) != 0, make_up, overrides }
    }
}

/// What the wall clock says, minute by minute.
pub(crate) struct Minutes {
    pub(crate) open: Vec<bool>,
    /// The local date.
    pub(crate) date: Vec<Date>,
    /// Whether the local date has any window.
    pub(crate) working: Vec<bool>,
}

impl Minutes {
    pub(crate) fn of(calendar: &Calendar, first: Timestamp, count: i64) -> Self {
        let zone = TimeZone::get(&calendar.zone).unwrap();
        let mut minutes = Self { open: Vec::new(), date: Vec::new(), working: Vec::new() };
        let mut date = Date::MIN;
        let (mut today, mut yesterday) = (Vec::new(), Vec::new());
        for minute in 0..count {
            let wall = zone.to_datetime(first + minute.minutes());
            if wall.date() != date {
                date = wall.date();
                today = windows(calendar, date);
                yesterday = windows(calendar, date.yesterday().unwrap());
            }
            let now = wall.time();
            let now = TimeOfDay::new(
                now.hour().unsigned_abs().into(),
                now.minute().unsigned_abs().into(),
            );
            let now = now.unwrap();
            let from_today = |it: &Window| it.start <= now && (now < it.end || it.end <= it.start);
            let from_yesterday = |it: &Window| it.end <= it.start && now < it.end;
            let open = today.iter().any(from_today) || yesterday.iter().any(from_yesterday);
            minutes.open.push(open);
            minutes.date.push(date);
            minutes.working.push(!today.is_empty());
        }
        minutes
    }
}

/// The windows of a date, read off the definition.
fn windows(calendar: &Calendar, date: Date) -> Vec<Window> {
    let of = |weekday| calendar.week.of(weekday).to_vec();
    match calendar.overrides.get(&date) {
        Some(Override::Off { .. }) => return Vec::new(),
        Some(Override::Work { windows, .. }) => return windows.clone(),
        Some(Override::WorkAs { weekday, .. }) => return of(*weekday),
        None => (),
    }
    let own = Weekday::ALL[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap()];
    if calendar.national {
        for year in Holidays::built_in().years() {
            for holiday in &year.holidays {
                if holiday.off.iter().any(|(first, last)| *first <= date && date <= *last) {
                    return Vec::new();
                }
                if holiday.work.contains(&date) {
                    return match calendar.make_up {
                        MakeUp::Unchanged => of(own),
                        MakeUp::Weekday(wanted) => [wanted]
                            .into_iter()
                            .chain(Weekday::ALL[..5].iter().copied())
                            .map(of)
                            .find(|windows| !windows.is_empty())
                            .unwrap_or_default(),
                    };
                }
            }
        }
    }
    of(own)
}
