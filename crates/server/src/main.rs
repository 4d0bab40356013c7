//! `huisheng`: one binary, many commands.

use std::process::ExitCode;

use clap::Parser as _;
use server::commands::Cli;

fn main() -> ExitCode {
    match server::commands::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("huisheng: {error:#}");
            ExitCode::FAILURE
        }
    }
}
