//! What reading costs as the past grows: the overview of twelve months, single slices of it, and
//! lists, in one company with ever more evaluations.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use jiff::{ToSpan as _, Zoned, civil::Date};
use serde_json::Value;

use super::{
    at, count,
    house::{Api, House},
    report::Measured,
};

/// Each question is asked so often, or for so long.
const ASKED_MAX: usize = 200;
const ASKED: Duration = Duration::from_secs(4);

/// Buckets are compared with their rows, one by one, in companies up to this size.
const VERIFIED_MAX: u64 = 100_000;

/// The overview of the largest company may take so many times as long as that of the smallest.
const GROWTH_MAX: &str = "<= 2 x";

/// One question: of which part, what it is called, where it is asked and what is promised.
struct Question {
    part: &'static str,
    name: &'static str,
    path: String,
    target: &'static str,
}

/// The parts named in `parts`, at each of `sizes`, which ascend.
pub fn growth(house: &House, parts: &[&str], sizes: &[u64]) -> Result<Vec<Measured>> {
    house.seed()?;
    let (mut measured, mut there) = (Vec::new(), house.count()?);
    let mut overviews = Vec::new();
    for &size in sizes {
        ensure!(there < size, "there are {there} evaluations already");
        let said = house.measure(&["past", "--evaluations", &(size - there).to_string()])?;
        measured.push(rate(size, "rows written, evaluations", &said, size - there)?);
        there = size;
        let begun = Instant::now();
        crate::shell::output(house.command("figures").args(["rebuild"]))?;
        measured.push(Measured::new(&named(size, "buckets made anew"), seconds(begun), "s"));
        if size <= VERIFIED_MAX {
            crate::shell::output(house.command("figures").args(["verify"]))?;
        }
        let served = house.serve()?;
        let mut api = house.api(served.address)?;
        check(&mut api, size)?;
        for question in questions(&mut api, parts)? {
            let (times, bytes) = ask(&mut api, &question.path)?;
            let p99 = at(&times, 0.99);
            let name = |what: &str| named(size, &format!("{}, {what}", question.name));
            measured.push(Measured::ms(&name("median"), at(&times, 0.5)));
            measured.push(Measured::ms(&name("p99"), p99).target(question.target));
            println!("{}: {bytes} bytes, {} times, p99 {p99:.1?}", name("asked"), times.len());
            if question.part == "overview" {
                overviews.push(at(&times, 0.5));
            }
        }
    }
    if let (Some(first), Some(last)) = (overviews.first(), overviews.last()) {
        let ratio = last.as_secs_f64() / first.as_secs_f64();
        let name = "overview, median of the largest to that of the smallest";
        measured.push(Measured::new(name, ratio, "x").target(GROWTH_MAX));
    }
    Ok(measured)
}

fn named(size: u64, what: &str) -> String {
    format!("{size} evaluations: {what}")
}

fn seconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64()
}

fn rate(size: u64, what: &str, said: &Value, rows: u64) -> Result<Measured> {
    let seconds = said["seconds"].as_f64().context("in how long")?;
    let rows = u32::try_from(rows).context("too many")?;
    Ok(Measured::new(&named(size, what), f64::from(rows) / seconds, "/s"))
}

/// Every evaluation is there, and those of twelve months are in the overview.
fn check(api: &mut Api, size: u64) -> Result<()> {
    let counted = api.get("/evaluation-count")?["count"].as_u64();
    ensure!(counted == Some(size), "{counted:?} evaluations, not {size}");
    let figure = api.get(&format!("/figures/csat?round=any&{}", year()?))?;
    let of = figure["total"]["denominator"].as_u64().context("a denominator")?;
    // The first of 365 times 24 hours may be of the day before.
    ensure!(of <= size && size * 99 / 100 <= of, "{of} of {size} evaluations in the figure");
    Ok(())
}

/// `from=…&to=…` of the twelve months up to today.
fn year() -> Result<String> {
    last(365)
}

/// The same of so many days.
fn last(days: i64) -> Result<String> {
    let today: Date = Zoned::now().with_time_zone(jiff::tz::TimeZone::get("Asia/Shanghai")?).date();
    Ok(format!("from={}&to={today}", today.checked_sub((days - 1).days())?))
}

