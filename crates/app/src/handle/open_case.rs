//! Opening a case: from an evaluation, by a member of staff, by a program. Labels, owner, clocks,
//! timers and notices come with it, in the transaction of the caller.

use std::collections::BTreeSet;

use domain::collect::channel::Channel;
use domain::collect::evaluation::receipt;
use domain::handle::case::Case;
use domain::handle::clock::Clock;
use domain::handle::command::{Command, Context};
use domain::handle::decide;
use domain::handle::event::{CaseEvent, Opening};
use domain::id::{CaseId, CategoryId, CustomerId, EvaluationId, InteractionId, StaffId, TeamId};
use domain::platform::role::Permission;
use domain::platform::staff::Team;
use domain::refusal::Refusal;
use domain::triage::assignment::{Need, assign};
use domain::triage::category::{Categories, Tree};
use domain::triage::propose::{Proposal, Submission, propose};
use domain::triage::repeat::{Earlier, Fresh, WINDOW, repeats};
use domain::triage::score::Score;
use domain::triage::{Because, Kind, Priority};
use jiff::SignedDuration;
use store::Write;
use store::customer::customer;
use store::handle::case;
use store::platform::{staff, team};
use store::triage::label::Source;
use text::Reading;

use super::file_case::file_new;
use super::surroundings::{Labels, Surroundings, look_around};
use crate::triage::assign::candidates;
use crate::triage::category::categories;
use crate::triage::learn::note;
use crate::triage::learned::routes;
use crate::triage::read::{is_same_problem, read};
use crate::{Act, Result};

/// What came in. Labels that are given are kept; the others are proposed.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// Chosen by who sends it, so that sending again is harmless.
    pub id: CaseId,
    pub kind: Option<Kind>,
    pub category: Option<CategoryId>,
    pub priority: Option<Priority>,
    pub customer: Option<CustomerId>,
    pub channel: Channel,
    pub interaction: Option<InteractionId>,
    /// With the receipt the customer holds.
    pub evaluation: Option<(EvaluationId, String)>,
    /// Whom it is about.
    pub about: BTreeSet<StaffId>,
    /// The customer's words.
    pub said: String,
    pub scores: Vec<Score>,
    /// Keys of the options ticked as reasons.
    pub chosen: Vec<String>,
    /// Whose queue, where the category names none.
    pub team: Option<TeamId>,
}

/// Opens a case if there is anything to do for anybody. `None`: a good or middling score without a
/// word of displeasure, a wish or praise. The same id again returns the case there is.
pub async fn open_case(
    tx: &mut Write,
    act: &Act,
    permissions: &BTreeSet<Permission>,
    input: OpenCase,
) -> Result<Option<Case>> {
    if let Some(before) = case::find(tx, act.tenant, input.id).await? {
        let same = before.said == input.said && before.customer == input.customer;
        return if same { Ok(Some(before)) } else { Err(Refusal::conflict("id_taken").into()) };
    }
    open_new(tx, act, permissions, input).await
}

