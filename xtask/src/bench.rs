//! `cargo xtask bench`: what the design promises about speed, measured on the real binary over loopback.

mod house;
mod http;
mod report;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    place,
    shell::{self, cargo},
};
use house::House;
use http::Connection;
use report::Measured;

const USAGE: &str = "usage: cargo xtask bench start|page|submit|all [--binary PATH] [--write]";

/// Starts of the server, and pages asked for.
const STARTS: usize = 20;
const PAGES: usize = 2_000;
/// How long each number of connections is measured, and which numbers.
const SUBMIT_SECONDS: u64 = 10;
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// Measures what `args` name.
///
/// # Errors
/// When an argument is unknown, or the server does not do what is measured.
pub fn bench(args: &[String]) -> Result<()> {
    let (what, binary, write) = read(args)?;
    let binary = if let Some(binary) = binary {
        binary
    } else {
        shell::run(&mut cargo(["build", "--locked", "--release", "--package", "server"]))?;
        place::huisheng("release")
    };
    let mut measured = Vec::new();
    for part in what {
        measured.extend(match part {
            "start" => start(&House::new(&binary)?)?,
            "page" => page(&House::new(&binary)?)?,
            _ => submit(&House::new(&binary)?)?,
        });
    }
    report::print(&measured)?;
    if write { report::write(&measured) } else { Ok(()) }
}

fn read(args: &[String]) -> Result<(Vec<&str>, Option<PathBuf>, bool)> {
    let (mut what, mut binary, mut write) = (Vec::new(), None, false);
    let mut args = args.iter().map(String::as_str);
    while let Some(arg) = args.next() {
        match arg {
            "start" | "page" | "submit" => what.push(arg),
            "all" => what.extend(["start", "page", "submit"]),
            "--binary" => binary = Some(PathBuf::from(args.next().context(USAGE)?)),
            "--write" => write = true,
            _ => bail!("{USAGE}"),
        }
    }
    if what.is_empty() {
        bail!("{USAGE}");
    }
    Ok((what, binary, write))
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

/// Evaluations handed in through the public page, everything of the transaction on disk before the answer.
fn submit(house: &House) -> Result<Vec<Measured>> {
    let served = house.serve()?;
    let form = house.publish_form()?;
    let next = AtomicU64::new(1);
    let mut measured = Vec::new();
    for connections in CONNECTIONS {
        let begun = Instant::now();
        let mut times = hand_in(served.address, &form, connections, &next)?;
        let seconds = begun.elapsed().as_secs_f64();
        times.sort();
        let name = |what: &str| format!("evaluations, {connections} connections, {what}");
        measured.push(Measured::new(&name("accepted"), count(times.len()) / seconds, "/s"));
        measured.push(Measured::ms(&name("median"), at(&times, 0.5)));
        let p99 = Measured::ms(&name("p99"), at(&times, 0.99));
        measured.push(if connections == 64 { p99.target("< 25 ms") } else { p99 });
    }
    Ok(measured)
}

/// Every answer's time, over all connections.
fn hand_in(
    address: SocketAddr,
    form: &house::Form,
    connections: usize,
    next: &AtomicU64,
) -> Result<Vec<Duration>> {
    let end = Instant::now() + Duration::from_secs(SUBMIT_SECONDS);
    let one = || -> Result<Vec<Duration>> {
        let mut connection = Connection::open(address)?;
        let mut times = Vec::new();
        while Instant::now() < end {
            let body = form.answers(next.fetch_add(1, Ordering::Relaxed));
            let headers = "content-type: application/x-www-form-urlencoded\r\n";
            let reply = connection.send("POST", &form.path, headers, body.as_bytes())?;
            if reply.status != 303 {
                bail!("handing in answered {}", reply.status);
            }
            times.push(reply.first_byte);
        }
        Ok(times)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().expect("a measuring thread does not panic")?);
        }
        Ok(all)
    })
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
