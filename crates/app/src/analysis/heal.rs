//! Buckets healed: days that changed are counted anew from their rows, days that are over are
//! added, months are added up of their days. And what is built compared with the rows.

use std::collections::{BTreeMap, BTreeSet};

use domain::analysis::bucket::{
    Cohort, Counts, Grain, Hours, Shape, State, add, bounds, grow, hours_due,
};
use domain::analysis::figure::{DEFINITIONS, Metric};
use domain::platform::role::Scope;
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use jiff::ToSpan as _;
use jiff::civil::Date;
use store::analysis::bucket::{self, Built, Cells, Key};
use store::analysis::mark;
use store::analysis::slice::{Slice, Split};
use store::analysis::{evaluation_facts, invitation_facts};
use store::platform::tenant;
use store::{Read, Write};

use super::figures::{answers, case_rows, value};
use super::seen::{Seen, begin, hours_marked, moments, month, state, today};
use crate::{Act, Result};

/// Days counted in one transaction, so that other writers wait for little.
const DAYS_AT_ONCE: i32 = 8;
const AT_ONCE: usize = 8;

/// Heals a part of what there is to heal in one cohort; `true`: there is more. What is not healed
/// is read from rows meanwhile.
pub async fn heal(tx: &mut Write, act: &Act, cohort: Cohort) -> Result<bool> {
    let tenant = find(tx, act).await?;
    // Who heals waits here for whoever does already; only then are the marks read.
    bucket::lock(tx, act.tenant, cohort, act.now).await?;
    let Seen { mut state, mut hours, marks } = state(tx, act, &tenant, cohort).await?;
    if state.built.is_none() {
        bucket::forget_hours(tx, act.tenant, cohort, i64::MAX).await?;
    }
    let changed = changed(&state);
    let more = AT_ONCE < changed.len();
    let mut counted: Vec<Date> = changed.into_iter().take(AT_ONCE).collect();
    let new = next(tx, act, &tenant, cohort, state.built).await?;
    if let Some((from, to)) = new {
        counted.extend(from.series(1.day()).take_while(|it| *it <= to));
        let (first, last) = state.built.unwrap_or((from, to));
        state.built = Some((first.min(from), last.max(to)));
    }
    for day in &counted {
        count_day(tx, act, &tenant, cohort, *day).await?;
        state.dirty.remove(day);
    }
    if state.built.is_some() {
        count_hours(tx, act, &tenant, cohort, &mut hours).await?;
    }
    // A mark is done with when the days and hours it means are counted, or were never built.
    let zone = tenant.time_zone();
    let days = |it: &mark::Found| -> Vec<Date> {
        let of = |at: jiff::Timestamp| at.to_zoned(zone.clone()).date();
        let end = jiff::SignedDuration::from_millis(mark::QUARTER_MS - 1);
        match &it.day {
            Some(day) => day.parse().ok().into_iter().collect(),
            None => it.quarter.into_iter().flat_map(|it| [of(it), of(it + end)]).collect(),
        }
    };
    let built = |day: &Date| state.built.is_some_and(|(from, to)| (from..=to).contains(day));
    let (day, moments) = today(act, &tenant)?;
    let done = |it: &&mark::Found| {
        days(it).iter().all(|day| !built(day) || !state.dirty.contains(day))
            && hours_marked(it, day, moments, &hours).is_disjoint(&hours.dirty)
    };
    let done: Vec<_> = marks.iter().filter(done).map(|it| it.id).collect();
    mark::remove(tx, act.tenant, cohort, &done).await?;
    let months: BTreeSet<Date> = counted.iter().map(|it| it.first_of_month()).collect();
    for first in months {
        if state.is_month_clean(first) {
            add_month(tx, act, cohort, first).await?;
        }
    }
    let built =
        Built { zone: tenant.zone.clone(), definitions: i64::from(DEFINITIONS), days: state.built };
    bucket::put_built(tx, act.tenant, cohort, &built).await?;
    Ok(more || next(tx, act, &tenant, cohort, state.built).await?.is_some())
}

