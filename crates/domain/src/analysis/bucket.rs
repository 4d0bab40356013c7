//! Buckets: counts of a day or a month, made of rows once and read ever after, until a row of that
//! day changes. Which buckets a period is read from, and what still has to be read from rows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::figure::{Facts, Metric};
use crate::code::codes;

codes! {
    /// The things that are counted by one date of theirs.
    pub enum Cohort {
        /// Evaluations by the day they were handed in.
        Answered = "answered",
        /// Invitations by the day they were sent.
        Sent = "sent",
        /// Cases and their promises by the day they were opened.
        Opened = "opened",
        /// Corrective actions by the day they were due.
        Due = "due",
        /// Cases by the day they were closed.
        Closed = "closed",
    }

    /// By which dimensions a bucket is told apart; it is summed over the others.
    pub enum Shape {
        Whole = "whole",
        Team = "team",
        /// By team and member of staff.
        Person = "person",
        Channel = "channel",
        Kind = "kind",
        /// By every dimension there is.
        Every = "every",
    }

    /// How long the bucket is.
    pub enum Grain {
        Day = "day",
        Month = "month",
        /// Of the day that runs.
        Hour = "hour",
    }
}

impl Metric {
    /// What it counts. Metrics of one cohort are healed together.
    pub const fn cohort(self) -> Cohort {
        match self {
            Self::Csat | Self::CsatMean | Self::Nps | Self::Ces => Cohort::Answered,
            Self::ResponseRate => Cohort::Sent,
            Self::FirstResponseTime
            | Self::ResolutionTime
            | Self::FirstResponseInTime
            | Self::ResolutionInTime
            | Self::SlaAttainment
            | Self::ClosureRate => Cohort::Opened,
            Self::RectificationRate => Cohort::Due,
            Self::SecondFeedbackRate => Cohort::Closed,
        }
    }

    /// The metric whose buckets it is read from: a share and a mean of one score share them.
    #[must_use]
    pub const fn kept_as(self) -> Self {
        match self {
            Self::CsatMean => Self::Csat,
            it => it,
        }
    }

    /// Those that have buckets of their own.
    pub fn kept(cohort: Cohort) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |it| it.cohort() == cohort && it.kept_as() == *it)
    }
}

/// Which dimensions a question needs told apart.
#[expect(clippy::struct_excessive_bools, reason = "one for each dimension")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Need {
    pub team: bool,
    pub staff: bool,
    pub channel: bool,
    pub kind: bool,
}

impl Need {
    /// The smallest shape that answers it.
    pub const fn shape(self) -> Shape {
        match (self.team, self.staff, self.channel, self.kind) {
            (false, false, false, false) => Shape::Whole,
            (true, false, false, false) => Shape::Team,
            (_, true, false, false) => Shape::Person,
            (false, false, true, false) => Shape::Channel,
            (false, false, false, true) => Shape::Kind,
            _ => Shape::Every,
        }
    }
}

impl Shape {
    /// What it tells apart.
    pub const fn tells(self) -> Need {
        let (all, person) = (matches!(self, Self::Every), matches!(self, Self::Person));
        Need {
            team: all || person || matches!(self, Self::Team),
            staff: all || person,
            channel: all || matches!(self, Self::Channel),
            kind: all || matches!(self, Self::Kind),
        }
    }
}

/// Counted by value: a score, a duration in seconds, or of a share [`MISS`], [`HIT`], [`PENDING`].
pub type Counts = BTreeMap<i64, u64>;

pub const MISS: i64 = 0;
pub const HIT: i64 = 1;
pub const PENDING: i64 = 2;

/// The value of one thing of a share.
pub const fn share_value(hit: bool, due: bool) -> i64 {
    match (due, hit) {
        (false, _) => PENDING,
        (true, true) => HIT,
        (true, false) => MISS,
    }
}

/// Adds `more` to `counts`.
pub fn add(counts: &mut Counts, more: &Counts) {
    for (value, count) in more {
        *counts.entry(*value).or_default() += count;
    }
}

