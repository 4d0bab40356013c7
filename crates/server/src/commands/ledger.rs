//! `huisheng ledger`: whether what is stored is what was put on record, and proofs of it.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use app::trust::key::{is_signed, new_key, signed};
use app::trust::prove::{consistency, inclusion};
use app::trust::verify::verify;
use clap::{Args, Subcommand};
use domain::trust::proof::{Consistency, Inclusion, Signed};
use store::trust::ledger::{self, Subject};

use super::told;
use crate::App;

#[derive(Args)]
pub struct LedgerArgs {
    #[command(subcommand)]
    command: Command,
    /// The company's code, where there are several.
    #[arg(long, global = true)]
    tenant: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Go through every row, place and signature; name what does not agree, and fail if anything.
    Verify {
        /// Checkpoints kept elsewhere, one JSON object a line, as `checkpoint` prints them.
        #[arg(long)]
        against: Option<PathBuf>,
    },
    /// Print the newest signed checkpoint: keep some where nobody of the house can change them.
    Checkpoint,
    /// Print the proof that the evaluation of this id or receipt is on record.
    Prove { evaluation: String },
    /// Print the proof that the ledger of now begins with that of a checkpoint of so many leaves.
    Consistency { before: u64 },
    /// Check a proof from a file, without the database's word. Names the key that signed it.
    Check { file: PathBuf },
    /// Sign with a new key from now on.
    NewKey,
}

pub async fn run(app: &App, args: LedgerArgs) -> anyhow::Result<()> {
    if let Command::Check { file } = &args.command {
        return check(&fs::read_to_string(file).context("the proof cannot be read")?);
    }
    let tenant = super::tenant(app, args.tenant.as_deref()).await?.id;
    let act = app.system(tenant);
    let mut conn = app.db.read().await?;
    match args.command {
        Command::Verify { against } => {
            let witnesses = match against {
                Some(file) => read_witnesses(&fs::read_to_string(file)?)?,
                None => vec![],
            };
            let report = verify(&mut conn, tenant, &witnesses).await.map_err(told)?;
            print(&report)?;
            let count = report.faults.len() as u64 + report.more_faults;
            anyhow::ensure!(count == 0, "{count} things do not agree with the ledger");
            Ok(())
        }
        Command::Checkpoint => {
            let keys = ledger::keys(&mut conn, tenant).await?;
            let last = ledger::last_checkpoint(&mut conn, tenant).await?;
            let last = last.and_then(|it| signed(tenant, &it, &keys));
            let last = last.context("nothing is on record yet")?;
            line(&serde_json::to_string(&last)?)
        }
        Command::Prove { evaluation } => {
            let found = find(&mut conn, tenant, &evaluation).await?;
            let proof = inclusion(&mut conn, &act, found).await.map_err(told)?;
            print(&proof.context("it waits for its place in the ledger; the server gives it one")?)
        }
        Command::Consistency { before } => {
            print(&consistency(&mut conn, &act, before).await.map_err(told)?)
        }
        Command::NewKey => {
            drop(conn);
            let mut tx = app.db.write().await?;
            let key = new_key(&mut tx, &act).await.map_err(told)?;
            tx.commit().await?;
            line(&data_encoding::BASE64.encode(&key.public))
        }
        Command::Check { .. } => unreachable!("done above"),
    }
}

async fn find(
    conn: &mut store::Read,
    tenant: domain::id::TenantId,
    word: &str,
) -> anyhow::Result<Subject> {
    let found = match word.parse() {
        Ok(id) => store::collect::evaluation::find(conn, tenant, id).await?,
        Err(_) => store::collect::evaluation::find_by_receipt(conn, tenant, word).await?,
    };
    let found = found.with_context(|| format!("there is no evaluation `{word}`"))?;
    Ok(Subject::evaluation(found.id))
}

fn read_witnesses(text: &str) -> anyhow::Result<Vec<Signed>> {
    let lines = text.lines().filter(|it| !it.trim().is_empty());
    lines.map(|it| serde_json::from_str(it).context("a line is no checkpoint")).collect()
}

fn check(text: &str) -> anyhow::Result<()> {
    let (holds, checkpoint) = if let Ok(it) = serde_json::from_str::<Inclusion>(text) {
        (it.holds() && is_signed(&it.checkpoint), it.checkpoint)
    } else {
        let it: Consistency = serde_json::from_str(text).context("the file holds no proof")?;
        (it.holds() && is_signed(&it.before) && is_signed(&it.after), it.after)
    };
    anyhow::ensure!(holds, "the proof does not hold");
    line(&format!("the proof holds, signed by {}", checkpoint.key))
}

fn print(it: &impl serde::Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(it)?)
}

fn line(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