/// Counts the hours of the day that runs which are over and not counted, or changed since: all of them,
/// at most as much as a day.
async fn count_hours(
    tx: &mut Write,
    act: &Act,
    tenant: &Tenant,
    cohort: Cohort,
    hours: &mut Hours,
) -> Result<()> {
    let (day, moments) = today(act, tenant)?;
    let due: Vec<i64> = hours_due(moments, act.now.as_millisecond(), hours).collect();
    for hour in due.iter().copied() {
        let (cells, turns) =
            count(tx, act, tenant, cohort, day, Some(bounds(hour, moments))).await?;
        let span = bucket::hour_span(hour);
        bucket::replace(tx, act.tenant, cohort, (Grain::Hour, &span), &cells).await?;
        bucket::put_hour(tx, act.tenant, cohort, (day, hour), turns).await?;
        hours.counted.insert(hour);
        hours.dirty.remove(&hour);
    }
    if !due.is_empty() {
        // Those of yesterday stay for whoever reads while the day ends.
        let before = moments.0 - (moments.1 - moments.0);
        bucket::forget_hours(tx, act.tenant, cohort, before).await?;
    }
    hours.dirty.retain(|it| hours.counted.contains(it));
    Ok(())
}

/// Forgets what is built, so that it is built anew; until then figures come from rows.
pub async fn forget(tx: &mut Write, act: &Act, cohort: Cohort) -> Result<()> {
    bucket::lock(tx, act.tenant, cohort, act.now).await?;
    let built = Built { zone: String::new(), definitions: 0, days: None };
    Ok(bucket::put_built(tx, act.tenant, cohort, &built).await?)
}

async fn find(conn: &mut Read, act: &Act) -> Result<Tenant> {
    let found = tenant::find(conn, act.tenant).await?;
    Ok(found.ok_or_else(|| Refusal::not_found("tenant"))?)
}

/// The days that are built and changed since, the newest first: they are asked for most.
fn changed(state: &State) -> Vec<Date> {
    let built = |day: &Date| state.built.is_some_and(|(from, to)| (from..=to).contains(day));
    state.dirty.iter().rev().copied().filter(built).collect()
}

/// The days to be built next, both ends within; `None`: everything is built that can be.
async fn next(
    conn: &mut Read,
    act: &Act,
    tenant: &Tenant,
    cohort: Cohort,
    built: Option<(Date, Date)>,
) -> Result<Option<(Date, Date)>> {
    let zone = tenant.time_zone();
    let (day, moment) = bucket::oldest(conn, act.tenant, cohort).await?;
    let oldest = day.or_else(|| moment.map(|it| it.to_zoned(zone.clone()).date()));
    let yesterday = act.now.to_zoned(zone).date().yesterday();
    Ok(match (oldest, yesterday) {
        (Some(oldest), Ok(yesterday)) => grow(built, oldest, yesterday, DAYS_AT_ONCE),
        _ => None,
    })
}

/// Whether [`heal`] would find something to do.
pub async fn is_due(conn: &mut Read, act: &Act, cohort: Cohort) -> Result<bool> {
    let tenant = find(conn, act).await?;
    let Seen { state, hours, marks } = state(conn, act, &tenant, cohort).await?;
    let now_ms = act.now.as_millisecond();
    let hour = hours_due(today(act, &tenant)?.1, now_ms, &hours).next();
    Ok(!marks.is_empty()
        || !changed(&state).is_empty()
        || (hour.is_some() && state.built.is_some())
        || next(conn, act, &tenant, cohort, state.built).await?.is_some())
}

/// Counts the rows of a day and says when it changes by itself.
async fn count_day(
    tx: &mut Write,
    act: &Act,
    tenant: &Tenant,
    cohort: Cohort,
    day: Date,
) -> Result<()> {
    let (cells, turns) = count(tx, act, tenant, cohort, day, None).await?;
    let span = day.to_string();
    bucket::replace(tx, act.tenant, cohort, (Grain::Day, &span), &cells).await?;
    bucket::put_turn(tx, act.tenant, cohort, day, turns).await?;
    Ok(())
}

/// A month is the sum of its days.
async fn add_month(tx: &mut Write, act: &Act, cohort: Cohort, first: Date) -> Result<()> {
    let (from, to) = (first.to_string(), first.last_of_month().to_string());
    let cells = bucket::sum(tx, act.tenant, cohort, Grain::Day, (&from, &to)).await?;
    let span = month(first);
    Ok(bucket::replace(tx, act.tenant, cohort, (Grain::Month, &span), &cells).await?)
}

