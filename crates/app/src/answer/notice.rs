//! What staff should know: what comes up in a while reaches a person as one message, and none at
//! night, so that five hundred breaches are not five hundred messages.

use domain::answer::quiet::after_quiet;
use domain::collect::channel::Channel;
use domain::id::{CaseId, StaffId};
use domain::refusal::Refusal;
use jiff::SignedDuration;
use jiff::civil::{Time, time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use store::Write;
use store::answer::message as rows;
use store::platform::{staff, tenant};

use super::message::{self, HOME, Outgoing};
use super::template;
use crate::platform::queue::{self, Timer};
use crate::platform::setting::{self, Setting};
use crate::{Act, Result, words};

/// Lines of a digest; the console has the rest.
const LINES_MAX: usize = 20;
const WINDOW_MINUTES_MAX: i64 = 24 * 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Notices {
    /// Notices of one person within this become one message. 0: each its own.
    pub window_minutes: i64,
    /// From then on nobody is disturbed, in the tenant's zone; the same time in both: always.
    pub quiet_from: Time,
    pub quiet_until: Time,
}

impl Default for Notices {
    fn default() -> Self {
        Self { window_minutes: 5, quiet_from: time(21, 0, 0, 0), quiet_until: time(8, 0, 0, 0) }
    }
}

impl Setting for Notices {
    const KEY: &'static str = "notices";

    fn check(&self) -> Result<(), Refusal> {
        if (0..=WINDOW_MINUTES_MAX).contains(&self.window_minutes) {
            return Ok(());
        }
        let refusal = Refusal::invalid("out_of_range").with("min", 0);
        Err(refusal.with("max", WINDOW_MINUTES_MAX).at("window_minutes"))
    }
}

/// One thing a person should know.
pub struct Notice<'a> {
    pub staff: StaffId,
    /// As in `clock_breached`; its sentence is `notice.KIND` in the words.
    pub kind: &'a str,
    pub values: Vec<(&'static str, String)>,
    pub case: Option<CaseId>,
    /// Also at night.
    pub urgent: bool,
}

/// Writes it down; it goes out with what else comes up in the window.
pub async fn notify(tx: &mut Write, act: &Act, it: Notice<'_>) -> Result<()> {
    let Some(person) = staff::find(tx, act.tenant, it.staff).await?.filter(|it| it.active) else {
        return Ok(());
    };
    let row = rows::Notice {
        id: act.id(),
        staff: it.staff,
        kind: it.kind.to_owned(),
        text: words::fill(person.language, &format!("notice.{}", it.kind), &it.values),
        case: it.case,
        created: act.now,
    };
    rows::insert_notice(tx, act.tenant, &row);
    let rules: Notices = setting::get(tx, act.tenant).await?;
    let key = format!("tell_staff/{}", it.staff);
    let timer = Timer::TellStaff { staff: it.staff };
    if it.urgent {
        // Takes along what waits for the morning.
        return queue::schedule(tx, act, &key, act.now, &timer).await;
    }
    let found = tenant::find(tx, act.tenant).await?;
    let zone = found.ok_or_else(|| Refusal::not_found("tenant"))?.time_zone();
    let due = act.now + SignedDuration::from_mins(rules.window_minutes);
    let due = after_quiet(due, &zone, rules.quiet_from, rules.quiet_until);
    queue::schedule_new(tx, act, &key, due, &timer);
    Ok(())
}

/// Sends a person what they were not told yet, as one message. Without an address they find it in
/// the console.
pub async fn tell_staff(tx: &mut Write, act: &Act, id: StaffId) -> Result<()> {
    let notices = rows::take_notices(tx, act.tenant, id).await?;
    let Some(person) = staff::find(tx, act.tenant, id).await?.filter(|it| it.active) else {
        return Ok(());
    };
    let (Some(first), Some(recipient)) = (notices.first(), person.email.clone()) else {
        return Ok(());
    };
    let mut values = Map::new();
    values.insert("name".to_owned(), json!(person.name));
    values.insert("link".to_owned(), json!(format!("{HOME}/")));
    let (template, case) = if notices.len() == 1 {
        values.insert("text".to_owned(), json!(first.text));
        (template::STAFF_REMINDER, first.case)
    } else {
        let mut lines: Vec<String> =
            notices.iter().take(LINES_MAX).map(|it| format!("- {}", it.text)).collect();
        if let Some(more) = notices.len().checked_sub(LINES_MAX).filter(|it| 0 < *it) {
            let more = [("count", more.to_string())];
            lines.push(words::fill(person.language, "notice.more", &more));
        }
        values.insert("count".to_owned(), json!(notices.len()));
        values.insert("lines".to_owned(), json!(lines.join("\n")));
        (template::DIGEST, None)
    };
    let outgoing = Outgoing {
        template,
        channel: Channel::Email,
        recipient,
        language: person.language,
        values,
        choices: vec![],
        invitation: None,
        case,
        customer: None,
        staff: Some(id),
    };
    message::send(tx, act, outgoing).await?;
    Ok(())
}
