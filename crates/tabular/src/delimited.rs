//! Delimited text: which delimiter it uses, and its rows with the physical line each begins on.

use std::collections::HashMap;
use std::io::Read;
use std::ops::ControlFlow;

use crate::encoding::{Stop, Utf8Reader};
use crate::{COLUMNS_MAX, Each, Fault, FaultKind, RECORD_BYTES_MAX, Refusal, Row};

/// In order of preference when two fit equally well.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Records that vote on the delimiter.
const VOTES: usize = 200;
const BUFFER_BYTES: usize = 64 << 10;

/// The delimiter that cuts most records of `text` (a beginning of the file) into the same number of
/// fields, more than one; a comma when none does. The first line may say it: `sep=;`, as Excel writes.
pub fn detect_delimiter(text: &str) -> u8 {
    if let Some(said) = separator_line(text) {
        return said;
    }
    let score = |delimiter: u8| {
        let mut widths: HashMap<usize, usize> = HashMap::new();
        let mut records = 0;
        for record in parser(delimiter).from_reader(text.as_bytes()).byte_records().take(VOTES) {
            let Ok(record) = record else { break };
            records += 1;
            *widths.entry(record.len()).or_default() += 1;
        }
        let most = widths.into_iter().filter(|&(width, _)| 1 < width).max_by_key(|it| (it.1, it.0));
        let (width, votes) = most.unwrap_or((1, 0));
        // Agreement first, in percent; then the finer cut.
        (votes * 100 / records.max(1), width)
    };
    // `max_by_key` keeps the last of equals; reversed, that is the preferred one.
    let best = DELIMITERS.into_iter().rev().max_by_key(|&it| score(it));
    best.filter(|&it| 0 < score(it).0).unwrap_or(b',')
}

fn separator_line(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim();
    match line.strip_prefix("sep=")?.as_bytes() {
        [delimiter] => Some(*delimiter),
        // `sep=` followed by a tab, which `trim` took.
        [] => Some(b'\t'),
        _ => None,
    }
}

fn parser(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).has_headers(false).flexible(true).buffer_capacity(BUFFER_BYTES);
    builder
}

/// Hands every record to `each`. Blank lines and the `sep=` line are passed over.
pub fn rows<R: Read>(reader: Utf8Reader<R>, delimiter: u8, each: Each) -> Result<(), Refusal> {
    let reader = reader.with_end_mark();
    reader.allow(RECORD_BYTES_MAX);
    let mut csv = parser(delimiter).from_reader(reader);
    let mut record = csv::ByteRecord::new();
    // The line on which the next record can begin at the earliest.
    let mut line = 1;
    loop {
        csv.get_ref().allow(RECORD_BYTES_MAX);
        if !csv.read_byte_record(&mut record).map_err(|error| refusal(error, line))? {
            return Ok(());
        }
        if record.as_slice() == b"\0" {
            return Ok(());
        }
        let newlines = record.as_slice().split(|&byte| byte == b'\n').count() - 1;
        // A quotation mark without its partner swallows the rest and the mark of the end with it.
        let is_open = record.as_slice().ends_with(b"\0\n");
        // The decoder ends every line with one `\n`; that of an open record is inside it.
        let began = csv.position().line().saturating_sub(newlines as u64 + u64::from(!is_open));
        line = csv.position().line();
        if COLUMNS_MAX < record.len() {
            return Err(Refusal::TooManyColumns { line: began, limit: COLUMNS_MAX });
        }
        let is_damaged = csv.get_ref().damaged_before(csv.position().byte());
        let mut row = row(&record, began, is_damaged);
        if is_open {
            let column = row.cells.len() - 1;
            let kept = row.cells[column].len() - "\0\n".len();
            row.cells[column].truncate(kept);
            row.faults.push(Fault { column: Some(column), kind: FaultKind::OpenQuote });
        }
        let is_separator_line =
            began == 1 && row.cells.first().is_some_and(|it| it.starts_with("sep="));
        if !is_separator_line && each(row) == ControlFlow::Break(()) {
            return Ok(());
        }
    }
}

fn row(record: &csv::ByteRecord, line: u64, is_damaged: bool) -> Row {
    // The decoder hands out UTF-8 only; a replacement here would mean its promise is broken.
    let cells: Vec<String> =
        record.iter().map(|field| String::from_utf8_lossy(unguard(field)).into_owned()).collect();
    let malformed = |(column, _)| Fault { column: Some(column), kind: FaultKind::Malformed };
    let faults = if is_damaged {
        cells.iter().enumerate().filter(|it| it.1.contains('\u{fffd}')).map(malformed).collect()
    } else {
        Vec::new()
    };
    Row { line, cells, faults }
}

/// Takes off the one apostrophe with which [`crate::write`] guards text that looks like a formula.
fn unguard(field: &[u8]) -> &[u8] {
    match field {
        [b'\'', rest @ ..] if crate::write::needs_guard(&String::from_utf8_lossy(rest)) => rest,
        _ => field,
    }
}

fn refusal(error: csv::Error, line: u64) -> Refusal {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => from_io(error, line),
        // `flexible` and byte records leave no other kind; if one appears it is said, not hidden.
        other => Refusal::Io(std::io::Error::other(format!("{other:?}"))),
    }
}

