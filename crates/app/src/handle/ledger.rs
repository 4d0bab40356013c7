//! Complaint and suggestion ledgers 台账 (C10, C11): views of cases, in the order in which
//! GB/T 19012-2019 (ISO 10002:2018) handles a complaint: received, tracked, acknowledged, assessed,
//! investigated, answered, closed.

use std::collections::BTreeMap;

use domain::collect::round::Round;
use domain::handle::case::{Case, Reevaluation, State, Told};
use domain::handle::clock::Promise;
use domain::handle::rectification::{CauseRoot, Progress};
use domain::handle::suggestion::Decision;
use domain::id::{CaseId, StaffId};
use domain::language::Language;
use domain::platform::staff::Staff;
use domain::triage::category::{Categories, Tree};
use domain::triage::{Kind, Priority};
use jiff::Timestamp;
use serde::Serialize;
use store::Read;
use store::collect::evaluation;
use store::handle::case_list::{Filter, Sort, Viewer, count, list};
use store::platform::staff;
use uuid::Uuid;

use crate::triage::category::categories;
use crate::{Act, Result};

/// Rows of a ledger as a file: some years of a large company.
pub const FILE_ROWS_MAX: usize = 100_000;
/// Rows are counted so far.
const COUNT_MAX: i64 = 10_000;
/// Rows that are read at a time.
const READ_MAX: usize = 1_000;

/// One complaint from receipt to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ComplaintRow {
    // Received.
    pub case: CaseId,
    pub number: String,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    pub channel: domain::collect::channel::Channel,
    pub said: String,
    // Tracked.
    pub state: State,
    pub owner: Option<String>,
    /// The case it repeats.
    pub repeat_of: Option<CaseId>,
    // Acknowledged.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledged_at: Option<Timestamp>,
    // Assessed.
    pub category: Option<String>,
    pub priority: Priority,
    // Investigated.
    pub cause: Option<CauseRoot>,
    pub cause_text: Option<String>,
    pub rectification: Option<String>,
    pub rectification_owner: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rectification_due_at: Option<Timestamp>,
    /// Checked by another person.
    pub verified_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub verified_at: Option<Timestamp>,
    // Answered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_response_at: Option<Timestamp>,
    /// Whether the first response came within what was promised; `None`: not promised, or not yet.
    pub first_response_in_time: Option<bool>,
    pub solution: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told_at: Option<Timestamp>,
    // Closed.
    pub asked_again: Option<bool>,
    /// Satisfaction from 1 to 5 as the complaint came in, where it came with a score.
    pub first_score: Option<i64>,
    /// The last one after the correction.
    pub last_score: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    pub reopened_count: u32,
}

/// One suggestion and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SuggestionRow {
    pub case: CaseId,
    pub number: String,
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    pub channel: domain::collect::channel::Channel,
    pub said: String,
    pub state: State,
    pub category: Option<String>,
    pub owner: Option<String>,
    /// `None`: not decided yet.
    pub is_adopted: Option<bool>,
    pub reason: Option<String>,
    pub decided_by: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Timestamp>,
    pub result: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
}

/// Which part of a ledger, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    /// Received from then on.
    pub from: Option<Timestamp>,
    /// And before that.
    pub until: Option<Timestamp>,
    /// Only what stands behind this row: the moment it was received, in milliseconds, and its case.
    pub after: Option<(i64, Uuid)>,
    /// Of the reader: categories are named in it.
    pub language: Language,
    pub rows_max: usize,
}

/// Names of people and branches, for the rows.
struct Names {
    staff: BTreeMap<StaffId, Staff>,
    categories: Categories,
    language: Language,
    /// First and last score.
    scores: BTreeMap<CaseId, (Option<i64>, Option<i64>)>,
}

impl Names {
    async fn load(conn: &mut Read, act: &Act, language: Language, cases: &[Case]) -> Result<Self> {
        let staff = staff::list(conn, act.tenant).await?;
        let categories = categories(conn, act, Tree::Category).await?;
        let mut scores: BTreeMap<_, (Option<i64>, Option<i64>)> = BTreeMap::new();
        let ids: Vec<CaseId> = cases.iter().map(|it| it.id).collect();
        for (case, round, score) in evaluation::scores_of_cases(conn, act.tenant, &ids).await? {
            let of = scores.entry(case).or_default();
            if round == Round::AfterRectification {
                of.1 = Some(score);
            } else if of.0.is_none() {
                of.0 = Some(score);
            }
        }
        let staff = staff.into_iter().map(|it| (it.id, it)).collect();
        Ok(Self { staff, categories, language, scores })
    }

    fn staff(&self, id: Option<StaffId>) -> Option<String> {
        self.staff.get(&id?).map(|it| it.name.clone())
    }

    fn category(&self, case: &Case) -> Option<String> {
        let found = self.categories.get(case.category?)?;
        Some(match self.language {
            Language::Chinese => found.name_zh.clone(),
            Language::English => found.name_en.clone(),
        })
    }
}

async fn cases(conn: &mut Read, act: &Act, kind: Kind, period: Period) -> Result<Vec<Case>> {
    let (viewer, filter) = (viewer(act), filter(kind, period.from, period.until));
    let mut found: Vec<Case> = vec![];
    let mut after = period.after;
    while found.len() < period.rows_max {
        let most = READ_MAX.min(period.rows_max - found.len());
        let limit = i64::try_from(most).expect("as small as READ_MAX");
        let read = list(conn, act.tenant, &viewer, &filter, Sort::Opened, after, limit).await?;
        let is_last = read.len() < most;
        after = read.last().map(|it| it.key);
        found.extend(read.into_iter().map(|it| it.case));
        if is_last {
            break;
        }
    }
    Ok(found)
}

