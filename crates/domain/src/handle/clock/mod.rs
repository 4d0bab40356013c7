//! A promise with a deadline on a case 时钟: a list of running and paused spans, each with the
//! calendar in force, from which everything else is computed and can be explained.
//!
//! Nothing is counted up and stored: elapsed time, deadline and state follow from the spans, so a
//! holiday announced late moves the deadlines that depend on it, and only those. What a clock ended
//! with is fixed when it ends. Reopening a case starts a new clock; the old one stays as it was.

mod explain;
mod measure;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::explain::{Explanation, LINES_MAX, SpanExplained, SpecialDay};
use super::calendar::{CalendarError, Schedule};
use crate::code::codes;
use crate::id::{CalendarId, ClockId, PolicyId};

/// The whole of a target in [`Wake::share_bp`].
pub const WHOLE_BP: u32 = 10_000;
/// Where people are woken unless a policy says otherwise: a reminder at 80 %, the deadline, and the
/// escalation at twice the time (C06).
pub const WAKE_BP: [u32; 3] = [8_000, WHOLE_BP, 2 * WHOLE_BP];

codes! {
    /// What was promised.
    pub enum Promise {
        /// 受理: somebody has taken it.
        Accept = "accept",
        /// 首次响应: the first answer by a person.
        FirstResponse = "first_response",
        /// 后续响应: an answer to what the customer added.
        NextResponse = "next_response",
        /// 解决方案: how it will be solved.
        Solution = "solution",
        /// 办结: it is done and the customer was told.
        Resolve = "resolve",
    }

    /// Why a clock is paused. Waiting for a third party or for a colleague is no reason: it is our
    /// time, not the customer's.
    pub enum PauseReason {
        /// 等待客户: we asked and cannot go on without the answer.
        WaitingForCustomer = "waiting_for_customer",
        /// 客户约定: the customer named a later time.
        AgreedWithCustomer = "agreed_with_customer",
    }

    /// Where a clock stands.
    pub enum ClockState {
        /// 计时中, in time.
        Running = "running",
        /// 已暂停, in time.
        Paused = "paused",
        /// 已超时 and still open, running or paused.
        Breached = "breached",
        /// 按时完成.
        Kept = "kept",
        /// 超时完成.
        Late = "late",
        /// 已取消: neither kept nor broken; in no figure.
        Cancelled = "cancelled",
    }
}

/// How long a promise may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[schema(as = PromiseTarget)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// Time on the calendar; on one that is always open, plain time.
    Elapsed { seconds: u32 },
    /// Natural days 自然日, of the calendar's time zone.
    NaturalDays { days: u32 },
    /// Working days 工作日 of the calendar.
    WorkingDays { days: u32 },
}

impl Target {
    pub const fn minutes(minutes: u32) -> Self {
        Self::Elapsed { seconds: minutes * 60 }
    }

    pub const fn hours(hours: u32) -> Self {
        Self::Elapsed { seconds: hours * 3_600 }
    }

    /// A target of nothing, or of more than five years, is a mistake.
    pub fn is_sensible(self) -> bool {
        const DAYS_MAX: u32 = 5 * 366;
        match self {
            Self::Elapsed { seconds } => (1..=DAYS_MAX * 86_400).contains(&seconds),
            Self::NaturalDays { days } | Self::WorkingDays { days } => {
                (1..=DAYS_MAX).contains(&days)
            }
        }
    }
}

/// One version of a calendar: versions never change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub struct CalendarRef {
    pub id: CalendarId,
    pub version: u32,
}

/// The rule of a policy that set a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PolicyRef {
    pub id: PolicyId,
    pub version: u32,
    pub rule: String,
}

/// What is fixed when a clock starts; a later change of priority or policy does not rewrite it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub promise: Promise,
    pub target: Target,
    /// Shares of the target at which people are woken, in basis points.
    pub wake_bp: Vec<u32>,
    /// `None`: set by hand.
    pub policy: Option<PolicyRef>,
}

/// A stretch of a clock's life under one calendar: `from <= t < to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub from: Timestamp,
    /// `None`: it lasts.
    pub to: Option<Timestamp>,
    pub calendar: CalendarRef,
    /// `None`: running.
    pub paused: Option<PauseReason>,
}

/// How a clock ended, fixed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub at: Timestamp,
    /// [`ClockState::Kept`], [`ClockState::Late`] or [`ClockState::Cancelled`].
    pub state: ClockState,
    pub due_at: Timestamp,
    /// Time used of the target.
    pub elapsed_ms: i64,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    id: ClockId,
    terms: Terms,
    // Invariant: not empty, without gaps; all but the last have an end, the last has one exactly
    // when the clock has ended.
    spans: Vec<Span>,
    end: Option<End>,
}

/// A moment at which people are woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake {
    /// Of the target, in basis points: 8 000 is four fifths.
    pub share_bp: u32,
    pub at: Timestamp,
    /// See [`Due::provisional`](super::calendar::Due::provisional).
    pub provisional: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    #[error("the clock has ended")]
    Ended,
    #[error("the clock is paused already")]
    Paused,
    #[error("the clock is running")]
    Running,
    #[error("the clock was last changed at {0}; nothing can happen to it before")]
    Backwards(Timestamp),
    #[error("version {} of calendar {} was not given", .0.version, .0.id)]
    UnknownCalendar(CalendarRef),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// The calendars clocks refer to, ready for questions.
