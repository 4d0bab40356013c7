//! What was done and who looked. Rows are only ever added.

use domain::id::TenantId;
use domain::platform::actor::Actor;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub id: Uuid,
    pub at: Timestamp,
    pub by: Actor,
    /// A verb, as in `update` or `look`.
    pub action: String,
    /// The word of the thing, as in `customer`.
    pub thing: String,
    pub thing_id: Option<Uuid>,
    /// What changed, by name; never personal data itself.
    pub detail: serde_json::Value,
}

pub async fn insert(tx: &mut Write, tenant: TenantId, entry: &Entry) -> db::Result<()> {
    sql("
        INSERT INTO audit (tenant_id, id, at_ms, actor, action, thing, thing_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(tenant)
    .bind(entry.id)
    .bind(entry.at)
    .bind(db::to_json(&entry.by))
    .bind(entry.action.as_str())
    .bind(entry.thing.as_str())
    .bind(entry.thing_id)
    .bind(entry.detail.clone())
    .execute(tx)
    .await?;
    Ok(())
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub thing: Option<String>,
    pub thing_id: Option<Uuid>,
    /// Older than this entry: `(at, id)` of the last one seen.
    pub before: Option<(Timestamp, Uuid)>,
    pub limit: i64,
}

/// Newest first.
pub async fn list(conn: &mut Read, tenant: TenantId, filter: &Filter) -> db::Result<Vec<Entry>> {
    let mut query = sql("
        SELECT id, at_ms, actor, action, thing, thing_id, detail FROM audit
        WHERE tenant_id = $1")
    .bind(tenant);
    if let Some(thing) = &filter.thing {
        query = query.push(" AND thing = ").push_bind(thing.as_str());
    }
    if let Some(id) = filter.thing_id {
        query = query.push(" AND thing_id = ").push_bind(id);
    }
    if let Some((at, id)) = filter.before {
        query = query.push(" AND (at_ms, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    let rows: Vec<Row> = query
        .push(" ORDER BY at_ms DESC, id DESC LIMIT ")
        .push_bind(filter.limit)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at_ms: i64,
    actor: serde_json::Value,
    action: String,
    thing: String,
    thing_id: Option<Uuid>,
    detail: serde_json::Value,
}

impl TryFrom<Row> for Entry {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, at_ms, actor, action, thing, thing_id, detail } = row;
        let (at, by) = (db::time(at_ms)?, db::json(actor)?);
        Ok(Self { id, at, by, action, thing, thing_id, detail })
    }
}
