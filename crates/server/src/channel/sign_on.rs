//! Asking the provider of a company's accounts: where its doors are, which keys it signs with, and who the
//! bearer of a code is (OpenID Connect Core, 3.1; Discovery, 4). It is asked anew each time: signing in is
//! rare, and so a changed key is known at once.

use app::platform::id_token::{self, Keys};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use domain::platform::sign_on::{Claims, Expected};
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use store::platform::sign_on::Provider;

use super::webhook::Caller;

/// Of any answer: keys of a large provider are a few kilobytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

#[derive(Debug, Deserialize)]
pub struct Doors {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// What one browser keeps while its owner is at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// The company's code.
    pub slug: String,
    pub state: String,
    pub nonce: String,
    /// Of PKCE (RFC 7636): proves that who brings the code is who asked for it.
    pub verifier: String,
}

impl Trip {
    pub fn new(slug: &str, ids: &app::Ids) -> Self {
        let word = || BASE64URL_NOPAD.encode(&ids.bytes::<32>());
        Self { slug: slug.to_owned(), state: word(), nonce: word(), verifier: word() }
    }

    /// For a cookie.
    pub fn text(&self) -> String {
        format!("{}.{}.{}.{}", self.slug, self.state, self.nonce, self.verifier)
    }

    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [slug, state, nonce, verifier] = parts[..] else { return None };
        let [slug, state, nonce, verifier] = [slug, state, nonce, verifier].map(str::to_owned);
        Some(Self { slug, state, nonce, verifier })
    }
}

/// Why nobody comes back from there; for the log.
pub type Failed = String;

pub struct SignOn<'a> {
    pub caller: &'a Caller,
    pub provider: &'a Provider,
    /// Where the provider sends the browser back to.
    pub back: &'a str,
}

impl SignOn<'_> {
    async fn doors(&self) -> Result<Doors, Failed> {
        let issuer = &self.provider.issuer;
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let doors: Doors = read(self.caller.request(Method::GET, &url)?).await?;
        if doors.issuer == *issuer {
            Ok(doors)
        } else {
            Err(format!("it calls itself {}", doors.issuer))
        }
    }

    /// Where to send the browser.
    pub async fn leave(&self, trip: &Trip) -> Result<Url, Failed> {
        let doors = self.doors().await?;
        let door = &doors.authorization_endpoint;
        let mut url = Url::parse(door).map_err(|error| error.to_string())?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(format!("{} is no address for a browser", url.scheme()));
        }
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(trip.verifier.as_bytes()));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.provider.client_id)
            .append_pair("redirect_uri", self.back)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &trip.state)
            .append_pair("nonce", &trip.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    /// Who came back with `code`.
    pub async fn arrive(&self, trip: &Trip, code: &str, now: Timestamp) -> Result<Claims, Failed> {
        let doors = self.doors().await?;
        let token: Token = read(self.exchange(&doors, trip, code)?).await?;
        let keys: Keys = read(self.caller.request(Method::GET, &doors.jwks_uri)?).await?;
        let claims = id_token::read(&token.id_token, &keys);
        let claims = claims.ok_or("no key of the provider signed the token")?;
        let expected = Expected {
            issuer: &self.provider.issuer,
            client_id: &self.provider.client_id,
            nonce: &trip.nonce,
        };
        if claims.fits(expected, now) {
            Ok(claims)
        } else {
            Err("the token is not for us, not for this browser or not of now".to_owned())
        }
    }

    fn exchange(&self, doors: &Doors, trip: &Trip, code: &str) -> Result<RequestBuilder, Failed> {
        let Provider { client_id, client_secret, .. } = self.provider;
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.back),
            ("code_verifier", trip.verifier.as_str()),
        ];
        let secret = client_secret.as_deref().map(String::from_utf8_lossy);
        let methods = &doors.token_endpoint_auth_methods_supported;
        let has = |method: &str| methods.iter().any(|it| it == method);
        // Basic is what every provider takes that does not say otherwise (Discovery, 3).
        let in_body = has("client_secret_post") && !has("client_secret_basic");
        let request = self.caller.request(Method::POST, &doors.token_endpoint)?;
        let request = match &secret {
            Some(secret) if in_body => {
                pairs.extend([
                    ("client_id", client_id.as_str()),
                    ("client_secret", secret.as_ref()),
                ]);
                request
            }
            Some(secret) => {
                // RFC 6749, 2.3.1: both are encoded as in a form first.
                let both = format!("{}:{}", encoded(client_id), encoded(secret));
                request.header("authorization", format!("Basic {}", BASE64.encode(both.as_bytes())))
            }
            None => {
                pairs.push(("client_id", client_id.as_str()));
                request
            }
        };
        let body: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        Ok(request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")))
    }
}

/// As in a form.
fn encoded(text: &str) -> String {
    let mut url = Url::parse("http://form/").expect("a constant");
    url.query_pairs_mut().append_key_only(text);
    url.query().unwrap_or("").to_owned()
}

#[derive(Deserialize)]
struct Token {
    id_token: String,
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failed> {
    let request = request.header("accept", "application/json");
    let mut answer = request.send().await.map_err(|error| error.without_url().to_string())?;
    if !answer.status().is_success() {
        return Err(format!("it answered {}", answer.status()));
    }
    let mut body = vec![];
    while let Some(chunk) = answer.chunk().await.map_err(|error| error.without_url().to_string())? {
        body.extend_from_slice(&chunk);
        if ANSWER_BYTES_MAX < body.len() {
            return Err("it answered too much".to_owned());
        }
    }
    serde_json::from_slice(&body).map_err(|error| format!("it answered otherwise: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_keeps_is_read_back() {
        let trip = Trip::new("acme", &app::Ids::seeded(1));
        assert_eq!(Trip::parse(&trip.text()), Some(trip.clone()));
        assert_ne!(trip.state, trip.nonce);
        for bad in ["", "a.b.c", "a.b.c.d.e"] {
            assert_eq!(Trip::parse(bad), None, "{bad}");
        }
        assert_eq!(encoded("a b&=回"), "a+b%26%3D%E5%9B%9E");
    }
}
