//! How far buckets are to be believed: which days and hours are counted, what changed since, and when
//! days begin and end.

use std::collections::BTreeSet;

use domain::analysis::bucket::{Cohort, Hours, State, hour_of};
use domain::analysis::figure::DEFINITIONS;
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::Read;
use store::analysis::bucket;
use store::analysis::mark::{self, Found};
use store::analysis::slice::Slice;

use super::figures::DAYS_MAX;
use crate::{Act, Result};

/// How far the buckets of a cohort are to be believed, and the marks that were seen.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub state: State,
    /// Of the day that runs.
    pub hours: Hours,
    pub marks: Vec<Found>,
}

/// Looks it up. The marks are read before anything that is counted is.
pub(super) async fn state(
    conn: &mut Read,
    act: &Act,
    tenant: &Tenant,
    cohort: Cohort,
) -> Result<Seen> {
    let marks = mark::list(conn, act.tenant, cohort).await?;
    let built = bucket::built(conn, act.tenant, cohort).await?;
    let built = built.filter(|it| {
        it.zone == tenant.zone
            && it.definitions == i64::from(DEFINITIONS)
            && marks.iter().all(|it| it.day.is_some() || it.quarter.is_some())
    });
    let Some(days) = built.and_then(|it| it.days) else {
        return Ok(Seen { state: State::default(), hours: Hours::default(), marks });
    };
    let (today, bounds) = today(act, tenant)?;
    let mut hours = Hours::default();
    for (hour, turned) in bucket::hours(conn, act.tenant, cohort, today, act.now).await? {
        hours.counted.insert(hour);
        hours.dirty.extend(turned.then_some(hour));
    }
    for it in &marks {
        hours.dirty.extend(hours_marked(it, today, bounds, &hours));
    }
    let zone = tenant.time_zone();
    let mut dirty: BTreeSet<Date> =
        bucket::turned(conn, act.tenant, cohort, act.now).await?.into_iter().collect();
    for it in &marks {
        if let Some(day) = &it.day {
            dirty.insert(date(day)?);
        } else if let Some(at) = it.quarter {
            // Where a zone's midnight falls into the quarter, it is of two days.
            let end = at + SignedDuration::from_millis(mark::QUARTER_MS - 1);
            dirty.extend([at, end].map(|it| it.to_zoned(zone.clone()).date()));
        }
    }
    Ok(Seen { state: State { built: Some(days), dirty }, hours, marks })
}

/// The hours of the day that runs in which the mark says that something changed.
pub(super) fn hours_marked(
    it: &Found,
    today: Date,
    bounds: (i64, i64),
    hours: &Hours,
) -> BTreeSet<i64> {
    let of_today = it.day.as_ref().is_some_and(|it| *it == today.to_string());
    let at = it.quarter.map(Timestamp::as_millisecond);
    match (&it.day, at) {
        (Some(_), Some(at)) if of_today => [hour_of(at, bounds)].into(),
        (Some(_), None) if of_today => hours.counted.clone(),
        (None, Some(at)) if (bounds.0 - mark::QUARTER_MS..bounds.1).contains(&at) => {
            [hour_of(at, bounds)].into()
        }
        _ => BTreeSet::new(),
    }
}

/// The company's day that runs, and the moments it begins and ends, in milliseconds.
pub(super) fn today(act: &Act, tenant: &Tenant) -> Result<(Date, (i64, i64))> {
    let zone = tenant.time_zone();
    let day = act.now.to_zoned(zone.clone()).date();
    let ends = day.tomorrow().map_err(|_| period())?;
    let (begin, end) = (begin(day, &zone)?, begin(ends, &zone)?);
    Ok((day, (begin.as_millisecond(), end.as_millisecond())))
}

/// Of a slice of one day the rows with these moments; the last is not within. Where rows say their day
/// themselves, their moments may lie outside of it.
pub(super) fn moments(slice: &Slice, cohort: Cohort, (from, to): (i64, i64)) -> Result<Slice> {
    let mut slice = slice.clone();
    match cohort {
        Cohort::Answered | Cohort::Opened => slice.within = Some((from, to)),
        Cohort::Sent | Cohort::Due | Cohort::Closed => {
            slice.from = slice.from.max(store::db::time(from.max(0))?);
            slice.to = slice.to.min(store::db::time(to.min(slice.to.as_millisecond()))?);
        }
    }
    Ok(slice)
}

/// The days before and after one of a period.
pub(super) fn around(day: Date, from: Date, to: Date) -> Vec<(Date, Date)> {
    let before = day.yesterday().ok().filter(|it| from <= *it).map(|it| (from, it));
    let after = day.tomorrow().ok().filter(|it| *it <= to).map(|it| (it, to));
    before.into_iter().chain(after).collect()
}

pub(super) fn begin(date: Date, zone: &TimeZone) -> Result<Timestamp, Refusal> {
    date.to_zoned(zone.clone()).map(|it| it.timestamp()).map_err(|_| period())
}

/// A month as the buckets call it: `YYYY-MM`.
pub(super) fn month(day: Date) -> String {
    let mut month = day.to_string();
    month.truncate("YYYY-MM".len());
    month
}

pub(super) fn date(text: &str) -> Result<Date, Refusal> {
    text.parse().map_err(|_| period())
}

/// A period that cannot be asked for.
pub(super) fn period() -> Refusal {
    Refusal::invalid("period").with("max", DAYS_MAX).at("to")
}