/// What these counts are to the metric.
pub fn facts(metric: Metric, counts: Counts) -> Facts {
    let of = |value| counts.get(&value).copied().unwrap_or(0);
    match Facts::none(metric) {
        Facts::Scores(_) => Facts::Scores(counts),
        Facts::Durations(_) => Facts::Durations(counts),
        Facts::Share { .. } => {
            Facts::Share { hits: of(HIT), of: of(HIT) + of(MISS), pending: of(PENDING) }
        }
    }
}

/// Where one stretch of a period is read; both ends within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Months as a whole, by their first days.
    Months(Date, Date),
    Days(Date, Date),
    /// No bucket that could be believed: from the rows themselves.
    Rows(Date, Date),
}

/// Which days have buckets, and which of these changed since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// First and last day; `None`: nothing is built.
    pub built: Option<(Date, Date)>,
    /// Days whose rows changed since, or whose time has come.
    pub dirty: BTreeSet<Date>,
}

impl State {
    /// Whether the bucket of the day says what its rows say.
    pub fn is_clean(&self, day: Date) -> bool {
        self.built.is_some_and(|(first, last)| (first..=last).contains(&day))
            && !self.dirty.contains(&day)
    }

    /// The same of the month of `day`: all its days are built and clean.
    pub fn is_month_clean(&self, day: Date) -> bool {
        let (first, last) = (day.first_of_month(), day.last_of_month());
        self.built.is_some_and(|(from, to)| from <= first && last <= to)
            && self.dirty.range(first..=last).next().is_none()
    }
}

/// Buckets of the day that runs are of whole hours UTC, which are hours or halves of them everywhere.
pub const HOUR_MS: i64 = 60 * 60 * 1000;

/// Which hours of the day that runs have buckets, by the moment they begin, and which of these changed
/// since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    pub counted: BTreeSet<i64>,
    pub dirty: BTreeSet<i64>,
}

/// Where one stretch of a day is read; the end is not within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// Buckets of hours, by the moments the first and the last begin.
    Hours(i64, i64),
    /// From the rows themselves.
    Rows(i64, i64),
}

/// The hours that a day from `begin_ms` to `end_ms` touches.
fn hours_of(begin_ms: i64, end_ms: i64) -> impl Iterator<Item = i64> {
    let (first, last) = (begin_ms.div_euclid(HOUR_MS), (end_ms - 1).div_euclid(HOUR_MS));
    (first..=last).map(|it| it * HOUR_MS)
}

/// The rows of a day that belong to one hour of it: from a moment to another, which is not within.
/// A row says itself what its day is; one that is dated elsewhere belongs to the first or last hour.
pub fn bounds(hour_ms: i64, (begin_ms, end_ms): (i64, i64)) -> (i64, i64) {
    let from = if hour_ms <= begin_ms { i64::MIN } else { hour_ms };
    let to = if end_ms <= hour_ms + HOUR_MS { i64::MAX } else { hour_ms + HOUR_MS };
    (from, to)
}

/// The hour of a day that a row of it with this moment belongs to.
pub fn hour_of(at_ms: i64, (begin_ms, end_ms): (i64, i64)) -> i64 {
    at_ms.clamp(begin_ms, end_ms - 1).div_euclid(HOUR_MS) * HOUR_MS
}

/// How the day from `begin_ms` to `end_ms` is read: every moment there is, once.
pub fn cover_hours((begin_ms, end_ms): (i64, i64), hours: &Hours) -> Vec<Piece> {
    let mut found: Vec<Piece> = vec![];
    for hour in hours_of(begin_ms, end_ms) {
        let (from, to) = bounds(hour, (begin_ms, end_ms));
        let clean = hours.counted.contains(&hour) && !hours.dirty.contains(&hour);
        match (found.last_mut(), clean) {
            (Some(Piece::Hours(_, last)), true) => *last = hour,
            (Some(Piece::Rows(_, end)), false) => *end = to,
            (_, true) => found.push(Piece::Hours(hour, hour)),
            (_, false) => found.push(Piece::Rows(from, to)),
        }
    }
    found
}

