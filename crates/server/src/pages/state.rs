//! The state of a case as a customer reads it: stations, the promise with its real clock, what
//! happens next, who is responsible.

use app::answer::progress::{Progress, PublicOwner, PublicPromise};
use askama::Template;
use domain::handle::case::State;
use domain::handle::clock::ClockState;
use domain::handle::timeline::{PublicStep, Step};
use domain::language::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::head::Words;

#[derive(Template)]
#[template(path = "state.html")]
pub struct StateView {
    words: Words,
    stations: Vec<StationView>,
    promise: Option<PromiseView>,
    next: String,
    owner: String,
    lines: Vec<Line>,
}

struct StationView {
    name: String,
    class: &'static str,
    done: bool,
    now: bool,
}

struct PromiseView {
    text: String,
    left: String,
    broken: bool,
}

struct Line {
    at: String,
    name: String,
    text: String,
}

impl StateView {
    pub fn new(words: Words, zone: &TimeZone, now: Timestamp, case: &Progress) -> Self {
        let line = |it: &PublicStep| Line {
            at: moment(words, zone, now, it.at),
            name: words.say(&format!("page.step.{}", it.step)),
            text: it.text.clone().unwrap_or_default(),
        };
        Self {
            words,
            stations: stations(words, station(case)),
            promise: next_promise(case).map(|it| promise(words, zone, now, it)),
            next: words.say(next(case)),
            owner: case.owner.as_ref().map(|it| owner(words, it)).unwrap_or_default(),
            lines: case.steps.iter().rev().map(line).collect(),
        }
    }
}

/// The stations of the page, in their order: 收到 受理 处理 告知 再评价.
const STATIONS: [&str; 5] = ["received", "accepted", "handled", "told", "asked_again"];

/// The station a case is at; past the last when all is done. A case that was opened again goes back
/// to being handled.
fn station(case: &Progress) -> usize {
    let again = case.steps.iter().rposition(|it| it.step == Step::Reopened).unwrap_or(0);
    let since = |step: Step| case.steps[again..].iter().any(|it| it.step == step);
    match case.state {
        State::New => 1,
        State::Accepted | State::InProgress | State::WaitingForCustomer | State::Reopened => 2,
        State::Solved if since(Step::Confirmed) => STATIONS.len(),
        State::Solved if since(Step::Result) || since(Step::AskedAgain) => 4,
        State::Solved => 3,
        State::Closed => STATIONS.len(),
    }
}

fn stations(words: Words, at: usize) -> Vec<StationView> {
    let view = |(index, name): (usize, &&str)| {
        let (done, now) = (index < at, index == at);
        let class = match (done, now) {
            (true, _) => "done",
            (false, true) => "now",
            (false, false) => "later",
        };
        StationView { name: words.say(&format!("page.station.{name}")), class, done, now }
    };
    STATIONS.iter().enumerate().map(view).collect()
}

fn next(case: &Progress) -> &'static str {
    if case.merged_into.is_some() {
        return "page.next.merged";
    }
    match (case.state, station(case)) {
        (State::WaitingForCustomer, _) => "page.next.waits_for_you",
        (State::New, _) => "page.next.accept",
        (_, 2) => "page.next.handle",
        (_, 3) => "page.next.tell",
        (_, 4) => "page.next.ask",
        _ => "page.next.over",
    }
}

/// The promise that is due first of those still to be kept.
fn next_promise(case: &Progress) -> Option<&PublicPromise> {
    let live = |it: &&PublicPromise| {
        matches!(it.state, ClockState::Running | ClockState::Paused | ClockState::Breached)
    };
    case.promises.iter().find(live)
}

fn promise(words: Words, zone: &TimeZone, now: Timestamp, it: &PublicPromise) -> PromiseView {
    let time = [("time", moment(words, zone, now, it.due_at))];
    let what = tight(&words.fill(&format!("page.promise.{}", it.promise), &time));
    match it.state {
        ClockState::Breached => PromiseView {
            text: words.fill("page.promise_broken", &[("what", what)]),
            left: words.say("page.promise_sorry"),
            broken: true,
        },
        ClockState::Paused => PromiseView {
            text: words.say("page.promise_paused"),
            left: String::new(),
            broken: false,
        },
        _ => {
            let left = length(words, it.due_at.as_millisecond() - now.as_millisecond());
            let left = words.fill("page.promise_left", &[("left", left)]);
            PromiseView { text: what, left, broken: false }
        }
    }
}

fn is_han(it: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&it)
}

/// A space stands between Chinese and digits, never between two Chinese characters: a time may begin
/// with either.
fn tight(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    let is_loose = |at: usize| {
        all[at] == ' '
            && 0 < at
            && is_han(all[at - 1])
            && all.get(at + 1).is_some_and(|it| is_han(*it))
    };
    (0..all.len()).filter(|at| !is_loose(*at)).map(|at| all[at]).collect()
}

