//! Cases: lists, one with its time line and its promises, and every act as a verb.

use std::collections::{BTreeMap, BTreeSet};

use app::Act;
use app::handle::act_on_case::{ActOnCase, act_on_case, find_case, note_look};
use app::handle::calendar::{refuse, schedules};
use app::handle::open_case::{OpenCase, open_case};
use axum::extract::State;
use domain::collect::channel::Channel;
use domain::collect::evaluation::Evaluation;
use domain::collect::round::Round;
use domain::handle::case::{Case, State as CaseState};
use domain::handle::clock::{ClockState, Explanation, Promise, Schedules};
use domain::handle::closing::{Requirement, missing};
use domain::id::{
    CaseId, CategoryId, ClockId, CustomerId, EvaluationId, InteractionId, StaffId, TeamId,
};
use domain::platform::actor::Actor;
use domain::platform::role::Scope;
use domain::refusal::Refusal;
use domain::triage::{Kind, Priority};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Read;
use store::collect::evaluation;
use store::customer::customer;
use store::handle::case::{self, Entry};
use store::handle::case_list::{self, Listed, Viewer};
use utoipa::ToSchema;

use super::case_query::CaseQuery;
use super::verb::command;
use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};

/// More rounds than a case ever sees.
const ROUNDS_MAX: i64 = 50;

/// A case in a list.
#[derive(Serialize, ToSchema)]
pub struct CaseRow {
    pub id: CaseId,
    pub number: String,
    /// Give it back with an action: the case having changed since is a conflict.
    pub version: u64,
    pub state: CaseState,
    pub stage: Option<String>,
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub priority: Priority,
    pub tags: BTreeSet<String>,
    pub customer: Option<CustomerId>,
    pub customer_name: Option<String>,
    pub channel: Channel,
    pub interaction: Option<InteractionId>,
    pub evaluation: Option<EvaluationId>,
    pub about: BTreeSet<StaffId>,
    /// In the customer's words.
    pub said: String,
    pub owner: Option<StaffId>,
    pub team: TeamId,
    pub collaborators: BTreeSet<StaffId>,
    pub repeat_of: Option<CaseId>,
    pub merged_into: Option<CaseId>,
    pub reopened_count: u32,
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub solved_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// The running promise that falls due first.
    pub next: Option<NextPromise>,
}

#[derive(Serialize, ToSchema)]
pub struct NextPromise {
    pub promise: Promise,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
}

/// What rows of cases are drawn with: the calendars of their promises, the names of their customers.
struct Palette {
    now: Timestamp,
    schedules: Schedules,
    names: BTreeMap<CustomerId, String>,
}

impl Palette {
    async fn of(conn: &mut Read, act: &Act, cases: &[&Case]) -> Result<Self> {
        let live = cases.iter().flat_map(|it| it.live_clocks());
        let wanted: Vec<_> = live.flat_map(domain::handle::clock::Clock::calendars).collect();
        let schedules = schedules(conn, act.tenant, wanted).await?;
        let customers = cases.iter().filter_map(|it| it.customer).collect();
        let names = customer::names(conn, act.tenant, customers).await?;
        Ok(Self { now: act.now, schedules, names })
    }

    fn row(&self, case: &Case) -> Result<CaseRow> {
        let next = case.next_promise(self.now, &self.schedules).map_err(refuse)?;
        let next = next.map(|(clock, due_at)| NextPromise {
            promise: clock.promise(),
            started_at: clock.started_at(),
            due_at,
        });
        let name = case.customer.and_then(|it| self.names.get(&it).cloned());
        Ok(CaseRow::new(case, name, next))
    }
}

