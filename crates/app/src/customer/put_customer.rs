//! Making and changing customers, one or thousands at once; looking at one.

use domain::customer::customer::Customer;
use domain::customer::field::check_values;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use serde_json::json;
use store::customer::customer::{self, Stored};
use store::platform::staff;
use store::{Read, Write};

use super::fields::CustomFields;
use crate::platform::{audit, setting};
use crate::{Act, Failure, Result};

/// Most customers or interactions in one batch.
pub const BATCH_MAX: usize = 5_000;

/// Makes the customer or changes it, found by id, else by external id. Sending the same again
/// changes nothing. Returns it as stored, and whether it is new.
pub async fn put_customer(tx: &mut Write, act: &Act, input: Customer) -> Result<(Customer, bool)> {
    let fields: CustomFields = setting::get(tx, act.tenant).await?;
    let input = input.checked()?;
    check_values(&fields.customer, &input.fields)?;
    if let Some(owner) = input.owner
        && staff::find(tx, act.tenant, owner).await?.is_none()
    {
        return Err(Refusal::invalid("staff_unknown").at("owner").into());
    }
    let input = settle_id(tx, act, input).await?;
    let before = customer::find(tx, act.tenant, input.id).await?;
    if let Some(into) = before.as_ref().and_then(|it| it.merged_into) {
        return Err(Refusal::conflict("customer_merged").with("into", into).into());
    }
    if before.as_ref().is_some_and(|it| it.customer == input) {
        return Ok((input, false));
    }
    customer::put(tx, act.tenant, &input, act.now).await?;
    let action = if before.is_none() { "create" } else { "update" };
    let changed = before.as_ref().map(|it| changes(&it.customer, &input)).unwrap_or_default();
    let thing = ("customer", Some(input.id.0));
    audit::note(tx, act, action, thing, json!({ "changed": changed })).await?;
    Ok((input, before.is_none()))
}

/// The id under which the external id is known already, so that a system that only knows its own
/// numbers can send again.
async fn settle_id(conn: &mut Read, act: &Act, mut input: Customer) -> Result<Customer> {
    let Some(external) = input.external_id.clone() else { return Ok(input) };
    if let Some(known) = customer::find_by_external(conn, act.tenant, &external).await? {
        let same_id = known.customer.id == input.id;
        if !same_id && customer::find(conn, act.tenant, input.id).await?.is_some() {
            return Err(Refusal::conflict("external_id_taken").at("external_id").into());
        }
        // What was merged away goes on under the customer it turned out to be.
        match known.merged_into {
            None => input.id = known.customer.id,
            Some(into) => {
                input.id = into;
                if let Some(kept) = customer::find(conn, act.tenant, into).await? {
                    input.external_id = kept.customer.external_id;
                }
            }
        }
    }
    Ok(input)
}

/// The names of what differs; never the values.
fn changes(before: &Customer, after: &Customer) -> Vec<&'static str> {
    let Customer { id: _, external_id, name, phone, email, language, level, owner, tags, fields } =
        before;
    let differs = [
        (*external_id != after.external_id, "external_id"),
        (*name != after.name, "name"),
        (*phone != after.phone, "phone"),
        (*email != after.email, "email"),
        (*language != after.language, "language"),
        (*level != after.level, "level"),
        (*owner != after.owner, "owner"),
        (*tags != after.tags, "tags"),
        (*fields != after.fields, "fields"),
    ];
    differs.into_iter().filter(|it| it.0).map(|it| it.1).collect()
}

/// All or none: the faults of every row come back together, each at `N.field`.
pub async fn put_customers(
    tx: &mut Write,
    act: &Act,
    batch: Vec<Customer>,
) -> Result<Vec<(CustomerId, bool)>> {
    check_batch(batch.len())?;
    let mut done = vec![];
    let mut faults = vec![];
    for (at, input) in batch.into_iter().enumerate() {
        match put_customer(tx, act, input).await {
            Ok((stored, new)) => done.push((stored.id, new)),
            Err(Failure::Refused(refusal)) => faults.extend(at_row(*refusal, at)),
            Err(failure) => return Err(failure),
        }
    }
    Refusal::of(faults).map_or(Ok(done), |it| Err(it.into()))
}

pub(super) fn check_batch(rows: usize) -> Result<(), Refusal> {
    if BATCH_MAX < rows {
        return Err(Refusal::invalid("too_many").with("max", BATCH_MAX));
    }
    Ok(())
}

/// The faults of one row of a batch, each with the row before its field.
pub(super) fn at_row(mut refusal: Refusal, row: usize) -> Vec<Refusal> {
    let also = std::mem::take(&mut refusal.also);
    let place = |it: Refusal| {
        let field = it.field.as_deref().map_or(row.to_string(), |it| format!("{row}.{it}"));
        it.at(field)
    };
    std::iter::once(refusal).chain(also).map(place).collect()
}

/// The customer in full, for who may see contacts; looking is written down. Masked otherwise.
pub async fn look(tx: &mut Write, act: &Act, id: CustomerId, reveal: bool) -> Result<Stored> {
    let found = customer::find(tx, act.tenant, id).await?;
    let Some(mut stored) = found else { return Err(Refusal::not_found("customer").into()) };
    if reveal {
        audit::note(tx, act, "look", ("customer", Some(id.0)), json!({})).await?;
    } else {
        stored.customer = stored.customer.masked();
    }
    Ok(stored)
}
