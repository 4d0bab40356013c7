//! `cargo xtask faults`: what breaks around a serving process, on the real binary: thousands of
//! connections that say nothing or half of something, a disk that is slow, and one that fills up.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    bench::{
        house::{Engine, Form, House, Served},
        http::Connection,
    },
    crash::{book::Book, built, hand_in, look, promise_soon, under_load},
    shell,
};

const USAGE: &str = "usage: cargo xtask faults [--connections N] [--silence SECONDS] \
    [--only idle|slow|full] [--engine sqlite|postgres|both] [--binary PATH]";

const CONNECTIONS: usize = 10_000;

/// For how long a connection may say nothing here: long enough to open all of them and look.
const SILENCE_SECONDS: u64 = 60;

/// Requests of others while the connections lie there.
const ASKED: usize = 100;

/// The slowest of them. Most of it is for machines that have other things to do.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// What one idle connection may cost.
const KIB_EACH_MAX: f64 = 64.0;

/// What is still free on the disk when customers begin to fill it.
const ROOM_KIB: u64 = 768;
const DISK_MIB: u64 = 256;

/// How long a slow disk takes for each write, and how long customers meet it.
const SYNC_MS: u64 = 400;
const SLOW: Duration = Duration::from_secs(20);

/// How long customers find the disk full.
const FULL: Duration = Duration::from_secs(5);

/// The longest that anybody waits for an answer while the disk is full: the patience for a connection
/// to the database (5 s), and a little.
const ANSWER_MAX: Duration = Duration::from_secs(7);

/// # Errors
/// When a fault does more harm than it must.
pub fn faults(args: &[String]) -> Result<()> {
    let (mut connections, mut silence, mut only, mut binary) =
        (CONNECTIONS, SILENCE_SECONDS, None, None);
    let mut engines = Engine::ALL.to_vec();
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        let value = args.next().context(USAGE)?;
        match arg {
            "--connections" => connections = value.parse().context(USAGE)?,
            "--silence" => silence = value.parse().context(USAGE)?,
            "--only" => only = Some(value),
            "--engine" => engines = Engine::of(value)?,
            "--binary" => binary = Some(PathBuf::from(value)),
            _ => bail!("{USAGE}"),
        }
    }
    let binary = built(binary)?;
    let [with_idle, with_slow, with_full] = match only {
        Some("idle") => [true, false, false],
        Some("slow") => [false, true, false],
        Some("full") => [false, false, true],
        Some(_) => bail!("{USAGE}"),
        None => [true; 3],
    };
    if with_idle {
        idle(&binary, connections, silence)?;
    }
    for engine in engines {
        if with_slow {
            slow_disk(&binary, engine)?;
        }
        if with_full {
            full_disk(&binary, engine)?;
        }
    }
    Ok(())
}

