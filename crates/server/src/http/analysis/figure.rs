//! Figures of a period, split, compared, with the rows behind them.

use app::analysis::desk::Desk;
use app::analysis::figures::{Figures, Of, PartOf, case_rows, figures, invitations, score};
use app::analysis::sentence::sentence;
use app::analysis::trend::{Each, LineOf, Trend, trend};
use app::words;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use domain::analysis::figure::{Change, DEFINITIONS, Figure, Metric, Unit};
use domain::collect::channel::Channel;
use domain::collect::round::Round;
use domain::id::{FormId, StaffId, TeamId};
use domain::language::Language;
use domain::refusal::Refusal;
use domain::triage::Kind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::analysis::evaluation_facts;
use store::analysis::slice::{Line, Part, Split};
use uuid::Uuid;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct FigureQuery {
    /// First day, the company's own date.
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// Last day, within.
    #[param(value_type = String, format = Date)]
    pub to: Date,
    pub team: Option<TeamId>,
    pub staff: Option<StaffId>,
    pub channel: Option<Channel>,
    pub kind: Option<Kind>,
    /// Of evaluations; `any` for all rounds together. When not given: `first`, but for `nps` and
    /// `ces`, which belong to other rounds, `any`.
    pub round: Option<String>,
    pub form: Option<FormId>,
    /// team, staff, channel, kind, round, form, day, month.
    pub split: Option<String>,
    /// team, staff, channel, kind, round, form; for trends, whose `split` is day or month.
    pub by: Option<String>,
    /// `next` of the page before; for rows.
    pub after: Option<String>,
    /// 1 to 200; 50; for rows.
    pub limit: Option<u32>,
}

impl FigureQuery {
    fn of(&self, metric: Metric) -> Result<Of, Refusal> {
        let round = match self.round.as_deref() {
            None if matches!(metric, Metric::Nps | Metric::Ces) => None,
            None => Some(Round::First.code().to_owned()),
            Some("any") => None,
            Some(word) => match word.parse::<Round>() {
                Ok(round) => Some(round.code().to_owned()),
                Err(_) => {
                    return Err(Refusal::invalid("round_unknown").with("round", word).at("round"));
                }
            },
        };
        Ok(Of {
            from: self.from,
            to: self.to,
            team: self.team,
            staff: self.staff,
            channel: self.channel.map(|it| it.code().to_owned()),
            kind: self.kind.map(|it| it.code().to_owned()),
            round,
            form: self.form,
        })
    }

    fn split(&self) -> Result<Split, Refusal> {
        Ok(match self.split.as_deref() {
            None => Split::Whole,
            Some("team") => Split::Team,
            Some("staff") => Split::Staff,
            Some("channel") => Split::Channel,
            Some("kind") => Split::Kind,
            Some("round") => Split::Round,
            Some("form") => Split::Form,
            Some("day") => Split::Day,
            Some("month") => Split::Month,
            Some(word) => return Err(split_unknown(word).at("split")),
        })
    }

    fn line(&self) -> Result<(Each, Line), Refusal> {
        let each = match self.split.as_deref() {
            None | Some("day") => Each::Day,
            Some("month") => Each::Month,
            Some(word) => return Err(split_unknown(word).at("split")),
        };
        let by = match self.by.as_deref().unwrap_or_default() {
            "team" => Line::Team,
            "staff" => Line::Staff,
            "channel" => Line::Channel,
            "kind" => Line::Kind,
            "round" => Line::Round,
            "form" => Line::Form,
            word => return Err(split_unknown(word).at("by")),
        };
        Ok((each, by))
    }
}

fn split_unknown(word: &str) -> Refusal {
    Refusal::invalid("split_unknown").with("split", word)
}

/// One figure with everything that makes it honest.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FigureBody {
    /// As in `csat`.
    pub metric: &'static str,
    pub name: String,
    /// How it is computed, in words.
    pub definition: String,
    pub definition_version: u32,
    pub unit: Unit,
    /// Value, range, counts and change in one sentence.
    pub sentence: String,
    pub total: Figure,
    /// The same of the period of the same length before.
    pub before: Figure,
    pub change: Change,
    /// The response rate of the same slice, beside figures of what customers answered; else
    /// `null`.
    pub response: Option<Figure>,
    pub parts: Vec<PartBody>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct PartBody {
    /// The team, person or form of this part.
    pub id: Option<Uuid>,
    /// The code or date of this part. Both `null`: rows that have none.
    pub word: Option<String>,
    pub figure: Figure,
    /// Since the period before. Of many parts each is held to more, so that where nothing changed,
    /// hardly ever one stands out. `null` for days and months.
    pub change: Option<Change>,
    /// As that of the whole; `null` also where it is split by kind.
    pub response: Option<Figure>,
}

