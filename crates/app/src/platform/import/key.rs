//! By what a row is recognised when it comes again: its number in the other system, or itself.

use domain::platform::import::{IdenticalRows, Mapping, Record};
use sha2::{Digest as _, Sha256};
use tabular::Row;

/// The key of the row, and a hash of what it says.
pub struct Known {
    pub key: String,
    pub content: Vec<u8>,
}

/// `number` is what names the thing in the other system.
pub fn known(mapping: &Mapping, row: &Row, record: &Record, number: Option<&str>) -> Known {
    let content = content(record);
    let key = if let Some(number) = number {
        format!("n:{number}")
    } else {
        let line = (mapping.identical_rows == IdenticalRows::Each).then_some(row.line);
        // Length before each cell, so that no two different rows read alike.
        let cells: Vec<_> = row.cells.iter().map(|it| format!("{}:{it}", it.len())).collect();
        let cells = cells.concat();
        format!("h:{}", data_encoding::HEXLOWER.encode(&hash(&cells, line)))
    };
    Known { key, content }
}

/// A hash of what a row, or the rows of one thing, say.
pub fn content(said: &impl serde::Serialize) -> Vec<u8> {
    hash(&store::db::to_json(said).to_string(), None)
}

fn hash(text: &str, line: Option<u64>) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(text.as_bytes());
    if let Some(line) = line {
        hash.update(line.to_be_bytes());
    }
    hash.finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use domain::platform::import::Target;

    use super::*;

    #[test]
    fn a_row_is_recognised_by_its_number_or_by_itself() {
        let row = |line, cells: &[&str]| Row {
            line,
            cells: cells.iter().map(|&it| it.to_owned()).collect(),
            faults: vec![],
        };
        let record = Record::default();
        let mut mapping = Mapping::new(Target::Evaluations);
        let key = |mapping: &Mapping, row: &Row, number| known(mapping, row, &record, number).key;
        assert_eq!(key(&mapping, &row(2, &["a"]), Some("7")), "n:7");
        assert_eq!(key(&mapping, &row(2, &["a"]), None), key(&mapping, &row(9, &["a"]), None));
        assert_ne!(
            key(&mapping, &row(2, &["a", "b"]), None),
            key(&mapping, &row(2, &["ab"]), None)
        );
        mapping.identical_rows = IdenticalRows::Each;
        assert_ne!(key(&mapping, &row(2, &["a"]), None), key(&mapping, &row(9, &["a"]), None));
    }
}
