//! Reads the file of an import on a thread of its own and hands its rows over in batches, each of
//! them one transaction. What is committed says where to go on, so a stop loses nothing.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use app::platform::import::{self, BATCH_ROWS, Plan};
use app::{Act, Failure};
use domain::id::{ImportId, TenantId};
use domain::platform::import::{Fault, Stage, Target};
use domain::refusal::Refusal;
use tabular::{Row, Shape};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::App;

/// Batches read ahead of the one that is being written.
const AHEAD: usize = 2;

/// Where the file of an import lies.
pub fn file(app: &App, tenant: TenantId, id: ImportId) -> PathBuf {
    app.config.folder.join("imports").join(format!("{tenant}-{id}"))
}

/// How the file looks under `settings`. Slow; runs on a thread of its own.
pub async fn inspect(path: PathBuf, settings: tabular::Settings) -> Result<Shape, Failure> {
    let looked = tokio::task::spawn_blocking(move || tabular::inspect(&path, &settings)).await;
    looked.expect("reading does not panic").map_err(|it| refused(&it))
}

/// A file that is not read, as a refusal.
fn refused(refusal: &tabular::Refusal) -> Failure {
    tracing::info!(code = refusal.code(), "file refused");
    Refusal::invalid("import_file").with("reason", refusal).at("file").into()
}

/// Runs the import beside the requests.
pub fn spawn(app: &App, tenant: TenantId, id: ImportId) {
    let (app, tracker) = (app.clone(), app.tasks.clone());
    tracker.spawn(async move {
        let path = file(&app, tenant, id);
        if let Err(error) = run(&app, tenant, id, &path).await {
            tracing::error!(%error, import = %id, "import stopped; it goes on at the next start");
        }
    });
}

/// How often imports are looked for whose process ended without a word.
const LOOK_AFTER: std::time::Duration = std::time::Duration::from_secs(30);

/// Goes on with imports that nobody holds any more, until told to stop.
pub async fn watch(app: App) {
    loop {
        if let Err(error) = resume(&app).await {
            tracing::error!(%error, "could not look for abandoned imports");
        }
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_AFTER) => {}
        }
    }
}

/// Goes on with every import that runs and that nobody holds.
pub async fn resume(app: &App) -> store::db::Result<()> {
    let mut conn = app.db.read().await?;
    for tenant in store::platform::tenant::list(&mut conn).await? {
        let now = app.now();
        for id in store::platform::import::list_abandoned(&mut conn, tenant.id, now).await? {
            spawn(app, tenant.id, id);
        }
    }
    Ok(())
}

