//! Acting on a case: a command is decided by the rules, and what follows is written.

use std::collections::BTreeSet;

use domain::collect::invitation::About;
use domain::collect::round::Round;
use domain::handle::case::{Case, State};
use domain::handle::command::{Command, Context};
use domain::handle::decide::decide;
use domain::id::{CaseId, StaffId};
use domain::platform::actor::Actor;
use domain::platform::role::{Permission, Scope};
use domain::refusal::Refusal;
use domain::triage::category::Tree;
use jiff::SignedDuration;
use store::handle::case;
use store::triage::label::Source;
use store::{Read, Write};

use super::file_case::file_change;
use super::stage::check_stage;
use super::surroundings::{Labels, level, look_around};
use crate::answer::message::company;
use crate::collect::{Invite, invite};
use crate::platform::audit;
use crate::triage::category::categories;
use crate::triage::learn::note;
use crate::{Act, Result, words};

/// A wait for the customer ends by itself after this.
const WAIT: SignedDuration = SignedDuration::from_hours(72);

/// A case within the caller's reach. One about the caller, or out of reach, is not there.
pub async fn find_case(conn: &mut Read, act: &Act, id: CaseId) -> Result<Case> {
    let found = case::find(conn, act.tenant, id).await?;
    let found = found.ok_or_else(|| Refusal::not_found("case"))?;
    require_sight(conn, act, &found).await?;
    Ok(found)
}

/// Refuses as if the case were not there: out of reach, or a complaint about the caller.
pub async fn require_sight(conn: &mut Read, act: &Act, case: &Case) -> Result<()> {
    let is_hidden = act.by.staff().is_some_and(|it| case.is_hidden_from(it));
    if !is_hidden && (is_within(&act.scope, case) || is_queued_for(conn, act, case).await?) {
        return Ok(());
    }
    Err(Refusal::not_found("case").into())
}

/// Waits in the queue of the caller's team.
async fn is_queued_for(conn: &mut Read, act: &Act, case: &Case) -> Result<bool> {
    let Some(staff) = act.by.staff().filter(|_| case.owner.is_none()) else { return Ok(false) };
    let person = store::platform::staff::find(conn, act.tenant, staff).await?;
    Ok(person.is_some_and(|it| it.team == Some(case.team)))
}

fn is_within(scope: &Scope, case: &Case) -> bool {
    let has_part = |me: &StaffId| {
        case.collaborators.contains(me) || case.rectifications.iter().any(|it| it.plan.owner == *me)
    };
    scope.covers(Some(case.team), case.owner)
        || match scope {
            Scope::All => true,
            Scope::Teams(_, me) | Scope::Own(me) => has_part(me),
        }
}

/// One command, on the case as the caller saw it.
pub struct ActOnCase {
    pub id: CaseId,
    /// The version the caller saw; the case having changed since is a conflict, and nothing is
    /// written. `None` for rules, timers and the customer, who act on the case as it is.
    pub version: Option<u64>,
    pub command: Command,
}

/// Decides and writes. Returns the case as it is afterwards.
pub async fn act_on_case(
    tx: &mut Write,
    act: &Act,
    permissions: &BTreeSet<Permission>,
    input: ActOnCase,
) -> Result<Case> {
    let ActOnCase { id, version, command } = input;
    let mut case = sighted(tx, act, id).await?;
    if let Some(seen) = version.filter(|it| *it != case.version) {
        return Err(Refusal::conflict("case_changed")
            .with("version", case.version)
            .with("seen", seen)
            .at("version")
            .into());
    }
    check_references(tx, act, &command).await?;
    if let Command::MergeInto { into } = command {
        absorb(tx, act, permissions, &case, into).await?;
    }
    let told = matches!(command, Command::Tell { .. });
    let corrected = match command {
        Command::Correct { category, .. } => category.filter(|_| act.by.staff().is_some()),
        _ => None,
    };
    let proposed = case.category;
    decide_and_file(tx, act, permissions, &mut case, command).await?;
    if let Some(category) = corrected {
        note(tx, act, &case, (category, proposed), Source::Correction).await?;
    }
    if told {
        ask_again(tx, act, &mut case).await?;
    }
    Ok(case)
}

/// Who was told the result of a correction is asked again (A23, D04); where that cannot be, the
/// case says why.
async fn ask_again(tx: &mut Write, act: &Act, case: &mut Case) -> Result<()> {
    if !case.is_blame() || case.state != State::Solved || case.reevaluation.is_some() {
        return Ok(());
    }
    let house = Act { by: Actor::System, scope: Scope::All, ..act.clone() };
    let asked = Invite {
        round: Round::AfterRectification,
        about: About::Case(case.id),
        customer: case.customer,
        staff: case.owner,
        team: Some(case.team),
        form: None,
        channel: None,
        happened: act.now,
        answered: true,
    };
    let made = invite(tx, &house, asked).await?;
    let command = match made.because {
        None => Command::ReevaluationSent { invitation: made.id },
        Some(because) => {
            let (_, language) = company(tx, act).await?;
            let reason = words::say(language, &format!("because.{}", because.code()));
            let reason = words::fill(language, "case.not_asked", &[("reason", reason)]);
            Command::WaiveReevaluation { reason }
        }
    };
    decide_and_file(tx, &house, &BTreeSet::new(), case, command).await
}

