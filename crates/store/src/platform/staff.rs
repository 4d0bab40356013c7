//! Staff and what they log in with.

use domain::id::{StaffId, TeamId, TenantId};
use domain::platform::staff::Staff;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// The login as it is looked up: engines disagree on the lower case of letters beyond ASCII.
pub fn folded(login: &str) -> String {
    login.trim().to_lowercase()
}

/// What a person signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// As argon2id.
    pub hash: String,
    /// When it ends by itself: one that somebody else gave. `None`: they chose it themselves.
    pub until: Option<Timestamp>,
}

/// Whether the row is new. `false`: the id, the login or the number is taken.
pub async fn insert(
    tx: &mut Write,
    tenant: TenantId,
    staff: &Staff,
    password: Option<&Password>,
    now: Timestamp,
) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO staff (tenant_id, id, login, login_folded, name, number, email, team_id, roles,
            language, password_hash, password_until_ms, active, created_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(staff.id)
    .bind(staff.login.as_str())
    .bind(folded(&staff.login))
    .bind(staff.name.as_str())
    .bind(staff.number.as_str())
    .bind(staff.email.as_deref())
    .bind(staff.team)
    .bind(db::to_json(&staff.roles))
    .bind(db::name(&staff.language))
    .bind(password.map(|it| it.hash.as_str()))
    .bind(password.and_then(|it| it.until))
    .bind(staff.active)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(inserted == 1)
}

/// Changes all but the password. A login or number that is taken is a unique violation.
pub async fn update(tx: &mut Write, tenant: TenantId, staff: &Staff) -> db::Result<()> {
    sql("
        UPDATE staff SET login = $3, login_folded = $4, name = $5, number = $6, email = $7,
            team_id = $8, roles = $9, language = $10, active = $11
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(staff.id)
    .bind(staff.login.as_str())
    .bind(folded(&staff.login))
    .bind(staff.name.as_str())
    .bind(staff.number.as_str())
    .bind(staff.email.as_deref())
    .bind(staff.team)
    .bind(db::to_json(&staff.roles))
    .bind(db::name(&staff.language))
    .bind(staff.active)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn update_password(
    tx: &mut Write,
    tenant: TenantId,
    id: StaffId,
    password: &Password,
) -> db::Result<()> {
    sql("
        UPDATE staff SET password_hash = $3, password_until_ms = $4
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(id)
    .bind(password.hash.as_str())
    .bind(password.until)
    .execute(tx)
    .await?;
    Ok(())
}

/// When the person's password ends by itself, if it does.
pub async fn password_until(
    conn: &mut Read,
    tenant: TenantId,
    id: StaffId,
) -> db::Result<Option<Timestamp>> {
    let row: Option<(Option<i64>,)> =
        sql("SELECT password_until_ms FROM staff WHERE tenant_id = $1 AND id = $2")
            .bind(tenant)
            .bind(id)
            .fetch_optional(conn)
            .await?;
    row.and_then(|it| it.0).map(db::time).transpose()
}

const COLUMNS: &str = "
    SELECT id, login, name, number, email, team_id, roles, language, password_hash,
        password_until_ms, active
    FROM staff";

pub async fn find(conn: &mut Read, tenant: TenantId, id: StaffId) -> db::Result<Option<Staff>> {
    let known = Known::one("staff", tenant, id.to_string());
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND id = $2")
        .bind(tenant)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    let found = row.map(Row::into_staff).transpose()?;
    conn.remember(known, &found);
    Ok(found)
}

/// The person and their password, if they have one.
pub async fn find_by_login(
    conn: &mut Read,
    tenant: TenantId,
    login: &str,
) -> db::Result<Option<(Staff, Option<Password>)>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND login_folded = $2")
        .bind(tenant)
        .bind(folded(login))
        .fetch_optional(conn)
        .await?;
    let Some(mut row) = row else { return Ok(None) };
    let until = row.password_until_ms.map(db::time).transpose()?;
    let password = row.password_hash.take().map(|hash| Password { hash, until });
    Ok(Some((row.into_staff()?, password)))
}

/// By their number (工号), as files and other systems name them.
pub async fn find_by_number(
    conn: &mut Read,
    tenant: TenantId,
    number: &str,
) -> db::Result<Option<Staff>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 AND number = $2")
        .bind(tenant)
        .bind(number)
        .fetch_optional(conn)
        .await?;
    row.map(Row::into_staff).transpose()
}

/// Everybody, also who left, by number. Staff are hundreds, not millions.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Staff>> {
    let known = Known::all("staff", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let rows: Vec<Row> = sql(COLUMNS)
        .push(" WHERE tenant_id = $1 ORDER BY number")
        .bind(tenant)
        .fetch_all(conn)
        .await?;
    let found = rows.into_iter().map(Row::into_staff).collect::<db::Result<Vec<_>>>()?;
    conn.remember(known, &found);
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    login: String,
    name: String,
    number: String,
    email: Option<String>,
    team_id: Option<Uuid>,
    roles: serde_json::Value,
    language: String,
    password_hash: Option<String>,
    password_until_ms: Option<i64>,
    active: bool,
}

impl Row {
    fn into_staff(self) -> db::Result<Staff> {
        let Row { id, login, name, number, email, team_id, roles, language, active, .. } = self;
        Ok(Staff {
            id: StaffId(id),
            login,
            name,
            number,
            email,
            team: team_id.map(TeamId),
            roles: db::json(roles)?,
            language: db::word(language)?,
            active,
        })
    }
}
