//! Whom of the staff an event concerns. What is said to one person within a while is one message,
//! so that five hundred broken promises are not five hundred messages.

use std::collections::BTreeSet;

use domain::handle::case::Case;
use domain::handle::clock::WHOLE_BP;
use domain::handle::event::{CaseEvent, What};
use domain::id::StaffId;
use domain::platform::staff::{Team, leads_above};
use domain::refusal::Refusal;
use domain::triage::Kind;
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::handle::notice::{self, Notice};
use store::platform::{tenant, timer};
use store::{Read, Write};

use crate::platform::queue::{Timer, schedule};
use crate::platform::setting::{self, Setting};
use crate::{Act, Result};

/// When messages to the staff leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoticeSettings {
    /// What comes within this after the first is sent with it.
    pub gather_seconds: u32,
    /// Nothing is sent from this time of the day, in the tenant's zone, …
    pub quiet_from: Time,
    /// … until this one. The same twice: no quiet hours.
    pub quiet_until: Time,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self {
            gather_seconds: 60,
            quiet_from: Time::constant(22, 0, 0, 0),
            quiet_until: Time::constant(8, 0, 0, 0),
        }
    }
}

impl Setting for NoticeSettings {
    const KEY: &'static str = "case_notices";

    fn check(&self) -> Result<(), Refusal> {
        const DAY_SECONDS: u32 = 86_400;
        if DAY_SECONDS < self.gather_seconds {
            return Err(Refusal::invalid("too_long").with("max", DAY_SECONDS).at("gather_seconds"));
        }
        Ok(())
    }
}

impl NoticeSettings {
    /// The first moment from `at` on that is not quiet.
    pub fn awake(&self, at: &Zoned) -> Timestamp {
        let Self { quiet_from: from, quiet_until: until, .. } = *self;
        let time = at.time();
        let is_quiet =
            if from <= until { from <= time && time < until } else { from <= time || time < until };
        if !is_quiet {
            return at.timestamp();
        }
        let date = if until <= time { at.date().saturating_add(1.day()) } else { at.date() };
        date.to_datetime(until)
            .to_zoned(at.time_zone().clone())
            .map_or(at.timestamp(), |it| it.timestamp())
    }
}

/// Writes a notice for everybody the events concern, but not for who made them, nor for whom the
/// case is about.
pub(super) async fn notify(
    tx: &mut Write,
    act: &Act,
    case: &Case,
    events: &[CaseEvent],
    teams: &[Team],
) -> Result<()> {
    let mut people = BTreeSet::new();
    for event in events {
        for (staff, code, params) in concerned(case, event, teams) {
            if Some(staff) == event.by.staff() || case.is_hidden_from(staff) {
                continue;
            }
            let notice = Notice {
                id: act.id(),
                staff,
                at: act.now,
                code: code.to_owned(),
                case: Some(case.id),
                params,
                read_at: None,
            };
            notice::insert(tx, act.tenant, &notice).await?;
            people.insert(staff);
        }
    }
    for staff in people {
        gather(tx, act, staff).await?;
    }
    Ok(())
}

/// Has what is noted for this person sent after a while; what is waiting already stays where it is.
async fn gather(tx: &mut Write, act: &Act, staff: StaffId) -> Result<()> {
    if !timer::list(tx, act.tenant, staff.0).await?.is_empty() {
        return Ok(());
    }
    let due = send_at(tx, act).await?;
    let key = format!("staff_digest/{staff}");
    schedule(tx, act, &key, due, &Timer::StaffDigest { staff }).await
}

async fn send_at(conn: &mut Read, act: &Act) -> Result<Timestamp> {
    let settings: NoticeSettings = setting::get(conn, act.tenant).await?;
    let tenant = tenant::find(conn, act.tenant).await?;
    let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
    let at = act.now + SignedDuration::from_secs(i64::from(settings.gather_seconds));
    Ok(settings.awake(&at.to_zoned(tenant.time_zone())))
}

