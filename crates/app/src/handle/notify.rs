//! Whom of the staff an event concerns. What is said to one person within a while is one message,
//! so that five hundred broken promises are not five hundred messages.

use domain::handle::case::Case;
use domain::handle::clock::WHOLE_BP;
use domain::handle::event::{CaseEvent, What};
use domain::id::StaffId;
use domain::platform::staff::{Team, leads_above};
use domain::triage::Kind;
use serde_json::{Value, json};
use store::Write;
use store::handle::notice::{self, Notice};

use crate::{Act, Result, answer};

/// Writes a notice for everybody the events concern, but not for who made them, nor for whom the
/// case is about.
pub(super) async fn notify(
    tx: &mut Write,
    act: &Act,
    case: &Case,
    events: &[CaseEvent],
    teams: &[Team],
) -> Result<()> {
    for event in events {
        for (staff, code, params) in concerned(case, event, teams) {
            if Some(staff) == event.by.staff() || case.is_hidden_from(staff) {
                continue;
            }
            let said = answer::notice::Notice {
                staff,
                kind: code,
                values: vec![("number", case.number.clone())],
                case: Some(case.id),
                urgent: false,
            };
            answer::notice::notify(tx, act, said).await?;
            let notice = Notice {
                id: act.id(),
                staff,
                at: act.now,
                code: code.to_owned(),
                case: Some(case.id),
                params,
                read_at: None,
            };
            notice::insert(tx, act.tenant, &notice);
        }
    }
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
