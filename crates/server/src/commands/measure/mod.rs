//! `huisheng measure`: what `cargo xtask bench` needs beside the product. Only in a company made to
//! be thrown away.

mod limit;
mod past;
mod rows;
mod timers;

use clap::Subcommand;
use domain::id::TenantId;

use crate::App;

/// The company it may be done to.
const TENANT: &str = "bench";

#[derive(Subcommand)]
pub enum Measure {
    /// The bare limit of submissions.
    Limit(limit::Limit),
    /// Give the company a past: evaluations with cases and invitations, spread over a year.
    Past(past::Past),
    /// The bare limit of an import: a CSV file read and its rows written, nothing decided.
    Rows(rows::Rows),
    /// Timers that wait, and timers that are due at one moment.
    Timers(timers::Timers),
    /// What became of the timers that were due then.
    Fired(timers::Fired),
}

pub async fn run(app: &App, measure: Measure) -> anyhow::Result<()> {
    let tenant = super::tenant(app, Some(TENANT)).await?;
    match measure {
        Measure::Limit(limit) => limit::run(app, tenant.id, limit).await,
        Measure::Past(past) => past::run(app, &tenant, past).await,
        Measure::Rows(rows) => rows::run(app, tenant.id, rows).await,
        Measure::Timers(timers) => timers::run(app, tenant.id, timers).await,
        Measure::Fired(fired) => timers::fired(app, tenant.id, fired).await,
    }
}

/// The form the company asks with: its id, its key and its published version.
async fn form(
    conn: &mut store::Read,
    tenant: TenantId,
) -> anyhow::Result<(domain::id::FormId, String, i64)> {
    let forms = store::collect::form::list(conn, tenant).await?;
    let found = forms.into_iter().find_map(|it| {
        let version = it.published_version?;
        Some((it.id, it.key, version))
    });
    found.ok_or_else(|| anyhow::anyhow!("publish a form first"))
}
