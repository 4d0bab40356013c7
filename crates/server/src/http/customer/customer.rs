//! Customers: list, look, put one or thousands, merge.

use std::collections::BTreeMap;

use app::customer::merge_customers::merge_customers;
use app::customer::put_customer::{self, look};
use axum::extract::State;
use domain::customer::customer::{Customer, Level};
use domain::id::{CustomerId, StaffId};
use domain::language::Language;
use domain::platform::role::Permission;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::customer::customer::{self, Stored};
use store::customer::timeline::{self, Happened};

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, utoipa::ToSchema)]
pub struct CustomerBody {
    #[serde(flatten)]
    pub customer: Customer,
    /// Set when this customer turned out to be another.
    pub merged_into: Option<CustomerId>,
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated: Timestamp,
}

impl From<Stored> for CustomerBody {
    fn from(stored: Stored) -> Self {
        let Stored { customer, merged_into, created, updated } = stored;
        Self { customer, merged_into, created, updated }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CustomerQuery {
    /// Part of a name, number, telephone or mail address.
    pub text: Option<String>,
    pub level: Option<Level>,
    pub owner: Option<StaffId>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

/// Customers, newest first. Contacts are masked in lists for everybody.
#[utoipa::path(
    get,
    path = "/api/v1/customers",
    tag = "customer",
    params(CustomerQuery),
    responses((status = 200, body = Page<CustomerBody>), Problem),
)]
pub async fn list_customers(
    State(app): State<App>,
    reader: Can<may::ReadCustomers>,
    Query(query): Query<CustomerQuery>,
) -> Result<Json<Page<CustomerBody>>> {
    let limit = page::limit(query.limit)?;
    let after = page::after(query.after.as_deref())?;
    let CustomerQuery { text, level, owner, .. } = query;
    let filter = customer::Filter { text, level, owner, after, limit: limit + 1 };
    let mut conn = app.db.read().await?;
    let found = customer::list(&mut conn, reader.tenant(), &filter).await?;
    let bodies = found.into_iter().map(masked).collect();
    Ok(Json(Page::new(bodies, limit, |it: &CustomerBody| (it.created, it.customer.id))))
}

fn masked(stored: Stored) -> CustomerBody {
    Stored { customer: stored.customer.masked(), ..stored }.into()
}

/// One customer: in full for who may see contacts, which is written down; masked otherwise.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{id}",
    tag = "customer",
    params(("id" = CustomerId, Path)),
    responses((status = 200, body = CustomerBody), Problem),
)]
pub async fn get_customer(
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    reader: Can<may::ReadCustomers>,
) -> Result<Json<CustomerBody>> {
    let mut tx = app.db.write().await?;
    let stored = look(&mut tx, reader.act(), id, reader.may(Permission::RevealCustomers)).await?;
    tx.commit().await?;
    Ok(Json(stored.into()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutCustomer {
    pub external_id: Option<String>,
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub language: Option<Language>,
    #[serde(default)]
    pub level: Level,
    pub owner: Option<StaffId>,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, serde_json::Value>,
}

impl PutCustomer {
    fn named(self, id: CustomerId) -> Customer {
        let Self { external_id, name, phone, email, language, level, owner, tags, fields } = self;
        Customer { id, external_id, name, phone, email, language, level, owner, tags, fields }
    }
}

/// Make a customer or change it. One that is known by its external id keeps the id it has.
#[utoipa::path(
    put,
    path = "/api/v1/customers/{id}",
    tag = "customer",
    params(("id" = CustomerId, Path)),
    request_body = PutCustomer,
    responses((status = 200, body = Customer), Problem),
)]
pub async fn put_customer(
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    writer: Can<may::WriteCustomers>,
    Json(body): Json<PutCustomer>,
) -> Result<Json<Customer>> {
    let mut tx = app.db.write().await?;
    let (customer, _) = put_customer::put_customer(&mut tx, writer.act(), body.named(id)).await?;
    tx.commit().await?;
    Ok(Json(customer))
}

/// What became of one row of a batch.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BatchRow {
    pub id: uuid::Uuid,
    pub new: bool,
}

