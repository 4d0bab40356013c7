//! The two things one does with a table: look at it, then read it the way that was agreed on.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::encoding::{self, EncodingFinding, Utf8Reader};
use crate::header::{self, HEADER_WITHIN_ROWS, Header, Renamed};
use crate::sniff::{self, Container};
use crate::{Each, Fault, FaultKind, Refusal, Row, SAMPLE_ROWS, delimited, json, workbook};

/// Decoded text that is looked at to find the kind of file and the delimiter.
const BEGINNING_BYTES: u64 = 256 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Delimited,
    JsonLines,
    JsonArray,
    Workbook,
}

/// What the caller knows better. `None` means: find out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
}

/// How a file is to be read, and its first rows read that way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub kind: Kind,
    /// Of text files.
    pub encoding: Option<EncodingFinding>,
    /// Of delimited text.
    pub delimiter: Option<char>,
    /// The sheet that is read, and all that could be.
    pub sheet: Option<String>,
    pub sheets: Vec<String>,
    pub header: Header,
    pub columns: Vec<String>,
    pub renamed: Vec<Renamed>,
    /// Up to [`SAMPLE_ROWS`] rows below the header.
    pub sample: Vec<Row>,
}

/// Looks at the beginning of a file (of a long one also elsewhere, for its encoding) and says how it
/// would be read under `settings`.
pub fn inspect(path: &Path, settings: &Settings) -> Result<Shape, Refusal> {
    let mut shape = match sniff::container(&head(path)?)? {
        Container::Zip => inspect_workbook(path, settings)?,
        Container::Text => inspect_text(path, settings)?,
    };
    if matches!(shape.kind, Kind::JsonLines | Kind::JsonArray) {
        shape.sample = first_rows(path, &shape, SAMPLE_ROWS)?;
        return Ok(shape);
    }
    let beginning = first_rows(path, &shape, SAMPLE_ROWS + HEADER_WITHIN_ROWS)?;
    if beginning.is_empty() {
        return Err(Refusal::Empty);
    }
    let window = beginning.len().min(2 * HEADER_WITHIN_ROWS);
    shape.header = settings.header.unwrap_or_else(|| header::propose(&beginning[..window]));
    let (skip, rows) = (shape.header.skip, shape.header.rows.min(2));
    let names = beginning.get(skip..skip + rows).ok_or(Refusal::NoHeader)?;
    let width = match (rows, shape.kind) {
        // Rows of a workbook end with their last filled cell, so the header may be the shorter one.
        (0, _) | (_, Kind::Workbook) => beginning[skip..].iter().map(|it| it.cells.len()).max(),
        _ => None,
    };
    (shape.columns, shape.renamed) = header::names(names, width.unwrap_or(0));
    let width = named_width(&shape);
    shape.sample = beginning
        .into_iter()
        .skip(skip + rows)
        .take(SAMPLE_ROWS)
        .map(|it| fit(it, width, &shape))
        .collect();
    Ok(shape)
}

/// Hands every row below the header to `each`, as wide as the table unless the row is at fault.
pub fn read(path: &Path, shape: &Shape, each: Each) -> Result<(), Refusal> {
    let mut to_skip = shape.header.skip + shape.header.rows.min(2);
    let width = named_width(shape);
    raw(path, shape, &mut |row| {
        if 0 < to_skip {
            to_skip -= 1;
            return ControlFlow::Continue(());
        }
        each(fit(row, width, shape))
    })
}

fn head(path: &Path) -> Result<Vec<u8>, Refusal> {
    let mut head = Vec::new();
    File::open(path)?.take(64).read_to_end(&mut head)?;
    Ok(head)
}

fn inspect_workbook(path: &Path, settings: &Settings) -> Result<Shape, Refusal> {
    let sheets = workbook::sheets(BufReader::new(File::open(path)?))?;
    let sheet = match &settings.sheet {
        Some(wanted) => sheets.iter().find(|it| *it == wanted),
        None => sheets.first(),
    };
    let wanted = || Refusal::NoSheet(settings.sheet.clone().unwrap_or_default());
    let sheet = sheet.ok_or_else(wanted)?.clone();
    Ok(Shape { sheet: Some(sheet), sheets, ..blank(Kind::Workbook) })
}

