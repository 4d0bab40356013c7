//! What somebody with the whole database could do to what is on record, for the tests that must find it.

use domain::id::TenantId;
use uuid::Uuid;

use crate::db::{self, Write, sql};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tamper {
    /// The comment of the lowest scores says something else.
    ChangeEvaluation,
    /// A note on a case is taken away.
    DeleteEvent,
    /// A best score is copied in beside the doors.
    InsertEvaluation,
    /// The first two leaves exchange their places.
    SwapLeaves,
    /// The third leaf is taken out.
    CutLeaf,
    /// A signed statement gets another time.
    ShiftCheckpoint,
    /// The evaluation and its leaf are unsaid, and what is left waits to be recorded anew.
    Unsay(Uuid),
}

/// Returns how many rows it touched.
pub async fn tamper(tx: &mut Write, tenant: TenantId, how: Tamper) -> db::Result<u64> {
    let statements: &[&'static str] = match how {
        Tamper::ChangeEvaluation => {
            &["UPDATE evaluation SET comment = '很好' WHERE tenant_id = $1 AND csat = 1"]
        }
        Tamper::DeleteEvent => &["DELETE FROM case_event WHERE tenant_id = $1 AND what = 'noted'"],
        Tamper::InsertEvaluation => &["
            INSERT INTO evaluation (tenant_id, id, round, form_id, form_version, channel, language,
                csat, dimensions, answers, comment, anonymous, receipt, submitted_ms, local_day)
            SELECT tenant_id, form_id, round, form_id, form_version, channel, language, 5,
                dimensions, answers, comment, anonymous, 'XXXX-XXXX', submitted_ms, local_day
            FROM evaluation WHERE tenant_id = $1 AND csat = 5"],
        Tamper::SwapLeaves => &[
            "UPDATE ledger_leaf SET place = -1 WHERE tenant_id = $1 AND place = 1",
            "UPDATE ledger_leaf SET place = 1 WHERE tenant_id = $1 AND place = 0",
            "UPDATE ledger_leaf SET place = 0 WHERE tenant_id = $1 AND place = -1",
        ],
        Tamper::CutLeaf => &["DELETE FROM ledger_leaf WHERE tenant_id = $1 AND place = 2"],
        Tamper::ShiftCheckpoint => {
            &["UPDATE ledger_checkpoint SET at_ms = at_ms + 1 WHERE tenant_id = $1"]
        }
        Tamper::Unsay(evaluation) => return unsay(tx, tenant, evaluation).await,
    };
    let mut touched = 0;
    for text in statements {
        touched += sql(text).bind(tenant).execute(tx).await?;
    }
    Ok(touched)
}

async fn unsay(tx: &mut Write, tenant: TenantId, evaluation: Uuid) -> db::Result<u64> {
    let mut touched = 0;
    for text in [
        "DELETE FROM progress_link WHERE tenant_id = $1 AND evaluation_id = $2",
        "DELETE FROM evaluation WHERE tenant_id = $1 AND id = $2",
        "INSERT INTO ledger_waiting (tenant_id, thing, subject_id, seq, hash)
            SELECT tenant_id, thing, subject_id, seq, hash FROM ledger_leaf
            WHERE tenant_id = $1 AND subject_id <> $2",
    ] {
        touched += sql(text).bind(tenant).bind(evaluation).execute(tx).await?;
    }
    for text in [
        "DELETE FROM ledger_checkpoint WHERE tenant_id = $1",
        "DELETE FROM ledger_node WHERE tenant_id = $1",
        "DELETE FROM ledger_leaf WHERE tenant_id = $1",
    ] {
        touched += sql(text).bind(tenant).execute(tx).await?;
    }
    Ok(touched)
}
