//! The trend of a figure with a line for each team, person or other part.

use std::collections::{BTreeMap, BTreeSet};

use domain::analysis::bucket::{Counts, add, facts};
use domain::analysis::figure::{Figure, Metric, figure};
use domain::refusal::Refusal;
use store::Read;
use store::analysis::bucket::Parts;
use store::analysis::slice::{Line, Part, Split};

use super::desk::Desk;
use super::figures::Of;
use crate::Result;

/// Nobody reads more lines at once; the largest are kept.
pub const LINES_MAX: usize = 100;

/// Beyond so many days a point is a month.
pub const DAYS_MAX: i32 = 100;

/// What a point of a line is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    Day,
    Month,
}

#[derive(Debug, Clone)]
pub struct Trend {
    /// The days or months that any line has something of, in order.
    pub dates: Vec<String>,
    /// The largest first.
    pub lines: Vec<LineOf>,
    /// Lines there are beyond these.
    pub more: usize,
}

#[derive(Debug, Clone)]
pub struct LineOf {
    pub part: Part,
    /// Of the whole period.
    pub total: Figure,
    /// One for each date.
    pub points: Vec<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub value: Option<f64>,
    pub denominator: u64,
}

/// The lines of `metric`, counted in one question: a line is the sum of its points.
pub async fn trend(
    conn: &mut Read,
    desk: &mut Desk<'_>,
    metric: Metric,
    of: &Of,
    (each, by): (Each, Line),
) -> Result<Trend> {
    let days = of.to.since(of.from).map_or(0, |it| it.get_days()) + 1;
    if each == Each::Day && DAYS_MAX < days {
        return Err(Refusal::invalid("period").with("max", DAYS_MAX).at("to").into());
    }
    let split = match each {
        Each::Day => Split::DayBy(by),
        Each::Month => Split::MonthBy(by),
    };
    let slice = desk.slice(of)?;
    let counted = desk.counts(conn, metric, &slice, split).await?;
    Ok(lines(metric, counted))
}

fn lines(metric: Metric, counted: &Parts) -> Trend {
    let mut by_part: BTreeMap<&Part, BTreeMap<&str, &Counts>> = BTreeMap::new();
    let mut dates = BTreeSet::new();
    for (part, counts) in counted {
        if let Part::On(date, part) = part {
            dates.insert(date.as_str());
            by_part.entry(part).or_default().insert(date, counts);
        }
    }
    let point = |counts: Option<&Counts>| {
        let Some(counts) = counts else { return Point { value: None, denominator: 0 } };
        let Figure { value, denominator, .. } = figure(metric, &facts(metric, counts.clone()));
        Point { value, denominator }
    };
    let mut totals: Vec<(&Part, Figure, BTreeMap<&str, &Counts>)> = vec![];
    for (part, days) in by_part {
        let mut all = Counts::new();
        for counts in days.values() {
            add(&mut all, counts);
        }
        totals.push((part, figure(metric, &facts(metric, all)), days));
    }
    // Sorted by part before: equals keep one order.
    totals.sort_by_key(|it| std::cmp::Reverse(it.1.denominator));
    let more = totals.len().saturating_sub(LINES_MAX);
    totals.truncate(LINES_MAX);
    let line = |(part, total, days): (&Part, Figure, BTreeMap<&str, &Counts>)| LineOf {
        points: dates.iter().map(|it| point(days.get(it).copied())).collect(),
        part: part.clone(),
        total,
    };
    let lines = totals.into_iter().map(line).collect();
    Trend { lines, more, dates: dates.into_iter().map(str::to_owned).collect() }
}
