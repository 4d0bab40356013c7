//! `cargo xtask bench`: what the design promises about speed, measured on the real binary over loopback.

mod growth;
pub mod house;
pub mod http;
mod import;
mod report;
mod submit;
mod timers;

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    place,
    shell::{self, cargo},
};
use house::{Engine, House};
use http::Connection;
use report::Measured;

const USAGE: &str = "\
usage: cargo xtask bench PART… [--engine sqlite|postgres|both] [--sizes N,N,…] [--binary PATH]
    [--baseline PATH] [--write]
start     from the start of the process to its first answer
page      the customer's page: first byte, size
memory    of the process, idle and under load
submit    evaluations through the page, beside the bare limit; --baseline: and another build
limit     the bare limit alone
import    a file of 100 000 rows, beside its bare limit
timers    1 000 due at once among 100 000, also when the process is killed
overview  twelve months, as the past grows to each of --sizes
slice     single slices of it
lists     pages of evaluations and cases, searches
all       all of these
--sizes is 10000,100000,1000000 unless said; 10 000 000 take about 12 GB of disk. The binary is a
release build unless --binary names one. --write keeps the figures in docs/benchmarks.md and .json";

const PARTS: [&str; 10] = [
    "start", "page", "memory", "submit", "limit", "import", "timers", "overview", "slice", "lists",
];

/// Parts that share a company, which grows.
const GROWING: [&str; 3] = ["overview", "slice", "lists"];

const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];

/// Starts of the server, and pages asked for.
const STARTS: usize = 20;
const PAGES: usize = 2_000;
/// How long each number of connections is measured, how often, and which numbers.
const SUBMIT_SECONDS: u64 = 4;
const REPEATS: usize = 3;
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// Measures what `args` name.
///
/// # Errors
/// When an argument is unknown, or the server does not do what is measured.
pub fn bench(args: &[String]) -> Result<()> {
    let asked = read(args)?;
    let binary = if let Some(binary) = asked.binary {
        binary
    } else {
        shell::run(&mut cargo(["build", "--locked", "--release", "--package", "server"]))?;
        place::huisheng("release")
    };
    let mut measured = Vec::new();
    for engine in asked.engines {
        for &part in asked.what.iter().filter(|it| !GROWING.contains(it)) {
            let house = House::new(&binary, engine)?;
            let of_part = match part {
                "start" => start(&house)?,
                "page" => page(&house)?,
                "memory" => memory(&house)?,
                "limit" => submit::bare(&house)?,
                "import" => import::import(&house)?,
                "timers" => timers::timers(&house)?,
                _ => submit::submit(&house, asked.baseline.as_deref(), engine)?,
            };
            measured.extend(of_part.into_iter().map(|it| it.on(engine.name())));
        }
        if asked.what.iter().any(|it| GROWING.contains(it)) {
            let house = House::new(&binary, engine)?;
            let grown = growth::growth(&house, &asked.what, &asked.sizes)?;
            measured.extend(grown.into_iter().map(|it| it.on(engine.name())));
        }
    }
    report::print(&measured)?;
    if asked.write { report::write(&measured) } else { Ok(()) }
}

struct Asked<'a> {
    what: Vec<&'a str>,
    engines: Vec<Engine>,
    sizes: Vec<u64>,
    binary: Option<PathBuf>,
    baseline: Option<PathBuf>,
    write: bool,
}

fn read(args: &[String]) -> Result<Asked<'_>> {
    let (engines, sizes) = (Engine::ALL.to_vec(), SIZES.to_vec());
    let mut asked =
        Asked { what: vec![], engines, sizes, binary: None, baseline: None, write: false };
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        let mut value = || args.next().context(USAGE);
        match arg {
            "all" => asked.what.extend(PARTS),
            "--engine" => asked.engines = Engine::of(value()?)?,
            "--sizes" => asked.sizes = sizes_of(value()?)?,
            "--binary" => asked.binary = Some(PathBuf::from(value()?)),
            "--baseline" => asked.baseline = Some(PathBuf::from(value()?)),
            "--write" => asked.write = true,
            part if PARTS.contains(&part) => asked.what.push(part),
            _ => bail!("{USAGE}"),
        }
    }
    if asked.what.is_empty() {
        bail!("{USAGE}");
    }
    Ok(asked)
}

