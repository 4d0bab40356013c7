//! Bringing files in: a file is uploaded, a mapping is agreed on, its rows are taken batch by batch.
//!
//! Whoever reads the file hands over rows and commits after each batch; what was counted says where
//! to go on after a stop. Nothing here opens a file.

mod case;
mod customer;
mod directory;
mod evaluation;
mod interaction;
mod key;
pub mod mapping;
mod plan;
pub mod targets;

use domain::id::ImportId;
use domain::platform::import::{Counts, Fault, Mapping, Reader, Record, Stage, Target};
use domain::refusal::Refusal;
use jiff::tz::TimeZone;
use serde_json::json;
use store::platform::import::{self, BadRow, Event, Import};
use store::platform::tenant;
use store::{Read, Write};
use uuid::Uuid;

pub use case::{make_cases, record_cases};
pub use plan::Plan;

use super::audit;
use crate::{Act, Failure, Result, words};

/// Rows that are taken in one transaction.
pub const BATCH_ROWS: usize = 200;
const FILE_NAME_CHARS_MAX: usize = 200;

/// A file that has arrived.
pub struct Uploaded {
    pub id: ImportId,
    pub target: Target,
    pub file_name: String,
    pub file_bytes: i64,
}

/// Notes that the file is here.
pub async fn upload(tx: &mut Write, act: &Act, input: Uploaded) -> Result<Import> {
    let Uploaded { id, target, file_name, file_bytes } = input;
    let import = Import {
        id,
        target,
        file_name: file_name.chars().take(FILE_NAME_CHARS_MAX).collect(),
        file_bytes,
        columns: vec![],
        mapping: None,
        dry_run: false,
        stage: Stage::Uploaded,
        counts: Counts::default(),
        after_case: None,
        failure: None,
        created_by: act.by,
        created: act.now,
        started: None,
        ended: None,
    };
    if !import::insert(tx, act.tenant, &import).await? {
        return Err(Refusal::conflict("id_taken").at("id").into());
    }
    audit::note(tx, act, "create", ("import", Some(id.0)), json!({ "target": target })).await?;
    Ok(import)
}

pub async fn find_import(conn: &mut Read, act: &Act, id: ImportId) -> Result<Import> {
    let found = import::find(conn, act.tenant, id).await?;
    Ok(found.ok_or_else(|| Refusal::not_found("import"))?)
}

/// Lets it run under `mapping`, from the first row. After a dry run, or after the file could not be
/// read to its end, it may be started again; what was brought already is recognised.
pub async fn start(
    tx: &mut Write,
    act: &Act,
    id: ImportId,
    columns: &[String],
    mapping: &Mapping,
    dry_run: bool,
) -> Result<Import> {
    let found = import::find_for_update(tx, act.tenant, id).await?;
    let import = found.ok_or_else(|| Refusal::not_found("import"))?;
    let may_start = match import.stage {
        Stage::Uploaded | Stage::Failed => true,
        Stage::Done => import.dry_run,
        Stage::Rows | Stage::Cases | Stage::Cancelled => false,
    };
    if !may_start {
        return Err(Refusal::conflict("import_stage").into());
    }
    if mapping.target != import.target {
        return Err(Refusal::invalid("import_target").at("mapping.target").into());
    }
    mapping.check(columns, &plan::own_fields(tx, act, import.target).await?)?;
    plan::form(tx, act, mapping).await?;
    import::start(tx, act.tenant, id, columns, mapping, dry_run, act.now).await?;
    let detail = json!({ "dry_run": dry_run });
    audit::note(tx, act, "start", ("import", Some(id.0)), detail).await?;
    find_import(tx, act, id).await
}

/// Ends it where it is. What was brought stays.
pub async fn cancel(tx: &mut Write, act: &Act, id: ImportId) -> Result<Import> {
    let found = import::find_for_update(tx, act.tenant, id).await?;
    let import = found.ok_or_else(|| Refusal::not_found("import"))?;
    if !matches!(import.stage, Stage::Uploaded | Stage::Rows | Stage::Cases | Stage::Failed) {
        return Err(Refusal::conflict("import_stage").into());
    }
    end(tx, act, id, Stage::Cancelled, None).await?;
    audit::note(tx, act, "cancel", ("import", Some(id.0)), json!({})).await?;
    find_import(tx, act, id).await
}

/// Takes or keeps hold of a running import for whoever reads its file. `false`: somebody else has it,
/// or it is over.
pub async fn hold(tx: &mut Write, act: &Act, id: ImportId, holder: Uuid) -> Result<bool> {
    const HOLD: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
    Ok(import::hold(tx, act.tenant, id, holder, act.now, act.now + HOLD).await?)
}

