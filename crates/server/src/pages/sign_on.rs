//! To the provider of a company's accounts, and back with a session.

use app::platform::sign_on::enter;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use store::platform::sign_on::{self, Provider};
use store::platform::tenant;
use subtle::ConstantTimeEq as _;

use super::message;
use crate::App;
use crate::channel::sign_on::{SignOn, Trip};
use crate::http::limit::Client;
use crate::http::problem::{Result, language_of};
use crate::http::session::{agent, session_cookie};

const COOKIE: &str = "huisheng_sign_on";

/// How long one may take at the provider.
const TRIP_SECONDS: u32 = 600;

fn back(app: &App) -> String {
    format!("{}/sso/callback", app.config.public_url.trim_end_matches('/'))
}

async fn find(app: &App, slug: &str) -> Result<Option<(domain::id::TenantId, Provider)>> {
    let mut conn = app.db.read().await?;
    let Some(tenant) = tenant::find_by_slug(&mut conn, slug).await? else { return Ok(None) };
    let provider = sign_on::find(&mut conn, tenant.id).await?;
    Ok(provider.map(|it| (tenant.id, it)))
}

fn cookie(app: &App, value: &str, seconds: u32) -> HeaderValue {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    // Lax: the provider sends the browser back from another site.
    let text =
        format!("{COOKIE}={value}; HttpOnly; SameSite=Lax; Path=/sso; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Leads to the provider. What the browser keeps for the way back is all there is to remember.
pub async fn get_sign_on(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    client.take_sign_in(&app)?;
    let language = language_of(&headers);
    let Some((_, provider)) = find(&app, &slug).await? else {
        return Ok(message(&app, language, StatusCode::NOT_FOUND, "no_sign_on"));
    };
    let trip = Trip::new(&slug, &app.ids);
    let asked = SignOn { caller: app.channels.caller(), provider: &provider, back: &back(&app) };
    match asked.leave(&trip).await {
        Ok(url) => {
            let kept = [(header::SET_COOKIE, cookie(&app, &trip.text(), TRIP_SECONDS))];
            Ok((AppendHeaders(kept), Redirect::to(url.as_str())).into_response())
        }
        Err(error) => {
            tracing::warn!(%error, "the provider of accounts cannot be asked");
            Ok(message(&app, language, StatusCode::BAD_GATEWAY, "sign_on_failed"))
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Answer {
    code: Option<String>,
    state: Option<String>,
}

fn kept(headers: &HeaderMap) -> Option<Trip> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).and_then(|(_, value)| Trip::parse(value))
}

/// Comes back from the provider: with a code for this very browser, or not at all.
pub async fn get_callback(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Result<Response> {
    client.take_sign_in(&app)?;
    let language = language_of(&headers);
    let failed = |why: &str| {
        tracing::warn!(why, "somebody did not come back from the provider of accounts");
        let mut page = message(&app, language, StatusCode::FORBIDDEN, "sign_on_failed");
        page.headers_mut().append(header::SET_COOKIE, cookie(&app, "", 0));
        page
    };
    let (Some(trip), Some(code), Some(state)) = (kept(&headers), answer.code, answer.state) else {
        return Ok(failed("there is no code, or the browser was not sent by us"));
    };
    if !bool::from(trip.state.as_bytes().ct_eq(state.as_bytes())) {
        return Ok(failed("the code is for another browser"));
    }
    let Some((tenant, provider)) = find(&app, &trip.slug).await? else {
        return Ok(failed("the company signs in otherwise now"));
    };
    let asked = SignOn { caller: app.channels.caller(), provider: &provider, back: &back(&app) };
    let claims = match asked.arrive(&trip, &code, app.now()).await {
        Ok(claims) => claims,
        Err(why) => return Ok(failed(&why)),
    };
    let mut tx = app.db.write().await?;
    let entered = enter(&mut tx, &app.system(tenant), &provider, &claims, agent(&headers)).await;
    let secret = match entered {
        Ok(secret) => secret,
        Err(app::Failure::Refused(_)) => {
            drop(tx);
            let mut page = message(&app, language, StatusCode::FORBIDDEN, "sign_on_nobody");
            page.headers_mut().append(header::SET_COOKIE, cookie(&app, "", 0));
            return Ok(page);
        }
        Err(failure) => return Err(failure.into()),
    };
    tx.commit().await?;
    let over = AppendHeaders([(header::SET_COOKIE, cookie(&app, "", 0))]);
    Ok((session_cookie(&app, &secret), over, Redirect::to("/console/")).into_response())
}
