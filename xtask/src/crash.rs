//! `cargo xtask crash`: processes are killed at random moments while customers hand in and promises
//! come due. Afterwards everything that was acknowledged must be there, once, with all that belongs
//! to it.

pub mod book;
pub mod look;
mod rolling;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{
    bench::{
        house::{Api, Engine, Form, House, Served},
        http::Connection,
    },
    place,
    postgres::free_port,
    shell::{self, cargo},
};
use book::Book;

const USAGE: &str = "usage: cargo xtask crash [--kills N] [--engine sqlite|postgres|both] [--rolling yes] \
    [--binary PATH]";

const KILLS: usize = 100;
const CUSTOMERS: usize = 8;

/// How long a process lives before it is killed.
const LIFE_MS: (u64, u64) = (100, 1_500);

/// Every so many kills nobody is killed for longer than a lease, so that a worker takes over what
/// the dead left and is then killed at it.
const LONG_LIFE_EVERY: usize = 10;

/// A lease (20 s), a heartbeat (5 s) and a little of what is due then.
const LONG_LIFE_MS: (u64, u64) = (25_000, 29_000);

/// What is promised is due so soon that it is broken while processes die.
const PROMISE_SECONDS: u64 = 8;

/// Where there are several processes, the database crashes once in as many, and a worker is stopped for longer than its lease and goes on.
const FROZEN: Duration = Duration::from_secs(24);

/// What `args` ask for.
///
/// # Errors
/// When something is lost, doubled or altered, or the server does not come up again.
pub fn crash(args: &[String]) -> Result<()> {
    let (mut kills, mut engines, mut binary) = (KILLS, Engine::ALL.to_vec(), None);
    let mut is_rolling = false;
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        let value = args.next().context(USAGE)?;
        match arg {
            "--kills" => kills = value.parse().context(USAGE)?,
            "--engine" => engines = Engine::of(value)?,
            "--rolling" => is_rolling = value == "yes",
            "--binary" => binary = Some(PathBuf::from(value)),
            _ => bail!("{USAGE}"),
        }
    }
    let binary = built(binary)?;
    if is_rolling {
        return rolling::restart_all(&binary);
    }
    engines.into_iter().try_for_each(|engine| torture(&binary, engine, kills))
}

/// The binary that was named, or the one of this moment.
///
/// # Errors
/// When it does not compile.
pub fn built(binary: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(binary) = binary {
        return Ok(binary);
    }
    shell::run(&mut cargo(["build", "--locked", "--package", "server"]))?;
    Ok(place::huisheng("debug"))
}

/// The processes of one house, and where the customers find them.
struct Processes<'a> {
    house: &'a House,
    /// `serve`, or where there are several `serve --no-worker`.
    webs: Vec<SocketAddr>,
    running: Vec<Option<Served>>,
}

impl<'a> Processes<'a> {
    fn start(house: &'a House, engine: Engine) -> Result<Self> {
        let one = || Ok::<_, anyhow::Error>(([127, 0, 0, 1], free_port()?).into());
        let (webs, count) = match engine {
            Engine::Sqlite => (vec![one()?], 1),
            Engine::Postgres => (vec![one()?, one()?], 4),
        };
        let mut processes = Self { house, webs, running: Vec::new() };
        for at in 0..count {
            let served = processes.begin(at)?;
            processes.running.push(Some(served));
        }
        Ok(processes)
    }

    fn begin(&self, at: usize) -> Result<Served> {
        match self.webs.get(at) {
            Some(web) if self.webs.len() == 1 => self.house.serve_at(*web, &[]),
            Some(web) => self.house.serve_at(*web, &["--no-worker"]),
            None => self.house.work(),
        }
    }

    fn kill(&mut self, at: usize) -> Result<()> {
        self.running[at].take().context("it does not run")?.kill()
    }

    /// Told to stop, and another one in its place when it has.
    fn replace(&mut self, at: usize) -> Result<Duration> {
        let took = self.running[at].take().context("it does not run")?.stop()?;
        self.restart(at)?;
        Ok(took)
    }

    fn restart(&mut self, at: usize) -> Result<()> {
        let served = self.begin(at)?;
        self.running[at] = Some(served);
        Ok(())
    }

    /// A worker that does not serve, where there is one.
    fn worker(&self) -> Option<&Served> {
        self.running.get(self.webs.len())?.as_ref()
    }
}

