//! What follows from a command 决定. The only way a case changes: rights are checked, then the
//! command's own rule writes the events.

mod finish;
mod label;
mod promise;
mod record;
mod work;

#[cfg(test)]
mod tests;

use super::case::{Case, State};
use super::clock::Promise;
use super::command::{CaseRefusal, Command, Context, TEXT_CHARS_MAX};
use super::event::{CaseEvent, Opening, What};
use crate::id::{CaseId, StaffId};
use crate::platform::actor::Actor;
use crate::platform::role::Permission;
use crate::triage::assignment::Assignment;

/// The events that open a case: its clocks run, and it is assigned.
///
/// `assignment` was made with the same `ctx.barred`; a barred person is dropped here all the same.
pub fn open(
    id: CaseId,
    opening: Opening,
    assignment: Assignment,
    ctx: &Context<'_>,
) -> Result<(Case, Vec<CaseEvent>), CaseRefusal> {
    check_length("said", &opening.said)?;
    let permission = Permission::ActOnCases;
    let needs_it = matches!(ctx.by, Actor::Staff(_) | Actor::ApiKey(_));
    if needs_it && !ctx.permissions.contains(&permission) {
        return Err(CaseRefusal::NotAllowed { permission });
    }
    let opened = CaseEvent { at: ctx.now, by: ctx.by, what: What::Opened(Box::new(opening)) };
    let case = Case::replay(id, std::slice::from_ref(&opened)).expect("begins with its opening");
    let mut draft = Draft { case, ctx, events: vec![opened] };
    draft.start_clocks(|it| it != Promise::NextResponse);
    let Assignment { staff, team, because } = assignment;
    let staff = staff.filter(|&it| draft.may_own(it));
    draft.add(What::Assigned { staff, team, because, reason: String::new() });
    Ok((draft.case, draft.events))
}

/// What follows from `command`, or why nothing does. Apply the events in order to change the case.
pub fn decide(
    case: &Case,
    command: Command,
    ctx: &Context<'_>,
) -> Result<Vec<CaseEvent>, CaseRefusal> {
    let mut draft = Draft { case: case.clone(), ctx, events: Vec::new() };
    draft.check_rights(&command)?;
    if let Some(into) = case.merged_into {
        return Err(CaseRefusal::Merged { into });
    }
    draft.follow(command)?;
    Ok(draft.events)
}

/// The case as it will be, and the events so far.
struct Draft<'a> {
    case: Case,
    ctx: &'a Context<'a>,
    events: Vec<CaseEvent>,
}

type Followed = Result<(), CaseRefusal>;

