//! Bringing a backup into an empty database: all of it, or nothing.

use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use store::Db;
use store::Write;
use store::db::whole::{self, Cell, Table, each_row, tables};

use super::format::{End, Tally};
use super::read::{Backup, Item};
use super::{Progress, STAGING};

/// Rows go in together until their lines have so many bytes.
const BATCH_BYTES: usize = 2 * 1024 * 1024;
const BATCH_ROWS: usize = 500;

/// Into what, and with which master keys.
pub struct Place<'a> {
    /// As it was connected to: without its schema.
    pub db: &'a Db,
    pub folder: &'a Path,
    /// Names of the master keys at hand.
    pub key_ids: Vec<String>,
    /// Leave out sealed secrets, as when their master key is lost.
    pub without_secrets: bool,
}

/// Restores rows and files, and sees that what is stored then is what was written.
pub async fn restore(
    place: &Place<'_>,
    input: impl Read,
    progress: Progress<'_>,
) -> anyhow::Result<End> {
    let mut backup = Backup::open(input)?;
    check_keys(place, &backup.header().key_ids)?;
    prepare(place, &backup.header().migrations).await?;
    let staged = Staged::new(place.folder)?;
    let mut tx = place.db.write().await?;
    let tables = tables(&mut tx).await?;
    ensure!(!has_company(&mut tx, &tables).await?, "the database is not empty");
    let keys = whole::load(&mut tx, &tables).await?;
    let mut load = Load { place, tables, done: vec![], batch: vec![], bytes: 0 };
    let end = load.read(&mut tx, &mut backup, &staged, progress).await?;
    if let Some(missing) =
        load.tables.iter().find(|it| !load.done.iter().any(|done| done.0 == **it))
    {
        bail!("the backup has no table {}", missing.name);
    }
    whole::loaded(&mut tx, keys).await?;
    progress("comparing what is stored with what was written".to_owned());
    for (table, wanted) in &load.done {
        if place.without_secrets && table.name == SECRETS {
            continue;
        }
        let stored = tally(&mut tx, table).await?;
        ensure!(stored == *wanted, "{} is not stored as it was written", table.name);
    }
    let placed = staged.place();
    if let Err(error) = placed {
        staged.take_back();
        return Err(error).context("the files cannot be put into their folder");
    }
    if let Err(error) = tx.commit().await {
        staged.take_back();
        return Err(error).context("nothing was restored");
    }
    drop(staged);
    place.db.migrate().await.context("all is restored, but could not be brought up to date")?;
    Ok(end)
}

const SECRETS: &str = "secret";

fn check_keys(place: &Place<'_>, wanted: &[String]) -> anyhow::Result<()> {
    let lost = wanted.iter().find(|it| !it.is_empty() && !place.key_ids.contains(it));
    match lost {
        Some(key) if !place.without_secrets => bail!(
            "the secrets in the backup are sealed with master key {key}, which is not given: bring its \
             file, or leave them out with --without-secrets (webhooks then need new secrets, the ledger \
             gets a new key)"
        ),
        _ => Ok(()),
    }
}

/// The schema the backup was made with.
async fn prepare(place: &Place<'_>, migrations: &[i64]) -> anyhow::Result<()> {
    let mut conn = place.db.read().await?;
    let there = whole::versions(&mut conn).await?;
    drop(conn);
    let unknown = if there.is_empty() { place.db.migrate_to(migrations).await? } else { vec![] };
    let newest = migrations.iter().max();
    ensure!(unknown.is_empty(), "the backup was made by a newer version (schema {newest:?})");
    ensure!(
        there.is_empty() || there == migrations,
        "the database has tables of another version than the backup: give one without tables"
    );
    Ok(())
}

async fn has_company(tx: &mut Write, tables: &[Table]) -> anyhow::Result<bool> {
    let tenants =
        tables.iter().find(|it| it.name == "tenant").context("there is no table tenant")?;
    Ok(tally(tx, tenants).await?.rows != 0)
}