/// The hours of the day to be counted: over by `now_ms`, and not counted or changed since.
pub fn hours_due(
    (begin_ms, end_ms): (i64, i64),
    now_ms: i64,
    hours: &Hours,
) -> impl Iterator<Item = i64> {
    let over = move |it: &i64| it + HOUR_MS <= now_ms;
    let clean = move |it: &i64| hours.counted.contains(it) && !hours.dirty.contains(it);
    hours_of(begin_ms, end_ms).filter(move |it| over(it) && !clean(it))
}

/// Stretches more than this are not worth their queries: then rows from the first to the last.
const STRETCHES_MAX: usize = 60;

/// How the days from `from` to `to`, both within, are read: in ascending order, each once, in as
/// few stretches as there are. `months`: whether a whole month may be read as one.
pub fn cover(from: Date, to: Date, state: &State, months: bool) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = vec![];
    let mut day = from;
    while day <= to {
        let end = day.last_of_month();
        let whole = months && day.first_of_month() == day && end <= to && state.is_month_clean(day);
        let next = match (found.last_mut(), whole, state.is_clean(day)) {
            (Some(Stretch::Months(_, last)), true, _) => {
                *last = day;
                end
            }
            (Some(Stretch::Days(_, last)), false, true)
            | (Some(Stretch::Rows(_, last)), false, false) => {
                *last = day;
                day
            }
            (_, true, _) => {
                found.push(Stretch::Months(day, day));
                end
            }
            (_, false, true) => {
                found.push(Stretch::Days(day, day));
                day
            }
            (_, false, false) => {
                found.push(Stretch::Rows(day, day));
                day
            }
        };
        let Ok(tomorrow) = next.tomorrow() else { break };
        day = tomorrow;
    }
    if STRETCHES_MAX < found.len() { vec![Stretch::Rows(from, to)] } else { found }
}

