//! Cases under promise.

pub mod act_on_case;
pub mod calendar;
mod file_case;
pub mod ledger;
pub mod ledger_table;
pub mod notify;
pub mod open_case;
pub mod policy;
pub mod policy_trial;
pub mod script;
pub mod stage;
pub mod surroundings;
mod tell;
pub mod wake;

#[cfg(test)]
mod tests;

use domain::handle::calendar::Calendar;
use domain::handle::policy::Policy;
use domain::id::{CalendarId, PolicyId};
use domain::localized::Localized;
use serde::Deserialize;
use store::{Write, handle};

use crate::{Act, Result};

/// The zone the State Council's holidays are kept in by default.
const CHINA: &str = "Asia/Shanghai";

/// The hours in which a new company keeps its promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hours {
    /// Of an office: Monday to Friday, without the country's holidays where they are known.
    #[default]
    Office,
    /// Around the clock.
    Always,
}

/// What a new company starts with: the hours of an office, all hours, and the promises out of the
/// box, which count on the hours chosen.
pub async fn put_defaults(tx: &mut Write, act: &Act, zone: &str, hours: Hours) -> Result<()> {
    let office =
        Calendar { zone: zone.to_owned(), national: zone == CHINA, ..Calendar::standard() };
    let always = Calendar::always(zone);
    let mut ids = Vec::new();
    for (name, calendar) in [
        (Localized::zh_en("标准工作时间", "Office hours"), office),
        (Localized::zh_en("全天候", "Around the clock"), always),
    ] {
        let id = act.id::<CalendarId>();
        ids.push(id);
        let made =
            handle::calendar::Current { id, name, version: 1, calendar, updated_at: act.now };
        handle::calendar::put(tx, act.tenant, &made).await?;
    }
    let policy = handle::policy::Current {
        id: act.id::<PolicyId>(),
        name: Localized::zh_en("默认时限", "Default promises"),
        version: 1,
        in_force: true,
        policy: match hours {
            Hours::Office => Policy::standard(ids[0], ids[1]),
            Hours::Always => Policy::standard(ids[1], ids[1]),
        },
        updated_at: act.now,
    };
    Ok(handle::policy::put(tx, act.tenant, &policy).await?)
}
