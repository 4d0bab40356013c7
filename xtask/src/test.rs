//! `cargo xtask test`: what a change must pass, from formatting to a real browser. Nothing needs to be
//! installed but Rust and Node: a missing PostgreSQL or Chromium is brought by npm.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    console, contract, crash, faults, licences, node, place,
    postgres::Postgres,
    shell::{self, cargo},
};

struct Step {
    name: &'static str,
    what: &'static str,
    /// Part of `--fast`: the answer within a minute or two of a change.
    fast: bool,
    run: fn(&mut Tally) -> Result<()>,
}

/// In this order, cheap and likely to fail first; the first failure ends the run.
const STEPS: [Step; 12] = [
    Step { name: "format", what: "cargo fmt", fast: true, run: format },
    Step { name: "licences", what: "licences, sources and bans", fast: true, run: supply_chain },
    Step { name: "console", what: "the console: types, style, build", fast: false, run: console },
    Step { name: "lint", what: "cargo clippy with traces and without", fast: true, run: lint },
    Step { name: "docs", what: "cargo doc, warnings are errors", fast: false, run: docs },
    Step { name: "sqlite", what: "Rust tests on SQLite", fast: true, run: on_sqlite },
    Step { name: "postgres", what: "Rust tests on PostgreSQL", fast: false, run: on_postgres },
    Step { name: "build", what: "the binary, as `run` builds it", fast: false, run: build },
    Step { name: "crash", what: "killed under load, a few times", fast: false, run: crashed },
    Step { name: "openapi", what: "openapi.json and its types are fresh", fast: false, run: fresh },
    Step { name: "types", what: "TypeScript type check", fast: false, run: types },
    Step { name: "browser", what: "journeys in a real browser", fast: false, run: browser },
];

/// Tests of these crates touch a database, and so run on both engines.
const CRATES_ON_BOTH_ENGINES: [&str; 3] = ["store", "app", "server"];

/// How many tests ran, over all suites.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

/// Runs the steps that `args` ask for; all without arguments.
///
/// # Errors
/// When a step fails, or an argument is unknown.
pub fn test(args: &[String]) -> Result<()> {
    let chosen = choose(args)?;
    let mut tally = Tally::default();
    let mut times: Vec<(&str, Duration, Tally)> = Vec::new();
    let mut failure = None;
    for step in chosen {
        println!("\n── {}: {}", step.name, step.what);
        let (start, before) = (Instant::now(), tally);
        let result = (step.run)(&mut tally);
        times.push((step.name, start.elapsed(), tally.since(before)));
        if let Err(error) = result {
            failure = Some((step.name, error));
            break;
        }
    }

    println!();
    for (name, time, counted) in &times {
        let failed = failure.as_ref().is_some_and(|(it, _)| it == name);
        let verdict = if failed { "FAILED" } else { "ok" };
        println!("{name:<10} {verdict:<7} {:>6.1} s  {}", time.as_secs_f64(), counted.in_words());
    }
    let total: Duration = times.iter().map(|(_, time, _)| *time).sum();
    println!("{:<10} {:<7} {:>6.1} s", "total", "", total.as_secs_f64());
    // A step like the linter can fail without a test that failed.
    tally.failed += u64::from(failure.is_some() && tally.failed == 0);
    println!("\n{}", tally.line());
    match failure {
        None => Ok(()),
        Some((name, error)) => Err(error.context(format!("the step `{name}` failed"))),
    }
}

fn choose(args: &[String]) -> Result<Vec<&'static Step>> {
    let names = || STEPS.map(|it| it.name).join(", ");
    let all = STEPS.iter();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(all.collect()),
        ["--fast"] => Ok(all.filter(|it| it.fast).collect()),
        ["--only", list] => {
            let wanted: Vec<_> = list.split(',').collect();
            if let Some(unknown) = wanted.iter().find(|it| STEPS.iter().all(|s| s.name != **it)) {
                bail!("there is no step `{unknown}`; there are {}", names());
            }
            Ok(all.filter(|it| wanted.contains(&it.name)).collect())
        }
        _ => bail!("usage: cargo xtask test [--fast | --only a,b], of {}", names()),
    }
}

fn format(_: &mut Tally) -> Result<()> {
    shell::run(&mut cargo(["fmt", "--all", "--check"]))
}

fn supply_chain(_: &mut Tally) -> Result<()> {
    if place::on_path("cargo-deny").is_some() {
        return shell::run(&mut cargo(["deny", "check", "licenses", "bans", "sources"]));
    }
    println!("cargo-deny is not installed; checking deny.toml's rules here");
    licences::check()
}

/// Before everything that compiles the server, which takes in what is built here.
fn console(tally: &mut Tally) -> Result<()> {
    console::check(|vitest| count(tally, vitest))?;
    console::build()
}

fn lint(_: &mut Tally) -> Result<()> {
    let args = ["clippy", "--locked", "--workspace", "--all-targets"];
    let deny = ["--", "-D", "warnings"];
    shell::run(cargo(args).args(deny))?;
    // And the server without traces: otherwise nobody would compile it.
    shell::run(cargo(args).arg("--no-default-features").args(deny))
}

