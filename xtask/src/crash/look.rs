//! What must be true after the killing, seen through the API as the house's own people see it.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::{book::Book, wait_until};
use crate::{
    bench::{
        house::{Api, House, said},
        http::Connection,
    },
    shell,
};

/// Until every timer has had its effect: the leases of the dead run out, then twice the promise.
const QUIET_SECONDS_MAX: u64 = 120;

/// Progress pages that are opened: enough to see a link that leads nowhere.
const PAGES_MAX: usize = 300;

/// The last of the shares of a promise's time at which people are told, in basis points.
const LAST_SHARE_BP: u64 = 20_000;

/// Looks at everything. Says how much it was.
///
/// # Errors
/// Names what is lost, doubled or altered.
pub fn look(house: &House, web: SocketAddr, book: &Book) -> Result<String> {
    let mut api = house.api(web)?;
    let cases = evaluations(&mut api, book)?;
    pages(web, book)?;
    let escalations = promises(&mut api, &cases)?;
    let dead = api.get("/jobs?state=dead")?;
    ensure!(dead["items"] == serde_json::json!([]), "something was given up: {dead}");
    Ok(format!("{}, {} cases, {escalations} escalations", book.in_words(), cases.len()))
}

/// Each acknowledged evaluation once, with what was said, and none that nobody sent. Returns their
/// cases: each has a queue, and none is of two evaluations.
fn evaluations(api: &mut Api, book: &Book) -> Result<BTreeMap<String, Value>> {
    let mut found = BTreeSet::new();
    let mut with_case = BTreeMap::new();
    for it in api.all("/evaluations")? {
        let id = text(&it, "id")?;
        let number = id.rsplit('-').next().and_then(|it| u64::from_str_radix(it, 16).ok());
        let number =
            number.filter(|it| book.was_sent(*it)).with_context(|| format!("who sent {id}?"))?;
        ensure!(found.insert(number), "{id} is there twice");
        let (score, words) = said(number);
        let is_as_sent = it["scores"]["csat"] == score && it["comment"] == words;
        ensure!(is_as_sent, "{id} is not as it was sent: {it}");
        match it["case"].as_str() {
            Some(case) => drop(with_case.insert(case.to_owned(), id)),
            None => ensure!(words.is_empty(), "{id} has words and no case"),
        }
    }
    let lost: Vec<_> = book.acknowledged().into_keys().filter(|it| !found.contains(it)).collect();
    ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");

    let mut cases = BTreeMap::new();
    for it in api.all("/cases")? {
        let id = text(&it, "id")?;
        ensure!(it["team"].is_string() || it["owner"].is_string(), "nobody's: {it}");
        let evaluation = with_case.remove(&id);
        ensure!(evaluation.as_deref() == it["evaluation"].as_str(), "{id} is of another: {it}");
        cases.insert(id, it);
    }
    ensure!(with_case.is_empty(), "cases that are named and not there: {with_case:?}");
    Ok(cases)
}

/// The links the customers hold lead to their evaluations.
fn pages(web: SocketAddr, book: &Book) -> Result<()> {
    let acknowledged = book.acknowledged();
    let step = acknowledged.len() / PAGES_MAX + 1;
    let mut connection = Connection::open(web)?;
    for (number, path) in acknowledged.into_iter().step_by(step) {
        let reply = connection.send("GET", &path, "", b"")?;
        ensure!(reply.status == 200, "{path} of {number} answers {}", reply.status);
        let page = String::from_utf8_lossy(&reply.body);
        ensure!(page.contains(said(number).1), "{path} is not of {number}");
    }
    Ok(())
}

/// Every clock told people at each share once, up to the last.
fn promises(api: &mut Api, cases: &BTreeMap<String, Value>) -> Result<usize> {
    let mut open: Vec<_> = cases.values().filter(|it| it["kind"] != "praise").collect();
    let mut escalations = 0;
    wait_until(QUIET_SECONDS_MAX, || {
        let mut left = Vec::new();
        for case in open.drain(..) {
            let id = text(case, "id")?;
            match told(&api.get(&format!("/cases/{id}"))?)? {
                Some(count) => escalations += count,
                None => left.push(case),
            }
        }
        let missing = left.first().map(|it| format!("{} with promises to come: {it}", left.len()));
        open = left;
        Ok(missing)
    })?;
    Ok(escalations)
}

/// How often people were told of a case's promises; `None` while more is to come.
fn told(case: &Value) -> Result<Option<usize>> {
    let clocks = case["clocks"].as_array().context("a case has clocks")?;
    ensure!(!clocks.is_empty(), "no clock runs for {case}");
    let mut shares: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for entry in case["timeline"].as_array().context("a case has a time line")? {
        if entry["what"] == "escalated" {
            let clock =
                entry["event"]["clock"].as_str().context("an escalation names its clock")?;
            let share = entry["event"]["share_bp"].as_u64().context("and the share")?;
            shares.entry(clock).or_default().push(share);
        }
    }
    for told in shares.values() {
        ensure!(told.is_sorted_by(|a, b| a < b), "told twice, {told:?}: {case}");
    }
    let is_last = |it: &Vec<u64>| it.last() == Some(&LAST_SHARE_BP);
    let all = shares.len() == clocks.len() && shares.values().all(is_last);
    Ok(all.then(|| shares.values().map(Vec::len).sum()))
}

/// # Errors
/// When the ledger does not agree with the rows.
pub fn ledger(house: &House) -> Result<()> {
    let said = shell::output(house.command("ledger").arg("verify"))?;
    println!("{}", said.trim());
    if said.trim().is_empty() {
        bail!("the ledger says nothing");
    }
    Ok(())
}

fn text(it: &Value, key: &str) -> Result<String> {
    Ok(it[key].as_str().with_context(|| format!("no {key}: {it}"))?.to_owned())
}
