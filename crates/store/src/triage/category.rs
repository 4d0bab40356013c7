//! Categories and causes. Trees of dozens, so they are always read whole.

use domain::id::{CategoryId, TeamId, TenantId};
use domain::triage::category::{Category, Tree};
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// Makes the branch or changes it. `false`: the id is a branch of the other tree.
pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    tree: Tree,
    category: &Category,
) -> db::Result<bool> {
    let put = sql("
        INSERT INTO category
            (tenant_id, id, tree, parent_id, name_zh, name_en, words, kinds, team_id, archived)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (tenant_id, id) DO UPDATE SET parent_id = excluded.parent_id,
            name_zh = excluded.name_zh, name_en = excluded.name_en, words = excluded.words,
            kinds = excluded.kinds, team_id = excluded.team_id, archived = excluded.archived
        WHERE category.tree = excluded.tree")
    .bind(tenant)
    .bind(category.id)
    .bind(tree.code())
    .bind(category.parent)
    .bind(category.name_zh.as_str())
    .bind(category.name_en.as_str())
    .bind(db::to_json(&category.words))
    .bind(db::to_json(&category.kinds))
    .bind(category.team)
    .bind(category.is_archived)
    .execute(tx)
    .await?;
    Ok(put == 1)
}

/// One tree, by name and id.
pub async fn list(conn: &mut Read, tenant: TenantId, tree: Tree) -> db::Result<Vec<Category>> {
    let known = Known::one("category", tenant, tree.code());
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let rows: Vec<Row> = sql("
        SELECT id, parent_id, name_zh, name_en, words, kinds, team_id, archived FROM category
        WHERE tenant_id = $1 AND tree = $2
        ORDER BY name_zh, id")
    .bind(tenant)
    .bind(tree.code())
    .fetch_all(conn)
    .await?;
    let found = rows.into_iter().map(Category::try_from).collect::<db::Result<Vec<_>>>()?;
    conn.remember(known, &found);
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    parent_id: Option<Uuid>,
    name_zh: String,
    name_en: String,
    words: serde_json::Value,
    kinds: serde_json::Value,
    team_id: Option<Uuid>,
    archived: bool,
}

impl TryFrom<Row> for Category {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, parent_id, name_zh, name_en, words, kinds, team_id, archived } = row;
        Ok(Self {
            id: CategoryId(id),
            parent: parent_id.map(CategoryId),
            name_zh,
            name_en,
            words: db::json(words)?,
            kinds: db::json(kinds)?,
            team: team_id.map(TeamId),
            is_archived: archived,
        })
    }
}
