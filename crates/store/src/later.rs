//! Rows of one transaction that are not written yet, so that many acts that share it share the statement.
//!
//! They are written before the first statement that names their table, so nothing reads or changes a table
//! without them, and at the latest with the commit. See docs/decisions/0036.

use std::collections::BTreeMap;

use crate::db::Param;

/// By `TABLE (COLUMNS)`.
#[derive(Default)]
pub(crate) struct Later(BTreeMap<&'static str, Vec<Vec<Param>>>);

pub(crate) type Rows = Vec<(&'static str, Vec<Vec<Param>>)>;

impl Later {
    pub(crate) fn push(&mut self, into: &'static str, row: Vec<Param>) {
        self.0.entry(into).or_default().push(row);
    }

    /// The rows whose table `statement` names.
    pub(crate) fn take_named(&mut self, statement: &str) -> Rows {
        let named: Vec<&'static str> =
            self.0.keys().copied().filter(|into| names(statement, table_of(into))).collect();
        named.into_iter().filter_map(|into| Some((into, self.0.remove(into)?))).collect()
    }

    pub(crate) fn take_all(&mut self) -> Rows {
        std::mem::take(&mut self.0).into_iter().collect()
    }

    /// What is undone has never been written.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

fn table_of(into: &str) -> &str {
    into.split_ascii_whitespace().next().unwrap_or_default()
}

/// Whether it stands there as a word by itself.
fn names(statement: &str, table: &str) -> bool {
    let is_of_a_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    statement.match_indices(table).any(|(at, _)| {
        let (before, after) = (&statement[..at], &statement[at + table.len()..]);
        !is_of_a_word(before.chars().next_back()) && !is_of_a_word(after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_by_a_word_of_its_own() {
        assert!(names("SELECT * FROM message WHERE tenant_id = $1", "message"));
        assert!(names("DELETE FROM job", "job"));
        assert!(names("\n SELECT job.id FROM timer, job\n", "job"));
        assert!(!names("SELECT key FROM message_template", "message"));
        assert!(!names("SELECT count(*) FROM staff_notice", "notice"));
        assert!(names("SELECT * FROM message_template t, message", "message"), "the second of two");
    }

    #[test]
    fn rows_are_taken_by_their_table_and_once() {
        let mut later = Later::default();
        later.push("job (id)", vec![1.into()]);
        later.push("job (id)", vec![2.into()]);
        later.push("message (id)", vec![3.into()]);
        assert_eq!(later.take_named("UPDATE staff SET name = $1").len(), 0);
        let jobs = later.take_named("SELECT id FROM job");
        assert_eq!((jobs.len(), jobs[0].1.len()), (1, 2));
        assert_eq!(later.take_named("SELECT id FROM job").len(), 0);
        assert_eq!(later.take_all().len(), 1);
    }
}
