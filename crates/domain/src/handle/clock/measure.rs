//! What follows from the spans: time used, deadline, state, the moments at which people are woken.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::super::calendar::{CalendarError, Due};
use super::{Clock, ClockError, ClockState, Schedules, Span, Target, WHOLE_BP, Wake};

/// Days a limit in days is looked for: as far as a calendar looks for open time.
const SEARCH_DAYS_MAX: u32 = 20 * 366;

impl Clock {
    /// Time used of the target until `now`: open time while running, or the counted days' time for
    /// a target in days. Fixed once the clock has ended.
    pub fn elapsed_ms(&self, now: Timestamp, schedules: &Schedules) -> Result<i64, ClockError> {
        if let Some(end) = &self.end {
            return Ok(end.elapsed_ms);
        }
        match self.terms.target {
            Target::Elapsed { .. } => self.open_ms(now, schedules),
            Target::NaturalDays { .. } | Target::WorkingDays { .. } => {
                let mut used = 0;
                self.each_day(now, schedules, |day| {
                    if now <= day.start {
                        return Some(());
                    }
                    used += if day.counts { ms(day.start, day.end.min(now)) } else { 0 };
                    None
                })?;
                Ok(used)
            }
        }
    }

    /// The share of the target used until `now`: 0 at the start, 1 at the deadline, more beyond.
    pub fn fraction(&self, now: Timestamp, schedules: &Schedules) -> Result<f64, ClockError> {
        match self.terms.target {
            Target::Elapsed { seconds } => {
                let used = SignedDuration::from_millis(self.elapsed_ms(now, schedules)?);
                Ok(used.as_secs_f64() / f64::from(seconds))
            }
            Target::NaturalDays { days } | Target::WorkingDays { days } => {
                let until = self.end.as_ref().map_or(now, |end| end.at);
                let mut used = 0.0;
                self.each_day(until, schedules, |day| {
                    if until <= day.start {
                        return Some(());
                    }
                    if day.counts {
                        used += share(ms(day.start, day.end.min(until)), ms(day.start, day.end));
                    }
                    None
                })?;
                Ok(used / f64::from(days))
            }
        }
    }

    /// The deadline. While the clock is paused: the deadline if it ran again from `now` on, so it
    /// moves away; a deadline that had passed before the pause stays.
    pub fn due(&self, now: Timestamp, schedules: &Schedules) -> Result<Due, ClockError> {
        match &self.end {
            Some(end) => Ok(Due { at: end.due_at, provisional: false }),
            None => self.moment(WHOLE_BP, now, schedules),
        }
    }

    pub fn state(&self, now: Timestamp, schedules: &Schedules) -> Result<ClockState, ClockError> {
        if let Some(end) = &self.end {
            return Ok(end.state);
        }
        Ok(match (now <= self.due(now, schedules)?.at, self.last().paused) {
            (false, _) => ClockState::Breached,
            (true, Some(_)) => ClockState::Paused,
            (true, None) => ClockState::Running,
        })
    }

    /// The moments at which people are woken, in order, past ones too: none while paused or ended.
    pub fn wakes(&self, now: Timestamp, schedules: &Schedules) -> Result<Vec<Wake>, ClockError> {
        if self.end.is_some() || self.last().paused.is_some() {
            return Ok(Vec::new());
        }
        let mut shares = self.terms.wake_bp.clone();
        shares.sort_unstable();
        shares.dedup();
        let wakes = shares.into_iter().map(|share_bp| {
            let Due { at, provisional } = self.moment(share_bp, now, schedules)?;
            Ok(Wake { share_bp, at, provisional })
        });
        wakes.collect()
    }

