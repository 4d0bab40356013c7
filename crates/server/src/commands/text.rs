//! `huisheng text …`: the automatic reader, to be tried and judged on one's own texts.

use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Subcommand;
use tabular::Settings;
use text::Reader;
use text::eval::{self, Task};

#[derive(Subcommand)]
pub enum Text {
    /// Read texts, one a line, from the arguments or standard input; prints one JSON object each.
    Read { texts: Vec<String> },
    /// Judge the reader on a labelled table (CSV, XLSX, JSON lines). Encoding and delimiter are found
    /// out; columns are named by their heading or their number, from 1.
    Eval {
        /// sentiment, kind, topic, routing or same-issue
        #[arg(long)]
        task: String,
        /// The column of the labels.
        #[arg(long)]
        labels: String,
        /// The column of the texts; given twice, both are read as one text. For same-issue: the two
        /// columns of the pair, or one column of pairs divided by a tab.
        #[arg(long, required = true)]
        text: Vec<String>,
        /// What a label means, if it is no word the task knows: `--map 五颗星=positive`.
        #[arg(long, value_name = "LABEL=MEANING")]
        map: Vec<String>,
        /// The sheet of a workbook; its first if not given.
        #[arg(long)]
        sheet: Option<String>,
        /// The encoding of the file, if it is not found out: `gb18030`.
        #[arg(long)]
        encoding: Option<String>,
        /// For routing: a table with the same columns to learn from.
        #[arg(long)]
        train: Option<PathBuf>,
        /// One JSON object instead of a table.
        #[arg(long)]
        json: bool,
        file: PathBuf,
    },
}

pub fn run(command: Text) -> anyhow::Result<()> {
    match command {
        Text::Read { texts } => read(&texts),
        Text::Eval { task, labels, text, map, sheet, encoding, train, json, file } => {
            let task = Task::parse(&task).with_context(|| {
                format!("there is no task `{task}`; there are {}", Task::NAMES.join(", "))
            })?;
            let map = meanings(&map)?;
            let settings = Settings { sheet, encoding, ..Settings::default() };
            let between = if task == Task::SameIssue { "\t" } else { "\n" };
            let columns = |file: &Path| -> anyhow::Result<(Vec<String>, Vec<String>)> {
                let rows = rows(file, &settings, &text, &labels)
                    .with_context(|| format!("reading {}", file.display()))?;
                let mean = |label: String| map.get(label.trim()).cloned().unwrap_or(label);
                Ok(rows.into_iter().map(|row| (row.texts.join(between), mean(row.label))).unzip())
            };
            let (texts, truths) = columns(&file)?;
            let train = train.map(|it| columns(&it)).transpose()?;
            let train = train.as_ref().map(|(texts, labels)| (borrowed(texts), borrowed(labels)));
            let train = train.as_ref().map(|(texts, labels)| (&texts[..], &labels[..]));
            let report = eval::run(task, &borrowed(&texts), &borrowed(&truths), train)?;
            if json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                println!("{report}");
            }
            Ok(())
        }
    }
}

/// `LABEL=MEANING` as pairs.
fn meanings(map: &[String]) -> anyhow::Result<HashMap<String, String>> {
    map.iter()
        .map(|it| {
            let (label, meaning) = it.rsplit_once('=').with_context(|| {
                format!("`{it}` is no LABEL=MEANING, such as `五颗星=positive`")
            })?;
            Ok((label.trim().to_owned(), meaning.trim().to_owned()))
        })
        .collect()
}