fn docs(_: &mut Tally) -> Result<()> {
    let mut doc =
        cargo(["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"]);
    // Read by those who work on the code: a link to what is private leads somewhere.
    shell::run(doc.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private-intra-doc-links"))
}

fn on_sqlite(tally: &mut Tally) -> Result<()> {
    if has_nextest() {
        let mut nextest = cargo(["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]);
        count(tally, as_tests_run(&mut nextest).env_remove("TEST_PG_URL"))?;
        // The one kind that nextest does not run.
        let mut examples = cargo(["test", "--locked", "--workspace", "--doc"]);
        return count(tally, as_tests_run(&mut examples).env_remove("TEST_PG_URL"));
    }
    println!("cargo-nextest is not installed; running the tests with `cargo test`");
    let mut test = cargo(["test", "--locked", "--workspace", "--no-fail-fast"]);
    count(tally, as_tests_run(&mut test).env_remove("TEST_PG_URL"))
}

fn on_postgres(tally: &mut Tally) -> Result<()> {
    if let Ok(url) = std::env::var("TEST_PG_URL") {
        println!("on the server of TEST_PG_URL");
        return on_postgres_at(&url, tally);
    }
    let server = Postgres::start()?;
    println!("on {}", server.version);
    on_postgres_at(&server.url, tally)
}

fn on_postgres_at(url: &str, tally: &mut Tally) -> Result<()> {
    if has_nextest() {
        let crates = CRATES_ON_BOTH_ENGINES.map(|it| format!("package({it})")).join(" + ");
        // A filter, not `-p`: another choice of packages would be another choice of features to build.
        let mut nextest = cargo(["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]);
        nextest.args(["--filterset", &crates]).env("TEST_PG_URL", url);
        return count(tally, as_tests_run(&mut nextest));
    }
    let mut failed = Vec::new();
    for (folder, program) in test_programs()? {
        let mut test = Command::new(&program);
        test.current_dir(&folder).env("CARGO_MANIFEST_DIR", &folder).env("TEST_PG_URL", url);
        println!("{}", program.display());
        if let Err(error) = count(tally, as_tests_run(&mut test)) {
            failed.push(error.to_string());
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("{}", failed.join("; ")) }
}

/// The test programs of the crates with a database, each with the folder it runs in.
fn test_programs() -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut build = cargo(["test", "--locked", "--workspace", "--no-run"]);
    let said = shell::output(build.arg("--message-format=json-render-diagnostics"))?;
    let mut programs = Vec::new();
    for line in said.lines() {
        let message: serde_json::Value = serde_json::from_str(line)?;
        let Some(program) = message["executable"].as_str() else { continue };
        let manifest = message["manifest_path"].as_str().context("an artifact of no package")?;
        let folder = PathBuf::from(manifest).parent().context("a manifest in /")?.to_path_buf();
        let on_both = CRATES_ON_BOTH_ENGINES.iter().any(|it| folder.ends_with(it));
        if on_both && message["profile"]["test"] == true {
            programs.push((folder, PathBuf::from(program)));
        }
    }
    Ok(programs)
}

/// The short forms of `cargo xtask crash` and `cargo xtask faults`.
fn crashed(_: &mut Tally) -> Result<()> {
    let binary = place::huisheng("debug").to_string_lossy().into_owned();
    let few = ["--connections", "300", "--silence", "5", "--only", "idle", "--binary", &binary];
    faults::faults(&few.map(str::to_owned))?;
    crash::crash(&["--kills", "3", "--binary", &binary].map(str::to_owned))
}

fn build(_: &mut Tally) -> Result<()> {
    shell::run(&mut cargo(["build", "--locked", "--package", "server"]))
}

fn fresh(_: &mut Tally) -> Result<()> {
    contract::check()
}

fn types(_: &mut Tally) -> Result<()> {
    for entry in fs::read_dir(place::root().join("web"))? {
        let folder = entry?.path();
        // The console checks itself.
        if !folder.join("tsconfig.json").is_file() || folder.ends_with("console") {
            continue;
        }
        let name = folder.file_name().context("a folder without a name")?.to_string_lossy();
        println!("web/{name}");
        let folder = node::install(&format!("web/{name}"))?;
        let mut tsc = Command::new("node_modules/.bin/tsc");
        shell::run(tsc.current_dir(folder).args(["--noEmit", "--project", "."]))?;
    }
    Ok(())
}

fn browser(tally: &mut Tally) -> Result<()> {
    let folder = node::install("e2e")?;
    let mut tools = Vec::new();
    let npm_only = std::env::var_os("XTASK_NPM_TOOLS").is_some();
    if npm_only || ["chromium", "google-chrome"].iter().all(|it| place::on_path(it).is_none()) {
        tools.push(("CHROMIUM_PACKAGE", node::install_tool("chromium")?));
    }
    let fonts = shell::output(Command::new("fc-list").arg(":lang=zh-cn")).unwrap_or_default();
    if npm_only || fonts.trim().is_empty() {
        tools.push(("FONTS_PACKAGE", node::install_tool("fonts")?));
    }
    let mut prepare = Command::new("node");
    shell::run(prepare.current_dir(&folder).arg("lib/prepare.mjs").envs(tools.clone()))?;
    let mut journeys = Command::new("node");
    journeys.current_dir(&folder).args(["--test", "--test-reporter=spec", "--test-timeout=300000"]);
    // Each file has a server, a database and a browser of its own, and waits more than it computes.
    journeys.arg("--test-concurrency=2");
    let files = fs::read_dir(folder.join("journeys"))?.flatten().map(|it| it.path());
    let mut files: Vec<_> = files.filter(|it| it.extension().is_some_and(|e| e == "mjs")).collect();
    files.sort();
    journeys.args(files).envs(tools).env("E2E_BINARY", place::huisheng("debug"));
    count(tally, &mut journeys)
}

fn has_nextest() -> bool {
    place::on_path("cargo-nextest").is_some()
}

/// A snapshot that differs is a failure, never a new file.
fn as_tests_run(command: &mut Command) -> &mut Command {
    command.env("INSTA_UPDATE", "no")
}

/// Runs a test runner and adds what its closing lines say.
fn count(tally: &mut Tally, command: &mut Command) -> Result<()> {
    let mut counted = Tally::default();
    let well = shell::watch(command, |line| counted.read(line))?;
    *tally = Tally {
        passed: tally.passed + counted.passed,
        failed: tally.failed + counted.failed,
        skipped: tally.skipped + counted.skipped,
    };
    if !well {
        bail!("{} failed", shell::spelled(command));
    }
    Ok(())
}

impl Tally {
    /// Adds what a closing line of nextest, `cargo test` or Node's runner says.
    fn read(&mut self, line: &str) {
        let line = line.trim_start();
        let words: Vec<&str> = line.split([' ', ',', ';']).filter(|it| !it.is_empty()).collect();
        let before = |word: &str| {
            let at = words.iter().position(|it| *it == word)?;
            words.get(at.checked_sub(1)?)?.parse::<u64>().ok()
        };
        if let ["Tests", ..] = words[..] {
            self.passed += before("passed").unwrap_or(0);
            self.failed += before("failed").unwrap_or(0);
            self.skipped += before("skipped").unwrap_or(0);
        } else if line.starts_with("test result:") || line.starts_with("Summary [") {
            self.passed += before("passed").unwrap_or(0);
            self.failed += before("failed").unwrap_or(0);
            self.skipped += before("ignored").or_else(|| before("skipped")).unwrap_or(0);
        } else if let ["ℹ" | "#", name, number] = words[..] {
            let Ok(number) = number.parse::<u64>() else { return };
            match name {
                "pass" => self.passed += number,
                "fail" | "cancelled" => self.failed += number,
                "skipped" | "todo" => self.skipped += number,
                _ => (),
            }
        }
    }

    fn since(self, before: Self) -> Self {
        Self {
            passed: self.passed - before.passed,
            failed: self.failed - before.failed,
            skipped: self.skipped - before.skipped,
        }
    }

    fn in_words(self) -> String {
        if self == Self::default() { String::new() } else { self.line() }
    }

    fn line(self) -> String {
        let Self { passed, failed, skipped } = self;
        let rest = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        format!("{passed} passed, {failed} failed{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: [u64; 3]) {
        let mut tally = Tally::default();
        tally.read(line);
        assert_eq!([tally.passed, tally.failed, tally.skipped], expected, "{line}");
    }

    #[test]
    fn the_closing_lines_of_each_runner_are_understood() {
        check("     Summary [   0.4s] 30 tests run: 30 passed, 2 skipped", [30, 0, 2]);
        check("Summary [ 12.0s] 9 tests run: 7 passed (1 slow), 2 failed, 0 skipped", [7, 2, 0]);
        check(
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            [5, 0, 1],
        );
        check("      Tests  2 failed | 9 passed (11)", [9, 2, 0]);
        check("ℹ pass 12", [12, 0, 0]);
        check("# fail 3", [0, 3, 0]);
        check("ℹ duration_ms 12", [0, 0, 0]);
        check("I heard that 7 passed", [0, 0, 0]);
    }

    #[test]
    fn the_closing_line_of_all_names_skipped_tests_only_if_there_are_some() {
        assert_eq!(Tally { passed: 3, failed: 0, skipped: 0 }.line(), "3 passed, 0 failed");
        assert_eq!(
            Tally { passed: 3, failed: 1, skipped: 2 }.line(),
            "3 passed, 1 failed, 2 skipped"
        );
    }

    #[test]
    fn an_unknown_step_is_refused_by_name() {
        let error = choose(&["--only".to_owned(), "lint,paint".to_owned()]).err().unwrap();
        assert!(error.to_string().starts_with("there is no step `paint`"), "{error}");
    }
}
