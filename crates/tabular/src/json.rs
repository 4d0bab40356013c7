//! JSON lines and a JSON array of objects, flattened to rows of text.
//!
//! `{"a": {"b": 1}, "c": [1, 2]}` has the columns `a.b` = `1` and `c` = `1; 2`; an array that holds
//! objects stays JSON. Numbers keep the digits they were written with, as far as 64 bits carry them.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::delimited::from_io;
use crate::encoding::Utf8Reader;
use crate::{COLUMNS_MAX, Each, Fault, FaultKind, RECORD_BYTES_MAX, Refusal, Row};

/// Objects in objects are flattened this deep; what is deeper stays JSON text.
const DEPTH_MAX: usize = 4;

/// The fields of one object in the order they were written.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// One object as named texts, or why it is none.
type Flat = Result<Vec<(String, String)>, FaultKind>;

fn flatten(text: &str) -> Flat {
    match serde_json::from_str::<Fields>(text) {
        Ok(Fields(fields)) => {
            let mut flat = Vec::new();
            for (name, value) in fields {
                flatten_into(&mut flat, name, &value, DEPTH_MAX);
            }
            Ok(flat)
        }
        Err(error) if error.is_data() => Err(FaultKind::NotAnObject),
        Err(error) => Err(FaultKind::BrokenJson(error.to_string())),
    }
}

