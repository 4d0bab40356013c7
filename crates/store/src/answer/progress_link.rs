//! Progress links: a token that nobody guesses, for an evaluation, a case, or both.

use domain::id::{CaseId, EvaluationId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressLink {
    /// Kept as it is, so that a later message can carry the same link; it opens one page only.
    pub token: String,
    pub evaluation: Option<EvaluationId>,
    pub case: Option<CaseId>,
    pub created: Timestamp,
}

/// Whether the row is new. `false`: the evaluation or the case has a link already.
pub async fn insert(tx: &mut Write, tenant: TenantId, link: &ProgressLink) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO progress_link (tenant_id, token, evaluation_id, case_id, created_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(link.token.as_str())
    .bind(link.evaluation)
    .bind(link.case)
    .bind(link.created)
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}

/// The case's link leads to the evaluation that opened it too.
pub async fn set_evaluation(
    tx: &mut Write,
    tenant: TenantId,
    case: CaseId,
    evaluation: EvaluationId,
) -> db::Result<()> {
    sql("UPDATE progress_link SET evaluation_id = $3 WHERE tenant_id = $1 AND case_id = $2")
        .bind(tenant)
        .bind(case)
        .bind(evaluation)
        .execute(tx)
        .await?;
    Ok(())
}

const COLUMNS: &str = "SELECT token, evaluation_id, case_id, created_ms FROM progress_link";

pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    token: &str,
) -> db::Result<Option<ProgressLink>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND token = $2")
        .bind(tenant)
        .bind(token)
        .fetch_optional(conn)
        .await?;
    row.map(ProgressLink::try_from).transpose()
}

pub async fn find_by_case(
    conn: &mut Read,
    tenant: TenantId,
    case: CaseId,
) -> db::Result<Option<ProgressLink>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND case_id = $2")
        .bind(tenant)
        .bind(case)
        .fetch_optional(conn)
        .await?;
    row.map(ProgressLink::try_from).transpose()
}

pub async fn find_by_evaluation(
    conn: &mut Read,
    tenant: TenantId,
    evaluation: EvaluationId,
) -> db::Result<Option<ProgressLink>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND evaluation_id = $2")
        .bind(tenant)
        .bind(evaluation)
        .fetch_optional(conn)
        .await?;
    row.map(ProgressLink::try_from).transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    token: String,
    evaluation_id: Option<Uuid>,
    case_id: Option<Uuid>,
    created_ms: i64,
}

impl TryFrom<Row> for ProgressLink {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { token, evaluation_id, case_id, created_ms } = row;
        Ok(Self {
            token,
            evaluation: evaluation_id.map(EvaluationId),
            case: case_id.map(CaseId),
            created: db::time(created_ms)?,
        })
    }
}
