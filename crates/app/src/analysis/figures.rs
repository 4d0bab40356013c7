//! Figures of a period: in all, split, compared with the period before, down to the rows.

use std::collections::BTreeMap;

use domain::analysis::bucket::{
    Cohort, Counts, Grain, HIT, Hours, MISS, Need, Piece, State, Stretch, add, cover, cover_hours,
    facts, share_value,
};
use domain::analysis::figure::{
    Change, Facts, Figure, Metric, Unit, change, change_among, counted_seconds, figure,
};
use domain::id::{FormId, StaffId, TeamId};
use domain::platform::role::Scope;
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use store::Read;
use store::analysis::bucket;
use store::analysis::case_facts::{self, Fact};
use store::analysis::evaluation_facts::{self, Score};
use store::analysis::invitation_facts::{self, Delivered};
use store::analysis::slice::{Part, Slice, Split};
use store::platform::tenant;

use super::seen::{Seen, around, begin, date, moments, month, period, state, today};
use crate::{Act, Result};

/// Periods are at most this long.
pub const DAYS_MAX: i32 = 366 * 3;

/// The same problem within this long after closing is second feedback (B07).
const SECOND_FEEDBACK_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Which part of the rows, as a person asks for it.
#[derive(Debug, Clone)]
pub struct Of {
    pub from: Date,
    /// Within.
    pub to: Date,
    pub team: Option<TeamId>,
    pub staff: Option<StaffId>,
    pub channel: Option<String>,
    pub kind: Option<String>,
    /// For figures of evaluations; `None`: every round together.
    pub round: Option<String>,
    pub form: Option<FormId>,
}

/// A figure in all and by part, with the period of the same length before.
#[derive(Debug, Clone)]
pub struct Figures {
    pub metric: Metric,
    pub total: Figure,
    pub before: Figure,
    pub change: Change,
    /// Of figures of evaluations: who was asked in the period, and answered.
    pub response: Option<Figure>,
    pub parts: Vec<PartOf>,
}

#[derive(Debug, Clone)]
pub struct PartOf {
    pub part: Part,
    pub figure: Figure,
    /// Since the period before, held to what so many comparisons at once ask for. `None`: parts
    /// are days or months, which have no before in the period before.
    pub change: Option<Change>,
    pub response: Option<Figure>,
}

