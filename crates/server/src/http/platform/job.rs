//! What is waiting, was done, or was given up.

use app::platform::queue;
use axum::extract::State;
use domain::id::JobId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::platform::job::{self, Job};
use uuid::Uuid;

use crate::App;
use crate::http::extract::{Json, Path, Query};
use crate::http::may;
use crate::http::page::{self, Page};
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Queued,
    Done,
    Dead,
}

impl From<job::State> for JobState {
    fn from(state: job::State) -> Self {
        match state {
            job::State::Queued => Self::Queued,
            job::State::Done => Self::Done,
            job::State::Dead => Self::Dead,
        }
    }
}

impl From<JobState> for job::State {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Done => Self::Done,
            JobState::Dead => Self::Dead,
        }
    }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct JobQuery {
    /// `queued` (waiting or under way), `done`, or `dead` (given up).
    pub state: Option<JobState>,
    /// As in `send_message`.
    pub kind: Option<String>,
    /// The id of what it is about.
    pub subject: Option<Uuid>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct JobBody {
    pub id: JobId,
    pub state: JobState,
    pub kind: String,
    pub subject: Option<Uuid>,
    /// Not before; while it runs, until when it is taken.
    #[schema(value_type = String, format = DateTime)]
    pub run: Timestamp,
    pub attempts: i64,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Timestamp>,
}

impl From<Job> for JobBody {
    fn from(job: Job) -> Self {
        let Job { id, state, run, kind, subject, attempts, last_error, created, ended, .. } = job;
        let state = state.into();
        Self { id, state, kind, subject, run, attempts, last_error, created, ended }
    }
}

/// Jobs, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    tag = "platform",
    params(JobQuery),
    responses((status = 200, body = Page<JobBody>), Problem),
)]
pub async fn list_jobs(
    State(app): State<App>,
    reader: Can<may::ReadJobs>,
    Query(query): Query<JobQuery>,
) -> Result<Json<Page<JobBody>>> {
    let limit = page::limit(query.limit)?;
    let before = page::after(query.after.as_deref())?;
    let JobQuery { state, kind, subject, .. } = query;
    let state = state.map(job::State::from);
    let filter = job::Filter { state, kind, subject, before, limit: limit + 1 };
    let mut conn = app.db.read().await?;
    let jobs = job::list(&mut conn, reader.tenant(), &filter).await?;
    let jobs = jobs.into_iter().map(JobBody::from).collect();
    Ok(Json(Page::new(jobs, limit, |it: &JobBody| (it.created, it.id))))
}

/// Have a job that was given up tried again.
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/retry",
    tag = "platform",
    params(("id" = JobId, Path)),
    responses((status = 200, body = JobBody), Problem),
)]
pub async fn retry_job(
    State(app): State<App>,
    Path(id): Path<JobId>,
    retrier: Can<may::RetryJobs>,
) -> Result<Json<JobBody>> {
    let mut tx = app.db.write().await?;
    let job = queue::retry(&mut tx, retrier.act(), id).await?;
    tx.commit().await?;
    Ok(Json(job.into()))
}
