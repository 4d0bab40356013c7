//! What was measured, as a table for people, as JSON for programs, and kept in `docs/benchmarks.md`.

use std::{fmt::Write as _, fs, process::Command, time::Duration};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::{place, shell};

const FILE: &str = "docs/benchmarks.md";
/// The same for programs: one run after the other.
const JSON: &str = "docs/benchmarks.json";

pub struct Measured {
    what: String,
    value: f64,
    unit: &'static str,
    /// What the design promises, if it does.
    target: &'static str,
}

impl Measured {
    pub fn new(what: &str, value: f64, unit: &'static str) -> Self {
        Self { what: what.to_owned(), value, unit, target: "" }
    }

    pub fn ms(what: &str, time: Duration) -> Self {
        Self::new(what, time.as_secs_f64() * 1000.0, "ms")
    }

    /// Which engine it was measured on.
    #[must_use]
    pub fn on(mut self, engine: &str) -> Self {
        self.what = format!("{engine}: {}", self.what);
        self
    }

    #[must_use]
    pub fn target(mut self, target: &'static str) -> Self {
        self.target = target;
        self
    }
}

/// # Errors
/// Never in practice: values are finite.
pub fn print(measured: &[Measured]) -> Result<()> {
    println!("\n{}", table(measured));
    println!("{}", serde_json::to_string(&json(measured))?);
    Ok(())
}

fn json(measured: &[Measured]) -> Vec<Value> {
    let row = |it: &Measured| json!({ "what": it.what, "value": it.value, "unit": it.unit, "target": it.target });
    measured.iter().map(row).collect()
}

fn table(measured: &[Measured]) -> String {
    let mut table = "| what | measured | promised |\n|---|---:|---|\n".to_owned();
    for Measured { what, value, unit, target } in measured {
        writeln!(table, "| {what} | {value:.2} {unit} | {target} |").expect("a string takes all");
    }
    table
}

/// Appends the table and the JSON with the day, the commit and the machine.
///
/// # Errors
/// When git does not know the commit or a file cannot be read or written.
pub fn write(measured: &[Measured]) -> Result<()> {
    let git = |format: &str| shell::output(shell::command("git").args(["log", "-1", format]));
    let (commit, day) = (git("--format=%h")?, git("--format=%cs")?);
    let file = place::root().join(FILE);
    let mut text = fs::read_to_string(&file).unwrap_or_else(|_| {
        "# Benchmarks\n\nMeasured by `cargo xtask bench`, newest last; client and server share the machine.\n"
            .to_owned()
    });
    let (commit, day, machine) = (commit.trim(), day.trim(), machine());
    write!(text, "\n## {commit}, {day}\n\n{machine}\n\n{}", table(measured))?;
    fs::write(file, text)?;
    let file = place::root().join(JSON);
    let mut runs: Vec<Value> = match fs::read_to_string(&file) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => vec![],
    };
    let measured = json(measured);
    runs.push(json!({ "commit": commit, "day": day, "machine": machine, "measured": measured }));
    fs::write(file, lines(&runs)?)?;
    println!("written to {FILE} and {JSON}");
    Ok(())
}

/// A line for each figure: a run is read, and its difference seen, without one for each brace.
fn lines(runs: &[Value]) -> Result<String> {
    let run = |run: &Value| -> Result<String> {
        let mut head = run.as_object().context("a run is an object")?.clone();
        let measured = head.remove("measured").context("a run has figures")?;
        let measured = measured.as_array().context("figures are a list")?;
        let figures: Vec<String> = measured.iter().map(Value::to_string).collect();
        let head = Value::from(head).to_string();
        let head = head.trim_end_matches('}');
        Ok(format!("{head},\"measured\":[\n{}\n]}}", figures.join(",\n")))
    };
    let runs = runs.iter().map(run).collect::<Result<Vec<_>>>()?;
    Ok(format!("[\n{}\n]\n", runs.join(",\n")))
}

/// Cores, processor and memory, as far as the system tells; no name of the machine.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let line = |file: &str, key: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|it| it.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = line("/proc/meminfo", "MemTotal").unwrap_or_else(|| "unknown".to_owned());
    let system = shell::output(Command::new("uname").arg("-sr")).unwrap_or_default();
    format!("{cores} cores ({processor}), memory {memory}, {}", system.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_written_a_line_for_each_figure_and_read_back() {
        let figure = json!({ "what": "start", "value": 1.5, "unit": "ms", "target": "" });
        let runs = [
            json!({ "commit": "a}", "day": "2026-11-23", "machine": "m", "measured": [figure, figure] }),
            json!({ "commit": "b", "day": "2026-11-23", "machine": "m", "measured": [] }),
        ];
        let text = lines(&runs).unwrap();
        let back: Vec<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(back, runs);
        assert_eq!(text.lines().filter(|it| it.contains("start")).count(), 2);
    }
}
