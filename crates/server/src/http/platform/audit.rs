//! What was done, and who looked at personal data.

use axum::extract::State;
use domain::platform::actor::Actor;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::platform::audit::{self, Entry};
use uuid::Uuid;

use crate::App;
use crate::http::extract::{Json, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Only entries on this kind of thing, as in `customer`.
    pub thing: Option<String>,
    pub thing_id: Option<Uuid>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub by: Actor,
    pub action: String,
    pub thing: String,
    pub thing_id: Option<Uuid>,
    pub detail: serde_json::Value,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        let Entry { id, at, by, action, thing, thing_id, detail } = entry;
        Self { id, at, by, action, thing, thing_id, detail }
    }
}

/// The audit, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "platform",
    params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>), Problem),
)]
pub async fn list_audit(
    State(app): State<App>,
    reader: Can<may::ReadAudit>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>> {
    let limit = page::limit(query.limit)?;
    let before = page::after(query.after.as_deref())?;
    let AuditQuery { thing, thing_id, .. } = query;
    let filter = audit::Filter { thing, thing_id, before, limit: limit + 1 };
    let mut conn = app.db.read().await?;
    let entries = audit::list(&mut conn, reader.tenant(), &filter).await?;
    let entries = entries.into_iter().map(AuditEntry::from).collect();
    Ok(Json(Page::new(entries, limit, |it: &AuditEntry| (it.at, it.id))))
}