/// What stopped the decoder, told with the line of the record that was being read.
pub fn from_io(error: std::io::Error, line: u64) -> Refusal {
    match error.get_ref().and_then(|it| it.downcast_ref::<Stop>()) {
        Some(Stop::Zero(line)) => Refusal::Binary { line: *line },
        Some(Stop::TooLong) => Refusal::RecordTooLong { line, limit: RECORD_BYTES_MAX },
        None => Refusal::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GB18030, UTF_8, UTF_16LE};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(u64, &[&str])]) {
        let mut actual = Vec::new();
        let reader = Utf8Reader::new(text.as_bytes(), UTF_8);
        rows(reader, b',', &mut |row| {
            actual.push((row.line, row.cells));
            ControlFlow::Continue(())
        })
        .unwrap();
        let own = |cells: &&[&str]| cells.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let expected: Vec<_> = expected.iter().map(|(line, cells)| (*line, own(cells))).collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn a_row_knows_the_physical_line_it_begins_on() {
        check("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("a,b\r\n1,2\r\n3,4", &[(1, &["a", "b"]), (2, &["1", "2"]), (3, &["3", "4"])]);
        check("a\r1\r2", &[(1, &["a"]), (2, &["1"]), (3, &["2"])]);
        check("a,b\n\"x\ny\",2\n3,4", &[(1, &["a", "b"]), (2, &["x\ny", "2"]), (4, &["3", "4"])]);
        check("a\r\n\"x\r\n\r\ny\"\r\nz", &[(1, &["a"]), (2, &["x\n\ny"]), (5, &["z"])]);
        check("a\n\n\n1\n", &[(1, &["a"]), (4, &["1"])]);
        check("sep=,\na,b\n", &[(2, &["a", "b"])]);
        check("", &[]);
    }

    #[test]
    fn a_guarded_formula_comes_back_as_it_was() {
        check("'=1+1,'tis,''=x,-1", &[(1, &["=1+1", "'tis", "'=x", "-1"])]);
    }

    #[test]
    fn the_delimiter_is_found() {
        for (text, delimiter) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n3,5;4\n", b';'),
            ("a\tb\n1,5\t2,5\n", b'\t'),
            ("a|b|c\nx, y|2|3\n", b'|'),
            ("comment\nfine, thanks\nbad\n", b','),
            ("one column\nonly\n", b','),
            ("sep=;\na,b,c\n", b';'),
            ("a;b\n\"x;y;z\";2\n", b';'),
        ] {
            assert_eq!(detect_delimiter(text), delimiter, "{text:?}");
        }
    }

    #[test]
    fn damage_is_the_fault_of_the_row_it_is_in() {
        let mut faults = Vec::new();
        let bytes = b"a,b\n1,\xff\n2,\xef\xbf\xbd\n3,ok\n";
        rows(Utf8Reader::new(&bytes[..], UTF_8), b',', &mut |row| {
            faults.push((row.line, row.faults));
            ControlFlow::Continue(())
        })
        .unwrap();
        let malformed = Fault { column: Some(1), kind: FaultKind::Malformed };
        let none = Vec::new;
        // Line 3 holds a replacement character that the file itself brought: that is text.
        assert_eq!(faults, [(1, none()), (2, vec![malformed]), (3, none()), (4, none())]);
    }

    #[test]
    fn other_encodings_are_decoded_while_reading() {
        let text = "名称,评分\n\"很好,快\",5\n";
        let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (gbk, _, _) = GB18030.encode(text);
        for (bytes, encoding) in [(&gbk[..], GB18030), (&utf_16[..], UTF_16LE)] {
            let mut last = Vec::new();
            rows(Utf8Reader::new(bytes, encoding), b',', &mut |row| {
                last = row.cells;
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!(last, ["很好,快", "5"]);
        }
    }

    #[test]
    fn an_unclosed_quotation_mark_is_refused_with_its_line() {
        let text = format!("a,b\n1,2\n3,\"{}", "x,y\n".repeat(2 << 20));
        let error =
            rows(Utf8Reader::new(text.as_bytes(), UTF_8), b',', &mut |_| ControlFlow::Continue(()))
                .unwrap_err();
        assert!(matches!(error, Refusal::RecordTooLong { line: 3, .. }), "{error}");
    }

    #[test]
    fn a_quotation_mark_open_at_the_end_is_a_fault() {
        for text in ["a,b\n\n\n1,\"x\ny", "a,b\r\n\r\n\r\n1,\"x\r\ny\r\n"] {
            let mut last = None;
            rows(Utf8Reader::new(text.as_bytes(), UTF_8), b',', &mut |row| {
                last = Some(row);
                ControlFlow::Continue(())
            })
            .unwrap();
            let row = last.unwrap();
            assert_eq!((row.line, row.cells[1].trim_end()), (4, "x\ny"));
            assert_eq!(row.faults, [Fault { column: Some(1), kind: FaultKind::OpenQuote }]);
        }
    }

    #[test]
    fn a_zero_byte_is_refused_with_its_line() {
        let reader = Utf8Reader::new(&b"a,b\n1,\0\n"[..], UTF_8);
        let error = rows(reader, b',', &mut |_| ControlFlow::Continue(())).unwrap_err();
        assert!(matches!(error, Refusal::Binary { line: 2 }), "{error}");
    }
}