/// The same with an id that was chosen now.
pub async fn open_new(
    tx: &mut Write,
    act: &Act,
    permissions: &BTreeSet<Permission>,
    input: OpenCase,
) -> Result<Option<Case>> {
    let customer = match input.customer {
        Some(id) => {
            let found = customer::find(tx, act.tenant, id).await?;
            Some(found.ok_or_else(|| Refusal::invalid("customer_unknown").at("customer"))?.customer)
        }
        None => None,
    };
    let level = customer.as_ref().map_or(0, |it| it.level as u8);
    let tree = categories(tx, act, Tree::Category).await?;
    // Only what a person says is learned from.
    let named = input.category.filter(|_| act.by.staff().is_some());
    let reading = read(tx, act.tenant, &input.said).await?;
    let Some((proposal, earlier)) = label(tx, act, &input, level, reading.as_ref(), &tree).await?
    else {
        return Ok(None);
    };
    let labels = Labels {
        kind: proposal.kind,
        priority: proposal.priority,
        category: proposal.category,
        channel: input.channel,
        about: input.about.clone(),
        is_complex: false,
        level,
    };
    let around = look_around(tx, act, &labels, &[]).await?;
    let team = team_for(tx, act, &input, proposal.category, &around).await?;
    let need = Need {
        kind: proposal.kind,
        categories: proposal.category.map(|it| tree.path(it)).unwrap_or_default(),
        team,
        manager: customer.and_then(|it| it.owner),
        praised: input.about.first().copied(),
        barred: around.barred.clone(),
    };
    let assignment = assign(&need, &candidates(tx, act).await?);
    let opening = Opening {
        // The receipt the customer holds, so that both say the same on the telephone.
        number: match &input.evaluation {
            Some((_, receipt)) => receipt.clone(),
            None => number(tx, act).await?,
        },
        kind: proposal.kind,
        category: proposal.category,
        priority: proposal.priority,
        because: proposal.because,
        customer: input.customer,
        channel: input.channel,
        interaction: input.interaction,
        evaluation: input.evaluation.map(|it| it.0),
        about: input.about,
        said: input.said,
        team,
    };
    let ctx = context(act, permissions, &around);
    let open = |opening: Opening| -> Result<(Case, Vec<CaseEvent>)> {
        let (mut made, mut events) =
            decide::open(input.id, opening, assignment.clone(), &ctx).map_err(Refusal::from)?;
        link_repeat(act, &mut made, &mut events, earlier.clone(), &around)?;
        Ok((made, events))
    };
    let made = file(tx, act, opening, open, &around).await?;
    if let Some(category) = named {
        note(tx, act, &made, (category, None), Source::Chosen).await?;
    }
    Ok(Some(made))
}

fn context<'a>(
    act: &Act,
    permissions: &'a BTreeSet<Permission>,
    around: &'a Surroundings,
) -> Context<'a> {
    Context {
        now: act.now,
        by: act.by,
        permissions,
        barred: &around.barred,
        promises: &around.promises as &[Clock],
        schedules: &around.schedules,
        wait_until: act.now + SignedDuration::from_hours(72),
    }
}

/// The earlier case of the same problem is named by the house, whoever opened this one.
fn link_repeat(
    act: &Act,
    made: &mut Case,
    events: &mut Vec<CaseEvent>,
    earlier: Option<(CaseId, Because)>,
    around: &Surroundings,
) -> Result<()> {
    let Some((of, because)) = earlier else { return Ok(()) };
    let house = Act { by: domain::platform::actor::Actor::System, ..act.clone() };
    let nobody = BTreeSet::new();
    let ctx = context(&house, &nobody, around);
    let command = Command::LinkRepeat { of, because: vec![because] };
    for event in decide::decide(made, command, &ctx).map_err(Refusal::from)? {
        made.apply(&event);
        events.push(event);
    }
    Ok(())
}

/// The labels, and the latest earlier case with the same problem.
async fn label(
    tx: &mut Write,
    act: &Act,
    input: &OpenCase,
    level: u8,
    reading: Option<&Reading>,
    tree: &Categories,
) -> Result<Option<(Proposal, Option<(CaseId, Because)>)>> {
    let mut submission = Submission {
        scores: input.scores.clone(),
        chosen: input.chosen.clone(),
        said: reading.map(|it| (input.said.as_str(), it)),
        wish: input.kind,
        level,
        repeats: 0,
        learned: match reading {
            Some(_) => routes(tx, act.tenant, &input.said, 1).await?.pop(),
            None => None,
        },
    };
    let Some(first) = propose(&submission, tree) else { return Ok(None) };
    let category = input.category.or(first.category);
    if let Some(given) = input.category
        && tree.get(given).is_none_or(|it| it.is_archived)
    {
        return Err(Refusal::invalid("category_unknown").at("category").into());
    }
    let fresh = Fresh { kind: first.kind, category, said: &input.said, at: act.now };
    let earlier = match input.customer {
        Some(customer) => {
            let since = act.now - WINDOW;
            let cases = case::of_customer(tx, act.tenant, customer, since).await?;
            repeats(&fresh, &cases.iter().map(earlier_of).collect::<Vec<_>>(), is_same_problem)
        }
        None => vec![],
    };
    submission.repeats = u32::try_from(earlier.len()).unwrap_or(u32::MAX);
    let Some(mut proposal) = propose(&submission, tree) else { return Ok(None) };
    proposal.category = category;
    proposal.priority = input.priority.unwrap_or(proposal.priority);
    Ok(Some((proposal, earlier.into_iter().next())))
}

