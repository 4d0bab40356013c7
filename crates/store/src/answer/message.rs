//! The outbox: what is told to customers and staff; the tenant's own wordings; notices that wait
//! to be told together.

use domain::collect::channel::Channel;
use domain::id::{CaseId, CustomerId, InvitationId, MessageId, StaffId, TenantId};
use domain::language::Language;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{self, Param, Read, Write, insert_later, sql};
use crate::memory::Known;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued,
    /// The next server has taken it.
    Sent,
    /// The channel says that it arrived.
    Delivered,
    Failed,
}

/// An answer that can be picked in the message itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub label: String,
    /// What the link carries as `q`.
    pub value: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    /// The key of its template.
    pub template: String,
    pub channel: Channel,
    pub recipient: String,
    pub language: Language,
    pub subject: String,
    pub body: String,
    pub choices: Vec<Choice>,
    pub invitation: Option<InvitationId>,
    pub case: Option<CaseId>,
    pub customer: Option<CustomerId>,
    pub staff: Option<StaffId>,
    pub state: State,
    pub error: Option<String>,
    pub created: Timestamp,
    pub sent: Option<Timestamp>,
}

pub fn insert(tx: &mut Write, tenant: TenantId, it: &Message) {
    let row = [
        Param::from(tenant),
        it.id.into(),
        it.template.as_str().into(),
        it.channel.code().into(),
        it.recipient.as_str().into(),
        db::name(&it.language).into(),
        it.subject.as_str().into(),
        it.body.as_str().into(),
        db::to_json(&it.choices).into(),
        it.invitation.into(),
        it.case.into(),
        it.customer.into(),
        it.staff.into(),
        db::name(&it.state).into(),
        it.error.as_deref().into(),
        it.created.into(),
        it.sent.into(),
    ];
    let into =
        "message (tenant_id, id, template, channel, recipient, language, subject, body, choices,
        invitation_id, case_id, customer_id, staff_id, state, error, created_ms, sent_ms)";
    insert_later(tx, into, row);
}

/// What became of it.
pub async fn update(
    tx: &mut Write,
    tenant: TenantId,
    id: MessageId,
    (state, error): (State, Option<&str>),
    sent: Option<Timestamp>,
) -> db::Result<()> {
    sql("
        UPDATE message SET state = $3, error = $4, sent_ms = $5
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(id)
    .bind(db::name(&state))
    .bind(error)
    .bind(sent)
    .execute(tx)
    .await?;
    Ok(())
}

const COLUMNS: &str = "
    SELECT id, template, channel, recipient, language, subject, body, choices, invitation_id,
        case_id, customer_id, staff_id, state, error, created_ms, sent_ms
    FROM message
    WHERE tenant_id = $1";

pub async fn find(conn: &mut Read, tenant: TenantId, id: MessageId) -> db::Result<Option<Message>> {
    let row: Option<Row> =
        sql(COLUMNS).push(" AND id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    row.map(Message::try_from).transpose()
}

/// Which messages to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub case: Option<CaseId>,
    pub invitation: Option<InvitationId>,
    /// Older than this one: `(created, id)` of the last one seen.
    pub before: Option<(Timestamp, MessageId)>,
    pub limit: i64,
}

/// Newest first.
pub async fn list(conn: &mut Read, tenant: TenantId, filter: &Filter) -> db::Result<Vec<Message>> {
    let mut query = sql(COLUMNS).bind(tenant);
    if let Some(state) = filter.state {
        query = query.push(" AND state = ").push_bind(db::name(&state));
    }
    if let Some(case) = filter.case {
        query = query.push(" AND case_id = ").push_bind(case);
    }
    if let Some(invitation) = filter.invitation {
        query = query.push(" AND invitation_id = ").push_bind(invitation);
    }
    if let Some((at, id)) = filter.before {
        query = query.push(" AND (created_ms, id) < (").push_bind(at).push(", ").push_bind(id);
        query = query.push(")");
    }
    let query = query.push(" ORDER BY created_ms DESC, id DESC LIMIT ").push_bind(filter.limit);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Message::try_from).collect()
}

/// A wording of the tenant's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub key: String,
    pub language: Language,
    pub subject: String,
    pub body: String,
}