fn questions(api: &mut Api, parts: &[&str]) -> Result<Vec<Question>> {
    let year = year()?;
    let team = "019a0000-0000-7000-a000-020000000007";
    let staff = "019a0000-0000-7000-a000-010000000007";
    let figures = |part, name, path: &str, target| Question {
        part,
        name,
        path: format!("{path}{year}"),
        target,
    };
    let mut all = vec![
        figures("overview", "overview of 12 months", "/figures?", "< 20 ms"),
        figures("slice", "overview by team", "/figures?split=team&", "< 1 s"),
        figures("slice", "satisfaction by day", "/figures/csat?split=day&", "< 1 s"),
        figures("slice", "satisfaction by person", "/figures/csat?split=staff&", "< 1 s"),
        Question {
            part: "slice",
            name: "satisfaction of 100 days, a line for each person",
            path: format!("/figures/csat/trend?split=day&by=staff&{}", last(100)?),
            target: "< 1 s",
        },
        figures(
            "slice",
            "overview of one team in one channel",
            &format!("/figures?channel=phone&team={team}&"),
            "< 1 s",
        ),
        figures(
            "slice",
            "overview of one person's complaints",
            &format!("/figures?kind=complaint&staff={staff}&"),
            "< 1 s",
        ),
        figures("slice", "rows behind a figure", "/figures/csat/rows?", "< 1 s"),
    ];
    let lists =
        |name, path: &str| Question { part: "lists", name, path: path.to_owned(), target: "" };
    let counted =
        |name, path: &str| Question { part: "slice", name, path: path.to_owned(), target: "< 1 s" };
    all.extend([
        counted(
            "unhappy ones in one channel, counted",
            "/evaluation-count?csat_max=2&channel=phone",
        ),
        counted(
            "what one team was told in words, counted",
            &format!("/evaluation-count?commented=true&team={team}"),
        ),
        lists("evaluations, first page", "/evaluations?"),
        lists("evaluations, page in the middle", &format!("/evaluations?after={}", middle(api)?)),
        lists(
            "evaluations, unhappy ones of a team",
            &format!("/evaluations?csat_max=2&team={team}"),
        ),
        lists("evaluations, a rare word", "/evaluations?search=发票抬头写错了"),
        lists("evaluations, a word nobody wrote", "/evaluations?search=没有人写过"),
        lists("cases, newest", "/cases?"),
        lists("cases, what is due first", "/cases?sort=due"),
        lists("cases at work, what is due first", "/cases?sort=due&state=new,accepted,in_progress"),
        lists("cases of one person, what is due first", &format!("/cases?sort=due&owner={staff}")),
        lists("cases, totals", "/cases/totals?"),
        lists("cases, a word nobody wrote", "/cases?search=没有人写过"),
    ]);
    all.retain(|it| parts.contains(&it.part));
    Ok(all)
}

/// The cursor of a page half a year back.
fn middle(api: &mut Api) -> Result<String> {
    let until = Zoned::now().checked_sub(182.days())?.timestamp();
    let page = api.get(&format!("/evaluations?until={until:.0}"))?;
    Ok(page["next"].as_str().context("half a year back there is a page")?.to_owned())
}

/// Asks again and again; the first time warms what any second person finds warm.
fn ask(api: &mut Api, path: &str) -> Result<(Vec<Duration>, usize)> {
    let path = path.chars().map(escaped).collect::<String>();
    let first = Instant::now();
    let answer = api.get(&path)?;
    let bytes = answer.to_string().len();
    let (mut times, end) = (vec![first.elapsed()], Instant::now() + ASKED);
    while times.len() < ASKED_MAX && Instant::now() < end {
        let begun = Instant::now();
        api.get(&path)?;
        times.push(begun.elapsed());
    }
    if 2 < times.len() {
        times.remove(0);
    }
    times.sort();
    ensure!(count(times.len()) > 0.0 && answer != Value::Null, "{path} answers nothing");
    Ok((times, bytes))
}

fn escaped(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_string();
    }
    let mut bytes = [0; 4];
    let bytes = letter.encode_utf8(&mut bytes).bytes();
    bytes.fold(String::new(), |escaped, it| format!("{escaped}%{it:02X}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_search_are_written_as_an_address_takes_them() {
        let written: String = "search=号&a=1".chars().map(escaped).collect();
        assert_eq!(written, "search=%E5%8F%B7&a=1");
    }
}
