//! A company to measure: a database of its own in a temporary folder, and the server on it.

use std::fmt::Write as _;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http::Connection;
use crate::{
    postgres::{Postgres, free_port},
    shell,
};

const TENANT: &str = "bench";
const LOGIN: &str = "admin";
const PASSWORD: &str = "measured on loopback";
const START_SECONDS_MAX: u64 = 30;
/// Numbers of customers that no measurement uses; the fifth is unhappy.
const SEEDS: std::ops::RangeInclusive<u64> = 9_000_000_001..=9_000_000_005;

/// What is promised to a service manager, and a little for a machine that has other things to do.
const STOP_MAX: Duration = Duration::from_secs(12);

static MADE: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// # Errors
    /// When there is no such engine.
    pub fn of(word: &str) -> Result<Vec<Self>> {
        match word {
            "sqlite" => Ok(vec![Self::Sqlite]),
            "postgres" => Ok(vec![Self::Postgres]),
            "both" => Ok(Self::ALL.to_vec()),
            _ => bail!("the engine is sqlite, postgres or both"),
        }
    }
}

pub struct House {
    binary: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
    database: String,
    /// Further variables of its processes.
    around: Vec<(String, String)>,
    /// Lives as long as the house.
    server: Option<Mutex<Postgres>>,
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

/// The API, as the administrator.
pub struct Api {
    connection: Connection,
    headers: String,
}

impl Api {
    /// One request; nothing is `null`.
    ///
    /// # Errors
    /// When the API refuses.
    pub fn call(&mut self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("/api/v1{path}");
        let reply = self.connection.send(method, &path, &self.headers, body.as_bytes())?;
        reply.json().with_context(|| format!("{method} {path}"))
    }

    /// # Errors
    /// When the API refuses.
    pub fn get(&mut self, path: &str) -> Result<Value> {
        self.call("GET", path, &Value::Null)
    }

    /// Every item of a list, page by page.
    ///
    /// # Errors
    /// When the API refuses, or a page is no page.
    pub fn all(&mut self, path: &str) -> Result<Vec<Value>> {
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}?limit=200{after}"))?;
            let found = page["items"].as_array().with_context(|| format!("{path} is no list"))?;
            items.extend(found.iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(items),
            }
        }
    }
}

