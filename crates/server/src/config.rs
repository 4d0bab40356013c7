//! Settings of the process: defaults, then a file, then `HUISHENG_…`. A misspelt key is refused.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::network::Networks;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `HUISHENG_LISTEN`. Where the server accepts connections.
    pub listen: SocketAddr,
    /// `HUISHENG_PUBLIC_URL`. How customers reach it; the start of every link in a message.
    pub public_url: String,
    /// `HUISHENG_DATABASE`. `sqlite:<path>` or `postgres://…`.
    pub database: String,
    /// `HUISHENG_FOLDER`. Where uploads and files being imported are kept.
    pub folder: PathBuf,
    /// `HUISHENG_SECRET_KEY`. The master key that secrets in the database are sealed with, in base64;
    /// several, divided by blanks: the first seals, all open. Empty: it is in the file.
    pub secret_key: String,
    /// `HUISHENG_SECRET_KEY_FILE`. The same in a file, made at the first start. Empty: beside the
    /// SQLite file, or beside `folder`.
    pub secret_key_file: PathBuf,
    /// `HUISHENG_LOG`. What is logged, as in `info` or `info,sqlx=warn`.
    pub log: String,
    /// `HUISHENG_LOG_JSON`. One JSON object a line, for machines.
    pub log_json: bool,
    /// `HUISHENG_OTLP_ENDPOINT`. Where an OpenTelemetry collector takes traces by HTTP, as in
    /// `http://127.0.0.1:4318`. Empty: none are sent.
    pub otlp_endpoint: String,
    /// `HUISHENG_TRUSTED_PROXIES`. Networks of our own proxies, as in `127.0.0.1, 10.0.0.0/8`: only they
    /// are believed about whom they speak for (`X-Forwarded-For`).
    pub trusted_proxies: Networks,
    /// `HUISHENG_METRICS_TOKEN`. Who brings it as a bearer may read `/metrics`. Empty: nobody may.
    pub metrics_token: String,
    /// `HUISHENG_METRICS_LISTEN`. Where `/metrics` is served without a token. Not set: nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// `HUISHENG_WEBHOOKS_TO_PRIVATE_ADDRESSES`. Whether webhooks may call into the house's own
    /// network, and without encryption: only where every administrator of every company is trusted.
    pub webhooks_to_private_addresses: bool,
    pub limits: LimitConfig,
    pub mail: Mail,
}

/// Requests a minute, and as many at once after a quiet minute; each process counts for itself. 0: no limit.
/// And what one connection may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitConfig {
    /// `HUISHENG_LIMITS__ADDRESS_PER_MINUTE`. From one address; a mobile network has many people behind one.
    pub address_per_minute: u32,
    /// `HUISHENG_LIMITS__SIGN_IN_PER_MINUTE`. Tries to sign in from one address.
    pub sign_in_per_minute: u32,
    /// `HUISHENG_LIMITS__CALLER_PER_MINUTE`. By one session or API key.
    pub caller_per_minute: u32,
    /// `HUISHENG_LIMITS__TENANT_PER_MINUTE`. Of one company: its staff and programs together, and its
    /// customers' pages together.
    pub tenant_per_minute: u32,
    /// `HUISHENG_LIMITS__FORM_PER_MINUTE`. Evaluations by the open link of one form; beyond it browsers work a
    /// second for each.
    pub form_per_minute: u32,
    /// `HUISHENG_LIMITS__CONNECTIONS`. Open at once in this process; the next waits until one ends. Never more
    /// than leave 512 files to the rest of the process.
    pub connections: u32,
    /// `HUISHENG_LIMITS__HEAD_SECONDS`. How long the line and headers of a request may take, and how long
    /// a connection may lie idle between two requests.
    pub head_seconds: u32,
    /// `HUISHENG_LIMITS__BODY_SECONDS`. How long a body may keep us waiting for its next piece, and for
    /// all of them beyond a second for each 500 bytes.
    pub body_seconds: u32,
}

impl Default for LimitConfig {
    fn default() -> Self {
        Self {
            address_per_minute: 1200,
            sign_in_per_minute: 30,
            caller_per_minute: 12_000,
            tenant_per_minute: 0,
            form_per_minute: 600,
            connections: 16_384,
            head_seconds: 75,
            body_seconds: 30,
        }
    }
}

