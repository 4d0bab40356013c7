//! Where the header of a table is, of one line or two, and names for the columns that are unique.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::Row;
use crate::dates::DateFormat;
use crate::values::Number;

/// Rows at the beginning of a file among which the header is looked for.
pub const HEADER_WITHIN_ROWS: usize = 10;
/// Longer names are cut; a survey's question can be a paragraph.
const NAME_CHARACTERS_MAX: usize = 200;
/// What survey tools write under a question that has one answer only.
const PLAIN_ANSWER: [&str; 3] = ["Response", "Open-Ended Response", "回答"];

/// Where the names of the columns stand. Blank rows do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Rows above it, such as a title.
    pub skip: usize,
    /// 0: there is none; 1; or 2: a question above its sub-answers.
    pub rows: usize,
}

/// A column whose name had to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    pub column: usize,
    /// What the file says; empty when it says nothing.
    pub was: String,
    pub now: String,
}

/// Proposes where the header of `beginning` is.
///
/// The first row that fills more than half of the usual width with words rather than numbers and
/// dates. A second row belongs to it when it fills gaps of the first and is itself no data: below it
/// some column holds numbers or dates where it holds words, or it is silent where the first speaks.
pub fn propose(beginning: &[Row]) -> Header {
    let width = usual_width(beginning);
    let names = |row: &Row| {
        width < 2 * filled(row) && row.cells.iter().all(|it| it.trim().is_empty() || !is_typed(it))
    };
    let candidates = beginning.len().saturating_sub(1).clamp(1, HEADER_WITHIN_ROWS);
    let Some(skip) = beginning.iter().take(candidates).position(names) else {
        return Header { skip: 0, rows: usize::from(beginning.len() == 1) };
    };
    // Headings over groups of columns may fill half of the width or less, but a title fills one cell.
    if let Some(above) = skip.checked_sub(1)
        && 1 < filled(&beginning[above])
        && names_sub_answers(&beginning[above], &beginning[skip], &beginning[skip + 1..])
    {
        return Header { skip: above, rows: 2 };
    }
    let below = &beginning[skip + 1..];
    let second = below
        .split_first()
        .is_some_and(|(next, rest)| names_sub_answers(&beginning[skip], next, rest));
    Header { skip, rows: if second { 2 } else { 1 } }
}

fn filled(row: &Row) -> usize {
    row.cells.iter().filter(|it| !it.trim().is_empty()).count()
}

/// The number of filled cells that most rows have, the larger of equals.
fn usual_width(rows: &[Row]) -> usize {
    let mut counts = vec![0; crate::COLUMNS_MAX + 1];
    for row in rows {
        counts[filled(row).min(crate::COLUMNS_MAX)] += 1;
    }
    counts.into_iter().enumerate().max_by_key(|&(width, votes)| (votes, width)).map_or(0, |it| it.0)
}

fn is_typed(text: &str) -> bool {
    Number::parse(text, crate::values::DecimalMark::Point).is_ok()
        || DateFormat::ALL.iter().any(|it| it.reads(text))
}

fn cell(row: &Row, column: usize) -> &str {
    row.cells.get(column).map_or("", |it| it.trim())
}

fn names_sub_answers(first: &Row, second: &Row, rest: &[Row]) -> bool {
    let width = first.cells.len().max(second.cells.len());
    let mut columns = 0..width;
    let typed = |row: &Row, column| {
        let text = cell(row, column);
        !text.is_empty() && is_typed(text)
    };
    let is_words = columns.clone().all(|column| !typed(second, column));
    let fills_gap =
        columns.clone().any(|it| cell(first, it).is_empty() && !cell(second, it).is_empty());
    if rest.is_empty() || !is_words || !fills_gap {
        return false;
    }
    columns.any(|it| {
        let is_silent = cell(second, it).is_empty() && !cell(first, it).is_empty();
        let below = rest.iter().filter(|row| !cell(row, it).is_empty()).count();
        let numbers = rest.iter().filter(|row| typed(row, it)).count();
        is_silent || !cell(second, it).is_empty() && 0 < numbers && below <= 2 * numbers
    })
}

