//! The staff's console: checked, and built into `web/console/dist`, from where the server takes it in.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{node, place, shell};

const CONSOLE: &str = "web/console";
/// What the console is made of, its packages by their lock.
const SOURCES: [&str; 10] = [
    "web/console/src",
    "web/console/tools",
    "web/console/public",
    "web/console/index.html",
    "web/console/door.html",
    "web/console/vite.config.ts",
    "web/console/tsconfig.json",
    "web/console/package-lock.json",
    "web/api/src",
    "crates/app/locales",
];
/// In the built console: of which sources it is.
const STAMP: &str = "dist/.sources";

/// Builds the console, unless what is built is of these sources.
///
/// # Errors
/// When packages cannot be installed or the build fails.
pub fn build() -> Result<()> {
    let sources = sources()?;
    let stamp = place::root().join(CONSOLE).join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    println!("building the console · 正在构建工作台");
    let folder = node::install(CONSOLE)?;
    shell::run(&mut program(&folder, "vite", &["build", "--logLevel", "warn"]))?;
    fs::write(stamp, sources)?;
    Ok(())
}

/// Types, style, unit tests. `count` runs a test runner and counts what it says.
///
/// # Errors
/// When one of them has something to say.
pub fn check(count: impl FnOnce(&mut Command) -> Result<()>) -> Result<()> {
    let folder = node::install(CONSOLE)?;
    shell::run(&mut program(&folder, "tsc", &["--noEmit", "--project", "."]))?;
    shell::run(&mut program(&folder, "biome", &["check", "--error-on-warnings", "."]))?;
    let mut vitest = program(&folder, "vitest", &["run", "--reporter=default"]);
    count(vitest.env("NO_COLOR", "1"))
}

fn program(folder: &Path, name: &str, args: &[&str]) -> Command {
    let mut program = Command::new(format!("node_modules/.bin/{name}"));
    program.current_dir(folder).args(args);
    program
}

/// A number that changes with any name or content among the sources.
fn sources() -> Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&place::root().join(source), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).with_context(|| path.display().to_string())? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