fn viewer(act: &Act) -> Viewer {
    Viewer { scope: act.scope.clone(), staff: act.by.staff() }
}

fn filter(kind: Kind, from: Option<Timestamp>, until: Option<Timestamp>) -> Filter {
    Filter {
        kinds: vec![kind],
        opened_from: from,
        opened_before: until,
        // What was merged is told of in the case it went into.
        unmerged: true,
        ..Filter::default()
    }
}

/// How many rows a ledger has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LedgerTotal {
    /// 10 000 at most.
    pub count: i64,
    /// Whether there are more than these.
    pub is_more: bool,
}

/// The rows within the caller's reach that were received in a period.
pub async fn total(
    conn: &mut Read,
    act: &Act,
    kind: Kind,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<LedgerTotal> {
    let filter = filter(kind, from, until);
    let found = count(conn, act.tenant, &viewer(act), &filter, COUNT_MAX + 1).await?;
    Ok(LedgerTotal { count: found.min(COUNT_MAX), is_more: COUNT_MAX < found })
}

/// The complaints within the caller's reach, newest first.
pub async fn complaints(conn: &mut Read, act: &Act, period: Period) -> Result<Vec<ComplaintRow>> {
    let cases = cases(conn, act, Kind::Complaint, period).await?;
    let names = Names::load(conn, act, period.language, &cases).await?;
    Ok(cases.into_iter().map(|it| complaint(it, &names)).collect())
}

/// The suggestions within the caller's reach, newest first.
pub async fn suggestions(conn: &mut Read, act: &Act, period: Period) -> Result<Vec<SuggestionRow>> {
    let cases = cases(conn, act, Kind::Suggestion, period).await?;
    let names = Names::load(conn, act, period.language, &cases).await?;
    Ok(cases.into_iter().map(|it| suggestion(it, &names)).collect())
}

fn told_at(case: &Case) -> Option<Timestamp> {
    match case.told {
        Some(Told::Yes { at }) => Some(at),
        _ => None,
    }
}

fn complaint(case: Case, names: &Names) -> ComplaintRow {
    // The last one planned stands for the case; the others are on its page.
    let rectification = case.rectifications.last();
    let verified = rectification.and_then(|it| match &it.progress {
        Progress::Verified { by, at, .. } => Some((*by, *at)),
        _ => None,
    });
    let response = case.clocks.iter().map(|it| &it.clock);
    let response = response.filter(|it| it.terms().promise == Promise::FirstResponse);
    let in_time = response.filter_map(|it| it.end()).map(|it| it.at <= it.due_at).next();
    ComplaintRow {
        case: case.id,
        received_at: case.opened_at,
        channel: case.channel,
        state: case.state,
        owner: names.staff(case.owner),
        repeat_of: case.repeat_of,
        acknowledged_at: case.accepted_at,
        category: names.category(&case),
        priority: case.priority,
        cause: case.cause.as_ref().map(|it| it.root),
        cause_text: case.cause.as_ref().map(|it| it.text.clone()),
        rectification: rectification
            .map(|it| it.plan.measure.clone())
            .or(case.rectification_waiver.clone()),
        rectification_owner: names.staff(rectification.map(|it| it.plan.owner)),
        rectification_due_at: rectification.map(|it| it.plan.due_at),
        verified_by: names.staff(verified.map(|it| it.0)),
        verified_at: verified.map(|it| it.1),
        first_response_at: case.answered_at,
        first_response_in_time: in_time,
        told_at: told_at(&case),
        first_score: names.scores.get(&case.id).and_then(|it| it.0),
        last_score: names.scores.get(&case.id).and_then(|it| it.1),
        asked_again: case.reevaluation.as_ref().map(|it| matches!(it, Reevaluation::Sent { .. })),
        closed_at: case.closed_at,
        reopened_count: case.reopened_count,
        number: case.number,
        said: case.said,
        solution: case.solution,
    }
}

fn suggestion(case: Case, names: &Names) -> SuggestionRow {
    let outcome = case.outcome.as_ref();
    let (reason, due_at) = match outcome.map(|it| &it.decision) {
        Some(Decision::Adopted { reason, due_at, .. }) => (Some(reason.clone()), Some(*due_at)),
        Some(Decision::Declined { reason }) => (Some(reason.clone()), None),
        None => (None, None),
    };
    let result = outcome.and_then(|it| it.result.as_ref());
    SuggestionRow {
        case: case.id,
        received_at: case.opened_at,
        channel: case.channel,
        state: case.state,
        category: names.category(&case),
        owner: names.staff(case.owner),
        is_adopted: outcome.map(domain::handle::suggestion::Outcome::is_adopted),
        reason,
        decided_by: names.staff(outcome.map(|it| it.decided_by)),
        decided_at: outcome.map(|it| it.decided_at),
        due_at,
        result: result.map(|it| it.text.clone()),
        completed_at: result.map(|it| it.at),
        told_at: told_at(&case),
        closed_at: case.closed_at,
        number: case.number,
        said: case.said,
    }
}
