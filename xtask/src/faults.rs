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
        house::{Engine, Form, House},
        http::Connection,
    },
    crash::{book::Book, built, hand_in, look, promise_soon, under_load},
    shell,
};

const USAGE: &str = "usage: cargo xtask faults [--connections N] [--silence SECONDS] \
    [--only idle|slow|full] [--binary PATH]";

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

/// # Errors
/// When a fault does more harm than it must.
pub fn faults(args: &[String]) -> Result<()> {
    let (mut connections, mut silence, mut only, mut binary) =
        (CONNECTIONS, SILENCE_SECONDS, None, None);
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        let value = args.next().context(USAGE)?;
        match arg {
            "--connections" => connections = value.parse().context(USAGE)?,
            "--silence" => silence = value.parse().context(USAGE)?,
            "--only" => only = Some(value),
            "--binary" => binary = Some(PathBuf::from(value)),
            _ => bail!("{USAGE}"),
        }
    }
    let binary = built(binary)?;
    match only {
        Some("idle") => idle(&binary, connections, silence),
        Some("slow") => slow_disk(&binary),
        Some("full") => full_disk(&binary),
        Some(_) => bail!("{USAGE}"),
        None => {
            idle(&binary, connections, silence)?;
            slow_disk(&binary)?;
            full_disk(&binary)
        }
    }
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
fn slow_disk(binary: &Path) -> Result<()> {
    println!("\n── a disk that takes {SYNC_MS} ms for each write");
    let mut house = House::new(binary, Engine::Sqlite)?;
    let library = house.folder().join("slow_sync.so");
    let mut compile = Command::new("rustc");
    compile.args(["--edition", "2024", "--crate-type", "cdylib", "-O"]);
    compile.arg(crate::place::root().join("xtask/src/faults/slow_sync.rs"));
    shell::run(compile.arg("-o").arg(&library))?;
    let served = house.serve()?;
    promise_soon(&mut house.api(served.address)?)?;
    let form = house.publish_form()?;
    served.stop()?;

    house.surround("LD_PRELOAD", &library.display().to_string());
    house.surround("SLOW_SYNC_MS", &SYNC_MS.to_string());
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
    let served = house.serve()?;
    let looked = look::look(&house, served.address, &book)?;
    served.stop()?;
    println!("nothing lost, doubled or altered after the process is killed: {looked}");
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
/// is there.
fn full_disk(binary: &Path) -> Result<()> {
    println!("\n── a disk that is full");
    let Some(disk) = Disk::mount()? else {
        println!("left out: only root may mount a small disk");
        return Ok(());
    };
    let house = House::new_in(binary, Engine::Sqlite, disk.0.join("house"))?;
    let served = house.serve()?;
    promise_soon(&mut house.api(served.address)?)?;
    let form = house.publish_form()?;
    let (book, next) = (Book::default(), AtomicU64::new(1));
    let webs = [served.address];
    disk.leave(ROOM_KIB)?;
    under_load(&webs, &form, &book, &next, hand_in, || {
        until_refused(served.address, &form, &book, &next)?;
        println!("the disk is full: {}", book.in_words());
        thread::sleep(FULL);
        println!("after {FULL:?}: {}", book.in_words());
        disk.resize(DISK_MIB * 1024)?;
        thread::sleep(FULL);
        println!("{FULL:?} after there is room again: {}", book.in_words());
        Ok(())
    })?;
    book.refuse_wrong()?;
    let looked = look::look(&house, served.address, &book)?;
    served.stop()?;
    look::ledger(&house)?;
    println!("nothing lost, doubled or altered: {looked}");
    Ok(())
}

/// Hands in until the house says that it cannot; its pages can still be read then.
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
                let shown = Connection::open(address)?.send("GET", &form.path, "", b"")?;
                ensure!(shown.status == 200, "the page answers {}", shown.status);
                return Ok(());
            }
            other => bail!("handing in is answered {other}"),
        }
    }
    bail!("the disk does not fill up")
}