async fn tally(tx: &mut Write, table: &Table) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    each_row(tx, table, |row| -> anyhow::Result<()> { Ok(tally.add(&row)?) }).await?;
    Ok(tally)
}

struct Load<'a> {
    place: &'a Place<'a>,
    tables: Vec<Table>,
    done: Vec<(Table, Tally)>,
    batch: Vec<Vec<Cell>>,
    bytes: usize,
}

impl Load<'_> {
    async fn read(
        &mut self,
        tx: &mut Write,
        backup: &mut Backup<impl Read>,
        staged: &Staged,
        progress: Progress<'_>,
    ) -> anyhow::Result<End> {
        let mut table = None;
        let mut file = None;
        loop {
            match backup.advance()? {
                Item::Table(it) => {
                    let name = &it.name;
                    ensure!(self.tables.contains(&it), "there is no table {name} of that form");
                    table = Some(it);
                }
                Item::Row(row, bytes) => {
                    self.batch.push(row);
                    self.bytes += bytes;
                    if BATCH_BYTES <= self.bytes || BATCH_ROWS <= self.batch.len() {
                        self.flush(tx, table.as_ref()).await?;
                    }
                }
                Item::TableEnd(it, tally) => {
                    self.flush(tx, table.as_ref()).await?;
                    if tally.rows != 0 {
                        progress(format!("{}: {} rows", it.name, tally.rows));
                    }
                    self.done.push((it, tally));
                }
                Item::File(path) => file = Some(staged.create(&path)?),
                Item::Piece(bytes) => {
                    file.as_mut().context("a piece of no file")?.write_all(&bytes)?;
                }
                Item::FileEnd => file.take().context("the end of no file")?.sync_all()?,
                Item::End(end) => return Ok(end),
            }
        }
    }

    async fn flush(&mut self, tx: &mut Write, table: Option<&Table>) -> anyhow::Result<()> {
        self.bytes = 0;
        let rows = std::mem::take(&mut self.batch);
        let Some(table) = table else { return Ok(()) };
        if self.place.without_secrets && table.name == SECRETS {
            return Ok(());
        }
        let stored = whole::insert(tx, table, rows).await;
        stored.with_context(|| format!("rows of {} cannot be stored", table.name))
    }
}

/// What lies in a folder, the staging itself left out.
fn names(folder: &Path) -> std::io::Result<Vec<std::ffi::OsString>> {
    let names = fs::read_dir(folder)?.map(|it| it.map(|it| it.file_name()));
    names.filter(|it| it.as_ref().map_or(true, |it| it != STAGING)).collect()
}

/// Files beside the folder's own until all is read.
struct Staged {
    folder: PathBuf,
    staging: PathBuf,
}

impl Staged {
    fn new(folder: &Path) -> anyhow::Result<Self> {
        let staging = folder.join(STAGING);
        if staging.exists() {
            fs::remove_dir_all(&staging)?;
        }
        fs::create_dir_all(&staging).with_context(|| staging.display().to_string())?;
        let staged = Self { folder: folder.to_owned(), staging };
        ensure!(names(folder)?.is_empty(), "the folder {} is not empty", folder.display());
        Ok(staged)
    }

    fn create(&self, path: &Path) -> anyhow::Result<File> {
        let path = self.staging.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        File::create_new(&path).with_context(|| path.display().to_string())
    }

    fn place(&self) -> std::io::Result<()> {
        for name in names(&self.staging)? {
            fs::rename(self.staging.join(&name), self.folder.join(&name))?;
        }
        Ok(())
    }

    /// The folder was empty: what lies in it now came from here.
    fn take_back(&self) {
        for name in names(&self.folder).unwrap_or_default() {
            drop(fs::rename(self.folder.join(&name), self.staging.join(&name)));
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.staging));
    }
}