/// The names of the columns: the header's words, a question carried over its sub-answers and joined
/// to them by ` / `, made unique, with what had to be changed. `rows` are the header's rows.
pub fn names(rows: &[Row], width: usize) -> (Vec<String>, Vec<Renamed>) {
    let width = rows.iter().map(|it| it.cells.len()).max().unwrap_or(width).max(width);
    let mut taken = HashSet::new();
    let mut renamed = Vec::new();
    let mut question = String::new();
    let mut names = Vec::with_capacity(width);
    for column in 0..width {
        let words = |nth: usize| rows.get(nth).map_or(String::new(), |it| tidy(cell(it, column)));
        let (first, second) = (words(0), words(1));
        let was = if rows.len() < 2 {
            first
        } else {
            // Under a gap the question before it goes on, but only to name a sub-answer.
            if !first.is_empty() || second.is_empty() {
                question.clone_from(&first);
            }
            joined(&question, &second)
        };
        let now = unique(&was, column, &mut taken);
        if now != was {
            renamed.push(Renamed { column, was, now: now.clone() });
        }
        names.push(now);
    }
    (names, renamed)
}

fn joined(question: &str, answer: &str) -> String {
    if answer.is_empty() || !question.is_empty() && PLAIN_ANSWER.contains(&answer) {
        question.to_owned()
    } else if question.is_empty() {
        answer.to_owned()
    } else {
        format!("{question} / {answer}")
    }
}

fn tidy(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_start_matches('\u{feff}').chars().take(NAME_CHARACTERS_MAX).collect()
}

fn unique(was: &str, column: usize, taken: &mut HashSet<String>) -> String {
    let base = if was.is_empty() { format!("column {}", column + 1) } else { was.to_owned() };
    let numbered = (2..).map(|nth| format!("{base} ({nth})"));
    let mut free = std::iter::once(base.clone()).chain(numbered).filter(|it| !taken.contains(it));
    let now = free.next().expect("the numbers do not end");
    taken.insert(now.clone());
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[&str]) -> Vec<Row> {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        let row = |(line, text): (u64, &&str)| Row { line, cells: cells(text), faults: Vec::new() };
        (1..).zip(text).map(row).collect()
    }

    #[track_caller]
    fn check(text: &[&str], header: (usize, usize), expected: &[&str]) {
        let rows = rows(text);
        let proposed = propose(&rows);
        assert_eq!((proposed.skip, proposed.rows), header);
        let (names, _) = names(&rows[proposed.skip..proposed.skip + proposed.rows], 0);
        assert_eq!(names, expected);
    }

    #[test]
    fn one_line() {
        check(
            &["姓名,评分,时间", "李,5,2026-09-03", "王,4,2026-09-04"],
            (0, 1),
            &["姓名", "评分", "时间"],
        );
        check(&["review,label", "good,yes", "bad,no"], (0, 1), &["review", "label"]);
        check(&["a,b"], (0, 1), &["a", "b"]);
    }

    #[test]
    fn titles_above_are_skipped() {
        check(
            &[
                "2026 年 9 月评价明细,,",
                "导出时间：2026-10-01,,",
                "客户,评分,时间",
                "李,5,2026-09-03",
                "王,3,2026-09-04",
            ],
            (2, 1),
            &["客户", "评分", "时间"],
        );
    }

    #[test]
    fn a_question_above_its_sub_answers() {
        check(
            &[
                "RespondentID,Seen any?,Which seen?,,,Age",
                ",Response,Film 1,Film 2,Film 3,Response",
                "3292879998,Yes,Film 1,,Film 3,18-29",
                "3292879538,No,,,,18-29",
            ],
            (0, 2),
            &[
                "RespondentID",
                "Seen any?",
                "Which seen? / Film 1",
                "Which seen? / Film 2",
                "Which seen? / Film 3",
                "Age",
            ],
        );
        check(
            &["客户信息,,评价,", "姓名,电话,服务,产品", "李,13800000000,5,4", "王,13900000000,3,4"],
            (0, 2),
            &["客户信息 / 姓名", "客户信息 / 电话", "评价 / 服务", "评价 / 产品"],
        );
    }

    #[test]
    fn an_unnamed_column_does_not_make_a_second_line() {
        check(
            &[",review,label", "0,good,pos", "1,bad,neg"],
            (0, 1),
            &["column 1", "review", "label"],
        );
        check(&["id,name,", "1,Li,", "2,Wang,"], (0, 1), &["id", "name", "column 3"]);
    }

    #[test]
    fn no_header() {
        check(&["1,2026-09-03,5", "2,2026-09-04,4"], (0, 0), &[]);
    }

    #[test]
    fn names_become_unique_and_say_so() {
        let (names, renamed) = names(&rows(&["Variant,,Variant, Variant (2) "]), 5);
        assert_eq!(names, ["Variant", "column 2", "Variant (2)", "Variant (2) (2)", "column 5"]);
        let columns: Vec<_> = renamed.iter().map(|it| it.column).collect();
        assert_eq!(columns, [1, 2, 3, 4]);
    }
}
