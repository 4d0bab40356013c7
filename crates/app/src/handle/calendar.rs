//! Working calendars: keeping them, trying them out, and bringing a year's holidays.

use std::collections::BTreeSet;

use domain::handle::calendar::{Calendar, HolidayYear, Holidays, Schedule};
use domain::handle::clock::{
    CalendarRef, Clock, ClockError, Explanation, Promise, Schedules, Target, Terms,
};
use domain::id::{CalendarId, ClockId, TenantId};
use domain::localized::Localized;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde_json::json;
use store::handle::calendar::{self, Current};
use store::{Read, Write, db};

use super::wake::rearm_all;
use crate::platform::audit;
use crate::{Act, Result};

const NAME_CHARS_MAX: usize = 100;

pub struct PutCalendar {
    pub id: CalendarId,
    pub name: Localized,
    pub calendar: Calendar,
    /// The version the caller changed; another one in between is a conflict. `None`: whatever
    /// there is.
    pub version: Option<u32>,
}

/// Makes a calendar or its next version. Clocks that run stay on the version they began with.
pub async fn put_calendar(tx: &mut Write, act: &Act, input: PutCalendar) -> Result<Current> {
    let PutCalendar { id, name, calendar, version: expected } = input;
    check_name(&name)?;
    let known = holidays(tx, act.tenant).await?;
    calendar.schedule(&known).map_err(|error| within("calendar", error.into()))?;
    let before = calendar::find(tx, act.tenant, id).await?;
    refuse_overtaken(expected, before.as_ref().map(|it| it.version))?;
    let version = match &before {
        None => 1,
        Some(before) if before.calendar == calendar => before.version,
        Some(before) => before.version + 1,
    };
    let made = Current { id, name, version, calendar, updated_at: act.now };
    calendar::put(tx, act.tenant, &made).await?;
    let action = if before.is_some() { "update" } else { "create" };
    audit::note(tx, act, action, ("calendar", Some(id.0)), json!({ "version": version })).await?;
    Ok(made)
}

pub async fn find_calendar(conn: &mut Read, tenant: TenantId, id: CalendarId) -> Result<Current> {
    let found = calendar::find(conn, tenant, id).await?;
    found.ok_or_else(|| Refusal::not_found("calendar").into())
}

/// What is known of the national layer: the built-in years, and above them the tenant's own.
pub async fn holidays(conn: &mut Read, tenant: TenantId) -> Result<Holidays> {
    let mut known = Holidays::built_in();
    for notice in calendar::list_holidays(conn, tenant).await? {
        known = known.with(notice).map_err(db::corrupt)?;
    }
    Ok(known)
}

/// The calendars of these versions, ready for the questions of clocks.
pub async fn schedules(
    conn: &mut Read,
    tenant: TenantId,
    wanted: impl IntoIterator<Item = CalendarRef>,
) -> Result<Schedules> {
    let known = holidays(conn, tenant).await?;
    let mut schedules = Schedules::default();
    for at in wanted.into_iter().collect::<BTreeSet<_>>() {
        // A version that is not there is reported by the clock that asks for it.
        if let Some(found) = calendar::find_version(conn, tenant, at).await? {
            schedules.insert(at, ready(&found, &known)?);
        }
    }
    Ok(schedules)
}

/// A stored calendar was checked when it was written.
fn ready(calendar: &Calendar, known: &Holidays) -> Result<Schedule> {
    Ok(calendar.schedule(known).map_err(db::corrupt)?)
}

/// When something of this target that starts then would be due, and why: on the calendar as it is, or
/// on a draft of it.
pub async fn due_when(
    conn: &mut Read,
    act: &Act,
    id: CalendarId,
    draft: Option<&Calendar>,
    start: Timestamp,
    target: Target,
) -> Result<Explanation> {
    if !target.is_sensible() {
        return Err(Refusal::invalid("target_out_of_range").at("target").into());
    }
    let at = find_calendar(conn, act.tenant, id).await?.at();
    let mut schedules = schedules(conn, act.tenant, [at]).await?;
    if let Some(draft) = draft {
        let known = holidays(conn, act.tenant).await?;
        let ready = draft.schedule(&known).map_err(|error| within("calendar", error.into()))?;
        schedules.insert(at, ready);
    }
    let terms = Terms { promise: Promise::Resolve, target, wake_bp: Vec::new(), policy: None };
    let clock = Clock::start(act.id::<ClockId>(), terms, at, start);
    Ok(clock.explain(start, &schedules).map_err(refuse)?)
}

/// Brings a year's notice. It takes the place of the one there was, built in or not; deadlines that
/// hung on it are computed from then on with what it says, as nothing of them is stored.
pub async fn put_holidays(tx: &mut Write, act: &Act, notice: HolidayYear) -> Result<HolidayYear> {
    Holidays::none().with(notice.clone()).map_err(Refusal::from)?;
    calendar::put_holidays(tx, act.tenant, &notice, act.now).await?;
    let detail = json!({ "year": notice.year, "notices": notice.notices });
    audit::note(tx, act, "update", ("holidays", None), detail).await?;
    rearm_all(tx, act).await?;
    Ok(notice)
}

/// What a person is told when a clock cannot answer.
pub fn refuse(error: ClockError) -> Refusal {
    match error {
        ClockError::Calendar(error) => error.into(),
        ClockError::Ended => Refusal::conflict("clock_ended"),
        ClockError::Paused => Refusal::conflict("clock_paused"),
        ClockError::Running => Refusal::conflict("clock_running"),
        ClockError::Backwards(at) => Refusal::conflict("clock_backwards").with("at", at),
        ClockError::UnknownCalendar(_) => Refusal::not_found("calendar"),
    }
}

pub(super) fn check_name(name: &Localized) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::invalid("required").at("name"));
    }
    if NAME_CHARS_MAX < name.longest_chars() {
        return Err(Refusal::invalid("too_long").with("max", NAME_CHARS_MAX).at("name"));
    }
    Ok(())
}

/// Refuses when somebody else wrote between reading and writing.
pub(super) fn refuse_overtaken(expected: Option<u32>, found: Option<u32>) -> Result<(), Refusal> {
    match expected {
        Some(expected) if Some(expected) != found => {
            let found = found.unwrap_or(0);
            Err(Refusal::conflict("version_overtaken").with("version", found).at("version"))
        }
        _ => Ok(()),
    }
}

/// The refusal, and all that came with it, with their fields below `place`.
pub(super) fn within(place: &str, mut refusal: Refusal) -> Refusal {
    refusal.field = Some(match refusal.field {
        Some(field) => format!("{place}.{field}"),
        None => place.to_owned(),
    });
    refusal.also = refusal.also.into_iter().map(|it| within(place, it)).collect();
    refusal
}
