//! Customers.

use std::collections::{BTreeMap, BTreeSet};

use domain::customer::customer::{Customer, Level, folded_email, folded_phone};
use domain::id::{CustomerId, StaffId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

/// A customer with what the store knows beside.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub customer: Customer,
    pub merged_into: Option<CustomerId>,
    pub created: Timestamp,
    pub updated: Timestamp,
}

/// Makes the customer or changes it. An external id that another has is a unique violation.
pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    customer: &Customer,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO customer (tenant_id, id, external_id, name, phone, phone_folded, email,
            email_folded, language, level, owner_id, tags, fields, search, created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            external_id = excluded.external_id, name = excluded.name, phone = excluded.phone,
            phone_folded = excluded.phone_folded, email = excluded.email,
            email_folded = excluded.email_folded, language = excluded.language,
            level = excluded.level, owner_id = excluded.owner_id, tags = excluded.tags,
            fields = excluded.fields, search = excluded.search, updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(customer.id)
    .bind(customer.external_id.as_deref())
    .bind(customer.name.as_str())
    .bind(customer.phone.as_deref())
    .bind(customer.phone.as_deref().map(folded_phone))
    .bind(customer.email.as_deref())
    .bind(customer.email.as_deref().map(folded_email))
    .bind(customer.language.map(|it| db::name(&it)))
    .bind(db::name(&customer.level))
    .bind(customer.owner)
    .bind(db::to_json(&customer.tags))
    .bind(db::to_json(&customer.fields))
    .bind(search_text(customer))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

fn search_text(customer: &Customer) -> String {
    let phone = customer.phone.as_deref().map(folded_phone);
    let parts = [
        Some(&customer.name),
        customer.external_id.as_ref(),
        phone.as_ref(),
        customer.email.as_ref(),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().map(|it| it.to_lowercase()).collect();
    parts.join("\n")
}

const COLUMNS: &str = "
    SELECT id, external_id, name, phone, email, language, level, owner_id, tags, fields,
        merged_into, created_ms, updated_ms
    FROM customer
    WHERE tenant_id = $1";

pub async fn find(conn: &mut Read, tenant: TenantId, id: CustomerId) -> db::Result<Option<Stored>> {
    let row: Option<Row> =
        sql(COLUMNS).push(" AND id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    row.map(Stored::try_from).transpose()
}

pub async fn find_by_external(
    conn: &mut Read,
    tenant: TenantId,
    external_id: &str,
) -> db::Result<Option<Stored>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" AND external_id = $2")
        .bind(tenant)
        .bind(external_id)
        .fetch_optional(conn)
        .await?;
    row.map(Stored::try_from).transpose()
}

/// Others with the same telephone or mail address, oldest first: maybe the same person.
pub async fn alike(
    conn: &mut Read,
    tenant: TenantId,
    customer: &Customer,
) -> db::Result<Vec<Stored>> {
    // Sorted by a sum, not by an index: SQLite would walk all customers in that order to find these few.
    let rows: Vec<Row> = sql(COLUMNS)
        .push(
            " AND merged_into IS NULL AND id <> $2
            AND id IN (SELECT id FROM customer WHERE tenant_id = $1 AND phone_folded = $3
                UNION ALL SELECT id FROM customer WHERE tenant_id = $1 AND email_folded = $4)
            ORDER BY created_ms + 0, id LIMIT 20",
        )
        .bind(tenant)
        .bind(customer.id)
        .bind(customer.phone.as_deref().map(folded_phone))
        .bind(customer.email.as_deref().map(folded_email))
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// Which customers to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Part of a name, number, telephone or mail address; any case.
    pub text: Option<String>,
    pub level: Option<Level>,
    pub owner: Option<StaffId>,
    /// `(created, id)` of the last one seen.
    pub after: Option<(Timestamp, Uuid)>,
    pub limit: i64,
}

/// Newest first, without those that turned out to be another.
pub async fn list(conn: &mut Read, tenant: TenantId, filter: &Filter) -> db::Result<Vec<Stored>> {
    let mut query = sql(COLUMNS).push(" AND merged_into IS NULL").bind(tenant);
    if let Some(text) = &filter.text {
        let pattern = format!("%{}%", db::like(&text.trim().to_lowercase()));
        query = query.push(" AND search LIKE ").push_bind(pattern).push(" ESCAPE '\\'");
    }
    if let Some(level) = filter.level {
        query = query.push(" AND level = ").push_bind(db::name(&level));
    }
    if let Some(owner) = filter.owner {
        query = query.push(" AND owner_id = ").push_bind(owner);
    }
    if let Some((at, id)) = filter.after {
        query = query
            .push(" AND (created_ms, id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let query = query.push(" ORDER BY created_ms DESC, id DESC LIMIT ").push_bind(filter.limit);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// Says that `from` is `into`. Those merged into `from` before follow, so that one step finds
/// everybody.
pub async fn merge(
    tx: &mut Write,
    tenant: TenantId,
    from: CustomerId,
    into: CustomerId,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        UPDATE customer SET merged_into = $3, updated_ms = $4
        WHERE tenant_id = $1 AND (id = $2 OR merged_into = $2)")
    .bind(tenant)
    .bind(from)
    .bind(into)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// `$1` the tenant, `$2` the customer. Not by `OR`: without knowing how long the table is, SQLite walks it all.
const IDS_OF: &str = "
    SELECT id FROM customer WHERE tenant_id = $1 AND id = $2
    UNION ALL SELECT id FROM customer WHERE tenant_id = $1 AND merged_into = $2";

/// The ids under which things of this customer were recorded: its own and those merged into it.
pub async fn ids_of(
    conn: &mut Read,
    tenant: TenantId,
    id: CustomerId,
) -> db::Result<Vec<CustomerId>> {
    let rows: Vec<(Uuid,)> = sql(IDS_OF).bind(tenant).bind(id).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|it| CustomerId(it.0)).collect())
}

/// What these customers are called.
pub async fn names(
    conn: &mut Read,
    tenant: TenantId,
    ids: BTreeSet<CustomerId>,
) -> db::Result<BTreeMap<CustomerId, String>> {
    let rows: Vec<(Uuid, String)> =
        sql("SELECT id, name FROM customer WHERE tenant_id = $1 AND id IN ")
            .bind(tenant)
            .push_list(ids)
            .fetch_all(conn)
            .await?;
    Ok(rows.into_iter().map(|(id, name)| (CustomerId(id), name)).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    external_id: Option<String>,
    name: String,
    phone: Option<String>,
    email: Option<String>,
    language: Option<String>,
    level: String,
    owner_id: Option<Uuid>,
    tags: serde_json::Value,
    fields: serde_json::Value,
    merged_into: Option<Uuid>,
    created_ms: i64,
    updated_ms: i64,
}

impl TryFrom<Row> for Stored {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let customer = Customer {
            id: CustomerId(row.id),
            external_id: row.external_id,
            name: row.name,
            phone: row.phone,
            email: row.email,
            language: row.language.map(db::word).transpose()?,
            level: db::word(row.level)?,
            owner: row.owner_id.map(StaffId),
            tags: db::json(row.tags)?,
            fields: db::json(row.fields)?,
        };
        Ok(Self {
            customer,
            merged_into: row.merged_into.map(CustomerId),
            created: db::time(row.created_ms)?,
            updated: db::time(row.updated_ms)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::customer::customer::Level;

    use super::*;
    use crate::testing::test_db;

    /// SQLite took the index of those who were merged for one that finds everybody, and walked them all.
    #[tokio::test]
    async fn one_of_many_who_were_never_merged_is_looked_up() {
        let db = test_db().await;
        if db.writers_at_once() != 1 {
            return;
        }
        let tenant = TenantId(Uuid::from_u128(1));
        let mut tx = db.write().await.unwrap();
        for n in 0..600 {
            let one = Customer {
                id: CustomerId(Uuid::from_u128(n)),
                external_id: None,
                name: "王芳".to_owned(),
                phone: None,
                email: None,
                language: None,
                level: Level::default(),
                owner: None,
                tags: vec![],
                fields: [].into(),
            };
            put(&mut tx, tenant, &one, Timestamp::UNIX_EPOCH).await.unwrap();
        }
        tx.commit().await.unwrap();
        db.count_rows().await.unwrap();
        let mut conn = db.read().await.unwrap();
        let one = CustomerId(Uuid::from_u128(7));
        assert_eq!(ids_of(&mut conn, tenant, one).await.unwrap(), [one]);
        let way = sql("EXPLAIN QUERY PLAN ").push(IDS_OF).bind(tenant).bind(one);
        let way: Vec<(i64, i64, i64, String)> = way.fetch_all(&mut conn).await.unwrap();
        assert!(way.iter().all(|it| !it.3.starts_with("SCAN")), "{way:?}");
    }
}
