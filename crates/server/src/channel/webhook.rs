//! Calls to other systems, signed as Standard Webhooks says: the receiver can tell that it is us,
//! that nobody changed it, that it is fresh, and that it is not a second time.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use reqwest::{Client, Method, RequestBuilder, Url, redirect};
use serde_json::json;
use sha2::Sha256;
use store::Db;
use store::answer::message::State;
use store::platform::webhook::{self, Webhook};

use super::guard::{PublicOnly, is_public};
use super::{Channel, Outgoing};
use crate::worker::JobError;

const TIMEOUT: Duration = Duration::from_secs(15);

/// Of what was signed, by the secret `whsec_…`. `None`: the secret is not of that form.
pub fn signature(secret: &str, id: &str, at_second: i64, body: &str) -> Option<String> {
    let key = BASE64.decode(secret.strip_prefix("whsec_")?.as_bytes()).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{at_second}.{body}").as_bytes());
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

/// Makes calls, not into the house's own network unless it is allowed to.
#[derive(Clone)]
pub struct Caller {
    client: Result<Client, String>,
    private_too: bool,
}

/// An answer that is not a yes.
#[derive(Debug)]
pub struct Refused {
    pub status: Option<i64>,
    pub why: String,
    /// The receiver wants no more of it.
    pub gone: bool,
}

impl Caller {
    pub fn new(private_too: bool) -> Self {
        // A second time it is there already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut builder = Client::builder()
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("huisheng/", env!("CARGO_PKG_VERSION")));
        if !private_too {
            builder = builder.dns_resolver(Arc::new(PublicOnly));
        }
        Self { client: builder.build().map_err(|error| error.to_string()), private_too }
    }

    /// Posts `body` once, signed.
    pub async fn call(
        &self,
        webhook: &Webhook,
        id: &str,
        now: Timestamp,
        body: String,
    ) -> Result<i64, Refused> {
        let refused = |why: String| Refused { status: None, why, gone: false };
        let url = self.check(&webhook.url).map_err(refused)?;
        let client = self.client.as_ref().map_err(|why| refused(why.clone()))?;
        let second = now.as_second();
        let signature = signature(&webhook.secret, id, second, &body)
            .ok_or_else(|| refused("the secret is damaged".to_owned()))?;
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", second)
            .header("webhook-signature", signature)
            .body(body);
        let answer = request.send().await.map_err(|error| refused(describe(&error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(i64::from(status.as_u16()));
        }
        Err(Refused {
            status: Some(i64::from(status.as_u16())),
            why: format!("the receiver answered {status}"),
            gone: status.as_u16() == 410,
        })
    }

    /// A request to an address that a tenant named, where it may be called at all.
    pub fn request(&self, method: Method, url: &str) -> Result<RequestBuilder, String> {
        let url = self.check(url)?;
        Ok(self.client.as_ref().map_err(Clone::clone)?.request(method, url))
    }

    /// Names are checked when they are looked up; an address that stands in the URL, here.
    fn check(&self, url: &str) -> Result<Url, String> {
        let url = Url::parse(url).map_err(|error| error.to_string())?;
        if self.private_too {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err("only https is called".to_owned());
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        match host.parse::<IpAddr>() {
            Ok(address) if !is_public(address) => Err(format!("{host} is not a public address")),
            _ => Ok(url),
        }
    }
}

/// The error with its causes: the outermost says only that something failed.
fn describe(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Channels without a gateway of our own: the tenant's system sends, asked by `message.send`.
pub struct Gateway {
    db: Db,
    caller: Caller,
}

impl Gateway {
    pub fn new(db: Db, caller: Caller) -> Self {
        Self { db, caller }
    }

    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    async fn hand_over(&self, it: &Outgoing) -> Result<State, JobError> {
        let mut conn = self.db.read().await?;
        let webhooks = webhook::list(&mut conn, it.tenant).await?;
        drop(conn);
        let wants = |it: &&Webhook| it.active && it.events.iter().any(|it| it == "message.send");
        let Some(webhook) = webhooks.iter().find(wants) else {
            let channel = it.message.channel;
            return Err(JobError::Unready(format!(
                "no gateway for {channel}: subscribe a webhook to message.send"
            )));
        };
        let body = json!({
            "type": "message.send",
            "timestamp": it.now.to_string(),
            "data": {
                "id": it.message.id,
                "channel": it.message.channel,
                "recipient": it.message.recipient,
                "language": it.message.language,
                "subject": it.message.subject,
                "text": it.text,
                "link": it.link,
                "opt_out": it.opt_out,
            },
        });
        let id = it.message.id.to_string();
        match self.caller.call(webhook, &id, it.now, body.to_string()).await {
            Ok(_) => Ok(State::Sent),
            Err(refused) => Err(JobError::Later(refused.why)),
        }
    }
}

impl Channel for Gateway {
    fn send<'a>(&'a self, it: &'a Outgoing) -> BoxFuture<'a, Result<State, JobError>> {
        self.hand_over(it).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_signed_as_the_standard_says() {
        // The example of the specification of Standard Webhooks.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let body = r#"{"test": 2432232314}"#;
        assert_eq!(
            signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body).unwrap(),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(signature("secret", "a", 1, body), None);
    }

    #[test]
    fn an_address_inside_the_house_is_not_called() {
        let caller = Caller::new(false);
        let inside = [
            "http://8.8.8.8/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://169.254.169.254/latest",
            "ftp://a.cn/",
            "nonsense",
        ];
        for inside in inside {
            assert!(caller.check(inside).is_err(), "{inside}");
        }
        assert!(caller.check("https://hooks.example.com/in").is_ok());
        assert!(Caller::new(true).check("http://127.0.0.1:9/").is_ok());
    }
}
