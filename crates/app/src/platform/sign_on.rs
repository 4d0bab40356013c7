//! Signing in with the company's own accounts 单点登录: where they are, and who is who.

use domain::platform::actor::Actor;
use domain::platform::sign_on::{Claims, MatchBy};
use domain::platform::staff::Staff;
use domain::refusal::Refusal;
use serde_json::json;
use store::Write;
use store::platform::sign_on::{self, Provider};
use store::platform::staff;

use super::{audit, sign_in};
use crate::{Act, Result};

const ISSUER_BYTES_MAX: usize = 500;
const CLIENT_BYTES_MAX: usize = 500;

pub struct PutProvider {
    pub issuer: String,
    pub client_id: String,
    /// `None` keeps the one there is.
    pub client_secret: Option<String>,
    pub match_by: MatchBy,
}

/// Sets where the company's accounts are.
pub async fn put_provider(tx: &mut Write, act: &Act, input: PutProvider) -> Result<Provider> {
    let issuer = input.issuer.trim();
    let scheme = issuer.starts_with("https://") || issuer.starts_with("http://");
    let plain = !issuer.contains(['?', '#']) && !issuer.chars().any(char::is_whitespace);
    if !scheme || !plain || ISSUER_BYTES_MAX < issuer.len() {
        return Err(Refusal::invalid("sign_on_issuer").at("issuer").into());
    }
    let client_id = input.client_id.trim();
    if client_id.is_empty() || CLIENT_BYTES_MAX < client_id.len() {
        return Err(Refusal::invalid("required").at("client_id").into());
    }
    let before = sign_on::find(tx, act.tenant).await?;
    let kept = before.filter(|it| it.issuer == issuer).and_then(|it| it.client_secret);
    let given = input.client_secret.filter(|it| !it.is_empty()).map(String::into_bytes);
    let provider = Provider {
        issuer: issuer.to_owned(),
        client_id: client_id.to_owned(),
        client_secret: given.or(kept),
        match_by: input.match_by,
    };
    sign_on::put(tx, act.tenant, &provider, act.now).await?;
    let detail = json!({ "issuer": provider.issuer, "client_id": provider.client_id,
        "match_by": provider.match_by });
    audit::note(tx, act, "update", ("sign_on", None), detail).await?;
    Ok(provider)
}

/// Nobody enters that way any more; sessions that began so go on.
pub async fn delete_provider(tx: &mut Write, act: &Act) -> Result<()> {
    if !sign_on::delete(tx, act.tenant).await? {
        return Err(Refusal::not_found("sign_on").into());
    }
    audit::note(tx, act, "delete", ("sign_on", None), json!({})).await
}

/// A new session for whoever the token names, whose signature and purpose were checked: the secret for the
/// cookie. The first time a person is known by address or login; from then on by the provider's own name for
/// them alone.
pub async fn enter(
    tx: &mut Write,
    act: &Act,
    provider: &Provider,
    claims: &Claims,
    agent: &str,
) -> Result<String> {
    let (tenant, issuer) = (act.tenant, provider.issuer.as_str());
    let person = match sign_on::find_identity(tx, tenant, issuer, &claims.sub).await? {
        Some(id) => staff::find(tx, tenant, id).await?,
        None => first_time(tx, act, provider, claims).await?,
    };
    let Some(person) = person.filter(|it| it.active) else {
        return Err(Refusal::forbidden("sign_on_nobody").into());
    };
    let act = Act { by: Actor::Staff(person.id), ..act.clone() };
    let (id, secret) = sign_in::open_session(tx, &act, person.id, agent, None).await?;
    let detail = json!({ "issuer": issuer });
    audit::note(tx, &act, "sign_in", ("session", Some(id)), detail).await?;
    Ok(secret)
}

async fn first_time(
    tx: &mut Write,
    act: &Act,
    provider: &Provider,
    claims: &Claims,
) -> Result<Option<Staff>> {
    let Some(known_by) = claims.known_by(provider.match_by) else { return Ok(None) };
    let known_by = staff::folded(known_by);
    let everybody = staff::list(tx, act.tenant).await?;
    let is = |it: &Staff| match provider.match_by {
        MatchBy::Login => staff::folded(&it.login) == known_by,
        MatchBy::Email => it.email.as_deref().is_some_and(|it| staff::folded(it) == known_by),
    };
    let mut found = everybody.into_iter().filter(|it| it.active && is(it));
    // Of two with one address nobody knows which it is.
    let (Some(person), None) = (found.next(), found.next()) else { return Ok(None) };
    if sign_on::has_identity(tx, act.tenant, &provider.issuer, person.id).await? {
        return Ok(None);
    }
    let (issuer, subject) = (&provider.issuer, &claims.sub);
    sign_on::put_identity(tx, act.tenant, issuer, subject, person.id, act.now).await?;
    Ok(Some(person))
}
