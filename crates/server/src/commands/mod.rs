//! What can be typed after `huisheng`. One file a command.

mod admin;
mod backup;
mod case;
pub mod demo;
mod figures;
mod import;
mod ledger;
mod measure;
mod openapi;
mod outbox;
mod secrets;
pub mod serve;
mod text;

use std::path::PathBuf;

use anyhow::Context as _;
use app::Ids;
use clap::{Parser, Subcommand};
use domain::platform::tenant::Tenant;
use store::Db;

use crate::App;
use crate::config::Config;
use crate::state::system_clock;

/// Huisheng (回声): the evaluation of customer service as one closed loop.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
pub struct Cli {
    /// Settings; see config.example.toml. Every key is also `HUISHENG_KEY` in the environment.
    #[arg(long, env = "HUISHENG_CONFIG", default_value = "huisheng.toml", global = true)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API and the pages, and do what is due.
    Serve {
        /// Leave what is due to `huisheng work`.
        #[arg(long)]
        no_worker: bool,
    },
    /// Do what is due, without serving: beside `serve --no-worker`, as many as wanted.
    Work,
    /// Companies and first administrators.
    Admin {
        #[command(subcommand)]
        command: admin::Admin,
    },
    /// Make a company with a year behind it, to look around in.
    Demo(demo::Demo),
    /// The automatic reader of texts, to be tried and judged.
    Text {
        #[command(subcommand)]
        command: text::Text,
    },
    /// Show the newest messages of a company, with links that work.
    Outbox(outbox::Outbox),
    /// Look at cases and act on them, as a member of staff.
    Case(case::CaseArgs),
    /// Bring customers, service records, evaluations or cases from a file.
    Import(import::ImportArgs),
    /// Whether what is stored is what was put on record, and proofs of it.
    Ledger(ledger::LedgerArgs),
    #[command(hide = true, subcommand)]
    Measure(measure::Measure),
    /// Write everything to one file, also while it serves; `backup verify FILE` looks whether one is whole.
    Backup(backup::BackupArgs),
    /// Bring a backup into an empty database, SQLite or PostgreSQL: all of it, or nothing.
    Restore(backup::RestoreArgs),
    /// The master key that secrets in the database are sealed with.
    Secrets {
        #[command(subcommand)]
        command: secrets::Secrets,
    },
    /// The counts figures are read from: compare them with their rows, or make them anew.
    Figures(figures::FiguresArgs),
    /// Print the OpenAPI document.
    Openapi,
}

pub fn run(cli: Cli) -> anyhow::Result<()> {
    // What needs no database.
    let command = match cli.command {
        Command::Openapi => return openapi::run(),
        Command::Text { command } => return text::run(command),
        command => command,
    };
    let config = Config::load(&cli.config).context("the settings are wrong")?;
    let _telling = crate::trace::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // These take the database as it is.
        let command = match command {
            Command::Backup(args) => return backup::run(&config, args).await,
            Command::Restore(args) => return backup::restore(config, args).await,
            command => command,
        };
        let app = open(config).await?;
        match command {
            Command::Serve { no_worker } => serve::run(app, !no_worker).await,
            Command::Outbox(command) => outbox::run(&app, command).await,
            Command::Work => serve::work(app).await,
            Command::Import(args) => import::run(&app, args).await,
            Command::Case(args) => case::run(&app, args).await,
            Command::Measure(it) => measure::run(&app, it).await,
            Command::Ledger(args) => ledger::run(&app, args).await,
            Command::Secrets { command } => secrets::run(&app, command).await,
            Command::Figures(args) => figures::run(&app, args).await,
            Command::Admin { command } => admin::run(&app, command).await,
            Command::Demo(demo) => demo::run(app, demo).await,
            Command::Openapi | Command::Text { .. } | Command::Backup(_) | Command::Restore(_) => {
                unreachable!("done above")
            }
        }
    })
}

/// The database, opened and up to date, with what the handlers share.
async fn open(config: Config) -> anyhow::Result<App> {
    let db = Db::open(&config.database).await.context("the database cannot be opened")?;
    let db = crate::master::unlock(db, &config).await?;
    Ok(App::new(db, config, system_clock, Ids::random()))
}

/// The tenant a command works for: the one of `slug`, or the only one there is.
pub async fn tenant(app: &App, slug: Option<&str>) -> anyhow::Result<Tenant> {
    let mut conn = app.db.read().await?;
    if let Some(slug) = slug {
        let found = store::platform::tenant::find_by_slug(&mut conn, slug).await?;
        return found.with_context(|| format!("there is no company `{slug}`"));
    }
    let mut all = store::platform::tenant::list(&mut conn).await?;
    match (all.pop(), all.len()) {
        (Some(only), 0) => Ok(only),
        (None, _) => anyhow::bail!("there is no company yet: `huisheng admin create-tenant`"),
        (Some(_), _) => anyhow::bail!("there are several companies: name one by --tenant CODE"),
    }
}

/// A refusal as a person reads it on a terminal.
pub fn told(failure: app::Failure) -> anyhow::Error {
    match failure {
        app::Failure::Refused(refusal) => {
            let language = domain::language::Language::English;
            let refusals = std::iter::once(&*refusal).chain(&refusal.also);
            let lines: Vec<_> = refusals
                .map(|it| {
                    let field = it.field.as_deref().map_or(String::new(), |it| format!("{it}: "));
                    format!("{field}{}", crate::http::problem::sentence(it, language, ""))
                })
                .collect();
            anyhow::anyhow!(lines.join("\n"))
        }
        app::Failure::Db(error) => error.into(),
    }
}
