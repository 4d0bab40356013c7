//! Interactions: list, look, put one or thousands.

use app::customer::put_interaction;
use axum::extract::State;
use domain::collect::channel::Channel;
use domain::customer::interaction::Interaction;
use domain::id::{CustomerId, InteractionId, StaffId, TeamId};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::customer::interaction;

use super::customer::BatchRow;
use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct InteractionQuery {
    pub customer: Option<CustomerId>,
    /// Took part in it.
    pub staff: Option<StaffId>,
    pub team: Option<TeamId>,
    pub channel: Option<Channel>,
    /// Started at or after.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Started before.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

/// Interactions within one's reach, newest first, without transcripts.
#[utoipa::path(
    get,
    path = "/api/v1/interactions",
    tag = "customer",
    params(InteractionQuery),
    responses((status = 200, body = Page<Interaction>), Problem),
)]
pub async fn list_interactions(
    State(app): State<App>,
    reader: Can<may::ReadInteractions>,
    Query(query): Query<InteractionQuery>,
) -> Result<Json<Page<Interaction>>> {
    let limit = page::limit(query.limit)?;
    let after = page::after(query.after.as_deref())?;
    let InteractionQuery { customer, staff, team, channel, from, to, .. } = query;
    let filter = interaction::Filter {
        scope: reader.act().scope.clone(),
        customer,
        staff,
        team,
        channel: channel.map(|it| it.code().to_owned()),
        from,
        to,
        after,
        limit: limit + 1,
    };
    let mut conn = app.db.read().await?;
    let found = interaction::list(&mut conn, reader.tenant(), &filter).await?;
    let short = |it| Interaction { transcript: None, ..it };
    let found = found.into_iter().map(short).collect();
    Ok(Json(Page::new(found, limit, |it: &Interaction| (it.started, it.id))))
}

/// One interaction, with how the credit for it is shared.
#[derive(Serialize, utoipa::ToSchema)]
pub struct InteractionBody {
    #[serde(flatten)]
    pub interaction: Interaction,
    pub credit: Vec<CreditBody>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct CreditBody {
    pub staff: StaffId,
    /// In basis points; the shares sum to 10000.
    pub share_bp: i64,
}

/// One interaction.
#[utoipa::path(
    get,
    path = "/api/v1/interactions/{id}",
    tag = "customer",
    params(("id" = InteractionId, Path)),
    responses((status = 200, body = InteractionBody), Problem),
)]
pub async fn get_interaction(
    State(app): State<App>,
    Path(id): Path<InteractionId>,
    reader: Can<may::ReadInteractions>,
) -> Result<Json<InteractionBody>> {
    let mut conn = app.db.read().await?;
    let found = interaction::find(&mut conn, reader.tenant(), id).await?;
    let interaction = found.ok_or_else(|| Refusal::not_found("interaction"))?;
    let me = reader.caller.by.staff();
    let mine = me.filter(|me| interaction.segments.iter().any(|it| it.staff == *me));
    reader.act().require_within("interaction", interaction.team, mine)?;
    let credit = interaction::credit(&mut conn, reader.tenant(), id).await?;
    let credit = credit.into_iter().map(|(staff, share_bp)| CreditBody { staff, share_bp });
    Ok(Json(InteractionBody { interaction, credit: credit.collect() }))
}

/// Make an interaction or change it; the id in the address wins over the one in the body.
#[utoipa::path(
    put,
    path = "/api/v1/interactions/{id}",
    tag = "customer",
    params(("id" = InteractionId, Path)),
    request_body = Interaction,
    responses((status = 200, body = Interaction), Problem),
)]
pub async fn put_interaction(
    State(app): State<App>,
    Path(id): Path<InteractionId>,
    writer: Can<may::WriteInteractions>,
    Json(body): Json<Interaction>,
) -> Result<Json<Interaction>> {
    let input = Interaction { id, ..body };
    let mut tx = app.db.write().await?;
    let (made, _) = put_interaction::put_interaction(&mut tx, writer.act(), input).await?;
    tx.commit().await?;
    Ok(Json(made))
}

/// Make or change up to 5 000 interactions: all of them or, if one is wrong, none.
#[utoipa::path(
    put,
    path = "/api/v1/interactions",
    tag = "customer",
    request_body = Vec<Interaction>,
    responses((status = 200, body = Vec<BatchRow>), Problem),
)]
pub async fn put_interactions(
    State(app): State<App>,
    writer: Can<may::WriteInteractions>,
    Json(body): Json<Vec<Interaction>>,
) -> Result<Json<Vec<BatchRow>>> {
    let mut tx = app.db.write().await?;
    let done = put_interaction::put_interactions(&mut tx, writer.act(), body).await?;
    tx.commit().await?;
    Ok(Json(done.into_iter().map(|(id, new)| BatchRow { id: id.0, new }).collect()))
}
