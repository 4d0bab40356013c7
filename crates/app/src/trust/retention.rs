//! What was handed in is kept so many days, then nobody is in it any more.

use std::collections::BTreeMap;

use domain::id::EvaluationId;
use domain::platform::actor::Actor;
use domain::refusal::Refusal;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Write;
use store::collect::{evaluation, form};
use store::trust::erase::{due, of_evaluation};

use super::erase::{Why, erase};
use crate::platform::audit;
use crate::platform::setting::{self, Setting};
use crate::triage::learn::unlearn;
use crate::{Act, Result};

/// Evaluations in one transaction.
const BATCH: i64 = 200;

const DAYS_MAX: u32 = 36_500;

/// How long evaluations are kept with the person in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Days by the key of the form; 0, or no entry: for ever.
    pub forms: BTreeMap<String, u32>,
}

impl Setting for Retention {
    const KEY: &'static str = "retention";

    fn check(&self) -> Result<(), Refusal> {
        match self.forms.iter().find(|it| DAYS_MAX < *it.1) {
            Some((key, _)) => {
                let refusal = Refusal::invalid("retention_days_max").with("max", DAYS_MAX);
                Err(refusal.at(format!("forms.{key}")))
            }
            None => Ok(()),
        }
    }
}

/// Erases what was kept long enough, a batch of it. Whether there is more.
pub async fn retain(tx: &mut Write, act: &Act) -> Result<bool> {
    let retention: Retention = setting::get(tx, act.tenant).await?;
    let (mut more, mut has_taught) = (false, false);
    for (key, days) in retention.forms.into_iter().filter(|it| it.1 != 0) {
        let Some(form) = form::find_by_key(tx, act.tenant, &key).await? else { continue };
        let until = act.now - SignedDuration::from_hours(24 * i64::from(days));
        let old = due(tx, act.tenant, form.id.0, until, BATCH).await?;
        if old.is_empty() {
            continue;
        }
        let (asked_by, approved_by) = (Actor::System, Actor::System);
        let why = Why { reason: format!("retention: {days} days"), asked_by, approved_by };
        for id in &old {
            let found = evaluation::find(tx, act.tenant, EvaluationId(*id)).await?;
            let Some(found) = found else { continue };
            let traces = of_evaluation(tx, act.tenant, &found).await?;
            has_taught |= erase(tx, act, &traces, &[], &why).await?;
        }
        more |= i64::try_from(old.len()).is_ok_and(|it| it == BATCH);
        let detail = json!({ "evaluations": old.len(), "days": days });
        audit::note(tx, act, "retain", ("form", Some(form.id.0)), detail).await?;
    }
    if has_taught {
        unlearn(tx, act).await?;
    }
    Ok(more)
}
