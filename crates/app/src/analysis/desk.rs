//! Where figures are counted: from buckets as far as these are to be believed, else from rows.

use std::collections::BTreeMap;

use domain::analysis::bucket::{
    Cohort, Counts, Grain, Hours, Need, Piece, Shape, State, Stretch, add, cover, cover_hours,
    facts,
};
use domain::analysis::figure::{Facts, Metric};
use domain::platform::role::Scope;
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use jiff::civil::Date;
use store::Read;
use store::analysis::bucket::{self, Parts, Span};
use store::analysis::slice::{Part, Slice, Split};
use store::analysis::{evaluation_facts, invitation_facts};
use store::platform::tenant;

use super::figures::{Of, answers, case_rows, invitations, score, slice, value};
use super::seen::{Seen, around, begin, date, moments, month, period, state, today};
use crate::{Act, Result};

/// What a question or several are answered from: whose, when, how far the buckets are to be believed,
/// looked up once for each cohort, and what was counted for the questions before.
#[derive(Debug)]
pub struct Desk<'a> {
    act: &'a Act,
    tenant: Tenant,
    states: BTreeMap<Cohort, Known>,
    /// Every metric will be asked: those of a cohort are read together.
    is_for_all: bool,
    buckets: Vec<(Asked, BTreeMap<Metric, Parts>)>,
    counted: Vec<((Metric, Slice, Split), Parts)>,
}

/// A question to the buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    metrics: Vec<Metric>,
    shape: Shape,
    spans: Vec<Span>,
    slice: Slice,
    split: Split,
}

/// From what a slice is counted.
#[derive(Debug, Default)]
struct Sources {
    /// Buckets of days and months.
    spans: Vec<Span>,
    /// Buckets of hours, of the day that runs.
    hours: Vec<Span>,
    rows: Vec<Slice>,
}

/// The buckets of a cohort that are to be believed.
#[derive(Debug, Clone, Default)]
struct Known {
    state: State,
    hours: Hours,
}

impl<'a> Desk<'a> {
    /// Reads from buckets what they hold and from rows what changed since: what it says is never
    /// older than the rows.
    pub async fn new(conn: &mut Read, act: &'a Act) -> Result<Self> {
        let tenant = tenant::find(conn, act.tenant).await?;
        let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
        let states = BTreeMap::new();
        Ok(Self { act, tenant, states, is_for_all: false, buckets: vec![], counted: vec![] })
    }

    /// For somebody who asks for every metric.
    #[must_use]
    pub fn for_all(self) -> Self {
        Self { is_for_all: true, ..self }
    }

    /// Reads everything from rows: slow, and what buckets are compared with.
    pub async fn of_rows(conn: &mut Read, act: &'a Act) -> Result<Self> {
        let desk = Self::new(conn, act).await?;
        let states = Cohort::ALL.iter().map(|it| (*it, Known::default())).collect();
        Ok(Self { states, ..desk })
    }

    /// The rows asked for, within the caller's reach.
    pub fn slice(&self, of: &Of) -> Result<Slice, Refusal> {
        slice(self.act, &self.tenant, of)
    }

    async fn known(&mut self, conn: &mut Read, cohort: Cohort) -> Result<&Known> {
        if !self.states.contains_key(&cohort) {
            let Seen { state, hours, .. } = state(conn, self.act, &self.tenant, cohort).await?;
            self.states.insert(cohort, Known { state, hours });
        }
        Ok(&self.states[&cohort])
    }

    /// What the metric counts in the slice, by part.
    pub(super) async fn facts(
        &mut self,
        conn: &mut Read,
        metric: Metric,
        slice: &Slice,
        split: Split,
    ) -> Result<BTreeMap<Part, Facts>> {
        Ok(facts_of(metric, self.counts(conn, metric, slice, split).await?))
    }

    /// The same before it is made facts of, so that parts can be added up.
    pub(super) async fn counts(
        &mut self,
        conn: &mut Read,
        metric: Metric,
        slice: &Slice,
        split: Split,
    ) -> Result<&Parts> {
        let asked = (metric.kept_as(), slice.clone(), split);
        let known = self.counted.iter().position(|(it, _)| *it == asked);
        if let Some(at) = known {
            return Ok(&self.counted[at].1);
        }
        // Every evaluation is of a form: counted by form, the whole is known.
        let by_form = (asked.0, slice.clone(), Split::Form);
        let by_form = self.counted.iter().find(|(it, _)| split == Split::Whole && *it == by_form);
        let parts = match by_form {
            Some((_, parts)) => whole(parts),
            None => self.count(conn, metric, slice, split).await?,
        };
        self.counted.push((asked, parts));
        Ok(&self.counted[self.counted.len() - 1].1)
    }

    async fn count(
        &mut self,
        conn: &mut Read,
        metric: Metric,
        slice: &Slice,
        split: Split,
    ) -> Result<Parts> {
        let known = self.known(conn, metric.cohort()).await?.clone();
        let Sources { mut spans, hours, rows } = self.sources(metric, slice, split, &known)?;
        // A bucket of an hour does not say which day and month it is of.
        let (today, _) = today(self.act, &self.tenant)?;
        let mut parts = Parts::new();
        if split.is_dated() {
            let today = if split.is_by_day() { today.to_string() } else { month(today) };
            let found = self.buckets(conn, metric, hours, slice, split.undated()).await?;
            let found = found.into_iter().map(|(part, it)| (part.on(today.clone()), it));
            join(&mut parts, found.collect());
        } else {
            spans.extend(hours);
        }
        join(&mut parts, self.buckets(conn, metric, spans, slice, split).await?);
        for rows in rows {
            join(&mut parts, counts_of_rows(conn, self.act, metric, &rows, split).await?);
        }
        Ok(parts)
    }

