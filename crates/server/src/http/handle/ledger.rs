//! The complaint and the suggestion ledger, on the screen and as a file.

use std::io::Cursor;

use app::handle::ledger::{
    ComplaintRow, FILE_ROWS_MAX, LedgerTotal, Period, SuggestionRow, complaints, suggestions, total,
};
use app::handle::ledger_table::{Cell, Table, complaint_table, suggestion_table};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::language::Language;
use domain::refusal::Refusal;
use domain::triage::Kind;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::Read;
use tabular::write::{CsvWriter, Value, XlsxWriter};
use utoipa::IntoParams;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LedgerQuery {
    /// Received from here on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Received before.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The language of its words, `zh-CN` or `en`; that of `Accept-Language` without it.
    pub lang: Option<String>,
}

/// A ledger on the screen, by pages.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LedgerPageQuery {
    /// Received from here on.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Received before.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The language of its words, `zh-CN` or `en`; that of `Accept-Language` without it.
    pub lang: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

impl LedgerPageQuery {
    /// One row more than the page has says whether there is another page.
    fn period(&self, reader: &SignedIn, headers: &HeaderMap) -> Result<(Period, i64)> {
        let limit = page::limit(self.limit)?;
        let period = Period {
            from: self.from,
            until: self.until,
            after: page::after(self.after.as_deref())?,
            language: language(reader, headers, self.lang.as_deref()),
            rows_max: usize::try_from(limit + 1).expect("a page is small"),
        };
        Ok((period, limit))
    }
}

/// 投诉台账: complaints in the order of GB/T 19012, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/ledgers/complaints",
    tag = "handle",
    params(LedgerPageQuery),
    responses((status = 200, body = Page<ComplaintRow>), Problem),
)]
pub async fn get_complaints(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
    headers: HeaderMap,
    Query(query): Query<LedgerPageQuery>,
) -> Result<Json<Page<ComplaintRow>>> {
    let (period, limit) = query.period(&reader, &headers)?;
    let mut conn = app.db.read().await?;
    let rows = complaints(&mut conn, reader.act(), period).await?;
    Ok(Json(Page::new(rows, limit, |it| (it.received_at.as_millisecond(), it.case))))
}

/// 建议采纳台账: suggestions, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/ledgers/suggestions",
    tag = "handle",
    params(LedgerPageQuery),
    responses((status = 200, body = Page<SuggestionRow>), Problem),
)]
pub async fn get_suggestions(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
    headers: HeaderMap,
    Query(query): Query<LedgerPageQuery>,
) -> Result<Json<Page<SuggestionRow>>> {
    let (period, limit) = query.period(&reader, &headers)?;
    let mut conn = app.db.read().await?;
    let rows = suggestions(&mut conn, reader.act(), period).await?;
    Ok(Json(Page::new(rows, limit, |it| (it.received_at.as_millisecond(), it.case))))
}

/// How many rows a ledger has, `complaints` or `suggestions`.
#[utoipa::path(
    get,
    path = "/api/v1/ledgers/totals/{ledger}",
    tag = "handle",
    params(("ledger" = String, Path), LedgerQuery),
    responses((status = 200, body = LedgerTotal), Problem),
)]
pub async fn get_ledger_total(
    State(app): State<App>,
    Path(ledger): Path<String>,
    reader: Can<may::ReadCases>,
    Query(query): Query<LedgerQuery>,
) -> Result<Json<LedgerTotal>> {
    let kind = match ledger.as_str() {
        "complaints" => Kind::Complaint,
        "suggestions" => Kind::Suggestion,
        _ => return Err(Refusal::not_found("ledger").into()),
    };
    let mut conn = app.db.read().await?;
    Ok(Json(total(&mut conn, reader.act(), kind, query.from, query.until).await?))
}

/// A ledger as a file, with the same columns: `complaints.csv`, `complaints.xlsx`,
/// `suggestions.csv` or `suggestions.xlsx`; 100 000 rows at most.
#[utoipa::path(
    get,
    path = "/api/v1/ledgers/export/{file}",
    tag = "handle",
    params(("file" = String, Path), LedgerQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Problem),
)]
pub async fn get_ledger_file(
    State(app): State<App>,
    Path(file): Path<String>,
    reader: Can<may::ExportCases>,
    headers: HeaderMap,
    Query(query): Query<LedgerQuery>,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let language = language(&reader, &headers, query.lang.as_deref());
    let zone = zone(&mut conn, &reader).await?;
    let LedgerQuery { from, until, .. } = query;
    let period = Period { from, until, after: None, language, rows_max: FILE_ROWS_MAX };
    let (ledger, kind) = file.split_once('.').unwrap_or((&file, ""));
    let table = match ledger {
        "complaints" => {
            let rows = complaints(&mut conn, reader.act(), period).await?;
            complaint_table(rows, language, zone)
        }
        "suggestions" => {
            let rows = suggestions(&mut conn, reader.act(), period).await?;
            suggestion_table(rows, language, zone)
        }
        _ => return Err(Refusal::not_found("ledger").into()),
    };
    let (bytes, media) = match kind {
        "csv" => (csv(&table), "text/csv; charset=utf-8"),
        "xlsx" => {
            (xlsx(&table), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
        _ => return Err(Refusal::not_found("ledger").into()),
    };
    let disposition = format!("attachment; filename=\"{ledger}.{kind}\"");
    let headers =
        [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// A file is fetched by a plain link, whose header is the browser's and not the console's.
fn language(reader: &SignedIn, headers: &HeaderMap, asked: Option<&str>) -> Language {
    let asked = asked.and_then(Language::of_tag);
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    asked
        .or_else(|| header.and_then(Language::accepted))
        .or(reader.caller.language)
        .unwrap_or_default()
}

async fn zone(conn: &mut Read, reader: &SignedIn) -> Result<TimeZone> {
    let tenant = store::platform::tenant::find(conn, reader.tenant()).await?;
    Ok(tenant.map_or(TimeZone::UTC, |it| it.time_zone()))
}

fn values(row: &[Cell]) -> Vec<Value<'_>> {
    let value = |cell| match cell {
        &Cell::Empty => Value::Empty,
        Cell::Text(text) => Value::Text(text),
        &Cell::Integer(number) => Value::Integer(number),
        &Cell::Time(at) => Value::DateTime(at),
    };
    row.iter().map(value).collect()
}

fn csv(table: &Table) -> Vec<u8> {
    let written = CsvWriter::new(Vec::new()).and_then(|mut csv| {
        csv.write_row(&table.header.iter().map(|it| Value::Text(it)).collect::<Vec<_>>())?;
        for row in &table.rows {
            csv.write_row(&values(row))?;
        }
        csv.finish()
    });
    written.expect("memory takes every byte")
}

fn xlsx(table: &Table) -> Vec<u8> {
    let header: Vec<&str> = table.header.iter().map(String::as_str).collect();
    let mut bytes = Cursor::new(Vec::new());
    let written = XlsxWriter::new(&table.name, &header).and_then(|mut book| {
        for row in &table.rows {
            book.write_row(&values(row))?;
        }
        book.finish(&mut bytes)
    });
    written.expect("few enough rows, and names that Excel takes");
    bytes.into_inner()
}
