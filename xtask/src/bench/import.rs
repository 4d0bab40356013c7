//! A file of a hundred thousand rows through the real importer; beside it, in the same run, the same
//! file read and its rows written with nothing looked up, decided or put on record.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::{count, house::House, report::Measured};
use crate::shell;

const ROWS: usize = 100_000;

/// How often its memory is looked at.
const LOOK: Duration = Duration::from_millis(20);

pub fn import(house: &House) -> Result<Vec<Measured>> {
    house.seed()?;
    let before = house.count()?;
    let evaluations = house.folder().join("evaluations.csv");
    write(&evaluations, "编号,提交时间,评分,评论内容", |n| {
        let words =
            if n % 5 == 0 { format!("等了 {n} 分钟，没人接") } else { String::new() };
        format!("E{n},{},{},{words}", moment(n), 1 + n % 5)
    })?;
    let services = house.folder().join("services.csv");
    write(&services, "服务单号,渠道,开始时间,通话时长（秒）,是否接通", |n| {
        format!("S{n},phone,{},{},是", moment(n), 30 + n % 600)
    })?;
    let brought = bring(house, "evaluations", &evaluations)?;
    let stored = house.count()? - before;
    ensure!(stored == ROWS as u64, "{ROWS} rows, {stored} stored");
    let again = bring(house, "evaluations", &evaluations)?;
    ensure!(house.count()? - before == ROWS as u64, "the same file again made more of them");
    let services = bring(house, "interactions", &services)?;
    let said = house.measure(&["rows", &evaluations.display().to_string()])?;
    let limit = number(&said, "rows")? / number(&said, "seconds")?;
    let rate = |it: &Brought| count(ROWS) / it.took.as_secs_f64();
    let new =
        |what: &str, value, unit| Measured::new(&format!("import of {ROWS} {what}"), value, unit);
    Ok(vec![
        new("evaluations", rate(&brought), "/s"),
        new("evaluations: bare limit", limit, "/s"),
        new("evaluations: of the bare limit", rate(&brought) / limit, "x"),
        new("evaluations: memory at most", brought.memory_mib, "MiB"),
        new("evaluations that are there already", rate(&again), "/s"),
        new("services", rate(&services), "/s"),
        new("services: memory at most", services.memory_mib, "MiB"),
    ])
}

fn number(said: &Value, key: &str) -> Result<f64> {
    said[key].as_f64().with_context(|| format!("no {key}: {said}"))
}

/// Every row another minute of the last months, the newest first.
fn moment(n: usize) -> String {
    let minutes = n % 60 + 60 * (n / 60 % 24);
    let day = n / 1_440;
    let (hour, minute) = (minutes / 60, minutes % 60);
    format!("2026-{:02}-{:02}T{hour:02}:{minute:02}:00+08:00", 3 + day / 28, 1 + day % 28)
}

fn write(file: &Path, header: &str, row: impl Fn(usize) -> String) -> Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "{header}")?;
    for n in 0..ROWS {
        writeln!(out, "{}", row(n))?;
    }
    Ok(out.flush()?)
}

struct Brought {
    took: Duration,
    memory_mib: f64,
}

fn bring(house: &House, kind: &str, file: &Path) -> Result<Brought> {
    let mapping = mapping(house, kind, file)?;
    let mut import = house.command("import");
    import.args([kind, "--mapping"]).arg(mapping).arg(file).stdout(Stdio::piped());
    let begun = Instant::now();
    let mut child = import.spawn()?;
    let memory_mib = highest(&mut child)?;
    let took = begun.elapsed();
    let said = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&said.stdout);
    if !said.status.success() || !text.contains("refused") && text.is_empty() {
        bail!("the import ended with {}: {text}", said.status);
    }
    Ok(Brought { took, memory_mib })
}

/// The mapping the house proposes, with our form.
fn mapping(house: &House, kind: &str, file: &Path) -> Result<PathBuf> {
    let path = house.folder().join(format!("{kind}.json"));
    let mut propose = house.command("import");
    propose.args([kind, "--propose"]).arg(&path).arg(file);
    shell::output(&mut propose)?;
    let mut mapping: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
    mapping["form"] = "measured".into();
    fs::write(&path, mapping.to_string())?;
    Ok(path)
}

/// Waits for its end; its memory at its highest, in MiB.
fn highest(child: &mut Child) -> Result<f64> {
    let mut highest: f64 = 0.0;
    while child.try_wait()?.is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
        highest = highest.max(kib.unwrap_or(0.0) / 1024.0);
        thread::sleep(LOOK);
    }
    Ok(highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_moment_of_its_own() {
        let moments: std::collections::BTreeSet<String> = (0..ROWS).map(moment).collect();
        assert_eq!(moments.len(), ROWS);
        assert!(moments.iter().all(|it| it.parse::<jiff::Timestamp>().is_ok()));
        assert_eq!(moment(0), "2026-03-01T00:00:00+08:00");
    }
}