/// What a question or several are answered from: whose, when, and how far the buckets are to be
/// believed, looked up once for each cohort.
#[derive(Debug)]
pub struct Desk<'a> {
    act: &'a Act,
    tenant: Tenant,
    states: BTreeMap<Cohort, Known>,
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
        Ok(Self { act, tenant, states: BTreeMap::new() })
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
    async fn facts(
        &mut self,
        conn: &mut Read,
        metric: Metric,
        slice: &Slice,
        split: Split,
    ) -> Result<BTreeMap<Part, Facts>> {
        let days = (date(&slice.from_day)?, date(&slice.to_day)?);
        let Known { state, hours } = self.known(conn, metric.cohort()).await?;
        let stretches = cover(days.0, days.1, state, split != Split::Day);
        let hours = hours.clone();
        let shape = need(slice, split).shape();
        let mut parts: BTreeMap<Part, Counts> = BTreeMap::new();
        for stretch in stretches {
            let found = match stretch {
                Stretch::Rows(from, to) => {
                    self.of_rows_between(conn, metric, (slice, split), (from, to), &hours).await?
                }
                Stretch::Days(from, to) => {
                    let (from, to) = (from.to_string(), to.to_string());
                    let span = (Grain::Day, from.as_str(), to.as_str());
                    let what = (metric, shape);
                    bucket::read(conn, self.act.tenant, what, span, slice, split).await?
                }
                Stretch::Months(from, to) => {
                    let (from, to) = (month(from), month(to));
                    let span = (Grain::Month, from.as_str(), to.as_str());
                    let what = (metric, shape);
                    bucket::read(conn, self.act.tenant, what, span, slice, split).await?
                }
            };
            for (part, counts) in found {
                add(parts.entry(part).or_default(), &counts);
            }
        }
        Ok(parts.into_iter().map(|(part, it)| (part, facts(metric, it))).collect())
    }

    /// Days without buckets from their rows; but of the day that runs the hours that have buckets
    /// from these.
    async fn of_rows_between(
        &self,
        conn: &mut Read,
        metric: Metric,
        (slice, split): (&Slice, Split),
        (from, to): (Date, Date),
        hours: &Hours,
    ) -> Result<BTreeMap<Part, Counts>> {
        let (today, day) = today(self.act, &self.tenant)?;
        if hours.counted.is_empty() || today < from || to < today {
            let rows = self.within(slice, from, to)?;
            return counts_of_rows(conn, self.act, metric, &rows, split).await;
        }
        let mut parts: BTreeMap<Part, Counts> = BTreeMap::new();
        for (from, to) in around(today, from, to) {
            let rows = self.within(slice, from, to)?;
            join(&mut parts, counts_of_rows(conn, self.act, metric, &rows, split).await?);
        }
        let rows = self.within(slice, today, today)?;
        for piece in cover_hours(day, hours) {
            let found = match piece {
                Piece::Rows(from, to) => {
                    let rows = moments(&rows, metric.cohort(), (from, to))?;
                    counts_of_rows(conn, self.act, metric, &rows, split).await?
                }
                Piece::Hours(first, last) => {
                    let (first, last) = (bucket::hour_span(first), bucket::hour_span(last));
                    let span = (Grain::Hour, first.as_str(), last.as_str());
                    let what = (metric, need(slice, split).shape());
                    // A bucket of an hour does not say which day and month it is of.
                    let dated = match split {
                        Split::Day => Some(today.to_string()),
                        Split::Month => Some(month(today)),
                        _ => None,
                    };
                    let by = if dated.is_some() { Split::Whole } else { split };
                    let found = bucket::read(conn, self.act.tenant, what, span, slice, by).await?;
                    let of = |part| dated.clone().map_or(part, Part::Word);
                    found.into_iter().map(|(part, counts)| (of(part), counts)).collect()
                }
            };
            join(&mut parts, found);
        }
        Ok(parts)
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

fn join(parts: &mut BTreeMap<Part, Counts>, more: BTreeMap<Part, Counts>) {
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
    Need {
        team: team || slice.team.is_some() || split == Split::Team,
        staff: staff || slice.staff.is_some() || split == Split::Staff,
        channel: slice.channel.is_some() || split == Split::Channel,
        kind: slice.kind.is_some() || split == Split::Kind,
    }
}

/// The figure of `metric` and its parts.
pub async fn figures(
    conn: &mut Read,
    desk: &mut Desk<'_>,
    metric: Metric,
    of: &Of,
    split: Split,
) -> Result<Figures> {
    let slice = desk.slice(of)?;
    let days = of.to.since(of.from).map_or(0, |it| it.get_days()) + 1;
    let back = |date: Date| date.checked_sub(days.days()).map_err(|_| period());
    let earlier = Of { from: back(of.from)?, to: back(of.to)?, ..of.clone() };
    let earlier = desk.slice(&earlier)?;

    let now = whole(desk.facts(conn, metric, &slice, Split::Whole).await?, metric);
    let before = whole(desk.facts(conn, metric, &earlier, Split::Whole).await?, metric);
    let asked = asked(conn, desk, metric, &slice).await?;
    let response = match &asked {
        Some(it) => {
            let found = desk.facts(conn, Metric::ResponseRate, it, Split::Whole).await?;
            Some(whole(found, Metric::ResponseRate))
        }
        None => None,
    };
    Ok(Figures {
        metric,
        total: figure(metric, &now),
        before: figure(metric, &before),
        change: change(metric, &now, &before),
        response: response.map(|it| figure(Metric::ResponseRate, &it)),
        parts: parts(conn, desk, metric, (&slice, &earlier), asked.as_ref(), split).await?,
    })
}

/// Whom a score could have come from: those asked by the forms it did come from. `None` for what
/// is not a score of customers.
async fn asked(
    conn: &mut Read,
    desk: &mut Desk<'_>,
    metric: Metric,
    slice: &Slice,
) -> Result<Option<Slice>> {
    if score(metric).is_none() {
        return Ok(None);
    }
    let found = desk.facts(conn, metric, slice, Split::Form).await?;
    let form = |it: &Part| if let Part::Id(id) = it { Some(FormId(*id)) } else { None };
    let forms: Vec<FormId> = found.keys().filter_map(form).collect();
    let forms = if forms.is_empty() { slice.forms.clone() } else { forms };
    Ok(Some(Slice { forms, ..slice.clone() }))
}

fn whole(mut facts: BTreeMap<Part, Facts>, metric: Metric) -> Facts {
    facts.remove(&Part::Whole).unwrap_or_else(|| Facts::none(metric))
}

async fn parts(
    conn: &mut Read,
    desk: &mut Desk<'_>,
    metric: Metric,
    (slice, earlier): (&Slice, &Slice),
    asked: Option<&Slice>,
    split: Split,
) -> Result<Vec<PartOf>> {
    if split == Split::Whole {
        return Ok(vec![]);
    }
    let now = desk.facts(conn, metric, slice, split).await?;
    let before = match split {
        Split::Day | Split::Month => None,
        _ => Some(desk.facts(conn, metric, earlier, split).await?),
    };
    // An invitation has no kind.
    let response = match asked.filter(|_| split != Split::Kind) {
        Some(it) => Some(desk.facts(conn, Metric::ResponseRate, it, split).await?),
        None => None,
    };
    let known = |part: &Part| before.as_ref().is_some_and(|it| it.contains_key(part));
    let compared = now.keys().filter(|it| known(it)).count();
    let none = Facts::none(metric);
    let nobody = Facts::none(Metric::ResponseRate);
    let part = |(part, now): (Part, Facts)| PartOf {
        figure: figure(metric, &now),
        change: before
            .as_ref()
            .map(|it| change_among(compared, metric, &now, it.get(&part).unwrap_or(&none))),
        response: response
            .as_ref()
            .map(|it| figure(Metric::ResponseRate, it.get(&part).unwrap_or(&nobody))),
        part,
    };
    Ok(now.into_iter().map(part).collect())
}

/// The rows asked for, within the caller's reach.
pub fn slice(act: &Act, tenant: &Tenant, of: &Of) -> Result<Slice, Refusal> {
    let days = of.to.since(of.from).map(|it: Span| it.get_days()).map_err(|_| period())?;
    if !(0..DAYS_MAX).contains(&days) {
        return Err(period());
    }
    let zone = tenant.time_zone();
    Ok(Slice {
        scope: act.scope.clone(),
        from_day: of.from.to_string(),
        to_day: of.to.to_string(),
        from: begin(of.from, &zone)?,
        to: begin(of.to.tomorrow().map_err(|_| period())?, &zone)?,
        within: None,
        team: of.team,
        staff: of.staff,
        channel: of.channel.clone(),
        kind: of.kind.clone(),
        round: of.round.clone(),
        forms: of.form.into_iter().collect(),
    })
}

/// The score a figure of evaluations is of.
pub fn score(metric: Metric) -> Option<Score> {
    match metric {
        Metric::Csat | Metric::CsatMean => Some(Score::Csat),
        Metric::Nps => Some(Score::Nps),
        Metric::Ces => Some(Score::Ces),
        _ => None,
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
    } else if metric == Metric::ResponseRate && !matches!(split, Split::Day | Split::Month) {
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

/// Who answered of those who were asked.
pub(super) fn answers(hits: u64, of: u64) -> Counts {
    let counts = [(HIT, hits), (MISS, of.saturating_sub(hits))];
    counts.into_iter().filter(|it| it.1 != 0).collect()
}

/// As what a case, promise or corrective action counts; `None`: not at all.
pub(super) fn value(metric: Metric, it: &Fact) -> Option<i64> {
    match metric.unit() {
        Unit::Seconds => it.took_ms.filter(|_| it.due).map(counted_seconds),
        _ => Some(share_value(it.hit, it.due)),
    }
}

/// The invitations behind the response rate, in the order they were sent.
pub async fn invitations(
    conn: &mut Read,
    act: &Act,
    slice: &Slice,
    split: Split,
) -> Result<Vec<Delivered>> {
    let mut found = invitation_facts::delivered(conn, act.tenant, slice, split).await?;
    if matches!(split, Split::Day | Split::Month) {
        let tenant = tenant::find(conn, act.tenant).await?;
        let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
        for it in &mut found {
            it.part = dated(&tenant, it.sent_ms, split)?;
        }
    }
    Ok(found)
}

/// The tenant's day or month of a moment.
fn dated(tenant: &Tenant, at_ms: i64, split: Split) -> Result<Part> {
    let mut day = tenant.local_day(store::db::time(at_ms)?);
    if split == Split::Month {
        day.truncate("YYYY-MM".len());
    }
    Ok(Part::Word(day))
}

/// The cases, promises or corrective actions a figure counts.
pub async fn case_rows(
    conn: &mut Read,
    act: &Act,
    metric: Metric,
    slice: &Slice,
    split: Split,
) -> Result<Vec<Fact>> {
    let mut found = case_facts_of(conn, act, metric, slice, split).await?;
    let is_moment = matches!(metric.cohort(), Cohort::Due | Cohort::Closed);
    if is_moment && matches!(split, Split::Day | Split::Month) {
        let tenant = tenant::find(conn, act.tenant).await?;
        let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
        for it in &mut found {
            if let Some(at_ms) = it.at_ms {
                it.part = dated(&tenant, at_ms, split)?;
            }
        }
    }
    Ok(found)
}

async fn case_facts_of(
    conn: &mut Read,
    act: &Act,
    metric: Metric,
    slice: &Slice,
    split: Split,
) -> Result<Vec<Fact>> {
    let (tenant, now_ms) = (act.tenant, act.now.as_millisecond());
    let promise = match metric {
        Metric::FirstResponseTime | Metric::FirstResponseInTime => Some(Some("first_response")),
        Metric::ResolutionInTime => Some(Some("resolve")),
        Metric::SlaAttainment => Some(None),
        _ => None,
    };
    Ok(match (promise, metric) {
        (Some(promise), _) => {
            case_facts::promises(conn, tenant, promise, slice, split, now_ms).await?
        }
        (None, Metric::ResolutionTime) => case_facts::solutions(conn, tenant, slice, split).await?,
        (None, Metric::ClosureRate) => {
            case_facts::closures(conn, tenant, slice, split, now_ms).await?
        }
        (None, Metric::RectificationRate) => {
            case_facts::rectifications(conn, tenant, slice, split, now_ms).await?
        }
        (None, Metric::SecondFeedbackRate) => {
            let window = (SECOND_FEEDBACK_MS, now_ms);
            case_facts::second_feedback(conn, tenant, slice, split, window).await?
        }
        (None, _) => vec![],
    })
}
