//! The rows of an import that were refused: looked at page by page, and fetched to be mended.

use app::platform::import::{find_import, sentence};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::id::ImportId;
use domain::language::Language;
use serde::{Deserialize, Serialize};
use store::platform::import::{BadRow, Import, list_bad_rows};
use tabular::write::{CsvWriter, Value};

use super::import::language;
use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// Refused rows that are fetched at a time for the download.
const BAD_ROWS_PAGE: i64 = 500;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct BadRowQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

/// A row that was refused, and everything that is wrong with it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BadRowBody {
    /// Of the file, counted from 1.
    pub line: i64,
    /// As the file says them, in the order of its columns.
    pub cells: Vec<String>,
    pub faults: Vec<RowFault>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct RowFault {
    /// `null` where it is the row as a whole.
    pub column: Option<String>,
    /// Why, in the reader's language.
    pub reason: String,
}

impl BadRowBody {
    fn new(row: BadRow, language: Language) -> Self {
        let fault = |it: &domain::platform::import::Fault| RowFault {
            column: it.column.clone(),
            reason: sentence(it, language),
        };
        Self { line: row.line, faults: row.faults.iter().map(fault).collect(), cells: row.cells }
    }
}

/// The rows that were refused, in the order of the file.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{id}/faults",
    tag = "platform",
    params(("id" = ImportId, Path), BadRowQuery),
    responses((status = 200, body = Page<BadRowBody>), Problem),
)]
pub async fn list_faults(
    State(app): State<App>,
    Path(id): Path<ImportId>,
    writer: Can<may::WriteImports>,
    Query(query): Query<BadRowQuery>,
    headers: HeaderMap,
) -> Result<Json<Page<BadRowBody>>> {
    let limit = page::limit(query.limit)?;
    let after = page::after(query.after.as_deref())?.unwrap_or(0);
    let mut conn = app.db.read().await?;
    find_import(&mut conn, writer.act(), id).await?;
    let rows = list_bad_rows(&mut conn, writer.tenant(), id, after, limit + 1).await?;
    let language = language(&headers);
    let page = Page::new(rows, limit, |it: &BadRow| it.line);
    Ok(Json(page.map(|it| BadRowBody::new(it, language))))
}

/// The rows that were refused, as CSV: their own columns, then line, column and reason. Mended, the
/// file can be imported again under the same mapping.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{id}/bad-rows",
    tag = "platform",
    params(("id" = ImportId, Path)),
    responses((status = 200, content_type = "text/csv", body = String), Problem),
)]
pub async fn get_bad_rows(
    State(app): State<App>,
    Path(id): Path<ImportId>,
    writer: Can<may::WriteImports>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let found = find_import(&mut conn, writer.act(), id).await?;
    let mut out = Vec::new();
    bad_rows(&mut conn, &writer, &found, language(&headers), &mut out).await?;
    let name = format!("attachment; filename=\"bad-rows-{id}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, out).into_response())
}

async fn bad_rows(
    conn: &mut store::Read,
    writer: &Can<may::WriteImports>,
    found: &Import,
    language: Language,
    out: &mut Vec<u8>,
) -> Result<()> {
    let mut after = 0;
    let mut csv = import_csv(found, language, out)?;
    loop {
        let page = list_bad_rows(conn, writer.tenant(), found.id, after, BAD_ROWS_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.line;
        for row in &page {
            write_bad_row(&mut csv, found, row, language).map_err(|it| Problem::internal(&it))?;
        }
    }
    csv.finish().map_err(|it| Problem::internal(&it))?;
    Ok(())
}

fn import_csv<'a>(
    found: &Import,
    language: Language,
    out: &'a mut Vec<u8>,
) -> Result<CsvWriter<&'a mut Vec<u8>>> {
    let failed = |error: std::io::Error| Problem::internal(&error);
    let mut csv = CsvWriter::new(out).map_err(failed)?;
    let words =
        ["import.line", "import.column", "import.reason"].map(|it| app::words::say(language, it));
    let header: Vec<_> = found.columns.iter().chain(&words).map(|it| Value::Text(it)).collect();
    csv.write_row(&header).map_err(failed)?;
    Ok(csv)
}

/// One refused row: its cells, as many as there are columns, then why.
pub fn write_bad_row<W: std::io::Write>(
    csv: &mut CsvWriter<W>,
    found: &Import,
    row: &BadRow,
    language: Language,
) -> std::io::Result<()> {
    let columns: Vec<_> = row.faults.iter().filter_map(|it| it.column.as_deref()).collect();
    let reasons: Vec<_> = row.faults.iter().map(|it| sentence(it, language)).collect();
    let (columns, reasons) = (columns.join("; "), reasons.join(" "));
    let cell = |at: usize| row.cells.get(at).map_or(Value::Empty, |it| Value::Text(it));
    let mut values: Vec<_> = (0..found.columns.len()).map(cell).collect();
    values.extend([Value::Integer(row.line), Value::Text(&columns), Value::Text(&reasons)]);
    // A row with more fields than columns keeps them behind its reason.
    values.extend(row.cells.iter().skip(found.columns.len()).map(|it| Value::Text(it)));
    csv.write_row(&values)
}
