//! Taking up an evaluation by hand: a member of staff opens the case that the rules did not.

use std::collections::BTreeSet;

use domain::handle::case::Case;
use domain::id::{CaseId, CategoryId, EvaluationId};
use domain::platform::role::Permission;
use domain::refusal::Refusal;
use domain::triage::{Kind, Priority};
use store::Write;
use store::collect::evaluation;

use super::answer_with_case::opening;
use super::evaluation::find_evaluation;
use crate::handle::open_case::{OpenCase, open_case};
use crate::{Act, Result};

/// What a person makes of an evaluation. Category and priority that are not given are proposed.
#[derive(Debug, Clone)]
pub struct TakeUp {
    /// Chosen by who sends it, so that sending again is harmless.
    pub case: CaseId,
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub priority: Option<Priority>,
}

/// Opens a case of an evaluation within the caller's reach: its words, its customer, whom it is
/// about. The same again returns the case there is; another case is a conflict.
pub async fn take_up(
    tx: &mut Write,
    act: &Act,
    permissions: &BTreeSet<Permission>,
    id: EvaluationId,
    wish: TakeUp,
) -> Result<Case> {
    let found = find_evaluation(tx, act, id).await?;
    let TakeUp { case, kind, category, priority } = wish;
    if found.case.is_some_and(|it| it != case) {
        return Err(Refusal::conflict("evaluation_has_case").into());
    }
    let input = OpenCase { kind: Some(kind), category, priority, ..opening(case, &found, &[]) };
    let opened = open_case(tx, act, permissions, input).await?;
    let opened = opened.ok_or_else(|| Refusal::not_found("case"))?;
    evaluation::update_case(tx, act.tenant, id, opened.id).await?;
    Ok(opened)
}