#[derive(Debug, Clone, Default)]
pub struct Schedules(BTreeMap<CalendarRef, Schedule>);

impl Schedules {
    pub fn insert(&mut self, calendar: CalendarRef, schedule: Schedule) {
        self.0.insert(calendar, schedule);
    }

    pub fn get(&self, calendar: CalendarRef) -> Result<&Schedule, ClockError> {
        self.0.get(&calendar).ok_or(ClockError::UnknownCalendar(calendar))
    }
}

impl FromIterator<(CalendarRef, Schedule)> for Schedules {
    fn from_iter<I: IntoIterator<Item = (CalendarRef, Schedule)>>(schedules: I) -> Self {
        Self(schedules.into_iter().collect())
    }
}

impl Clock {
    /// Starts running on `calendar` at `now`.
    pub fn start(id: ClockId, terms: Terms, calendar: CalendarRef, now: Timestamp) -> Self {
        let span = Span { from: now, to: None, calendar, paused: None };
        Self { id, terms, spans: vec![span], end: None }
    }

    pub fn id(&self) -> ClockId {
        self.id
    }

    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Without gaps, in order, at least one.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    pub fn started_at(&self) -> Timestamp {
        self.spans[0].from
    }

    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    pub fn promise(&self) -> Promise {
        self.terms.promise
    }

    /// Not ended: running or paused.
    pub fn is_live(&self) -> bool {
        self.end.is_none()
    }

    pub fn is_running(&self) -> bool {
        self.is_live() && self.last().paused.is_none()
    }

    /// Why it is paused now.
    pub fn paused(&self) -> Option<PauseReason> {
        if self.end.is_some() { None } else { self.last().paused }
    }

    /// The calendars it has run on, without repetition.
    pub fn calendars(&self) -> Vec<CalendarRef> {
        let mut calendars: Vec<_> = self.spans.iter().map(|it| it.calendar).collect();
        calendars.sort_unstable();
        calendars.dedup();
        calendars
    }

    pub fn pause(&mut self, now: Timestamp, why: PauseReason) -> Result<(), ClockError> {
        let Span { calendar, paused, .. } = *self.open(now)?;
        if paused.is_some() {
            return Err(ClockError::Paused);
        }
        self.turn(now, calendar, Some(why));
        Ok(())
    }

    pub fn resume(&mut self, now: Timestamp) -> Result<(), ClockError> {
        let Span { calendar, paused, .. } = *self.open(now)?;
        if paused.is_none() {
            return Err(ClockError::Running);
        }
        self.turn(now, calendar, None);
        Ok(())
    }

    /// From `now` on another calendar counts, as when the case moves to a team in another country;
    /// what has elapsed stays as it was counted.
    pub fn switch_calendar(
        &mut self,
        now: Timestamp,
        calendar: CalendarRef,
    ) -> Result<(), ClockError> {
        let paused = self.open(now)?.paused;
        self.turn(now, calendar, paused);
        Ok(())
    }

    /// The promise is fulfilled. In time when that is not after the deadline.
    pub fn stop(&mut self, now: Timestamp, schedules: &Schedules) -> Result<End, ClockError> {
        let end = self.stopped(now, schedules)?;
        self.finish(end)?;
        Ok(end)
    }

    /// The promise has no object any more: merged, withdrawn, not of this kind.
    pub fn cancel(&mut self, now: Timestamp, schedules: &Schedules) -> Result<End, ClockError> {
        let end = self.cancelled(now, schedules)?;
        self.finish(end)?;
        Ok(end)
    }

    /// How it would end if the promise were fulfilled at `now`; [`finish`](Self::finish) makes it so.
    /// Apart, because who decides knows the calendars and who replays what was decided does not.
    pub fn stopped(&self, now: Timestamp, schedules: &Schedules) -> Result<End, ClockError> {
        self.open(now)?;
        let due_at = self.due(now, schedules)?.at;
        let elapsed_ms = self.elapsed_ms(now, schedules)?;
        let state = if now <= due_at { ClockState::Kept } else { ClockState::Late };
        Ok(End { at: now, state, due_at, elapsed_ms })
    }

    /// How it would end if the promise lost its object at `now`.
    pub fn cancelled(&self, now: Timestamp, schedules: &Schedules) -> Result<End, ClockError> {
        Ok(End { state: ClockState::Cancelled, ..self.stopped(now, schedules)? })
    }

    /// Ends it as `end` says.
    pub fn finish(&mut self, end: End) -> Result<(), ClockError> {
        self.open(end.at)?;
        self.spans.last_mut().expect("never empty").to = Some(end.at);
        self.end = Some(end);
        Ok(())
    }

    fn last(&self) -> &Span {
        self.spans.last().expect("never empty")
    }

    /// The span that lasts, if something may happen to it at `now`.
    fn open(&self, now: Timestamp) -> Result<&Span, ClockError> {
        let last = self.last();
        if self.end.is_some() {
            return Err(ClockError::Ended);
        }
        if now < last.from {
            return Err(ClockError::Backwards(last.from));
        }
        Ok(last)
    }

    fn turn(&mut self, now: Timestamp, calendar: CalendarRef, paused: Option<PauseReason>) {
        let last = self.spans.last_mut().expect("never empty");
        if last.from == now {
            *last = Span { calendar, paused, ..*last };
            return;
        }
        last.to = Some(now);
        self.spans.push(Span { from: now, to: None, calendar, paused });
    }
}
