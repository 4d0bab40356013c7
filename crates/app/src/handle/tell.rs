//! Each step the customer may see is pushed to them over the channel they came from (D02).

use domain::handle::case::Case;
use domain::handle::event::CaseEvent;
use domain::handle::timeline::{PublicStep, Step, public};
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use store::Write;
use store::platform::tenant;

use crate::answer::message::{HOME, Tell, tell_customer};
use crate::answer::progress_link::token_of_case;
use crate::answer::template::{CASE_RECEIVED, RESULT_TOLD, STEP_PROGRESS, Template};
use crate::{Act, Result, words};

/// Tells the customer what `events` mean for them; several at once are one message, the last.
pub(super) async fn push(
    tx: &mut Write,
    act: &Act,
    case: &Case,
    events: &[CaseEvent],
    due: Option<jiff::Timestamp>,
) -> Result<()> {
    let Some(customer) = case.customer else { return Ok(()) };
    let found = tenant::find(tx, act.tenant).await?;
    let tenant = found.ok_or_else(|| Refusal::not_found("tenant"))?;
    let steps = events.iter().filter_map(public);
    let Some((template, values)) = steps.filter_map(|it| said(&it, &tenant, due)).next_back()
    else {
        return Ok(());
    };
    let token = token_of_case(tx, act, case.id).await?;
    let link = format!("{HOME}/p/{}/{token}", tenant.slug);
    let tell = Tell {
        template,
        customer,
        case: case.id,
        number: &case.number,
        channel: Some(case.channel),
        link,
        values,
    };
    tell_customer(tx, act, tell).await?;
    Ok(())
}

type Said = (Template, Vec<(&'static str, String)>);

/// `None` for what the customer did themselves, and for being asked again, which has a message of
/// its own.
fn said(step: &PublicStep, tenant: &Tenant, due: Option<jiff::Timestamp>) -> Option<Said> {
    let zone = tenant.time_zone();
    let code = match step.step {
        Step::Received => {
            // Where nothing is promised, as to praise, the page's thanks are enough.
            let at = due?.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
            return Some((CASE_RECEIVED, vec![("promise", at)]));
        }
        Step::Result => {
            let result = step.text.clone().unwrap_or_default();
            return Some((RESULT_TOLD, vec![("result", result)]));
        }
        // The result says it, or the customer did it.
        Step::Solved
        | Step::YourMessage
        | Step::Confirmed
        | Step::AskedAgain
        | Step::InProgress
        | Step::Closed => return None,
        Step::Accepted => "accepted",
        Step::Message => "message",
        Step::WaitingForYou => "waiting_for_you",
        Step::Rectified => "rectified",
        Step::Adopted => "adopted",
        Step::Declined => "declined",
        Step::Reopened => "reopened",
        Step::Merged => "merged",
    };
    let step = words::say(tenant.language, &format!("step.{code}"));
    Some((STEP_PROGRESS, vec![("step", step)]))
}
