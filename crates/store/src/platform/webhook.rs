//! Whom to tell of what happens, over HTTP, and what became of it.

use domain::id::{TenantId, WebhookId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;
use crate::trust::secret::{self, Purpose};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub url: String,
    /// As in `invitation.sent`; `*` is all.
    pub events: Vec<String>,
    /// What calls are signed with, as in `whsec_…`.
    pub secret: String,
    pub active: bool,
    pub created: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued,
    Delivered,
    Failed,
}

/// One event for one webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    pub id: Uuid,
    pub webhook: WebhookId,
    pub event: String,
    pub payload: serde_json::Value,
    pub state: State,
    /// Of the last answer, where there was one.
    pub status: Option<i64>,
    pub error: Option<String>,
    pub created: Timestamp,
    pub ended: Option<Timestamp>,
}

/// Makes it or changes it.
pub async fn put(tx: &mut Write, tenant: TenantId, it: &Webhook) -> db::Result<()> {
    secret::put(tx, tenant, (Purpose::Webhook, it.id.0), it.secret.as_bytes()).await?;
    sql("
        INSERT INTO webhook (tenant_id, id, url, events, active, created_ms)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            url = excluded.url, events = excluded.events, active = excluded.active")
    .bind(tenant)
    .bind(it.id)
    .bind(it.url.as_str())
    .bind(db::to_json(&it.events))
    .bind(it.active)
    .bind(it.created)
    .execute(tx)
    .await?;
    Ok(())
}

const COLUMNS: &str = "
    SELECT id, url, events, active, created_ms FROM webhook WHERE tenant_id = $1";

pub async fn find(conn: &mut Read, tenant: TenantId, id: WebhookId) -> db::Result<Option<Webhook>> {
    let row: Option<Row> =
        sql(COLUMNS).push(" AND id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    let Some(row) = row else { return Ok(None) };
    let secret = secret::find(conn, tenant, (Purpose::Webhook, id.0)).await?;
    Ok(Some(webhook(row, secret)?))
}

pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Webhook>> {
    let known = Known::all("webhook", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let rows: Vec<Row> =
        sql(COLUMNS).push(" ORDER BY created_ms, id").bind(tenant).fetch_all(conn).await?;
    let mut secrets = secret::list(conn, tenant, Purpose::Webhook).await?;
    let made = |row: Row| {
        let secret = secrets.remove(&row.id);
        webhook(row, secret)
    };
    let found = rows.into_iter().map(made).collect::<db::Result<Vec<_>>>()?;
    conn.remember(known, &found);
    Ok(found)
}

/// With everything that was delivered to it.
pub async fn delete(tx: &mut Write, tenant: TenantId, id: WebhookId) -> db::Result<bool> {
    sql("DELETE FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2")
        .bind(tenant)
        .bind(id)
        .execute(tx)
        .await?;
    secret::delete(tx, tenant, (Purpose::Webhook, id.0)).await?;
    let deleted = sql("DELETE FROM webhook WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(deleted == 1)
}

pub async fn insert_delivery(tx: &mut Write, tenant: TenantId, it: &Delivery) -> db::Result<()> {
    sql("
        INSERT INTO webhook_delivery (tenant_id, id, webhook_id, event, payload, state, status,
            error, created_ms, ended_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(tenant)
    .bind(it.id)
    .bind(it.webhook)
    .bind(it.event.as_str())
    .bind(it.payload.clone())
    .bind(db::name(&it.state))
    .bind(it.status)
    .bind(it.error.as_deref())
    .bind(it.created)
    .bind(it.ended)
    .execute(tx)
    .await?;
    Ok(())
}

/// What became of it.
pub async fn update_delivery(tx: &mut Write, tenant: TenantId, it: &Delivery) -> db::Result<()> {
    sql("
        UPDATE webhook_delivery SET state = $3, status = $4, error = $5, ended_ms = $6
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(it.id)
    .bind(db::name(&it.state))
    .bind(it.status)
    .bind(it.error.as_deref())
    .bind(it.ended)
    .execute(tx)
    .await?;
    Ok(())
}

const DELIVERY: &str = "
    SELECT id, webhook_id, event, payload, state, status, error, created_ms, ended_ms
    FROM webhook_delivery
    WHERE tenant_id = $1";

pub async fn find_delivery(
    conn: &mut Read,
    tenant: TenantId,
    id: Uuid,
) -> db::Result<Option<Delivery>> {
    let row: Option<DeliveryRow> =
        sql(DELIVERY).push(" AND id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    row.map(Delivery::try_from).transpose()
}

/// Newest first; `before` is `(created, id)` of the last one seen.
pub async fn list_deliveries(
    conn: &mut Read,
    tenant: TenantId,
    webhook: WebhookId,
    before: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> db::Result<Vec<Delivery>> {
    let mut query = sql(DELIVERY).push(" AND webhook_id = $2").bind(tenant).bind(webhook);
    if let Some((at, id)) = before {
        query = query.push(" AND (created_ms, id) < (").push_bind(at).push(", ").push_bind(id);
        query = query.push(")");
    }
    let query = query.push(" ORDER BY created_ms DESC, id DESC LIMIT ").push_bind(limit);
    let rows: Vec<DeliveryRow> = query.fetch_all(conn).await?;
    rows.into_iter().map(Delivery::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    events: serde_json::Value,
    active: bool,
    created_ms: i64,
}

fn webhook(row: Row, secret: Option<Vec<u8>>) -> db::Result<Webhook> {
    let Row { id, url, events, active, created_ms } = row;
    // None where a backup came back without secrets: its calls fail and say so.
    let secret = String::from_utf8(secret.unwrap_or_default()).map_err(db::corrupt)?;
    let (events, created) = (db::json(events)?, db::time(created_ms)?);
    Ok(Webhook { id: WebhookId(id), url, events, secret, active, created })
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: Uuid,
    webhook_id: Uuid,
    event: String,
    payload: serde_json::Value,
    state: String,
    status: Option<i64>,
    error: Option<String>,
    created_ms: i64,
    ended_ms: Option<i64>,
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = sqlx::Error;

    fn try_from(row: DeliveryRow) -> db::Result<Self> {
        Ok(Self {
            id: row.id,
            webhook: WebhookId(row.webhook_id),
            event: row.event,
            payload: row.payload,
            state: db::word(row.state)?,
            status: row.status,
            error: row.error,
            created: db::time(row.created_ms)?,
            ended: db::time_maybe(row.ended_ms)?,
        })
    }
}
