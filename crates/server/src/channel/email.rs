//! E-mail over SMTP: plain text and HTML, with the way to say "no more" in its head (RFC 8058).

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use domain::collect::channel::Channel as Word;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use store::answer::message::State;

use super::{Channel, Outgoing};
use crate::config::{Encryption, Mail};
use crate::worker::JobError;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

const TIMEOUT: Duration = Duration::from_secs(30);
const TLS_PORT: u16 = 465;
const PLAIN_PORT: u16 = 25;

pub struct Email {
    settings: Mail,
    /// Made at the first mail; keeps its connections.
    transport: OnceLock<Result<(Transport, Mailbox), String>>,
}

impl Email {
    pub fn new(settings: Mail) -> Self {
        Self { settings, transport: OnceLock::new() }
    }
}

fn connect(settings: &Mail) -> Result<(Transport, Mailbox), String> {
    let Mail { host, port, user, password, from, encryption } = settings;
    if host.is_empty() || from.is_empty() {
        return Err("no mail server is set up: see [mail] in the settings".to_owned());
    }
    let from: Mailbox = from.parse().map_err(|error| format!("mail.from: {error}"))?;
    let port = if *port == 0 { TLS_PORT } else { *port };
    let encryption = match (encryption, port) {
        (Encryption::Auto, TLS_PORT) => Encryption::Tls,
        (Encryption::Auto, PLAIN_PORT) => Encryption::None,
        (Encryption::Auto, _) => Encryption::Starttls,
        (chosen, _) => *chosen,
    };
    let parameters = || TlsParameters::new(host.clone()).map_err(|error| error.to_string());
    let tls = match encryption {
        Encryption::None => Tls::None,
        Encryption::Starttls => Tls::Required(parameters()?),
        Encryption::Auto | Encryption::Tls => Tls::Wrapper(parameters()?),
    };
    let mut builder =
        Transport::builder_dangerous(host.as_str()).port(port).tls(tls).timeout(Some(TIMEOUT));
    if !user.is_empty() {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    Ok((builder.build(), from))
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn compose(it: &Outgoing, from: &Mailbox) -> Result<Message, JobError> {
    let never = |error: &dyn std::fmt::Display| JobError::Never(error.to_string());
    let to: Mailbox = it.message.recipient.parse().map_err(|error| never(&error))?;
    let id = format!("<{}@{}>", it.message.id, from.email.domain());
    let mut builder = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(it.message.subject.as_str())
        .date(SystemTime::from(it.now))
        .message_id(Some(id))
        .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
    if let Some(address) = &it.opt_out {
        builder = builder
            .raw_header(raw("List-Unsubscribe", format!("<{address}>")))
            .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    let parts = MultiPart::alternative_plain_html(it.text.clone(), it.html.clone());
    builder.multipart(parts).map_err(|error| never(&error))
}

impl Channel for Email {
    fn send<'a>(&'a self, it: &'a Outgoing) -> BoxFuture<'a, Result<State, JobError>> {
        debug_assert_eq!(it.message.channel, Word::Email);
        async move {
            let ready = self.transport.get_or_init(|| connect(&self.settings));
            let (transport, from) = ready.as_ref().map_err(|why| JobError::Unready(why.clone()))?;
            let mail = compose(it, from)?;
            match transport.send(mail).await {
                Ok(_) => Ok(State::Sent),
                Err(error) if error.is_permanent() => Err(JobError::Never(error.to_string())),
                Err(error) => Err(JobError::Later(error.to_string())),
            }
        }
        .boxed()
    }
}
