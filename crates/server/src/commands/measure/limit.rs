//! The bare limit of submissions. It writes the rows of the newest
//! evaluations again and again under new ids, in group commits: the same rows by the same statements,
//! but nothing is read, decided or parsed.

use std::sync::Mutex;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use domain::collect::evaluation::{Evaluation, receipt};
use domain::handle::case::Case;
use domain::handle::clock::ClockState;
use domain::handle::event::CaseEvent;
use domain::id::{CaseId, EvaluationId, TenantId, TimerId};
use domain::platform::role::Scope;
use serde_json::json;
use store::answer::progress_link::{self, ProgressLink};
use store::collect::evaluation::{self, Filter};
use store::handle::case::{self, ClockRow, Filed};
use store::platform::timer::{self, Timer};
use store::{Read, Write, db};

use crate::App;

/// Newest evaluations whose rows are written again.
const PATTERNS: i64 = 200;

#[derive(Args)]
pub struct Limit {
    /// Submissions to write.
    #[arg(long, default_value_t = 4_096)]
    count: usize,
    /// Submissions that share a commit.
    #[arg(long, default_value_t = 64)]
    at_once: usize,
}

/// All rows of one submission.
struct Rows {
    evaluation: Evaluation,
    case: Option<(Case, Vec<CaseEvent>)>,
    timers: Vec<Timer>,
    link: ProgressLink,
}

pub async fn run(app: &App, tenant: TenantId, limit: Limit) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let patterns = patterns(&mut conn, tenant).await?;
    drop(conn);
    anyhow::ensure!(!patterns.is_empty(), "hand some evaluations in first");
    let rows = patterns.iter().cycle().take(limit.count);
    let rows: Vec<Rows> = rows.map(|it| copy(app, it)).collect::<anyhow::Result<_>>()?;
    let mut groups: Vec<Vec<Rows>> = vec![];
    for it in rows {
        match groups.last_mut() {
            Some(group) if group.len() < limit.at_once => group.push(it),
            _ => groups.push(vec![it]),
        }
    }
    let groups = Mutex::new(groups);
    let next = || groups.lock().expect("nothing panics while it is held").pop();
    let begun = Instant::now();
    let writer = async || -> db::Result<()> {
        while let Some(group) = next() {
            let mut tx = app.db.write().await?;
            for it in &group {
                write(&mut tx, tenant, it).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    };
    let writers = (0..app.db.writers_at_once()).map(|_| writer());
    futures_util::future::try_join_all(writers).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let said = json!({ "count": limit.count, "at_once": limit.at_once, "seconds": seconds });
    println!("{said}");
    Ok(())
}

async fn patterns(conn: &mut Read, tenant: TenantId) -> anyhow::Result<Vec<Rows>> {
    let filter = Filter { limit: PATTERNS, ..Filter::default() };
    let mut patterns = vec![];
    for evaluation in evaluation::list(conn, tenant, &Scope::All, &filter).await? {
        let link = progress_link::find_by_evaluation(conn, tenant, evaluation.id).await?;
        let link = link.context("an evaluation has a link")?;
        let (mut of, mut timers) = (None, vec![]);
        if let Some(id) = evaluation.case {
            let found = case::find(conn, tenant, id).await?.context("its case is there")?;
            let mut events = case::events(conn, tenant, id).await?;
            // As it was opened: what happened to it later is no part of the submission.
            events.retain(|it| it.event.at == found.opened_at);
            let events: Vec<_> = events.into_iter().map(|it| it.event).collect();
            let opened = Case::replay(id, &events).context("it begins with its opening")?;
            timers = timer::list(conn, tenant, id.0).await?;
            of = Some((opened, events));
        }
        patterns.push(Rows { evaluation, case: of, timers, link });
    }
    Ok(patterns)
}

/// The same under new ids.
fn copy(app: &App, it: &Rows) -> anyhow::Result<Rows> {
    let id = || app.ids.at(app.now());
    let mut evaluation = it.evaluation.clone();
    let mut renamed = vec![(evaluation.receipt.clone(), receipt(app.ids.bytes()))];
    renamed.push((evaluation.id.to_string(), id().to_string()));
    if let Some((case, _)) = &it.case {
        renamed.push((case.id.to_string(), id().to_string()));
        let clocks = case.clocks.iter().map(|it| it.clock.id().to_string());
        renamed.extend(clocks.map(|it| (it, id().to_string())));
    }
    let new =
        |text: &str| renamed.iter().fold(text.to_owned(), |it, (old, new)| it.replace(old, new));
    let case = match &it.case {
        Some(of) => Some(serde_json::from_str(&new(&serde_json::to_string(of)?))?),
        None => None,
    };
    evaluation.receipt.clone_from(&renamed[0].1);
    evaluation.id = EvaluationId(renamed[1].1.parse()?);
    let of: Option<&Case> = case.as_ref().map(|it: &(Case, Vec<CaseEvent>)| &it.0);
    let of: Option<CaseId> = of.map(|it| it.id);
    evaluation.case = of;
    let timers = it.timers.iter().map(|it| {
        let payload = serde_json::from_str(&new(&it.payload.to_string()))?;
        Ok(Timer { id: TimerId(id()), key: new(&it.key), payload, ..it.clone() })
    });
    let token = data_encoding::BASE64URL_NOPAD.encode(&app.ids.bytes::<16>());
    let link = ProgressLink { token, evaluation: Some(evaluation.id), case: of, ..it.link };
    Ok(Rows { evaluation, case, timers: timers.collect::<serde_json::Result<_>>()?, link })
}

async fn write(tx: &mut Write, tenant: TenantId, it: &Rows) -> db::Result<()> {
    evaluation::insert(tx, tenant, &it.evaluation).await?;
    if let Some((case, events)) = &it.case {
        let row = |clock: &domain::handle::case::CaseClock| ClockRow {
            clock: clock.clone(),
            state: ClockState::Running,
            due: Some(case.opened_at),
        };
        let filed = Filed {
            case,
            local_day: it.evaluation.local_day.clone(),
            next_due: (!case.clocks.is_empty()).then_some(case.opened_at),
            search: format!("{}\n{}", case.number, case.said).to_lowercase(),
            clocks: case.clocks.iter().map(row).collect(),
        };
        case::insert(tx, tenant, &filed, events).await?;
        evaluation::update_case(tx, tenant, it.evaluation.id, case.id).await?;
    }
    for timer in &it.timers {
        timer::put(tx, tenant, timer).await?;
    }
    progress_link::insert(tx, tenant, &it.link).await?;
    Ok(())
}