/// A part as its id or word.
fn named(part: Part) -> (Option<Uuid>, Option<String>) {
    match part {
        Part::Id(id) => (Some(id), None),
        Part::Word(word) => (None, Some(word)),
        Part::On(_, part) => named(*part),
        Part::Whole | Part::None => (None, None),
    }
}

fn body(figures: Figures, language: Language) -> FigureBody {
    let Figures { metric, total, before, change, response, parts } = figures;
    let part = |it: PartOf| {
        let (id, word) = named(it.part);
        PartBody { id, word, figure: it.figure, change: it.change, response: it.response }
    };
    FigureBody {
        metric: metric.code(),
        name: words::say(language, &format!("metric.{}", metric.code())),
        definition: words::say(language, &format!("definition.{}", metric.code())),
        definition_version: DEFINITIONS,
        unit: metric.unit(),
        sentence: sentence(metric, &total, &change, response.as_ref(), language),
        total,
        before,
        change,
        response,
        parts: parts.into_iter().map(part).collect(),
    }
}

fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    header.and_then(Language::accepted).unwrap_or_default()
}

/// Every figure of a period, each compared with the period before.
#[utoipa::path(
    get,
    path = "/api/v1/figures",
    tag = "analysis",
    params(FigureQuery),
    responses((status = 200, body = Vec<FigureBody>), Problem),
)]
pub async fn list_figures(
    State(app): State<App>,
    reader: Can<may::ReadMetrics>,
    headers: HeaderMap,
    Query(query): Query<FigureQuery>,
) -> Result<Json<Vec<FigureBody>>> {
    let split = query.split()?;
    let mut conn = app.db.read().await?;
    let mut desk = Desk::new(&mut conn, reader.act()).await?.for_all();
    let mut all = vec![];
    for metric in Metric::ALL {
        let of = query.of(*metric)?;
        let found = figures(&mut conn, &mut desk, *metric, &of, split).await?;
        all.push(body(found, language(&headers)));
    }
    Ok(Json(all))
}

fn metric(word: &str) -> Result<Metric, Refusal> {
    let unknown = |_| Refusal::invalid("metric_unknown").with("metric", word).at("metric");
    word.parse().map_err(unknown)
}

/// One figure.
#[utoipa::path(
    get,
    path = "/api/v1/figures/{metric}",
    tag = "analysis",
    params(("metric" = String, Path), FigureQuery),
    responses((status = 200, body = FigureBody), Problem),
)]
pub async fn get_figure(
    State(app): State<App>,
    Path(word): Path<String>,
    reader: Can<may::ReadMetrics>,
    headers: HeaderMap,
    Query(query): Query<FigureQuery>,
) -> Result<Json<FigureBody>> {
    let metric = metric(&word)?;
    let mut conn = app.db.read().await?;
    let mut desk = Desk::new(&mut conn, reader.act()).await?;
    let found = figures(&mut conn, &mut desk, metric, &query.of(metric)?, query.split()?).await?;
    Ok(Json(body(found, language(&headers))))
}

/// One figure over time, with a line for each part of another split.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TrendBody {
    pub metric: &'static str,
    pub name: String,
    pub unit: Unit,
    /// The days or months that any line has something of, in order.
    pub dates: Vec<String>,
    /// At most 100, the largest first.
    pub lines: Vec<LineBody>,
    /// How many lines there are beyond these.
    pub more: usize,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct LineBody {
    /// The team, person or form of this line.
    pub id: Option<Uuid>,
    /// The code of this line. Both `null`: rows that have none.
    pub word: Option<String>,
    /// Of the whole period.
    pub total: Figure,
    /// One for each date; `null` where there is nothing to count.
    pub values: Vec<Option<f64>>,
    /// The denominator of each value.
    pub counts: Vec<u64>,
}