/// Make or change up to 5 000 customers: all of them or, if one is wrong, none.
#[utoipa::path(
    put,
    path = "/api/v1/customers",
    tag = "customer",
    request_body = Vec<Customer>,
    responses((status = 200, body = Vec<BatchRow>), Problem),
)]
pub async fn put_customers(
    State(app): State<App>,
    writer: Can<may::WriteCustomers>,
    Json(body): Json<Vec<Customer>>,
) -> Result<Json<Vec<BatchRow>>> {
    let mut tx = app.db.write().await?;
    let done = put_customer::put_customers(&mut tx, writer.act(), body).await?;
    tx.commit().await?;
    Ok(Json(done.into_iter().map(|(id, new)| BatchRow { id: id.0, new }).collect()))
}

/// Others with the same telephone or mail address: maybe the same person.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{id}/alike",
    tag = "customer",
    params(("id" = CustomerId, Path)),
    responses((status = 200, body = Vec<CustomerBody>), Problem),
)]
pub async fn list_alike(
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    reader: Can<may::ReadCustomers>,
) -> Result<Json<Vec<CustomerBody>>> {
    let mut conn = app.db.read().await?;
    let found = customer::find(&mut conn, reader.tenant(), id).await?;
    let stored = found.ok_or_else(|| domain::refusal::Refusal::not_found("customer"))?;
    let alike = customer::alike(&mut conn, reader.tenant(), &stored.customer).await?;
    Ok(Json(alike.into_iter().map(masked).collect()))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

/// One thing that happened with a customer.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HappenedBody {
    /// `interaction`, `evaluation` or `case`.
    pub thing: String,
    pub id: uuid::Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The channel of an interaction, the round of an evaluation, the kind of a case.
    pub word: String,
    /// The subject, the customer's words, the number of the case.
    pub text: Option<String>,
    /// Of an evaluation, 1 to 5.
    pub csat: Option<i64>,
    /// Of a case.
    pub state: Option<String>,
}

/// Everything that happened with a customer, as far as one's reach goes, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/customers/{id}/timeline",
    tag = "customer",
    params(("id" = CustomerId, Path), TimelineQuery),
    responses((status = 200, body = Page<HappenedBody>), Problem),
)]
pub async fn list_timeline(
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    reader: Can<may::ReadCustomers>,
    Query(query): Query<TimelineQuery>,
) -> Result<Json<Page<HappenedBody>>> {
    let limit = page::limit(query.limit)?;
    let after = page::after(query.after.as_deref())?;
    let mut conn = app.db.read().await?;
    if customer::find(&mut conn, reader.tenant(), id).await?.is_none() {
        return Err(domain::refusal::Refusal::not_found("customer").into());
    }
    let reach = (&reader.act().scope, reader.caller.by.staff());
    let found = timeline::list(&mut conn, reader.tenant(), id, reach, after, limit + 1).await?;
    let page = Page::new(found, limit, |it| (it.at_ms, it.id));
    let mut items = vec![];
    for it in page.items {
        let Happened { thing, id, at_ms, word, text, csat, state } = it;
        items.push(HappenedBody {
            thing,
            id,
            at: store::db::time(at_ms)?,
            word,
            text,
            csat,
            state,
        });
    }
    Ok(Json(Page { items, next: page.next }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Merge {
    /// The customer that remains.
    pub into: CustomerId,
}

/// This customer is that one. What was recorded under it is found under the one that remains.
#[utoipa::path(
    post,
    path = "/api/v1/customers/{id}/merge",
    tag = "customer",
    params(("id" = CustomerId, Path)),
    request_body = Merge,
    responses((status = 200, body = CustomerBody), Problem),
)]
pub async fn post_merge(
    State(app): State<App>,
    Path(id): Path<CustomerId>,
    writer: Can<may::WriteCustomers>,
    Json(body): Json<Merge>,
) -> Result<Json<CustomerBody>> {
    let mut tx = app.db.write().await?;
    let kept = merge_customers(&mut tx, writer.act(), id, body.into).await?;
    tx.commit().await?;
    Ok(Json(masked(kept)))
}
