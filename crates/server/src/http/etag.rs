//! Two people at one thing: an answer carries the mark of the state it shows; whoever writes names
//! the mark they began from (`If-Match`) and is told when there is another by now (RFC 9110, 13.1.1).
//!
//! The mark is a digest of what is shown, so that nothing has to be stored or counted for it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use domain::id::TenantId;
use domain::refusal::Refusal;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::Write;

use super::problem::{Problem, Result};

/// Of the 32 bytes of a digest: enough to tell states of one thing apart.
const MARK_BYTES: usize = 12;

/// The mark of a thing as it is shown.
pub fn mark(shown: &impl Serialize) -> String {
    let text = serde_json::to_vec(shown).expect("bodies are plain data");
    BASE64URL_NOPAD.encode(&Sha256::digest(text)[..MARK_BYTES])
}

/// What people read, change and send back: its body carries the mark as `etag`.
pub trait Tagged: Serialize + Sized {
    fn etag(&mut self) -> &mut String;

    /// With the mark of all that is shown; made without one.
    #[must_use]
    fn tagged(mut self) -> Self {
        *self.etag() = mark(&self);
        self
    }
}

/// A tagged thing that stands alone: the mark is in the header `ETag`, too.
pub struct Alone<T>(pub T);

impl<T: Tagged> IntoResponse for Alone<T> {
    fn into_response(mut self) -> Response {
        let etag = etag(self.0.etag());
        ([(header::ETAG, etag)], axum::Json(self.0)).into_response()
    }
}

/// The header of this mark.
pub fn etag(mark: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{mark}\"")).expect("base 64")
}

/// The state a caller began from, if they say so. Without it the last one to write is heard.
#[derive(Debug, Clone)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// Whoever comes with a mark comes alone: until the transaction ends nobody else's is compared.
    pub async fn claim(&self, tx: &mut Write, tenant: TenantId) -> Result<()> {
        if self.0.is_some() {
            store::platform::tenant::lock(tx, tenant).await?;
        }
        Ok(())
    }

    /// Refuses when the thing is not as the caller saw it; `None`: it is not there.
    pub fn expect(&self, now: Option<String>) -> Result<()> {
        let Some(wanted) = &self.0 else { return Ok(()) };
        let refused =
            || Problem::with(StatusCode::PRECONDITION_FAILED, Refusal::conflict("overtaken"));
        let now = now.ok_or_else(refused)?;
        let fits = |it: &str| {
            let it = it.trim();
            let bare = it.strip_prefix("W/").unwrap_or(it).trim_matches('"');
            bare == "*" || bare == now
        };
        wanted.split(',').any(fits).then_some(()).ok_or_else(refused)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let given = parts.headers.get(header::IF_MATCH).and_then(|it| it.to_str().ok());
        Ok(Self(given.map(str::to_owned)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_state_one_began_from_may_be_changed() {
        let now = mark(&("a", 1));
        assert_ne!(now, mark(&("a", 2)));
        let expect = |given: &str, found: Option<&String>| {
            IfMatch(Some(given.to_owned())).expect(found.cloned()).is_ok()
        };
        for right in [now.clone(), format!("\"{now}\""), format!("\"x\", W/\"{now}\"")] {
            assert!(expect(&right, Some(&now)), "{right}");
        }
        assert!(expect("*", Some(&now)));
        for (given, found) in [("\"x\"", Some(&now)), ("", Some(&now)), ("*", None)] {
            assert!(!expect(given, found), "{given}");
        }
        assert!(IfMatch(None).expect(Some(now)).is_ok(), "who asks nothing is heard");
    }
}
