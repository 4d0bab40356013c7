//! Signing in with the company's own accounts 单点登录: what an identity token must say.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How much the clocks of two houses may differ.
const SKEW: SignedDuration = SignedDuration::from_mins(1);
/// OpenID Connect Core, 2: a subject is at most 255 ASCII characters.
const SUBJECT_BYTES_MAX: usize = 255;

/// By what a person is recognised the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchBy {
    /// The mail address, which the provider must have verified.
    #[default]
    Email,
    /// The login, which must be the provider's `preferred_username`.
    Login,
}

/// What an identity token says, as far as we read it (OpenID Connect Core, 2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: Audience,
    pub azp: Option<String>,
    pub exp: i64,
    pub iat: i64,
    pub nonce: Option<String>,
    pub email: Option<String>,
    #[serde(default)]
    pub email_verified: Option<bool>,
    pub preferred_username: Option<String>,
}

/// One, or a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What we expect of a token.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
}

impl Claims {
    /// Whether the token is of this provider, for us, for this browser and of now
    /// (OpenID Connect Core, 3.1.3.7). Its signature is another matter.
    pub fn fits(&self, it: Expected<'_>, now: Timestamp) -> bool {
        let for_us = match &self.aud {
            Audience::One(one) => one == it.client_id,
            Audience::Many(many) if many.len() == 1 => many[0] == it.client_id,
            Audience::Many(many) => {
                many.iter().any(|one| one == it.client_id)
                    && self.azp.as_deref() == Some(it.client_id)
            }
        };
        let second = |at: Timestamp| at.as_second();
        self.iss == it.issuer
            && for_us
            && self.azp.as_deref().is_none_or(|azp| azp == it.client_id)
            && self.nonce.as_deref() == Some(it.nonce)
            && second(now - SKEW) < self.exp
            && self.iat <= second(now + SKEW)
            && (1..=SUBJECT_BYTES_MAX).contains(&self.sub.len())
    }

    /// By what the person is looked for the first time; `None`: it says nothing that can be trusted.
    pub fn known_by(&self, by: MatchBy) -> Option<&str> {
        let said = match by {
            MatchBy::Email => self.email.as_deref().filter(|_| self.email_verified == Some(true)),
            MatchBy::Login => self.preferred_username.as_deref(),
        };
        said.map(str::trim).filter(|it| !it.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn fits(changed: &[(&str, Value)]) -> bool {
        let mut claims = json!({ "iss": "https://id.example", "sub": "7", "aud": "us", "exp": 1000,
            "iat": 900, "nonce": "n" });
        for (name, value) in changed {
            claims[*name] = value.clone();
        }
        let expected = Expected { issuer: "https://id.example", client_id: "us", nonce: "n" };
        let claims: Claims = serde_json::from_value(claims).unwrap();
        claims.fits(expected, Timestamp::from_second(950).unwrap())
    }

    #[test]
    fn a_token_is_of_the_provider_for_us_for_this_browser_and_of_now() {
        assert!(fits(&[]));
        assert!(fits(&[("aud", json!(["us"]))]));
        assert!(fits(&[("aud", json!(["others", "us"])), ("azp", json!("us"))]));
        for wrong in [
            ("iss", json!("https://id.example/")),
            ("aud", json!("others")),
            ("aud", json!([])),
            ("aud", json!(["us", "others"])),
            ("azp", json!("others")),
            ("nonce", json!("m")),
            ("nonce", Value::Null),
            ("exp", json!(890)),
            ("iat", json!(1011)),
            ("sub", json!("")),
            ("sub", json!("x".repeat(256))),
        ] {
            assert!(!fits(std::slice::from_ref(&wrong)), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_that_nobody_verified_is_nobodys() {
        let known = |verified: Value| {
            let claims = json!({ "iss": "i", "sub": "7", "aud": "us", "exp": 1, "iat": 1,
                "email": " a@b.cn ", "email_verified": verified, "preferred_username": "zhao" });
            let claims: Claims = serde_json::from_value(claims).unwrap();
            claims.known_by(MatchBy::Email).map(str::to_owned)
        };
        assert_eq!(known(json!(true)).as_deref(), Some("a@b.cn"));
        assert_eq!(known(json!(false)), None);
        assert_eq!(known(Value::Null), None);
    }
}
