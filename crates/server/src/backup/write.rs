//! Writing a backup, while the house serves.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use data_encoding::{BASE64, HEXLOWER};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use store::Db;
use store::db::whole::{each_row, tables, versions};
use store::trust::secret;

use super::format::{End, FORMAT, Header, Mark, Tally, line_of, mark_of};
use super::{Progress, STAGING};

/// Bytes of a file in one line: a multiple of three, so that base64 has no gaps.
const PIECE_BYTES: usize = 192 * 1024;

/// Told each time so many rows of a table are written.
const TOLD_AFTER_ROWS: u64 = 1_000_000;

/// Writes everything to `out` as it was at one moment; the files after the rows that name them.
pub async fn write(
    db: &Db,
    folder: &Path,
    now: Timestamp,
    out: impl Write,
    progress: Progress<'_>,
) -> anyhow::Result<End> {
    let mut conn = db.snapshot().await?;
    let migrations = versions(&mut conn).await?;
    anyhow::ensure!(!migrations.is_empty(), "the database has no tables of Huisheng");
    let tables = tables(&mut conn).await?;
    let has_secrets = tables.iter().any(|it| it.name == "secret");
    let key_ids = if has_secrets { secret::key_ids(&mut conn).await? } else { vec![] };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let header = Header { huisheng_backup: FORMAT, version, made: now, migrations, key_ids };
    let mut lines = Lines::new(out);
    lines.write(&serde_json::to_string(&header)?)?;
    let mut end = End::default();
    for table in &tables {
        lines.mark(&mark_of(table))?;
        let mut tally = Tally::default();
        let each = |row: Vec<_>| -> anyhow::Result<()> {
            tally.add(&row).with_context(|| format!("a row of {} holds no JSON", table.name))?;
            if tally.rows.is_multiple_of(TOLD_AFTER_ROWS) {
                progress(format!("{}: {} rows …", table.name, tally.rows));
            }
            lines.write(&line_of(&row))
        };
        each_row(&mut conn, table, each).await?;
        lines.mark(&Mark::TableEnd { rows: tally.rows, hash: tally.hash() })?;
        if tally.rows != 0 {
            progress(format!("{}: {} rows", table.name, tally.rows));
        }
        end.tables += 1;
        end.rows += tally.rows;
    }
    drop(conn);
    for path in files(folder)? {
        end.files += u64::from(lines.file(folder, &path)?);
    }
    if end.files != 0 {
        progress(format!("{} files", end.files));
    }
    lines.end(end)
}

/// The same to a file: it is there whole or not at all, and only its owner may read it.
pub async fn write_file(
    (db, folder): (&Db, &Path),
    now: Timestamp,
    file: &Path,
    replace: bool,
    progress: Progress<'_>,
) -> anyhow::Result<End> {
    anyhow::ensure!(replace || !file.exists(), "{} is there already: --replace", file.display());
    let part = PathBuf::from(format!("{}.part", file.display()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let out = options.open(&part).with_context(|| part.display().to_string())?;
    let written = write(db, folder, now, std::io::BufWriter::new(&out), progress).await;
    let written = written.and_then(|end| {
        out.sync_all()?;
        fs::rename(&part, file)?;
        Ok(end)
    });
    if written.is_err() {
        drop(fs::remove_file(&part));
    }
    written
}

/// Every file below the folder, by its path inside it, sorted.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut found, mut open) = (vec![], vec![PathBuf::new()]);
    while let Some(inner) = open.pop() {
        let entries = match fs::read_dir(folder.join(&inner)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| folder.join(&inner).display().to_string())?,
        };
        for entry in entries {
            let entry = entry?;
            let (path, kind) = (inner.join(entry.file_name()), entry.file_type()?);
            if kind.is_dir() && path != Path::new(STAGING) {
                open.push(path);
            } else if kind.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Lines, compressed, with the hash of all of them.
struct Lines<W: Write> {
    out: GzEncoder<W>,
    hash: Sha256,
}

impl<W: Write> Lines<W> {
    fn new(out: W) -> Self {
        Self { out: GzEncoder::new(out, Compression::default()), hash: Sha256::new() }
    }

    fn write(&mut self, line: &str) -> anyhow::Result<()> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.hash.update(bytes);
            self.out.write_all(bytes)?;
        }
        Ok(())
    }

    fn mark(&mut self, mark: &Mark) -> anyhow::Result<()> {
        self.write(&serde_json::to_string(mark)?)
    }

    /// Whether it was still there: an import takes its file away when it is done.
    fn file(&mut self, folder: &Path, path: &Path) -> anyhow::Result<bool> {
        let mut file = match File::open(folder.join(path)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            file => file.with_context(|| path.display().to_string())?,
        };
        let parts: Option<Vec<&str>> = path.iter().map(std::ffi::OsStr::to_str).collect();
        let parts = parts.with_context(|| format!("{} is no name in UTF-8", path.display()))?;
        self.mark(&Mark::File { path: parts.join("/") })?;
        let (mut bytes, mut hash) = (0_u64, Sha256::new());
        loop {
            let mut piece = Vec::with_capacity(PIECE_BYTES);
            (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
            if piece.is_empty() {
                break;
            }
            bytes += piece.len() as u64;
            hash.update(&piece);
            self.write(&format!("\"{}\"", BASE64.encode(&piece)))?;
        }
        self.mark(&Mark::FileEnd { bytes, hash: HEXLOWER.encode(&hash.finalize()) })?;
        Ok(true)
    }

    fn end(mut self, mut end: End) -> anyhow::Result<End> {
        end.hash = HEXLOWER.encode(&self.hash.clone().finalize());
        self.mark(&Mark::End(end.clone()))?;
        self.out.finish()?.flush()?;
        Ok(end)
    }
}
