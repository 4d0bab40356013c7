//! `cargo xtask train-text`: trains the weights of the crate `text`, or judges the committed ones.
//!
//! The work is an example of that crate, built optimised: this crate stays small to compile.

use std::process::Command;

use anyhow::{Context, ensure};

/// `table` judges the committed weights and `development` the recipe; `dictionary` writes the word list.
/// Nothing trains the weights anew then.
pub fn run(args: &[String]) -> anyhow::Result<()> {
    let status = Command::new(env!("CARGO"))
        .args(["run", "--release", "--package", "text", "--example", "train", "--"])
        .args(args)
        .status()
        .context("cargo cannot be started")?;
    ensure!(status.success(), "training failed: {status}");
    Ok(())
}
