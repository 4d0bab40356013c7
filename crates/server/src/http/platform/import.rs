//! Bringing files in: upload, look, try, start, watch.

use app::platform::import::targets::{TargetField, fields};
use app::platform::import::{self, Uploaded, cancel, find_import, sentence, start};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use domain::id::ImportId;
use domain::language::Language;
use domain::platform::import::{Counts, Mapping, Proposal, Stage, Target, propose};
use domain::refusal::Refusal;
use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::platform::import::{Import, list};
use tokio::io::AsyncWriteExt as _;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::patience::is_too_slow;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// Of one uploaded file.
const UPLOAD_BYTES_MAX: u64 = 2 << 30;
/// Rows of a file that are shown beside a proposal.
const SHOWN_ROWS: usize = 20;

#[derive(Serialize, utoipa::ToSchema)]
pub struct ImportBody {
    pub id: ImportId,
    pub target: Target,
    pub file_name: String,
    pub file_bytes: i64,
    pub dry_run: bool,
    pub stage: Stage,
    pub counts: Counts,
    /// The file's columns, in their order; empty until it is started.
    pub columns: Vec<String>,
    /// As it runs or ran.
    #[schema(value_type = Option<Object>)]
    pub mapping: Option<Mapping>,
    /// Why the file could not be read to its end.
    pub failure: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Timestamp>,
}

impl ImportBody {
    fn new(import: Import, language: Language) -> Self {
        let failure = import.failure.as_ref().map(|it| sentence(it, language));
        let Import { id, target, file_name, file_bytes, columns, mapping, dry_run, stage, .. } =
            import;
        let Import { counts, created, started, ended, .. } = import;
        Self {
            id,
            target,
            file_name,
            file_bytes,
            dry_run,
            stage,
            counts,
            columns,
            mapping,
            failure,
            created,
            started,
            ended,
        }
    }
}

pub(super) fn language(headers: &HeaderMap) -> Language {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    asked.and_then(Language::accepted).unwrap_or_default()
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    pub target: Target,
    /// As it is called where it came from.
    pub name: String,
}

/// Upload a file. Its kind and encoding are found out from its bytes.
#[utoipa::path(
    put,
    path = "/api/v1/imports/{id}",
    tag = "platform",
    params(("id" = ImportId, Path), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = ImportBody), Problem),
)]
pub async fn put_import(
    State(app): State<App>,
    Path(id): Path<ImportId>,
    writer: Can<may::WriteImports>,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<ImportBody>)> {
    let path = crate::import::file(&app, writer.tenant(), id);
    let mut conn = app.db.read().await?;
    if store::platform::import::find(&mut conn, writer.tenant(), id).await?.is_some() {
        return Err(Refusal::conflict("id_taken").at("id").into());
    }
    drop(conn);
    let saved = save(body, &path).await;
    if saved.is_err()
        && let Err(error) = tokio::fs::remove_file(&path).await
    {
        tracing::debug!(%error, "nothing is left of an upload that broke off");
    }
    let file_bytes = saved?;
    let input = Uploaded { id, target: query.target, file_name: query.name, file_bytes };
    let mut tx = app.db.write().await?;
    let made = import::upload(&mut tx, writer.act(), input).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(ImportBody::new(made, language(&headers)))))
}

/// Streams the body to the file and returns its size.
async fn save(body: Body, path: &std::path::Path) -> Result<i64> {
    let failed = |error: std::io::Error| Problem::of_disk(&error);
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    }
    let mut file = tokio::fs::File::create(path).await.map_err(failed)?;
    let mut bytes: u64 = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| {
            let cut_off = || Refusal::invalid("body").with("reason", "cut off").into();
            if is_too_slow(&error) { Problem::too_slow() } else { cut_off() }
        })?;
        bytes += chunk.len() as u64;
        if UPLOAD_BYTES_MAX < bytes {
            let refusal = Refusal::invalid("too_large");
            return Err(Problem::with(StatusCode::PAYLOAD_TOO_LARGE, refusal));
        }
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)?;
    Ok(i64::try_from(bytes).unwrap_or(i64::MAX))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

/// Imports, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/imports",
    tag = "platform",
    params(ImportQuery),
    responses((status = 200, body = Page<ImportBody>), Problem),
)]
pub async fn list_imports(
    State(app): State<App>,
    writer: Can<may::WriteImports>,
    Query(query): Query<ImportQuery>,
    headers: HeaderMap,
) -> Result<Json<Page<ImportBody>>> {
    let limit = page::limit(query.limit)?;
    let after = page::after(query.after.as_deref())?;
    let mut conn = app.db.read().await?;
    let found = list(&mut conn, writer.tenant(), after, limit + 1).await?;
    let language = language(&headers);
    let bodies = found.into_iter().map(|it| ImportBody::new(it, language)).collect();
    Ok(Json(Page::new(bodies, limit, |it: &ImportBody| (it.created, it.id))))
}

