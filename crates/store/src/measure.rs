//! For measuring: rows of a long past by the hundred, as the house would have written them one by
//! one, and what became of timers. Only for companies made to be thrown away: what is written here
//! is neither marked for figures nor put on record in the ledger.

use domain::analysis::bucket::Cohort;
use domain::collect::evaluation::Evaluation;
use domain::collect::invitation::Invitation;
use domain::handle::case::{Case, Told};
use domain::id::{CaseId, ClockId, RectificationId, StaffId, TeamId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::analysis::mark;
use crate::db::{self, Param, Read, Write, insert_many, sql};
use crate::platform::lease::part_of;
use crate::platform::timer::Timer;

pub async fn evaluations(tx: &mut Write, tenant: TenantId, all: &[Evaluation]) -> db::Result<u64> {
    let points = |points: Option<u8>| points.map(i64::from);
    let rows = all.iter().map(|it| {
        [
            Param::from(tenant),
            it.id.into(),
            it.round.code().into(),
            it.form.into(),
            it.form_version.into(),
            it.invitation.into(),
            it.case.into(),
            it.interaction.into(),
            it.customer.into(),
            it.staff.into(),
            it.team.into(),
            it.channel.code().into(),
            it.language.as_str().into(),
            points(it.scores.csat).into(),
            points(it.scores.nps).into(),
            points(it.scores.ces).into(),
            db::to_json(&it.scores.dimensions).into(),
            it.answers.clone().into(),
            it.comment.as_str().into(),
            it.anonymous.into(),
            it.receipt.as_str().into(),
            it.submitted_at.into(),
            it.local_day.as_str().into(),
        ]
    });
    let into = "evaluation (tenant_id, id, round, form_id, form_version, invitation_id, case_id,
        interaction_id, customer_id, staff_id, team_id, channel, language, csat, nps, ces,
        dimensions, answers, comment, anonymous, receipt, submitted_ms, local_day)";
    insert_many(tx, into, rows).await
}

pub async fn invitations(tx: &mut Write, tenant: TenantId, all: &[Invitation]) -> db::Result<u64> {
    let rows = all.iter().map(|it| {
        [
            Param::from(tenant),
            it.id.into(),
            it.round.code().into(),
            it.about.interaction().into(),
            it.about.case().into(),
            it.customer.into(),
            it.staff.into(),
            it.team.into(),
            it.form.as_str().into(),
            it.channel.code().into(),
            it.recipient.as_str().into(),
            db::name(&it.language).into(),
            it.state.code().into(),
            it.because.map(domain::collect::invitation::Because::code).into(),
            it.happened.into(),
            it.planned.into(),
            it.due.into(),
            it.sent.into(),
            it.delivered.into(),
            it.completed.into(),
            it.expires.into(),
            it.evaluation.into(),
        ]
    });
    let into = "invitation (tenant_id, id, round, interaction_id, case_id, customer_id, staff_id,
        team_id, form_key, channel, recipient, language, state, because, happened_ms, planned_ms,
        due_ms, sent_ms, delivered_ms, completed_ms, expires_ms, evaluation_id)";
    insert_many(tx, into, rows).await
}

/// A case with what lists and figures read beside it.
#[derive(Debug, Clone)]
pub struct PastCase {
    pub case: Case,
    /// The company's own date of its opening, `YYYY-MM-DD`.
    pub local_day: String,
    pub next_due: Option<Timestamp>,
    /// Lower case.
    pub search: String,
}

pub async fn cases(tx: &mut Write, tenant: TenantId, all: &[PastCase]) -> db::Result<u64> {
    let rows = all.iter().map(|it| {
        let case = &it.case;
        let told = match &case.told {
            Some(Told::Yes { at }) => Some(*at),
            _ => None,
        };
        [
            Param::from(tenant),
            case.id.into(),
            case.number.as_str().into(),
            1_i64.into(),
            case.state.code().into(),
            case.kind.code().into(),
            case.priority.code().into(),
            (case.priority as i64).into(),
            case.category.into(),
            case.owner.into(),
            case.team.into(),
            case.channel.code().into(),
            case.evaluation.into(),
            it.local_day.as_str().into(),
            case.opened_at.into(),
            case.accepted_at.into(),
            case.answered_at.into(),
            case.first_solved_at.into(),
            case.solved_at.into(),
            told.into(),
            case.closed_at.into(),
            case.changed_at.into(),
            it.next_due.into(),
            0_i64.into(),
            it.search.as_str().into(),
            db::to_json(case).into(),
        ]
    });
    let into = "case_file (tenant_id, id, number, version, state, kind, priority, urgency,
        category_id, owner_id, team_id, channel, evaluation_id, local_day, opened_ms, accepted_ms,
        answered_ms, first_solved_ms, solved_ms, told_ms, closed_ms, changed_ms, next_due_ms,
        reopened, search, snapshot)";
    insert_many(tx, into, rows).await
}

