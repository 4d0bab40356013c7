//! Workbooks (XLSX): looked over before they are opened, then read cell by cell.
//!
//! The reader underneath trusts what a file declares: it reserves memory for as many strings as the
//! file says it has, and unpacks whatever the archive holds. So the archive is unpacked once into
//! nothing, counting, before it is given to it. Formulas are never computed: the stored result is
//! taken, and a formula without one is a fault of its row.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use crate::{COLUMNS_MAX, Each, Fault, FaultKind, Refusal, Row};

/// Parts of one archive; an ordinary workbook has a few dozen.
const PARTS_MAX: usize = 10_000;
/// Bytes of all parts unpacked.
const UNPACKED_BYTES_MAX: u64 = 2 << 30;
/// Bytes of the table of shared texts, the one part that is held in memory whole.
const STRINGS_BYTES_MAX: u64 = 256 << 20;
/// Sheets, styles and relations beside it that are held whole.
const SMALL_PART_BYTES_MAX: u64 = 64 << 20;
/// From this size on a part must not be packed more tightly than [`RATIO_MAX`].
const RATIO_FROM_BYTES: u64 = 64 << 20;
const RATIO_MAX: u64 = 250;
/// The beginning of a part in which its declarations must stand.
const DECLARATION_BYTES: usize = 64 << 10;
/// What a sheet can have by the file format.
const SHEET_ROWS_MAX: u64 = 1_048_576;
const SHEET_COLUMNS_MAX: u64 = 16_384;
const CELL_CHARACTERS_MAX: usize = 32_767;

/// The names of the visible sheets that hold cells.
pub fn sheets<R: Read + Seek>(reader: R) -> Result<Vec<String>, Refusal> {
    let book = open(reader)?;
    let visible = book
        .sheets_metadata()
        .iter()
        .filter(|it| it.typ == SheetType::WorkSheet && it.visible == SheetVisible::Visible);
    Ok(visible.map(|it| it.name.clone()).collect())
}

/// Hands every row of `sheet` that holds something to `each`, as wide as its last cell that does.
pub fn rows<R: Read + Seek>(reader: R, sheet: &str, each: Each) -> Result<(), Refusal> {
    let mut book = open(reader)?;
    guarded(move || read_sheet(&mut book, sheet, each))
}

fn open<R: Read + Seek>(mut reader: R) -> Result<Xlsx<R>, Refusal> {
    look_over(&mut reader)?;
    reader.seek(SeekFrom::Start(0))?;
    guarded(move || Xlsx::new(reader).map_err(damaged))
}

/// A hostile file may still find arithmetic in the reader that panics; that is damage, not our end.
fn guarded<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Refusal::Damaged("it contradicts itself".to_owned())))
}

fn damaged(error: impl std::fmt::Display) -> Refusal {
    Refusal::Damaged(error.to_string())
}

/// Unpacks every part into nothing and refuses what is too much, whatever the directory declares.
fn look_over<R: Read + Seek>(reader: &mut R) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(reader).map_err(damaged)?;
    if PARTS_MAX < archive.len() {
        return Err(Refusal::Damaged(format!("it has {} parts", archive.len())));
    }
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.to_lowercase().replace('\\', "/");
        let packed = part.compressed_size();
        let limit = part_limit(&name).min(left);
        // Declared sizes may lie, so they can only refuse early, never permit.
        let bytes = if limit < part.size() { limit + 1 } else { count(&name, &mut part, limit)? };
        let too_tight = RATIO_FROM_BYTES < bytes && RATIO_MAX < bytes / packed.max(1);
        if limit < bytes || too_tight {
            let limit = if too_tight { RATIO_FROM_BYTES } else { limit };
            return Err(Refusal::Bomb { part: name, limit });
        }
        left -= bytes;
    }
    Ok(())
}

fn part_limit(name: &str) -> u64 {
    if name.contains("sharedstrings") {
        STRINGS_BYTES_MAX
    } else if name.contains("worksheets/") || name.contains("media/") {
        UNPACKED_BYTES_MAX
    } else {
        SMALL_PART_BYTES_MAX
    }
}