fn flatten_into(flat: &mut Vec<(String, String)>, name: String, value: &Value, depth: usize) {
    match value {
        Value::Object(fields) if 0 < depth => {
            for (inner, value) in fields {
                flatten_into(flat, format!("{name}.{inner}"), value, depth - 1);
            }
        }
        Value::Array(items) if !items.iter().any(|it| it.is_object() || it.is_array()) => {
            flat.push((name, items.iter().map(scalar).collect::<Vec<_>>().join("; ")));
        }
        other => flat.push((name, scalar(other))),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The columns of the file: every field name of the first `limit` objects, as they first appear.
pub fn columns<R: Read>(
    reader: Utf8Reader<R>,
    is_array: bool,
    limit: usize,
) -> Result<Vec<String>, Refusal> {
    let mut columns: Vec<String> = Vec::new();
    let mut known = HashSet::new();
    let mut seen = 0;
    objects(reader, is_array, &mut |_, flat| {
        for (name, _) in flat.into_iter().flatten() {
            if known.insert(name.clone()) {
                columns.push(name);
            }
        }
        seen += 1;
        if limit <= seen || COLUMNS_MAX < columns.len() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    if COLUMNS_MAX < columns.len() {
        return Err(Refusal::TooManyColumns { line: seen as u64, limit: COLUMNS_MAX });
    }
    Ok(columns)
}

/// Hands every object to `each` as a row under `columns`.
pub fn rows<R: Read>(
    reader: Utf8Reader<R>,
    is_array: bool,
    columns: &[String],
    each: Each,
) -> Result<(), Refusal> {
    let places: HashMap<&str, usize> =
        columns.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    objects(reader, is_array, &mut |line, flat| each(row(line, flat, &places)))
}

fn row(line: u64, flat: Flat, places: &HashMap<&str, usize>) -> Row {
    let mut row = Row { line, cells: vec![String::new(); places.len()], faults: Vec::new() };
    match flat {
        Err(kind) => row.faults.push(Fault { column: None, kind }),
        Ok(flat) => {
            for (name, text) in flat {
                match places.get(name.as_str()) {
                    Some(&place) => row.cells[place] = text,
                    None if text.is_empty() => {}
                    None => {
                        let kind = FaultKind::UnknownField(name);
                        row.faults.push(Fault { column: None, kind });
                    }
                }
            }
        }
    }
    row
}

type EachObject<'a> = &'a mut dyn FnMut(u64, Flat) -> ControlFlow<()>;

fn objects<R: Read>(
    reader: Utf8Reader<R>,
    is_array: bool,
    each: EachObject,
) -> Result<(), Refusal> {
    if is_array { elements(reader, each) } else { lines(reader, each) }
}

fn lines<R: Read>(reader: Utf8Reader<R>, each: EachObject) -> Result<(), Refusal> {
    let mut reader = BufReader::new(reader);
    let mut text = Vec::new();
    let mut bytes = 0;
    for line in 1.. {
        text.clear();
        reader.get_ref().allow(RECORD_BYTES_MAX);
        if reader.read_until(b'\n', &mut text).map_err(|error| from_io(error, line))? == 0 {
            break;
        }
        bytes += text.len() as u64;
        if text.trim_ascii().is_empty() {
            continue;
        }
        if each(line, said(&text, reader.get_ref().damaged_before(bytes))) == ControlFlow::Break(())
        {
            break;
        }
    }
    Ok(())
}

fn said(text: &[u8], is_damaged: bool) -> Flat {
    if is_damaged {
        return Err(FaultKind::Malformed);
    }
    flatten(&String::from_utf8_lossy(text))
}

/// The elements of one array, cut out by counting brackets outside strings, so that neither the array
/// nor a broken element is ever held whole. An element that is broken inside its brackets is a bad
/// row; broken brackets end the file, as nothing after them can be trusted.
fn elements<R: Read>(reader: Utf8Reader<R>, each: EachObject) -> Result<(), Refusal> {
    let mut reader = BufReader::new(reader);
    reader.get_ref().allow(RECORD_BYTES_MAX);
    let mut cut = Cut::default();
    let mut element = 0;
    let mut offset = 0;
    loop {
        let chunk = reader.fill_buf().map_err(|error| from_io(error, element + 1))?;
        let count = chunk.len();
        if count == 0 {
            break;
        }
        let mut ends = Vec::new();
        for (at, &byte) in chunk.iter().enumerate() {
            if let Some(text) = cut.push(byte)? {
                ends.push((offset + at as u64, text));
            }
        }
        reader.consume(count);
        offset += count as u64;
        for (end, text) in ends {
            element += 1;
            let is_damaged = reader.get_ref().damaged_before(end);
            reader.get_ref().allow(RECORD_BYTES_MAX);
            if each(element, said(&text, is_damaged)) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
    }
    if !cut.is_closed {
        let kind = FaultKind::BrokenJson("the file ends inside the array".to_owned());
        // The caller may break here; there is nothing left to break off.
        let _ = each(element + 1, Err(kind));
    }
    Ok(())
}

#[derive(Default)]
struct Cut {
    /// Brackets open; 1 is between the elements of the array.
    depth: usize,
    in_string: bool,
    escaped: bool,
    is_closed: bool,
    element: Vec<u8>,
}

impl Cut {
    /// Takes one byte and gives the element that ended with it.
    fn push(&mut self, byte: u8) -> Result<Option<Vec<u8>>, Refusal> {
        if self.in_string {
            self.element.push(byte);
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return Ok(None);
        }
        match (self.depth, byte) {
            (_, b' ' | b'\t' | b'\n') => self.element.push(byte),
            (0, b'[') if !self.is_closed => self.depth = 1,
            (0, _) => return Err(Refusal::NotAnArray),
            (1, b',' | b']') => {
                if byte == b']' {
                    self.depth = 0;
                    self.is_closed = true;
                }
                let element = std::mem::take(&mut self.element);
                return Ok(Some(element).filter(|it| !it.trim_ascii().is_empty()));
            }
            (_, b'{' | b'[') => {
                self.depth += 1;
                self.element.push(byte);
            }
            (_, b'}' | b']') => {
                self.depth = self.depth.saturating_sub(1).max(1);
                self.element.push(byte);
            }
            _ => {
                self.in_string = byte == b'"';
                self.element.push(byte);
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;

    #[track_caller]
    fn check(text: &str, is_array: bool, columns: &[&str], expected: &[(u64, &[&str], &str)]) {
        let reader = || Utf8Reader::new(text.as_bytes(), UTF_8);
        let found = super::columns(reader(), is_array, 10).unwrap();
        assert_eq!(found, columns);
        let mut actual = Vec::new();
        rows(reader(), is_array, &found, &mut |row| {
            let fault = row.faults.first().map_or("", |it| it.kind.code());
            actual.push((row.line, row.cells, fault));
            ControlFlow::Continue(())
        })
        .unwrap();
        let own = |cells: &[&str]| cells.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let expected: Vec<_> = expected.iter().map(|it| (it.0, own(it.1), it.2)).collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn lines_become_rows() {
        check(
            "{\"id\": 11801751173123456789, \"who\": {\"name\": \"李\"}}\n\n{\"id\": 2.50, \"tags\": [\"a\", 1]}\n",
            false,
            &["id", "who.name", "tags"],
            &[(1, &["11801751173123456789", "李", ""], ""), (3, &["2.5", "", "a; 1"], "")],
        );
        check(
            "{\"a\":1}\nnonsense\n[1]\n{\"a\":null}",
            false,
            &["a"],
            &[
                (1, &["1"], ""),
                (2, &[""], "broken_json"),
                (3, &[""], "not_an_object"),
                (4, &[""], ""),
            ],
        );
    }

    #[test]
    fn elements_of_an_array_become_rows() {
        check(
            " [ {\"a\": \"x, ] } \\\" y\"},\n {\"a\": [{\"b\":1}]} ] ",
            true,
            &["a"],
            &[(1, &["x, ] } \" y"], ""), (2, &["[{\"b\":1}]"], "")],
        );
        check("[]", true, &[], &[]);
        check("[{\"a\":1},", true, &["a"], &[(1, &["1"], ""), (2, &[""], "broken_json")]);
    }

    #[test]
    fn a_field_that_appears_later_is_a_fault_not_a_loss() {
        let lines = "{\"a\":1}\n".repeat(10) + "{\"a\":1,\"late\":\"x\"}\n{\"a\":1,\"late\":null}";
        let mut faults = Vec::new();
        rows(Utf8Reader::new(lines.as_bytes(), UTF_8), false, &["a".to_owned()], &mut |row| {
            faults.extend(row.faults.into_iter().map(|it| (row.line, it.kind.code())));
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(faults, [(11, "unknown_field")]);
    }
}