/// The days to build next, both ends within, `at_most` of them, when there is something to count
/// from `oldest` on and the last day that is over is `yesterday`: first what is over since the last
/// time, then further back, to the begin of the month of the oldest. Never the day that runs: it
/// would have to be counted anew with every row.
pub fn grow(
    built: Option<(Date, Date)>,
    oldest: Date,
    yesterday: Date,
    at_most: i32,
) -> Option<(Date, Date)> {
    let step = (at_most.max(1) - 1).days();
    let Some((first, last)) = built else { return Some((yesterday, yesterday)) };
    if last < yesterday {
        let from = last.tomorrow().ok()?;
        return Some((from, from.checked_add(step).unwrap_or(yesterday).min(yesterday)));
    }
    let begin = oldest.first_of_month();
    let to = first.yesterday().ok().filter(|it| begin <= *it)?;
    Some((to.checked_sub(step).unwrap_or(begin).max(begin), to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> Date {
        Date::constant(2026, 1, 1).checked_add(n.days()).unwrap()
    }

    fn days(from: Date, to: Date) -> Vec<Date> {
        from.series(1.day()).take_while(|it| *it <= to).collect()
    }

    proptest! {
        #[test]
        fn every_day_is_read_once_and_from_a_bucket_only_if_it_can_be_believed(
            from in 0_i64..120,
            length in 0_i64..120,
            first in 0_i64..150,
            built in -1_i64..200,
            dirty in prop::collection::btree_set(0_i64..240, 0..8),
            months: bool,
        ) {
            let built = (0 <= built).then(|| (day(first), day(first + built)));
            let state = State { built, dirty: dirty.into_iter().map(day).collect() };
            let (from, to) = (day(from), day(from + length));
            let mut read = vec![];
            for stretch in cover(from, to, &state, months) {
                match stretch {
                    Stretch::Rows(a, b) => read.extend(days(a, b)),
                    Stretch::Days(a, b) => {
                        prop_assert!(days(a, b).into_iter().all(|it| state.is_clean(it)));
                        read.extend(days(a, b));
                    }
                    Stretch::Months(a, b) => {
                        prop_assert!(months && a.day() == 1 && b.day() == 1);
                        let all = days(a, b.last_of_month());
                        prop_assert!(all.iter().all(|it| state.is_clean(*it)));
                        read.extend(all);
                    }
                }
            }
            prop_assert_eq!(read, days(from, to));
        }
    }

    proptest! {
        #[test]
        fn every_moment_of_a_day_is_read_once_and_from_an_hour_only_if_it_can_be_believed(
            begin in 0_i64..8,
            length in 90_i64..102,
            counted in prop::collection::btree_set(-2_i64..30, 0..30),
            dirty in prop::collection::btree_set(-2_i64..30, 0..6),
            now in 0_i64..120,
        ) {
            let quarter = HOUR_MS / 4;
            let day = (begin * quarter, (begin + length) * quarter);
            let hours = |it: BTreeSet<i64>| it.into_iter().map(|it| it * HOUR_MS).collect();
            let hours = Hours { counted: hours(counted), dirty: hours(dirty) };
            let pieces = cover_hours(day, &hours);
            for at in (-8..begin + length + 8).map(|it| it * quarter + 7) {
                let hour = hour_of(at, day);
                let (from, to) = bounds(hour, day);
                prop_assert!(from <= at && at < to, "its hour is where its rows are read");
                let holds = |it: &&Piece| match it {
                    Piece::Hours(first, last) => (*first..=*last).contains(&hour),
                    Piece::Rows(from, to) => (*from..*to).contains(&at),
                };
                let found: Vec<_> = pieces.iter().filter(holds).collect();
                prop_assert_eq!(found.len(), 1);
                let clean = hours.counted.contains(&hour) && !hours.dirty.contains(&hour);
                prop_assert_eq!(matches!(found[0], Piece::Hours(..)), clean);
            }
            let now = now * quarter;
            for hour in hours_due(day, now, &hours) {
                prop_assert!(hour + HOUR_MS <= now && hour < day.1 && day.0 < hour + HOUR_MS);
            }
        }
    }

    #[test]
    fn buckets_grow_to_yesterday_and_back_to_the_oldest_month_and_then_rest() {
        let (oldest, mut yesterday) = (day(40), day(130));
        let mut built: Option<(Date, Date)> = None;
        for round in 0..60 {
            if round == 30 {
                yesterday = day(142);
            }
            let Some((from, to)) = grow(built, oldest, yesterday, 8) else { break };
            assert!(from <= to && to <= yesterday && days(from, to).len() <= 8);
            let joined = match built {
                None => (from, to),
                Some((first, last)) if last < from => (first, to),
                Some((_, last)) => (from, last),
            };
            let count = |it: (Date, Date)| days(it.0, it.1).len();
            assert_eq!(count(joined), count((from, to)) + built.map_or(0, count), "no gap");
            built = Some(joined);
        }
        let expected = (oldest.first_of_month(), day(130));
        assert_eq!(built.map(|it| it.0), Some(expected.0));
        assert!(built.is_some_and(|it| expected.1 <= it.1));
        assert_eq!(grow(built, oldest, built.unwrap().1, 8), None);
    }

    #[test]
    fn a_year_is_read_in_three_stretches() {
        let state = State { built: Some((day(-400), day(200))), dirty: BTreeSet::new() };
        let found = cover(day(10), day(210), &state, true);
        let shape = |it: &Stretch| match it {
            Stretch::Days(..) => 'd',
            Stretch::Months(..) => 'm',
            Stretch::Rows(..) => 'r',
        };
        assert_eq!(found.iter().map(shape).collect::<String>(), "dmdr");
    }

    #[test]
    fn the_smallest_shape_that_tells_enough_apart_answers() {
        let bits = [false, true];
        for (team, staff, channel, kind) in every_four(bits) {
            let need = Need { team, staff, channel, kind };
            let tells = need.shape().tells();
            assert!(
                (!team || tells.team)
                    && (!staff || tells.staff)
                    && (!channel || tells.channel)
                    && (!kind || tells.kind),
                "{need:?}"
            );
        }
        let person = Need { team: true, staff: true, ..Need::default() };
        assert_eq!(person.shape(), Shape::Person);
        assert_eq!(Need::default().shape(), Shape::Whole);
    }

    fn every_four(bits: [bool; 2]) -> Vec<(bool, bool, bool, bool)> {
        let mut all = vec![];
        for a in bits {
            for b in bits {
                for c in bits {
                    all.extend(bits.map(|d| (a, b, c, d)));
                }
            }
        }
        all
    }
}