/// Reads and brings the file until its end, until it is cancelled, or until we are told to stop.
/// Returns at once if somebody else is at it.
pub async fn run(app: &App, tenant: TenantId, id: ImportId, path: &Path) -> Result<(), Failure> {
    let holder = app.ids.at(app.now());
    let mut tx = app.db.write().await?;
    let act = app.system(tenant);
    if !import::hold(&mut tx, &act, id, holder).await? {
        return Ok(());
    }
    tx.commit().await?;
    let mut conn = app.db.read().await?;
    let plan = Plan::load(&mut conn, &act, id).await?;
    drop(conn);
    if plan.import.stage == Stage::Rows
        && let Stopped::Early = read_rows(app, tenant, &plan, holder, path).await?
    {
        return Ok(());
    }
    if plan.import.target == Target::CaseEvents
        && let Stopped::Early = make_cases(app, tenant, &plan, holder).await?
    {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let act = app.system(tenant);
    if import::hold(&mut tx, &act, id, holder).await? {
        import::end(&mut tx, &act, id, Stage::Done, None).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Stopped {
    AtTheEnd,
    /// Cancelled, taken over by another, shut down, or the file is damaged; recorded where it must be.
    Early,
}

enum Read {
    Batch(Vec<Row>),
    Damaged(Fault),
}

async fn read_rows(
    app: &App,
    tenant: TenantId,
    plan: &Plan,
    holder: Uuid,
    path: &Path,
) -> Result<Stopped, Failure> {
    let (sender, mut batches) = mpsc::channel(AHEAD);
    let skip = usize::try_from(plan.import.counts.read).unwrap_or(usize::MAX);
    let (path, settings) = (path.to_owned(), plan.mapping().file.clone());
    let columns = plan.import.columns.clone();
    let reading =
        tokio::task::spawn_blocking(move || send_rows(&path, &settings, &columns, skip, &sender));
    let id = plan.import.id;
    while let Some(read) = batches.recv().await {
        let act = app.system(tenant);
        let mut tx = app.db.write().await?;
        if app.stop.is_cancelled() || !import::hold(&mut tx, &act, id, holder).await? {
            return Ok(Stopped::Early);
        }
        match read {
            Read::Damaged(fault) => {
                import::end(&mut tx, &act, id, Stage::Failed, Some(&fault)).await?;
                tx.commit().await?;
                return Ok(Stopped::Early);
            }
            Read::Batch(rows) => write_batch(app, tx, &act, plan, &rows).await?,
        }
    }
    reading.await.expect("reading does not panic");
    Ok(Stopped::AtTheEnd)
}

/// The second half of a log of events: what was read becomes cases.
async fn make_cases(
    app: &App,
    tenant: TenantId,
    plan: &Plan,
    holder: Uuid,
) -> Result<Stopped, Failure> {
    let id = plan.import.id;
    let mut after = plan.import.after_case.clone();
    loop {
        let act = app.system(tenant);
        let mut tx = app.db.write().await?;
        if app.stop.is_cancelled() || !import::hold(&mut tx, &act, id, holder).await? {
            return Ok(Stopped::Early);
        }
        import::begin_cases(&mut tx, &act, id).await?;
        let made = import::make_cases(&mut tx, &act, plan, after.as_deref()).await?;
        let Some((outcome, last)) = made else {
            tx.commit().await?;
            return Ok(Stopped::AtTheEnd);
        };
        if plan.import.dry_run {
            drop(tx);
            tx = app.db.write().await?;
            import::begin_cases(&mut tx, &act, id).await?;
        }
        import::record_cases(&mut tx, &act, plan, &outcome, &last).await?;
        tx.commit().await?;
        after = Some(last);
    }
}

async fn write_batch(
    app: &App,
    mut tx: store::Write,
    act: &Act,
    plan: &Plan,
    rows: &[Row],
) -> Result<(), Failure> {
    let outcome = import::take_rows(&mut tx, act, plan, rows).await?;
    if plan.import.dry_run {
        // Everything was done as it would be; now it is undone, and only what was seen is kept.
        drop(tx);
        tx = app.db.write().await?;
    }
    import::record(&mut tx, act, plan, &outcome).await?;
    Ok(tx.commit().await?)
}

/// Reads on the thread it is called on. A receiver that is gone ends it.
fn send_rows(
    path: &Path,
    settings: &tabular::Settings,
    columns: &[String],
    mut skip: usize,
    sender: &mpsc::Sender<Read>,
) {
    let damaged = |refusal: &tabular::Refusal| {
        Read::Damaged(Fault::new("import_file").with("reason", refusal))
    };
    let shape = match tabular::inspect(path, settings) {
        // The file is read as it was when the mapping was agreed on.
        Ok(shape) => Shape { columns: columns.to_vec(), ..shape },
        Err(refusal) => return drop(sender.blocking_send(damaged(&refusal))),
    };
    let mut batch = Vec::with_capacity(BATCH_ROWS);
    let read = tabular::read(path, &shape, &mut |row| {
        if 0 < skip {
            skip -= 1;
            return ControlFlow::Continue(());
        }
        batch.push(row);
        if batch.len() == BATCH_ROWS {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH_ROWS));
            if sender.blocking_send(Read::Batch(full)).is_err() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    if !batch.is_empty() && sender.blocking_send(Read::Batch(batch)).is_err() {
        return;
    }
    if let Err(refusal) = read {
        // Nobody listens any more: then nobody needs to know.
        let _ = sender.blocking_send(damaged(&refusal));
    }
}
