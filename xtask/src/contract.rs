//! The contract with other programs: `openapi.json` as the server describes itself, and the TypeScript
//! types made from it. Both are committed, so that a change of the API is seen in review.

use std::{fs, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    node, place,
    shell::{self, cargo},
};

const DOCUMENT: &str = "openapi.json";
const CLIENT: &str = "web/api";
const TYPES: &str = "src/schema.ts";

/// Writes both from the code.
///
/// # Errors
/// When the server does not build or the types cannot be made.
pub fn write() -> Result<()> {
    fs::write(place::root().join(DOCUMENT), described()?)?;
    types(&[])?;
    println!("wrote {DOCUMENT} and {CLIENT}/{TYPES}");
    Ok(())
}

/// Compares both with the code.
///
/// # Errors
/// When one of them is stale.
pub fn check() -> Result<()> {
    let committed = fs::read_to_string(place::root().join(DOCUMENT)).context(DOCUMENT)?;
    if committed != described()? {
        bail!("{DOCUMENT} is stale: run `cargo xtask openapi` and commit what it writes");
    }
    types(&["--check"]).context("the types are stale: run `cargo xtask openapi`")
}

fn described() -> Result<String> {
    shell::run(&mut cargo(["build", "--locked", "--package", "server"]))?;
    shell::output(Command::new(place::huisheng("debug")).arg("openapi"))
}

fn types(more: &[&str]) -> Result<()> {
    let folder = node::install(CLIENT)?;
    let document = place::root().join(DOCUMENT);
    let mut generator = Command::new("node_modules/.bin/openapi-typescript");
    generator.current_dir(folder).arg(document).args(["--output", TYPES]).args(more);
    shell::run(&mut generator)
}
