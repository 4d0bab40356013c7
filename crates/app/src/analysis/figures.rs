//! Figures of a period: in all, split, compared with the period before, down to the rows.

use std::collections::BTreeMap;

use domain::analysis::bucket::{Cohort, Counts, HIT, MISS, share_value};
use domain::analysis::figure::{
    Change, Facts, Figure, Metric, Unit, change, change_among, counted_seconds, figure,
};
use domain::id::{FormId, StaffId, TeamId};
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use jiff::ToSpan as _;
use jiff::civil::Date;
use store::Read;
use store::analysis::case_facts::{self, Fact};
use store::analysis::evaluation_facts::Score;
use store::analysis::invitation_facts::{self, Delivered};
use store::analysis::slice::{Part, Slice, Split};
use store::platform::tenant;

use super::desk::Desk;
use super::seen::{begin, period};
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

    let asked = asked(conn, desk, metric, &slice).await?;
    let now = whole(desk.facts(conn, metric, &slice, Split::Whole).await?, metric);
    let before = whole(desk.facts(conn, metric, &earlier, Split::Whole).await?, metric);
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
        _ if split.is_dated() => None,
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
    let days = of.to.since(of.from).map(|it: jiff::Span| it.get_days()).map_err(|_| period())?;
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
    if split.is_dated() {
        let tenant = tenant::find(conn, act.tenant).await?;
        let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
        for it in &mut found {
            it.part = it.part.clone().on(date(&tenant, it.sent_ms, split)?);
        }
    }
    Ok(found)
}

/// The tenant's day or month of a moment.
fn date(tenant: &Tenant, at_ms: i64, split: Split) -> Result<String> {
    let mut day = tenant.local_day(store::db::time(at_ms)?);
    if split.is_by_month() {
        day.truncate("YYYY-MM".len());
    }
    Ok(day)
}

/// The cases, promises or corrective actions a figure counts.
pub async fn case_rows(
    conn: &mut Read,
    act: &Act,
    metric: Metric,
    slice: &Slice,
    split: Split,
) -> Result<Vec<Fact>> {
    let is_moment = matches!(metric.cohort(), Cohort::Due | Cohort::Closed);
    let read_by = if is_moment { split.undated() } else { split };
    let mut found = case_facts_of(conn, act, metric, slice, read_by).await?;
    if is_moment && split.is_dated() {
        let tenant = tenant::find(conn, act.tenant).await?;
        let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
        for it in &mut found {
            if let Some(at_ms) = it.at_ms {
                it.part = it.part.clone().on(date(&tenant, at_ms, split)?);
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