/// A promise of a case as it ended, or as it stands.
#[derive(Debug, Clone)]
pub struct PastPromise {
    pub id: ClockId,
    pub case: CaseId,
    pub promise: &'static str,
    pub state: &'static str,
    pub started: Timestamp,
    pub due: Timestamp,
    pub ended: Option<Timestamp>,
    pub owner: Option<StaffId>,
    pub team: TeamId,
}

pub async fn promises(tx: &mut Write, tenant: TenantId, all: &[PastPromise]) -> db::Result<u64> {
    let rows = all.iter().map(|it| {
        let took = it.ended.map(|end| end.as_millisecond() - it.started.as_millisecond());
        [
            Param::from(tenant),
            it.id.into(),
            it.case.into(),
            it.promise.into(),
            it.state.into(),
            it.started.into(),
            it.due.into(),
            it.ended.into(),
            took.into(),
            it.owner.into(),
            it.team.into(),
            0_i64.into(),
            serde_json::json!({}).into(),
        ]
    });
    let into = "case_clock (tenant_id, id, case_id, promise, state, started_ms, due_ms, ended_ms,
        elapsed_ms, owner_id, team_id, woken_bp, clock)";
    insert_many(tx, into, rows).await
}

/// A corrective action as it ended, or as it stands.
#[derive(Debug, Clone)]
pub struct PastAction {
    pub id: RectificationId,
    pub case: CaseId,
    pub owner: StaffId,
    pub planned: Timestamp,
    pub due: Timestamp,
    pub verified: Option<Timestamp>,
}

pub async fn actions(tx: &mut Write, tenant: TenantId, all: &[PastAction]) -> db::Result<u64> {
    let rows = all.iter().map(|it| {
        [
            Param::from(tenant),
            it.id.into(),
            it.case.into(),
            it.owner.into(),
            if it.verified.is_some() { "verified" } else { "planned" }.into(),
            it.planned.into(),
            it.due.into(),
            it.verified.into(),
            0_i64.into(),
        ]
    });
    let into = "case_rectification (tenant_id, id, case_id, owner_id, state, planned_ms, due_ms,
        verified_ms, failed_checks)";
    insert_many(tx, into, rows).await
}

pub async fn timers(tx: &mut Write, tenant: TenantId, all: &[Timer]) -> db::Result<u64> {
    let rows = all.iter().map(|it| {
        [
            Param::from(tenant),
            it.id.into(),
            it.key.as_str().into(),
            part_of(it.id.0).into(),
            it.due.into(),
            it.kind.as_str().into(),
            it.subject.into(),
            it.payload.clone().into(),
        ]
    });
    tx.wake_worker();
    insert_many(tx, "timer (tenant_id, id, key, part, due_ms, kind, subject, payload)", rows).await
}

/// Everything counted by one of these dates is to be counted anew.
pub fn mark_everything(tx: &mut Write, tenant: TenantId, cohort: Cohort) {
    mark::everything(tx, tenant, cohort);
}

/// What became of the invitation timers that were due at `due`: of each invitation, how many
/// messages went into the outbox, and when the first did.
pub async fn sent(
    conn: &mut Read,
    tenant: TenantId,
    due: Timestamp,
) -> db::Result<Vec<(i64, Option<i64>)>> {
    let rows: Vec<(Uuid, i64, Option<i64>)> = sql("
        SELECT i.id, count(m.id), min(m.created_ms) FROM invitation i
        LEFT JOIN message m ON m.tenant_id = i.tenant_id AND m.invitation_id = i.id
        WHERE i.tenant_id = $1 AND i.due_ms = $2
        GROUP BY i.id")
    .bind(tenant)
    .bind(due)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|(_, count, first)| (count, first)).collect())
}

/// Timers that wait.
pub async fn count_timers(conn: &mut Read, tenant: TenantId) -> db::Result<i64> {
    sql("SELECT count(*) FROM timer WHERE tenant_id = $1").bind(tenant).fetch_i64(conn).await
}
