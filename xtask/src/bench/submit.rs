//! Evaluations handed in through the public page, everything of the transaction on disk before the
//! answer; beside it, in the same run, the bare limit of the same rows.

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    CONNECTIONS, REPEATS, SUBMIT_SECONDS, at, count,
    house::{Engine, Form, House},
    http::Connection,
    report::Measured,
};
/// Numbers of customers, each used once.
pub struct Numbers(AtomicU64);

impl Default for Numbers {
    fn default() -> Self {
        Self(AtomicU64::new(1))
    }
}

impl Numbers {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// What one run of customers saw.
pub struct Seen {
    /// Of every answer, sorted.
    times: Vec<Duration>,
    rate: f64,
}

/// Rate and latency for each number of connections, and the ratio to the limit.
pub fn submit(house: &House, baseline: Option<&Path>, engine: Engine) -> Result<Vec<Measured>> {
    let old = baseline.map(|it| House::new(it, engine)).transpose()?;
    let (form, numbers) = (prepare(house)?, Numbers::default());
    let old = match &old {
        Some(old) => Some((old, prepare(old)?, Numbers::default())),
        None => None,
    };
    let mut measured = Vec::new();
    let (mut rates, mut old_rates) = (Vec::new(), Vec::new());
    for connections in CONNECTIONS {
        let (mut now, mut before) = (Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            now.push(run(house, &form, connections, &numbers)?);
            if let Some((old, form, numbers)) = &old {
                before.push(run(old, form, connections, numbers)?);
            }
        }
        rates.push(add(&mut measured, "", connections, &now));
        if !before.is_empty() {
            old_rates.push(add(&mut measured, "baseline, ", connections, &before));
        }
    }
    let limits = (0..REPEATS).map(|_| limit(house)).collect::<Result<Vec<_>>>()?;
    let limit = median(limits);
    measured.push(Measured::new("bare limit, groups of 64", limit, "/s"));
    for (connections, rate) in CONNECTIONS.into_iter().zip(rates.iter().copied()) {
        let name = format!("evaluations at {connections} connections of the bare limit");
        let ratio = Measured::new(&name, rate / limit, "x");
        measured.push(if connections == 64 { ratio.target("0.5 x") } else { ratio });
    }
    for (connections, (rate, old)) in CONNECTIONS.into_iter().zip(rates.iter().zip(old_rates)) {
        let name = format!("evaluations at {connections} connections of the baseline");
        measured.push(Measured::new(&name, rate / old, "x"));
    }
    Ok(measured)
}

/// The bare limit alone.
pub fn bare(house: &House) -> Result<Vec<Measured>> {
    house.seed()?;
    let limits = (0..REPEATS).map(|_| limit(house)).collect::<Result<Vec<_>>>()?;
    Ok(vec![Measured::new("bare limit, groups of 64", median(limits), "/s")])
}

fn prepare(house: &House) -> Result<Form> {
    let served = house.serve()?;
    let form = house.publish_form()?;
    served.stop()?;
    Ok(form)
}

/// The median of the repeats goes into the table; the rate is returned.
fn add(measured: &mut Vec<Measured>, whose: &str, connections: usize, seen: &[Seen]) -> f64 {
    let name = |what: &str| format!("{whose}evaluations, {connections} connections, {what}");
    let rate = median(seen.iter().map(|it| it.rate).collect());
    let time = |share| median(seen.iter().map(|it| at(&it.times, share).as_secs_f64()).collect());
    measured.push(Measured::new(&name("accepted"), rate, "/s"));
    measured.push(Measured::new(&name("median"), time(0.5) * 1000.0, "ms"));
    let p99 = Measured::new(&name("p99"), time(0.99) * 1000.0, "ms");
    let promised = connections == 64 && whose.is_empty();
    measured.push(if promised { p99.target("< 25 ms") } else { p99 });
    rate
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn run(house: &House, form: &Form, connections: usize, numbers: &Numbers) -> Result<Seen> {
    let served = house.serve()?;
    let counted = |house: &House| -> Result<u64> {
        let counted = house.api(served.address)?.get("/evaluation-count")?;
        counted["count"].as_u64().context("a count")
    };
    let before = counted(house)?;
    let seen = under_load(served.address, form, connections, numbers)?;
    let stored = counted(house)? - before;
    ensure!(stored == seen.times.len() as u64, "{} thanks, {stored} stored", seen.times.len());
    // Who is killed keeps the leases for a while, and the next would have nothing to do beside: no ledger to
    // seal, no timer to fire.
    served.stop()?;
    Ok(seen)
}

/// Customers hand in over so many connections for a while; every answer is looked at.
pub fn under_load(
    address: SocketAddr,
    form: &Form,
    connections: usize,
    numbers: &Numbers,
) -> Result<Seen> {
    let begun = Instant::now();
    let end = begun + Duration::from_secs(SUBMIT_SECONDS);
    let one = || -> Result<Vec<(Duration, String)>> {
        let mut connection = Connection::open(address)?;
        let mut answers = Vec::new();
        while Instant::now() < end {
            let body = form.answers(numbers.next());
            let headers = "content-type: application/x-www-form-urlencoded\r\n";
            let reply = connection.send("POST", &form.path, headers, body.as_bytes())?;
            let place = reply.header("location").unwrap_or_default();
            if reply.status != 303 || !place.starts_with("/p/") {
                bail!("handing in answered {} {place}", reply.status);
            }
            answers.push((reply.first_byte, place.to_owned()));
        }
        Ok(answers)
    };
    let answers = thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().expect("a measuring thread does not panic")?);
        }
        Ok::<_, anyhow::Error>(all)
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    let places: HashSet<&str> = answers.iter().map(|it| it.1.as_str()).collect();
    ensure!(places.len() == answers.len(), "two customers were shown the same page");
    let mut times: Vec<_> = answers.iter().map(|it| it.0).collect();
    times.sort();
    Ok(Seen { rate: count(times.len()) / seconds, times })
}

/// Submissions a second that the database takes when nothing is read or decided.
fn limit(house: &House) -> Result<f64> {
    let said = house.measure(&["limit"])?;
    let rows = said["count"].as_f64().context("how many")?;
    Ok(rows / said["seconds"].as_f64().context("in how long")?)
}
