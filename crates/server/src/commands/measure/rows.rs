//! The bare limit of an import: the same file read, its rows written by the hundred, and nothing
//! looked up, decided or put on record.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use domain::collect::answer::Scores;
use domain::collect::channel::Channel;
use domain::collect::evaluation::{Evaluation, receipt};
use domain::collect::round::Round;
use domain::id::{EvaluationId, TenantId};
use jiff::Timestamp;
use serde_json::json;
use store::measure;
use tabular::{Settings, inspect, read};

use crate::App;

/// Rows that share a commit.
const AT_ONCE: usize = 1_000;

#[derive(Args)]
pub struct Rows {
    /// CSV with a header and the columns number, RFC 3339 time, score and words.
    file: PathBuf,
}

pub async fn run(app: &App, tenant: TenantId, rows: Rows) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let form = super::form(&mut conn, tenant).await?;
    drop(conn);
    let begun = Instant::now();
    let shape =
        inspect(&rows.file, &Settings::default()).map_err(|it| anyhow::anyhow!("{it:?}"))?;
    let mut cells: Vec<Vec<String>> = vec![];
    let take = &mut |row: tabular::Row| {
        cells.push(row.cells);
        ControlFlow::Continue(())
    };
    read(&rows.file, &shape, take).map_err(|it| anyhow::anyhow!("{it:?}"))?;
    for cells in cells.chunks(AT_ONCE) {
        let one = |it: &Vec<String>| evaluation(app, &form, it);
        let all: Vec<Evaluation> = cells.iter().map(one).collect::<anyhow::Result<_>>()?;
        let mut tx = app.db.write().await?;
        measure::evaluations(&mut tx, tenant, &all).await?;
        tx.commit().await?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{}", json!({ "rows": cells.len(), "seconds": seconds }));
    Ok(())
}

fn evaluation(
    app: &App,
    form: &(domain::id::FormId, String, i64),
    cells: &[String],
) -> anyhow::Result<Evaluation> {
    let [_, at, score, words, ..] = cells else { anyhow::bail!("four columns") };
    let submitted_at: Timestamp = at.parse().context("a time")?;
    Ok(Evaluation {
        id: EvaluationId(app.ids.at(submitted_at)),
        round: Round::Unsolicited,
        form: form.0,
        form_version: form.2,
        invitation: None,
        case: None,
        interaction: None,
        customer: None,
        staff: None,
        team: None,
        channel: Channel::Import,
        language: "zh-CN".to_owned(),
        scores: Scores { csat: score.parse().ok(), ..Scores::default() },
        answers: json!({ "overall": score, "suggestion": words }),
        comment: words.clone(),
        anonymous: false,
        receipt: receipt(app.ids.bytes()),
        submitted_at,
        local_day: at.chars().take("YYYY-MM-DD".len()).collect(),
    })
}
