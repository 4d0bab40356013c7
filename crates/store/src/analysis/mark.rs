//! Marks: which days are no longer what their buckets say. Whoever changes a row that is counted
//! marks its day; the marks are written with the commit, one for each day however many rows of it.

use domain::analysis::bucket::Cohort;
use domain::collect::evaluation::Evaluation;
use domain::handle::case::Case;
use domain::id::{CaseId, EvaluationId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Param, Write, insert_many, sql};
use crate::memory::Known;

/// What days are told by where the zone is not known: it divides every zone's days.
pub const QUARTER_MS: i64 = 15 * 60 * 1000;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    tenant: Uuid,
    cohort: Cohort,
    when: When,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Everything,
    Day(String),
    /// The day, and in it the quarter a row of it is dated by.
    Row(String, i64),
    /// Begin of the quarter of an hour.
    Quarter(i64),
}

fn mark(tx: &mut Write, tenant: TenantId, cohort: Cohort, when: When) {
    tx.marks.insert(Mark { tenant: tenant.0, cohort, when });
}

/// Something of the tenant's own date changed.
pub fn day(tx: &mut Write, tenant: TenantId, cohort: Cohort, day: &str) {
    mark(tx, tenant, cohort, When::Day(day.to_owned()));
}

/// A row of that day changed, which is dated by that moment: of the day that runs only its hour is to be
/// counted anew.
pub fn row(tx: &mut Write, tenant: TenantId, cohort: Cohort, day: &str, at_ms: i64) {
    mark(tx, tenant, cohort, When::Row(day.to_owned(), quarter(at_ms)));
}

fn quarter(at_ms: i64) -> i64 {
    at_ms.div_euclid(QUARTER_MS) * QUARTER_MS
}

/// Something dated by that moment changed; `None`: it is not dated, and nothing counts it.
pub fn moment(tx: &mut Write, tenant: TenantId, cohort: Cohort, at_ms: Option<i64>) {
    if let Some(at_ms) = at_ms {
        mark(tx, tenant, cohort, When::Quarter(quarter(at_ms)));
    }
}

/// Something changed that may concern any day.
pub fn everything(tx: &mut Write, tenant: TenantId, cohort: Cohort) {
    mark(tx, tenant, cohort, When::Everything);
}

/// Own date, when it was opened, when closed, its kind; date of its evaluation, when that was handed in;
/// when the case was closed that it repeats.
type CaseDays = (String, i64, Option<i64>, String, Option<String>, Option<i64>, Option<i64>);

/// The evaluation of a case is counted by the case's kind, and by nothing else of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "what became of the kind is not marked yet"]
pub struct KindOf {
    kind: String,
    /// Day and moment of the evaluation, if there is one.
    answered: Option<(String, i64)>,
}

/// The kind was another before, or there was none.
pub fn kind(tx: &mut Write, tenant: TenantId, before: Option<&KindOf>, now: Option<&KindOf>) {
    if before == now {
        return;
    }
    for (day, at_ms) in [before, now].into_iter().flatten().filter_map(|it| it.answered.as_ref()) {
        row(tx, tenant, Cohort::Answered, day, *at_ms);
    }
}

/// Everything a case is counted by, as it stands now: to be called before a change and after.
pub async fn case(tx: &mut Write, tenant: TenantId, id: CaseId) -> db::Result<Option<KindOf>> {
    let kind = stored_case(tx, tenant, id).await?;
    let due: Vec<(i64,)> =
        sql("SELECT due_ms FROM case_rectification WHERE tenant_id = $1 AND case_id = $2")
            .bind(tenant)
            .bind(id)
            .fetch_all(tx)
            .await?;
    for (due_ms,) in due {
        moment(tx, tenant, Cohort::Due, Some(due_ms));
    }
    Ok(kind)
}

/// The same of a case that was just filed: what is in it need not be read.
pub async fn new_case(
    tx: &mut Write,
    tenant: TenantId,
    case: &Case,
    local_day: &str,
) -> db::Result<KindOf> {
    row(tx, tenant, Cohort::Opened, local_day, case.opened_at.as_millisecond());
    moment(tx, tenant, Cohort::Closed, case.closed_at.map(Timestamp::as_millisecond));
    if let Some(before) = case.repeat_of {
        let closed: Option<(Option<i64>,)> =
            sql("SELECT closed_ms FROM case_file WHERE tenant_id = $1 AND id = $2")
                .bind(tenant)
                .bind(before)
                .fetch_optional(tx)
                .await?;
        moment(tx, tenant, Cohort::Closed, closed.and_then(|it| it.0));
    }
    let answered = match case.evaluation {
        Some(id) => answered(tx, tenant, id).await?,
        None => None,
    };
    Ok(KindOf { kind: case.kind.code().to_owned(), answered })
}

