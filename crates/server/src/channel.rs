//! How messages leave the house. Each way is one implementation of [`Channel`]; what there is no
//! gateway for goes to the tenant's own by webhook.

pub mod email;
pub mod guard;
pub mod sign_on;
pub mod text;
pub mod webhook;

use domain::collect::channel::Channel as Word;
use domain::id::TenantId;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use store::Db;
use store::answer::message::{Message, State};

use crate::config::Config;
use crate::worker::JobError;

/// A message with every mark in it filled.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub tenant: TenantId,
    pub message: Message,
    pub now: Timestamp,
    /// The body as plain text.
    pub text: String,
    pub html: String,
    /// The page of the invitation, for channels that show it their own way.
    pub link: Option<String>,
    /// Where "no more" is said, by a POST.
    pub opt_out: Option<String>,
}

/// One way out. Sending the same message again is harmless as far as the channel allows: it
/// carries the same id.
pub trait Channel: Send + Sync {
    /// Hands the message over. `Delivered`: it is known to have arrived.
    fn send<'a>(&'a self, it: &'a Outgoing) -> BoxFuture<'a, Result<State, JobError>>;
}

/// All ways out.
pub struct Channels {
    email: email::Email,
    gateway: webhook::Gateway,
}

impl Channels {
    pub fn new(db: Db, config: &Config) -> Self {
        let caller = webhook::Caller::new(config.webhooks_to_private_addresses);
        Self {
            email: email::Email::new(config.mail.clone()),
            gateway: webhook::Gateway::new(db, caller),
        }
    }

    pub fn of(&self, channel: Word) -> &dyn Channel {
        match channel {
            Word::Email => &self.email,
            _ => &self.gateway,
        }
    }

    pub fn caller(&self) -> &webhook::Caller {
        self.gateway.caller()
    }
}
