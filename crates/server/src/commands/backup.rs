//! `huisheng backup` and `huisheng restore`: everything as one file, and back, on either engine.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use app::Ids;
use app::trust::verify::verify;
use clap::{Args, Subcommand};
use store::Db;

use super::told;
use crate::App;
use crate::backup::restore::Place;
use crate::backup::{read, restore, write};
use crate::config::Config;
use crate::master::{given, key_file, unlock};
use crate::state::system_clock;

/// Standard input or output instead of a file.
const PIPE: &str = "-";

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub struct BackupArgs {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where to, as in `huisheng-2026-11-22.backup`; `-` is standard output.
    file: Option<PathBuf>,
    /// In place of a file that is there.
    #[arg(long)]
    replace: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Read a backup to its end; fail if anything of it is missing or was changed.
    Verify { file: PathBuf },
}

#[derive(Args)]
pub struct RestoreArgs {
    /// What `huisheng backup` wrote; `-` is standard input.
    file: PathBuf,
    /// Leave out sealed secrets: when their master key is lost.
    #[arg(long)]
    without_secrets: bool,
}

pub async fn run(config: &Config, args: BackupArgs) -> anyhow::Result<()> {
    if let Some(Command::Verify { file }) = args.command {
        let (header, end) = read::verify(open(&file)?).with_context(|| name(&file))?;
        let (made, version) = (header.made, header.version);
        println!("whole: {end}, made {made} by version {version}");
        return Ok(());
    }
    let file = args.file.context("say where to")?;
    ensure!(
        config.sqlite_file().is_none_or(|it| it.exists()),
        "there is no database {}",
        config.database
    );
    let db = Db::connect(&config.database).await.context("the database cannot be opened")?;
    let (now, mut tell) = (system_clock(), |line: String| eprintln!("{line}"));
    let end = if file == Path::new(PIPE) {
        let out = BufWriter::new(std::io::stdout());
        write::write(&db, &config.folder, now, out, &mut tell).await?
    } else {
        let from = (&db, &*config.folder);
        write::write_file(from, now, &file, args.replace, &mut tell).await?
    };
    db.close().await;
    eprintln!("{}: {end}", name(&file));
    if let Some(key) = key_file(config).filter(|_| config.secret_key.is_empty()) {
        eprintln!("the master key ({}) is not in it: keep a copy elsewhere", key.display());
    }
    Ok(())
}

pub async fn restore(config: Config, args: RestoreArgs) -> anyhow::Result<()> {
    let input = open(&args.file)?;
    let db = Db::connect(&config.database).await.context("the database cannot be opened")?;
    let keys = given(&config, key_file(&config).as_deref())?;
    let place = Place {
        db: &db,
        folder: &config.folder,
        key_ids: keys.map(|it| it.ids()).unwrap_or_default(),
        without_secrets: args.without_secrets,
    };
    let end = restore::restore(&place, input, &mut |line| eprintln!("{line}")).await;
    let end = end.with_context(|| format!("{}: nothing was restored", name(&args.file)))?;
    eprintln!("restored: {end}");
    let app = App::new(unlock(db, &config).await?, config, system_clock, Ids::random());
    verify_ledgers(&app).await?;
    app.db.close().await;
    Ok(())
}

/// What came here is what was put on record there.
async fn verify_ledgers(app: &App) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let mut faults = 0;
    for tenant in store::platform::tenant::list(&mut conn).await? {
        let report = verify(&mut conn, tenant.id, &[]).await.map_err(told)?;
        let count = report.faults.len() as u64 + report.more_faults;
        let mut out = std::io::stdout();
        writeln!(out, "ledger of {}: {} leaves, {count} faults", tenant.slug, report.leaves)?;
        faults += count;
    }
    ensure!(
        faults == 0,
        "all is restored, but not as it was put on record: `huisheng ledger verify`"
    );
    Ok(())
}

fn open(file: &Path) -> anyhow::Result<Box<dyn Read>> {
    if file == Path::new(PIPE) {
        return Ok(Box::new(std::io::stdin()));
    }
    Ok(Box::new(BufReader::new(File::open(file).with_context(|| name(file))?)))
}

fn name(file: &Path) -> String {
    file.display().to_string()
}
