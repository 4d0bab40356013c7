//! Mappings kept for the next file of the same kind.

use app::platform::import::mapping::{delete_mapping, put_mapping};
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::MappingId;
use domain::platform::import::Mapping;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::platform::import_mapping::{SavedMapping, list};

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, utoipa::ToSchema)]
pub struct ImportMappingBody {
    pub id: MappingId,
    pub name: String,
    #[schema(value_type = Object)]
    pub mapping: Mapping,
    #[schema(value_type = String, format = DateTime)]
    pub updated: Timestamp,
}

impl From<SavedMapping> for ImportMappingBody {
    fn from(saved: SavedMapping) -> Self {
        let SavedMapping { id, name, mapping, updated } = saved;
        Self { id, name, mapping, updated }
    }
}

/// Kept mappings, by name.
#[utoipa::path(
    get,
    path = "/api/v1/import-mappings",
    tag = "platform",
    responses((status = 200, body = Vec<ImportMappingBody>), Problem),
)]
pub async fn list_import_mappings(
    State(app): State<App>,
    writer: Can<may::WriteImports>,
) -> Result<Json<Vec<ImportMappingBody>>> {
    let mut conn = app.db.read().await?;
    let found = list(&mut conn, writer.tenant()).await?;
    Ok(Json(found.into_iter().map(ImportMappingBody::from).collect()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutImportMapping {
    pub name: String,
    #[schema(value_type = Object)]
    pub mapping: Mapping,
}

/// Keep a mapping, or change it.
#[utoipa::path(
    put,
    path = "/api/v1/import-mappings/{id}",
    tag = "platform",
    params(("id" = MappingId, Path)),
    request_body = PutImportMapping,
    responses((status = 200, body = ImportMappingBody), Problem),
)]
pub async fn put_import_mapping(
    State(app): State<App>,
    Path(id): Path<MappingId>,
    writer: Can<may::WriteImports>,
    Json(body): Json<PutImportMapping>,
) -> Result<Json<ImportMappingBody>> {
    let mut tx = app.db.write().await?;
    let saved = put_mapping(&mut tx, writer.act(), id, &body.name, body.mapping).await?;
    tx.commit().await?;
    Ok(Json(saved.into()))
}

/// Forget a mapping.
#[utoipa::path(
    delete,
    path = "/api/v1/import-mappings/{id}",
    tag = "platform",
    params(("id" = MappingId, Path)),
    responses((status = 204), Problem),
)]
pub async fn delete_import_mapping(
    State(app): State<App>,
    Path(id): Path<MappingId>,
    writer: Can<may::WriteImports>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    delete_mapping(&mut tx, writer.act(), id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
