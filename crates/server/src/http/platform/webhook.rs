//! Other systems that are told what happens.

use app::platform::webhook::{self, PutWebhook};
use axum::extract::State;
use axum::http::StatusCode;
use domain::id::WebhookId;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::platform::webhook as rows;
use uuid::Uuid;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, utoipa::ToSchema)]
pub struct WebhookBody {
    pub id: WebhookId,
    pub url: String,
    /// As in `invitation.sent`; `*` is all.
    pub events: Vec<String>,
    pub active: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    /// What calls are signed with (Standard Webhooks). Told once, when the webhook is made.
    pub secret: Option<String>,
}

impl WebhookBody {
    fn new(it: rows::Webhook, told: bool) -> Self {
        let rows::Webhook { id, url, events, secret, active, created } = it;
        Self { id, url, events, active, created, secret: told.then_some(secret) }
    }
}

/// All webhooks.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks",
    tag = "platform",
    responses((status = 200, body = Vec<WebhookBody>), Problem),
)]
pub async fn list_webhooks(
    State(app): State<App>,
    writer: Can<may::WriteWebhooks>,
) -> Result<Json<Vec<WebhookBody>>> {
    let mut conn = app.db.read().await?;
    let found = rows::list(&mut conn, writer.tenant()).await?;
    Ok(Json(found.into_iter().map(|it| WebhookBody::new(it, false)).collect()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutWebhookBody {
    pub url: String,
    pub events: Vec<String>,
    pub active: bool,
}

/// Make a webhook or change it. Its secret is in the first answer and never again.
#[utoipa::path(
    put,
    path = "/api/v1/webhooks/{id}",
    tag = "platform",
    params(("id" = WebhookId, Path)),
    request_body = PutWebhookBody,
    responses((status = 200, body = WebhookBody), Problem),
)]
pub async fn put_webhook(
    State(app): State<App>,
    Path(id): Path<WebhookId>,
    writer: Can<may::WriteWebhooks>,
    Json(body): Json<PutWebhookBody>,
) -> Result<Json<WebhookBody>> {
    let PutWebhookBody { url, events, active } = body;
    let input = PutWebhook { id, url, events, active };
    let mut tx = app.db.write().await?;
    let (made, new) = webhook::put_webhook(&mut tx, writer.act(), input).await?;
    tx.commit().await?;
    Ok(Json(WebhookBody::new(made, new)))
}

/// Delete a webhook and what was delivered to it.
#[utoipa::path(
    delete,
    path = "/api/v1/webhooks/{id}",
    tag = "platform",
    params(("id" = WebhookId, Path)),
    responses((status = 204), Problem),
)]
pub async fn delete_webhook(
    State(app): State<App>,
    Path(id): Path<WebhookId>,
    writer: Can<may::WriteWebhooks>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    webhook::delete_webhook(&mut tx, writer.act(), id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct DeliveryBody {
    pub id: Uuid,
    pub event: String,
    #[schema(value_type = Object)]
    pub payload: serde_json::Value,
    /// `queued`, `delivered`, `failed`.
    #[schema(value_type = String)]
    pub state: rows::State,
    /// HTTP status of the last answer.
    pub status: Option<i64>,
    pub error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Timestamp>,
}

impl From<rows::Delivery> for DeliveryBody {
    fn from(it: rows::Delivery) -> Self {
        let rows::Delivery { id, event, payload, state, status, error, created, ended, .. } = it;
        Self { id, event, payload, state, status, error, created, ended }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DeliveryQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

/// What was delivered, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/webhooks/{id}/deliveries",
    tag = "platform",
    params(("id" = WebhookId, Path), DeliveryQuery),
    responses((status = 200, body = Page<DeliveryBody>), Problem),
)]
pub async fn list_deliveries(
    State(app): State<App>,
    Path(id): Path<WebhookId>,
    writer: Can<may::WriteWebhooks>,
    Query(query): Query<DeliveryQuery>,
) -> Result<Json<Page<DeliveryBody>>> {
    let limit = page::limit(query.limit)?;
    let before = page::after(query.after.as_deref())?;
    let mut conn = app.db.read().await?;
    let tenant = writer.tenant();
    if rows::find(&mut conn, tenant, id).await?.is_none() {
        return Err(Refusal::not_found("webhook").into());
    }
    let found = rows::list_deliveries(&mut conn, tenant, id, before, limit + 1).await?;
    let found = found.into_iter().map(DeliveryBody::from).collect();
    Ok(Json(Page::new(found, limit, |it: &DeliveryBody| (it.created, it.id))))
}

/// Have a delivery tried again.
#[utoipa::path(
    post,
    path = "/api/v1/webhooks/{id}/deliveries/{delivery}/retry",
    tag = "platform",
    params(("id" = WebhookId, Path), ("delivery" = Uuid, Path)),
    responses((status = 200, body = DeliveryBody), Problem),
)]
pub async fn retry_delivery(
    State(app): State<App>,
    Path((id, delivery)): Path<(WebhookId, Uuid)>,
    writer: Can<may::WriteWebhooks>,
) -> Result<Json<DeliveryBody>> {
    let mut tx = app.db.write().await?;
    let again = webhook::redeliver(&mut tx, writer.act(), id, delivery).await?;
    tx.commit().await?;
    Ok(Json(again.into()))
}
