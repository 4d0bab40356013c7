//! Anonymous evaluations (A26): posted into a box, opened together with others in the night, and
//! written down then as if they had come at that moment, in no order.

use domain::collect::anonymous::{Letter, open};
use domain::collect::evaluation::Evaluation;
use domain::id::{EvaluationId, InvitationId, TenantId};
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use jiff::{Timestamp, ToSpan as _};
use ring::digest::{SHA256, digest};
use store::answer::progress_link::{self, ProgressLink};
use store::collect::{evaluation, letter_box};
use store::platform::tenant;
use store::{Read, Write};

use super::answer_with_case::answer_with_case;
use super::follow_invitation::complete_unnamed;
use super::submit_evaluation::{Handed, told};
use crate::answer::progress_link::fresh_token;
use crate::platform::queue::{Timer, schedule_new};
use crate::platform::webhook;
use crate::{Act, Result};

const KEY: &str = "anonymous";

/// The hour of the night at which letters are opened, in the company's zone.
const HOUR: i8 = 3;

/// The id an anonymous evaluation has in place of the one it was sent with, which tells when it was
/// made. The same again for the same, so that sending again is harmless.
pub fn blind(act: &Act, sent: EvaluationId) -> EvaluationId {
    let bytes = [b"anonymous".as_slice(), act.tenant.0.as_bytes(), sent.0.as_bytes()].concat();
    let hash = digest(&SHA256, &bytes);
    let first = hash.as_ref().first_chunk::<16>().expect("a SHA-256 has 32 bytes");
    EvaluationId(uuid::Builder::from_custom_bytes(*first).into_uuid())
}

/// Puts it into the box. The invitation is spent, and does not say for which letter.
pub async fn post(
    tx: &mut Write,
    act: &Act,
    made: Evaluation,
    chosen: Vec<String>,
    invitation: Option<InvitationId>,
) -> Result<Handed> {
    let mut letters = letter_box::lock(tx, act.tenant).await?;
    if let Some(before) = letters.iter().find(|it| it.evaluation.id == made.id) {
        if before.evaluation.answers != made.answers {
            return Err(Refusal::conflict("id_taken").at("id").into());
        }
        let (evaluation, token) = (before.evaluation.clone(), before.token.clone());
        return Ok(Handed { evaluation, token, fresh: false });
    }
    let timeless =
        Evaluation { submitted_at: Timestamp::UNIX_EPOCH, local_day: String::new(), ..made };
    let token = fresh_token(act);
    letters.push(Letter { evaluation: timeless.clone(), chosen, token: token.clone() });
    letter_box::put(tx, act.tenant, letters).await?;
    let company = company(tx, act).await?;
    // Nothing that is written now may say more than the day.
    let today = Act { now: begin_of_day(&company, act.now)?, ..act.clone() };
    if let Some(id) = invitation {
        complete_unnamed(tx, act, &today, id).await?;
    }
    schedule_new(tx, &today, KEY, night(&company, act.now)?, &Timer::OpenLetters);
    Ok(Handed { evaluation: timeless, token, fresh: true })
}

/// Opens the letters of every pile that is large enough; the others wait another day.
pub async fn open_letters(tx: &mut Write, act: &Act) -> Result<()> {
    let company = company(tx, act).await?;
    let mut letters = letter_box::lock(tx, act.tenant).await?;
    let opened = open(&mut letters);
    let wait = !letters.is_empty();
    letter_box::put(tx, act.tenant, letters).await?;
    let today = begin_of_day(&company, act.now)?;
    for letter in opened {
        write_down(tx, act, &company, today, letter).await?;
    }
    if wait {
        let at = night(&company, act.now)?;
        schedule_new(tx, act, KEY, at, &Timer::OpenLetters);
    }
    Ok(())
}

async fn write_down(
    tx: &mut Write,
    act: &Act,
    company: &Tenant,
    today: Timestamp,
    letter: Letter,
) -> Result<()> {
    let Letter { evaluation: made, chosen, token } = letter;
    let made = Evaluation { submitted_at: today, local_day: company.local_day(today), ..made };
    if !evaluation::insert(tx, act.tenant, &made).await? {
        return Err(Refusal::conflict("evaluation_twice").into());
    }
    let case = answer_with_case(tx, act, &made, &chosen).await?;
    let link = ProgressLink { token, evaluation: Some(made.id), case, created: today };
    progress_link::insert(tx, act.tenant, &link).await?;
    let made = Evaluation { case, ..made };
    webhook::publish(tx, act, "evaluation.submitted", told(&made)).await
}

/// The letter that is followed by this token and still waits.
pub async fn find_waiting(
    conn: &mut Read,
    tenant: TenantId,
    token: &str,
) -> Result<Option<Evaluation>> {
    let letters = letter_box::list(conn, tenant).await?;
    Ok(letters.into_iter().find(|it| it.token == token).map(|it| it.evaluation))
}

async fn company(conn: &mut Read, act: &Act) -> Result<Tenant> {
    let found = tenant::find(conn, act.tenant).await?;
    Ok(found.ok_or_else(|| Refusal::not_found("tenant"))?)
}

fn begin_of_day(company: &Tenant, at: Timestamp) -> Result<Timestamp, Refusal> {
    let day = at.to_zoned(company.time_zone()).start_of_day();
    day.map(|it| it.timestamp()).map_err(|_| Refusal::invalid("period"))
}

/// The next night's hour.
fn night(company: &Tenant, now: Timestamp) -> Result<Timestamp, Refusal> {
    let far = |_| Refusal::invalid("period");
    let day = now.to_zoned(company.time_zone()).date().checked_add(1.day()).map_err(far)?;
    let at = day.at(HOUR, 0, 0, 0).to_zoned(company.time_zone()).map_err(far)?;
    Ok(at.timestamp())
}

#[cfg(test)]
#[path = "anonymous_tests.rs"]
mod tests;
