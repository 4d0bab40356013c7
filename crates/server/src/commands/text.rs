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
