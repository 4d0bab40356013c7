//! Whom the house asked, how far it came, and why some were not asked.

use app::collect::follow_invitation;
use app::collect::invite_by_hand::{ByHand, invite_by_hand};
use axum::extract::State;
use axum::http::StatusCode;
use domain::collect::channel::Channel;
use domain::collect::invitation::{Invitation, State as Stage};
use domain::collect::round::Round;
use domain::id::{CaseId, CustomerId, EvaluationId, InteractionId, InvitationId, StaffId, TeamId};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::collect::invitation::{self, By, Filter, Step};
use store::platform::tenant;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::{Can, SignedIn};

#[derive(Serialize, utoipa::ToSchema)]
pub struct InvitationBody {
    pub id: InvitationId,
    #[schema(value_type = String)]
    pub round: Round,
    pub interaction: Option<InteractionId>,
    pub case: Option<CaseId>,
    pub customer: Option<CustomerId>,
    pub staff: Option<StaffId>,
    pub team: Option<TeamId>,
    pub form: String,
    #[schema(value_type = String)]
    pub channel: Channel,
    /// `planned`, `sent`, `delivered`, `opened`, `started`, `completed`, `expired`, `suppressed`.
    #[schema(value_type = String)]
    pub state: Stage,
    /// Why nobody was asked, as in `fatigue`.
    pub because: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub planned: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub opened: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reminded: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires: Option<Timestamp>,
    pub evaluation: Option<EvaluationId>,
    /// Told once, where the link is handed over by hand.
    pub link: Option<String>,
}

