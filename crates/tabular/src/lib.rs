//! Reading and writing tables: delimited text, workbooks and JSON, from hands that may be hostile.
//!
//! No word of the house above is spoken here. A table has columns with unique names and rows of text;
//! a row knows the physical line it began on and what is wrong with it. Nothing is guessed silently:
//! [`inspect`] says what was found and how sure that is, and [`Settings`] overrides each finding.
//! Memory stays flat however long the file is; the limits below are where a file is refused.

pub mod dates;
pub mod durations;
pub mod encoding;
pub mod header;
pub mod values;
pub mod write;

mod delimited;
mod json;
mod read;
mod sniff;
mod workbook;

pub use header::{Header, Renamed};
pub use read::{Kind, Settings, Shape, inspect, read};

/// Columns of one table.
pub const COLUMNS_MAX: usize = 1_000;
/// Bytes of one record as UTF-8, all fields and quotes together.
pub const RECORD_BYTES_MAX: u64 = 4 << 20;
/// Rows that [`inspect`] looks at and returns.
pub const SAMPLE_ROWS: usize = 1_000;

/// One row as it was read, before anybody asks what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file (from 1) on which the row begins; in a workbook the row's number; in a
    /// JSON array the position of the element.
    pub line: u64,
    /// Text of every cell, trimmed of nothing. One per column, unless the row is ragged.
    pub cells: Vec<String>,
    /// What is wrong with it. A row with faults is for the list of bad rows.
    pub faults: Vec<Fault>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Index of the column at fault; `None` when it is the row as a whole.
    pub column: Option<usize>,
    pub kind: FaultKind,
}

/// Why a row cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    #[error("the row has {found} fields, the header has {expected}")]
    Ragged { expected: usize, found: usize },
    #[error("a quotation mark opens here that is never closed")]
    OpenQuote,
    #[error("bytes that are no text in this encoding")]
    Malformed,
    #[error(
        "a formula without a stored result; open the file in a spreadsheet program and save it"
    )]
    FormulaWithoutValue,
    #[error("the spreadsheet shows the error {0} here")]
    CellError(String),
    #[error("not valid JSON: {0}")]
    BrokenJson(String),
    #[error("a JSON object was expected")]
    NotAnObject,
    #[error("the field {0:?} is not among the columns found at the beginning of the file")]
    UnknownField(String),
}

impl FaultKind {
    /// Stable name for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ragged { .. } => "ragged",
            Self::OpenQuote => "open_quote",
            Self::Malformed => "malformed_text",
            Self::FormulaWithoutValue => "formula_without_value",
            Self::CellError(_) => "cell_error",
            Self::BrokenJson(_) => "broken_json",
            Self::NotAnObject => "not_an_object",
            Self::UnknownField(_) => "unknown_field",
        }
    }
}

/// Why a file is not read at all.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the file is empty")]
    Empty,
    #[error("this is {0}; please save it as CSV, XLSX or JSON lines")]
    Unsupported(&'static str),
    #[error("line {line} holds a NUL byte: this is no text file, or its encoding was misjudged")]
    Binary { line: u64 },
    #[error(
        "the record that begins on line {line} is longer than {limit} bytes; is there a quotation \
         mark without its partner?"
    )]
    RecordTooLong { line: u64, limit: u64 },
    #[error("line {line} has more than {limit} columns")]
    TooManyColumns { line: u64, limit: usize },
    #[error("{0:?} is no encoding known here")]
    UnknownEncoding(String),
    #[error("{0:?} cannot separate fields: a delimiter is one ASCII character")]
    Delimiter(char),
    #[error("the workbook has no sheet {0:?}")]
    NoSheet(String),
    #[error("the workbook is damaged: {0}")]
    Damaged(String),
    #[error("the workbook would unpack to more than {limit} bytes ({part})")]
    Bomb { part: String, limit: u64 },
    #[error("the workbook declares {0:?}, more than a sheet can have")]
    Dimensions(String),
    #[error("the file does not begin with a JSON array of objects")]
    NotAnArray,
    #[error("no header row was found")]
    NoHeader,
}

impl Refusal {
    /// Stable name for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "unreadable",
            Self::Empty => "empty",
            Self::Unsupported(_) => "unsupported_format",
            Self::Binary { .. } => "binary",
            Self::RecordTooLong { .. } => "record_too_long",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::UnknownEncoding(_) => "unknown_encoding",
            Self::Delimiter(_) => "bad_delimiter",
            Self::NoSheet(_) => "no_sheet",
            Self::Damaged(_) => "damaged_workbook",
            Self::Bomb { .. } => "unpacks_too_large",
            Self::Dimensions(_) => "impossible_dimensions",
            Self::NotAnArray => "not_an_array",
            Self::NoHeader => "no_header",
        }
    }
}

/// What a reader hands each row to; `Break` ends the reading early.
pub type Each<'a> = &'a mut dyn FnMut(Row) -> std::ops::ControlFlow<()>;
