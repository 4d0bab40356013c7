//! Evaluations: written once, read by time, person, customer and case.

use domain::collect::answer::Scores;
use domain::collect::channel::Channel;
use domain::collect::evaluation::Evaluation;
use domain::collect::round::Round;
use domain::id::{
    CaseId, CustomerId, EvaluationId, FormId, InteractionId, InvitationId, StaffId, TeamId,
    TenantId,
};
use domain::platform::role::Scope;
use jiff::Timestamp;
use uuid::Uuid;

use crate::analysis::mark;
use crate::db::{self, Query, Read, Write, sql};
use crate::trust::ledger;
use crate::trust::ledger_read::evaluation_leaf;

/// Whether the row is new. `false`: the id, the receipt or the invitation has one already.
pub async fn insert(tx: &mut Write, tenant: TenantId, it: &Evaluation) -> db::Result<bool> {
    let points = |points: Option<u8>| points.map(i64::from);
    let inserted = sql("
        INSERT INTO evaluation (tenant_id, id, round, form_id, form_version, invitation_id, case_id,
            interaction_id, customer_id, staff_id, team_id, channel, language, csat, nps, ces,
            dimensions, answers, comment, anonymous, receipt, submitted_ms, local_day)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(it.id)
    .bind(it.round.code())
    .bind(it.form)
    .bind(it.form_version)
    .bind(it.invitation)
    .bind(it.case)
    .bind(it.interaction)
    .bind(it.customer)
    .bind(it.staff)
    .bind(it.team)
    .bind(it.channel.code())
    .bind(it.language.as_str())
    .bind(points(it.scores.csat))
    .bind(points(it.scores.nps))
    .bind(points(it.scores.ces))
    .bind(db::to_json(&it.scores.dimensions))
    .bind(it.answers.clone())
    .bind(it.comment.as_str())
    .bind(it.anonymous)
    .bind(it.receipt.as_str())
    .bind(it.submitted_at)
    .bind(it.local_day.as_str())
    .execute(tx)
    .await?;
    if inserted == 1 {
        mark::new_evaluation(tx, tenant, it);
        ledger::wait(tx, tenant, [evaluation_leaf(it)]);
    }
    Ok(inserted == 1)
}

/// Ties the evaluation to the case it opened.
pub async fn update_case(
    tx: &mut Write,
    tenant: TenantId,
    id: EvaluationId,
    case: CaseId,
) -> db::Result<()> {
    sql("UPDATE evaluation SET case_id = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(case)
        .execute(tx)
        .await?;
    Ok(())
}

const COLUMNS: &str = "
    SELECT id, round, form_id, form_version, invitation_id, case_id, interaction_id, customer_id,
        staff_id, team_id, channel, language, csat, nps, ces, dimensions, answers, comment,
        anonymous, receipt, submitted_ms, local_day
    FROM evaluation";

pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    id: EvaluationId,
) -> db::Result<Option<Evaluation>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(Evaluation::try_from).transpose()
}

/// By what the customer quotes.
pub async fn find_by_receipt(
    conn: &mut Read,
    tenant: TenantId,
    receipt: &str,
) -> db::Result<Option<Evaluation>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND receipt = $2")
        .bind(tenant)
        .bind(receipt)
        .fetch_optional(conn)
        .await?;
    row.map(Evaluation::try_from).transpose()
}

/// Those of these ids that there are.
pub async fn find_all(
    conn: &mut Read,
    tenant: TenantId,
    ids: &[Uuid],
) -> db::Result<Vec<Evaluation>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows: Vec<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND id IN ")
        .bind(tenant)
        .push_list(ids.iter().copied())
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Evaluation::try_from).collect()
}

/// The one answer to an invitation; `None` when it was not answered, or anonymously.
pub async fn find_by_invitation(
    conn: &mut Read,
    tenant: TenantId,
    invitation: InvitationId,
) -> db::Result<Option<Evaluation>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND invitation_id = $2")
        .bind(tenant)
        .bind(invitation)
        .fetch_optional(conn)
        .await?;
    row.map(Evaluation::try_from).transpose()
}

/// Which evaluations to list. `None` and empty are no restriction.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub from: Option<Timestamp>,
    /// Excluded.
    pub until: Option<Timestamp>,
    pub form: Option<FormId>,
    pub round: Option<Round>,
    pub channel: Option<Channel>,
    pub staff: Option<StaffId>,
    pub team: Option<TeamId>,
    pub customer: Option<CustomerId>,
    pub case: Option<CaseId>,
    pub interaction: Option<InteractionId>,
    pub csat_min: Option<i64>,
    pub csat_max: Option<i64>,
    /// Only with, or only without, something written.
    pub commented: Option<bool>,
    /// Somewhere in what was written; lower case.
    pub search: Option<String>,
    /// Older than this one: `(submitted, id)` of the last one seen.
    pub before: Option<(Timestamp, EvaluationId)>,
    pub limit: i64,
}

/// Newest first, within `scope`: the evaluations of the teams, and those that point at oneself.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    scope: &Scope,
    filter: &Filter,
) -> db::Result<Vec<Evaluation>> {
    let query = restrict(sql(COLUMNS).push(" WHERE tenant_id = $1").bind(tenant), scope, filter);
    let query = match filter.before {
        Some((at, id)) => query
            .push(" AND (submitted_ms, id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")"),
        None => query,
    };
    let rows: Vec<Row> = query
        .push(" ORDER BY submitted_ms DESC, id DESC LIMIT ")
        .push_bind(filter.limit)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Evaluation::try_from).collect()
}

