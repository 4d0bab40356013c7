//! Timers: many that wait, and a thousand that are due at one moment. How late they are, and that
//! each has its effect once, also when the process is killed in the middle.

use std::{
    thread,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::{count, house::House, report::Measured};

const WAITING: u64 = 100_000;
const DUE: u64 = 1_000;

/// From the writing of the timers to the moment they are due.
const AFTER: Duration = Duration::from_secs(20);
/// The process is killed so long after that moment.
const KILLED_AFTER: Duration = Duration::from_millis(60);
/// All are done after this; a dead process keeps its lease for 20 s of it.
const DONE: Duration = Duration::from_mins(1);

pub fn timers(house: &House) -> Result<Vec<Measured>> {
    house.seed()?;
    house.measure(&[
        "timers",
        "--waiting",
        &WAITING.to_string(),
        "--due",
        "0",
        "--after-ms",
        "0",
    ])?;
    let served = house.serve()?;
    let due = schedule(house)?;
    let calm = done(house, &due)?;
    let due = schedule(house)?;
    let moment = Duration::from_millis(due.parse()?) + KILLED_AFTER;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    thread::sleep(moment.saturating_sub(now));
    served.kill()?;
    let before = fired(house, &due)?;
    let _served = house.serve()?;
    let killed = done(house, &due)?;
    let of = |said: &Value, what: &str| said[what].as_f64().context("a number");
    let waiting = format!("timers, {WAITING} waiting, {DUE} due at once");
    let lag = |said: &Value, share| quantile(&said["lags_ms"], share);
    let value =
        |what: &str, value: f64, unit| Measured::new(&format!("{waiting}: {what}"), value, unit);
    Ok(vec![
        value("lag, median", lag(&calm, 0.5)?, "ms"),
        value("lag, p99", lag(&calm, 0.99)?, "ms").target("< 1000 ms"),
        value("lag, worst", lag(&calm, 1.0)?, "ms"),
        value("happened once", of(&calm, "once")?, "").target("1000"),
        value("killed when so many had happened", of(&before, "once")?, ""),
        value("killed: happened once", of(&killed, "once")?, "").target("1000"),
        value("killed: happened more than once", of(&killed, "more_than_once")?, "").target("0"),
        value("killed: lag, worst", lag(&killed, 1.0)?, "ms"),
    ])
}

/// The moment, in milliseconds.
fn schedule(house: &House) -> Result<String> {
    let after = AFTER.as_millis().to_string();
    let said = house.measure(&["timers", "--due", &DUE.to_string(), "--after-ms", &after])?;
    Ok(said["due_ms"].to_string())
}

fn fired(house: &House, due: &str) -> Result<Value> {
    house.measure(&["fired", "--due-ms", due])
}

/// Looks until all have happened.
fn done(house: &House, due: &str) -> Result<Value> {
    let end = Instant::now() + AFTER + DONE;
    loop {
        // Looking costs the database something: not while they are late by less than a moment.
        thread::sleep(Duration::from_secs(5));
        let said = fired(house, due)?;
        ensure!(said["due"].as_u64() == Some(DUE), "{said}");
        let happened = said["lags_ms"].as_array().map_or(0, Vec::len);
        if happened as u64 == DUE {
            let waiting = said["waiting"].as_u64().context("how many wait")?;
            ensure!(WAITING <= waiting, "only {waiting} wait: somebody was early");
            return Ok(said);
        }
        if Instant::now() > end {
            bail!("of {DUE} only {happened} have happened");
        }
    }
}

/// Nearest rank.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank among a thousand"
)]
fn quantile(sorted: &Value, share: f64) -> Result<f64> {
    let values = sorted.as_array().context("lags")?;
    let rank = (count(values.len()) * share).ceil() as usize;
    let value = values.get(rank.max(1) - 1).and_then(Value::as_f64);
    value.context("no timer has happened")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_share_of_lags_is_one_of_them() {
        let lags = json!([1, 2, 3, 40]);
        assert_eq!(quantile(&lags, 0.5).unwrap().to_string(), "2");
        assert_eq!(quantile(&lags, 0.99).unwrap().to_string(), "40");
        assert!(quantile(&json!([]), 0.5).is_err());
    }
}