impl CaseRow {
    fn new(case: &Case, customer_name: Option<String>, next: Option<NextPromise>) -> Self {
        let case = case.clone();
        Self {
            id: case.id,
            number: case.number,
            version: case.version,
            state: case.state,
            stage: case.stage,
            kind: case.kind,
            category: case.category,
            priority: case.priority,
            tags: case.tags,
            customer: case.customer,
            customer_name,
            channel: case.channel,
            interaction: case.interaction,
            evaluation: case.evaluation,
            about: case.about,
            said: case.said,
            owner: case.owner,
            team: case.team,
            collaborators: case.collaborators,
            repeat_of: case.repeat_of,
            merged_into: case.merged_into,
            reopened_count: case.reopened_count,
            opened_at: case.opened_at,
            accepted_at: case.accepted_at,
            answered_at: case.answered_at,
            solved_at: case.solved_at,
            closed_at: case.closed_at,
            next,
        }
    }
}

/// One promise, where it stands, and why its deadline is what it is.
#[derive(Serialize, ToSchema)]
pub struct ClockBody {
    pub id: ClockId,
    pub promise: Promise,
    pub state: ClockState,
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// The share of the time at which people were last told, in basis points.
    pub told_bp: u32,
    pub why: Explanation,
}

/// One entry of the time line.
#[derive(Serialize, ToSchema)]
pub struct EntryBody {
    pub case: CaseId,
    pub seq: u64,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub by: Actor,
    /// As in `replied`.
    pub what: String,
    /// The entry as it is kept.
    #[schema(value_type = Object)]
    pub event: Value,
}

impl From<Entry> for EntryBody {
    fn from(entry: Entry) -> Self {
        let Entry { case, seq, event } = entry;
        let what = event.what.code().to_owned();
        Self { case, seq, at: event.at, by: event.by, what, event: store::db::to_json(&event) }
    }
}

/// A case with everything on it.
#[derive(Serialize, ToSchema)]
pub struct CaseBody {
    #[serde(flatten)]
    pub row: CaseRow,
    /// What the customer gave, before and after, oldest first.
    pub rounds: Vec<RoundBody>,
    /// What still has to be recorded before it can be closed.
    pub missing: Vec<Requirement>,
    pub clocks: Vec<ClockBody>,
    /// The labels it was given first.
    #[schema(value_type = Object)]
    pub first_labels: Value,
    #[schema(value_type = Option<Object>)]
    pub cause: Value,
    #[schema(value_type = Vec<Object>)]
    pub rectifications: Value,
    pub rectification_waiver: Option<String>,
    /// What became of a suggestion.
    #[schema(value_type = Option<Object>)]
    pub outcome: Value,
    pub solution: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub told: Value,
    #[schema(value_type = Option<Object>)]
    pub reevaluation: Value,
    pub duplicates: BTreeSet<CaseId>,
    /// Oldest first, the time lines of merged duplicates with it.
    pub timeline: Vec<EntryBody>,
}

/// One evaluation of a case, as far as it concerns whoever works on it.
#[derive(Serialize, ToSchema)]
pub struct RoundBody {
    pub evaluation: EvaluationId,
    pub round: Round,
    pub csat: Option<u8>,
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: Timestamp,
}

/// Who sees a case sees what it is about, also where the evaluation points at a colleague.
async fn rounds(conn: &mut Read, act: &Act, case: CaseId) -> Result<Vec<RoundBody>> {
    let filter =
        evaluation::Filter { case: Some(case), limit: ROUNDS_MAX, ..evaluation::Filter::default() };
    let found = evaluation::list(conn, act.tenant, &Scope::All, &filter).await?;
    let round = |it: Evaluation| RoundBody {
        evaluation: it.id,
        round: it.round,
        csat: it.scores.csat,
        submitted_at: it.submitted_at,
    };
    Ok(found.into_iter().rev().map(round).collect())
}