/// What the rows of a day, or of moments of it, are in every shape, and the next moment at which they
/// count differently.
async fn count(
    conn: &mut Read,
    act: &Act,
    tenant: &Tenant,
    cohort: Cohort,
    day: Date,
    within: Option<(i64, i64)>,
) -> Result<(Cells, Option<i64>)> {
    let mut slice = whole(tenant, day)?;
    if let Some(within) = within {
        slice = moments(&slice, cohort, within)?;
    }
    let (from, to) = (slice.from, slice.to);
    let mut cells = Cells::new();
    let mut turns: Option<i64> = None;
    match cohort {
        Cohort::Answered => {
            let scores = [Metric::Csat, Metric::Nps, Metric::Ces];
            let counted = evaluation_facts::census(conn, act.tenant, &slice).await?;
            for (key, values, count) in counted {
                for (metric, value) in scores.into_iter().zip(values) {
                    if let Some(value) = value {
                        put(&mut cells, metric, &key, &[(value, count)].into());
                    }
                }
            }
        }
        Cohort::Sent => {
            for (key, hits, of) in invitation_facts::census(conn, act.tenant, from, to).await? {
                put(&mut cells, Metric::ResponseRate, &key, &answers(hits, of));
            }
        }
        Cohort::Opened | Cohort::Due | Cohort::Closed => {
            for metric in Metric::kept(cohort) {
                for it in case_rows(conn, act, metric, &slice, Split::Whole).await? {
                    turns = turns.into_iter().chain(it.turns_ms).min();
                    let counts = value(metric, &it).map(|it| (it, 1)).into_iter().collect();
                    put(&mut cells, metric, &it.key, &counts);
                }
            }
        }
    }
    Ok((cells, turns))
}

/// Everything of one day.
fn whole(tenant: &Tenant, day: Date) -> Result<Slice> {
    let zone = tenant.time_zone();
    Ok(Slice {
        scope: Scope::All,
        from_day: day.to_string(),
        to_day: day.to_string(),
        from: begin(day, &zone)?,
        to: begin(day.tomorrow().unwrap_or(day), &zone)?,
        within: None,
        team: None,
        staff: None,
        channel: None,
        kind: None,
        round: None,
        forms: vec![],
    })
}

/// Adds the counts to every shape. A group of which nothing counts is there all the same, empty.
fn put(cells: &mut Cells, metric: Metric, key: &Key, counts: &Counts) {
    for shape in Shape::ALL {
        add(cells.entry((metric, *shape, key.of(*shape))).or_default(), counts);
    }
}

/// What [`verify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Days whose buckets were compared with their rows.
    pub days: u64,
    /// Months whose buckets were compared with their days.
    pub months: u64,
    /// Hours of the day that runs whose buckets were compared with their rows.
    pub hours: u64,
    /// Days that changed since they were built: they are read from rows until they are healed.
    pub dirty: u64,
    /// Days and months whose buckets do not say what they are made of.
    pub wrong: Vec<String>,
}

/// Compares every bucket that is believed with what it was made of.
pub async fn verify(conn: &mut Read, act: &Act, cohort: Cohort) -> Result<Checked> {
    let tenant = find(conn, act).await?;
    let Seen { state, hours, .. } = state(conn, act, &tenant, cohort).await?;
    let mut checked = Checked::default();
    let Some((first, last)) = state.built else { return Ok(checked) };
    let mut months: BTreeMap<Date, Cells> = BTreeMap::new();
    for day in first.series(1.day()).take_while(|it| *it <= last) {
        if !state.is_clean(day) {
            checked.dirty += 1;
            continue;
        }
        let span = day.to_string();
        let kept = bucket::sum(conn, act.tenant, cohort, Grain::Day, (&span, &span)).await?;
        let (rows, _) = count(conn, act, &tenant, cohort, day, None).await?;
        checked.days += 1;
        if kept != rows {
            checked.wrong.push(span);
        }
        if state.is_month_clean(day) {
            let sum = months.entry(day.first_of_month()).or_default();
            for (key, counts) in kept {
                add(sum.entry(key).or_default(), &counts);
            }
        }
    }
    let (day, moments) = today(act, &tenant)?;
    for hour in hours.counted.difference(&hours.dirty).copied() {
        let span = bucket::hour_span(hour);
        let kept = bucket::sum(conn, act.tenant, cohort, Grain::Hour, (&span, &span)).await?;
        let within = Some(bounds(hour, moments));
        let (rows, _) = count(conn, act, &tenant, cohort, day, within).await?;
        checked.hours += 1;
        if kept != rows {
            checked.wrong.push(format!("{day} {span}"));
        }
    }
    for (first, sum) in months {
        let span = month(first);
        let kept = bucket::sum(conn, act.tenant, cohort, Grain::Month, (&span, &span)).await?;
        checked.months += 1;
        if kept != sum {
            checked.wrong.push(span);
        }
    }
    Ok(checked)
}
