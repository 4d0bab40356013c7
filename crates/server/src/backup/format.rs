//! The lines of a backup, and hashes of rows that both engines agree about.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use store::db::whole::{Cell, Kind, Table};

/// A reader refuses what is newer than it knows.
pub const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub huisheng_backup: u32,
    /// Of the program that wrote it.
    pub version: String,
    pub made: Timestamp,
    /// Those that made the schema.
    pub migrations: Vec<i64>,
    /// The names of the master keys that its secrets are sealed with.
    pub key_ids: Vec<String>,
}

/// The lines between rows and pieces of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Table { name: String, columns: Vec<(String, String)> },
    TableEnd { rows: u64, hash: String },
    File { path: String },
    FileEnd { bytes: u64, hash: String },
    End(End),
}

/// The last line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub tables: u64,
    pub rows: u64,
    pub files: u64,
    /// SHA-256 of every line before, with its line break.
    pub hash: String,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows of {} tables, {} files", self.rows, self.tables, self.files)
    }
}

pub fn mark_of(table: &Table) -> Mark {
    let columns = table.columns.iter().map(|(name, kind)| (name.clone(), kind.name().to_owned()));
    Mark::Table { name: table.name.clone(), columns: columns.collect() }
}

/// `None`: a column of a kind that there is none of.
pub fn table_of(name: String, columns: Vec<(String, String)>) -> Option<Table> {
    let columns = columns.into_iter().map(|(name, kind)| Some((name, Kind::of(&kind)?)));
    Some(Table { name, columns: columns.collect::<Option<_>>()? })
}

/// A row as an array. Fractions are text, so that every bit of them comes back; JSON is its text.
pub fn line_of(row: &[Cell]) -> String {
    let value = |it: &Cell| match it {
        Cell::Null => Value::Null,
        Cell::Uuid(it) => it.to_string().into(),
        Cell::Integer(it) => (*it).into(),
        Cell::Float(it) => format!("{it:?}").into(),
        Cell::Boolean(it) => (*it).into(),
        Cell::Text(it) | Cell::Json(it) => it.as_str().into(),
        Cell::Bytes(it) => BASE64.encode(it).into(),
    };
    Value::Array(row.iter().map(value).collect()).to_string()
}

/// `None`: it is no row of that table.
pub fn row_of(line: &str, table: &Table) -> Option<Vec<Cell>> {
    let values: Vec<Value> = serde_json::from_str(line).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    values.into_iter().zip(&table.columns).map(|(it, column)| cell(it, column.1)).collect()
}

fn cell(value: Value, kind: Kind) -> Option<Cell> {
    Some(match (kind, value) {
        (_, Value::Null) => Cell::Null,
        (Kind::Uuid, Value::String(it)) => Cell::Uuid(it.parse().ok()?),
        (Kind::Integer, Value::Number(it)) => Cell::Integer(it.as_i64()?),
        (Kind::Float, Value::String(it)) => Cell::Float(it.parse().ok()?),
        (Kind::Boolean, Value::Bool(it)) => Cell::Boolean(it),
        (Kind::Text, Value::String(it)) => Cell::Text(it),
        (Kind::Json, Value::String(it)) => Cell::Json(it),
        (Kind::Bytes, Value::String(it)) => Cell::Bytes(BASE64.decode(it.as_bytes()).ok()?),
        _ => return None,
    })
}

/// How many rows there were and the sum of their hashes: the same in whatever order they came, and on
/// whichever engine, which keep JSON in forms of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub rows: u64,
    sum: [u64; 4],
}

impl Tally {
    /// Fails on JSON that is none.
    pub fn add(&mut self, row: &[Cell]) -> serde_json::Result<()> {
        let mut bytes = vec![];
        for it in row {
            match it {
                Cell::Null => bytes.push(0),
                Cell::Uuid(it) => piece(&mut bytes, 1, it.as_bytes()),
                Cell::Integer(it) => piece(&mut bytes, 2, &it.to_be_bytes()),
                Cell::Float(it) => piece(&mut bytes, 3, &it.to_bits().to_be_bytes()),
                Cell::Boolean(it) => piece(&mut bytes, 4, &[u8::from(*it)]),
                Cell::Text(it) => piece(&mut bytes, 5, it.as_bytes()),
                Cell::Json(it) => {
                    let mut same = String::new();
                    canonical(serde_json::from_str(it)?, &mut same)?;
                    piece(&mut bytes, 6, same.as_bytes());
                }
                Cell::Bytes(it) => piece(&mut bytes, 7, it),
            }
        }
        let hash = Sha256::digest(&bytes);
        for (lane, part) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            let part = u64::from_be_bytes(part.try_into().expect("eight bytes each"));
            *lane = lane.wrapping_add(part);
        }
        self.rows += 1;
        Ok(())
    }

    pub fn hash(&self) -> String {
        HEXLOWER.encode(&self.sum.map(u64::to_be_bytes).concat())
    }
}