    /// The first of [`wakes`](Self::wakes) after `now`.
    pub fn next_wake(
        &self,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<Option<Wake>, ClockError> {
        Ok(self.wakes(now, schedules)?.into_iter().find(|wake| now < wake.at))
    }

    /// When `share_bp` of the target is used.
    fn moment(
        &self,
        share_bp: u32,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<Due, ClockError> {
        match self.terms.target {
            Target::Elapsed { seconds } => {
                let whole = i64::from(WHOLE_BP);
                let parts = i64::from(seconds) * 1_000 * i64::from(share_bp);
                self.moment_of_open_ms((parts + whole - 1) / whole, now, schedules)
            }
            Target::NaturalDays { days } | Target::WorkingDays { days } => {
                let parts = u64::from(days) * u64::from(share_bp);
                self.moment_of_days(parts, now, schedules)
            }
        }
    }

    fn open_ms(&self, now: Timestamp, schedules: &Schedules) -> Result<i64, ClockError> {
        let mut used = SignedDuration::ZERO;
        for span in self.spans.iter().filter(|it| it.paused.is_none()) {
            let until = span.to.unwrap_or(now).min(now);
            used += schedules.get(span.calendar)?.open_between(span.from, until);
        }
        Ok(i64::try_from(used.as_millis()).expect("no more than the years there are"))
    }

    fn moment_of_open_ms(
        &self,
        need_ms: i64,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<Due, ClockError> {
        let mut left = SignedDuration::from_millis(need_ms);
        let mut provisional = false;
        for span in self.spans.iter().filter(|it| it.paused.is_none()) {
            let Some(to) = span.to else { continue };
            let schedule = schedules.get(span.calendar)?;
            let used = schedule.open_between(span.from, to);
            if left <= used {
                let due = schedule.due(span.from, left)?;
                return Ok(Due { provisional: provisional || due.provisional, ..due });
            }
            left -= used;
            provisional |= schedule.is_provisional_between(span.from, to);
        }
        let last = self.last();
        let on = match (last.to, last.paused) {
            (Some(ended), _) => ended,
            (None, None) => last.from,
            (None, Some(_)) => last.from.max(now),
        };
        let due = schedules.get(last.calendar)?.due(on, left)?;
        Ok(Due { provisional: provisional || due.provisional, ..due })
    }

    /// When `parts` ten-thousandths of counted days are used up.
    fn moment_of_days(
        &self,
        parts: u64,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<Due, ClockError> {
        let whole = u64::from(WHOLE_BP);
        let mut left = parts;
        let mut provisional = false;
        self.each_day(now, schedules, |day| {
            provisional |= day.provisional;
            if !day.counts {
                return None;
            }
            if whole < left {
                left -= whole;
                return None;
            }
            let part = i64::try_from(left).expect("at most a whole day");
            let into_ms = ms(day.start, day.end) * part / i64::from(WHOLE_BP);
            let at = day.start + SignedDuration::from_millis(into_ms);
            Some(Due { at, provisional })
        })
    }

    /// Goes through the days after the day of receipt until `visit` answers.
    ///
    /// A day counts when the clock is running as it begins, and, for working days, when the calendar
    /// in force then has a window on it. So a pause takes away the days that begin during it.
    pub(super) fn each_day<T>(
        &self,
        now: Timestamp,
        schedules: &Schedules,
        mut visit: impl FnMut(&Day) -> Option<T>,
    ) -> Result<T, ClockError> {
        let working = matches!(self.terms.target, Target::WorkingDays { .. });
        let first = schedules.get(self.spans[0].calendar)?;
        let mut date = first.date(self.started_at());
        let mut start = first.end_of(date);
        for _ in 0..SEARCH_DAYS_MAX {
            let span = self.in_force(start);
            let schedule = schedules.get(span.calendar)?;
            let today = schedule.date(start);
            let end = schedule.end_of(today);
            // Beyond what has happened the clock is taken to run.
            let running = span.paused.is_none() || span.to.unwrap_or(now) < start;
            // On a move to a zone further west the same date may begin again: it counts once.
            let is_new = date < today;
            let counts = running && is_new && (!working || schedule.is_working_day(today));
            let provisional = working && schedule.is_provisional_between(start, end);
            if let Some(answer) = visit(&Day { date: today, start, end, counts, provisional }) {
                return Ok(answer);
            }
            (date, start) = (date.max(today), end);
        }
        Err(CalendarError::NotOpenInTime.into())
    }

    fn in_force(&self, at: Timestamp) -> &Span {
        self.spans.iter().rfind(|span| span.from <= at).unwrap_or(&self.spans[0])
    }
}

/// One day of a limit in days.
pub(super) struct Day {
    pub date: Date,
    pub start: Timestamp,
    pub end: Timestamp,
    pub counts: bool,
    pub provisional: bool,
}

fn ms(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millisecond() - from.as_millisecond()
}

fn share(part_ms: i64, whole_ms: i64) -> f64 {
    let seconds = |it| SignedDuration::from_millis(it).as_secs_f64();
    seconds(part_ms) / seconds(whole_ms)
}
