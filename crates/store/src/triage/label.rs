//! The categories that people gave cases: what the reader learns from and is judged by.

use domain::id::{CaseId, CategoryId, TenantId};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

/// Cases in one list: both engines take more.
const LIST_MAX: usize = 5_000;

/// How a label came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Somebody changed it while working on the case.
    Correction,
    /// Who opened the case named it.
    Chosen,
    /// Somebody looked at a case drawn at random: only these say how good the proposals are.
    Audit,
}

impl Source {
    const fn code(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Chosen => "chosen",
            Self::Audit => "audit",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub case: CaseId,
    pub category: CategoryId,
    /// What had been proposed.
    pub proposed: Option<CategoryId>,
    pub source: Source,
    pub at: Timestamp,
}

/// Writes it down over an earlier one. What was once drawn at random stays part of the sample, with
/// the proposal it was judged against.
pub async fn put(tx: &mut Write, tenant: TenantId, label: &Label) -> db::Result<()> {
    sql("
        INSERT INTO case_label (tenant_id, case_id, category_id, proposed_id, source, labelled_ms)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, case_id) DO UPDATE SET
            category_id = excluded.category_id,
            labelled_ms = excluded.labelled_ms,
            proposed_id = CASE WHEN case_label.source = 'audit'
                THEN case_label.proposed_id ELSE excluded.proposed_id END,
            source = CASE WHEN case_label.source = 'audit'
                THEN case_label.source ELSE excluded.source END")
    .bind(tenant)
    .bind(label.case)
    .bind(label.category)
    .bind(label.proposed)
    .bind(label.source.code())
    .bind(label.at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes away the labels of these cases. How many there were.
pub async fn delete(tx: &mut Write, tenant: TenantId, cases: &[Uuid]) -> db::Result<u64> {
    let mut deleted = 0;
    for part in cases.chunks(LIST_MAX) {
        deleted += sql("DELETE FROM case_label WHERE tenant_id = $1 AND case_id IN ")
            .bind(tenant)
            .push_list(part.iter().copied())
            .execute(tx)
            .await?;
    }
    Ok(deleted)
}

/// How many cases people labelled.
pub async fn count(conn: &mut Read, tenant: TenantId) -> db::Result<u32> {
    let count = sql("SELECT count(*) FROM case_label WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_i64(conn)
        .await?;
    u32::try_from(count).map_err(db::corrupt)
}

/// The words of a case and the category they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub said: String,
    pub category: CategoryId,
}

/// The latest `rows_max` labels with the words they were given for, oldest first; cases without
/// words left out.
pub async fn lessons(conn: &mut Read, tenant: TenantId, rows_max: i64) -> db::Result<Vec<Lesson>> {
    /// Of a case nothing else is wanted.
    #[derive(Deserialize)]
    struct Words {
        said: String,
    }
    let rows: Vec<(Uuid, serde_json::Value)> = sql("
        SELECT case_label.category_id, case_file.snapshot
        FROM case_label
        JOIN case_file ON case_file.tenant_id = case_label.tenant_id
            AND case_file.id = case_label.case_id
        WHERE case_label.tenant_id = $1
        ORDER BY case_label.labelled_ms DESC, case_label.case_id DESC
        LIMIT $2")
    .bind(tenant)
    .bind(rows_max)
    .fetch_all(conn)
    .await?;
    let mut lessons = Vec::with_capacity(rows.len());
    for (category, snapshot) in rows.into_iter().rev() {
        let Words { said } = db::json(snapshot)?;
        if !said.trim().is_empty() {
            lessons.push(Lesson { said, category: CategoryId(category) });
        }
    }
    Ok(lessons)
}

/// What was proposed and what a person said, for every case drawn at random, and how often.
pub async fn audited(
    conn: &mut Read,
    tenant: TenantId,
) -> db::Result<Vec<(Option<CategoryId>, CategoryId, u32)>> {
    let rows: Vec<(Option<Uuid>, Uuid, i64)> = sql("
        SELECT proposed_id, category_id, count(*) FROM case_label
        WHERE tenant_id = $1 AND source = 'audit'
        GROUP BY proposed_id, category_id
        ORDER BY count(*) DESC, category_id, proposed_id")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    let row = |(proposed, category, count): (Option<Uuid>, Uuid, i64)| {
        let count = u32::try_from(count).map_err(db::corrupt)?;
        Ok((proposed.map(CategoryId), CategoryId(category), count))
    };
    rows.into_iter().map(row).collect()
}

/// The latest `rows_max` cases with words that nobody labelled, youngest first.
pub async fn unlabelled(
    conn: &mut Read,
    tenant: TenantId,
    rows_max: i64,
) -> db::Result<Vec<CaseId>> {
    let rows: Vec<(Uuid,)> = sql("
        SELECT case_file.id FROM case_file
        LEFT JOIN case_label ON case_label.tenant_id = case_file.tenant_id
            AND case_label.case_id = case_file.id
        WHERE case_file.tenant_id = $1 AND case_label.case_id IS NULL
            AND case_file.merged_into IS NULL
        ORDER BY case_file.opened_ms DESC, case_file.id DESC
        LIMIT $2")
    .bind(tenant)
    .bind(rows_max)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|it| CaseId(it.0)).collect())
}