async fn body(conn: &mut Read, act: &Act, case: &Case) -> Result<CaseBody> {
    let wanted = case.clocks.iter().flat_map(|it| it.clock.calendars());
    let schedules = schedules(conn, act.tenant, wanted).await?;
    let mut clocks = Vec::new();
    for it in &case.clocks {
        let why = it.clock.explain(act.now, &schedules).map_err(refuse)?;
        clocks.push(ClockBody {
            id: it.clock.id(),
            promise: why.promise,
            state: why.state,
            due_at: why.due_at,
            told_bp: it.woken_bp,
            why,
        });
    }
    let mut timeline = case::events(conn, act.tenant, case.id).await?;
    for duplicate in &case.duplicates {
        timeline.extend(case::events(conn, act.tenant, *duplicate).await?);
    }
    timeline.sort_by_key(|it| (it.event.at, it.case, it.seq));
    let json = store::db::to_json;
    Ok(CaseBody {
        row: Palette::of(conn, act, &[case]).await?.row(case)?,
        rounds: rounds(conn, act, case.id).await?,
        missing: missing(case),
        clocks,
        first_labels: store::db::to_json(&case.first_labels),
        cause: store::db::to_json(&case.cause),
        rectifications: store::db::to_json(&case.rectifications),
        rectification_waiver: case.rectification_waiver.clone(),
        outcome: store::db::to_json(&case.outcome),
        solution: case.solution.clone(),
        told: store::db::to_json(&case.told),
        reevaluation: json(&case.reevaluation),
        duplicates: case.duplicates.clone(),
        timeline: timeline.into_iter().map(EntryBody::from).collect(),
    })
}

pub(super) fn viewer(of: &SignedIn) -> Viewer {
    Viewer { scope: of.act().scope.clone(), staff: of.act().by.staff() }
}

/// Cases within your reach.
#[utoipa::path(
    get,
    path = "/api/v1/cases",
    tag = "handle",
    params(CaseQuery),
    responses((status = 200, body = Page<CaseRow>), Problem),
)]
pub async fn list_cases(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
    Query(query): Query<CaseQuery>,
) -> Result<Json<Page<CaseRow>>> {
    let limit = page::limit(query.limit)?;
    let after = page::after(query.after.as_deref())?;
    let (filter, sort) = (query.filter()?, query.sort()?);
    let mut conn = app.db.read().await?;
    let viewer = viewer(&reader);
    let rows =
        case_list::list(&mut conn, reader.tenant(), &viewer, &filter, sort, after, limit + 1)
            .await?;
    let page = Page::new(rows, limit, |it: &Listed| it.key);
    let cases: Vec<_> = page.items.iter().map(|it| &it.case).collect();
    let palette = Palette::of(&mut conn, reader.act(), &cases).await?;
    let items = cases.into_iter().map(|it| palette.row(it)).collect::<Result<_>>()?;
    Ok(Json(Page { items, next: page.next }))
}

#[derive(Serialize, ToSchema)]
pub struct TotalBody {
    pub state: CaseState,
    pub kind: Kind,
    pub count: i64,
    /// Of these, with a promise that is broken now.
    pub overdue: i64,
}

/// How many cases match, by state and kind. The same filter as the list.
#[utoipa::path(
    get,
    path = "/api/v1/cases/totals",
    tag = "handle",
    params(CaseQuery),
    responses((status = 200, body = Vec<TotalBody>), Problem),
)]
pub async fn get_case_totals(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
    Query(query): Query<CaseQuery>,
) -> Result<Json<Vec<TotalBody>>> {
    let filter = query.filter()?;
    let mut conn = app.db.read().await?;
    let now = reader.act().now;
    let totals =
        case_list::totals(&mut conn, reader.tenant(), &viewer(&reader), &filter, now).await?;
    let body = |it: case_list::Total| TotalBody {
        state: it.state,
        kind: it.kind,
        count: it.count,
        overdue: it.overdue,
    };
    Ok(Json(totals.into_iter().map(body).collect()))
}