impl House {
    /// # Errors
    /// When the binary cannot make a company.
    pub fn new(binary: &Path, engine: Engine) -> Result<Self> {
        let server = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Postgres::start_durable()?),
        };
        Self::with(binary, own_folder(), server)
    }

    /// The same with its database in that folder, which is made if it is not there.
    ///
    /// # Errors
    /// As [`House::new`].
    pub fn new_in(binary: &Path, engine: Engine, folder: PathBuf) -> Result<Self> {
        match engine {
            Engine::Sqlite => Self::with(binary, folder, None),
            Engine::Postgres => {
                let server = Postgres::start_durable_in(&folder)?;
                Self::with(binary, own_folder(), Some(server))
            }
        }
    }

    fn with(binary: &Path, folder: PathBuf, server: Option<Postgres>) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let binary = fs::canonicalize(binary).with_context(|| binary.display().to_string())?;
        let database = server.as_ref().map_or("sqlite:bench.db".to_owned(), |it| it.url.clone());
        let address = ([127, 0, 0, 1], free_port()?).into();
        let server = server.map(Mutex::new);
        let around = vec![];
        let house = Self { binary, folder, address, database, around, server };
        let mut create = house.command("admin");
        create.args(["create-tenant", TENANT, "--name", "Bench", "--login", LOGIN]);
        shell::output(create.env("HUISHENG_ADMIN_PASSWORD", PASSWORD))?;
        Ok(house)
    }

    /// What its servers read as their settings from now on, where [`House::command`] says nothing else.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set(&self, toml: &str) -> Result<()> {
        Ok(fs::write(self.folder.join("huisheng.toml"), toml)?)
    }

    /// A variable that its processes meet from now on.
    pub fn surround(&mut self, name: &str, value: &str) {
        self.around.push((name.to_owned(), value.to_owned()));
    }

    /// The database server crashes and comes back; where it is a file, nothing happens.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn crash_database(&self) -> Result<()> {
        self.database_server().map_or(Ok(()), |mut it| it.crash())
    }

    /// The database server, where it is no file.
    ///
    /// # Panics
    /// When somebody panicked while it restarted.
    pub fn database_server(&self) -> Option<MutexGuard<'_, Postgres>> {
        self.server.as_ref().map(|it| it.lock().expect("nobody panics while it restarts"))
    }

    /// `huisheng WORD` on its database.
    pub fn command(&self, word: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(&self.folder).arg(word).env("HUISHENG_LOG", "error");
        command.env("HUISHENG_DATABASE", &self.database).envs(self.around.iter().cloned());
        // Here one address is a crowd.
        for limit in ["ADDRESS", "SIGN_IN", "CALLER", "FORM"] {
            command.env(format!("HUISHENG_LIMITS__{limit}_PER_MINUTE"), "0");
        }
        command.env("HUISHENG_LISTEN", self.address.to_string());
        command.env("HUISHENG_PUBLIC_URL", format!("http://{}", self.address));
        command
    }

    /// Starts the server and returns at its first answer.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub fn serve(&self) -> Result<Served> {
        self.serve_at(self.address, &[])
    }

    /// The same at another address, with further words: one of several processes.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub fn serve_at(&self, address: SocketAddr, words: &[&str]) -> Result<Served> {
        let mut command = self.command("serve");
        command.args(words).env("HUISHENG_LISTEN", address.to_string());
        let mut served = Served { address, process: command.stdout(Stdio::null()).spawn()? };
        let end = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        loop {
            let ready = Connection::open(address)
                .and_then(|mut it| it.send("GET", "/readyz", "", b""))
                .is_ok_and(|it| it.status == 200);
            if ready {
                return Ok(served);
            }
            if let Some(status) = served.process.try_wait()? {
                bail!("the server ended with {status}");
            }
            if Instant::now() > end {
                bail!("the server does not answer within {START_SECONDS_MAX} s");
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// A process that only does what is due.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn work(&self) -> Result<Served> {
        let process = self.command("work").stdout(Stdio::null()).spawn()?;
        Ok(Served { address: self.address, process })
    }

    /// Signs in at `address`.
    ///
    /// # Errors
    /// When the API refuses.
    #[expect(clippy::unused_self, reason = "only a house that stands has an API")]
    pub fn api(&self, address: SocketAddr) -> Result<Api> {
        let mut connection = Connection::open(address)?;
        let who = json!({ "tenant": TENANT, "login": LOGIN, "password": PASSWORD }).to_string();
        let json_type = "content-type: application/json\r\n";
        let reply = connection.send("POST", "/api/v1/session", json_type, who.as_bytes())?;
        let cookie = reply.header("set-cookie").and_then(|it| it.split(';').next());
        let cookie = cookie.with_context(|| format!("signing in answered {}", reply.status))?;
        let headers = format!("{json_type}cookie: {cookie}\r\n");
        Ok(Api { connection, headers })
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// `huisheng measure …` on its database: what it says.
    ///
    /// # Errors
    /// When it fails or says nothing.
    pub fn measure(&self, words: &[&str]) -> Result<Value> {
        Ok(serde_json::from_str(&shell::output(self.command("measure").args(words))?)?)
    }

    /// A form and a few evaluations, of which one opened a case.
    ///
    /// # Errors
    /// When the server does not take them.
    pub fn seed(&self) -> Result<()> {
        let served = self.serve()?;
        let form = self.publish_form()?;
        let mut connection = Connection::open(served.address)?;
        for number in SEEDS {
            let kind = "content-type: application/x-www-form-urlencoded\r\n";
            let reply =
                connection.send("POST", &form.path, kind, form.answers(number).as_bytes())?;
            if reply.status != 303 {
                bail!("handing in answered {}", reply.status);
            }
        }
        Ok(())
    }

    /// How many evaluations there are.
    ///
    /// # Errors
    /// When the API refuses.
    pub fn count(&self) -> Result<u64> {
        let served = self.serve()?;
        let counted = self.api(served.address)?.get("/evaluation-count")?;
        counted["count"].as_u64().context("a count")
    }

    /// Publishes the standard form through the API.
    ///
    /// # Errors
    /// When the API refuses.
    pub fn publish_form(&self) -> Result<Form> {
        let mut api = self.api(self.address)?;
        let id = "019a0000-0000-7000-8000-000000000001";
        let templates = api.get("/form-templates")?;
        let standard =
            templates.as_array().into_iter().flatten().find(|it| it["key"] == "standard");
        let content = &standard.context("there is no standard form")?["content"];
        let form = json!({ "key": "measured", "content": content });
        api.call("PUT", &format!("/forms/{id}"), &form)?;
        api.call("POST", &format!("/forms/{id}/publish"), &Value::Null)?;
        let made = api.get(&format!("/forms/{id}"))?;
        let version = made["published_version"].to_string();
        Ok(Form { path: format!("/f/{TENANT}/measured"), version })
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Served {
    /// Ends it without a word, as `kill -9` does.
    ///
    /// # Errors
    /// When it ended by itself before.
    pub fn kill(mut self) -> Result<()> {
        if let Some(status) = self.process.try_wait()? {
            bail!("it ended by itself with {status}");
        }
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Tells it to stop and waits until it has.
    ///
    /// # Errors
    /// When it does not end well, or not in time.
    pub fn stop(mut self) -> Result<Duration> {
        self.signal("TERM")?;
        let told = Instant::now();
        while told.elapsed() < STOP_MAX {
            match self.process.try_wait()? {
                Some(status) if status.success() => return Ok(told.elapsed()),
                Some(status) => bail!("it ended with {status}"),
                None => thread::sleep(Duration::from_millis(5)),
            }
        }
        bail!("it does not end within {STOP_MAX:?}")
    }

    /// Sends a signal by name, as `STOP`.
    ///
    /// # Errors
    /// When there is no such process any more.
    pub fn signal(&self, name: &str) -> Result<()> {
        let pid = self.process.id().to_string();
        shell::run(Command::new("kill").args([&format!("-{name}"), &pid]))
    }

    /// Memory that only it uses and its part of what is shared, in MiB.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn memory_mib(&self) -> Result<f64> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.process.id()))?;
        let line = rollup.lines().find(|it| it.starts_with("Pss:")).context("no Pss")?;
        let kib = line.split_whitespace().nth(1).context("no figure")?;
        Ok(kib.parse::<f64>()? / 1024.0)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A new one for each house of this process.
fn own_folder() -> PathBuf {
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("huisheng-bench-{}-{made}", std::process::id()))
}

/// The id of a customer's evaluation.
pub fn id_of(number: u64) -> String {
    format!("019a0000-0000-7000-9000-{number:012x}")
}

/// Score and words of a customer: of five one is unhappy and says so, which opens a case.
pub fn said(number: u64) -> (u8, &'static str) {
    match number % 5 {
        0 => (1, "等了一个小时没人理"),
        1 => (4, ""),
        _ => (5, "很好"),
    }
}

impl Form {
    /// What a browser sends.
    pub fn answers(&self, number: u64) -> String {
        let (version, id) = (&self.version, id_of(number));
        let (score, comment) = said(number);
        let mut sent =
            format!("id={id}&version={version}&lang=zh-CN&a.overall={score}&a.suggestion=");
        for byte in comment.bytes() {
            write!(sent, "%{byte:02X}").expect("a String takes any text");
        }
        sent
    }
}
