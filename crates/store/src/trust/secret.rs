//! Secrets that have to be known again: signing keys, what webhooks are signed with, what codes of a
//! telephone are made of, the secret this house has at a provider of accounts.
//! They lie in one table, each sealed by the master key, so that a copy of the database tells none.
//!
//! What only has to be recognised (passwords, tokens, sessions) is kept as a hash in its own table.

use std::collections::BTreeMap;

use domain::id::TenantId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};

/// What a secret is for; with `subject`, whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The seed of a key of the ledger.
    Ledger,
    /// What calls of a webhook are signed with.
    Webhook,
    /// What the codes of a member of staff's telephone are made of.
    SecondFactor,
    /// What this house proves itself with where the company's accounts are kept; the tenant's.
    SignOn,
}

/// Secrets sealed anew in one statement's reach.
const PAGE: i64 = 500;

fn about(tenant: TenantId, purpose: &str, subject: Uuid) -> String {
    format!("{tenant}/{purpose}/{subject}")
}

/// Keeps it, in place of what was there.
pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    (purpose, subject): (Purpose, Uuid),
    plain: &[u8],
) -> db::Result<()> {
    put_sealed(tx, tenant, (db::name(&purpose), subject), plain).await
}

async fn put_sealed(
    tx: &mut Write,
    tenant: TenantId,
    (purpose, subject): (String, Uuid),
    plain: &[u8],
) -> db::Result<()> {
    let (key, sealed) = tx.master().seal(&about(tenant, &purpose, subject), plain)?;
    sql("
        INSERT INTO secret (tenant_id, purpose, subject_id, key_id, sealed)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, purpose, subject_id) DO UPDATE SET
            key_id = excluded.key_id, sealed = excluded.sealed")
    .bind(tenant)
    .bind(purpose)
    .bind(subject)
    .bind(key)
    .bind(sealed)
    .execute(tx)
    .await?;
    Ok(())
}

/// `None`: there is none.
pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    (purpose, subject): (Purpose, Uuid),
) -> db::Result<Option<Vec<u8>>> {
    let purpose = db::name(&purpose);
    let row: Option<(String, String)> = sql("
        SELECT key_id, sealed FROM secret
        WHERE tenant_id = $1 AND purpose = $2 AND subject_id = $3")
    .bind(tenant)
    .bind(purpose.as_str())
    .bind(subject)
    .fetch_optional(conn)
    .await?;
    let open = |(key, sealed): (String, String)| {
        conn.master().open(&key, &about(tenant, &purpose, subject), &sealed)
    };
    row.map(open).transpose()
}

/// All of a purpose, by whose they are.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    purpose: Purpose,
) -> db::Result<BTreeMap<Uuid, Vec<u8>>> {
    let purpose = db::name(&purpose);
    let rows: Vec<(Uuid, String, String)> = sql("
        SELECT subject_id, key_id, sealed FROM secret WHERE tenant_id = $1 AND purpose = $2")
    .bind(tenant)
    .bind(purpose.as_str())
    .fetch_all(conn)
    .await?;
    let open = |(subject, key, sealed): (Uuid, String, String)| {
        Ok((subject, conn.master().open(&key, &about(tenant, &purpose, subject), &sealed)?))
    };
    rows.into_iter().map(open).collect()
}

pub async fn delete(
    tx: &mut Write,
    tenant: TenantId,
    (purpose, subject): (Purpose, Uuid),
) -> db::Result<()> {
    sql("DELETE FROM secret WHERE tenant_id = $1 AND purpose = $2 AND subject_id = $3")
        .bind(tenant)
        .bind(db::name(&purpose))
        .bind(subject)
        .execute(tx)
        .await?;
    Ok(())
}

/// The names of the keys that the secrets of all tenants are sealed with; empty is that of none.
pub async fn key_ids(conn: &mut Read) -> db::Result<Vec<String>> {
    let rows: Vec<(String,)> = sql("SELECT DISTINCT key_id FROM secret").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// Seals with the first master key what is sealed with another, or not yet: of every tenant.
/// Returns how much it was.
pub async fn reseal(tx: &mut Write) -> db::Result<usize> {
    let Some(first) = tx.master().ids().into_iter().next() else {
        return Err(db::corrupt("no master key is given"));
    };
    let mut count = 0;
    loop {
        let rows: Vec<(Uuid, String, Uuid, String, String)> = sql("
            SELECT tenant_id, purpose, subject_id, key_id, sealed FROM secret
            WHERE key_id <> $1 LIMIT $2")
        .bind(first.as_str())
        .bind(PAGE)
        .fetch_all(tx)
        .await?;
        if rows.is_empty() {
            return Ok(count);
        }
        for (tenant, purpose, subject, key, sealed) in rows {
            let tenant = TenantId(tenant);
            let plain = match key.as_str() {
                // From before secrets were sealed.
                "" => sealed.into_bytes(),
                key => tx.master().open(key, &about(tenant, &purpose, subject), &sealed)?,
            };
            put_sealed(tx, tenant, (purpose, subject), &plain).await?;
            count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_db;
    use crate::trust::master::Master;

    #[tokio::test]
    async fn a_secret_is_read_back_and_sealed_anew_under_another_key() {
        let db = test_db().await;
        let (tenant, other) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let place = (Purpose::Webhook, Uuid::from_u128(3));
        let mut tx = db.write().await.unwrap();
        put(&mut tx, tenant, place, b"first").await.unwrap();
        put(&mut tx, tenant, place, b"second").await.unwrap();
        assert_eq!(find(&mut tx, tenant, place).await.unwrap().unwrap(), b"second");
        assert_eq!(find(&mut tx, other, place).await.unwrap(), None);
        assert_eq!(reseal(&mut tx).await.unwrap(), 0, "it is sealed with the first");
        sql("UPDATE secret SET key_id = '', sealed = 'plain' WHERE tenant_id = $1")
            .bind(tenant)
            .execute(&mut tx)
            .await
            .unwrap();
        assert_eq!(reseal(&mut tx).await.unwrap(), 1);
        let all = list(&mut tx, tenant, Purpose::Webhook).await.unwrap();
        assert_eq!(all[&place.1], b"plain");
        tx.commit().await.unwrap();

        let renewed = db.master().renewed();
        let db = (*db).clone().with_master(renewed);
        let mut tx = db.write().await.unwrap();
        assert_eq!(reseal(&mut tx).await.unwrap(), 1);
        assert_eq!(key_ids(&mut tx).await.unwrap(), db.master().ids()[..1]);
        assert_eq!(find(&mut tx, tenant, place).await.unwrap().unwrap(), b"plain");
        tx.commit().await.unwrap();

        let stranger = db.clone().with_master(Master::default().renewed());
        let mut conn = stranger.read().await.unwrap();
        assert!(
            find(&mut conn, tenant, place).await.is_err(),
            "a copy of the database is not enough"
        );
        let mut tx = db.write().await.unwrap();
        delete(&mut tx, tenant, place).await.unwrap();
        assert_eq!(find(&mut tx, tenant, place).await.unwrap(), None);
    }
}
