//! A customer's personal data is erased: one asks, somebody else agrees (J09).

use domain::id::CustomerId;
use domain::refusal::Refusal;
use domain::trust::erasure::{Erasure, State, check_reason, take_words_out, take_words_out_of};
use serde::Serialize;
use serde_json::json;
use store::collect::{invitation, letter_box};
use store::customer::customer::{self, Stored};
use store::trust::erase::{Traces, of_customer, open_cases};
use store::trust::erasure;
use store::{Read, Write};
use uuid::Uuid;

use super::erase::{Why, erase};
use crate::collect::invite::subjects;
use crate::platform::audit;
use crate::triage::learn::unlearn;
use crate::{Act, Result};

/// What would be erased, counted; who asks and who agrees see it first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Extent {
    /// With those that turned out to be the same person.
    pub customers: usize,
    pub interactions: usize,
    pub invitations: usize,
    pub evaluations: usize,
    pub cases: usize,
    pub messages: usize,
    /// Numbers of cases that have to be closed first.
    pub open_cases: Vec<String>,
}

pub async fn extent(conn: &mut Read, act: &Act, id: CustomerId) -> Result<Extent> {
    present(conn, act, id).await?;
    let it = of_customer(conn, act.tenant, id).await?;
    let open_cases = open_cases(conn, act.tenant, &it.cases).await?;
    Ok(Extent {
        customers: it.customers.len(),
        interactions: it.interactions.len(),
        invitations: it.invitations.len(),
        evaluations: it.evaluations.len(),
        cases: it.cases.len(),
        messages: it.messages.len(),
        open_cases,
    })
}

/// The customer, not one that turned out to be another.
async fn present(conn: &mut Read, act: &Act, id: CustomerId) -> Result<Stored> {
    let found = customer::find(conn, act.tenant, id).await?;
    let stored = found.ok_or_else(|| Refusal::not_found("customer"))?;
    match stored.merged_into {
        None => Ok(stored),
        Some(into) => Err(Refusal::conflict("customer_merged").with("into", into).into()),
    }
}

/// Asks for it. Sending the same again is harmless.
pub async fn ask(
    tx: &mut Write,
    act: &Act,
    id: Uuid,
    customer: CustomerId,
    reason: &str,
) -> Result<Erasure> {
    let stored = present(tx, act, customer).await?;
    let private = names(&stored);
    let private: Vec<&str> = private.iter().map(String::as_str).collect();
    let reason = check_reason(reason, &private)?;
    if let Some(there) = erasure::find_for_update(tx, act.tenant, id).await? {
        if there.customer == customer && there.reason == reason {
            return Ok(there);
        }
        return Err(Refusal::conflict("id_taken").at("id").into());
    }
    let before = erasure::list(tx, act.tenant, Some(customer), None, 20).await?;
    if before.iter().any(|it| it.state == State::Asked) {
        return Err(Refusal::conflict("erasure_asked").into());
    }
    let traces = of_customer(tx, act.tenant, customer).await?;
    refuse_open(tx, act, &traces).await?;
    let asked = Erasure {
        id,
        customer,
        reason,
        state: State::Asked,
        asked_by: act.by,
        asked_at: act.now,
        decided_by: None,
        decided_at: None,
    };
    erasure::insert(tx, act.tenant, &asked).await?;
    let detail = json!({ "customer": customer });
    audit::note(tx, act, "ask", ("erasure", Some(id)), detail).await?;
    Ok(asked)
}

async fn refuse_open(conn: &mut Read, act: &Act, traces: &Traces) -> Result<()> {
    let open = open_cases(conn, act.tenant, &traces.cases).await?;
    if open.is_empty() {
        return Ok(());
    }
    Err(Refusal::conflict("erasure_open_cases").with("cases", open.join(", ")).into())
}

/// Agrees, and carries it out in the same transaction; or declines.
pub async fn decide(tx: &mut Write, act: &Act, id: Uuid, agrees: bool) -> Result<Erasure> {
    let found = erasure::find_for_update(tx, act.tenant, id).await?;
    let mut it = found.ok_or_else(|| Refusal::not_found("erasure"))?;
    it.decide(act.by, act.now, if agrees { State::Done } else { State::Declined })?;
    if agrees {
        carry_out(tx, act, &it).await?;
    }
    erasure::update(tx, act.tenant, &it).await?;
    let action = if agrees { "approve" } else { "decline" };
    let detail = json!({ "customer": it.customer });
    audit::note(tx, act, action, ("erasure", Some(id)), detail).await?;
    Ok(it)
}

async fn carry_out(tx: &mut Write, act: &Act, it: &Erasure) -> Result<()> {
    present(tx, act, it.customer).await?;
    let traces = of_customer(tx, act.tenant, it.customer).await?;
    refuse_open(tx, act, &traces).await?;
    let mut words = vec![];
    for id in &traces.customers {
        let Some(stored) = customer::find(tx, act.tenant, CustomerId(*id)).await? else { continue };
        words.extend(names(&stored));
        for subject in subjects(&stored.customer) {
            invitation::opt_in(tx, act.tenant, &subject).await?;
        }
    }
    words.retain(|it| is_telling(it));
    // First: who posts a letter locks the box and then the invitation.
    letters(tx, act, &words).await?;
    let (reason, asked_by) = (it.reason.clone(), it.asked_by);
    let why = Why { reason, asked_by, approved_by: act.by };
    if erase(tx, act, &traces, &words, &why).await? {
        unlearn(tx, act).await?;
    }
    Ok(())
}

/// Nobody knows whose an unopened letter is; what names the person goes, whoever wrote it.
async fn letters(tx: &mut Write, act: &Act, words: &[String]) -> Result<()> {
    let mut letters = letter_box::lock(tx, act.tenant).await?;
    let mut is_changed = false;
    for it in &mut letters {
        is_changed |= take_words_out_of(&mut it.evaluation.comment, words);
        is_changed |= take_words_out(&mut it.evaluation.answers, words);
    }
    if is_changed {
        letter_box::put(tx, act.tenant, letters).await?;
    }
    Ok(())
}

/// What names a person.
fn names(it: &Stored) -> Vec<String> {
    let it = &it.customer;
    let all = [Some(&it.name), it.phone.as_ref(), it.email.as_ref(), it.external_id.as_ref()];
    all.into_iter().flatten().filter(|it| !it.trim().is_empty()).cloned().collect()
}

/// Whether rows of imports that hold it are about this person: `Li` stands in many words.
fn is_telling(word: &str) -> bool {
    const ASCII_MIN: usize = 5;
    const OTHER_MIN: usize = 2;
    let min = if word.is_ascii() { ASCII_MIN } else { OTHER_MIN };
    min <= word.chars().count()
}
