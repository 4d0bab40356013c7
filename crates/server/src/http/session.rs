//! Who is calling, as the only source of a tenant.

use std::marker::PhantomData;

use app::Act;
use app::platform::authenticate::{self, Caller, SESSION_IDLE};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::AppendHeaders;
use domain::id::{StaffId, TenantId};
use domain::platform::role::Permission;
use domain::refusal::Refusal;

use super::may::May;
use super::problem::Problem;
use crate::App;

pub const COOKIE: &str = "huisheng_session";

/// Somebody whose cookie or key is right, whatever they may do.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub caller: Caller,
    act: Act,
}

impl SignedIn {
    /// The act of this request: one `now` for all of it.
    pub fn act(&self) -> &Act {
        &self.act
    }

    pub fn tenant(&self) -> TenantId {
        self.caller.tenant
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.caller.permissions.contains(&permission)
    }

    /// The member of staff. Keys of programs have no profile and no sessions.
    pub fn staff(&self) -> Result<StaffId, Problem> {
        self.caller.by.staff().ok_or_else(|| Refusal::not_found("staff").into())
    }
}

/// Proof that the caller may do `P`. A route without a permission has no tenant to work on.
#[derive(Debug, Clone)]
pub struct Can<P> {
    signed_in: SignedIn,
    permission: PhantomData<P>,
}

impl<P> std::ops::Deref for Can<P> {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let now = app.now();
        let mut conn = app.db.read().await?;
        let caller = match (bearer(parts), cookie(parts)) {
            (Some(key), _) => authenticate::by_key(&mut conn, now, key).await?,
            (None, Some(cookie)) => authenticate::by_session(&mut conn, now, cookie).await?,
            (None, None) => None,
        };
        drop(conn);
        let Some(caller) = caller else { return Err(Problem::unauthenticated()) };
        app.limits.take_caller(&caller, now)?;
        if caller.stale {
            let mut tx = app.db.write().await?;
            authenticate::touch(&mut tx, now, &caller).await?;
            tx.commit().await?;
        }
        let (tenant, by, scope) = (caller.tenant, caller.by, caller.scope.clone());
        Ok(Self { caller, act: Act { tenant, now, by, scope, ids: app.ids.clone() } })
    }
}

impl<P: May> FromRequestParts<App> for Can<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let signed_in = SignedIn::from_request_parts(parts, app).await?;
        if let Some(owes) = signed_in.caller.owes {
            return Err(Refusal::forbidden(owes.code()).into());
        }
        if !signed_in.may(P::PERMISSION) {
            let refusal = Refusal::forbidden("forbidden").with("permission", P::PERMISSION.word());
            return Err(refusal.into());
        }
        Ok(Self { signed_in, permission: PhantomData })
    }
}

/// The header that gives the browser a session: scripts cannot read it, other sites' forms do not bring it.
pub fn session_cookie(app: &App, secret: &str) -> AppendHeaders<[(HeaderName, String); 1]> {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let age = SESSION_IDLE.as_secs();
    let cookie =
        format!("{COOKIE}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age={age}{secure}");
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

/// The browser, as it names itself.
pub fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or("")
}

fn bearer(parts: &Parts) -> Option<&str> {
    parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The value of our cookie.
fn cookie(parts: &Parts) -> Option<&str> {
    session_in(&parts.headers)
}

/// Whether the request comes with a cookie of ours, right or wrong.
pub fn brings_session(headers: &HeaderMap) -> bool {
    session_in(headers).is_some_and(|it| !it.is_empty())
}

fn session_in(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value).next()
}