fn piece(bytes: &mut Vec<u8>, tag: u8, content: &[u8]) {
    bytes.push(tag);
    bytes.extend((content.len() as u64).to_be_bytes());
    bytes.extend(content);
}

/// One text for all texts that mean the same: keys sorted, no blanks, numbers by their value.
fn canonical(raw: &RawValue, out: &mut String) -> serde_json::Result<()> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
            out.push('{');
            for (key, value) in fields {
                out.push_str(&serde_json::to_string(&key)?);
                out.push(':');
                canonical(value, out)?;
                out.push(',');
            }
            out.push('}');
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            out.push('[');
            for value in items {
                canonical(value, out)?;
                out.push(',');
            }
            out.push(']');
        }
        Some(b'"') => {
            let text: String = serde_json::from_str(text)?;
            out.push_str(&serde_json::to_string(&text)?);
        }
        Some(b't' | b'f' | b'n') => out.push_str(text),
        _ => out.push_str(&number(text)),
    }
    Ok(())
}

/// Beyond that, whole numbers in a fraction have no digits of their own.
const EXACT: f64 = 1e15;

/// PostgreSQL writes 1e-7 as 0.0000001 and keeps the zeros of 1.00.
fn number(text: &str) -> String {
    if let Ok(whole) = text.parse::<i128>() {
        return whole.to_string();
    }
    match text.parse::<f64>() {
        Ok(it) if it.fract() == 0.0 && it.abs() < EXACT => format!("{it:.0}").replace("-0", "0"),
        Ok(it) => format!("{it:e}"),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    fn tally(rows: &[Vec<Cell>]) -> Tally {
        let mut tally = Tally::default();
        for it in rows {
            tally.add(it).unwrap();
        }
        tally
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        let kinds = [
            (Kind::Uuid, Cell::Uuid(uuid::Uuid::from_u128(7))),
            (Kind::Integer, Cell::Integer(i64::MIN)),
            (Kind::Float, Cell::Float(0.1 + 0.2)),
            (Kind::Boolean, Cell::Boolean(true)),
            (Kind::Text, Cell::Text("回声\n\"\u{1f600}\u{2028}".to_owned())),
            (Kind::Json, Cell::Json(r#"{"b": 1.00, "a": "x"}"#.to_owned())),
            (Kind::Bytes, Cell::Bytes(vec![0, 255])),
            (Kind::Text, Cell::Null),
        ];
        let columns = kinds.iter().enumerate().map(|(at, it)| (at.to_string(), it.0)).collect();
        let table = Table { name: "t".to_owned(), columns };
        let row: Vec<Cell> = kinds.into_iter().map(|it| it.1).collect();
        let line = line_of(&row);
        assert!(!line.contains('\n'));
        assert_eq!(row_of(&line, &table).unwrap(), row);
        for bad in ["[]", "{}", "[1,2,3,4,5,6,7,8]"] {
            assert_eq!(row_of(bad, &table), None, "{bad}");
        }
        let Mark::Table { name, columns } = mark_of(&table) else { panic!("it is a table") };
        assert_eq!(table_of(name, columns), Some(table));
    }

    #[test]
    fn rows_in_another_order_and_json_in_another_form_have_the_same_hash() {
        let json = |text: &str| vec![Cell::Json(text.to_owned())];
        let a = json(r#"{"a":[1.0,1e-7,"x"],"b":{"c":null,"d":-0.0}}"#);
        let b = json(r#"{"b": {"d": 0, "c": null}, "a": [1, 0.0000001, "\u0078"]}"#);
        assert_eq!(tally(std::slice::from_ref(&a)), tally(&[b]));
        let (one, two) = (vec![Cell::Integer(1)], vec![Cell::Text("1".to_owned())]);
        assert_eq!(tally(&[one.clone(), two.clone()]), tally(&[two.clone(), one.clone()]));
        for (left, right) in
            [(&one, &two), (&a, &json(r#"{"a":[1,1e-8,"x"],"b":{"c":null,"d":0}}"#))]
        {
            assert_ne!(tally(std::slice::from_ref(left)), tally(std::slice::from_ref(right)));
        }
        assert_ne!(tally(std::slice::from_ref(&one)), tally(&[one.clone(), one]), "a row twice");
        assert!(Tally::default().add(&json("{")).is_err());
    }
}
