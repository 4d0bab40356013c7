//! Service level policies in versions. One of a tenant's is in force.

use domain::handle::policy::Policy;
use domain::id::{PolicyId, TenantId};
use domain::localized::Localized;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// A policy as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Current {
    pub id: PolicyId,
    pub name: Localized,
    /// Counted from 1; every change of the content makes the next.
    pub version: u32,
    pub in_force: bool,
    pub policy: Policy,
    pub updated_at: Timestamp,
}

/// Writes the policy. When it is in force, no other is.
pub async fn put(tx: &mut Write, tenant: TenantId, policy: &Current) -> db::Result<()> {
    let Current { id, name, version, in_force, policy, updated_at } = policy;
    if *in_force {
        sql("UPDATE policy SET in_force = FALSE WHERE tenant_id = $1 AND id <> $2")
            .bind(tenant)
            .bind(*id)
            .execute(tx)
            .await?;
    }
    sql("
        INSERT INTO policy (tenant_id, id, name, version, in_force, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            name = excluded.name, version = excluded.version, in_force = excluded.in_force,
            updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(*id)
    .bind(db::to_json(name))
    .bind(i64::from(*version))
    .bind(*in_force)
    .bind(*updated_at)
    .execute(tx)
    .await?;
    sql("
        INSERT INTO policy_version (tenant_id, id, version, content, created_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(*id)
    .bind(i64::from(*version))
    .bind(db::to_json(policy))
    .bind(*updated_at)
    .execute(tx)
    .await?;
    Ok(())
}

const CURRENT: &str = "
    SELECT p.id, p.name, p.version, p.in_force, v.content, p.updated_ms
    FROM policy p
    JOIN policy_version v
        ON v.tenant_id = p.tenant_id AND v.id = p.id AND v.version = p.version
    WHERE p.tenant_id = $1";

/// The one in force first, then in the order they were made.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Current>> {
    let query = sql(CURRENT).push(" ORDER BY p.in_force DESC, p.id").bind(tenant);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Current::try_from).collect()
}

pub async fn find(conn: &mut Read, tenant: TenantId, id: PolicyId) -> db::Result<Option<Current>> {
    let row: Option<Row> =
        sql(CURRENT).push(" AND p.id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    row.map(Current::try_from).transpose()
}

pub async fn find_in_force(conn: &mut Read, tenant: TenantId) -> db::Result<Option<Current>> {
    let known = Known::one("policy", tenant, "in force");
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<Row> =
        sql(CURRENT).push(" AND p.in_force = TRUE").bind(tenant).fetch_optional(conn).await?;
    let found = row.map(Current::try_from).transpose()?;
    conn.remember(known, &found);
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: serde_json::Value,
    version: i64,
    in_force: bool,
    content: serde_json::Value,
    updated_ms: i64,
}

impl TryFrom<Row> for Current {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, name, version, in_force, content, updated_ms } = row;
        Ok(Self {
            id: PolicyId(id),
            name: db::json(name)?,
            version: u32::try_from(version).map_err(db::corrupt)?,
            in_force,
            policy: db::json(content)?,
            updated_at: db::time(updated_ms)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::id::CalendarId;

    use super::*;
    use crate::testing::test_db;

    #[tokio::test]
    async fn one_policy_is_in_force() {
        let db = test_db().await;
        let mut tx = db.write().await.unwrap();
        let (ours, theirs) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let calendar = CalendarId(Uuid::from_u128(3));
        let policy = |n: u128| Current {
            id: PolicyId(Uuid::from_u128(n)),
            name: Localized::zh_en("默认", "Default"),
            version: 1,
            in_force: true,
            policy: Policy::standard(calendar, calendar),
            updated_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(find_in_force(&mut tx, ours).await.unwrap(), None);
        for n in [4, 5] {
            put(&mut tx, ours, &policy(n)).await.unwrap();
        }
        let draft = Current { in_force: false, ..policy(4) };
        assert_eq!(list(&mut tx, ours).await.unwrap(), [policy(5), draft.clone()]);
        assert_eq!(find_in_force(&mut tx, ours).await.unwrap(), Some(policy(5)));
        assert_eq!(find(&mut tx, ours, draft.id).await.unwrap(), Some(draft.clone()));
        assert_eq!(find(&mut tx, theirs, draft.id).await.unwrap(), None);
        assert_eq!(find_in_force(&mut tx, theirs).await.unwrap(), None);
    }
}
