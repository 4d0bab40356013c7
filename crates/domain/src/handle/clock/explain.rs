//! "Why this deadline" as data: which time counted, on which calendar, and which days were special.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::calendar::{DayReason, Due, OpenSpan, Schedule};
use super::{
    CalendarRef, Clock, ClockError, ClockState, PauseReason, PolicyRef, Promise, Schedules, Span,
    Target,
};
use crate::language::Language;

/// Windows of a span and days listed at most; what goes beyond is counted.
pub const LINES_MAX: usize = 100;

/// Everything a person needs to recompute a deadline with pencil and paper.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    pub promise: Promise,
    pub target: Target,
    pub policy: Option<PolicyRef>,
    pub state: ClockState,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// A year's holidays are not announced yet; the deadline may move when they are.
    pub provisional: bool,
    /// Time used of the target so far.
    pub elapsed_ms: i64,
    /// From the start to the deadline, or to the end if that came later.
    pub spans: Vec<SpanExplained>,
    /// The days that counted, when the target is in days.
    #[schema(value_type = Vec<String>)]
    pub counted_days: Vec<Date>,
    /// Days between start and deadline that were not simply a day of the week.
    pub special_days: Vec<SpecialDay>,
    /// Days between start and deadline that the week closes.
    pub weekend_days: usize,
    /// Lines left out above, because [`LINES_MAX`] were there.
    pub left_out: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SpanExplained {
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    pub calendar: CalendarRef,
    pub paused: Option<PauseReason>,
    /// Open time of the span; zero while paused and for a target in days.
    pub counted_ms: i64,
    /// The calendar's windows that counted.
    pub windows: Vec<OpenSpan>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SpecialDay {
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    pub open: bool,
    /// Why, in Chinese and in English.
    pub why_zh: String,
    pub why_en: String,
}

impl Clock {
    /// Why the deadline is what it is at `now`.
    pub fn explain(
        &self,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<Explanation, ClockError> {
        let Due { at: due_at, provisional } = self.due(now, schedules)?;
        let mut explanation = Explanation {
            promise: self.terms.promise,
            target: self.terms.target,
            policy: self.terms.policy.clone(),
            state: self.state(now, schedules)?,
            started_at: self.started_at(),
            due_at,
            provisional,
            elapsed_ms: self.elapsed_ms(now, schedules)?,
            spans: Vec::new(),
            counted_days: Vec::new(),
            special_days: Vec::new(),
            weekend_days: 0,
            left_out: 0,
        };
        explanation.add_counted_days(self, now, schedules)?;
        let until = self.end.as_ref().map_or(due_at, |end| due_at.max(end.at));
        let mut seen = None;
        for span in self.spans.iter().filter(|span| span.from <= until) {
            let schedule = schedules.get(span.calendar)?;
            let to = span.to.unwrap_or(until).min(until);
            explanation.add_span(span, to, schedule);
            let to = to.min(due_at);
            if span.from <= to {
                explanation.add_special_days(span.from, to, schedule, &mut seen);
            }
        }
        Ok(explanation)
    }
}

impl Explanation {
    fn add_span(&mut self, span: &Span, to: Timestamp, schedule: &Schedule) {
        let Span { from, calendar, paused, .. } = *span;
        let (mut windows, mut counted_ms) = (Vec::new(), 0);
        if paused.is_none() && matches!(self.target, Target::Elapsed { .. }) {
            for window in schedule.windows_between(from, to) {
                counted_ms += window.end.as_millisecond() - window.start.as_millisecond();
                if windows.len() < LINES_MAX {
                    windows.push(window);
                } else {
                    self.left_out += 1;
                }
            }
        }
        self.spans.push(SpanExplained { from, to, calendar, paused, counted_ms, windows });
    }

    fn add_counted_days(
        &mut self,
        clock: &Clock,
        now: Timestamp,
        schedules: &Schedules,
    ) -> Result<(), ClockError> {
        if matches!(self.target, Target::Elapsed { .. }) {
            return Ok(());
        }
        clock.each_day(now, schedules, |day| {
            if self.due_at <= day.start {
                return Some(());
            }
            if day.counts && self.counted_days.len() < LINES_MAX {
                self.counted_days.push(day.date);
            } else if day.counts {
                self.left_out += 1;
            }
            None
        })
    }

    /// `seen` is the last date told, so that a day on which the calendar changed is told once.
    fn add_special_days(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        schedule: &Schedule,
        seen: &mut Option<Date>,
    ) {
        let last = schedule.date(to);
        let dates = schedule.date(from).series(1.day()).take_while(|it| *it <= last);
        for date in dates {
            if seen.is_some_and(|before| date <= before) {
                continue;
            }
            *seen = Some(date);
            let plan = schedule.on(date);
            let open = !plan.windows.is_empty();
            if plan.reason == DayReason::Week {
                self.weekend_days += usize::from(!open);
            } else if self.special_days.len() < LINES_MAX {
                let why_zh = plan.reason.in_words(Language::Chinese);
                let why_en = plan.reason.in_words(Language::English);
                self.special_days.push(SpecialDay { date, open, why_zh, why_en });
            } else {
                self.left_out += 1;
            }
        }
    }
}
