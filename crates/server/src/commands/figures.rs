//! `huisheng figures`: the buckets figures are read from, compared with their rows and made anew.

use std::io::Write as _;
use std::time::Instant;

use app::analysis::desk::Desk;
use app::analysis::figures::{Figures, Of, figures};
use app::analysis::heal::{forget, heal, verify};
use app::{Act, Result};
use clap::{Args, Subcommand};
use domain::analysis::bucket::Cohort;
use domain::analysis::figure::Metric;
use domain::platform::tenant::Tenant;
use jiff::ToSpan as _;
use store::Read;
use store::analysis::slice::Split;

use super::told;
use crate::App;

#[derive(Args)]
pub struct FiguresArgs {
    #[command(subcommand)]
    command: Command,
    /// The company's code, where there are several.
    #[arg(long, global = true)]
    tenant: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Compare every bucket with its rows, and the overview of twelve months with that from rows
    /// alone; fail if anything differs.
    Verify,
    /// Make every bucket anew. The server may run meanwhile: figures then come from rows.
    Rebuild,
}

pub async fn run(app: &App, args: FiguresArgs) -> anyhow::Result<()> {
    let tenant = super::tenant(app, args.tenant.as_deref()).await?;
    let act = app.system(tenant.id);
    match args.command {
        Command::Verify => check(app, &act, &tenant).await,
        Command::Rebuild => rebuild(app, &act).await,
    }
}

async fn rebuild(app: &App, act: &Act) -> anyhow::Result<()> {
    for cohort in Cohort::ALL {
        let begun = Instant::now();
        let mut tx = app.db.write().await?;
        forget(&mut tx, act, *cohort).await.map_err(told)?;
        tx.commit().await?;
        loop {
            let mut tx = app.db.write().await?;
            let more = heal(&mut tx, act, *cohort).await.map_err(told)?;
            tx.commit().await?;
            if !more {
                break;
            }
        }
        line(&format!("{cohort}: built anew in {} ms", begun.elapsed().as_millis()))?;
    }
    Ok(())
}

async fn check(app: &App, act: &Act, tenant: &Tenant) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let mut wrong = 0;
    for cohort in Cohort::ALL {
        let found = verify(&mut conn, act, *cohort).await.map_err(told)?;
        wrong += found.wrong.len();
        line(&format!(
            "{cohort}: {} days, {} months and {} hours compared, {} days changed since, {} wrong {}",
            found.days,
            found.months,
            found.hours,
            found.dirty,
            found.wrong.len(),
            found.wrong.join(" "),
        ))?;
    }
    let begun = Instant::now();
    let mut desk = Desk::new(&mut conn, act).await.map_err(told)?;
    let kept = overview(&mut conn, act, tenant, &mut desk).await.map_err(told)?;
    let from_buckets = begun.elapsed();
    let begun = Instant::now();
    let mut desk = Desk::of_rows(&mut conn, act).await.map_err(told)?;
    let rows = overview(&mut conn, act, tenant, &mut desk).await.map_err(told)?;
    let from_rows = begun.elapsed();
    let differ = kept.iter().zip(&rows).filter(|(a, b)| format!("{a:?}") != format!("{b:?}"));
    let differ: Vec<_> = differ.map(|it| it.0.metric.code()).collect();
    line(&format!(
        "overview of 12 months: {:.1} ms from buckets, {:.1} ms from rows (ratio {:.1}), {} figures \
         differ {}",
        from_buckets.as_secs_f64() * 1e3,
        from_rows.as_secs_f64() * 1e3,
        from_rows.as_secs_f64() / from_buckets.as_secs_f64(),
        differ.len(),
        differ.join(" "),
    ))?;
    anyhow::ensure!(wrong == 0 && differ.is_empty(), "buckets do not say what their rows say");
    Ok(())
}

/// Every figure of the last twelve months, as the console asks for them.
async fn overview(
    conn: &mut Read,
    act: &Act,
    tenant: &Tenant,
    desk: &mut Desk<'_>,
) -> Result<Vec<Figures>> {
    let to = act.now.to_zoned(tenant.time_zone()).date();
    let from = to.saturating_sub(1.year()).saturating_add(1.day());
    let mut all = vec![];
    for metric in Metric::ALL {
        let round = matches!(metric, Metric::Csat | Metric::CsatMean).then(|| "first".to_owned());
        let of =
            Of { from, to, team: None, staff: None, channel: None, kind: None, round, form: None };
        all.push(figures(conn, desk, *metric, &of, Split::Whole).await?);
    }
    Ok(all)
}

fn line(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{}", text.trim_end())?)
}
