//! `cargo xtask bench`: what the design promises about speed, measured on the real binary over loopback.

pub mod house;
pub mod http;
mod report;
mod submit;

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

const USAGE: &str = "usage: cargo xtask bench start|page|submit|memory|all [--engine sqlite|postgres|both]
    [--binary PATH] [--baseline PATH] [--write]
`submit` measures the bare limit in the same run, and `--baseline` another build of the server beside it";

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
        for &part in &asked.what {
            let house = House::new(&binary, engine)?;
            let of_part = match part {
                "start" => start(&house)?,
                "page" => page(&house)?,
                "memory" => memory(&house)?,
                _ => submit::submit(&house, asked.baseline.as_deref(), engine)?,
            };
            measured.extend(of_part.into_iter().map(|it| it.on(engine.name())));
        }
    }
    report::print(&measured)?;
    if asked.write { report::write(&measured) } else { Ok(()) }
}

struct Asked<'a> {
    what: Vec<&'a str>,
    engines: Vec<Engine>,
    binary: Option<PathBuf>,
    baseline: Option<PathBuf>,
    write: bool,
}

fn read(args: &[String]) -> Result<Asked<'_>> {
    let engines = Engine::ALL.to_vec();
    let mut asked = Asked { what: vec![], engines, binary: None, baseline: None, write: false };
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        match arg {
            "start" | "page" | "submit" | "memory" => asked.what.push(arg),
            "all" => asked.what.extend(["start", "page", "submit", "memory"]),
            "--engine" => asked.engines = Engine::of(args.next().context(USAGE)?)?,
            "--binary" => asked.binary = Some(PathBuf::from(args.next().context(USAGE)?)),
            "--baseline" => asked.baseline = Some(PathBuf::from(args.next().context(USAGE)?)),
            "--write" => asked.write = true,
            _ => bail!("{USAGE}"),
        }
    }
    if asked.what.is_empty() {
        bail!("{USAGE}");
    }
    Ok(asked)
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
    fn quantiles_are_values_that_were_measured() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        let ms = |share| at(&times, share).as_millis();
        assert_eq!([ms(0.0), ms(0.5), ms(0.99), ms(1.0)], [1, 50, 99, 100]);
    }
}