/// The bytes of a part as they really unpack, at most `limit + 1`; its declarations are checked.
fn count(name: &str, part: &mut impl Read, limit: u64) -> Result<u64, Refusal> {
    let mut part = part.take(limit + 1);
    let mut head = vec![0; DECLARATION_BYTES];
    let mut filled = 0;
    loop {
        match part.read(&mut head[filled..]).map_err(damaged)? {
            0 => break,
            more => filled += more,
        }
    }
    let head = String::from_utf8_lossy(&head[..filled]);
    let rest = io::copy(&mut part, &mut io::sink()).map_err(damaged)?;
    let bytes = filled as u64 + rest;
    if name.contains("sharedstrings") {
        let Some(tag) = root_tag(&head, "sst") else {
            return Err(Refusal::Damaged("no table of texts where one should be".to_owned()));
        };
        // The smallest entry is `<si/>`: more of them than fit is a lie that would be reserved for.
        let unique = attribute(tag, "uniqueCount").and_then(|it| it.trim().parse::<u64>().ok());
        if unique.is_some_and(|it| bytes / 5 < it) {
            return Err(Refusal::Damaged("it declares more texts than it holds".to_owned()));
        }
    } else if name.contains("worksheets/")
        && let Some(declared) = start_tag(&head, "dimension").and_then(|it| attribute(it, "ref"))
    {
        check_dimensions(declared)?;
    }
    Ok(bytes)
}

/// The first element if it is `name`. A comment before it could hold a tag that deceives us, and no
/// program writes one there.
fn root_tag<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let xml = xml.trim_start_matches('\u{feff}').trim_start();
    let root = match xml.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>")?.1.trim_start(),
        None => xml,
    };
    let tag = &root[..=root.find('>')?];
    if tag.starts_with("<!") || tag.starts_with("<?") { None } else { start_tag(tag, name) }
}

/// `<sst …>` or `<x:sst …>` up to its end.
fn start_tag<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    xml.split('<').skip(1).find_map(|it| {
        let tag = it.split_once('>')?.0;
        let (first, _) =
            tag.split_once(|c: char| c.is_whitespace() || c == '/').unwrap_or((tag, ""));
        (first.rsplit(':').next() == Some(name)).then_some(tag)
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(name)?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    after[1..].split_once(quote).map(|it| it.0)
}

fn check_dimensions(declared: &str) -> Result<(), Refusal> {
    let refused = || Refusal::Dimensions(declared.chars().take(60).collect());
    for corner in declared.split(':') {
        let digits = corner.find(|c: char| c.is_ascii_digit()).ok_or_else(refused)?;
        let (letters, digits) = corner.split_at(digits);
        let column = letters.bytes().try_fold(0_u64, |column, letter| {
            let digit = u64::from(letter.to_ascii_uppercase().checked_sub(b'A')?);
            (digit < 26 && column <= SHEET_COLUMNS_MAX).then_some(column * 26 + digit + 1)
        });
        let row: Option<u64> = digits.parse().ok();
        let fits = column.is_some_and(|it| (1..=SHEET_COLUMNS_MAX).contains(&it))
            && row.is_some_and(|it| (1..=SHEET_ROWS_MAX).contains(&it));
        if !fits {
            return Err(refused());
        }
    }
    Ok(())
}

fn read_sheet<R: Read + Seek>(book: &mut Xlsx<R>, sheet: &str, each: Each) -> Result<(), Refusal> {
    if !book.sheets_metadata().iter().any(|it| it.name == sheet) {
        return Err(Refusal::NoSheet(sheet.to_owned()));
    }
    let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut row = Row { line: 0, cells: Vec::new(), faults: Vec::new() };
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
        let (line, column) = (u64::from(cell.pos.0) + 1, cell.pos.1 as usize);
        if line < row.line || SHEET_ROWS_MAX < line {
            return Err(Refusal::Damaged(format!("row {line} follows row {}", row.line)));
        }
        if line != row.line {
            let empty = Row { line, cells: Vec::new(), faults: Vec::new() };
            let full = std::mem::replace(&mut row, empty);
            if hand_over(full, each) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        let (text, fault) = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(_)) => (String::new(), Some(FaultKind::FormulaWithoutValue)),
            (DataRef::Error(error), _) => {
                (error.to_string(), Some(FaultKind::CellError(error.to_string())))
            }
            (value, _) => (text(value), None),
        };
        if text.is_empty() && fault.is_none() {
            continue;
        }
        if COLUMNS_MAX <= column {
            return Err(Refusal::TooManyColumns { line, limit: COLUMNS_MAX });
        }
        if row.cells.len() <= column {
            row.cells.resize(column + 1, String::new());
        }
        row.cells[column] = text;
        row.faults.extend(fault.map(|kind| Fault { column: Some(column), kind }));
    }
    // The caller may break here; there is nothing left to break off.
    let _ = hand_over(row, each);
    Ok(())
}