/// Takes together what one person has not been sent yet.
pub async fn send_digest(tx: &mut Write, act: &Act, staff: StaffId) -> Result<()> {
    let notices = notice::take_unsent(tx, act.tenant, staff, act.now).await?;
    tracing::debug!(count = notices.len(), "notices gathered for one person");
    Ok(())
}

type Concern = (StaffId, &'static str, Value);

fn concerned(case: &Case, event: &CaseEvent, teams: &[Team]) -> Vec<Concern> {
    let base = json!({ "number": case.number, "kind": case.kind, "priority": case.priority });
    let tell = |people: Vec<StaffId>, code: &'static str| -> Vec<Concern> {
        people.into_iter().map(|it| (it, code, base.clone())).collect()
    };
    let owner = || case.owner.into_iter().collect::<Vec<_>>();
    // The nearest lead to whom the case is not hidden.
    let lead = || {
        let leads = leads_above(teams, case.team).into_iter();
        leads.filter(|it| !case.is_hidden_from(*it)).take(1).collect::<Vec<_>>()
    };
    match &event.what {
        What::Assigned { staff: Some(staff), .. } if case.kind == Kind::Praise => {
            tell(vec![*staff], "case_praised")
        }
        What::Assigned { staff: Some(staff), .. } => tell(vec![*staff], "case_assigned"),
        What::Assigned { staff: None, .. } => tell(lead(), "case_queued"),
        What::Noted { mentions, .. } => tell(mentions.iter().copied().collect(), "case_mentioned"),
        What::CollaborationBegun { staff } => tell(vec![*staff], "case_collaboration"),
        What::CustomerReplied { .. } => tell(owner(), "case_customer_replied"),
        What::Confirmed { .. } => tell(owner(), "case_confirmed"),
        What::Reopened { .. } => tell(owner().into_iter().chain(lead()).collect(), "case_reopened"),
        What::RectificationPlanned { plan } => tell(vec![plan.owner], "rectification_planned"),
        What::RectificationDone { .. } => tell(lead(), "rectification_to_verify"),
        What::RectificationChecked { is_done: false, id, .. } => {
            let owner = case.rectification(*id).map(|it| it.plan.owner);
            tell(owner.into_iter().collect(), "rectification_refused")
        }
        What::Escalated { clock, share_bp, told } => {
            let code = match share_bp / WHOLE_BP {
                0 => "promise_reminder",
                1 => "promise_broken",
                _ => "promise_long_broken",
            };
            let promise = case.clock(*clock).map(|it| it.clock.terms().promise);
            let mut params = base.clone();
            params["promise"] = json!(promise);
            params["share_bp"] = json!(share_bp);
            told.iter().map(|it| (*it, code, params.clone())).collect()
        }
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::{NoticeSettings, Time};

    #[track_caller]
    fn check(settings: NoticeSettings, at: &str, expected: &str) {
        let at: jiff::Zoned = format!("{at}[Asia/Shanghai]").parse().unwrap();
        let expected: jiff::Zoned = format!("{expected}[Asia/Shanghai]").parse().unwrap();
        assert_eq!(settings.awake(&at), expected.timestamp());
    }

    #[test]
    fn nothing_is_sent_in_quiet_hours() {
        let night = NoticeSettings::default();
        check(night, "2026-11-20T21:59:59", "2026-11-20T21:59:59");
        check(night, "2026-11-20T22:00:00", "2026-11-21T08:00:00");
        check(night, "2026-11-20T03:00:00", "2026-11-20T08:00:00");
        check(night, "2026-11-20T08:00:00", "2026-11-20T08:00:00");
        let at = |hour| Time::constant(hour, 0, 0, 0);
        let noon = NoticeSettings { quiet_from: at(12), quiet_until: at(13), ..night };
        check(noon, "2026-11-20T12:30:00", "2026-11-20T13:00:00");
        check(noon, "2026-11-20T23:30:00", "2026-11-20T23:30:00");
        let never = NoticeSettings { quiet_from: at(8), ..night };
        check(never, "2026-11-20T23:30:00", "2026-11-20T23:30:00");
    }
}
