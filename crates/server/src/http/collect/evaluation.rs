//! What customers handed in.

use app::collect::evaluation::find_evaluation;
use app::collect::submit_evaluation::{About, Submission};
use axum::extract::State;
use axum::http::StatusCode;
use domain::collect::channel::Channel;
use domain::collect::evaluation::Evaluation;
use domain::collect::round::Round;
use domain::id::{CaseId, CustomerId, EvaluationId, FormId, InteractionId, StaffId, TeamId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::collect::evaluation::{self, Filter};
use store::customer::customer;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, ProblemBody, Result};
use crate::http::session::Can;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EvaluationQuery {
    /// Handed in at this moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Handed in before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    pub form: Option<FormId>,
    pub round: Option<Round>,
    pub channel: Option<Channel>,
    pub staff: Option<StaffId>,
    pub team: Option<TeamId>,
    pub customer: Option<CustomerId>,
    pub case: Option<CaseId>,
    pub interaction: Option<InteractionId>,
    pub csat_min: Option<i64>,
    pub csat_max: Option<i64>,
    /// Only with (`true`) or without (`false`) something written.
    pub commented: Option<bool>,
    /// Somewhere in what was written.
    pub search: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

impl EvaluationQuery {
    fn filter(self) -> Result<Filter> {
        let limit = page::limit(self.limit)?;
        Ok(Filter {
            before: page::after(self.after.as_deref())?,
            from: self.from,
            until: self.until,
            form: self.form,
            round: self.round,
            channel: self.channel,
            staff: self.staff,
            team: self.team,
            customer: self.customer,
            case: self.case,
            interaction: self.interaction,
            csat_min: self.csat_min,
            csat_max: self.csat_max,
            commented: self.commented,
            search: self.search.map(|it| it.trim().to_lowercase()).filter(|it| !it.is_empty()),
            limit: limit + 1,
        })
    }
}

/// An evaluation in a list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EvaluationRow {
    #[serde(flatten)]
    evaluation: Evaluation,
    customer_name: Option<String>,
}

/// Evaluations within the reader's reach, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/evaluations",
    tag = "evaluations",
    params(EvaluationQuery),
    responses((status = 200, body = Page<EvaluationRow>), Problem),
)]
pub async fn list_evaluations(
    State(app): State<App>,
    reader: Can<may::ReadEvaluations>,
    Query(query): Query<EvaluationQuery>,
) -> Result<Json<Page<EvaluationRow>>> {
    let filter = query.filter()?;
    let mut conn = app.db.read().await?;
    let scope = &reader.act().scope;
    let found = evaluation::list(&mut conn, reader.tenant(), scope, &filter).await?;
    let page = Page::new(found, filter.limit - 1, |it| (it.submitted_at, it.id));
    let customers = page.items.iter().filter_map(|it| it.customer).collect();
    let names = customer::names(&mut conn, reader.tenant(), customers).await?;
    Ok(Json(page.map(|evaluation| {
        let customer_name = evaluation.customer.and_then(|it| names.get(&it).cloned());
        EvaluationRow { evaluation, customer_name }
    })))
}

/// How many evaluations there are.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Count {
    count: i64,
}

/// How many evaluations the same filter finds, whatever the page.
#[utoipa::path(
    get,
    path = "/api/v1/evaluation-count",
    tag = "evaluations",
    params(EvaluationQuery),
    responses((status = 200, body = Count), Problem),
)]
pub async fn count_evaluations(
    State(app): State<App>,
    reader: Can<may::ReadEvaluations>,
    Query(query): Query<EvaluationQuery>,
) -> Result<Json<Count>> {
    let filter = query.filter()?;
    let mut conn = app.db.read().await?;
    let scope = &reader.act().scope;
    let count = evaluation::count(&mut conn, reader.tenant(), scope, &filter).await?;
    Ok(Json(Count { count }))
}

/// One evaluation.
#[utoipa::path(
    get,
    path = "/api/v1/evaluations/{id}",
    tag = "evaluations",
    params(("id" = EvaluationId, Path)),
    responses((status = 200, body = Evaluation), Problem),
)]
pub async fn get_evaluation(
    State(app): State<App>,
    Path(id): Path<EvaluationId>,
    reader: Can<may::ReadEvaluations>,
) -> Result<Json<Evaluation>> {
    let mut conn = app.db.read().await?;
    Ok(Json(find_evaluation(&mut conn, reader.act(), id).await?))
}

/// An evaluation that another system or a member of staff collected.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutEvaluation {
    pub form: FormId,
    /// The version that asked; the published one without it.
    pub version: Option<i64>,
    /// By question key: `{"overall": 5, "reasons": ["waiting"], "suggestion": "…"}`.
    #[schema(value_type = Object)]
    pub answers: serde_json::Map<String, serde_json::Value>,
    #[serde(default = "unsolicited")]
    pub round: Round,
    #[serde(default = "api")]
    pub channel: Channel,
    /// A BCP 47 tag.
    #[serde(default)]
    pub language: String,
    pub case: Option<CaseId>,
    pub interaction: Option<InteractionId>,
    pub customer: Option<CustomerId>,
    /// The person it points at.
    pub staff: Option<StaffId>,
    #[serde(default)]
    pub anonymous: bool,
}

fn unsolicited() -> Round {
    Round::Unsolicited
}

fn api() -> Channel {
    Channel::Api
}

/// What the sender should give the customer.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HandedBody {
    evaluation: Evaluation,
    /// The page on which the customer can follow it, for as long as it is kept.
    progress_url: String,
}

/// Hand in an evaluation. The caller chooses the id: the same one sent again changes nothing and
/// answers 200 instead of 201.
#[utoipa::path(
    put,
    path = "/api/v1/evaluations/{id}",
    tag = "evaluations",
    params(("id" = EvaluationId, Path)),
    request_body = PutEvaluation,
    responses(
        (status = 201, body = HandedBody),
        (status = 200, body = HandedBody),
        (status = 503, description = "Too many wait: see `Retry-After`", body = ProblemBody,
            content_type = "application/problem+json"),
        Problem,
    ),
)]
pub async fn put_evaluation(
    State(app): State<App>,
    Path(id): Path<EvaluationId>,
    writer: Can<may::WriteEvaluations>,
    Json(body): Json<PutEvaluation>,
) -> Result<(StatusCode, Json<HandedBody>)> {
    let PutEvaluation { form, version, answers, round, channel, language, anonymous, .. } = body;
    let PutEvaluation { case, interaction, customer, staff, .. } = body;
    let mut conn = app.db.read().await?;
    let version = match version {
        Some(version) => version,
        None => app::collect::form::published(&mut conn, writer.act(), form).await?.version,
    };
    let tenant = store::platform::tenant::find(&mut conn, writer.tenant()).await?;
    drop(conn);
    let about = About { invitation: None, case, interaction, customer, staff };
    let input =
        Submission { id, form, version, answers, round, channel, language, about, anonymous };
    let handed = app.intake.hand_in(writer.act().clone(), input).await?;
    let slug = tenant.map(|it| it.slug).unwrap_or_default();
    let base = &app.config.public_url;
    let progress_url = app::answer::progress_link::address(base, &slug, &handed.token);
    let status = if handed.fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(HandedBody { evaluation: handed.evaluation, progress_url })))
}