/// What each of the many says before it falls silent, in turn.
const SAID: [&str; 3] =
    ["", "GET /readyz HTTP/1.1\r\nHost: x\r\nX-Half: ", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"];

/// Many connections are opened and say nothing more; others are served all the same, and the many are
/// given up in the end.
fn idle(binary: &Path, count: usize, silence: u64) -> Result<()> {
    println!("\n── {count} connections that say nothing, or half of something");
    allow_files(count + 1_000)?;
    let house = House::new(binary, Engine::Sqlite)?;
    house.set(&format!("[limits]\nhead_seconds = {silence}\n"))?;
    let served = house.serve()?;
    let form = house.publish_form()?;
    let before = (slowest(served.address, &form.path)?, served.memory_mib()?);

    let opened = Instant::now();
    let mut many = Vec::with_capacity(count);
    for said in SAID.iter().cycle().take(count) {
        let mut stream = TcpStream::connect(served.address).context("a connection is refused")?;
        stream.write_all(said.as_bytes())?;
        many.push(stream);
    }
    let opening = opened.elapsed();
    let during = (slowest(served.address, &form.path)?, served.memory_mib()?);
    let kib = (during.1 - before.1) * 1024.0 / f64::from(u32::try_from(count)?);
    println!(
        "opened in {opening:.1?}; slowest of {ASKED} requests {:.1?} before and {:.1?} beside them; \
         memory {:.0} MiB before and {:.0} MiB with them, {kib:.1} KiB each",
        before.0, during.0, before.1, during.1
    );
    ensure!(during.0 <= WAIT_MAX, "the others wait for longer than {WAIT_MAX:?}");
    ensure!(kib <= KIB_EACH_MAX, "a connection costs more than {KIB_EACH_MAX} KiB");

    let end = opened + Duration::from_secs(2 * silence + 10);
    for mut stream in many {
        let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        stream.set_read_timeout(Some(left))?;
        let mut said = Vec::new();
        // Hung up on is as good as closed.
        if let Err(error) = stream.read_to_end(&mut said) {
            let kind = error.kind();
            ensure!(kind == std::io::ErrorKind::ConnectionReset, "it is not given up: {error}");
        }
    }
    println!("all were given up {:.0?} after the first came", opened.elapsed());
    slowest(served.address, &form.path)?;
    served.stop()?;
    Ok(())
}

/// The longest that one of [`ASKED`] requests takes, each over a connection of its own.
fn slowest(address: SocketAddr, page: &str) -> Result<Duration> {
    let mut slowest = Duration::ZERO;
    for path in [page, "/readyz"].into_iter().cycle().take(ASKED) {
        let began = Instant::now();
        let reply = Connection::open(address)?.send("GET", path, "", b"")?;
        ensure!(reply.status == 200, "{path} answers {}", reply.status);
        slowest = slowest.max(began.elapsed());
    }
    Ok(slowest)
}

/// Lets this process open so many files.
fn allow_files(count: usize) -> Result<()> {
    let pid = std::process::id().to_string();
    let mut prlimit = Command::new("prlimit");
    prlimit.args(["--pid", &pid, &format!("--nofile={count}:")]);
    shell::run(&mut prlimit).context("ask for fewer connections: `--connections N`")
}

/// Customers hand in while each wait for the disk takes long: they wait, nothing else does, and what
/// was acknowledged is there.
fn slow_disk(binary: &Path, engine: Engine) -> Result<()> {
    println!("\n── {}: a disk that takes {SYNC_MS} ms for each write", engine.name());
    let mut house = House::new(binary, engine)?;
    let library = house.folder().join("slow_sync.so");
    let mut compile = Command::new("rustc");
    compile.args(["--edition", "2024", "--crate-type", "cdylib", "-O"]);
    compile.arg(crate::place::root().join("xtask/src/faults/slow_sync.rs"));
    shell::run(compile.arg("-o").arg(&library))?;
    let served = house.serve()?;
    promise_soon(&mut house.api(served.address)?)?;
    let form = house.publish_form()?;
    served.stop()?;

    let slow =
        [("LD_PRELOAD", library.display().to_string()), ("SLOW_SYNC_MS", SYNC_MS.to_string())];
    // Whoever writes to the disk is slow: the database server, or else the process itself.
    let restarted = house.database_server().map(|mut it| {
        for (name, value) in &slow {
            it.surround(name, value);
        }
        it.restart()
    });
    match restarted {
        Some(outcome) => outcome?,
        None => slow.iter().for_each(|(name, value)| house.surround(name, value)),
    }
    let served = house.serve()?;
    let (book, next) = (Book::default(), AtomicU64::new(1));
    let mut longest = Duration::ZERO;
    let begun = Instant::now();
    under_load(&[served.address], &form, &book, &next, hand_in, || {
        while begun.elapsed() < SLOW {
            longest = longest.max(slowest(served.address, &form.path)?);
        }
        Ok(())
    })?;
    book.refuse_wrong()?;
    println!("slowest of all pages read meanwhile: {longest:.1?}; {}", book.in_words());
    ensure!(longest <= WAIT_MAX, "who reads waits for longer than {WAIT_MAX:?}");
    let waited = SLOW.as_millis() / u128::from(SYNC_MS);
    let acknowledged = book.acknowledged().len();
    ensure!(acknowledged > 0, "nothing is acknowledged");
    println!("{acknowledged} acknowledged in the time of {waited} writes");
    served.kill()?;
    if let Some(mut server) = house.database_server() {
        // A thousand files are waited for after a crash, one by one: not slowly.
        server.surround("SLOW_SYNC_MS", "0");
        server.crash()?;
    }
    let served = house.serve()?;
    let looked = look::look(&house, served.address, &book)?;
    served.stop()?;
    println!("nothing lost, doubled or altered after it is killed: {looked}");
    Ok(())
}

/// A disk of our own, for as long as this is kept.
struct Disk(PathBuf);

impl Disk {
    /// `None`: only root may mount one.
    fn mount() -> Result<Option<Self>> {
        let folder = std::env::temp_dir().join(format!("huisheng-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={DISK_MIB}m"), "huisheng"]).arg(&folder);
        let is_mounted = mount.status().is_ok_and(|it| it.success());
        let disk = Self(folder);
        Ok(is_mounted.then_some(disk))
    }

    /// Makes it so large that `kib` are free, of what is used now.
    fn leave(&self, kib: u64) -> Result<()> {
        let said = shell::output(Command::new("df").args(["--output=used", "-k"]).arg(&self.0))?;
        let used = said.lines().nth(1).and_then(|it| it.trim().parse::<u64>().ok());
        self.resize(used.context("df says nothing")? + kib)
    }

    fn resize(&self, kib: u64) -> Result<()> {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,size={kib}k")]).arg(&self.0);
        shell::run(&mut mount)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
        drop(std::fs::remove_dir(&self.0));
    }
}

