//! A company to measure: a database of its own in a temporary folder, and the server on it.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http::Connection;
use crate::{postgres::free_port, shell};

const TENANT: &str = "bench";
const LOGIN: &str = "admin";
const PASSWORD: &str = "measured on loopback";
const START_SECONDS_MAX: u64 = 30;

static MADE: AtomicU32 = AtomicU32::new(0);

pub struct House {
    binary: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
}

/// A running server; dropping it stops it.
pub struct Served {
    pub address: SocketAddr,
    process: Child,
}

/// A published form.
pub struct Form {
    /// Of its open link.
    pub path: String,
    version: String,
}

impl House {
    /// # Errors
    /// When the binary cannot make a company.
    pub fn new(binary: &Path) -> Result<Self> {
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("huisheng-bench-{}-{made}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let binary = fs::canonicalize(binary).with_context(|| binary.display().to_string())?;
        let house = Self { binary, folder, address: ([127, 0, 0, 1], free_port()?).into() };
        let mut create = house.command("admin");
        create.args(["create-tenant", TENANT, "--name", "Bench", "--login", LOGIN]);
        shell::output(create.env("HUISHENG_ADMIN_PASSWORD", PASSWORD))?;
        Ok(house)
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.folder).arg(word).env("HUISHENG_LOG", "error");
        command.env("HUISHENG_DATABASE", "sqlite:bench.db");
        command.env("HUISHENG_LISTEN", self.address.to_string());
        command.env("HUISHENG_PUBLIC_URL", format!("http://{}", self.address));
        command
    }

    /// Starts the server and returns at its first answer.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub fn serve(&self) -> Result<Served> {
        let process = self.command("serve").stdout(Stdio::null()).spawn()?;
        let served = Served { address: self.address, process };
        let end = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        loop {
            let ready = Connection::open(self.address)
                .and_then(|mut it| it.send("GET", "/readyz", "", b""))
                .is_ok_and(|it| it.status == 200);
            if ready {
                return Ok(served);
            }
            if Instant::now() > end {
                bail!("the server does not answer within {START_SECONDS_MAX} s");
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Publishes the standard form through the API.
    ///
    /// # Errors
    /// When the API refuses.
    pub fn publish_form(&self) -> Result<Form> {
        let mut connection = Connection::open(self.address)?;
        let who = json!({ "tenant": TENANT, "login": LOGIN, "password": PASSWORD }).to_string();
        let json_type = "content-type: application/json\r\n";
        let reply = connection.send("POST", "/api/v1/session", json_type, who.as_bytes())?;
        let cookie = reply.header("set-cookie").and_then(|it| it.split(';').next());
        let cookie = cookie.with_context(|| format!("signing in answered {}", reply.status))?;
        let headers = format!("{json_type}cookie: {cookie}\r\n");
        let mut api = |method: &str, path: &str, body: &Value| {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            let path = format!("/api/v1{path}");
            connection.send(method, &path, &headers, body.as_bytes())?.json()
        };

        let id = "019a0000-0000-7000-8000-000000000001";
        let templates = api("GET", "/form-templates", &Value::Null)?;
        let standard =
            templates.as_array().into_iter().flatten().find(|it| it["key"] == "standard");
        let content = &standard.context("there is no standard form")?["content"];
        let form = json!({ "key": "measured", "content": content });
        api("PUT", &format!("/forms/{id}"), &form)?;
        api("POST", &format!("/forms/{id}/publish"), &Value::Null)?;
        let made = api("GET", &format!("/forms/{id}"), &Value::Null)?;
        let version = made["published_version"].to_string();
        Ok(Form { path: format!("/f/{TENANT}/measured"), version })
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Form {
    /// What a browser sends: of five customers one is unhappy and says so, which opens a case.
    pub fn answers(&self, number: u64) -> String {
        let version = &self.version;
        let id = format!("019a0000-0000-7000-9000-{number:012x}");
        let (score, comment) = match number % 5 {
            0 => (
                "1",
                "%E7%AD%89%E4%BA%86%E4%B8%80%E4%B8%AA%E5%B0%8F%E6%97%B6%E6%B2%A1%E4%BA%BA%E7%90%86",
            ),
            1 => ("4", ""),
            _ => ("5", "%E5%BE%88%E5%A5%BD"),
        };
        format!("id={id}&version={version}&lang=zh-CN&a.overall={score}&a.suggestion={comment}")
    }
}
