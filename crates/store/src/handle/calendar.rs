//! Working calendars in versions, and the holidays a tenant brought itself.

use domain::handle::calendar::{Calendar, HolidayYear};
use domain::handle::clock::CalendarRef;
use domain::id::{CalendarId, TenantId};
use domain::localized::Localized;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// A calendar as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Current {
    pub id: CalendarId,
    pub name: Localized,
    /// Counted from 1; every change of the content makes the next.
    pub version: u32,
    pub calendar: Calendar,
    pub updated_at: Timestamp,
}

impl Current {
    pub fn at(&self) -> CalendarRef {
        CalendarRef { id: self.id, version: self.version }
    }
}

/// Writes the calendar. The content is stored once for each version, so a version that is there
/// already keeps its content.
pub async fn put(tx: &mut Write, tenant: TenantId, calendar: &Current) -> db::Result<()> {
    let Current { id, name, version, calendar, updated_at } = calendar;
    sql("
        INSERT INTO calendar (tenant_id, id, name, version, updated_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            name = excluded.name, version = excluded.version, updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(*id)
    .bind(db::to_json(name))
    .bind(i64::from(*version))
    .bind(*updated_at)
    .execute(tx)
    .await?;
    sql("
        INSERT INTO calendar_version (tenant_id, id, version, content, created_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(*id)
    .bind(i64::from(*version))
    .bind(db::to_json(calendar))
    .bind(*updated_at)
    .execute(tx)
    .await?;
    Ok(())
}

const CURRENT: &str = "
    SELECT c.id, c.name, c.version, v.content, c.updated_ms
    FROM calendar c
    JOIN calendar_version v
        ON v.tenant_id = c.tenant_id AND v.id = c.id AND v.version = c.version
    WHERE c.tenant_id = $1";

/// In the order they were made.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Current>> {
    let query = sql(CURRENT).push(" ORDER BY c.id").bind(tenant);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Current::try_from).collect()
}

pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    id: CalendarId,
) -> db::Result<Option<Current>> {
    let known = Known::one("calendar", tenant, id.to_string());
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<Row> =
        sql(CURRENT).push(" AND c.id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    let found = row.map(Current::try_from).transpose()?;
    conn.remember(known, &found);
    Ok(found)
}

/// The content of one version.
pub async fn find_version(
    conn: &mut Read,
    tenant: TenantId,
    at: CalendarRef,
) -> db::Result<Option<Calendar>> {
    let known = Known::one("calendar_version", tenant, format!("{} {}", at.id, at.version));
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<(serde_json::Value,)> = sql("
        SELECT content FROM calendar_version
        WHERE tenant_id = $1 AND id = $2 AND version = $3")
    .bind(tenant)
    .bind(at.id)
    .bind(i64::from(at.version))
    .fetch_optional(conn)
    .await?;
    let found = row.map(|(content,)| db::json(content)).transpose()?;
    conn.remember(known, &found);
    Ok(found)
}

/// Makes the year's notice or takes the place of the one there was.
pub async fn put_holidays(
    tx: &mut Write,
    tenant: TenantId,
    notice: &HolidayYear,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO holiday_year (tenant_id, year, notice, updated_ms)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, year) DO UPDATE SET
            notice = excluded.notice, updated_ms = excluded.updated_ms")
    .bind(tenant)
    .bind(i64::from(notice.year))
    .bind(db::to_json(notice))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// By year.
pub async fn list_holidays(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<HolidayYear>> {
    let known = Known::all("holiday_year", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let rows: Vec<(serde_json::Value,)> =
        sql("SELECT notice FROM holiday_year WHERE tenant_id = $1 ORDER BY year")
            .bind(tenant)
            .fetch_all(conn)
            .await?;
    let found =
        rows.into_iter().map(|(notice,)| db::json(notice)).collect::<db::Result<Vec<_>>>()?;
    conn.remember(known, &found);
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: serde_json::Value,
    version: i64,
    content: serde_json::Value,
    updated_ms: i64,
}

impl TryFrom<Row> for Current {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { id, name, version, content, updated_ms } = row;
        Ok(Self {
            id: CalendarId(id),
            name: db::json(name)?,
            version: u32::try_from(version).map_err(db::corrupt)?,
            calendar: db::json(content)?,
            updated_at: db::time(updated_ms)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_db;

    const OURS: TenantId = TenantId(Uuid::from_u128(1));
    const THEIRS: TenantId = TenantId(Uuid::from_u128(2));

    #[tokio::test]
    async fn a_version_never_changes_and_belongs_to_its_tenant() {
        let db = test_db().await;
        let mut tx = db.write().await.unwrap();
        let first = Current {
            id: CalendarId(Uuid::from_u128(3)),
            name: Localized::zh_en("标准", "Standard"),
            version: 1,
            calendar: Calendar::standard(),
            updated_at: Timestamp::UNIX_EPOCH,
        };
        put(&mut tx, OURS, &first).await.unwrap();
        let always = Calendar::always("UTC");
        let second = Current { version: 2, calendar: always.clone(), ..first.clone() };
        put(&mut tx, OURS, &second).await.unwrap();
        let forged = Current { calendar: Calendar::standard(), ..second.clone() };
        put(&mut tx, OURS, &forged).await.unwrap();

        assert_eq!(list(&mut tx, OURS).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(find(&mut tx, OURS, first.id).await.unwrap(), Some(second.clone()));
        let old = find_version(&mut tx, OURS, first.at()).await.unwrap();
        assert_eq!(old, Some(Calendar::standard()));
        assert_eq!(find_version(&mut tx, OURS, second.at()).await.unwrap(), Some(always));
        assert_eq!(list(&mut tx, THEIRS).await.unwrap(), []);
        assert_eq!(find(&mut tx, THEIRS, first.id).await.unwrap(), None);
        assert_eq!(find_version(&mut tx, THEIRS, first.at()).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_years_notice_takes_the_place_of_the_one_before() {
        let db = test_db().await;
        let mut tx = db.write().await.unwrap();
        let notice = |name: &str| HolidayYear {
            year: 2027,
            notices: vec!["https://www.gov.cn/".to_owned()],
            holidays: serde_json::from_value(serde_json::json!([
                { "name": name, "off": [["2027-01-01", "2027-01-03"]] }
            ]))
            .unwrap(),
        };
        for name in ["元旦", "新年"] {
            put_holidays(&mut tx, OURS, &notice(name), Timestamp::UNIX_EPOCH).await.unwrap();
        }
        assert_eq!(list_holidays(&mut tx, OURS).await.unwrap(), [notice("新年")]);
        assert_eq!(list_holidays(&mut tx, THEIRS).await.unwrap(), []);
    }
}