fn read(texts: &[String]) -> anyhow::Result<()> {
    let reader = Reader::new();
    let mut out = std::io::stdout().lock();
    let mut say = |text: &str| -> anyhow::Result<()> {
        writeln!(out, "{}", serde_json::to_string(&reader.read(text))?)?;
        Ok(())
    };
    if texts.is_empty() {
        for line in std::io::stdin().lock().lines() {
            say(&line?)?;
        }
    }
    texts.iter().try_for_each(|it| say(it))
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// What is judged of one row.
struct Labelled {
    texts: Vec<String>,
    label: String,
}

/// The rows of a table; rows with faults are left out and counted.
fn rows(
    file: &Path,
    settings: &Settings,
    texts: &[String],
    labels: &str,
) -> anyhow::Result<Vec<Labelled>> {
    let shape = tabular::inspect(file, settings)?;
    let texts: Vec<usize> =
        texts.iter().map(|it| place(&shape.columns, it)).collect::<anyhow::Result<_>>()?;
    let label = place(&shape.columns, labels)?;
    let (mut found, mut bad) = (vec![], 0);
    tabular::read(file, &shape, &mut |row| {
        let cell = |at: &usize| row.cells.get(*at).cloned();
        let read: Option<Vec<String>> = texts.iter().map(cell).collect();
        match (read, cell(&label)) {
            (Some(texts), Some(label)) if row.faults.is_empty() => {
                // Sheets claim thousands of rows that are blank.
                if texts.iter().any(|it| !it.trim().is_empty()) {
                    found.push(Labelled { texts, label });
                }
            }
            _ => bad += 1,
        }
        std::ops::ControlFlow::Continue(())
    })?;
    if 0 < bad {
        eprintln!("{bad} rows could not be read and are left out");
    }
    Ok(found)
}

/// Where a column stands: by its heading, by its heading in another case, by its number from 1.
fn place(columns: &[String], name: &str) -> anyhow::Result<usize> {
    let plain = |it: &str| it.trim().to_lowercase();
    let number = || name.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
    columns
        .iter()
        .position(|it| it == name)
        .or_else(|| columns.iter().position(|it| plain(it) == plain(name)))
        .or_else(|| number().filter(|at| *at < columns.len()))
        .with_context(|| format!("there is no column `{name}`; there are {}", columns.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(
        bytes: &[u8],
        name: &str,
        texts: &[&str],
        labels: &str,
    ) -> anyhow::Result<Vec<String>> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(name);
        std::fs::write(&file, bytes)?;
        let texts: Vec<String> = texts.iter().map(|it| (*it).to_owned()).collect();
        let rows = rows(&file, &Settings::default(), &texts, labels)?;
        Ok(rows.into_iter().map(|it| format!("{}={}", it.texts.join("/"), it.label)).collect())
    }

    #[test]
    fn tables_of_other_hands_are_read() {
        let plain = "label;Review;title\n好评;送餐很快;谢谢\n差评;太慢了;投诉\n";
        // The same in GBK.
        let gbk: &[u8] = b"label;Review;title\n\xba\xc3\xc6\xc0;\xcb\xcd\xb2\xcd\xba\xdc\xbf\xec;\xd0\xbb\xd0\xbb\n\xb2\xee\xc6\xc0;\xcc\xab\xc2\xfd\xc1\xcb;\xcd\xb6\xcb\xdf\n";
        for bytes in [plain.as_bytes(), gbk] {
            let by_name = found(bytes, "a.csv", &["review"], "LABEL").unwrap();
            assert_eq!(by_name, ["送餐很快=好评", "太慢了=差评"]);
            let by_number = found(bytes, "a.csv", &["3", "2"], "1").unwrap();
            assert_eq!(by_number[1], "投诉/太慢了=差评");
        }
        let lines = "{\"text\":\"很好\",\"stars\":5}\n{\"text\":\"差\",\"stars\":1}\n";
        assert_eq!(
            found(lines.as_bytes(), "a.jsonl", &["text"], "stars").unwrap(),
            ["很好=5", "差=1"]
        );
    }

    #[test]
    fn what_is_not_there_is_named() {
        let error = found(b"a,b\n1,2\n", "a.csv", &["review"], "b").unwrap_err().to_string();
        assert_eq!(error, "there is no column `review`; there are a, b");
        assert!(meanings(&["五颗星".to_owned()]).is_err());
        let map = meanings(&["a=b=positive".to_owned()]).unwrap();
        assert_eq!(map["a=b"], "positive");
    }
}