impl Draft<'_> {
    fn add(&mut self, what: What) {
        let event = CaseEvent { at: self.ctx.now, by: self.ctx.by, what };
        self.case.apply(&event);
        self.events.push(event);
    }

    fn follow(&mut self, command: Command) -> Followed {
        use Command as Do;
        match command {
            Do::Assign { staff, team, because, reason } => {
                self.assign(staff, team, because, reason)
            }
            Do::Transfer { staff, team, reason } => self.transfer(staff, team, reason),
            Do::Accept => self.accept(),
            Do::Start => self.start(),
            Do::SetStage { stage, of } => self.set_stage(stage, of),
            Do::Reply { text, how, is_solution } => self.reply(text, how, is_solution),
            Do::Note { text, mentions } => self.note(text, mentions),
            Do::Collaborate { staff } => self.collaborate(staff),
            Do::EndCollaboration { staff } => self.end_collaboration(staff),
            Do::WaitForCustomer { text, how } => self.wait_for_customer(text, how),
            Do::EndWait => self.end_wait(),
            Do::CustomerReplied { text, how } => self.customer_replied(text, how),
            Do::Correct { kind, category, priority, reason } => {
                self.correct(kind, category, priority, &reason)
            }
            Do::SetAbout { about } => self.set_about(about),
            Do::SetTags { tags } => self.set_tags(tags),
            Do::LinkRepeat { of, because } => self.link_repeat(of, because),
            Do::MergeInto { into } => self.merge_into(into),
            Do::Absorb { duplicate } => self.absorb(duplicate),
            Do::SetCause { cause } => self.set_cause(cause),
            Do::PlanRectification { plan } => self.plan(plan),
            Do::FinishRectification { id, result } => self.finish_rectification(id, result),
            Do::VerifyRectification { id, is_done, comment } => self.verify(id, is_done, comment),
            Do::WithdrawRectification { id, reason } => self.withdraw(id, reason),
            Do::WaiveRectification { reason } => self.waive_rectification(reason),
            Do::DecideSuggestion { decision } => self.decide_suggestion(decision),
            Do::CompleteSuggestion { result } => self.complete_suggestion(result),
            Do::Solve { solution } => self.solve(solution),
            Do::Tell { text, how } => self.tell(text, how),
            Do::CannotTell { reason } => self.cannot_tell(reason),
            Do::Confirm { comment } => self.confirm(comment),
            Do::Reopen { reason } => self.reopen(reason),
            Do::ReevaluationSent { invitation } => self.reevaluation_sent(invitation),
            Do::WaiveReevaluation { reason } => self.waive_reevaluation(reason),
            Do::Escalate { clock, share_bp, told } => self.escalate(clock, share_bp, told),
            Do::Close => self.close(),
        }
    }

    /// Whether this actor may ask for this at all. What the state allows is asked later.
    fn check_rights(&self, command: &Command) -> Followed {
        match self.ctx.by {
            Actor::Staff(staff) => self.check_staff(staff, command),
            Actor::Visitor => check_customer(command),
            Actor::Customer(customer) if self.case.customer == Some(customer) => {
                check_customer(command)
            }
            Actor::Customer(_) => Err(CaseRefusal::NotForYou),
            Actor::System => check_machine(command),
            Actor::ApiKey(_) => {
                check_machine(command)?;
                self.check_permission(permission(command).ok_or(CaseRefusal::NotForYou)?)
            }
        }
    }

    fn check_staff(&self, staff: StaffId, command: &Command) -> Followed {
        use Command as Do;
        if self.case.is_hidden_from(staff) {
            return Err(CaseRefusal::ConcernsYou);
        }
        let permission = permission(command).ok_or(CaseRefusal::NotForYou)?;
        self.check_permission(permission)?;
        // Work is for those whose case it is; a few things are open to all who may work.
        let is_open_to_all =
            matches!(command, Do::Accept | Do::Note { .. } | Do::FinishRectification { .. });
        if permission == Permission::ActOnCases && !is_open_to_all && !self.is_mine(staff) {
            // Starting on a case of the queue takes it, as accepting does.
            let takes_it = matches!(command, Do::Start | Do::Reply { .. });
            if !(takes_it && self.case.owner.is_none() && self.case.state == State::New) {
                return Err(CaseRefusal::NotYours);
            }
        }
        Ok(())
    }

    fn check_permission(&self, permission: Permission) -> Followed {
        if self.ctx.permissions.contains(&permission) {
            return Ok(());
        }
        Err(CaseRefusal::NotAllowed { permission })
    }

    fn is_mine(&self, staff: StaffId) -> bool {
        self.ctx.permissions.contains(&Permission::AssignCases)
            || self.case.is_worked_on_by(Actor::Staff(staff))
    }

    fn may_own(&self, staff: StaffId) -> bool {
        !self.case.is_blame()
            || !self.ctx.barred.contains(&staff) && !self.case.about.contains(&staff)
    }

    /// Neither owner nor helper nor mentioned may be somebody the complaint is about.
    fn check_may_own(&self, staff: StaffId) -> Followed {
        if self.may_own(staff) { Ok(()) } else { Err(CaseRefusal::ConcernsThem { staff }) }
    }

    fn check_may_see(&self, staff: StaffId) -> Followed {
        let hidden = self.case.is_hidden_from(staff);
        if hidden { Err(CaseRefusal::ConcernsThem { staff }) } else { Ok(()) }
    }

    fn check_open(&self) -> Followed {
        self.check_state(State::is_open)
    }

    fn check_state(&self, allows: impl FnOnce(State) -> bool) -> Followed {
        let state = self.case.state;
        if allows(state) { Ok(()) } else { Err(CaseRefusal::WrongState { state }) }
    }
}

/// What the customer, or whoever holds the private link, may ask.
fn check_customer(command: &Command) -> Followed {
    use Command as Do;
    match command {
        Do::CustomerReplied { .. } | Do::Confirm { .. } | Do::Reopen { .. } => Ok(()),
        _ => Err(CaseRefusal::NotForYou),
    }
}

/// What only a person can say is not for the system or a key.
fn check_machine(command: &Command) -> Followed {
    use Command as Do;
    match command {
        Do::Accept
        | Do::Confirm { .. }
        | Do::PlanRectification { .. }
        | Do::FinishRectification { .. }
        | Do::VerifyRectification { .. }
        | Do::WaiveRectification { .. }
        | Do::DecideSuggestion { .. } => Err(CaseRefusal::NotForYou),
        _ => Ok(()),
    }
}

/// What a member of staff or a key needs for this; `None` where it is not theirs to say.
fn permission(command: &Command) -> Option<Permission> {
    use Command as Do;
    match command {
        Do::Confirm { .. } | Do::Escalate { .. } => None,
        Do::Assign { .. } | Do::SetAbout { .. } | Do::DecideSuggestion { .. } => {
            Some(Permission::AssignCases)
        }
        Do::VerifyRectification { .. } | Do::WaiveRectification { .. } => {
            Some(Permission::VerifyCases)
        }
        _ => Some(Permission::ActOnCases),
    }
}

/// Something was written, and not too much.
fn check_text(field: &'static str, text: &str) -> Followed {
    if text.trim().is_empty() {
        return Err(CaseRefusal::Empty { field });
    }
    check_length(field, text)
}

fn check_length(field: &'static str, text: &str) -> Followed {
    if TEXT_CHARS_MAX < text.chars().count() {
        return Err(CaseRefusal::TooLong { field, max_chars: TEXT_CHARS_MAX });
    }
    Ok(())
}
