//! Reading what customers handed in, within the reader's scope.

use domain::collect::evaluation::Evaluation;
use domain::id::EvaluationId;
use domain::refusal::Refusal;
use store::Read;
use store::collect::evaluation;

use crate::{Act, Result};

pub async fn find_evaluation(conn: &mut Read, act: &Act, id: EvaluationId) -> Result<Evaluation> {
    let found = evaluation::find(conn, act.tenant, id).await?;
    let found = found.ok_or_else(|| Refusal::not_found("evaluation"))?;
    act.require_within("evaluation", found.team, found.staff)?;
    Ok(found)
}
