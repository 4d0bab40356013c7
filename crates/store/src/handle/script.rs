//! Words at hand while answering 话术 (C13).

use domain::id::{CategoryId, ScriptId, TenantId};
use domain::language::Language;
use domain::triage::Kind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    pub id: ScriptId,
    pub title: String,
    pub body: String,
    pub language: Language,
    /// Offered for these kinds; empty for all.
    pub kinds: Vec<Kind>,
    pub category: Option<CategoryId>,
    pub is_archived: bool,
}

pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    script: &Script,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO script
            (tenant_id, id, title, body, language, kinds, category_id, archived, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title, body = excluded.body,
            language = excluded.language, kinds = excluded.kinds,
            category_id = excluded.category_id, archived = excluded.archived,
            updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(script.id)
    .bind(script.title.as_str())
    .bind(script.body.as_str())
    .bind(db::name(&script.language))
    .bind(db::to_json(&script.kinds))
    .bind(script.category)
    .bind(script.is_archived)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// All of them, by title. A tenant has hundreds at most.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Script>> {
    let rows: Vec<Row> = sql("
        SELECT id, title, body, language, kinds, category_id, archived FROM script
        WHERE tenant_id = $1
        ORDER BY title, id")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Script::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    body: String,
    language: String,
    kinds: serde_json::Value,
    category_id: Option<Uuid>,
    archived: bool,
}

impl TryFrom<Row> for Script {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, title, body, language, kinds, category_id, archived } = row;
        Ok(Self {
            id: ScriptId(id),
            title,
            body,
            language: db::word(language)?,
            kinds: db::json(kinds)?,
            category: category_id.map(CategoryId),
            is_archived: archived,
        })
    }
}