/// Ascending, as a company grows.
fn sizes_of(text: &str) -> Result<Vec<u64>> {
    let sizes = text.split(',').map(str::parse).collect::<Result<Vec<u64>, _>>();
    let sizes = sizes.context(USAGE)?;
    if !sizes.is_sorted_by(|a, b| a < b) {
        bail!("{USAGE}");
    }
    Ok(sizes)
}

/// From the start of the process to its first answer, on a database that exists.
fn start(house: &House) -> Result<Vec<Measured>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let served = house.serve()?;
        times.push(begun.elapsed());
        drop(served);
    }
    times.sort();
    Ok(vec![
        Measured::ms("start to first answer, median", at(&times, 0.5)),
        Measured::ms("start to first answer, worst", at(&times, 1.0)).target("< 300 ms"),
    ])
}

/// The customer's page: how soon, how heavy.
fn page(house: &House) -> Result<Vec<Measured>> {
    let served = house.serve()?;
    let form = house.publish_form()?;
    let mut connection = Connection::open(served.address)?;
    let mut times = Vec::new();
    let mut bytes = 0;
    for _ in 0..PAGES {
        let reply = connection.send("GET", &form.path, "accept-encoding: br\r\n", b"")?;
        if reply.status != 200 || reply.header("content-encoding").is_none() {
            bail!("{} answered {} without compression", form.path, reply.status);
        }
        bytes = reply.body.len();
        times.push(reply.first_byte);
    }
    times.sort();
    Ok(vec![
        Measured::ms("customer's page, first byte, median", at(&times, 0.5)).target("< 2 ms"),
        Measured::ms("customer's page, first byte, p99", at(&times, 0.99)),
        Measured::new("customer's page, compressed", count(bytes) / 1024.0, "KB").target("< 20 KB"),
    ])
}

/// Memory of the process: after its first page, and after a while under load.
fn memory(house: &House) -> Result<Vec<Measured>> {
    let served = house.serve()?;
    let form = house.publish_form()?;
    Connection::open(served.address)?.send("GET", &form.path, "", b"")?;
    thread::sleep(Duration::from_secs(2));
    let idle = served.memory_mib()?;
    submit::under_load(served.address, &form, 64, &submit::Numbers::default())?;
    let loaded = served.memory_mib()?;
    Ok(vec![
        Measured::new("memory, idle", idle, "MiB").target("< 60"),
        Measured::new("memory, after 64 connections handed in", loaded, "MiB").target("< 250"),
    ])
}

/// The value below which that share of the sorted times lies (nearest rank).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank among a few thousand"
)]
fn at(sorted: &[Duration], share: f64) -> Duration {
    let rank = (count(sorted.len()) * share).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_measured_is_read_from_the_words() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let args = words("overview lists --sizes 10,200 --engine sqlite --write");
        let asked = read(&args).unwrap();
        assert_eq!((asked.what, asked.sizes), (vec!["overview", "lists"], vec![10, 200]));
        assert!(asked.write && asked.engines == [Engine::Sqlite]);
        for wrong in
            ["--write", "speed", "overview --sizes 200,10", "page --engine", "page --sizes x"]
        {
            assert!(read(&words(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(read(&words("all")).unwrap().what.len(), PARTS.len());
    }

    #[test]
    fn quantiles_are_values_that_were_measured() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        let ms = |share| at(&times, share).as_millis();
        assert_eq!([ms(0.0), ms(0.5), ms(0.99), ms(1.0)], [1, 50, 99, 100]);
    }
}