fn earlier_of(case: &Case) -> Earlier {
    Earlier {
        case: case.id,
        kind: case.kind,
        category: case.category,
        said: case.said.clone(),
        opened_at: case.opened_at,
        closed_at: case.closed_at,
    }
}

/// The category's team, else the one asked for, else that of whom it is about, else the top one.
async fn team_for(
    tx: &mut Write,
    act: &Act,
    input: &OpenCase,
    category: Option<CategoryId>,
    around: &Surroundings,
) -> Result<TeamId> {
    let is_there = |id: &TeamId| around.teams.iter().any(|it| it.id == *id);
    if let Some(asked) = input.team
        && !is_there(&asked)
    {
        return Err(Refusal::invalid("team_unknown").at("team").into());
    }
    let of_about = || {
        let about = input.about.first()?;
        around.staff.iter().find(|it| it.id == *about)?.team
    };
    let of_opener = || {
        let by = act.by.staff()?;
        around.staff.iter().find(|it| it.id == by)?.team
    };
    let top = || around.teams.iter().find(|it| it.parent.is_none()).map(|it| it.id);
    let found = category
        .and_then(|it| around.categories.team(it))
        .or(input.team)
        .or_else(of_about)
        .or_else(of_opener)
        .or_else(top);
    match found {
        Some(team) => Ok(team),
        None => first_team(tx, act).await,
    }
}

/// A company that has not drawn its teams yet gets one, so that nothing a customer says is lost.
async fn first_team(tx: &mut Write, act: &Act) -> Result<TeamId> {
    let tenant = store::platform::tenant::find(tx, act.tenant).await?;
    let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
    let lead = staff::list(tx, act.tenant).await?.into_iter().find(|it| it.active);
    let made = Team { id: act.id(), name: tenant.name, parent: None, lead: lead.map(|it| it.id) };
    team::put(tx, act.tenant, &made).await?;
    Ok(made.id)
}

/// Files what `open` makes of `opening`; under another number where the receipt of its evaluation is the number of
/// somebody else's case.
async fn file(
    tx: &mut Write,
    act: &Act,
    opening: Opening,
    open: impl Fn(Opening) -> Result<(Case, Vec<CaseEvent>)> + Send,
    around: &Surroundings,
) -> Result<Case> {
    let Surroundings { schedules, teams, .. } = around;
    let (made, events) = open(opening.clone())?;
    if file_new(tx, act, &made, &events, schedules, teams).await? {
        return Ok(made);
    }
    let other = case::find_by_number(tx, act.tenant, &made.number).await?;
    if made.evaluation.is_some() && other.is_some_and(|it| it.evaluation != made.evaluation) {
        let number = number(tx, act).await?;
        let (made, events) = open(Opening { number, ..opening })?;
        if file_new(tx, act, &made, &events, schedules, teams).await? {
            return Ok(made);
        }
    }
    Err(Refusal::conflict("evaluation_has_case").into())
}

/// Eight letters and digits that nobody confuses on the telephone, as in `7K2F-9QTX`.
pub(crate) async fn number(tx: &mut Write, act: &Act) -> Result<String> {
    loop {
        let number = receipt(act.ids.bytes());
        if case::find_by_number(tx, act.tenant, &number).await?.is_none() {
            return Ok(number);
        }
    }
}
