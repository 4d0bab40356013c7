//! What the rules of a case need to know of the house: calendars, promises, who is barred.

use std::collections::BTreeSet;

use domain::collect::channel::Channel;
use domain::handle::case::{Case, CaseClock};
use domain::handle::clock::{Clock, Schedules};
use domain::handle::escalation::barred;
use domain::handle::policy::Facts;
use domain::id::{CategoryId, ClockId, CustomerId, StaffId, TenantId};
use domain::platform::staff::{Staff, Team};
use domain::triage::category::{Categories, Tree};
use domain::triage::{Kind, Priority};
use store::Read;
use store::customer::customer;
use store::platform::{staff, team};

use super::calendar::schedules;
use super::policy::promises;
use crate::triage::category::categories;
use crate::{Act, Result};

/// What a case will be called when its promises are looked up.
#[derive(Debug, Clone)]
pub struct Labels {
    pub kind: Kind,
    pub priority: Priority,
    pub category: Option<CategoryId>,
    pub channel: Channel,
    pub about: BTreeSet<StaffId>,
    pub is_complex: bool,
    /// Of the customer.
    pub level: u8,
}

impl Labels {
    pub fn of(case: &Case, level: u8) -> Self {
        Self {
            kind: case.kind,
            priority: case.priority,
            category: case.category,
            channel: case.channel,
            about: case.about.clone(),
            is_complex: case.is_complex(),
            level,
        }
    }
}

pub struct Surroundings {
    pub staff: Vec<Staff>,
    pub teams: Vec<Team>,
    pub categories: Categories,
    pub barred: BTreeSet<StaffId>,
    /// As clocks that start now.
    pub promises: Vec<Clock>,
    pub schedules: Schedules,
}

pub async fn look_around(
    conn: &mut Read,
    act: &Act,
    labels: &Labels,
    clocks: &[CaseClock],
) -> Result<Surroundings> {
    let staff = staff::list(conn, act.tenant).await?;
    let teams = team::list(conn, act.tenant).await?;
    let categories = categories(conn, act, Tree::Category).await?;
    let path = labels.category.map(|it| categories.path(it)).unwrap_or_default();
    let facts = Facts {
        kind: labels.kind,
        priority: labels.priority,
        channel: Some(labels.channel),
        categories: &path,
        level: labels.level,
        complex: labels.is_complex,
    };
    let in_force = promises(conn, act.tenant, &facts).await?.promised;
    let start = |it: &super::policy::Promised| {
        Clock::start(act.id::<ClockId>(), it.terms.clone(), it.calendar, act.now)
    };
    let promises: Vec<Clock> = in_force.iter().map(start).collect();
    let wanted = clocks.iter().map(|it| &it.clock).chain(&promises).flat_map(Clock::calendars);
    let schedules = schedules(conn, act.tenant, wanted.collect::<BTreeSet<_>>()).await?;
    let barred = barred(&labels.about, &staff, &teams);
    Ok(Surroundings { staff, teams, categories, barred, promises, schedules })
}

/// The customer's level as policies count it, 0 for none.
pub async fn level(conn: &mut Read, tenant: TenantId, customer: Option<CustomerId>) -> Result<u8> {
    let Some(id) = customer else { return Ok(0) };
    let found = customer::find(conn, tenant, id).await?;
    Ok(found.map_or(0, |it| it.customer.level as u8))
}