pub async fn put_wording(
    tx: &mut Write,
    tenant: TenantId,
    it: &Wording,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO message_template (tenant_id, key, language, subject, body, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, key, language) DO UPDATE SET
            subject = excluded.subject, body = excluded.body, updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(it.key.as_str())
    .bind(db::name(&it.language))
    .bind(it.subject.as_str())
    .bind(it.body.as_str())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Goes back to the house's wording. `false`: it is in use already.
pub async fn delete_wording(
    tx: &mut Write,
    tenant: TenantId,
    key: &str,
    language: Language,
) -> db::Result<bool> {
    let deleted = sql("
        DELETE FROM message_template WHERE tenant_id = $1 AND key = $2 AND language = $3")
    .bind(tenant)
    .bind(key)
    .bind(db::name(&language))
    .execute(tx)
    .await?;
    Ok(deleted == 1)
}

pub async fn wordings(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Wording>> {
    let known = Known::all("message_template", tenant);
    if let Some(found) = conn.recall(&known) {
        return Ok(found);
    }
    let rows: Vec<(String, String, String, String)> = sql("
        SELECT key, language, subject, body FROM message_template
        WHERE tenant_id = $1 ORDER BY key, language")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    let wording = |(key, language, subject, body)| {
        Ok(Wording { key, language: db::word(language)?, subject, body })
    };
    let found = rows.into_iter().map(wording).collect::<db::Result<Vec<_>>>()?;
    conn.remember(known, &found);
    Ok(found)
}

/// One thing a member of staff should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: Uuid,
    pub staff: StaffId,
    /// As in `clock_breached`.
    pub kind: String,
    /// In the person's language.
    pub text: String,
    pub case: Option<CaseId>,
    pub created: Timestamp,
}

pub fn insert_notice(tx: &mut Write, tenant: TenantId, it: &Notice) {
    let row = [
        Param::from(tenant),
        it.id.into(),
        it.staff.into(),
        it.kind.as_str().into(),
        it.text.as_str().into(),
        it.case.into(),
        it.created.into(),
        false.into(),
    ];
    let into = "notice (tenant_id, id, staff_id, kind, text, case_id, created_ms, told)";
    insert_later(tx, into, row);
}

/// Takes everything a person was not told yet, oldest first.
pub async fn take_notices(
    tx: &mut Write,
    tenant: TenantId,
    staff: StaffId,
) -> db::Result<Vec<Notice>> {
    let rows: Vec<(Uuid, String, String, Option<Uuid>, i64)> = sql("
        UPDATE notice SET told = TRUE
        WHERE tenant_id = $1 AND staff_id = $2 AND told = FALSE
        RETURNING id, kind, text, case_id, created_ms")
    .bind(tenant)
    .bind(staff)
    .fetch_all(tx)
    .await?;
    let notice = |(id, kind, text, case, created_ms): (_, _, _, Option<Uuid>, _)| {
        let (case, created) = (case.map(CaseId), db::time(created_ms)?);
        Ok(Notice { id, staff, kind, text, case, created })
    };
    let mut notices: Vec<Notice> = rows.into_iter().map(notice).collect::<db::Result<_>>()?;
    notices.sort_by_key(|it| (it.created, it.id));
    Ok(notices)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    template: String,
    channel: String,
    recipient: String,
    language: String,
    subject: String,
    body: String,
    choices: serde_json::Value,
    invitation_id: Option<Uuid>,
    case_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    staff_id: Option<Uuid>,
    state: String,
    error: Option<String>,
    created_ms: i64,
    sent_ms: Option<i64>,
}

impl TryFrom<Row> for Message {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        Ok(Self {
            id: MessageId(row.id),
            template: row.template,
            channel: db::word(row.channel)?,
            recipient: row.recipient,
            language: db::word(row.language)?,
            subject: row.subject,
            body: row.body,
            choices: db::json(row.choices)?,
            invitation: row.invitation_id.map(InvitationId),
            case: row.case_id.map(CaseId),
            customer: row.customer_id.map(CustomerId),
            staff: row.staff_id.map(StaffId),
            state: db::word(row.state)?,
            error: row.error,
            created: db::time(row.created_ms)?,
            sent: db::time_maybe(row.sent_ms)?,
        })
    }
}
