//! Ledgers as tables: columns in the order of the standard, headed in the reader's language, times
//! of the tenant's own clock.

use domain::language::Language;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::ledger::{ComplaintRow, SuggestionRow};
use crate::words::say;

/// What one field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Empty,
    Text(String),
    Integer(i64),
    Time(DateTime),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// Makes cells for one reader.
struct Maker {
    language: Language,
    zone: TimeZone,
}

impl Maker {
    fn header(&self, columns: &[&str]) -> Vec<String> {
        columns.iter().map(|it| say(self.language, &format!("ledger.{it}"))).collect()
    }

    fn time(&self, at: impl Into<Option<Timestamp>>) -> Cell {
        at.into().map_or(Cell::Empty, |at| Cell::Time(at.to_zoned(self.zone.clone()).datetime()))
    }

    /// A code by its word.
    fn word(&self, group: &str, code: &str) -> Cell {
        Cell::Text(say(self.language, &format!("{group}.{code}")))
    }

    fn yes(&self, yes: Option<bool>) -> Cell {
        let code = |yes| if yes { "yes" } else { "no" };
        yes.map_or(Cell::Empty, |yes| self.word("ledger", code(yes)))
    }
}

fn text(text: Option<String>) -> Cell {
    text.map_or(Cell::Empty, Cell::Text)
}

const COMPLAINT: &[&str] = &[
    "number",
    "received_at",
    "channel",
    "said",
    "state",
    "owner",
    "acknowledged_at",
    "category",
    "priority",
    "cause",
    "cause_text",
    "rectification",
    "rectification_owner",
    "rectification_due_at",
    "verified_by",
    "verified_at",
    "first_response_at",
    "first_response_in_time",
    "solution",
    "told_at",
    "asked_again",
    "first_score",
    "last_score",
    "reopened_count",
    "closed_at",
];

pub fn complaint_table(rows: Vec<ComplaintRow>, language: Language, zone: TimeZone) -> Table {
    let make = Maker { language, zone };
    let row = |it: ComplaintRow| {
        vec![
            Cell::Text(it.number),
            make.time(it.received_at),
            make.word("channel", it.channel.code()),
            Cell::Text(it.said),
            make.word("case_state", it.state.code()),
            text(it.owner),
            make.time(it.acknowledged_at),
            text(it.category),
            make.word("priority", it.priority.code()),
            it.cause.map_or(Cell::Empty, |it| make.word("cause", it.code())),
            text(it.cause_text),
            text(it.rectification),
            text(it.rectification_owner),
            make.time(it.rectification_due_at),
            text(it.verified_by),
            make.time(it.verified_at),
            make.time(it.first_response_at),
            make.yes(it.first_response_in_time),
            text(it.solution),
            make.time(it.told_at),
            make.yes(it.asked_again),
            it.first_score.map_or(Cell::Empty, Cell::Integer),
            it.last_score.map_or(Cell::Empty, Cell::Integer),
            Cell::Integer(i64::from(it.reopened_count)),
            make.time(it.closed_at),
        ]
    };
    let rows = rows.into_iter().map(row).collect();
    Table { name: say(language, "ledger.complaints"), header: make.header(COMPLAINT), rows }
}

const SUGGESTION: &[&str] = &[
    "number",
    "received_at",
    "channel",
    "said",
    "state",
    "category",
    "owner",
    "adopted",
    "reason",
    "decided_by",
    "decided_at",
    "due_at",
    "result",
    "completed_at",
    "told_at",
    "closed_at",
];

pub fn suggestion_table(rows: Vec<SuggestionRow>, language: Language, zone: TimeZone) -> Table {
    let make = Maker { language, zone };
    let row = |it: SuggestionRow| {
        vec![
            Cell::Text(it.number),
            make.time(it.received_at),
            make.word("channel", it.channel.code()),
            Cell::Text(it.said),
            make.word("case_state", it.state.code()),
            text(it.category),
            text(it.owner),
            make.yes(it.is_adopted),
            text(it.reason),
            text(it.decided_by),
            make.time(it.decided_at),
            make.time(it.due_at),
            text(it.result),
            make.time(it.completed_at),
            make.time(it.told_at),
            make.time(it.closed_at),
        ]
    };
    let rows = rows.into_iter().map(row).collect();
    Table { name: say(language, "ledger.suggestions"), header: make.header(SUGGESTION), rows }
}

#[cfg(test)]
mod tests {
    use super::{COMPLAINT, Language, SUGGESTION, TimeZone, complaint_table, suggestion_table};
    use crate::words::has;

    #[test]
    fn every_column_and_code_has_its_word() {
        for column in COMPLAINT.iter().chain(SUGGESTION) {
            assert!(has(&format!("ledger.{column}")), "{column}");
        }
        let groups: [(&str, &[&str]); 4] = [
            ("case_state", domain::handle::case::State::CODES),
            ("priority", domain::triage::Priority::CODES),
            ("cause", domain::handle::rectification::CauseRoot::CODES),
            ("ledger", &["yes", "no", "complaints", "suggestions"]),
        ];
        for (group, codes) in groups {
            for code in codes {
                assert!(has(&format!("{group}.{code}")), "{group}.{code}");
            }
        }
        for language in Language::ALL {
            let complaints = complaint_table(vec![], language, TimeZone::UTC);
            let suggestions = suggestion_table(vec![], language, TimeZone::UTC);
            assert_eq!((complaints.header.len(), suggestions.header.len()), (25, 16));
        }
    }
}
