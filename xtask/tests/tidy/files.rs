//! What every file owes its reader: it says what it is for, is short, and leaves nothing for later.

use crate::source::{expect_none, files, root};

const LINES_MAX: usize = 500;
/// Longer ones, each with the reason.
const LONG: [(&str, &str); 1] = [(
    "crates/store/src/db.rs",
    "the narrow waist: all that knows there are two engines, in one place",
)];

/// Two printed pages.
const ARCHITECTURE_LINES_MAX: usize = 120;

#[test]
fn every_rust_file_opens_with_what_it_is_for() {
    let complaints: Vec<_> = files(&[".rs"])
        .iter()
        .filter(|it| !it.text.starts_with("//! "))
        .map(|it| format!("{}: the first line is not `//! …`", it.path))
        .collect();
    expect_none(&complaints);
}

#[test]
fn no_file_is_longer_than_one_can_read() {
    let mut complaints = Vec::new();
    for file in files(&[".rs"]) {
        let is_test = file.path.contains("/tests/") || file.path.ends_with("tests.rs");
        if is_test || LONG.iter().any(|(path, _)| *path == file.path) {
            continue;
        }
        // Tables of cases at the end may be as long as they need to be.
        let code = file.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines = code.lines().count();
        if lines > LINES_MAX {
            complaints.push(format!("{}: {lines} lines before its tests", file.path));
        }
    }
    expect_none(&complaints);
}

#[test]
fn the_list_of_long_files_has_no_old_names() {
    for (path, reason) in LONG {
        assert!(root().join(path).is_file(), "{path} ({reason}) is gone");
    }
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["dbg", "!("], ["unimplemented", "!("]];
    let marks = marks.map(|it| it.concat());
    let mut complaints = Vec::new();
    for file in files(&[".rs", ".mjs", ".ts", ".html", ".sql", ".toml", ".css"]) {
        for (number, line) in file.text.lines().enumerate() {
            let whole = |mark: &str| {
                line.match_indices(mark).any(|(at, _)| {
                    let edge = |it: Option<char>| !it.is_some_and(char::is_alphanumeric);
                    edge(line[..at].chars().next_back())
                        && edge(line[at + mark.len()..].chars().next())
                })
            };
            if let Some(mark) = marks.iter().find(|it| whole(it)) {
                complaints.push(format!("{}:{}: {mark}", file.path, number + 1));
            }
        }
    }
    expect_none(&complaints);
}

#[test]
fn the_map_of_the_house_fits_on_two_pages() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let lines = map.lines().count();
    assert!(lines <= ARCHITECTURE_LINES_MAX, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn text_files_end_with_one_newline_and_have_no_trailing_blanks() {
    let mut complaints = Vec::new();
    for file in files(&[".rs", ".toml", ".md", ".mjs", ".ts", ".html", ".sql", ".yml"]) {
        if !file.text.ends_with('\n') || file.text.ends_with("\n\n") {
            complaints.push(format!("{}: does not end with one newline", file.path));
        }
        let blank = |line: &str| line.ends_with(' ') || line.ends_with('\t');
        for (number, _) in file.text.lines().enumerate().filter(|(_, line)| blank(line)) {
            complaints.push(format!("{}:{}: ends with a blank", file.path, number + 1));
        }
    }
    expect_none(&complaints);
}