/// How far it is.
#[utoipa::path(
    get,
    path = "/api/v1/imports/{id}",
    tag = "platform",
    params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportBody), Problem),
)]
pub async fn get_import(
    State(app): State<App>,
    Path(id): Path<ImportId>,
    writer: Can<may::WriteImports>,
    headers: HeaderMap,
) -> Result<Json<ImportBody>> {
    let mut conn = app.db.read().await?;
    let found = find_import(&mut conn, writer.act(), id).await?;
    Ok(Json(ImportBody::new(found, language(&headers))))
}

/// The file as it would be read, and a mapping to start from.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LookBody {
    pub columns: Vec<String>,
    #[schema(value_type = Option<Object>)]
    pub encoding: Option<tabular::encoding::EncodingFinding>,
    pub delimiter: Option<char>,
    pub sheet: Option<String>,
    pub sheets: Vec<String>,
    #[schema(value_type = Object)]
    pub header: tabular::Header,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// What its columns can become.
    pub fields: Vec<TargetField>,
    /// A mapping and what must be decided before it is used.
    #[schema(value_type = Object)]
    pub proposal: Proposal,
}

/// Look into the file. The body says what is known better: encoding, delimiter, sheet, header.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{id}/look",
    tag = "platform",
    params(("id" = ImportId, Path)),
    request_body(content = Object),
    responses((status = 200, body = LookBody), Problem),
)]
pub async fn look_import(
    State(app): State<App>,
    Path(id): Path<ImportId>,
    writer: Can<may::WriteImports>,
    Json(settings): Json<tabular::Settings>,
) -> Result<Json<LookBody>> {
    let mut conn = app.db.read().await?;
    let found = find_import(&mut conn, writer.act(), id).await?;
    let fields = fields(&mut conn, writer.act(), found.target).await?;
    drop(conn);
    let path = crate::import::file(&app, writer.tenant(), id);
    let shape = crate::import::inspect(path, settings.clone()).await?;
    let proposal = propose(found.target, &shape, &settings);
    let rows = shape.sample.into_iter().take(SHOWN_ROWS).map(|it| it.cells).collect();
    let tabular::Shape { columns, encoding, delimiter, sheet, sheets, header, .. } = shape;
    Ok(Json(LookBody {
        columns,
        encoding,
        delimiter,
        sheet,
        sheets,
        header,
        rows,
        fields,
        proposal,
    }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartImport {
    #[schema(value_type = Object)]
    pub mapping: Mapping,
    /// Do everything, keep only what was seen.
    #[serde(default)]
    pub dry_run: bool,
}

/// Start it, or try it. It goes on beside this request; ask how far it is.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{id}/start",
    tag = "platform",
    params(("id" = ImportId, Path)),
    request_body = StartImport,
    responses((status = 202, body = ImportBody), Problem),
)]
pub async fn start_import(
    State(app): State<App>,
    Path(id): Path<ImportId>,
    writer: Can<may::WriteImports>,
    headers: HeaderMap,
    Json(body): Json<StartImport>,
) -> Result<(StatusCode, Json<ImportBody>)> {
    let StartImport { mapping, dry_run } = body;
    let mut conn = app.db.read().await?;
    find_import(&mut conn, writer.act(), id).await?;
    drop(conn);
    let path = crate::import::file(&app, writer.tenant(), id);
    let shape = crate::import::inspect(path, mapping.file.clone()).await?;
    let mut tx = app.db.write().await?;
    let started = start(&mut tx, writer.act(), id, &shape.columns, &mapping, dry_run).await?;
    tx.commit().await?;
    crate::import::spawn(&app, writer.tenant(), id);
    Ok((StatusCode::ACCEPTED, Json(ImportBody::new(started, language(&headers)))))
}

/// Stop it where it is. What was brought stays.
#[utoipa::path(
    post,
    path = "/api/v1/imports/{id}/cancel",
    tag = "platform",
    params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportBody), Problem),
)]
pub async fn cancel_import(
    State(app): State<App>,
    Path(id): Path<ImportId>,
    writer: Can<may::WriteImports>,
    headers: HeaderMap,
) -> Result<Json<ImportBody>> {
    let mut tx = app.db.write().await?;
    let cancelled = cancel(&mut tx, writer.act(), id).await?;
    tx.commit().await?;
    Ok(Json(ImportBody::new(cancelled, language(&headers))))
}
