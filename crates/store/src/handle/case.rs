//! Cases and their time lines. A case is written together with the events that made it so.

use domain::handle::case::{Case, CaseClock, Told};
use domain::handle::clock::ClockState;
use domain::handle::event::CaseEvent;
use domain::handle::rectification::{Progress, Rectification};
use domain::id::{CaseId, EvaluationId, TenantId};
use domain::trust::leaf;
use jiff::Timestamp;
use uuid::Uuid;

use crate::analysis::mark;
use crate::db::{self, Param, Read, Write, insert_later, sql};
use crate::trust::ledger::{self, Leaf, Subject};

/// How a clock stands at the moment of writing.
#[derive(Debug, Clone)]
pub struct ClockRow {
    pub clock: CaseClock,
    pub state: ClockState,
    /// `None` while it is paused.
    pub due: Option<Timestamp>,
}

/// A case as it is filed, with what its events do not say by themselves.
#[derive(Debug, Clone)]
pub struct Filed<'a> {
    pub case: &'a Case,
    /// The tenant's own date of its opening, `YYYY-MM-DD`.
    pub local_day: String,
    pub next_due: Option<Timestamp>,
    /// Lower case text that lists look in.
    pub search: String,
    pub clocks: Vec<ClockRow>,
}

/// Files a new case with its first events. `false`: the id, the number or the evaluation has one.
pub async fn insert(
    tx: &mut Write,
    tenant: TenantId,
    filed: &Filed<'_>,
    events: &[CaseEvent],
) -> db::Result<bool> {
    let query = sql("
        INSERT INTO case_file (tenant_id, id, number, version, state, stage, kind, priority, urgency,
            category_id, owner_id, team_id, customer_id, channel, interaction_id, evaluation_id,
            accepted_ms, answered_ms, first_solved_ms, solved_ms, told_ms, closed_ms, changed_ms,
            next_due_ms, reopened, decision, decided_ms, completed_ms, repeat_of, merged_into,
            search, snapshot, local_day, opened_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)
        ON CONFLICT DO NOTHING");
    let query = bind_columns(query.bind(tenant), filed);
    let inserted =
        query.bind(filed.local_day.as_str()).bind(filed.case.opened_at).execute(tx).await?;
    if inserted == 0 {
        return Ok(false);
    }
    append(tx, tenant, filed.case, events);
    put_people(tx, tenant, filed.case);
    for clock in &filed.clocks {
        insert_later(tx, CLOCK, clock_row(tenant, filed.case, clock));
    }
    for it in &filed.case.rectifications {
        put_rectification(tx, tenant, filed.case.id, it).await?;
    }
    let kind = mark::new_case(tx, tenant, filed.case, &filed.local_day).await?;
    mark::kind(tx, tenant, None, Some(&kind));
    Ok(true)
}

/// Writes the case over the one of version `before`. `false`: somebody else was faster.
pub async fn update(
    tx: &mut Write,
    tenant: TenantId,
    before: u64,
    filed: &Filed<'_>,
    events: &[CaseEvent],
) -> db::Result<bool> {
    let kind = mark::case(tx, tenant, filed.case.id).await?;
    let query = sql("
        UPDATE case_file SET number = $3, version = $4, state = $5, stage = $6, kind = $7,
            priority = $8, urgency = $9, category_id = $10, owner_id = $11, team_id = $12,
            customer_id = $13, channel = $14, interaction_id = $15, evaluation_id = $16,
            accepted_ms = $17, answered_ms = $18, first_solved_ms = $19, solved_ms = $20,
            told_ms = $21, closed_ms = $22, changed_ms = $23, next_due_ms = $24, reopened = $25,
            decision = $26, decided_ms = $27, completed_ms = $28, repeat_of = $29,
            merged_into = $30, search = $31, snapshot = $32
        WHERE tenant_id = $1 AND id = $2 AND version = $33");
    let query = bind_columns(query.bind(tenant), filed);
    let updated = query.bind(as_i64(before)).execute(tx).await?;
    if updated == 0 {
        return Ok(false);
    }
    append(tx, tenant, filed.case, events);
    sql("DELETE FROM case_staff WHERE tenant_id = $1 AND case_id = $2")
        .bind(tenant)
        .bind(filed.case.id)
        .execute(tx)
        .await?;
    put_people(tx, tenant, filed.case);
    for clock in &filed.clocks {
        put_clock(tx, tenant, filed.case, clock).await?;
    }
    for it in &filed.case.rectifications {
        put_rectification(tx, tenant, filed.case.id, it).await?;
    }
    let now = mark::case(tx, tenant, filed.case.id).await?;
    mark::kind(tx, tenant, kind.as_ref(), now.as_ref());
    Ok(true)
}

/// Writes anew when the promises of a case fall due, and nothing else of it.
pub async fn update_due(tx: &mut Write, tenant: TenantId, filed: &Filed<'_>) -> db::Result<()> {
    sql("UPDATE case_file SET next_due_ms = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(filed.case.id)
        .bind(filed.next_due)
        .execute(tx)
        .await?;
    for clock in &filed.clocks {
        put_clock(tx, tenant, filed.case, clock).await?;
    }
    // The kind is as it was.
    mark::case(tx, tenant, filed.case.id).await.map(|_| ())
}

/// `$2` to `$32`: the id and what a change may change.
fn bind_columns(query: db::Query, filed: &Filed<'_>) -> db::Query {
    let case = filed.case;
    let told = match &case.told {
        Some(Told::Yes { at }) => Some(*at),
        _ => None,
    };
    let outcome = case.outcome.as_ref();
    query
        .bind(case.id)
        .bind(case.number.as_str())
        .bind(as_i64(case.version))
        .bind(case.state.code())
        .bind(case.stage.as_deref())
        .bind(case.kind.code())
        .bind(case.priority.code())
        .bind(case.priority as i64)
        .bind(case.category)
        .bind(case.owner)
        .bind(case.team)
        .bind(case.customer)
        .bind(case.channel.code())
        .bind(case.interaction)
        .bind(case.evaluation)
        .bind(case.accepted_at)
        .bind(case.answered_at)
        .bind(case.first_solved_at)
        .bind(case.solved_at)
        .bind(told)
        .bind(case.closed_at)
        .bind(case.changed_at)
        .bind(filed.next_due)
        .bind(i64::from(case.reopened_count))
        .bind(outcome.map(|it| if it.is_adopted() { "adopted" } else { "declined" }))
        .bind(outcome.map(|it| it.decided_at))
        .bind(outcome.and_then(|it| it.result.as_ref()).map(|it| it.at))
        .bind(case.repeat_of)
        .bind(case.merged_into)
        .bind(filed.search.as_str())
        .bind(db::to_json(case))
}

fn append(tx: &mut Write, tenant: TenantId, case: &Case, events: &[CaseEvent]) {
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    for (seq, event) in (case.version - count + 1..).zip(events) {
        let row = [
            Param::from(tenant),
            case.id.into(),
            as_i64(seq).into(),
            event.at.into(),
            event.what.code().into(),
            event.by.staff().into(),
            db::to_json(event).into(),
        ];
        let columns = "case_event (tenant_id, case_id, seq, at_ms, what, staff_id, event)";
        insert_later(tx, columns, row);
    }
    let leaf = |(seq, event): (u64, &CaseEvent)| Leaf {
        subject: Subject::event(case.id, as_i64(seq)),
        hash: leaf::hash(&leaf::of_event(case.id, seq, event)),
    };
    ledger::wait(tx, tenant, (case.version - count + 1..).zip(events).map(leaf));
}

/// Who has to do with the case.
fn put_people(tx: &mut Write, tenant: TenantId, case: &Case) {
    let rectifiers: std::collections::BTreeSet<_> =
        case.rectifications.iter().map(|it| it.plan.owner).collect();
    let parts = case.about.iter().map(|it| (*it, "about"));
    let parts = parts.chain(case.collaborators.iter().map(|it| (*it, "helper")));
    let parts = parts.chain(rectifiers.into_iter().map(|it| (it, "rectifier")));
    for (staff, part) in parts {
        let row = [Param::from(tenant), case.id.into(), staff.into(), part.into()];
        insert_later(tx, "case_staff (tenant_id, case_id, staff_id, part)", row);
    }
}

const CLOCK: &str =
    "case_clock (tenant_id, id, case_id, promise, state, started_ms, due_ms, ended_ms,
    elapsed_ms, owner_id, team_id, policy_id, rule, woken_bp, clock)";

fn clock_row(tenant: TenantId, case: &Case, row: &ClockRow) -> [Param; 15] {
    let ClockRow { clock: CaseClock { clock, woken_bp }, state, due } = row;
    let policy = clock.terms().policy.as_ref();
    [
        tenant.into(),
        clock.id().into(),
        case.id.into(),
        clock.terms().promise.code().into(),
        state.code().into(),
        clock.started_at().into(),
        (*due).into(),
        clock.end().map(|it| it.at).into(),
        clock.end().map(|it| it.elapsed_ms).into(),
        case.owner.into(),
        case.team.into(),
        policy.map(|it| it.id).into(),
        policy.map(|it| it.rule.clone()).into(),
        i64::from(*woken_bp).into(),
        db::to_json(clock).into(),
    ]
}

async fn put_clock(
    tx: &mut Write,
    tenant: TenantId,
    case: &Case,
    row: &ClockRow,
) -> db::Result<()> {
    let query = sql("
        INSERT INTO case_clock (tenant_id, id, case_id, promise, state, started_ms, due_ms, ended_ms,
            elapsed_ms, owner_id, team_id, policy_id, rule, woken_bp, clock)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state, due_ms = excluded.due_ms,
            ended_ms = excluded.ended_ms, elapsed_ms = excluded.elapsed_ms,
            owner_id = excluded.owner_id, team_id = excluded.team_id,
            woken_bp = excluded.woken_bp, clock = excluded.clock
        WHERE case_clock.ended_ms IS NULL");
    clock_row(tenant, case, row).into_iter().fold(query, db::Query::bind).execute(tx).await?;
    Ok(())
}

async fn put_rectification(
    tx: &mut Write,
    tenant: TenantId,
    case: CaseId,
    it: &Rectification,
) -> db::Result<()> {
    let (state, done, verified) = match &it.progress {
        Progress::Planned => ("planned", None, None),
        Progress::Done { at, .. } => ("done", Some(*at), None),
        Progress::Verified { done_at, at, .. } => ("verified", Some(*done_at), Some(*at)),
        Progress::Withdrawn { .. } => ("withdrawn", None, None),
    };
    sql("
        INSERT INTO case_rectification (tenant_id, id, case_id, owner_id, state, planned_ms, due_ms,
            done_ms, verified_ms, failed_checks)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state,
            done_ms = excluded.done_ms, verified_ms = excluded.verified_ms,
            failed_checks = excluded.failed_checks")
    .bind(tenant)
    .bind(it.plan.id)
    .bind(case)
    .bind(it.plan.owner)
    .bind(state)
    .bind(it.planned_at)
    .bind(it.plan.due_at)
    .bind(done)
    .bind(verified)
    .bind(i64::from(it.failed_checks))
    .execute(tx)
    .await?;
    Ok(())
}

/// The case as it stands.
pub async fn find(conn: &mut Read, tenant: TenantId, id: CaseId) -> db::Result<Option<Case>> {
    let row: Option<(serde_json::Value,)> =
        sql("SELECT snapshot FROM case_file WHERE tenant_id = $1 AND id = $2")
            .bind(tenant)
            .bind(id)
            .fetch_optional(conn)
            .await?;
    row.map(|it| db::json(it.0)).transpose()
}

/// The case, which nobody else may change before this transaction ends.
pub async fn lock(tx: &mut Write, tenant: TenantId, id: CaseId) -> db::Result<Option<Case>> {
    let lock = tx.for_update();
    let row: Option<(serde_json::Value,)> =
        sql("SELECT snapshot FROM case_file WHERE tenant_id = $1 AND id = $2")
            .bind(tenant)
            .bind(id)
            .push(lock)
            .fetch_optional(tx)
            .await?;
    row.map(|it| db::json(it.0)).transpose()
}

/// Nobody else changes the case before this transaction ends, if there is one.
pub async fn hold(tx: &mut Write, tenant: TenantId, id: CaseId) -> db::Result<()> {
    let lock = tx.for_update();
    if lock.is_empty() {
        return Ok(());
    }
    let query = sql("SELECT id FROM case_file WHERE tenant_id = $1 AND id = $2").push(lock);
    let _: Option<(Uuid,)> = query.bind(tenant).bind(id).fetch_optional(tx).await?;
    Ok(())
}

/// By its number, as people say it on the telephone.
pub async fn find_by_number(
    conn: &mut Read,
    tenant: TenantId,
    number: &str,
) -> db::Result<Option<Case>> {
    let row: Option<(serde_json::Value,)> =
        sql("SELECT snapshot FROM case_file WHERE tenant_id = $1 AND number = $2")
            .bind(tenant)
            .bind(number)
            .fetch_optional(conn)
            .await?;
    row.map(|it| db::json(it.0)).transpose()
}

/// The case an evaluation opened.
pub async fn find_by_evaluation(
    conn: &mut Read,
    tenant: TenantId,
    evaluation: EvaluationId,
) -> db::Result<Option<Case>> {
    let row: Option<(serde_json::Value,)> =
        sql("SELECT snapshot FROM case_file WHERE tenant_id = $1 AND evaluation_id = $2")
            .bind(tenant)
            .bind(evaluation)
            .fetch_optional(conn)
            .await?;
    row.map(|it| db::json(it.0)).transpose()
}

/// One entry of the time line with its place in it, from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub case: CaseId,
    pub seq: u64,
    pub event: CaseEvent,
}

/// The time line, oldest first.
pub async fn events(conn: &mut Read, tenant: TenantId, id: CaseId) -> db::Result<Vec<Entry>> {
    let rows: Vec<(i64, serde_json::Value)> = sql("
        SELECT seq, event FROM case_event WHERE tenant_id = $1 AND case_id = $2 ORDER BY seq")
    .bind(tenant)
    .bind(id)
    .fetch_all(conn)
    .await?;
    let entry = |(seq, event): (i64, serde_json::Value)| {
        let seq = u64::try_from(seq).map_err(db::corrupt)?;
        Ok(Entry { case: id, seq, event: db::json(event)? })
    };
    rows.into_iter().map(entry).collect()
}

/// The open and recently closed cases of a customer, for the search of repeats.
pub async fn of_customer(
    conn: &mut Read,
    tenant: TenantId,
    customer: domain::id::CustomerId,
    since: Timestamp,
) -> db::Result<Vec<Case>> {
    let rows: Vec<(serde_json::Value,)> = sql("
        SELECT snapshot FROM case_file
        WHERE tenant_id = $1 AND customer_id = $2 AND (closed_ms IS NULL OR closed_ms >= $3)
        ORDER BY opened_ms DESC, id DESC
        LIMIT 200")
    .bind(tenant)
    .bind(customer)
    .bind(since)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|it| db::json(it.0)).collect()
}

/// Case and clock ids whose due time may have to be computed anew: those that still run.
pub async fn with_live_clocks(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<CaseId>> {
    let rows: Vec<(Uuid,)> = sql("
        SELECT DISTINCT case_id FROM case_clock WHERE tenant_id = $1 AND ended_ms IS NULL")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|it| CaseId(it.0)).collect())
}

fn as_i64(version: u64) -> i64 {
    i64::try_from(version).expect("nobody lives to write so many events")
}
