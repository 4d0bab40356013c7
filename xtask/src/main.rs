//! The chores of this repository, one file each. `cargo xtask help` lists them.

mod bench;
mod console;
mod contract;
mod crash;
mod faults;
mod licences;
mod node;
mod place;
mod postgres;
mod run;
mod shell;
mod test;
mod train_text;
mod vectors;

use std::{env, process::ExitCode};

use anyhow::bail;

const HELP: &str = "\
The two commands a newcomer needs:

  cargo xtask run   [--release] [--port N]      build, fill a demo company, serve it
  cargo xtask test  [--fast] [--only a,b]       everything a change must pass

The others:

  cargo xtask train-text [table|development|dictionary]
                                                train the weights of the crate text; or judge them, or
                                                the recipe; or write its word list
  cargo xtask openapi                           write openapi.json and the TypeScript types from the code
  cargo xtask licences                          licences and sources of every dependency
  cargo xtask vectors FILE                      check the methods against test vectors
  cargo xtask bench WHAT [--engine E] [--write] what the design promises about speed, on a release build
  cargo xtask crash [--kills N] [--engine E]    kill the server under load, then look for what is lost
  cargo xtask crash --rolling yes               replace every process under load; no request may fail
  cargo xtask faults [--connections N]          idle and half-sent requests, a full disk
";

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let result = match command.as_str() {
        "run" => run::run(&rest),
        // How `run` says that the server answers; not for hands.
        "announce" => run::announce(&rest),
        "test" => test::test(&rest),
        "train-text" => train_text::run(&rest),
        "openapi" => contract::write(),
        "licences" => licences::check(),
        "bench" => bench::bench(&rest),
        "crash" => crash::crash(&rest),
        "faults" => faults::faults(&rest),
        "vectors" => vectors::command(&rest),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => unknown(other),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn unknown(command: &str) -> anyhow::Result<()> {
    bail!("there is no `{command}`\n\n{HELP}")
}
