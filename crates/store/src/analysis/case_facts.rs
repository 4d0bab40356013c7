//! What became of cases and their promises: one row for each thing that is counted.
//!
//! A figure of cases is of those opened in the period, so that a late answer belongs to the month
//! that promised it; of second feedback, of those closed in it; of corrective action, of those due.

use domain::id::{CaseId, TenantId};
use uuid::Uuid;

use super::bucket::Key;
use super::slice::{Columns, Part, Slice, Split};
use crate::db::{self, Query, Read, sql};

const COLUMNS: Columns = Columns {
    team: "c.team_id",
    staff: "c.owner_id",
    channel: "c.channel",
    kind: "c.kind",
    round: None,
    form: None,
    day: "c.local_day",
    month: "substr(c.local_day, 1, 7)",
    at: Some("c.opened_ms"),
};

/// One thing that counts: a case, a promise of it, a corrective action.
#[derive(Debug, Clone)]
pub struct Fact {
    pub case: CaseId,
    pub part: Part,
    /// What the kind of fact says; see its function.
    pub hit: bool,
    /// Its time has come, so that it counts in the denominator.
    pub due: bool,
    /// How long it took, where that is asked.
    pub took_ms: Option<i64>,
    /// When its time comes, while it has not: then it counts though nobody writes.
    pub turns_ms: Option<i64>,
    /// The moment it counts at, where that is not the day the case was opened.
    pub at_ms: Option<i64>,
    /// By what it is filtered and split.
    pub key: Key,
}

/// The days cases were opened on, as those of evaluations; see there.
fn days(slice: &Slice) -> &'static str {
    match slice.within {
        None => " AND c.local_day >= $2 AND c.local_day <= $3",
        Some(_) => " AND c.local_day = $2 AND c.local_day = $3",
    }
}

fn select(split: Split) -> Query {
    let [id, word, date] = COLUMNS.part(split);
    let query = sql("SELECT c.id AS case_id, ").push(id).push(" AS id, ").push(word);
    let query = query.push(" AS word, ").push(date);
    query.push(" AS date, c.team_id AS team, c.owner_id AS owner, c.channel, c.kind, ")
}