async fn sighted(tx: &mut Write, act: &Act, id: CaseId) -> Result<Case> {
    let found = case::lock(tx, act.tenant, id).await?;
    let case = found.ok_or_else(|| Refusal::not_found("case"))?;
    if matches!(act.by, Actor::Staff(_)) {
        require_sight(tx, act, &case).await?;
    }
    Ok(case)
}

async fn decide_and_file(
    tx: &mut Write,
    act: &Act,
    permissions: &BTreeSet<Permission>,
    case: &mut Case,
    command: Command,
) -> Result<()> {
    let level = level(tx, act.tenant, case.customer).await?;
    let labels = labels_after(case, &command, level);
    let around = look_around(tx, act, &labels, &case.clocks).await?;
    check_people(&command, |id| around.staff.iter().any(|it| it.id == *id && it.active))?;
    let ctx = Context {
        now: act.now,
        by: act.by,
        permissions,
        barred: &around.barred,
        promises: &around.promises,
        schedules: &around.schedules,
        wait_until: act.now + WAIT,
    };
    let events = decide(case, command, &ctx).map_err(Refusal::from)?;
    let before = case.version;
    for event in &events {
        case.apply(event);
    }
    file_change(tx, act, before, case, &events, &around.schedules, &around.teams).await
}

/// What the case will be called after the command, for promises are looked up by that.
fn labels_after(case: &Case, command: &Command, level: u8) -> Labels {
    let mut labels = Labels::of(case, level);
    match command {
        Command::Correct { kind, category, priority, .. } => {
            labels.kind = kind.unwrap_or(labels.kind);
            labels.category = category.or(labels.category);
            labels.priority = priority.unwrap_or(labels.priority);
        }
        Command::SetAbout { about } => labels.about.clone_from(about),
        Command::SetTags { tags } => labels.is_complex = tags.contains("complex"),
        _ => {}
    }
    labels
}

/// What the command names must be there.
async fn check_references(conn: &mut Read, act: &Act, command: &Command) -> Result<()> {
    let branch = match command {
        Command::Correct { category: Some(id), .. } => Some((Tree::Category, *id, "category")),
        Command::SetCause { cause } => cause.branch.map(|id| (Tree::Cause, id, "cause.branch")),
        _ => None,
    };
    if let Some((tree, id, field)) = branch
        && categories(conn, act, tree).await?.get(id).is_none_or(|it| it.is_archived)
    {
        return Err(Refusal::invalid("category_unknown").at(field).into());
    }
    match command {
        Command::Assign { team, .. } | Command::Transfer { team, .. } => {
            let teams = store::platform::team::list(conn, act.tenant).await?;
            if !teams.iter().any(|it| it.id == *team) {
                return Err(Refusal::invalid("team_unknown").at("team").into());
            }
        }
        Command::LinkRepeat { of, .. } => {
            find_case(conn, act, *of).await?;
        }
        Command::SetStage { stage: Some(code), of } => {
            check_stage(conn, act.tenant, code, *of).await?;
        }
        _ => {}
    }
    Ok(())
}

/// The people a command names must work here.
fn check_people(command: &Command, works_here: impl Fn(&StaffId) -> bool) -> Result<(), Refusal> {
    use domain::handle::suggestion::Decision;
    let named: Vec<(&'static str, StaffId)> = match command {
        Command::Assign { staff: Some(it), .. } | Command::Transfer { staff: Some(it), .. } => {
            vec![("staff", *it)]
        }
        Command::Collaborate { staff } => vec![("staff", *staff)],
        Command::Note { mentions, .. } => mentions.iter().map(|it| ("mentions", *it)).collect(),
        Command::SetAbout { about } => about.iter().map(|it| ("about", *it)).collect(),
        Command::PlanRectification { plan } => vec![("plan.owner", plan.owner)],
        Command::DecideSuggestion { decision: Decision::Adopted { owner, .. } } => {
            vec![("decision.owner", *owner)]
        }
        _ => vec![],
    };
    match named.iter().find(|(_, id)| !works_here(id)) {
        Some((field, _)) => Err(Refusal::invalid("staff_unknown").at(*field)),
        None => Ok(()),
    }
}

/// The other side of a merger, in the same transaction. Two customers' cases stay two: each is told
/// of their own.
async fn absorb(
    tx: &mut Write,
    act: &Act,
    permissions: &BTreeSet<Permission>,
    duplicate: &Case,
    into: CaseId,
) -> Result<()> {
    if into == duplicate.id {
        return Err(Refusal::invalid("case_itself").at("into").into());
    }
    let mut main = sighted(tx, act, into).await?;
    if main.customer != duplicate.customer {
        return Err(Refusal::invalid("case_other_customer").at("into").into());
    }
    let command = Command::Absorb { duplicate: duplicate.id };
    decide_and_file(tx, act, permissions, &mut main, command).await
}

/// Writes down that personal data of a case was looked at.
pub async fn note_look(tx: &mut Write, act: &Act, id: CaseId) -> Result<()> {
    audit::note(tx, act, "view", ("case", Some(id.0)), serde_json::json!({})).await
}
