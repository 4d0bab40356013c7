//! Files made to hurt: each is refused with a reason, none is believed, none panics.

use std::fs;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tabular::write::{Value, XlsxWriter};
use tabular::{FaultKind, Refusal, Row, Settings, inspect, read};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn all(path: &Path) -> Result<Vec<Row>, Refusal> {
    let shape = inspect(path, &Settings::default())?;
    let mut rows = Vec::new();
    read(path, &shape, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

const TYPES: &str =
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook of one sheet with that XML, and further parts.
fn workbook(sheet: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    for (name, bytes) in parts.iter().chain(more) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(dimension: &str, rows: &str) -> String {
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>"#
    )
}

const TWO_ROWS: &str = r#"<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>score</v></c></row><row r="2"><c r="A2"><v>7</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>"#;

#[track_caller]
fn check_workbook(bytes: &[u8], code: &str) {
    let (_folder, path) = file(bytes);
    let error = all(&path).expect_err("it should have been refused");
    assert_eq!(error.code(), code, "{error}");
}

#[test]
fn a_sound_workbook_is_read_with_the_stored_results_of_its_formulas() {
    let (_folder, path) = file(&workbook(&sheet("A1:B2", TWO_ROWS), &[]));
    let rows = all(&path).unwrap();
    assert_eq!(rows, [Row { line: 2, cells: vec!["7".into(), "2".into()], faults: vec![] }]);
}

#[test]
fn a_sheet_of_a_billion_rows_is_refused() {
    check_workbook(&workbook(&sheet("A1:XFD1000000000", TWO_ROWS), &[]), "impossible_dimensions");
    check_workbook(&workbook(&sheet("A1:ZZZZZZZZZZZZZZ9", TWO_ROWS), &[]), "impossible_dimensions");
}

#[test]
fn a_sheet_that_is_declared_full_but_holds_little_costs_little() {
    let far = r#"<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="1048576"><c r="A1048576"><v>7</v></c><c r="XFD1048576"/></row>"#;
    let (_folder, path) = file(&workbook(&sheet("A1:XFD1048576", far), &[]));
    let rows = all(&path).unwrap();
    assert_eq!(
        (rows.len(), rows[0].line, &rows[0].cells[..]),
        (1, 1_048_576, &["7".to_owned()][..])
    );
}

#[test]
fn a_value_in_a_far_column_is_refused() {
    let far = r#"<row r="1"><c r="XFD1"><v>7</v></c></row>"#;
    check_workbook(&workbook(&sheet("A1:XFD1", far), &[]), "too_many_columns");
}

#[test]
fn rows_that_run_backwards_are_refused() {
    let back = r#"<row r="9"><c r="A9"><v>7</v></c></row><row r="2"><c r="A2"><v>7</v></c></row>"#;
    check_workbook(&workbook(&sheet("A1:A9", back), &[]), "damaged_workbook");
    let wild = r#"<row r="1"><c r="ZZZZZZZZZZZZ99999999999999"><v>7</v></c></row>"#;
    check_workbook(&workbook(&sheet("A1:A9", wild), &[]), "damaged_workbook");
}

#[test]
fn declared_texts_are_not_reserved_for() {
    for declared in ["99999999999", "18446744073709551615", "1000"] {
        let table = format!(r#"<sst count="1" uniqueCount="{declared}"><si><t>x</t></si></sst>"#);
        let book =
            workbook(&sheet("A1:B2", TWO_ROWS), &[("xl/sharedStrings.xml", table.as_bytes())]);
        check_workbook(&book, "damaged_workbook");
    }
    let hidden = br#"<!-- <sst uniqueCount="1"> --><sst uniqueCount="99999999999"><si/></sst>"#;
    check_workbook(
        &workbook(&sheet("A1:B2", TWO_ROWS), &[("xl/sharedStrings.xml", hidden)]),
        "damaged_workbook",
    );
}

#[test]
fn a_zip_bomb_is_refused_whatever_its_directory_declares() {
    let zeros = vec![b' '; 65 << 20];
    let bomb = workbook(&sheet("A1:B2", TWO_ROWS), &[("xl/worksheets/sheet2.xml", &zeros)]);
    assert!(bomb.len() < 1 << 20);
    check_workbook(&bomb, "unpacks_too_large");

    // The same with a directory that says the part is small: local header and directory are patched.
    let mut liar = bomb;
    let size = u32::try_from(zeros.len()).unwrap().to_le_bytes();
    let places: Vec<_> =
        liar.windows(4).enumerate().filter(|it| it.1 == size).map(|it| it.0).collect();
    assert!(!places.is_empty());
    for at in places {
        liar[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    let (_folder, path) = file(&liar);
    let error = all(&path).unwrap_err();
    assert!(matches!(error.code(), "unpacks_too_large" | "damaged_workbook"), "{error}");
}

#[test]
fn a_formula_without_a_result_and_an_error_are_faults_of_their_rows() {
    let rows = r#"<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>n</v></c></row><row r="2"><c r="A2" t="str"><v>a</v></c><c r="B2"><f>HYPERLINK("x")</f></c></row><row r="3"><c r="A3" t="str"><v>b</v></c><c r="B3" t="e"><v>#DIV/0!</v></c></row>"#;
    let (_folder, path) = file(&workbook(&sheet("A1:B3", rows), &[]));
    let faults: Vec<_> = all(&path).unwrap().into_iter().flat_map(|it| it.faults).collect();
    assert_eq!(faults[0].kind, FaultKind::FormulaWithoutValue);
    assert_eq!(faults[1].kind, FaultKind::CellError("#DIV/0!".to_owned()));
    assert_eq!([faults[0].column, faults[1].column], [Some(1), Some(1)]);
}

#[test]
fn files_of_other_kinds_are_refused_by_name() {
    for (bytes, code) in [
        (&b""[..], "empty"),
        (b"\n\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", "unsupported_format"),
        (b"\x1f\x8b\x08\x00", "unsupported_format"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "unsupported_format"),
        (b"PK\x03\x04not a zip", "damaged_workbook"),
        (b"a,b\n1,\x00\x002\n", "binary"),
    ] {
        check_workbook(bytes, code);
    }
}

#[test]
fn what_is_written_is_read_back() {
    let mut writer = XlsxWriter::new("评价", &["客户", "评分", "时间"]).unwrap();
    let at = jiff::civil::date(2026, 9, 3).at(14, 5, 6, 0);
    writer.write_row(&[Value::Text("=1+1"), Value::Integer(5), Value::DateTime(at)]).unwrap();
    writer.write_row(&[Value::Text("李\u{1}\n雷"), Value::Real(4.5), Value::Empty]).unwrap();
    let mut bytes = Cursor::new(Vec::new());
    writer.finish(&mut bytes).unwrap();
    let (_folder, path) = file(bytes.get_ref());
    let cells: Vec<_> = all(&path).unwrap().into_iter().map(|it| it.cells).collect();
    assert_eq!(cells, [["=1+1", "5", "2026-09-03T14:05:06"], ["李\n雷", "4.5", ""]]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn random_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let (_folder, path) = file(&bytes);
        let _ = all(&path);
    }

    #[test]
    fn random_text_is_read_or_refused(text in "[a-c,;\t\"'\n\r{}\\[\\]:0-9 é好=]{0,300}") {
        let (_folder, path) = file(text.as_bytes());
        if let Ok(rows) = all(&path) {
            for pair in rows.windows(2) {
                prop_assert!(pair[0].line < pair[1].line);
            }
        }
    }

    #[test]
    fn a_workbook_with_random_damage_is_read_or_refused(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)
    ) {
        let strings = br#"<sst count="1" uniqueCount="1"><si><t>x</t></si></sst>"#;
        let mut bytes = workbook(&sheet("A1:B2", TWO_ROWS), &[("xl/sharedStrings.xml", strings)]);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (_folder, path) = file(&bytes);
        let _ = all(&path);
    }

    #[test]
    fn a_sheet_of_random_markup_is_read_or_refused(
        rows in "(<row( r=\"[0-9]{1,12}\")?>|</row>|<c( r=\"[A-Z]{1,9}[0-9]{1,12}\")?( t=\"(s|str|b|e|n|d|inlineStr)\")?( s=\"[0-9]{1,3}\")?>|</c>|<v>[0-9a-z#/!.-]{0,9}</v>|<f t=\"shared\" si=\"[0-9]{1,12}\"( ref=\"[A-Z]{1,3}[0-9]{1,3}:[A-Z]{1,3}[0-9]{1,3}\")?>A1</f>|<is><t>x</t></is>){0,30}"
    ) {
        let (_folder, path) = file(&workbook(&sheet("A1:B2", &rows), &[]));
        let _ = all(&path);
    }
}
