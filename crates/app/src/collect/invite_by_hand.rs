//! A manager has the customer of one service asked, as when a link is handed over at the counter.
//! The rule stands: whom it protects is not asked by hand either.

use domain::collect::channel::Channel;
use domain::collect::invitation::{About, Invitation, State};
use domain::collect::round::Round;
use domain::id::InteractionId;
use domain::refusal::Refusal;
use serde_json::json;
use store::Write;
use store::collect::invitation;
use store::customer::interaction;

use super::invite::{Invite, invite, is_by_hand};
use super::send_invitation::{make_token, send_invitation};
use crate::platform::audit;
use crate::{Act, Result};

pub struct ByHand {
    pub interaction: InteractionId,
    pub form: Option<String>,
    /// `None`: the first of the tenant's for which the customer has an address.
    pub channel: Option<Channel>,
}

/// The invitation, sent at once or suppressed with its reason; and the token of its link where
/// the link is handed over instead of sent.
pub async fn invite_by_hand(
    tx: &mut Write,
    act: &Act,
    it: ByHand,
) -> Result<(Invitation, Option<String>)> {
    let found = interaction::find(tx, act.tenant, it.interaction).await?;
    let found = found.ok_or_else(|| Refusal::not_found("interaction"))?;
    act.require_within("interaction", found.team, found.last_agent())?;
    let Some(ended) = found.ended else {
        return Err(Refusal::conflict("invitation_not_ended").into());
    };
    let about = About::Interaction(found.id);
    let asked = invitation::exists(tx, act.tenant, Round::First, about).await?;
    let made = Invite {
        // Whoever was asked by the house is asked again only as a spot check.
        round: if asked { Round::SpotCheck } else { Round::First },
        about,
        customer: found.customer,
        staff: found.last_agent(),
        team: found.team,
        form: it.form,
        channel: it.channel,
        happened: ended,
        answered: found.answered,
    };
    let made = invite(tx, act, made).await?;
    let detail = json!({ "interaction": found.id, "state": made.state, "because": made.because });
    audit::note(tx, act, "create", ("invitation", Some(made.id.0)), detail).await?;
    if made.state != State::Planned {
        return Ok((made, None));
    }
    send_invitation(tx, act, made.id).await?;
    let sent = invitation::find(tx, act.tenant, made.id).await?.unwrap_or(made);
    let token = match sent.state {
        State::Sent if is_by_hand(sent.channel) => Some(make_token(tx, act, sent.id).await?),
        _ => None,
    };
    Ok((sent, token))
}