/// A family name and the number: enough to ask for somebody, not enough to look them up.
fn owner(words: Words, owner: &PublicOwner) -> String {
    let name = owner.name.trim();
    let short = match name.chars().next() {
        Some(first) if is_han(first) => first.to_string(),
        _ => name.split_whitespace().next().unwrap_or("").to_owned(),
    };
    words.fill("page.owner", &[("name", short), ("number", owner.number.clone())])
}

/// A moment as one says it today: the hour alone, with the day where it is another.
pub fn moment(words: Words, zone: &TimeZone, now: Timestamp, at: Timestamp) -> String {
    let (now, at) = (now.to_zoned(zone.clone()), at.to_zoned(zone.clone()));
    let clock = at.strftime("%H:%M").to_string();
    if now.date() == at.date() {
        return clock;
    }
    if now.date().tomorrow().is_ok_and(|it| it == at.date()) {
        return words.fill("page.tomorrow_at", &[("clock", clock)]);
    }
    let day = match (words.0, now.year() == at.year()) {
        (Language::Chinese, true) => at.strftime("%-m 月 %-d 日 %H:%M"),
        (Language::Chinese, false) => at.strftime("%Y 年 %-m 月 %-d 日 %H:%M"),
        (Language::English, true) => at.strftime("%-d %B, %H:%M"),
        (Language::English, false) => at.strftime("%-d %B %Y, %H:%M"),
    };
    day.to_string()
}

/// A day as one says it.
pub fn day(words: Words, zone: &TimeZone, at: Timestamp) -> String {
    let at = at.to_zoned(zone.clone());
    match words.0 {
        Language::Chinese => at.strftime("%Y 年 %-m 月 %-d 日").to_string(),
        Language::English => at.strftime("%-d %B %Y").to_string(),
    }
}

/// A length as one says it: minutes below an hour, hours below two days.
fn length(words: Words, ms: i64) -> String {
    const MINUTE: i64 = 60_000;
    let minutes = (ms.max(0) + MINUTE - 1) / MINUTE;
    let (hours, days) = (minutes / 60, minutes / 60 / 24);
    let say = |key, n: i64| words.fill(key, &[("n", n.to_string())]);
    let (large, key, rest) = match (days, hours) {
        (0 | 1, 0) => return say("page.minutes", minutes),
        (0 | 1, _) => (say("page.hours", hours), "page.minutes", minutes % 60),
        _ => (say("page.days", days), "page.hours", hours % 24),
    };
    if rest == 0 { large } else { format!("{large} {}", say(key, rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let now = at("2026-12-30T14:00:00+08:00");
        let said = |language, text| moment(Words(language), &zone, now, at(text));
        let (zh, en) = (Language::Chinese, Language::English);
        assert_eq!(said(zh, "2026-12-30T16:30:00+08:00"), "16:30");
        assert_eq!(said(zh, "2026-12-31T09:05:00+08:00"), "明天 09:05");
        assert_eq!(said(en, "2026-12-31T09:05:00+08:00"), "09:05 tomorrow");
        assert_eq!(said(zh, "2026-09-03T09:05:00+08:00"), "9 月 3 日 09:05");
        assert_eq!(said(zh, "2027-01-04T09:05:00+08:00"), "2027 年 1 月 4 日 09:05");
        assert_eq!(said(en, "2027-01-04T09:05:00+08:00"), "4 January 2027, 09:05");
    }

    #[test]
    fn a_space_stands_only_beside_other_letters() {
        assert_eq!(tight("我们承诺 明天 11:00 前回复"), "我们承诺明天 11:00 前回复");
        assert_eq!(tight("我们承诺 16:30 前回复"), "我们承诺 16:30 前回复");
        assert_eq!(tight("by 16:30 today "), "by 16:30 today ");
    }

    #[test]
    fn a_length_is_rounded_up_to_the_minute_and_says_nothing_of_nought() {
        let zh = |ms| length(Words(Language::Chinese), ms);
        assert_eq!(zh(1), "1 分钟");
        assert_eq!(zh(59 * 60_000 + 1), "1 小时");
        assert_eq!(zh(125 * 60_000), "2 小时 5 分钟");
        assert_eq!(zh(50 * 3_600_000), "2 天 2 小时");
        assert_eq!(zh(48 * 3_600_000 + 60_000), "2 天");
        assert_eq!(zh(-5), "0 分钟");
    }

    #[test]
    fn an_owner_can_be_asked_for_and_not_looked_up() {
        let said = |name: &str| {
            let it = PublicOwner { name: name.to_owned(), number: "1024".to_owned() };
            owner(Words(Language::Chinese), &it)
        };
        assert_eq!(said("陈小明"), "负责人：陈 · 工号 1024");
        assert_eq!(said("Grace Hopper"), "负责人：Grace · 工号 1024");
    }
}
