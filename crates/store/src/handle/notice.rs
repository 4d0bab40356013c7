//! What members of the staff should know. Written one by one, sent together.

use domain::id::{CaseId, StaffId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Param, Read, Write, insert_later, sql};

#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub id: Uuid,
    pub staff: StaffId,
    pub at: Timestamp,
    /// Stable, as in `case_assigned`.
    pub code: String,
    pub case: Option<CaseId>,
    pub params: serde_json::Value,
    pub read_at: Option<Timestamp>,
}

pub fn insert(tx: &mut Write, tenant: TenantId, notice: &Notice) {
    let row = [
        Param::from(tenant),
        notice.id.into(),
        notice.staff.into(),
        notice.at.into(),
        notice.code.as_str().into(),
        notice.case.into(),
        notice.params.clone().into(),
    ];
    let columns = "staff_notice (tenant_id, id, staff_id, at_ms, code, case_id, params)";
    insert_later(tx, columns, row);
}

/// The latest, newest first.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    staff: StaffId,
    limit: i64,
) -> db::Result<Vec<Notice>> {
    let rows: Vec<Row> = sql("
        SELECT id, staff_id, at_ms, code, case_id, params, read_ms FROM staff_notice
        WHERE tenant_id = $1 AND staff_id = $2
        ORDER BY at_ms DESC, id DESC LIMIT $3")
    .bind(tenant)
    .bind(staff)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Notice::try_from).collect()
}

/// Takes what was not sent yet, oldest first, and marks it as sent.
pub async fn take_unsent(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    now: Timestamp,
) -> db::Result<Vec<Notice>> {
    let rows: Vec<Row> = sql("
        UPDATE staff_notice SET sent_ms = $3
        WHERE tenant_id = $1 AND staff_id = $2 AND sent_ms IS NULL
        RETURNING id, staff_id, at_ms, code, case_id, params, read_ms")
    .bind(tenant)
    .bind(staff)
    .bind(now)
    .fetch_all(tx)
    .await?;
    let mut notices: Vec<Notice> =
        rows.into_iter().map(Notice::try_from).collect::<db::Result<_>>()?;
    notices.sort_by_key(|it| (it.at, it.id));
    Ok(notices)
}

/// Seen, up to and including that moment.
pub async fn mark_read(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
    until: Timestamp,
    now: Timestamp,
) -> db::Result<u64> {
    sql("
        UPDATE staff_notice SET read_ms = $4
        WHERE tenant_id = $1 AND staff_id = $2 AND at_ms <= $3 AND read_ms IS NULL")
    .bind(tenant)
    .bind(staff)
    .bind(until)
    .bind(now)
    .execute(tx)
    .await
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    staff_id: Uuid,
    at_ms: i64,
    code: String,
    case_id: Option<Uuid>,
    params: serde_json::Value,
    read_ms: Option<i64>,
}

impl TryFrom<Row> for Notice {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, staff_id, at_ms, code, case_id, params, read_ms } = row;
        Ok(Self {
            id,
            staff: StaffId(staff_id),
            at: db::time(at_ms)?,
            code,
            case: case_id.map(CaseId),
            params,
            read_at: db::time_maybe(read_ms)?,
        })
    }
}
