//! Erasing a customer's personal data: one asks, somebody else agrees.

use app::trust::erasure::{Extent, ask, decide, extent};
use axum::extract::State;
use domain::id::{CustomerId, TenantId};
use domain::platform::actor::Actor;
use domain::trust::erasure::{Erasure, State as Stage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::customer::customer;
use store::trust::{erase, erasure};
use uuid::Uuid;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// A request, and how far it has come.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ErasureBody {
    pub id: Uuid,
    pub customer: CustomerId,
    /// While the customer is there.
    pub customer_name: Option<String>,
    pub reason: String,
    /// `asked`, `done` or `declined`.
    #[schema(value_type = String)]
    pub state: Stage,
    pub asked_by: Actor,
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    pub decided_by: Option<Actor>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
}

impl ErasureBody {
    fn new(it: Erasure, customer_name: Option<String>) -> Self {
        Self {
            id: it.id,
            customer: it.customer,
            customer_name,
            reason: it.reason,
            state: it.state,
            asked_by: it.asked_by,
            asked_at: it.asked_at,
            decided_by: it.decided_by,
            decided_at: it.decided_at,
        }
    }
}

/// What would be erased.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ExtentBody {
    /// With those that turned out to be the same person.
    pub customers: usize,
    pub interactions: usize,
    pub invitations: usize,
    pub evaluations: usize,
    pub cases: usize,
    pub messages: usize,
    /// Numbers of cases that have to be closed first.
    pub open_cases: Vec<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ErasureQuery {
    /// Only requests for this customer.
    pub customer: Option<CustomerId>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutErasure {
    pub customer: CustomerId,
    /// Stays on record for ever: it names nobody.
    pub reason: String,
}

/// What erasing this customer would take out.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{id}/erasure",
    tag = "trust",
    params(("id" = CustomerId, Path)),
    responses((status = 200, body = ExtentBody), Problem),
)]
pub async fn get_extent(
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    writer: Can<may::WriteCustomers>,
) -> Result<Json<ExtentBody>> {
    let mut conn = app.db.read().await?;
    let it = extent(&mut conn, writer.act(), id).await?;
    let Extent { customers, interactions, invitations, evaluations, cases, messages, open_cases } =
        it;
    Ok(Json(ExtentBody {
        customers,
        interactions,
        invitations,
        evaluations,
        cases,
        messages,
        open_cases,
    }))
}

/// Requests, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/erasures",
    tag = "trust",
    params(ErasureQuery),
    responses((status = 200, body = Page<ErasureBody>), Problem),
)]
pub async fn list_erasures(
    State(app): State<App>,
    reader: Can<may::WriteCustomers>,
    Query(query): Query<ErasureQuery>,
) -> Result<Json<Page<ErasureBody>>> {
    let limit = page::limit(query.limit)?;
    let before = page::after(query.after.as_deref())?;
    let mut conn = app.db.read().await?;
    let found =
        erasure::list(&mut conn, reader.tenant(), query.customer, before, limit + 1).await?;
    let page = Page::new(found, limit, |it: &Erasure| (it.asked_at, it.id));
    let mut items = vec![];
    for it in page.items {
        let person = customer::find(&mut conn, reader.tenant(), it.customer).await?;
        items.push(ErasureBody::new(it, person.map(|it| it.customer.name)));
    }
    Ok(Json(Page { items, next: page.next }))
}

/// Ask that a customer's personal data be erased. Nothing is erased before somebody else agrees.
#[utoipa::path(
    put,
    path = "/api/v1/erasures/{id}",
    tag = "trust",
    params(("id" = Uuid, Path)),
    request_body = PutErasure,
    responses((status = 200, body = ErasureBody), Problem),
)]
pub async fn put_erasure(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    writer: Can<may::WriteCustomers>,
    Json(body): Json<PutErasure>,
) -> Result<Json<ErasureBody>> {
    let mut tx = app.db.write().await?;
    let asked = ask(&mut tx, writer.act(), id, body.customer, &body.reason).await?;
    let person = customer::find(&mut tx, writer.tenant(), body.customer).await?;
    tx.commit().await?;
    Ok(Json(ErasureBody::new(asked, person.map(|it| it.customer.name))))
}

/// Agree: it is carried out at once and cannot be undone. Not by who asked.
#[utoipa::path(
    post,
    path = "/api/v1/erasures/{id}/approve",
    tag = "trust",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ErasureBody), Problem),
)]
pub async fn approve_erasure(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    writer: Can<may::WriteSettings>,
) -> Result<Json<ErasureBody>> {
    let mut tx = app.db.write().await?;
    let done = decide(&mut tx, writer.act(), id, true).await?;
    let imports = erase::ended_imports(&mut tx, writer.tenant()).await?;
    tx.commit().await?;
    clean_up(&app, writer.tenant(), imports).await;
    Ok(Json(ErasureBody::new(done, None)))
}

/// Decline, or take back: nothing is erased.
#[utoipa::path(
    post,
    path = "/api/v1/erasures/{id}/decline",
    tag = "trust",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = ErasureBody), Problem),
)]
pub async fn decline_erasure(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    writer: Can<may::WriteSettings>,
) -> Result<Json<ErasureBody>> {
    let mut tx = app.db.write().await?;
    let it = decide(&mut tx, writer.act(), id, false).await?;
    let person = customer::find(&mut tx, writer.tenant(), it.customer).await?;
    tx.commit().await?;
    Ok(Json(ErasureBody::new(it, person.map(|it| it.customer.name))))
}

/// Files that may hold the person, and the log of the database. The rows are gone already: what fails
/// here is said in the log, and done with the next.
async fn clean_up(app: &App, tenant: TenantId, imports: Vec<Uuid>) {
    for id in imports {
        let file = crate::import::file(app, tenant, id.into());
        match tokio::fs::remove_file(&file).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::error!(%error, import = %id, "the file of an import could not be removed");
            }
            _ => {}
        }
    }
    if let Err(error) = app.db.forget_log().await {
        tracing::error!(%error, "the database's log could not be emptied");
    }
}