/// One figure over time, by part: `split` is `day` for up to 100 days, or `month`; `by` says whose
/// the lines are.
#[utoipa::path(
    get,
    path = "/api/v1/figures/{metric}/trend",
    tag = "analysis",
    params(("metric" = String, Path), FigureQuery),
    responses((status = 200, body = TrendBody), Problem),
)]
pub async fn get_trend(
    State(app): State<App>,
    Path(word): Path<String>,
    reader: Can<may::ReadMetrics>,
    headers: HeaderMap,
    Query(query): Query<FigureQuery>,
) -> Result<Json<TrendBody>> {
    let metric = metric(&word)?;
    let (of, line) = (query.of(metric)?, query.line()?);
    let mut conn = app.db.read().await?;
    let mut desk = Desk::new(&mut conn, reader.act()).await?;
    let Trend { dates, lines, more } = trend(&mut conn, &mut desk, metric, &of, line).await?;
    let line = |LineOf { part, total, points }| {
        let (id, word) = named(part);
        let (values, counts) = points.into_iter().map(|it| (it.value, it.denominator)).unzip();
        LineBody { id, word, total, values, counts }
    };
    Ok(Json(TrendBody {
        metric: metric.code(),
        name: words::say(language(&headers), &format!("metric.{}", metric.code())),
        unit: metric.unit(),
        dates,
        lines: lines.into_iter().map(line).collect(),
        more,
    }))
}

/// One thing behind a figure.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FigureRow {
    /// `evaluation`, `case` or `invitation`.
    pub thing: &'static str,
    pub id: Uuid,
    /// Of an evaluation.
    pub score: Option<i64>,
    /// Of a case: counted in the numerator.
    pub hit: Option<bool>,
    /// Counted in the denominator.
    pub due: bool,
    /// Of a duration.
    pub took_ms: Option<i64>,
}

/// The evaluations, cases or invitations behind a figure.
#[utoipa::path(
    get,
    path = "/api/v1/figures/{metric}/rows",
    tag = "analysis",
    params(("metric" = String, Path), FigureQuery),
    responses((status = 200, body = Page<FigureRow>), Problem),
)]
pub async fn list_rows(
    State(app): State<App>,
    Path(word): Path<String>,
    reader: Can<may::ReadMetrics>,
    Query(query): Query<FigureQuery>,
) -> Result<Json<Page<FigureRow>>> {
    let metric = metric(&word)?;
    let limit = page::limit(query.limit)?;
    let act = reader.act();
    let mut conn = app.db.read().await?;
    let slice = Desk::new(&mut conn, act).await?.slice(&query.of(metric)?)?;
    if let Some(score) = score(metric) {
        let after = page::after(query.after.as_deref())?;
        let rows =
            evaluation_facts::rows(&mut conn, act.tenant, score, &slice, after, limit + 1).await?;
        let page = Page::new(rows, limit, |it| (it.2, it.0.0));
        let row = |(id, score, _): (domain::id::EvaluationId, i64, i64)| FigureRow {
            thing: "evaluation",
            id: id.0,
            score: Some(score),
            hit: None,
            due: true,
            took_ms: None,
        };
        return Ok(Json(page.map(row)));
    }
    let after: usize = page::after(query.after.as_deref())?.unwrap_or(0);
    let mut rows = vec![];
    if metric == Metric::ResponseRate {
        let sent = invitations(&mut conn, act, &slice, Split::Whole).await?;
        let sent = sent.into_iter().map(|it| row("invitation", it.id.0, it.answered, true, None));
        rows.extend(sent);
    } else {
        let facts = case_rows(&mut conn, act, metric, &slice, Split::Whole).await?;
        let fact = |it: store::analysis::case_facts::Fact| {
            row("case", it.case.0, it.hit, it.due, it.took_ms)
        };
        rows.extend(facts.into_iter().map(fact));
    }
    let end = after + usize::try_from(limit).unwrap_or(0);
    let rest: Vec<_> = rows.into_iter().skip(after).collect();
    Ok(Json(Page::new(rest, limit, |_| end)))
}

fn row(thing: &'static str, id: Uuid, hit: bool, due: bool, took_ms: Option<i64>) -> FigureRow {
    FigureRow { thing, id, score: None, hit: Some(hit), due, took_ms }
}
