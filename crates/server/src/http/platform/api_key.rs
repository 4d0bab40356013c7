//! Keys of programs.

use std::collections::BTreeSet;

use app::platform::api_key::{CreateApiKey, create_api_key, revoke_api_key};
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::{ApiKeyId, StaffId};
use domain::platform::role::Permission;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::platform::api_key::ApiKey;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, utoipa::ToSchema)]
pub struct ApiKeyBody {
    pub id: ApiKeyId,
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    pub created_by: Option<StaffId>,
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked: Option<Timestamp>,
    /// Told once, when the key is made.
    pub secret: Option<String>,
}

impl ApiKeyBody {
    fn new(key: ApiKey, secret: Option<String>) -> Self {
        let ApiKey {
            id, name, permissions, created_by, created, expires, last_used, revoked, ..
        } = key;
        Self { id, name, permissions, created_by, created, expires, last_used, revoked, secret }
    }
}

/// All keys, revoked ones too, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/api-keys",
    tag = "platform",
    responses((status = 200, body = Vec<ApiKeyBody>), Problem),
)]
pub async fn list_api_keys(
    State(app): State<App>,
    writer: Can<may::WriteApiKeys>,
) -> Result<Json<Vec<ApiKeyBody>>> {
    let mut conn = app.db.read().await?;
    let keys = store::platform::api_key::list(&mut conn, writer.tenant()).await?;
    Ok(Json(keys.into_iter().map(|it| ApiKeyBody::new(it, None)).collect()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutApiKey {
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires: Option<Timestamp>,
}

/// Make a key. Its secret is in the answer and never again.
#[utoipa::path(
    put,
    path = "/api/v1/api-keys/{id}",
    tag = "platform",
    params(("id" = ApiKeyId, Path)),
    request_body = PutApiKey,
    responses((status = 201, body = ApiKeyBody), Problem),
)]
pub async fn put_api_key(
    State(app): State<App>,
    Path(id): Path<ApiKeyId>,
    writer: Can<may::WriteApiKeys>,
    Json(body): Json<PutApiKey>,
) -> Result<(StatusCode, Json<ApiKeyBody>)> {
    let PutApiKey { name, permissions, expires } = body;
    let input = CreateApiKey { id, name, permissions, expires };
    let mut tx = app.db.write().await?;
    let (key, secret) = create_api_key(&mut tx, writer.act(), &writer.caller, input).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(ApiKeyBody::new(key, Some(secret)))))
}

/// Revoke a key. It stays in the list.
#[utoipa::path(
    delete,
    path = "/api/v1/api-keys/{id}",
    tag = "platform",
    params(("id" = ApiKeyId, Path)),
    responses((status = 204), Problem),
)]
pub async fn delete_api_key(
    State(app): State<App>,
    Path(id): Path<ApiKeyId>,
    writer: Can<may::WriteApiKeys>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    revoke_api_key(&mut tx, writer.act(), id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
