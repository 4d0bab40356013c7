//! How much one address, one caller and one company may ask of this process.
//!
//! Counts are kept in memory and by each process for itself: they protect the house from floods, and a flood
//! must not become writes. What one login may try is counted in the database instead.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use app::platform::authenticate::Caller;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::id::TenantId;
use domain::platform::actor::Actor;
use domain::platform::rate::Rate;
use domain::refusal::{Class, Refusal};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::problem::{Problem, language};
use crate::App;
use crate::config::LimitConfig;
use crate::network::neighbourhood;

/// Buckets kept of one kind. Who comes when all are in use shares one with the others who do.
const BUCKETS_MAX: usize = 100_000;

/// Of so many evaluations that a form takes freely, one more a minute from those who waited.
const PATIENCE_SHARE: u32 = 30;

/// Address line and headers of a request together: several times what browsers send.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// One bucket for each key.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    levels: Mutex<HashMap<Option<K>, i64>>,
    refused: AtomicU64,
}

impl<K: Hash + Eq> Buckets<K> {
    pub fn new(per_minute: u32) -> Self {
        Self { rate: Rate(per_minute), levels: Mutex::default(), refused: AtomicU64::new(0) }
    }

    /// Counts one for `key`; `Err` says after how long there is room.
    pub fn take(&self, key: K, now: Timestamp) -> Result<(), SignedDuration> {
        if self.rate.0 == 0 {
            return Ok(());
        }
        let mut levels = self.levels.lock().expect("nothing panics while it is held");
        let mut key = Some(key);
        if BUCKETS_MAX <= levels.len() && !levels.contains_key(&key) {
            let now_us = now.as_microsecond();
            levels.retain(|_, level| now_us < *level);
            if BUCKETS_MAX <= levels.len() {
                key = None;
            }
        }
        let level = levels.get(&key).copied().unwrap_or(0);
        match self.rate.take(level, now) {
            Ok(level) => {
                levels.insert(key, level);
                Ok(())
            }
            Err(wait) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                Err(wait)
            }
        }
    }

    /// How often it has said no.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
pub struct Limits {
    pub addresses: Buckets<IpAddr>,
    pub sign_ins: Buckets<IpAddr>,
    pub callers: Buckets<Uuid>,
    pub tenants: Buckets<TenantId>,
    /// By the company's code in the address: who looks at a page has not said who they are.
    pub pages: Buckets<String>,
    /// Evaluations by `COMPANY/FORM`; beyond it each has to be worked for.
    pub forms: Buckets<String>,
    /// Of those that are let in without work, because their browser runs no script.
    pub patience: Buckets<String>,
}

impl Limits {
    pub fn new(config: &LimitConfig) -> Self {
        Self {
            addresses: Buckets::new(config.address_per_minute),
            sign_ins: Buckets::new(config.sign_in_per_minute),
            callers: Buckets::new(config.caller_per_minute),
            tenants: Buckets::new(config.tenant_per_minute),
            pages: Buckets::new(config.tenant_per_minute),
            forms: Buckets::new(config.form_per_minute),
            patience: Buckets::new(config.form_per_minute.div_ceil(PATIENCE_SHARE)),
        }
    }

    /// Counts one request of somebody whose cookie or key is right.
    pub fn take_caller(&self, caller: &Caller, now: Timestamp) -> Result<(), Problem> {
        let key = caller.session.map(|it| it.0).or(match caller.by {
            Actor::ApiKey(key) => Some(key.0),
            _ => None,
        });
        if let Some(key) = key {
            self.callers.take(key, now).map_err(too_many)?;
        }
        self.tenants.take(caller.tenant, now).map_err(too_many)
    }
}

/// Who asks, as far as the network tells. `None`: the machine itself, or a proxy on it that nobody declared;
/// all the world would share its count.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub Option<IpAddr>);

fn too_many(wait: SignedDuration) -> Problem {
    let seconds = wait.as_secs() + 1;
    Refusal::new(Class::TooMany, "too_many_requests").with("seconds", seconds).into()
}

impl Client {
    fn of(app: &App, request: &Request) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let client = peer.map(|it| app.config.trusted_proxies.client(it.0, request.headers()));
        Self(client.filter(|it| !it.is_loopback()).map(neighbourhood))
    }

    /// Counts one try to sign in.
    pub fn take_sign_in(self, app: &App) -> Result<(), Problem> {
        let Some(address) = self.0 else { return Ok(()) };
        app.limits.sign_ins.take(address, app.now()).map_err(too_many)
    }
}

/// The company's code in the address of a customer's page, as in `/f/acme/standard`.
fn page_of(path: &str) -> Option<&str> {
    let mut parts = path.split('/').skip(1);
    let room = parts.next()?;
    matches!(room, "f" | "i" | "o" | "p" | "w").then(|| parts.next()).flatten()
}

/// Refuses what comes too often, and heads that nobody needs.
pub async fn limit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Err(problem) = check_head(&request) {
        return problem.into_response();
    }
    let client = Client::of(&app, &request);
    let (now, page) = (app.now(), page_of(request.uri().path()));
    let address = client.0.map_or(Ok(()), |it| app.limits.addresses.take(it, now));
    let within =
        address.and_then(|()| page.map_or(Ok(()), |it| app.limits.pages.take(it.to_owned(), now)));
    if let Err(wait) = within {
        return match page {
            Some(_) => busy(&app, &request, wait),
            None => too_many(wait).into_response(),
        };
    }
    request.extensions_mut().insert(client);
    next.run(request).await
}

fn check_head(request: &Request) -> Result<(), Problem> {
    let headers =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let target = request.uri().path_and_query().map_or(0, |it| it.as_str().len());
    if headers.sum::<usize>() + target <= HEAD_BYTES_MAX {
        return Ok(());
    }
    let refusal = Refusal::invalid("head_too_large");
    Err(Problem::with(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, refusal))
}

/// What a customer reads instead of a problem for programs.
fn busy(app: &App, request: &Request, wait: SignedDuration) -> Response {
    let mut page =
        crate::pages::message(app, language(request), StatusCode::TOO_MANY_REQUESTS, "busy");
    let seconds = HeaderValue::from(wait.as_secs() + 1);
    page.headers_mut().insert(header::RETRY_AFTER, seconds);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_share_until_there_are_too_many_of_them() {
        let buckets = Buckets::new(1);
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        for key in 0..BUCKETS_MAX {
            assert!(buckets.take(key, now).is_ok());
        }
        assert!(buckets.take(0, now).is_err());
        assert!(buckets.take(BUCKETS_MAX, now).is_ok(), "the shared one");
        assert!(buckets.take(BUCKETS_MAX + 1, now).is_err(), "which is taken");
        assert_eq!(buckets.refused(), 2);
        let later = now + SignedDuration::from_mins(2);
        assert!(buckets.take(BUCKETS_MAX + 1, later).is_ok());
        assert_eq!(buckets.levels.lock().unwrap().len(), 1, "who is quiet is forgotten");
    }

    #[test]
    fn the_company_is_read_from_customers_addresses_only() {
        assert_eq!(page_of("/f/acme/standard"), Some("acme"));
        assert_eq!(page_of("/p/acme/token/live"), Some("acme"));
        assert_eq!(page_of("/api/v1/me"), None);
        assert_eq!(page_of("/console/f/x"), None);
    }
}