impl InvitationBody {
    fn new(it: Invitation, link: Option<String>) -> Self {
        Self {
            id: it.id,
            round: it.round,
            interaction: it.about.interaction(),
            case: it.about.case(),
            customer: it.customer,
            staff: it.staff,
            team: it.team,
            form: it.form,
            channel: it.channel,
            state: it.state,
            because: it.because.map(|it| it.code().to_owned()),
            planned: it.planned,
            due: it.due,
            sent: it.sent,
            delivered: it.delivered,
            opened: it.opened,
            started: it.started,
            completed: it.completed,
            reminded: it.reminded,
            expires: it.expires,
            evaluation: it.evaluation,
            link,
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct InvitationQuery {
    #[param(value_type = Option<String>)]
    pub state: Option<Stage>,
    #[param(value_type = Option<String>)]
    pub round: Option<Round>,
    #[param(value_type = Option<String>)]
    pub channel: Option<Channel>,
    pub customer: Option<CustomerId>,
    pub interaction: Option<InteractionId>,
    pub case: Option<CaseId>,
    /// Planned at or after.
    #[param(value_type = Option<String>)]
    pub from: Option<Timestamp>,
    /// Planned before.
    #[param(value_type = Option<String>)]
    pub to: Option<Timestamp>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

impl InvitationQuery {
    fn filter(self, who: &SignedIn, limit: i64) -> Result<Filter, Refusal> {
        Ok(Filter {
            scope: who.act().scope.clone(),
            state: self.state,
            round: self.round,
            channel: self.channel,
            customer: self.customer,
            interaction: self.interaction,
            case: self.case,
            from: self.from,
            to: self.to,
            before: page::after(self.after.as_deref())?,
            limit,
        })
    }
}

/// Invitations, also those that were not sent, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/invitations",
    tag = "collect",
    params(InvitationQuery),
    responses((status = 200, body = Page<InvitationBody>), Problem),
)]
pub async fn list_invitations(
    State(app): State<App>,
    reader: Can<may::ReadInvitations>,
    Query(query): Query<InvitationQuery>,
) -> Result<Json<Page<InvitationBody>>> {
    let limit = page::limit(query.limit)?;
    let filter = query.filter(&reader, limit + 1)?;
    let mut conn = app.db.read().await?;
    let found = invitation::list(&mut conn, reader.tenant(), &filter).await?;
    let found = found.into_iter().map(|it| InvitationBody::new(it, None)).collect();
    Ok(Json(Page::new(found, limit, |it: &InvitationBody| (it.planned, it.id))))
}

#[derive(Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunnelBy {
    Channel,
    Form,
    Staff,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct FunnelQuery {
    /// What the figures are divided by.
    pub by: FunnelBy,
    #[param(value_type = Option<String>)]
    pub round: Option<Round>,
    /// Planned at or after.
    #[param(value_type = Option<String>)]
    pub from: Option<Timestamp>,
    /// Planned before.
    #[param(value_type = Option<String>)]
    pub to: Option<Timestamp>,
}

/// How many came how far; who came to a step has come to those before it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FunnelStep {
    /// The channel's code, the form's key, or the id of the member of staff; empty: none.
    pub part: String,
    pub sent: i64,
    pub delivered: i64,
    pub opened: i64,
    pub started: i64,
    pub completed: i64,
    /// Not sent, each with its reason.
    pub suppressed: i64,
    /// Completed of sent, 0 to 1; `null` when none was sent.
    pub response_rate: Option<f64>,
}

impl From<Step> for FunnelStep {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn from(step: Step) -> Self {
        let Step { part, sent, delivered, opened, started, completed, suppressed } = step;
        let response_rate = (0 < sent).then(|| completed as f64 / sent as f64);
        Self { part, sent, delivered, opened, started, completed, suppressed, response_rate }
    }
}

/// The way from sent to completed (A29).
#[utoipa::path(
    get,
    path = "/api/v1/invitations/funnel",
    tag = "collect",
    params(FunnelQuery),
    responses((status = 200, body = Vec<FunnelStep>), Problem),
)]
pub async fn get_funnel(
    State(app): State<App>,
    reader: Can<may::ReadInvitations>,
    Query(query): Query<FunnelQuery>,
) -> Result<Json<Vec<FunnelStep>>> {
    let by = match query.by {
        FunnelBy::Channel => By::Channel,
        FunnelBy::Form => By::Form,
        FunnelBy::Staff => By::Staff,
    };
    let filter = Filter {
        scope: reader.act().scope.clone(),
        state: None,
        round: query.round,
        channel: None,
        customer: None,
        interaction: None,
        case: None,
        from: query.from,
        to: query.to,
        before: None,
        limit: 0,
    };
    let mut conn = app.db.read().await?;
    let steps = invitation::funnel(&mut conn, reader.tenant(), by, &filter).await?;
    Ok(Json(steps.into_iter().map(FunnelStep::from).collect()))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteByHand {
    /// The form's key; `null`: the one of this round and customer.
    pub form: Option<String>,
    /// `web_link` or `qr`: nothing is sent, the link is in the answer. `null`: the customer's.
    #[schema(value_type = Option<String>)]
    pub channel: Option<Channel>,
}

/// Ask the customer of one service. Whom the rule protects is not asked: then the answer says
/// `suppressed` and why.
#[utoipa::path(
    post,
    path = "/api/v1/interactions/{id}/invitations",
    tag = "collect",
    params(("id" = InteractionId, Path)),
    request_body = InviteByHand,
    responses((status = 201, body = InvitationBody), Problem),
)]
pub async fn post_invitation(
    State(app): State<App>,
    Path(interaction): Path<InteractionId>,
    writer: Can<may::WriteInvitations>,
    Json(body): Json<InviteByHand>,
) -> Result<(StatusCode, Json<InvitationBody>)> {
    let InviteByHand { form, channel } = body;
    let mut tx = app.db.write().await?;
    let input = ByHand { interaction, form, channel };
    let (made, token) = invite_by_hand(&mut tx, writer.act(), input).await?;
    let found = tenant::find(&mut tx, writer.tenant()).await?;
    tx.commit().await?;
    let slug = found.map_or(String::new(), |it| it.slug);
    let home = app.config.public_url.trim_end_matches('/');
    let link = token.map(|it| format!("{home}/i/{slug}/{it}"));
    Ok((StatusCode::CREATED, Json(InvitationBody::new(made, link))))
}

/// A gateway says that an invitation arrived.
#[utoipa::path(
    post,
    path = "/api/v1/invitations/{id}/delivered",
    tag = "collect",
    params(("id" = InvitationId, Path)),
    responses((status = 200, body = InvitationBody), Problem),
)]
pub async fn post_delivered(
    State(app): State<App>,
    Path(id): Path<InvitationId>,
    writer: Can<may::WriteInvitations>,
) -> Result<Json<InvitationBody>> {
    let mut tx = app.db.write().await?;
    let marked = follow_invitation::delivered(&mut tx, writer.act(), id).await?;
    tx.commit().await?;
    Ok(Json(InvitationBody::new(marked, None)))
}