fn inspect_text(path: &Path, settings: &Settings) -> Result<Shape, Refusal> {
    let finding = match &settings.encoding {
        Some(name) => EncodingFinding {
            name: encoding::by_name(name)?.name().to_owned(),
            sure: true,
            has_bom: false,
        },
        None => encoding::detect(&mut File::open(path)?)?,
    };
    let mut shape = Shape { encoding: Some(finding), ..blank(Kind::Delimited) };
    let mut beginning = Vec::new();
    let reader = text(path, &shape)?.take(BEGINNING_BYTES);
    BufReader::new(reader).read_to_end(&mut beginning).map_err(|it| delimited::from_io(it, 1))?;
    let beginning = String::from_utf8_lossy(&beginning);
    shape.kind = match settings.delimiter {
        Some(_) => Kind::Delimited,
        None => sniff::text_kind(&beginning)?,
    };
    match shape.kind {
        Kind::JsonLines | Kind::JsonArray => {
            let is_array = shape.kind == Kind::JsonArray;
            shape.columns = json::columns(text(path, &shape)?, is_array, SAMPLE_ROWS)?;
        }
        _ => {
            let found = || char::from(delimited::detect_delimiter(&beginning));
            shape.delimiter = Some(settings.delimiter.unwrap_or_else(found));
        }
    }
    Ok(shape)
}

fn blank(kind: Kind) -> Shape {
    Shape {
        kind,
        encoding: None,
        delimiter: None,
        sheet: None,
        sheets: Vec::new(),
        header: Header { skip: 0, rows: 0 },
        columns: Vec::new(),
        renamed: Vec::new(),
        sample: Vec::new(),
    }
}

fn text(path: &Path, shape: &Shape) -> Result<Utf8Reader<File>, Refusal> {
    let name = shape.encoding.as_ref().map_or("UTF-8", |it| it.name.as_str());
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(Utf8Reader::new(file, encoding::by_name(name)?))
}

fn first_rows(path: &Path, shape: &Shape, limit: usize) -> Result<Vec<Row>, Refusal> {
    let mut rows = Vec::new();
    raw(path, shape, &mut |row| {
        rows.push(row);
        if rows.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(rows)
}

/// Every row, those of the header too, blank ones left out.
fn raw(path: &Path, shape: &Shape, each: Each) -> Result<(), Refusal> {
    let each = &mut |row: Row| {
        let is_blank = row.faults.is_empty() && row.cells.iter().all(|it| it.trim().is_empty());
        if is_blank { ControlFlow::Continue(()) } else { each(row) }
    };
    match shape.kind {
        Kind::Delimited => {
            let delimiter = shape.delimiter.unwrap_or(',');
            let byte = u8::try_from(delimiter).ok().filter(u8::is_ascii);
            delimited::rows(text(path, shape)?, byte.ok_or(Refusal::Delimiter(delimiter))?, each)
        }
        Kind::JsonLines => json::rows(text(path, shape)?, false, &shape.columns, each),
        Kind::JsonArray => json::rows(text(path, shape)?, true, &shape.columns, each),
        Kind::Workbook => {
            let sheet = shape.sheet.as_deref().unwrap_or_default();
            workbook::rows(BufReader::new(File::open(path)?), sheet, each)
        }
    }
}

/// Columns up to the last that the header names itself; those beyond may be missing in a row.
fn named_width(shape: &Shape) -> usize {
    let is_ours =
        |column: usize| shape.renamed.iter().any(|it| it.column == column && it.was.is_empty());
    (0..shape.columns.len()).rev().find(|&it| !is_ours(it)).map_or(0, |it| it + 1)
}

/// Makes a row as wide as the table. A row of a workbook is short when its last cells are empty; a
/// line of text that is short of a named column has lost something, and one with more has too much.
fn fit(mut row: Row, named: usize, shape: &Shape) -> Row {
    let (expected, found) = (shape.columns.len(), row.cells.len());
    let surplus = row.cells.iter().skip(expected).any(|it| !it.trim().is_empty());
    let is_short = shape.kind == Kind::Delimited && 0 < shape.header.rows && found < named;
    if surplus || is_short {
        row.faults.push(Fault { column: None, kind: FaultKind::Ragged { expected, found } });
    } else {
        row.cells.resize(expected, String::new());
    }
    row
}