/// Case, part as id, word and date, team, owner, channel, kind, hit, due, time taken, when it turns,
/// when it counts.
type FactRow = (
    Uuid,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    Uuid,
    Option<Uuid>,
    String,
    String,
    bool,
    bool,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

async fn fetch(query: Query, split: Split, conn: &mut Read) -> db::Result<Vec<Fact>> {
    let rows: Vec<FactRow> = query.fetch_all(conn).await?;
    let fact = |row: FactRow| {
        let (case, id, word, date, team, owner, channel, kind, hit, due, took_ms, turns_ms, at_ms) =
            row;
        let staff = owner.unwrap_or_default();
        Fact {
            case: CaseId(case),
            part: Part::of(split, (id, word, date)),
            hit,
            due,
            took_ms,
            turns_ms: turns_ms.filter(|_| !due),
            at_ms,
            key: Key { team, staff, channel, kind, ..Key::default() },
        }
    };
    Ok(rows.into_iter().map(fact).collect())
}

/// Promises of one kind (`None`: of every kind) on cases opened in the period. `hit`: kept.
/// `due`: it ended, or its deadline has passed. `took_ms`: open time until it was kept or late.
pub async fn promises(
    conn: &mut Read,
    tenant: TenantId,
    promise: Option<&'static str>,
    slice: &Slice,
    split: Split,
    now_ms: i64,
) -> db::Result<Vec<Fact>> {
    let mut query = select(split)
        .push(
            "k.state = 'kept' AS hit,
            COALESCE(k.state IN ('kept', 'late') OR (k.ended_ms IS NULL AND k.due_ms <= $4), FALSE)
                AS due,
            k.elapsed_ms AS took_ms,
            CASE WHEN k.ended_ms IS NULL THEN k.due_ms END AS turns_ms,
            CAST(NULL AS BIGINT) AS at_ms
        FROM case_clock k
        JOIN case_file c ON c.tenant_id = k.tenant_id AND c.id = k.case_id
        WHERE k.tenant_id = $1 AND c.merged_into IS NULL AND k.state <> 'cancelled'",
        )
        .push(days(slice))
        .bind(tenant)
        .bind(slice.from_day.as_str())
        .bind(slice.to_day.as_str())
        .bind(now_ms);
    if let Some(promise) = promise {
        query = query.push(" AND k.promise = ").push_bind(promise);
    }
    fetch(COLUMNS.filter(query, slice).push(" ORDER BY c.opened_ms, k.id"), split, conn).await
}

/// Cases opened in the period. `hit`: solved at least once. `took_ms`: from opening to the first
/// solution, by the clock on the wall.
pub async fn solutions(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
    split: Split,
) -> db::Result<Vec<Fact>> {
    let query = select(split)
        .push(
            "c.first_solved_ms IS NOT NULL AS hit, c.first_solved_ms IS NOT NULL AS due,
            c.first_solved_ms - c.opened_ms AS took_ms, CAST(NULL AS BIGINT) AS turns_ms,
            CAST(NULL AS BIGINT) AS at_ms
        FROM case_file c
        WHERE c.tenant_id = $1 AND c.merged_into IS NULL",
        )
        .push(days(slice))
        .bind(tenant)
        .bind(slice.from_day.as_str())
        .bind(slice.to_day.as_str());
    fetch(COLUMNS.filter(query, slice).push(" ORDER BY c.opened_ms, c.id"), split, conn).await
}

/// Complaints opened in the period. `hit`: the customer was told the result. `due`: they were, or
/// the promise to finish has passed.
pub async fn closures(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
    split: Split,
    now_ms: i64,
) -> db::Result<Vec<Fact>> {
    let query = select(split)
        .push(
            "c.told_ms IS NOT NULL AS hit,
            (c.told_ms IS NOT NULL OR EXISTS (
                SELECT 1 FROM case_clock k
                WHERE k.tenant_id = $1 AND k.case_id = c.id AND k.promise = 'resolve'
                    AND k.due_ms <= $4)) AS due,
            CAST(NULL AS BIGINT) AS took_ms,
            (SELECT min(k.due_ms) FROM case_clock k
                WHERE k.tenant_id = $1 AND k.case_id = c.id AND k.promise = 'resolve') AS turns_ms,
            CAST(NULL AS BIGINT) AS at_ms
        FROM case_file c
        WHERE c.tenant_id = $1 AND c.merged_into IS NULL AND c.kind = 'complaint'",
        )
        .push(days(slice))
        .bind(tenant)
        .bind(slice.from_day.as_str())
        .bind(slice.to_day.as_str())
        .bind(now_ms);
    fetch(COLUMNS.filter(query, slice).push(" ORDER BY c.opened_ms, c.id"), split, conn).await
}

/// Corrective actions due in the period. `hit`: verified by then. `due`: the date has passed.
/// Withdrawn ones were due all the same.
pub async fn rectifications(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
    split: Split,
    now_ms: i64,
) -> db::Result<Vec<Fact>> {
    let query = select(split)
        .push(
            "(r.verified_ms IS NOT NULL AND r.verified_ms <= r.due_ms) AS hit,
            (r.due_ms <= $4 OR r.verified_ms IS NOT NULL) AS due,
            r.verified_ms - r.planned_ms AS took_ms, r.due_ms AS turns_ms, r.due_ms AS at_ms
        FROM case_rectification r
        JOIN case_file c ON c.tenant_id = r.tenant_id AND c.id = r.case_id
        WHERE r.tenant_id = $1 AND r.due_ms >= $2 AND r.due_ms < $3 AND c.merged_into IS NULL",
        )
        .bind(tenant)
        .bind(slice.from)
        .bind(slice.to)
        .bind(now_ms);
    fetch(COLUMNS.filter(query, slice).push(" ORDER BY r.due_ms, r.id"), split, conn).await
}

/// Cases closed in the period. `hit`: the same problem came again, or the case was opened again,
/// within `window_ms` of its closing. `due`: that window is over, so that a young case is in
/// neither side (also one that failed already: it would bias the rate).
// A difference, not a bound: SQLite would walk every case opened before instead of the few repeats.
pub async fn second_feedback(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
    split: Split,
    (window_ms, now_ms): (i64, i64),
) -> db::Result<Vec<Fact>> {
    let query = select(split)
        .push(
            "(c.reopened > 0 OR EXISTS (
                SELECT 1 FROM case_file again
                WHERE again.tenant_id = $1 AND again.repeat_of = c.id
                    AND again.opened_ms - c.closed_ms <= $4)) AS hit,
            c.closed_ms + $4 <= $5 AS due,
            CAST(NULL AS BIGINT) AS took_ms, c.closed_ms + $4 AS turns_ms,
            c.closed_ms AS at_ms
        FROM case_file c
        WHERE c.tenant_id = $1 AND c.closed_ms >= $2 AND c.closed_ms < $3
            AND c.merged_into IS NULL AND c.kind IN ('consultation', 'issue', 'complaint')",
        )
        .bind(tenant)
        .bind(slice.from)
        .bind(slice.to)
        .bind(window_ms)
        .bind(now_ms);
    fetch(COLUMNS.filter(query, slice).push(" ORDER BY c.closed_ms, c.id"), split, conn).await
}
