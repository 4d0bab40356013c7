//! Who could take a case now, from rows.

use std::collections::{BTreeMap, BTreeSet};

use domain::handle::calendar::Holidays;
use domain::id::{CalendarId, StaffId};
use domain::platform::role::{Permission, Role};
use domain::triage::assignment::Candidate;
use store::Read;
use store::handle::calendar;
use store::platform::{role, staff};
use store::triage::skill::{self, CAPACITY, Skill};

use crate::handle::calendar::holidays;
use crate::{Act, Result};

/// Everybody active in a team who may work on cases, with skill, load and shift.
pub async fn candidates(conn: &mut Read, act: &Act) -> Result<Vec<Candidate>> {
    let mut loads = skill::loads(conn, act.tenant).await?;
    let workers = workers(conn, act).await?;
    loads.retain(|it| workers.contains(&it.staff));
    let skills: BTreeMap<_, _> =
        skill::list(conn, act.tenant).await?.into_iter().map(|it| (it.staff, it)).collect();
    let mut shifts = Shifts { open: BTreeMap::new(), holidays: None };
    let mut candidates = Vec::with_capacity(loads.len());
    for load in loads {
        let skill = skills.get(&load.staff);
        let is_on_shift = match skill {
            Some(skill) => shifts.is_on(conn, act, skill).await?,
            None => true,
        };
        candidates.push(Candidate {
            staff: load.staff,
            team: load.team,
            kinds: skill.map(|it| it.kinds.clone()).unwrap_or_default(),
            categories: skill.map(|it| it.categories.clone()).unwrap_or_default(),
            is_on_shift,
            open: load.open,
            capacity: skill.map_or(CAPACITY, |it| it.capacity),
            last_assigned_ms: load.last_assigned_ms,
        });
    }
    Ok(candidates)
}

/// Who has a role that works on cases: a case given to somebody who may only look is given to nobody.
async fn workers(conn: &mut Read, act: &Act) -> Result<BTreeSet<StaffId>> {
    let roles = role::list(conn, act.tenant).await?;
    let works = |it: &Role| it.permissions.contains(&Permission::ActOnCases);
    let roles: BTreeSet<_> = roles.iter().filter(|it| works(it)).map(|it| it.id).collect();
    let staff = staff::list(conn, act.tenant).await?;
    let workers = staff.into_iter().filter(|it| it.roles.iter().any(|role| roles.contains(role)));
    Ok(workers.map(|it| it.id).collect())
}

/// Whether each calendar is open now, asked once.
struct Shifts {
    open: BTreeMap<CalendarId, bool>,
    holidays: Option<Holidays>,
}

impl Shifts {
    async fn is_on(&mut self, conn: &mut Read, act: &Act, skill: &Skill) -> Result<bool> {
        if skill.away_until.is_some_and(|until| act.now < until) {
            return Ok(false);
        }
        let Some(shift) = skill.shift else { return Ok(true) };
        if let Some(&open) = self.open.get(&shift) {
            return Ok(open);
        }
        if self.holidays.is_none() {
            self.holidays = Some(holidays(conn, act.tenant).await?);
        }
        let known = self.holidays.as_ref().expect("just set");
        let open = match calendar::find(conn, act.tenant, shift).await? {
            Some(found) => {
                let schedule = found.calendar.schedule(known).map_err(store::db::corrupt)?;
                schedule.is_open(act.now)
            }
            None => true,
        };
        self.open.insert(shift, open);
        Ok(open)
    }
}
