//! Writing tables for spreadsheets: text that came from strangers never becomes a formula.

use std::io::{self, Write};

use jiff::civil::DateTime;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// What a cell may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Empty,
    Text(&'a str),
    Integer(i64),
    Real(f64),
    Bool(bool),
    /// Local, as the reader of the file shall see it.
    DateTime(DateTime),
}

/// Rows of one sheet with the header; the next one begins a new sheet.
const SHEET_ROWS_MAX: u32 = 1_048_576;
/// Characters of one cell by the file format; longer text is cut and ends with `…`.
const CELL_CHARACTERS_MAX: usize = 32_767;
/// The largest integer a cell of a workbook holds exactly; larger ones are written as text.
const EXACT_MAX: i64 = 1 << 53;

/// Whether a spreadsheet might run `text` as a formula, or whether it is such a text behind the
/// apostrophes of this very guard, so that taking one off always gives back what was written.
///
/// The list is OWASP's ("CSV Injection"), with the full-width forms that Japanese and Chinese Excel
/// take for the same; a byte order mark before them is taken off by many readers.
pub fn needs_guard(text: &str) -> bool {
    let bare = text.trim_start_matches(['\'', '\u{feff}']);
    bare.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// `text` with line ends made `\n` and without control characters and code points that XML forbids.
pub fn clean(text: &str) -> String {
    let is_kept = |c: &char| match c {
        '\n' | '\t' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control(),
    };
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(is_kept).collect()
}

/// Comma-separated text with a byte order mark, without which Excel misreads Chinese.
pub struct CsvWriter<W: Write> {
    csv: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let csv = csv::WriterBuilder::new()
            .flexible(true)
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        Ok(Self { csv })
    }

    pub fn write_row(&mut self, row: &[Value]) -> io::Result<()> {
        for value in row {
            self.csv.write_field(plain(value)).map_err(io::Error::other)?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(io::Error::other)
    }

    /// Flushes and gives back what was written to.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => {
            let text = clean(text);
            if needs_guard(&text) { format!("'{text}") } else { text }
        }
        Value::Integer(number) => number.to_string(),
        Value::Real(number) if number.is_finite() => number.to_string(),
        // Neither has a text of its own in a table.
        Value::Empty | Value::Real(_) => String::new(),
        Value::Bool(yes) => yes.to_string(),
        Value::DateTime(at) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// A workbook written row by row; rows go to a temporary file as they come, not to memory.
pub struct XlsxWriter {
    book: Workbook,
    sheet_name: String,
    sheets: u32,
    header: Vec<String>,
    next_row: u32,
    guarded: Format,
    date: Format,
    cut_texts: u64,
}

impl XlsxWriter {
    /// `sheet_name` must be one that Excel accepts: 1 to 25 characters, none of `[]:*?/\`.
    pub fn new(sheet_name: &str, header: &[&str]) -> Result<Self, XlsxError> {
        let mut writer = Self {
            book: Workbook::new(),
            sheet_name: sheet_name.to_owned(),
            sheets: 0,
            header: header.iter().map(|&it| it.to_owned()).collect(),
            next_row: 0,
            guarded: Format::new().set_quote_prefix(),
            date: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            cut_texts: 0,
        };
        writer.begin_sheet()?;
        Ok(writer)
    }

    pub fn write_row(&mut self, row: &[Value]) -> Result<(), XlsxError> {
        if self.next_row == SHEET_ROWS_MAX {
            self.begin_sheet()?;
        }
        self.put(row)
    }

    /// How many texts were longer than a cell can hold and were cut.
    pub fn cut_texts(&self) -> u64 {
        self.cut_texts
    }

    pub fn finish<W: Write + io::Seek + Send>(mut self, out: W) -> Result<(), XlsxError> {
        self.book.save_to_writer(out)
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let name = match self.sheets {
            1 => self.sheet_name.clone(),
            nth => format!("{} ({nth})", self.sheet_name),
        };
        self.book.add_worksheet_with_constant_memory()?.set_name(name)?;
        self.next_row = 0;
        let header = std::mem::take(&mut self.header);
        let row: Vec<_> = header.iter().map(|it| Value::Text(it)).collect();
        let put = self.put(&row);
        self.header = header;
        put
    }

    fn put(&mut self, row: &[Value]) -> Result<(), XlsxError> {
        let (guarded, date) = (self.guarded.clone(), self.date.clone());
        let at = self.next_row;
        let sheet = self.book.worksheet_from_index(self.sheets as usize - 1)?;
        for (column, value) in (0..).zip(row) {
            self.cut_texts += u64::from(put_cell(sheet, (at, column), value, &guarded, &date)?);
        }
        self.next_row += 1;
        Ok(())
    }
}

/// Whether the text had to be cut.
fn put_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    guarded: &Format,
    date: &Format,
) -> Result<bool, XlsxError> {
    match value {
        Value::Text(text) => {
            let (text, is_cut) = shortened(clean(text));
            // A typed text is never run; the quote prefix keeps it a text when somebody edits it.
            if needs_guard(&text) {
                sheet.write_string_with_format(row, column, text, guarded)?;
            } else {
                sheet.write_string(row, column, text)?;
            }
            return Ok(is_cut);
        }
        Value::Integer(number) if number.abs() <= EXACT_MAX => {
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, checked above")]
            sheet.write_number(row, column, *number as f64)?;
        }
        Value::Integer(number) => {
            sheet.write_string(row, column, number.to_string())?;
        }
        Value::Real(number) if number.is_finite() => {
            sheet.write_number(row, column, *number)?;
        }
        Value::Empty | Value::Real(_) => {}
        Value::Bool(yes) => {
            sheet.write_boolean(row, column, *yes)?;
        }
        Value::DateTime(at) => {
            sheet.write_datetime_with_format(row, column, excel(*at)?, date)?;
        }
    }
    Ok(false)
}