/// Customers hand in until the disk is full and go on; there is room again; all that was acknowledged
/// is there. A database server may stop altogether when it cannot write its log, and is started again.
fn full_disk(binary: &Path, engine: Engine) -> Result<()> {
    println!("\n── {}: a disk that is full", engine.name());
    let Some(disk) = Disk::mount()? else {
        println!("left out: only root may mount a small disk");
        return Ok(());
    };
    let house = House::new_in(binary, engine, disk.0.join("house"))?;
    let served = house.serve()?;
    promise_soon(&mut house.api(served.address)?)?;
    let form = house.publish_form()?;
    let (book, next) = (Book::default(), AtomicU64::new(1));
    let webs = [served.address];
    under_load(&webs, &form, &book, &next, hand_in, || {
        // The second time the tables have room in their files, and the log of a server is full first.
        for _ in 0..2 {
            disk.leave(ROOM_KIB)?;
            until_refused(served.address, &form, &book, &next)?;
            println!("the disk is full: {}", book.in_words());
            println!("{}", read_for(FULL, &served, &form, engine)?);
            println!("after {FULL:?}: {}", book.in_words());
            disk.resize(DISK_MIB * 1024)?;
            if house.database_server().map_or(Ok(false), |mut it| it.revive())? {
                println!("the database server had ended and is started again");
            }
            let before = book.acknowledged().len();
            println!("{}", read_for(FULL, &served, &form, engine)?);
            println!("{FULL:?} after there is room again: {}", book.in_words());
            let after = book.acknowledged().len();
            ensure!(before < after, "nothing is acknowledged though there is room");
        }
        Ok(())
    })?;
    book.refuse_wrong()?;
    if let Some(server) = house.database_server() {
        let said = server.said();
        let (full, panics) = (said.matches(" ERROR:  could not").count(), said.matches("PANIC:"));
        println!("the database server: {full} errors of the disk, {} panics", panics.count());
    }
    let looked = look::look(&house, served.address, &book)?;
    served.stop()?;
    look::ledger(&house)?;
    println!("nothing lost, doubled or altered: {looked}");
    Ok(())
}

/// Reads a page for so long: it is shown, or, where the database may be gone, the reader is told in time
/// to come again. Says how often which.
fn read_for(time: Duration, served: &Served, form: &Form, engine: Engine) -> Result<String> {
    let begun = Instant::now();
    let (mut shown, mut later, mut slowest) = (0, 0, Duration::ZERO);
    while begun.elapsed() < time {
        let asked = Instant::now();
        let reply = Connection::open(served.address)?.send("GET", &form.path, "", b"")?;
        slowest = slowest.max(asked.elapsed());
        match reply.status {
            200 => shown += 1,
            503 if engine == Engine::Postgres && reply.header("retry-after").is_some() => {
                later += 1;
            }
            other => bail!("the page answers {other}"),
        }
        thread::sleep(Duration::from_millis(20));
    }
    ensure!(slowest <= ANSWER_MAX, "who reads waits for {slowest:.1?}");
    Ok(format!("a page is shown {shown} times and refused {later} times, slowest {slowest:.1?}"))
}

/// Hands in until the house says that it cannot.
fn until_refused(address: SocketAddr, form: &Form, book: &Book, next: &AtomicU64) -> Result<()> {
    const TRIES_MAX: usize = 20_000;
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    for _ in 0..TRIES_MAX {
        let number = next.fetch_add(1, Ordering::Relaxed);
        book.send(number);
        let body = form.answers(number);
        let reply =
            Connection::open(address)?.send("POST", &form.path, headers, body.as_bytes())?;
        match reply.status {
            303 => book.acknowledge(number, reply.header("location").unwrap_or_default()),
            503 => {
                ensure!(reply.header("retry-after").is_some(), "503 without Retry-After");
                return Ok(());
            }
            other => bail!("handing in is answered {other}"),
        }
    }
    bail!("the disk does not fill up")
}
