//! The directory of tenants. The one table without a tenant's rows: it says which there are.

use domain::id::TenantId;
use domain::platform::tenant::Tenant;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// Whether the row is new; a slug that is taken changes nothing.
pub async fn insert(tx: &mut Write, tenant: &Tenant, now: Timestamp) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO tenant (tenant_id, slug, name, zone, language, created_ms)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING")
    .bind(tenant.id)
    .bind(tenant.slug.as_str())
    .bind(tenant.name.as_str())
    .bind(tenant.zone.as_str())
    .bind(db::name(&tenant.language))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}

pub async fn update(tx: &mut Write, tenant: &Tenant) -> db::Result<()> {
    sql("UPDATE tenant SET name = $2, zone = $3, language = $4 WHERE tenant_id = $1")
        .bind(tenant.id)
        .bind(tenant.name.as_str())
        .bind(tenant.zone.as_str())
        .bind(db::name(&tenant.language))
        .execute(tx)
        .await?;
    Ok(())
}

/// Whoever asks so too waits until the transaction ends.
pub async fn lock(tx: &mut Write, tenant: TenantId) -> db::Result<()> {
    let lock = tx.for_update();
    let query = sql("SELECT tenant_id FROM tenant WHERE tenant_id = $1").push(lock);
    let _: Option<(Uuid,)> = query.bind(tenant).fetch_optional(tx).await?;
    Ok(())
}

pub async fn find(conn: &mut Read, tenant: TenantId) -> db::Result<Option<Tenant>> {
    let known = Known::all("tenant", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<Row> =
        sql("SELECT tenant_id, slug, name, zone, language FROM tenant WHERE tenant_id = $1")
            .bind(tenant)
            .fetch_optional(conn)
            .await?;
    let found = row.map(Tenant::try_from).transpose()?;
    conn.remember(known, &found);
    Ok(found)
}

pub async fn find_by_slug(conn: &mut Read, slug: &str) -> db::Result<Option<Tenant>> {
    let row: Option<Row> =
        sql("SELECT tenant_id, slug, name, zone, language FROM tenant WHERE slug = $1")
            .bind(slug)
            .fetch_optional(conn)
            .await?;
    row.map(Tenant::try_from).transpose()
}

pub async fn list(conn: &mut Read) -> db::Result<Vec<Tenant>> {
    let rows: Vec<Row> =
        sql("SELECT tenant_id, slug, name, zone, language FROM tenant ORDER BY slug")
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(Tenant::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    tenant_id: Uuid,
    slug: String,
    name: String,
    zone: String,
    language: String,
}

impl TryFrom<Row> for Tenant {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { tenant_id, slug, name, zone, language } = row;
        Ok(Self { id: TenantId(tenant_id), slug, name, zone, language: db::word(language)? })
    }
}
