//! What follows from an evaluation: the case it opens, or the answer to the case it was asked
//! about (B01, A23, D03).

use std::collections::BTreeSet;

use domain::collect::evaluation::Evaluation;
use domain::handle::case::State;
use domain::handle::command::Command;
use domain::id::CaseId;
use domain::language::Language;
use domain::platform::actor::Actor;
use domain::platform::role::Scope;
use domain::triage::score::{Scale, Score};
use store::Write;
use store::collect::evaluation;
use store::handle::case;

use crate::answer::progress::customer_says;
use crate::handle::open_case::{OpenCase, open_new};
use crate::{Act, Result, words};

/// The case the customer now follows. An evaluation of a correction answers that case: content
/// confirms it, discontent opens it again. Any other opens a case if there is something to do for
/// somebody; `None` if there is not.
pub async fn answer_with_case(
    tx: &mut Write,
    act: &Act,
    made: &Evaluation,
    chosen: &[String],
) -> Result<Option<CaseId>> {
    if let Some(about) = made.case {
        answer_correction(tx, act, made, about).await?;
        return Ok(Some(about));
    }
    let input = opening(act.id(), made, chosen);
    // The rules open it, whoever handed the evaluation in.
    let house = Act { by: Actor::System, scope: Scope::All, ..act.clone() };
    let Some(opened) = open_new(tx, &house, &BTreeSet::new(), input).await? else {
        return Ok(None);
    };
    evaluation::update_case(tx, act.tenant, made.id, opened.id).await?;
    Ok(Some(opened.id))
}

/// The case that an evaluation opens, its labels left to the rules. `chosen` are the keys of the options
/// that were ticked as reasons.
pub(super) fn opening(id: CaseId, made: &Evaluation, chosen: &[String]) -> OpenCase {
    OpenCase {
        id,
        kind: None,
        category: None,
        priority: None,
        customer: made.customer,
        channel: made.channel,
        interaction: made.interaction,
        evaluation: Some((made.id, made.receipt.clone())),
        about: made.staff.into_iter().collect(),
        said: made.comment.clone(),
        scores: scores(made),
        chosen: chosen.to_vec(),
        team: made.team,
    }
}

fn scores(made: &Evaluation) -> Vec<Score> {
    let of = |scale, value: Option<u8>| value.map(|value| Score { scale, value: i64::from(value) });
    let all = [
        of(Scale::Csat, made.scores.csat),
        of(Scale::Nps, made.scores.nps),
        of(Scale::Ces, made.scores.ces),
    ];
    all.into_iter().flatten().collect()
}

async fn answer_correction(
    tx: &mut Write,
    act: &Act,
    made: &Evaluation,
    about: CaseId,
) -> Result<()> {
    let Some(found) = case::find(tx, act.tenant, about).await? else { return Ok(()) };
    let csat = made.scores.csat.map(i64::from);
    let low = csat.is_some_and(|it| it <= Scale::Csat.low_max());
    let high = csat.is_some_and(|it| Scale::Csat.high_min() <= it);
    let by = match found.customer {
        Some(customer) if !made.anonymous => Actor::Customer(customer),
        _ => Actor::Visitor,
    };
    let customer = Act { by, scope: Scope::All, ..act.clone() };
    let command = match (found.state, found.merged_into) {
        (State::Solved | State::Closed, None) if low => {
            let said = made.comment.trim();
            let unsaid = || words::say(spoken(made), "case.not_solved");
            let reason = if said.is_empty() { unsaid() } else { said.to_owned() };
            Command::Reopen { reason }
        }
        (State::Solved, None) if high && found.confirmed_at.is_none() => {
            Command::Confirm { comment: made.comment.clone() }
        }
        _ => return Ok(()),
    };
    customer_says(tx, &customer, about, command).await?;
    Ok(())
}

/// The language the customer answered in.
fn spoken(made: &Evaluation) -> Language {
    Language::of_tag(&made.language).unwrap_or_default()
}
