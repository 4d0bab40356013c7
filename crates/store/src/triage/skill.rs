//! What each member of the staff can take, and when they are there.

use std::collections::BTreeSet;

use domain::id::{CalendarId, CategoryId, StaffId, TeamId, TenantId};
use domain::triage::Kind;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, sql};
use crate::memory::Known;

/// Cases a person carries when nothing else is set.
pub const CAPACITY: u32 = 20;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    pub staff: StaffId,
    /// Empty for all.
    pub kinds: Vec<Kind>,
    /// Empty for none in particular.
    pub categories: BTreeSet<CategoryId>,
    pub capacity: u32,
    /// The calendar of the working hours; `None`: always there.
    pub shift: Option<CalendarId>,
    /// On leave until then.
    pub away_until: Option<Timestamp>,
}

pub async fn put(tx: &mut Write, tenant: TenantId, skill: &Skill) -> db::Result<()> {
    sql("
        INSERT INTO staff_skill
            (tenant_id, staff_id, kinds, categories, capacity, shift_id, away_until_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (tenant_id, staff_id) DO UPDATE SET kinds = excluded.kinds,
            categories = excluded.categories, capacity = excluded.capacity,
            shift_id = excluded.shift_id, away_until_ms = excluded.away_until_ms")
    .bind(tenant)
    .bind(skill.staff)
    .bind(db::to_json(&skill.kinds))
    .bind(db::to_json(&skill.categories))
    .bind(i64::from(skill.capacity))
    .bind(skill.shift)
    .bind(skill.away_until)
    .execute(tx)
    .await?;
    Ok(())
}

/// Those that were set; who has none takes everything.
pub async fn list(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Skill>> {
    let known = Known::all("staff_skill", tenant);
    if let Some(before) = conn.recall(&known) {
        return Ok(before);
    }
    let rows: Vec<Row> = sql("
        SELECT staff_id, kinds, categories, capacity, shift_id, away_until_ms FROM staff_skill
        WHERE tenant_id = $1
        ORDER BY staff_id")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    let found = rows.into_iter().map(Skill::try_from).collect::<db::Result<Vec<_>>>()?;
    conn.remember(known, &found);
    Ok(found)
}

/// Somebody who could be given a case, and what they carry now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub staff: StaffId,
    pub team: TeamId,
    pub open: u32,
    /// When the youngest of these was opened.
    pub last_assigned_ms: Option<i64>,
}

/// Everybody active who belongs to a team.
pub async fn loads(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Load>> {
    let rows: Vec<(Uuid, Uuid, i64, Option<i64>)> = sql("
        SELECT staff.id, staff.team_id,
               count(case_file.id), max(case_file.opened_ms)
        FROM staff
        LEFT JOIN case_file
            ON case_file.tenant_id = staff.tenant_id AND case_file.owner_id = staff.id
            AND case_file.state
                IN ('new', 'accepted', 'in_progress', 'waiting_for_customer', 'reopened')
        WHERE staff.tenant_id = $1 AND staff.active AND staff.team_id IS NOT NULL
        GROUP BY staff.id, staff.team_id
        ORDER BY staff.id")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    let load = |(staff, team, open, last_assigned_ms): (Uuid, Uuid, i64, Option<i64>)| Load {
        staff: StaffId(staff),
        team: TeamId(team),
        open: u32::try_from(open).unwrap_or(u32::MAX),
        last_assigned_ms,
    };
    Ok(rows.into_iter().map(load).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    staff_id: Uuid,
    kinds: serde_json::Value,
    categories: serde_json::Value,
    capacity: i64,
    shift_id: Option<Uuid>,
    away_until_ms: Option<i64>,
}

impl TryFrom<Row> for Skill {
    type Error = db::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let Row { staff_id, kinds, categories, capacity, shift_id, away_until_ms } = row;
        Ok(Self {
            staff: StaffId(staff_id),
            kinds: db::json(kinds)?,
            categories: db::json(categories)?,
            capacity: u32::try_from(capacity).map_err(db::corrupt)?,
            shift: shift_id.map(CalendarId),
            away_until: db::time_maybe(away_until_ms)?,
        })
    }
}