/// How many there are under the same scope and filter, whatever the page.
pub async fn count(
    conn: &mut Read,
    tenant: TenantId,
    scope: &Scope,
    filter: &Filter,
) -> db::Result<i64> {
    let query = sql("SELECT count(*) FROM evaluation WHERE tenant_id = $1").bind(tenant);
    restrict(query, scope, filter).fetch_i64(conn).await
}

fn restrict(mut query: Query, scope: &Scope, filter: &Filter) -> Query {
    query = match scope {
        Scope::All => query,
        Scope::Own(me) => query.push(" AND staff_id = ").push_bind(*me),
        Scope::Teams(teams, me) => {
            query = query.push(" AND (staff_id = ").push_bind(*me);
            for team in teams {
                query = query.push(" OR team_id = ").push_bind(*team);
            }
            query.push(")")
        }
    };
    let ids = [
        (" AND form_id = ", filter.form.map(|it| it.0)),
        (" AND staff_id = ", filter.staff.map(|it| it.0)),
        (" AND team_id = ", filter.team.map(|it| it.0)),
        (" AND customer_id = ", filter.customer.map(|it| it.0)),
        (" AND case_id = ", filter.case.map(|it| it.0)),
        (" AND interaction_id = ", filter.interaction.map(|it| it.0)),
    ];
    for (text, id) in ids {
        if let Some(id) = id {
            query = query.push(text).push_bind(id);
        }
    }
    let words = [
        (" AND round = ", filter.round.map(Round::code)),
        (" AND channel = ", filter.channel.map(Channel::code)),
    ];
    for (text, word) in words {
        if let Some(word) = word {
            query = query.push(text).push_bind(word);
        }
    }
    let bounds = [
        (" AND submitted_ms >= ", filter.from.map(Timestamp::as_millisecond)),
        (" AND submitted_ms < ", filter.until.map(Timestamp::as_millisecond)),
        (" AND csat >= ", filter.csat_min),
        (" AND csat <= ", filter.csat_max),
    ];
    for (text, bound) in bounds {
        if let Some(bound) = bound {
            query = query.push(text).push_bind(bound);
        }
    }
    if let Some(words) = &filter.search {
        let pattern = format!("%{}%", db::like(words));
        // Said although it follows: an index holds those with words alone.
        query = query
            .push(" AND comment <> '' AND lower(comment) LIKE ")
            .push_bind(pattern)
            .push(" ESCAPE '\\'");
    }
    match filter.commented {
        Some(true) => query.push(" AND comment <> ''"),
        Some(false) => query.push(" AND comment = ''"),
        None => query,
    }
}

/// The satisfaction scores that belong to these cases, the oldest first.
pub async fn scores_of_cases(
    conn: &mut Read,
    tenant: TenantId,
    cases: &[CaseId],
) -> db::Result<Vec<(CaseId, Round, i64)>> {
    const AT_ONCE: usize = 1_000;
    let mut found = vec![];
    for cases in cases.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, String, i64)> = sql("
            SELECT case_id, round, csat FROM evaluation
            WHERE tenant_id = $1 AND csat IS NOT NULL AND case_id IN ")
        .bind(tenant)
        .push_list(cases.iter().copied())
        .push(" ORDER BY submitted_ms, id")
        .fetch_all(conn)
        .await?;
        for (case, round, score) in rows {
            found.push((CaseId(case), db::word(round)?, score));
        }
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    round: String,
    form_id: Uuid,
    form_version: i64,
    invitation_id: Option<Uuid>,
    case_id: Option<Uuid>,
    interaction_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    staff_id: Option<Uuid>,
    team_id: Option<Uuid>,
    channel: String,
    language: String,
    csat: Option<i64>,
    nps: Option<i64>,
    ces: Option<i64>,
    dimensions: serde_json::Value,
    answers: serde_json::Value,
    comment: String,
    anonymous: bool,
    receipt: String,
    submitted_ms: i64,
    local_day: String,
}

impl TryFrom<Row> for Evaluation {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let points = |points: Option<i64>| {
            points.map(|it| u8::try_from(it).map_err(db::corrupt)).transpose()
        };
        Ok(Self {
            id: EvaluationId(row.id),
            round: row.round.parse().map_err(db::corrupt)?,
            form: FormId(row.form_id),
            form_version: row.form_version,
            invitation: row.invitation_id.map(InvitationId),
            case: row.case_id.map(CaseId),
            interaction: row.interaction_id.map(InteractionId),
            customer: row.customer_id.map(CustomerId),
            staff: row.staff_id.map(StaffId),
            team: row.team_id.map(TeamId),
            channel: row.channel.parse().map_err(db::corrupt)?,
            language: row.language,
            scores: Scores {
                csat: points(row.csat)?,
                nps: points(row.nps)?,
                ces: points(row.ces)?,
                dimensions: db::json(row.dimensions)?,
            },
            answers: row.answers,
            comment: row.comment,
            anonymous: row.anonymous,
            receipt: row.receipt,
            submitted_at: db::time(row.submitted_ms)?,
            local_day: row.local_day,
        })
    }
}