    /// What buckets hold of the metric.
    async fn buckets(
        &mut self,
        conn: &mut Read,
        metric: Metric,
        spans: Vec<Span>,
        slice: &Slice,
        split: Split,
    ) -> Result<Parts> {
        let (cohort, metric) = (metric.cohort(), metric.kept_as());
        let metrics: Vec<Metric> =
            if self.is_for_all { Metric::kept(cohort).collect() } else { vec![metric] };
        let shape = need(slice, split).shape();
        let asked = Asked { metrics, shape, spans, slice: slice.clone(), split };
        let of = |found: &BTreeMap<Metric, Parts>| found.get(&metric).cloned().unwrap_or_default();
        if let Some((_, found)) = self.buckets.iter().find(|(it, _)| *it == asked) {
            return Ok(of(found));
        }
        let what = (cohort, asked.metrics.as_slice(), shape);
        let found = bucket::read(conn, self.act.tenant, what, &asked.spans, slice, split).await?;
        let parts = of(&found);
        if self.is_for_all {
            self.buckets.push((asked, found));
        }
        Ok(parts)
    }

    /// Where the counts of the slice stand: in buckets as far as these are to be believed.
    fn sources(
        &self,
        metric: Metric,
        slice: &Slice,
        split: Split,
        Known { state, hours }: &Known,
    ) -> Result<Sources> {
        let days = (date(&slice.from_day)?, date(&slice.to_day)?);
        let (today, day) = today(self.act, &self.tenant)?;
        let mut sources = Sources::default();
        for stretch in cover(days.0, days.1, state, !split.is_by_day()) {
            match stretch {
                Stretch::Days(from, to) => {
                    sources.spans.push((Grain::Day, from.to_string(), to.to_string()));
                }
                Stretch::Months(from, to) => {
                    sources.spans.push((Grain::Month, month(from), month(to)));
                }
                // Of the day that runs, hours may have buckets.
                Stretch::Rows(from, to)
                    if !hours.counted.is_empty() && from <= today && today <= to =>
                {
                    for (from, to) in around(today, from, to) {
                        sources.rows.push(self.within(slice, from, to)?);
                    }
                    let rows = self.within(slice, today, today)?;
                    for piece in cover_hours(day, hours) {
                        match piece {
                            Piece::Rows(from, to) => {
                                let rows = moments(&rows, metric.cohort(), (from, to))?;
                                sources.rows.push(rows);
                            }
                            Piece::Hours(first, last) => {
                                let [first, last] = [first, last].map(bucket::hour_span);
                                sources.hours.push((Grain::Hour, first, last));
                            }
                        }
                    }
                }
                Stretch::Rows(from, to) => sources.rows.push(self.within(slice, from, to)?),
            }
        }
        Ok(sources)
    }

    /// The same slice of other days, both within.
    fn within(&self, slice: &Slice, from: Date, to: Date) -> Result<Slice> {
        let zone = self.tenant.time_zone();
        Ok(Slice {
            from_day: from.to_string(),
            to_day: to.to_string(),
            from: begin(from, &zone)?,
            to: begin(to.tomorrow().map_err(|_| period())?, &zone)?,
            ..slice.clone()
        })
    }
}

fn facts_of(metric: Metric, parts: &Parts) -> BTreeMap<Part, Facts> {
    parts.iter().map(|(part, it)| (part.clone(), facts(metric, it.clone()))).collect()
}

/// All parts together.
fn whole(parts: &Parts) -> Parts {
    let mut all = Counts::new();
    for counts in parts.values() {
        add(&mut all, counts);
    }
    [(Part::Whole, all)].into()
}

fn join(parts: &mut Parts, more: Parts) {
    for (part, counts) in more {
        add(parts.entry(part).or_default(), &counts);
    }
}

/// Which dimensions the question tells apart. Rounds and forms are always told apart.
fn need(slice: &Slice, split: Split) -> Need {
    let (team, staff) = match &slice.scope {
        Scope::All => (false, false),
        Scope::Own(_) => (false, true),
        Scope::Teams(..) => (true, true),
    };
    let split = split.undated();
    Need {
        team: team || slice.team.is_some() || split == Split::Team,
        staff: staff || slice.staff.is_some() || split == Split::Staff,
        channel: slice.channel.is_some() || split == Split::Channel,
        kind: slice.kind.is_some() || split == Split::Kind,
    }
}

/// The same as buckets hold, of rows.
async fn counts_of_rows(
    conn: &mut Read,
    act: &Act,
    metric: Metric,
    slice: &Slice,
    split: Split,
) -> Result<BTreeMap<Part, Counts>> {
    let mut parts: BTreeMap<Part, Counts> = BTreeMap::new();
    if let Some(score) = score(metric) {
        let counted = evaluation_facts::scores(conn, act.tenant, score, slice, split).await?;
        for (part, score, count) in counted {
            parts.entry(part).or_default().insert(score, count.unsigned_abs());
        }
    } else if metric == Metric::ResponseRate && !split.is_dated() {
        let counted = invitation_facts::counts(conn, act.tenant, slice, split).await?;
        for (part, answered, delivered) in counted {
            let (hits, of) = (answered.unsigned_abs(), delivered.unsigned_abs());
            parts.insert(part, answers(hits, of));
        }
    } else if metric == Metric::ResponseRate {
        for it in invitations(conn, act, slice, split).await? {
            add(parts.entry(it.part).or_default(), &answers(u64::from(it.answered), 1));
        }
    } else {
        for it in case_rows(conn, act, metric, slice, split).await? {
            let counts = parts.entry(it.part.clone()).or_default();
            if let Some(value) = value(metric, &it) {
                *counts.entry(value).or_default() += 1;
            }
        }
    }
    Ok(parts)
}
