//! Working time: workdays, due times, elapsed time, in China unless the time names a zone.

use anyhow::{Context, Result, bail};
use domain::handle::calendar::{Calendar, Holidays, Schedule, TimeOfDay, Week, Window};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Case;
use super::inputs::list;

const CHINA: &str = "Asia/Shanghai";

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "cn_workday" => workday(case),
        "cn_workdays_in_year" => workdays_in_year(case),
        "business_due" => due(case),
        "business_elapsed_seconds" => elapsed(case),
        "add_working_days" => add_working_days(case),
        "elapsed_24x7" => elapsed_always(case),
        _ => return None,
    })
}

/// "CN workdays 09:00-18:00", several windows divided by commas; the standard hours when no
/// calendar is named.
fn schedule(case: &Case<'_>) -> Result<Schedule> {
    let mut calendar = Calendar::standard();
    if case.has("calendar") {
        let name = case.text("calendar")?;
        let hours = name.strip_prefix("CN workdays ").context("only calendars of CN workdays")?;
        let windows: Result<Vec<_>> = hours.split(',').map(|it| window(it.trim())).collect();
        calendar.week = Week::workdays(&windows?);
    }
    Ok(calendar.schedule(&Holidays::built_in())?)
}

fn window(text: &str) -> Result<Window> {
    let (start, end) = text.split_once('-').context("a window is 09:00-18:00")?;
    Ok(Window { start: start.parse::<TimeOfDay>()?, end: end.parse()? })
}

fn date(case: &Case<'_>) -> Result<Date> {
    Ok(case.text("date")?.parse()?)
}

/// "2025-03-08T12:00", in China or in the zone that follows after a blank.
fn instant(text: &str) -> Result<Timestamp> {
    let (time, zone) = text.split_once(' ').unwrap_or((text, CHINA));
    Ok(time.parse::<DateTime>()?.to_zoned(TimeZone::get(zone)?)?.timestamp())
}

fn in_china(at: Timestamp) -> Result<String> {
    let local = at.to_zoned(TimeZone::get(CHINA)?);
    Ok(local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

fn workday(case: &Case<'_>) -> Result<Value> {
    Ok(json!(schedule(case)?.is_working_day(date(case)?)))
}

fn workdays_in_year(case: &Case<'_>) -> Result<Value> {
    let year = i16::try_from(case.count("year")?)?;
    let (first, last) = (Date::new(year, 1, 1)?, Date::new(year, 12, 31)?);
    Ok(json!(schedule(case)?.count_working_days(first, last)))
}

fn due(case: &Case<'_>) -> Result<Value> {
    let start = instant(case.text("start_Asia/Shanghai|start")?)?;
    let hours = SignedDuration::try_from_secs_f64(case.number("hours")? * 3_600.0)?;
    Ok(json!(in_china(schedule(case)?.due(start, hours)?.at)?))
}

fn elapsed(case: &Case<'_>) -> Result<Value> {
    let schedule = schedule(case)?;
    let (start, end) = (instant(case.text("start")?)?, instant(case.text("end")?)?);
    let mut pauses = Vec::new();
    if case.has("pauses") {
        pauses = list(case.value("pauses")?, |pause| {
            let times = list(pause, |it| instant(it.as_str().context("a pause has times")?))?;
            let [from, to] = times[..] else { bail!("a pause has two times") };
            Ok((from.max(start), to.min(end)))
        })?;
    }
    // Pauses that overlap are one: time is counted only once, from where the last one ended.
    pauses.sort_unstable();
    let (mut open, mut from) = (SignedDuration::ZERO, start);
    for (begins, ends) in pauses {
        open += schedule.open_between(from, begins);
        from = from.max(ends);
    }
    open += schedule.open_between(from, end);
    Ok(json!(open.as_secs()))
}

fn add_working_days(case: &Case<'_>) -> Result<Value> {
    let count = u32::try_from(case.count("n")?)?;
    let last = schedule(case)?.add_working_days(date(case)?, count)?;
    Ok(json!(last.to_string()))
}

fn elapsed_always(case: &Case<'_>) -> Result<Value> {
    let schedule = Calendar::always("UTC").schedule(&Holidays::none())?;
    let (start, end) = (instant(case.text("start")?)?, instant(case.text("end")?)?);
    Ok(json!(schedule.open_between(start, end).as_secs()))
}