fn hand_over(row: Row, each: Each) -> ControlFlow<()> {
    if row.cells.is_empty() { ControlFlow::Continue(()) } else { each(row) }
}

/// Dates as `2018-08-13` or `2018-08-13T12:24:59`, times of day and durations as `13:56:45`, numbers
/// with the fewest digits that say the same, `true` and `false`.
fn text(value: &DataRef) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) => cut(text),
        DataRef::SharedString(text) => cut(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(serial) => date_time(*serial),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
    }
}

/// A cell cannot hold more by the file format; a hostile one can.
fn cut(text: &str) -> String {
    match text.char_indices().nth(CELL_CHARACTERS_MAX) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

fn date_time(serial: ExcelDateTime) -> String {
    let value = serial.as_f64();
    if serial.is_duration() || (0.0..1.0).contains(&value) {
        return clock(value);
    }
    let (year, month, day, hour, minute, second, milli) = serial.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

/// Days as `hours:minutes:seconds`, to the nearest millisecond.
fn clock(days: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, which no sensible cell reaches"
    )]
    let ms = (days * 86_400_000.0).round() as i64;
    let (sign, ms) = (if ms < 0 { "-" } else { "" }, ms.unsigned_abs());
    let (seconds, milli) = (ms / 1_000, ms % 1_000);
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{sign}{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn dates_times_and_durations_are_told_apart_by_style() {
        for (value, kind, is_1904, expected) in [
            (43_325.517_349_537_04, DateTime, false, "2018-08-13T12:24:59"),
            (43_325.0, DateTime, false, "2018-08-13"),
            (41_863.0, DateTime, true, "2018-08-13"),
            (0.581_076_388_888_888_9, DateTime, false, "13:56:45"),
            (1.5, TimeDelta, false, "36:00:00"),
            (0.002_361_111_111_111_111, TimeDelta, false, "00:03:24"),
            (1.0, DateTime, false, "1900-01-01"),
            (61.0, DateTime, false, "1900-03-01"),
        ] {
            assert_eq!(date_time(ExcelDateTime::new(value, kind, is_1904)), expected, "{value}");
        }
    }

    #[test]
    fn declared_dimensions() {
        for sound in ["A1", "A1:D35", "A1:XFD1048576", "a1:zz9"] {
            assert!(check_dimensions(sound).is_ok(), "{sound}");
        }
        for wild in [
            "A1:XFD1048577",
            "A1:D1000000000",
            "A1:ZZZZ1",
            "A0",
            "",
            "A1:",
            "A99999999999999999999",
        ] {
            assert!(check_dimensions(wild).is_err(), "{wild}");
        }
    }

    #[test]
    fn tags_and_attributes() {
        let xml = "<?xml version='1.0'?><!-- x --><x:sst count = \"3\" uniqueCount='12'><si/>";
        let tag = start_tag(xml, "sst").unwrap();
        assert_eq!(attribute(tag, "uniqueCount"), Some("12"));
        assert_eq!(attribute(tag, "missing"), None);
        assert_eq!(start_tag(xml, "dimension"), None);
        assert_eq!(root_tag(xml, "sst"), None);
        assert_eq!(root_tag("<?xml version='1.0'?>\n<sst/>", "sst"), Some("sst/"));
    }
}
