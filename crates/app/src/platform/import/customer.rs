//! A row that is a customer (J02). One with a known number, telephone or mail address is that one.

use domain::customer::customer::Customer;
use domain::id::CustomerId;
use domain::platform::import::{Record, Target};
use domain::refusal::Refusal;
use serde::de::DeserializeOwned;
use store::Write;
use store::customer::customer;
use store::platform::import::{self, Brought};

use super::key::known;
use super::{Plan, Taken};
use crate::customer::put_customer::put_customer;
use crate::{Act, Result};

pub async fn take(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    row: &tabular::Row,
    record: &Record,
) -> Result<Taken> {
    let number = record.text("external_id");
    let known = known(plan.mapping(), row, record, number);
    let before = import::find_key(tx, act.tenant, Target::Customers, &known.key).await?;
    if before.as_ref().is_some_and(|it| it.content == known.content) {
        return Ok(Taken::Unchanged);
    }
    let name = record.text("name").or(number);
    let name = name.ok_or_else(|| Refusal::invalid("required").at("name"))?;
    let known_as = before.map(|it| CustomerId(it.thing));
    let mut input = Customer {
        id: known_as.unwrap_or_else(|| act.id()),
        external_id: number.map(str::to_owned),
        name: name.to_owned(),
        phone: record.text("phone").map(str::to_owned),
        email: record.text("email").map(str::to_owned),
        language: code(record, "language"),
        level: code(record, "level").unwrap_or_default(),
        owner: plan.staff.find(record.text("owner"), "owner")?,
        tags: record.list("tags"),
        fields: plan.own_fields(record)?,
    };
    let is_known = known_as.is_some() || is_numbered(tx, act, number).await?;
    if !is_known && let Some(same) = same_person(tx, act, &input).await? {
        complete(&mut input, same);
    }
    let (stored, is_new) = put_customer(tx, act, input).await?;
    let brought = Brought { thing: stored.id.0, content: known.content };
    let id = plan.import.id;
    import::put_key(tx, act.tenant, id, Target::Customers, &known.key, &brought).await?;
    Ok(if is_new { Taken::Created } else { Taken::Updated })
}

/// A word of the record as the enum it is the code of.
pub(super) fn code<T: DeserializeOwned>(record: &Record, field: &str) -> Option<T> {
    let word = record.text(field)?.to_owned();
    store::db::word(word).ok()
}

async fn is_numbered(tx: &mut Write, act: &Act, number: Option<&str>) -> Result<bool> {
    let Some(number) = number else { return Ok(false) };
    Ok(customer::find_by_external(tx, act.tenant, number).await?.is_some())
}

/// Who has the same telephone or mail address, if that is one person and no number says otherwise.
async fn same_person(tx: &mut Write, act: &Act, input: &Customer) -> Result<Option<Customer>> {
    if input.phone.is_none() && input.email.is_none() {
        return Ok(None);
    }
    let mut alike = customer::alike(tx, act.tenant, input).await?;
    let differs = |it: &Customer| {
        input.external_id.is_some()
            && it.external_id.is_some()
            && it.external_id != input.external_id
    };
    match (alike.pop(), alike.is_empty()) {
        (Some(only), true) if !differs(&only.customer) => Ok(Some(only.customer)),
        _ => Ok(None),
    }
}

/// The row speaks for what it says; what it is silent about stays as it was.
fn complete(input: &mut Customer, known: Customer) {
    input.id = known.id;
    input.external_id = input.external_id.take().or(known.external_id);
    input.phone = input.phone.take().or(known.phone);
    input.email = input.email.take().or(known.email);
    input.language = input.language.or(known.language);
    input.level = input.level.max(known.level);
    input.owner = input.owner.or(known.owner);
    for tag in known.tags {
        if !input.tags.contains(&tag) {
            input.tags.push(tag);
        }
    }
    for (key, value) in known.fields {
        input.fields.entry(key).or_insert(value);
    }
}
