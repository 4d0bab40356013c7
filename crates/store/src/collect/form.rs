//! Forms: one row with the draft, one row for each published version.

use domain::analysis::bucket::Cohort;
use domain::collect::form::FormContent;
use domain::id::{FormId, TenantId};
use domain::platform::actor::Actor;
use jiff::Timestamp;
use uuid::Uuid;

use crate::analysis::mark;
use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// A form with its draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub id: FormId,
    /// In open links, as in `/f/acme/standard`.
    pub key: String,
    pub draft: FormContent,
    pub draft_changed: Timestamp,
    /// The version customers see; `None` before the first is published.
    pub published_version: Option<i64>,
    /// Since when it takes no more answers from open links.
    pub retired: Option<Timestamp>,
}

/// A published version. It never changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub form: FormId,
    /// 1, 2, 3, …
    pub version: i64,
    pub content: FormContent,
    pub published: Timestamp,
    pub published_by: Actor,
}

/// Whether the row is new. `false`: the id or the key is taken.
pub async fn insert(tx: &mut Write, tenant: TenantId, form: &Form) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO form (tenant_id, id, key, draft, draft_changed_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(form.id)
    .bind(form.key.as_str())
    .bind(db::to_json(&form.draft))
    .bind(form.draft_changed)
    .execute(tx)
    .await?;
    // Invitations name their form by its key, which may have been written before the form was.
    if inserted == 1 {
        mark::everything(tx, tenant, Cohort::Sent);
    }
    Ok(inserted == 1)
}

/// The key stays what it was: it stands in printed links.
pub async fn update_draft(
    tx: &mut Write,
    tenant: TenantId,
    id: FormId,
    draft: &FormContent,
    now: Timestamp,
) -> db::Result<()> {
    sql("UPDATE form SET draft = $3, draft_changed_ms = $4 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(db::to_json(draft))
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends the open link of a form, or (`None`) opens it again.
pub async fn update_retired(
    tx: &mut Write,
    tenant: TenantId,
    id: FormId,
    retired: Option<Timestamp>,
) -> db::Result<()> {
    sql("UPDATE form SET retired_ms = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .bind(retired)
        .execute(tx)
        .await?;
    Ok(())
}

/// Adds a version and makes it the one customers see.
pub async fn insert_version(tx: &mut Write, tenant: TenantId, version: &Version) -> db::Result<()> {
    sql("
        INSERT INTO form_version (tenant_id, form_id, version, content, published_ms, published_by)
        VALUES ($1, $2, $3, $4, $5, $6)")
    .bind(tenant)
    .bind(version.form)
    .bind(version.version)
    .bind(db::to_json(&version.content))
    .bind(version.published)
    .bind(db::to_json(&version.published_by))
    .execute(tx)
    .await?;
    sql("UPDATE form SET published_version = $3 WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(version.form)
        .bind(version.version)
        .execute(tx)
        .await?;
    Ok(())
}

const COLUMNS: &str = "
    SELECT id, key, draft, draft_changed_ms, published_version, retired_ms FROM form";

pub async fn find(conn: &mut Read, tenant: TenantId, id: FormId) -> db::Result<Option<Form>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(Form::try_from).transpose()
}

/// Like [`find`], and nobody else changes the row until the transaction ends.
pub async fn find_for_update(
    tx: &mut Write,
    tenant: TenantId,
    id: FormId,
) -> db::Result<Option<Form>> {
    let lock = tx.for_update();
    let query = sql(COLUMNS).push(" WHERE tenant_id = $1 AND id = $2").push(lock);
    let row: Option<Row> = query.bind(tenant).bind(id).fetch_optional(tx).await?;
    row.map(Form::try_from).transpose()
}

pub async fn find_by_key(conn: &mut Read, tenant: TenantId, key: &str) -> db::Result<Option<Form>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND key = $2")
        .bind(tenant)
        .bind(key)
        .fetch_optional(conn)
        .await?;
    row.map(Form::try_from).transpose()
}

/// All forms by key. They are tens, not thousands.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Form>> {
    let rows: Vec<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 ORDER BY key")
        .bind(tenant)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Form::try_from).collect()
}

const VERSION_COLUMNS: &str = "
    SELECT form_id, version, content, published_ms, published_by FROM form_version";

pub async fn find_version(
    conn: &mut Read,
    tenant: TenantId,
    id: FormId,
    version: i64,
) -> db::Result<Option<Version>> {
    let known = Known::one("form_version", tenant, format!("{id} {version}"));
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<VersionRow> = sql(VERSION_COLUMNS)
        .push(" WHERE tenant_id = $1 AND form_id = $2 AND version = $3")
        .bind(tenant)
        .bind(id)
        .bind(version)
        .fetch_optional(conn)
        .await?;
    let found = row.map(Version::try_from).transpose()?;
    conn.remember(known, &found);
    Ok(found)
}

/// All versions of one form, the newest first.
pub async fn list_versions(
    conn: &mut Read,
    tenant: TenantId,
    id: FormId,
) -> db::Result<Vec<Version>> {
    let rows: Vec<VersionRow> = sql(VERSION_COLUMNS)
        .push(" WHERE tenant_id = $1 AND form_id = $2 ORDER BY version DESC")
        .bind(tenant)
        .bind(id)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Version::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    key: String,
    draft: serde_json::Value,
    draft_changed_ms: i64,
    published_version: Option<i64>,
    retired_ms: Option<i64>,
}

impl TryFrom<Row> for Form {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, key, draft, draft_changed_ms, published_version, retired_ms } = row;
        Ok(Self {
            id: FormId(id),
            key,
            draft: db::json(draft)?,
            draft_changed: db::time(draft_changed_ms)?,
            published_version,
            retired: db::time_maybe(retired_ms)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    form_id: Uuid,
    version: i64,
    content: serde_json::Value,
    published_ms: i64,
    published_by: serde_json::Value,
}

impl TryFrom<VersionRow> for Version {
    type Error = sqlx::Error;

    fn try_from(row: VersionRow) -> db::Result<Self> {
        let VersionRow { form_id, version, content, published_ms, published_by } = row;
        Ok(Self {
            form: FormId(form_id),
            version,
            content: db::json(content)?,
            published: db::time(published_ms)?,
            published_by: db::json(published_by)?,
        })
    }
}
