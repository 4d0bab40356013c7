//! `huisheng text …`: the automatic reader, to be tried and judged on one's own texts.

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
    /// Judge the reader on a labelled table (CSV, XLSX, JSON lines).
    Eval {
        /// sentiment, kind, topic, routing or same-issue (texts are pairs, divided by a tab).
        #[arg(long)]
        task: String,
        /// The column of the labels.
        #[arg(long)]
        labels: String,
        /// The column of the texts.
        #[arg(long)]
        text: String,
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
        Text::Eval { task, labels, text, train, json, file } => {
            let task = Task::parse(&task).with_context(|| format!("there is no task `{task}`"))?;
            let (texts, truths) = columns(&file, &text, &labels)?;
            let train = train.map(|it| columns(&it, &text, &labels)).transpose()?;
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

/// Two columns of a table, row by row; rows with faults are left out and counted.
fn columns(file: &Path, first: &str, second: &str) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let shape = tabular::inspect(file, &Settings::default())?;
    let place = |name: &str| {
        let found = shape.columns.iter().position(|it| it == name);
        found.with_context(|| format!("there is no column `{name}`; there are {:?}", shape.columns))
    };
    let (first, second) = (place(first)?, place(second)?);
    let (mut firsts, mut seconds, mut bad) = (vec![], vec![], 0);
    tabular::read(file, &shape, &mut |row| {
        match (row.faults.is_empty(), row.cells.get(first), row.cells.get(second)) {
            (true, Some(a), Some(b)) => {
                firsts.push(a.clone());
                seconds.push(b.clone());
            }
            _ => bad += 1,
        }
        std::ops::ControlFlow::Continue(())
    })?;
    if 0 < bad {
        eprintln!("{bad} rows could not be read and are left out");
    }
    Ok((firsts, seconds))
}
