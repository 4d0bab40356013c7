//! What each job does.

use app::platform::fire;
use app::platform::queue::Job;
use app::{Act, Failure};
use domain::id::TenantId;
use store::Write;
use store::platform::job;

use crate::App;

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// What it needs is not set up; does not count as an attempt.
    #[error("{0}")]
    Unready(String),
    /// May go well another time.
    #[error("{0}")]
    Later(String),
    /// Will never go well as it is.
    #[error("{0}")]
    Never(String),
}

impl From<store::db::Error> for JobError {
    fn from(error: store::db::Error) -> Self {
        Self::Later(error.to_string())
    }
}

impl From<Failure> for JobError {
    fn from(failure: Failure) -> Self {
        Self::Later(failure.to_string())
    }
}

/// Does the job. What leaves the house is done first, outside any transaction; the transaction
/// that is handed back holds what came of it, and the receipt joins it.
pub async fn perform(app: &App, tenant: TenantId, job: &job::Job) -> Result<Write, JobError> {
    let act = app.system(tenant);
    let parsed = serde_json::from_value(job.payload.clone());
    match parsed.map_err(|error| JobError::Never(error.to_string()))? {
        Job::Fire { timer } => {
            let mut tx = app.db.write().await?;
            fire::fire(&mut tx, &act, &timer).await?;
            Ok(tx)
        }
    }
}

/// Tells whom it concerns that a job was given up.
pub async fn give_up(
    _tx: &mut Write,
    _act: &Act,
    job: &job::Job,
    _why: &str,
) -> Result<(), Failure> {
    let Ok(job) = serde_json::from_value::<Job>(job.payload.clone()) else { return Ok(()) };
    match job {
        Job::Fire { .. } => Ok(()),
    }
}