fn excel(at: DateTime) -> Result<ExcelDateTime, XlsxError> {
    let field = |it: i8| u8::try_from(it).unwrap_or(0);
    let year = u16::try_from(at.year()).unwrap_or(0);
    ExcelDateTime::from_ymd(year, field(at.month()), field(at.day()))?.and_hms(
        u16::try_from(at.hour()).unwrap_or(0),
        field(at.minute()),
        f64::from(at.second()),
    )
}

fn shortened(text: String) -> (String, bool) {
    // The format counts UTF-16 units; a text that is short in bytes is short in those.
    if text.len() <= CELL_CHARACTERS_MAX || text.encode_utf16().count() <= CELL_CHARACTERS_MAX {
        return (text, false);
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < CELL_CHARACTERS_MAX
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push('…');
    (cut, true)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn csv(rows: &[&[Value]]) -> String {
        let mut writer = CsvWriter::new(Vec::new()).unwrap();
        for row in rows {
            writer.write_row(row).unwrap();
        }
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_formula_stays_a_text_and_a_number_a_number() {
        let at = Value::DateTime(date(2026, 9, 3).at(14, 5, 0, 0));
        let text = csv(&[
            &[Value::Text("说明"), Value::Text("=HYPERLINK(\"x\")"), Value::Text("-5 分")],
            &[Value::Integer(-5), Value::Real(-0.5), Value::Text("'tis"), Value::Empty, at],
            &[
                Value::Text("\t=1"),
                Value::Text("a\r\nb\u{7}"),
                Value::Text("'=1"),
                Value::Text("＝1"),
            ],
        ]);
        assert_eq!(
            text,
            "\u{feff}说明,\"'=HYPERLINK(\"\"x\"\")\",'-5 分\r\n\
             -5,-0.5,'tis,,2026-09-03 14:05:00\r\n\
             '\t=1,\"a\nb\",''=1,'＝1\r\n"
        );
    }

    #[test]
    fn an_overlong_text_is_cut_and_counted() {
        let mut writer = XlsxWriter::new("评价", &["文字"]).unwrap();
        writer.write_row(&[Value::Text(&"好".repeat(40_000))]).unwrap();
        writer.write_row(&[Value::Text(&"好".repeat(32_767))]).unwrap();
        assert_eq!(writer.cut_texts(), 1);
        writer.finish(io::Cursor::new(Vec::new())).unwrap();
    }

    proptest! {
        #[test]
        fn no_text_field_ever_begins_like_a_formula(text in "[=+@\t\r'\u{1}\u{feff} a-]{0,5}.{0,5}") {
            let line = csv(&[&[Value::Text(&text)]]);
            let bytes = &line.as_bytes()["\u{feff}".len()..];
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
            for record in reader.records() {
                let field = record.unwrap()[0].to_owned();
                prop_assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r']), "{:?}", field);
            }
        }
    }
}
