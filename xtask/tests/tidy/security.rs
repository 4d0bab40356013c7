//! Every line of docs/security.md has its proof: a test that exists, or the reason why there is none; and the unit
//! file of the operators' manual gives the least rights.

use std::collections::BTreeSet;

use crate::source::{expect_none, files};

const PAGE: &str = "docs/security.md";
const REASONS: [&str; 2] = ["not met: ", "not applicable: "];

/// The names of all tests: functions of Rust marked as such, and the files of journeys through a browser.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files(&[".rs"]) {
        let mut marked = false;
        for line in file.text.lines().map(str::trim) {
            // `proptest!` marks in its own body; other attributes may stand between.
            marked |= matches!(line, "#[test]" | "#[tokio::test]");
            let Some((_, rest)) = line.split_once("fn ") else { continue };
            if marked && !line.starts_with("//") {
                names.extend(rest.split('(').next().map(str::to_owned));
                marked = false;
            }
        }
    }
    names.extend(
        files(&[".mjs"]).into_iter().map(|it| it.path).filter(|it| it.starts_with("e2e/journeys/")),
    );
    assert!(500 < names.len(), "tests are marked another way: {}", names.len());
    names
}

/// The rows of its tables: line number and cells.
fn rows() -> Vec<(usize, Vec<String>)> {
    let page = files(&[PAGE]).remove(0);
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|it| it.trim().to_owned()).collect();
    let lines = page.text.lines().enumerate().filter(|(_, it)| it.starts_with("| "));
    lines
        .map(|(at, it)| (at + 1, cells(it)))
        .filter(|(_, it): &(_, Vec<_>)| it[0] != "ASVS")
        .collect()
}

#[test]
fn every_line_on_security_has_a_test_that_exists_or_a_reason() {
    let tests = tests();
    let rows = rows();
    assert!(100 < rows.len(), "{} lines", rows.len());
    let mut complaints = Vec::new();
    for (line, cells) in rows {
        let [asvs, _, _, proof] = &cells[..] else {
            complaints.push(format!("{PAGE}:{line}: {} cells", cells.len()));
            continue;
        };
        if REASONS.iter().any(|it| proof.strip_prefix(it).is_some_and(|why| 20 < why.len())) {
            continue;
        }
        let named: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            complaints.push(format!("{PAGE}:{line}: {asvs} has neither a test nor a reason"));
        }
        let missing = named.iter().filter(|it| !tests.contains(**it));
        complaints.extend(missing.map(|it| format!("{PAGE}:{line}: there is no test {it}")));
    }
    expect_none(&complaints);
}

#[test]
fn every_section_of_the_standard_up_to_level_two_is_there() {
    // Sections of ASVS 4.0.3 with lines of level 1 or 2.
    let sections = "1.1 1.2 1.4 1.5 1.6 1.7 1.8 1.9 1.10 1.11 1.12 1.14 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 \
        3.1 3.2 3.3 3.4 3.5 3.7 4.1 4.2 4.3 5.1 5.2 5.3 5.4 5.5 6.1 6.2 6.3 6.4 7.1 7.2 7.3 7.4 8.1 8.2 8.3 \
        9.1 9.2 10.2 10.3 11.1 12.1 12.2 12.3 12.4 12.5 12.6 13.1 13.2 13.3 13.4 14.1 14.2 14.3 14.4 14.5";
    let mut named = BTreeSet::new();
    for (_, cells) in rows() {
        for number in cells[0].split(['–', ',']).map(str::trim) {
            named.extend(number.rsplit_once('.').map(|it| it.0.to_owned()));
        }
    }
    let missing = sections.split_whitespace().filter(|it| !named.contains(*it));
    expect_none(&missing.map(|it| format!("{PAGE}: no line of section {it}")).collect::<Vec<_>>());
}

/// The settings of the unit file as operators copy it, and the account that is made for it.
fn unit() -> (Vec<(String, String)>, String) {
    let manual = files(&["docs/OPERATING.md"]).remove(0).text;
    let (_, from) = manual.split_once("# /etc/systemd/system/huisheng.service").expect("a unit");
    let (unit, _) = from.split_once("```").expect("its end");
    let pairs = unit.lines().filter_map(|it| it.split_once('='));
    let settings = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let made = manual.lines().find_map(|it| it.trim().strip_prefix("useradd "));
    let account = made.and_then(|it| it.split(' ').next_back()).expect("an account");
    (settings, account.to_owned())
}

#[test]
fn the_service_has_the_rights_it_needs_and_no_more() {
    let (settings, account) = unit();
    let all = |key: &str| -> Vec<&str> {
        settings.iter().filter(|it| it.0 == key).map(|it| it.1.as_str()).collect()
    };
    assert_ne!(account, "root");
    assert_eq!(all("User"), [account.as_str()], "a user of its own");
    for (key, value) in [
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelLogs", "yes"),
        ("ProtectControlGroups", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("RestrictNamespaces", "yes"),
        ("LockPersonality", "yes"),
        ("CapabilityBoundingSet", ""),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("SystemCallFilter", "@system-service"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
    ] {
        assert_eq!(all(key), [value], "{key}");
    }
    let [state] = all("StateDirectory")[..] else { panic!("one folder is its own") };
    assert_eq!(all("WorkingDirectory"), [format!("/var/lib/{state}")], "which it works in");
    // What would open again what is closed above.
    for key in
        ["ReadWritePaths", "AmbientCapabilities", "BindPaths", "Group", "PermissionsStartOnly"]
    {
        assert!(all(key).is_empty(), "{key} is given");
    }
    for (key, value) in settings.iter().filter(|it| it.0.starts_with("Exec")) {
        assert!(
            !value.starts_with(['+', '!', '-', '@', ':']),
            "{key}={value} is run with more rights"
        );
    }
}
