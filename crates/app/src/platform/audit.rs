//! Writing down what was done and who looked.

use serde_json::Value;
use store::Write;
use store::platform::audit::{self, Entry};
use uuid::Uuid;

use crate::{Act, Result};

/// Adds an entry in the transaction of the deed. `detail` names what changed and never holds
/// personal data.
pub async fn note(
    tx: &mut Write,
    act: &Act,
    action: &str,
    (thing, thing_id): (&str, Option<Uuid>),
    detail: Value,
) -> Result<()> {
    let entry = Entry {
        id: act.id(),
        at: act.now,
        by: act.by,
        action: action.to_owned(),
        thing: thing.to_owned(),
        thing_id,
        detail,
    };
    Ok(audit::insert(tx, act.tenant, &entry).await?)
}