/// Outgoing mail. Without a host, messages wait as undeliverable and say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// `HUISHENG_MAIL__HOST`.
    pub host: String,
    /// `HUISHENG_MAIL__PORT`. 465 is TLS from the start, 587 STARTTLS, 25 neither, others STARTTLS. 0: 465.
    pub port: u16,
    /// `HUISHENG_MAIL__USER`.
    pub user: String,
    /// `HUISHENG_MAIL__PASSWORD`. For QQ and 163 mail this is the authorisation code.
    pub password: String,
    /// `HUISHENG_MAIL__FROM`. As in `回声 <service@example.com>`.
    pub from: String,
    /// `HUISHENG_MAIL__ENCRYPTION`. For a server at an unusual port.
    pub encryption: Encryption,
}

/// How the way to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// As is usual at the port.
    #[default]
    Auto,
    /// From the start.
    Tls,
    Starttls,
    None,
}

/// Variables of commands, not of the process.
const NO_SETTINGS: [&str; 2] = ["config", "admin_password"];

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8400)),
            public_url: "http://127.0.0.1:8400".to_owned(),
            database: "sqlite:huisheng.db".to_owned(),
            folder: PathBuf::from("huisheng-files"),
            secret_key: String::new(),
            secret_key_file: PathBuf::new(),
            log: "info".to_owned(),
            log_json: false,
            otlp_endpoint: String::new(),
            trusted_proxies: Networks::default(),
            metrics_token: String::new(),
            metrics_listen: None,
            webhooks_to_private_addresses: false,
            limits: LimitConfig::default(),
            mail: Mail::default(),
        }
    }
}

impl Config {
    /// Fails on an unknown key rather than ignoring it. A file that is not there is no settings.
    pub fn load(file: &Path) -> Result<Self, Box<figment::Error>> {
        Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(file))
            .merge(Env::prefixed("HUISHENG_").ignore(&NO_SETTINGS).split("__"))
            .extract()
            .map_err(Box::new)
    }

    /// The file of the database, where it is one.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.database.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        let path = path.split('?').next().unwrap_or(path);
        (!path.is_empty() && path != ":memory:").then(|| PathBuf::from(path))
    }

    /// Whether browsers reach us encrypted, so that cookies may insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_is_the_defaults() {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config.example.toml");
        let read: Config = Figment::from(Toml::file_exact(example)).extract().unwrap();
        assert_eq!(read, Config::default());
        let text = std::fs::read_to_string(example).unwrap();
        let all = serde_json::to_value(Config::default()).unwrap();
        for (key, value) in all.as_object().unwrap() {
            let inner = value.as_object().into_iter().flat_map(serde_json::Map::keys);
            for key in std::iter::once(key).chain(inner) {
                let is_line = |line: &str| line.trim_start_matches("# ").starts_with(key);
                let is_group = |line: &str| line == format!("[{key}]");
                let found = text.lines().any(|it| is_line(it) || is_group(it));
                assert!(found, "{key} is not in the example");
            }
        }
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the closure's error is the library's")]
    fn a_misspelt_key_is_refused_and_the_environment_wins() {
        figment::Jail::expect_with(|jail| {
            jail.create_file("h.toml", "lisen = \"127.0.0.1:1\"")?;
            assert!(Config::load(Path::new("h.toml")).unwrap_err().to_string().contains("lisen"));
            jail.create_file("h.toml", "listen = \"127.0.0.1:1\"")?;
            jail.set_env("HUISHENG_LISTEN", "127.0.0.1:2");
            jail.set_env("HUISHENG_MAIL__HOST", "smtp.example.com");
            jail.set_env("HUISHENG_ADMIN_PASSWORD", "for a command");
            jail.set_env("HUISHENG_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8");
            jail.set_env("HUISHENG_METRICS_LISTEN", "127.0.0.1:9400");
            jail.set_env("HUISHENG_LIMITS__CALLER_PER_MINUTE", "7");
            let config = Config::load(Path::new("h.toml")).unwrap();
            assert_eq!((config.listen.port(), config.mail.host.as_str()), (2, "smtp.example.com"));
            assert_eq!(config.trusted_proxies.to_string(), "127.0.0.1/32, 10.0.0.0/8");
            assert_eq!(config.metrics_listen.map(|it| it.port()), Some(9400));
            assert_eq!(config.limits.caller_per_minute, 7);
            jail.set_env("HUISHENG_LIMITS__CALER_PER_MINUTE", "7");
            assert!(Config::load(Path::new("h.toml")).is_err(), "also in the environment");
            Ok(())
        });
    }
}
