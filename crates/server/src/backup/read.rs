//! Reading a backup, and seeing that it is whole.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use data_encoding::{BASE64, HEXLOWER};
use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};
use store::db::whole::{Cell, Table};

use super::format::{End, FORMAT, Header, Mark, Tally, row_of, table_of};

/// Longer lines are no backup of ours: a row holds at most some texts.
const LINE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// One thing after the other, each looked at: counts and hashes agree, or reading fails.
pub struct Backup<R: Read> {
    input: BufReader<GzDecoder<BufReader<R>>>,
    header: Header,
    line: u64,
    hash: Sha256,
    inside: Inside,
    seen: End,
}

enum Inside {
    Nothing,
    Table(Table, Tally),
    File { path: PathBuf, bytes: u64, hash: Sha256 },
}

/// What comes next.
#[derive(Debug)]
pub enum Item {
    Table(Table),
    /// With the length of its line.
    Row(Vec<Cell>, usize),
    TableEnd(Table, Tally),
    /// A path inside of the folder.
    File(PathBuf),
    Piece(Vec<u8>),
    FileEnd,
    /// All was read, and is as it was written.
    End(End),
}

impl<R: Read> Backup<R> {
    pub fn open(input: R) -> anyhow::Result<Self> {
        let input = BufReader::new(GzDecoder::new(BufReader::new(input)));
        let header = Header {
            huisheng_backup: FORMAT,
            version: String::new(),
            made: jiff::Timestamp::UNIX_EPOCH,
            migrations: vec![],
            key_ids: vec![],
        };
        let (hash, inside, seen) = (Sha256::new(), Inside::Nothing, End::default());
        let mut backup = Self { input, header, line: 0, hash, inside, seen };
        let line = backup.next_line().context("this is no backup of Huisheng")?;
        let start: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let format = start["huisheng_backup"].as_u64().context("this is no backup of Huisheng")?;
        ensure!(
            format <= u64::from(FORMAT),
            "the backup was made by a newer version ({}): this one reads formats up to {FORMAT}",
            start["version"]
        );
        backup.header = serde_json::from_value(start).context("the first line is damaged")?;
        Ok(backup)
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Nothing may be asked after [`Item::End`].
    pub fn advance(&mut self) -> anyhow::Result<Item> {
        let place = match &self.inside {
            Inside::Nothing => String::new(),
            Inside::Table(table, _) => format!(" (table {})", table.name),
            Inside::File { path, .. } => format!(" (file {})", path.display()),
        };
        let at = self.line + 1;
        self.read_next().with_context(|| format!("the backup is damaged at line {at}{place}"))
    }

    fn read_next(&mut self) -> anyhow::Result<Item> {
        let before = self.hash.clone();
        let line = self.next_line()?;
        let first = line.bytes().next();
        match (&mut self.inside, first) {
            (Inside::Table(table, tally), Some(b'[')) => {
                let row = row_of(&line, table).context("a row does not fit its table")?;
                tally.add(&row)?;
                Ok(Item::Row(row, line.len()))
            }
            (Inside::File { bytes, hash, .. }, Some(b'"')) => {
                let text: String = serde_json::from_str(&line)?;
                let piece = BASE64.decode(text.as_bytes())?;
                *bytes += piece.len() as u64;
                hash.update(&piece);
                Ok(Item::Piece(piece))
            }
            (_, Some(b'{')) => self.mark(serde_json::from_str(&line)?, before),
            _ => bail!("something stands where it does not belong"),
        }
    }

    fn mark(&mut self, mark: Mark, before: Sha256) -> anyhow::Result<Item> {
        match (std::mem::replace(&mut self.inside, Inside::Nothing), mark) {
            (Inside::Nothing, Mark::Table { name, columns }) => {
                let table = table_of(name, columns).context("a column is of no known type")?;
                self.inside = Inside::Table(table.clone(), Tally::default());
                Ok(Item::Table(table))
            }
            (Inside::Table(table, tally), Mark::TableEnd { rows, hash }) => {
                ensure!(rows == tally.rows, "{} rows are there of {rows}", tally.rows);
                ensure!(hash == tally.hash(), "rows are not those that were written");
                self.seen.tables += 1;
                self.seen.rows += rows;
                Ok(Item::TableEnd(table, tally))
            }
            (Inside::Nothing, Mark::File { path }) => {
                let path = inner_path(&path).context("a file lies outside of the folder")?;
                let hash = Sha256::new();
                self.inside = Inside::File { path: path.clone(), bytes: 0, hash };
                Ok(Item::File(path))
            }
            (Inside::File { bytes, hash, .. }, Mark::FileEnd { bytes: wanted, hash: said }) => {
                ensure!(bytes == wanted, "{bytes} bytes are there of {wanted}");
                ensure!(said == HEXLOWER.encode(&hash.finalize()), "the file was changed");
                self.seen.files += 1;
                Ok(Item::FileEnd)
            }
            (Inside::Nothing, Mark::End(end)) => {
                let hash = HEXLOWER.encode(&before.finalize());
                let seen = End { hash, ..self.seen.clone() };
                ensure!(end == seen, "the end does not say what was there");
                let mut rest = [0];
                ensure!(self.input.read(&mut rest)? == 0, "something follows the end");
                // The checksum of the compression was looked at with that; nothing may follow it.
                let after = self.input.get_mut().get_mut().read(&mut rest)?;
                ensure!(after == 0, "something follows the end");
                Ok(Item::End(end))
            }
            _ => bail!("something stands where it does not belong"),
        }
    }

    fn next_line(&mut self) -> anyhow::Result<String> {
        let mut line = vec![];
        let length = (&mut self.input).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        length.context("the file ends early, or was changed")?;
        self.hash.update(&line);
        ensure!(line.pop() == Some(b'\n'), "the file ends early");
        self.line += 1;
        Ok(String::from_utf8(line)?)
    }
}

/// `None`: it leads out of the folder.
fn inner_path(text: &str) -> Option<PathBuf> {
    let path = Path::new(text);
    let inside = path.components().all(|it| matches!(it, Component::Normal(_)));
    (inside && !text.is_empty() && !text.contains('\\')).then(|| path.to_owned())
}

/// Reads it to the end. Fails where anything is missing or changed.
pub fn verify(input: impl Read) -> anyhow::Result<(Header, End)> {
    let mut backup = Backup::open(input)?;
    loop {
        if let Item::End(end) = backup.advance()? {
            return Ok((backup.header, end));
        }
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_file_stays_inside_of_the_folder() {
        assert_eq!(inner_path("imports/a"), Some(PathBuf::from("imports/a")));
        for bad in ["", "/etc/passwd", "../a", "a/../../b", "./a", "a\\b"] {
            assert_eq!(inner_path(bad), None, "{bad}");
        }
    }
}
