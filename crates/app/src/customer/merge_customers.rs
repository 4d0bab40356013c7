//! Two customers turned out to be one.

use domain::id::CustomerId;
use domain::refusal::Refusal;
use serde_json::json;
use store::Write;
use store::customer::customer::{self, Stored};

use crate::platform::audit;
use crate::{Act, Result};

/// `from` becomes `into`. What was recorded under `from` stays recorded as it was and is found
/// under `into`; what `into` does not know (a telephone, a tag, a field) it takes over.
pub async fn merge_customers(
    tx: &mut Write,
    act: &Act,
    from: CustomerId,
    into: CustomerId,
) -> Result<Stored> {
    if from == into {
        return Err(Refusal::invalid("merge_same").at("into").into());
    }
    let from = present(tx, act, from).await?;
    let mut kept = present(tx, act, into).await?;
    let (other, mine) = (from.customer, &mut kept.customer);
    mine.phone = mine.phone.take().or(other.phone);
    mine.email = mine.email.take().or(other.email);
    mine.language = mine.language.or(other.language);
    mine.owner = mine.owner.or(other.owner);
    mine.level = mine.level.max(other.level);
    mine.tags.extend(other.tags);
    mine.tags.sort();
    mine.tags.dedup();
    for (key, value) in other.fields {
        mine.fields.entry(key).or_insert(value);
    }
    customer::put(tx, act.tenant, &kept.customer, act.now).await?;
    customer::merge(tx, act.tenant, other.id, into, act.now).await?;
    let detail = json!({ "from": other.id });
    audit::note(tx, act, "merge", ("customer", Some(into.0)), detail).await?;
    Ok(kept)
}

async fn present(tx: &mut Write, act: &Act, id: CustomerId) -> Result<Stored> {
    let found = customer::find(tx, act.tenant, id).await?;
    let stored = found.ok_or_else(|| Refusal::not_found("customer"))?;
    match stored.merged_into {
        None => Ok(stored),
        Some(into) => Err(Refusal::conflict("customer_merged").with("into", into).into()),
    }
}
