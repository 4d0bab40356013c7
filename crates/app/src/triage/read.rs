//! Reading what customers write, with the one reader all requests share.

use std::sync::LazyLock;

use text::similar::same_issue;
use text::{Reader, Reading};

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

/// What is read in a text; `None` where nothing is written.
pub fn read(said: &str) -> Option<Reading> {
    let said = said.trim();
    (!said.is_empty()).then(|| READER.read(said))
}

/// Whether two texts of one customer speak of the same problem.
pub fn is_same_problem(earlier: &str, later: &str) -> bool {
    let topics = |said| READER.read(said).topics.into_iter().map(|it| it.code).collect::<Vec<_>>();
    let (before, after) = (topics(earlier), topics(later));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    same_issue(earlier, &before, later, &after).same
}
