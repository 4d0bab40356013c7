//! `huisheng import KIND FILE`: a file is looked into, mapped, tried or brought, here and now.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use app::platform::import::{self, Uploaded, find_import, start};
use clap::Args;
use domain::id::ImportId;
use domain::language::Language;
use domain::platform::import::{Finding, Mapping, Proposal, Stage, Target, propose};
use store::platform::import::{Import, list_bad_rows};
use tabular::write::{CsvWriter, Value};

use super::told;
use crate::App;
use crate::http::platform::import_bad_row::write_bad_row;

#[derive(Args)]
pub struct ImportArgs {
    /// customers, interactions, evaluations or `case_events`.
    kind: Target,
    /// CSV, TSV, XLSX, JSON lines or a JSON array.
    file: PathBuf,
    /// How columns become fields (JSON or TOML). Without it a mapping is proposed, and used if nothing
    /// is left to decide.
    #[arg(long)]
    mapping: Option<PathBuf>,
    /// Write the proposed mapping there as JSON, to be mended, and stop.
    #[arg(long, conflicts_with = "mapping")]
    propose: Option<PathBuf>,
    /// Do everything, keep nothing.
    #[arg(long)]
    dry_run: bool,
    /// Where rows that were refused are written, with their reasons.
    #[arg(long, default_value = "bad-rows.csv")]
    bad_rows: PathBuf,
    /// The company's code, where there are several.
    #[arg(long)]
    tenant: Option<String>,
}

pub async fn run(app: &App, args: ImportArgs) -> anyhow::Result<()> {
    let tenant = super::tenant(app, args.tenant.as_deref()).await?.id;
    let given = args.mapping.as_deref().map(read_mapping).transpose()?;
    let settings = given.as_ref().map(|it| it.file.clone()).unwrap_or_default();
    let shape = crate::import::inspect(args.file.clone(), settings.clone()).await.map_err(told)?;
    let mapping = if let Some(mapping) = given {
        mapping
    } else {
        let proposal = propose(args.kind, &shape, &settings);
        say(&proposal);
        if let Some(path) = &args.propose {
            std::fs::write(path, serde_json::to_string_pretty(&proposal.mapping)?)?;
            println!("mapping written to {}", path.display());
            return Ok(());
        }
        let undecided = proposal.findings.iter().any(is_open);
        anyhow::ensure!(!undecided, "decide what is open: --propose FILE, mend it, --mapping FILE");
        proposal.mapping
    };
    let act = app.system(tenant);
    let id: ImportId = act.id();
    let file_bytes = i64::try_from(std::fs::metadata(&args.file)?.len())?;
    let file_name = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let input = Uploaded { id, target: args.kind, file_name, file_bytes };
    let mut tx = app.db.write().await?;
    import::upload(&mut tx, &act, input).await.map_err(told)?;
    start(&mut tx, &act, id, &shape.columns, &mapping, args.dry_run).await.map_err(told)?;
    tx.commit().await?;
    crate::import::run(app, tenant, id, &args.file).await.map_err(told)?;
    let mut conn = app.db.read().await?;
    let ended = find_import(&mut conn, &act, id).await.map_err(told)?;
    report(&ended);
    if 0 < ended.counts.bad {
        write_bad_rows(&mut conn, tenant, &ended, &args.bad_rows).await?;
        println!("refused rows, with reasons: {}", args.bad_rows.display());
    }
    anyhow::ensure!(ended.stage == Stage::Done, "the file was not read to its end");
    Ok(())
}

fn read_mapping(path: &Path) -> anyhow::Result<Mapping> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    if path.extension().is_some_and(|it| it == "toml") {
        use figment::providers::{Format as _, Toml};
        return Ok(figment::Figment::from(Toml::string(&text)).extract()?);
    }
    serde_json::from_str(&text).with_context(|| format!("{} is no mapping", path.display()))
}

/// Whether a finding must be settled before rows can be taken.
fn is_open(finding: &Finding) -> bool {
    use Finding as F;
    match finding {
        F::Missing { .. }
        | F::DatesUndecided { .. }
        | F::DurationUndecided { .. }
        | F::Unreadable { .. } => true,
        F::SomeUnreadable { .. }
        | F::ZoneAssumed { .. }
        | F::MeaningUnknown { .. }
        | F::EncodingUnsure { .. }
        | F::HeaderProposed { .. }
        | F::Renamed { .. }
        | F::Unmapped { .. } => false,
    }
}

fn say(proposal: &Proposal) {
    for (field, source) in &proposal.mapping.fields {
        println!("{field} <- {}", source.columns.join(" + "));
    }
    for finding in &proposal.findings {
        let said = serde_json::to_string(finding).unwrap_or_default();
        println!("{} {said}", if is_open(finding) { "decide:" } else { "note:" });
    }
}

fn report(import: &Import) {
    let counts = import.counts;
    let kept = if import.dry_run { " (dry run: nothing kept)" } else { "" };
    println!(
        "{} rows: {} new, {} changed, {} the same, {} refused{kept}",
        counts.read, counts.created, counts.updated, counts.unchanged, counts.bad
    );
    if let Some(failure) = &import.failure {
        println!("{}", import::sentence(failure, Language::English));
    }
}

async fn write_bad_rows(
    conn: &mut store::Read,
    tenant: domain::id::TenantId,
    import: &Import,
    path: &Path,
) -> anyhow::Result<()> {
    const PAGE: i64 = 500;
    let mut csv = CsvWriter::new(File::create(path)?)?;
    let header = import.columns.iter().map(String::as_str).chain(["line", "column", "reason"]);
    csv.write_row(&header.map(Value::Text).collect::<Vec<_>>())?;
    let mut after = 0;
    loop {
        let page = list_bad_rows(conn, tenant, import.id, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.line;
        for row in &page {
            write_bad_row(&mut csv, import, row, Language::English)?;
        }
    }
    csv.finish()?;
    Ok(())
}
