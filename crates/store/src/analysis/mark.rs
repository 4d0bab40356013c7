//! Marks: which days are no longer what their buckets say. Whoever changes a row that is counted
//! marks its day; the marks are written with the commit, one for each day however many rows of it.

use domain::analysis::bucket::Cohort;
use domain::id::{CaseId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Param, Write, insert_many, sql};

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

/// Something dated by that moment changed; `None`: it is not dated, and nothing counts it.
pub fn moment(tx: &mut Write, tenant: TenantId, cohort: Cohort, at_ms: Option<i64>) {
    if let Some(at_ms) = at_ms {
        let quarter = at_ms.div_euclid(QUARTER_MS) * QUARTER_MS;
        mark(tx, tenant, cohort, When::Quarter(quarter));
    }
}

/// Something changed that may concern any day.
pub fn everything(tx: &mut Write, tenant: TenantId, cohort: Cohort) {
    mark(tx, tenant, cohort, When::Everything);
}

/// Own date, when it was closed; date of its evaluation; when the case was closed that it repeats.
type CaseDays = (String, Option<i64>, Option<String>, Option<i64>);

/// Everything a case is counted by, as it stands now: to be called before a change and after.
pub async fn case(tx: &mut Write, tenant: TenantId, id: CaseId) -> db::Result<()> {
    let found: Option<CaseDays> = sql("
        SELECT c.local_day, c.closed_ms, e.local_day, before.closed_ms
        FROM case_file c
        LEFT JOIN evaluation e ON e.tenant_id = c.tenant_id AND e.id = c.evaluation_id
        LEFT JOIN case_file before ON before.tenant_id = c.tenant_id AND before.id = c.repeat_of
        WHERE c.tenant_id = $1 AND c.id = $2")
    .bind(tenant)
    .bind(id)
    .fetch_optional(tx)
    .await?;
    let Some((opened, closed_ms, answered, before_ms)) = found else { return Ok(()) };
    day(tx, tenant, Cohort::Opened, &opened);
    if let Some(answered) = answered {
        day(tx, tenant, Cohort::Answered, &answered);
    }
    moment(tx, tenant, Cohort::Closed, closed_ms);
    moment(tx, tenant, Cohort::Closed, before_ms);
    let due: Vec<(i64,)> =
        sql("SELECT due_ms FROM case_rectification WHERE tenant_id = $1 AND case_id = $2")
            .bind(tenant)
            .bind(id)
            .fetch_all(tx)
            .await?;
    for (due_ms,) in due {
        moment(tx, tenant, Cohort::Due, Some(due_ms));
    }
    Ok(())
}

/// Writes down what the transaction marked.
pub(crate) async fn flush(tx: &mut Write) -> db::Result<()> {
    let marks = std::mem::take(&mut tx.marks);
    let rows = marks.into_iter().map(|it| {
        let (day, quarter) = match it.when {
            When::Everything => (None, None),
            When::Day(day) => (Some(day), None),
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
