//! The log of a real help desk (4TU, 0c60edf1-6f83-4e75-9367-4c63b3e9d5bb), brought in under the mapping
//! that is proposed for it, against times computed another way. Skipped where the data is absent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read as _;
use std::ops::ControlFlow;
use std::path::Path;

use domain::collect::channel::Channel;
use domain::handle::event::Opening;
use domain::handle::history::{PastEvent, replay_past};
use domain::id::{CaseId, TeamId};
use domain::platform::actor::Actor;
use domain::platform::import::{Finding, Reader, Target, propose};
use domain::triage::{Kind, Priority};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ruzstd::decoding::StreamingDecoder;
use uuid::Uuid;

fn log() -> Option<String> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = data.join("helpdesk_italian_company/finale.csv.zst");
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    };
    let mut text = String::new();
    StreamingDecoder::new(file).unwrap().read_to_string(&mut text).unwrap();
    Some(text)
}

fn opening() -> Opening {
    Opening {
        number: String::new(),
        kind: Kind::Issue,
        category: None,
        priority: Priority::Normal,
        because: vec![],
        customer: None,
        channel: Channel::Import,
        interaction: None,
        evaluation: None,
        about: BTreeSet::new(),
        said: String::new(),
        team: TeamId(Uuid::nil()),
    }
}

/// Seconds from the first event to the first that is one of ours, and whether it was worked on again.
#[derive(Debug, Default, PartialEq, Eq)]
struct Times {
    accepted_seconds: Option<i64>,
    first_solved_seconds: Option<i64>,
    solved_seconds: Option<i64>,
    reopened: u32,
}

/// By hand: the third cut of every line, seconds of days counted in a way of our own, no mapping, no
/// replay. The log has no quoted cell.
fn by_hand(log: &str) -> BTreeMap<String, Times> {
    let mut lines: BTreeMap<&str, Vec<(i64, usize, &str)>> = BTreeMap::new();
    for (at, line) in log.lines().enumerate().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        lines.entry(cells[0]).or_default().push((seconds(cells[3]), at, cells[1]));
    }
    let mut all = BTreeMap::new();
    for (case, mut events) in lines {
        events.sort_unstable();
        let opened = events[0].0;
        let first =
            |words: &[&str]| events.iter().find(|it| words.contains(&it.2)).map(|it| it.0 - opened);
        let mut times = Times {
            accepted_seconds: first(&["Take in charge ticket"]),
            first_solved_seconds: first(&["Resolve ticket", "RESOLVED"]),
            ..Times::default()
        };
        let mut is_over = false;
        for (second, _, word) in &events {
            match *word {
                "Resolve ticket" | "RESOLVED" => {
                    times.solved_seconds = Some(second - opened);
                    is_over = true;
                }
                "Closed" => is_over = true,
                "Take in charge ticket" | "Wait" if is_over => {
                    times.reopened += 1;
                    times.solved_seconds = None;
                    is_over = false;
                }
                _ => {}
            }
        }
        all.insert(case.to_owned(), times);
    }
    all
}

/// Seconds of `2012/10/09 14:50:17.000` in a year of days counted by hand, in no zone.
fn seconds(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut days: i64 = (1970..year).map(|it| if is_leap(it) { 366 } else { 365 }).sum();
    let lengths = [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    days += lengths[..usize::try_from(month - 1).unwrap()].iter().sum::<i64>() + day - 1;
    days * 86_400 + number(11..13) * 3_600 + number(14..16) * 60 + number(17..19)
}

#[test]
fn response_and_resolution_equal_an_independent_computation_to_the_second() {
    let Some(log) = log() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    fs::write(&path, &log).unwrap();
    let settings = tabular::Settings::default();
    let shape = tabular::inspect(&path, &settings).unwrap();
    let proposal = propose(Target::CaseEvents, &shape, &settings);
    let undecided =
        |it: &&Finding| matches!(it, Finding::Missing { .. } | Finding::DatesUndecided { .. });
    assert_eq!(proposal.findings.iter().find(undecided), None);
    let mut mapping = proposal.mapping;
    // Its seriousness and type of service have masked values, which are no priority and no kind.
    mapping.fields.remove("priority");
    mapping.fields.remove("kind");
    // Words that come after the rows the proposal looked at: named as faults, mended by their user.
    let words = mapping.fields.get_mut("event").unwrap();
    words.values.insert("RESOLVED".to_owned(), "solved".to_owned());
    for noted in ["VERIFIED", "INVALID", "DUPLICATE", "Schedule intervention", "Resolve SW anomaly"]
    {
        words.values.insert(noted.to_owned(), "noted".to_owned());
    }
    mapping.check(&shape.columns, &BTreeSet::new()).unwrap();

    let reader = Reader::new(&mapping, &shape.columns, &TimeZone::UTC);
    let mut cases: BTreeMap<String, Vec<PastEvent>> = BTreeMap::new();
    let (mut read, mut bad) = (0, 0);
    tabular::read(&path, &shape, &mut |row| {
        read += 1;
        match reader.read(&row) {
            Err(_) => bad += 1,
            Ok(record) => {
                cases.entry(record.text("case").unwrap().to_owned()).or_default().push(PastEvent {
                    at: record.moment("at").unwrap(),
                    by: Actor::System,
                    word: record.text("event").unwrap().parse().unwrap(),
                    text: String::new(),
                });
            }
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((read, bad, cases.len()), (21_348, 0, 4_580));

    let expected = by_hand(&log);
    let mut differ = 0;
    for (number, mut past) in cases {
        past.sort_by_key(|it| it.at);
        let (case, _) = replay_past(CaseId(Uuid::nil()), opening(), &past).unwrap();
        let since = |at: Option<Timestamp>| at.map(|it| (it - case.opened_at).get_seconds());
        let actual = Times {
            accepted_seconds: since(case.accepted_at),
            first_solved_seconds: since(case.first_solved_at),
            solved_seconds: since(case.solved_at),
            reopened: case.reopened_count,
        };
        if actual != expected[&number] {
            differ += 1;
            eprintln!("{number}: {actual:?} and by hand {:?}", expected[&number]);
        }
    }
    assert_eq!(differ, 0);
}