/// What became of a batch. Recorded by [`record`], after a dry run in a transaction of its own.
#[derive(Debug, Default)]
pub struct Outcome {
    pub counts: Counts,
    pub bad: Vec<BadRow>,
    events: Vec<Event>,
}

/// Takes rows. A row that is refused harms no other; a fault of the database fails the whole batch.
pub async fn take_rows(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    rows: &[tabular::Row],
) -> Result<Outcome> {
    let mapping = plan.mapping();
    let reader = Reader::new(mapping, &plan.import.columns, &plan.zone);
    let mut outcome = Outcome::default();
    for row in rows {
        outcome.counts.read += 1;
        let line = i64::try_from(row.line).unwrap_or(i64::MAX);
        let taken = match reader.read(row) {
            Err(faults) => Err(faults),
            Ok(record) => take(tx, act, plan, row, record, line, &mut outcome).await?,
        };
        match taken {
            Ok(Taken::Created) => outcome.counts.created += 1,
            Ok(Taken::Updated) => outcome.counts.updated += 1,
            Ok(Taken::Unchanged) => outcome.counts.unchanged += 1,
            Ok(Taken::Waits) => {}
            Err(faults) => {
                outcome.counts.bad += 1;
                outcome.bad.push(BadRow { line, cells: row.cells.clone(), faults });
            }
        }
    }
    Ok(outcome)
}

/// What became of one good row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Created,
    Updated,
    Unchanged,
    /// An event of a case, until all of them are read.
    Waits,
}

/// One row: taken, or bad for reasons that only the rows of the house know.
async fn take(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    row: &tabular::Row,
    record: Record,
    line: i64,
    outcome: &mut Outcome,
) -> Result<Result<Taken, Vec<Fault>>> {
    let taken = match plan.import.target {
        Target::Customers => customer::take(tx, act, plan, row, &record).await,
        Target::Interactions => interaction::take(tx, act, plan, row, &record).await,
        Target::Evaluations => evaluation::take(tx, act, plan, row, &record).await,
        Target::CaseEvents => {
            let (Some(case), Some(at)) = (record.text("case"), record.moment("at")) else {
                return Ok(Err(vec![Fault::new("missing")]));
            };
            let (case, cells) = (case.to_owned(), row.cells.clone());
            outcome.events.push(Event { case, at, line, record, cells });
            Ok(Taken::Waits)
        }
    };
    match taken {
        Ok(taken) => Ok(Ok(taken)),
        Err(Failure::Refused(refusal)) => Ok(Err(plan.told(&refusal))),
        Err(failure @ Failure::Db(_)) => Err(failure),
    }
}

/// Writes down what became of a batch.
pub async fn record(tx: &mut Write, act: &Act, plan: &Plan, outcome: &Outcome) -> Result<()> {
    let id = plan.import.id;
    import::insert_bad_rows(tx, act.tenant, id, &outcome.bad).await?;
    import::insert_events(tx, act.tenant, id, &outcome.events).await?;
    Ok(import::advance(tx, act.tenant, id, outcome.counts, None).await?)
}

/// All rows are read: cases are made of their events now.
pub async fn begin_cases(tx: &mut Write, act: &Act, id: ImportId) -> Result<()> {
    Ok(import::update_stage(tx, act.tenant, id, Stage::Cases, None, None).await?)
}

/// Ends it: done, failed or cancelled.
pub async fn end(
    tx: &mut Write,
    act: &Act,
    id: ImportId,
    stage: Stage,
    failure: Option<&Fault>,
) -> Result<()> {
    import::delete_events(tx, act.tenant, id).await?;
    Ok(import::update_stage(tx, act.tenant, id, stage, failure, Some(act.now)).await?)
}

/// Why a row is bad, for a reader of `language`.
pub fn sentence(fault: &Fault, language: domain::language::Language) -> String {
    let own = format!("import.{}", fault.code);
    let key = if words::has(&own) { own } else { format!("error.{}", fault.code) };
    let values: Vec<_> = fault.params.iter().map(|it| (it.0.as_str(), it.1.clone())).collect();
    words::fill(language, &key, &values)
}

/// The zone of the tenant.
async fn zone(conn: &mut Read, act: &Act) -> Result<TimeZone> {
    let tenant = tenant::find(conn, act.tenant).await?;
    Ok(tenant.ok_or_else(|| Refusal::not_found("tenant"))?.time_zone())
}