/// One case with its time line and its promises. The look is noted in the audit.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{id}",
    tag = "handle",
    params(("id" = CaseId, Path)),
    responses((status = 200, body = CaseBody), Problem),
)]
pub async fn get_case(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    reader: Can<may::ReadCases>,
) -> Result<Json<CaseBody>> {
    let mut tx = app.db.write().await?;
    let case = find_case(&mut tx, reader.act(), id).await?;
    note_look(&mut tx, reader.act(), id).await?;
    let body = body(&mut tx, reader.act(), &case).await?;
    tx.commit().await?;
    Ok(Json(body))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutCase {
    /// Proposed from the words where it is not given; so are category and priority.
    pub kind: Kind,
    #[serde(default)]
    pub category: Option<CategoryId>,
    #[serde(default)]
    pub priority: Option<Priority>,
    #[serde(default)]
    pub customer: Option<CustomerId>,
    pub channel: Channel,
    #[serde(default)]
    pub interaction: Option<InteractionId>,
    /// Whom it is about.
    #[serde(default)]
    pub about: BTreeSet<StaffId>,
    /// In the customer's words.
    pub said: String,
    #[serde(default)]
    pub team: Option<TeamId>,
}

/// Open a case. The same again returns the case there is.
#[utoipa::path(
    put,
    path = "/api/v1/cases/{id}",
    tag = "handle",
    params(("id" = CaseId, Path)),
    request_body = PutCase,
    responses((status = 200, body = CaseBody), Problem),
)]
pub async fn put_case(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    writer: Can<may::ActOnCases>,
    Json(input): Json<PutCase>,
) -> Result<Json<CaseBody>> {
    let PutCase { kind, category, priority, customer, channel, interaction, about, said, team } =
        input;
    let input = OpenCase {
        id,
        kind: Some(kind),
        category,
        priority,
        customer,
        channel,
        interaction,
        evaluation: None,
        about,
        said,
        scores: vec![],
        chosen: vec![],
        team,
    };
    let mut tx = app.db.write().await?;
    let made = open_case(&mut tx, writer.act(), &writer.caller.permissions, input).await?;
    let made = made.ok_or_else(|| Refusal::not_found("case"))?;
    let body = body(&mut tx, writer.act(), &made).await?;
    tx.commit().await?;
    Ok(Json(body))
}

/// Fields of the verb, and the version you saw.
#[derive(Deserialize, ToSchema)]
pub struct CaseAction {
    /// The version you saw; `null` acts on the case as it is.
    #[serde(default)]
    pub version: Option<u64>,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
}

/// Act on a case. `verb` is one of assign, accept, start, `set_stage`, reply, note, transfer,
/// collaborate, `end_collaboration`, `wait_for_customer`, `end_wait`, `customer_replied`, correct,
/// `set_about`, `set_tags`, `link_repeat`, `merge_into`, `set_cause`, `plan_rectification`,
/// `finish_rectification`, `verify_rectification`, `withdraw_rectification`, `waive_rectification`,
/// `decide_suggestion`, `complete_suggestion`, solve, tell, `cannot_tell`, reopen, `waive_reevaluation`,
/// close. A case that changed since `version` answers 409 `case_changed`, and nothing is written.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{id}/{verb}",
    tag = "handle",
    params(("id" = CaseId, Path), ("verb" = String, Path)),
    request_body = CaseAction,
    responses((status = 200, body = CaseBody), Problem),
)]
pub async fn post_action(
    State(app): State<App>,
    Path((id, verb)): Path<(CaseId, String)>,
    actor: Can<may::ReadCases>,
    Json(action): Json<CaseAction>,
) -> Result<Json<CaseBody>> {
    let input = ActOnCase { id, version: action.version, command: command(&verb, action.fields)? };
    let mut tx = app.db.write().await?;
    let case = act_on_case(&mut tx, actor.act(), &actor.caller.permissions, input).await?;
    let body = body(&mut tx, actor.act(), &case).await?;
    tx.commit().await?;
    Ok(Json(body))
}