/// Day and moment of an evaluation, which never change.
async fn answered(
    tx: &mut Write,
    tenant: TenantId,
    id: EvaluationId,
) -> db::Result<Option<(String, i64)>> {
    let known = known_answer(tenant, id);
    if let Some(found) = tx.recall(&known) {
        return Ok(Some(found));
    }
    sql("SELECT local_day, submitted_ms FROM evaluation WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .fetch_optional(tx)
        .await
}

fn known_answer(tenant: TenantId, id: EvaluationId) -> Known {
    Known::one("evaluation", tenant, id.to_string())
}

/// A new evaluation.
pub(crate) fn new_evaluation(tx: &mut Write, tenant: TenantId, it: &Evaluation) {
    let dated = (it.local_day.clone(), it.submitted_at.as_millisecond());
    row(tx, tenant, Cohort::Answered, &dated.0, dated.1);
    tx.remember(known_answer(tenant, it.id), &dated);
}

async fn stored_case(tx: &mut Write, tenant: TenantId, id: CaseId) -> db::Result<Option<KindOf>> {
    let found: Option<CaseDays> = sql("
        SELECT c.local_day, c.opened_ms, c.closed_ms, c.kind, e.local_day, e.submitted_ms,
            before.closed_ms
        FROM case_file c
        LEFT JOIN evaluation e ON e.tenant_id = c.tenant_id AND e.id = c.evaluation_id
        LEFT JOIN case_file before ON before.tenant_id = c.tenant_id AND before.id = c.repeat_of
        WHERE c.tenant_id = $1 AND c.id = $2")
    .bind(tenant)
    .bind(id)
    .fetch_optional(tx)
    .await?;
    let Some((opened, opened_ms, closed_ms, kind, answered, answered_ms, before_ms)) = found else {
        return Ok(None);
    };
    row(tx, tenant, Cohort::Opened, &opened, opened_ms);
    moment(tx, tenant, Cohort::Closed, closed_ms);
    moment(tx, tenant, Cohort::Closed, before_ms);
    Ok(Some(KindOf { kind, answered: answered.zip(answered_ms) }))
}

/// Writes down what the transaction marked.
pub(crate) async fn flush(tx: &mut Write) -> db::Result<()> {
    let marks = std::mem::take(&mut tx.marks);
    let rows = marks.into_iter().map(|it| {
        let (day, quarter) = match it.when {
            When::Everything => (None, None),
            When::Day(day) => (Some(day), None),
            When::Row(day, at_ms) => (Some(day), Some(at_ms)),
            When::Quarter(at_ms) => (None, Some(at_ms)),
        };
        [
            Param::from(it.tenant),
            Uuid::new_v4().into(),
            it.cohort.code().into(),
            day.into(),
            quarter.into(),
        ]
    });
    insert_many(tx, "bucket_mark (tenant_id, id, cohort, day, quarter_ms)", rows).await?;
    Ok(())
}

/// A mark that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub id: Uuid,
    /// Both `None`: every day.
    pub day: Option<String>,
    /// Without a day: of whatever days it is. With one: where in it.
    pub quarter: Option<Timestamp>,
}

/// The marks there are.
pub async fn list(conn: &mut db::Read, tenant: TenantId, cohort: Cohort) -> db::Result<Vec<Found>> {
    let rows: Vec<(Uuid, Option<String>, Option<i64>)> = sql("
        SELECT id, day, quarter_ms FROM bucket_mark WHERE tenant_id = $1 AND cohort = $2")
    .bind(tenant)
    .bind(cohort.code())
    .fetch_all(conn)
    .await?;
    let found = |(id, day, quarter)| Ok(Found { id, day, quarter: db::time_maybe(quarter)? });
    rows.into_iter().map(found).collect()
}

/// Takes away marks whose days have been counted.
pub async fn remove(
    tx: &mut Write,
    tenant: TenantId,
    cohort: Cohort,
    ids: &[Uuid],
) -> db::Result<()> {
    const AT_ONCE: usize = 200;
    for ids in ids.chunks(AT_ONCE) {
        sql("DELETE FROM bucket_mark WHERE tenant_id = $1 AND cohort = $2 AND id IN ")
            .bind(tenant)
            .bind(cohort.code())
            .push_list(ids.iter().copied())
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// Whose days are marked.
pub async fn tenants(conn: &mut db::Read) -> db::Result<Vec<TenantId>> {
    let rows: Vec<(Uuid,)> =
        sql("SELECT DISTINCT tenant_id FROM bucket_mark").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|it| TenantId(it.0)).collect())
}