fn torture(binary: &Path, engine: Engine, kills: usize) -> Result<()> {
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.subsec_nanos();
    println!("\n── {}, {kills} kills, seed {seed}", engine.name());
    let mut dice = Dice(u64::from(seed));
    let house = House::new(binary, engine)?;
    let form = {
        let served = house.serve()?;
        promise_soon(&mut house.api(served.address)?)?;
        house.publish_form()?
    };
    let (book, next) = (Book::default(), AtomicU64::new(1));
    let mut processes = Processes::start(&house, engine)?;
    for kill in 1..=kills {
        let range = if kill % LONG_LIFE_EVERY == 0 { LONG_LIFE_MS } else { LIFE_MS };
        let life = Duration::from_millis(dice.between(range.0, range.1));
        let victim = usize::try_from(dice.between(0, processes.running.len() as u64 - 1))?;
        let freeze = kill % LONG_LIFE_EVERY == LONG_LIFE_EVERY / 2;
        let without_database = kill % LONG_LIFE_EVERY == 2;
        under_load(&processes.webs.clone(), &form, &book, &next, hand_in, || {
            thread::sleep(life);
            if let Some(worker) = processes.worker().filter(|_| freeze) {
                worker.signal("STOP")?;
                thread::sleep(FROZEN);
                worker.signal("CONT")?;
            }
            if without_database {
                house.crash_database()?;
                thread::sleep(life);
            }
            processes.kill(victim)?;
            processes.restart(victim)
        })?;
        book.refuse_wrong()?;
        println!("kill {kill}: process {victim} after {life:.1?}; {}", book.in_words());
    }
    let looked = look::look(&house, processes.webs[0], &book)?;
    drop(processes);
    look::ledger(&house)?;
    println!("{}: nothing lost, doubled or altered: {looked}", engine.name());
    Ok(())
}

/// How one customer hands in one evaluation; see [`hand_in`].
pub type HandIn = fn(&[SocketAddr], usize, &Form, &Book, u64, &AtomicBool);

/// Customers hand in until `incident` is over.
pub fn under_load(
    webs: &[SocketAddr],
    form: &Form,
    book: &Book,
    next: &AtomicU64,
    hand_in: HandIn,
    incident: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for at in 0..CUSTOMERS {
            let is_over = &is_over;
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    hand_in(webs, at, form, book, number, is_over);
                }
            });
        }
        let outcome = incident();
        is_over.store(true, Ordering::Relaxed);
        outcome
    })
}

/// Sends one evaluation until it is acknowledged: the same again, wherever somebody answers, as a
/// browser does whose customer presses once more. Gives up when `is_over`; then nobody knows.
pub fn hand_in(
    webs: &[SocketAddr],
    first: usize,
    form: &Form,
    book: &Book,
    number: u64,
    is_over: &AtomicBool,
) {
    book.send(number);
    let body = form.answers(number);
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    for attempt in first.. {
        let address = webs[attempt % webs.len()];
        let reply = Connection::open(address)
            .and_then(|mut it| it.send("POST", &form.path, headers, body.as_bytes()));
        match reply {
            Ok(reply) if reply.status == 303 => {
                return book.acknowledge(number, reply.header("location").unwrap_or_default());
            }
            // Too many at once, or the database is out of reach: again.
            Ok(reply) if reply.status == 503 => {}
            Ok(reply) => {
                let text: String = String::from_utf8_lossy(&reply.body).chars().take(300).collect();
                return book.wrong(number, reply.status, &text);
            }
            Err(_) => {}
        }
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// All that is promised is due in seconds, on a calendar that is always open.
pub fn promise_soon(api: &mut Api) -> Result<()> {
    let calendars = api.get("/calendars")?;
    let is_always = |it: &&Value| it["calendar"]["week"]["sunday"] != json!([]);
    let always = calendars.as_array().and_then(|it| it.iter().find(is_always));
    let always = always.context("no calendar is open on Sundays")?["id"].clone();
    let mut policy = api.get("/policies")?[0].take();
    for rule in policy["policy"]["rules"].as_array_mut().context("a policy has rules")? {
        for (_, goal) in rule["goals"].as_object_mut().context("a rule has goals")? {
            let target = json!({ "elapsed": { "seconds": PROMISE_SECONDS } });
            *goal = json!({ "target": target, "calendar": always });
        }
    }
    let id = policy["id"].as_str().context("a policy has an id")?;
    let body = json!({
        "name": policy["name"], "policy": policy["policy"], "in_force": true,
        "version": policy["version"],
    });
    api.call("PUT", &format!("/policies/{id}"), &body)?;
    Ok(())
}

/// Splitmix64: a few dice need no crate.
struct Dice(u64);

impl Dice {
    /// Of `low..=high`.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        low + (mixed ^ (mixed >> 31)) % (high - low + 1)
    }
}

/// Asks until `look` says yes.
fn wait_until(seconds: u64, mut look: impl FnMut() -> Result<Option<String>>) -> Result<()> {
    let end = Instant::now() + Duration::from_secs(seconds);
    while let Some(missing) = look()? {
        if Instant::now() > end {
            bail!("after {seconds} s still: {missing}");
        }
        thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_stay_within_and_differ() {
        let mut dice = Dice(7);
        let thrown: Vec<u64> = (0..200).map(|_| dice.between(3, 6)).collect();
        assert!((3..=6).all(|it| thrown.contains(&it)));
        assert!(thrown.iter().all(|it| (3..=6).contains(it)));
    }
}
