//! Running other programs: what they print goes through, and failing is an error that names them.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::place;

/// A command that starts in the root of the repository.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(place::root());
    command
}

/// `cargo` with these words, as the one that started us.
pub fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = command(&program);
    command.args(args);
    command
}

/// Runs it to the end.
///
/// # Errors
/// When it cannot be started, or does not end well.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", spelled(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", spelled(command));
    }
    Ok(())
}

/// Runs it to the end and returns what it printed; what it says on its error stream goes through.
///
/// # Errors
/// When it cannot be started, does not end well, or prints something that is no text.
pub fn output(command: &mut Command) -> Result<String> {
    command.stderr(std::process::Stdio::inherit());
    let output = command.output().with_context(|| format!("cannot start {}", spelled(command)))?;
    if !output.status.success() {
        bail!("{} ended with {}", spelled(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed no UTF-8", spelled(command)))
}

/// Runs it to the end, passing every line through and to `look` as well. Returns whether it ended well.
///
/// # Errors
/// When it cannot be started or its output cannot be read.
pub fn watch(command: &mut Command, mut look: impl FnMut(&str)) -> Result<bool> {
    let (reader, writer) = std::io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child =
        command.spawn().with_context(|| format!("cannot start {}", spelled(command)))?;
    // Our copies of the writing end must go, or the pipe would never end.
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());

    let mut out = std::io::stdout().lock();
    let mut line = Vec::new();
    let mut reader = BufReader::new(reader);
    while reader.read_until(b'\n', &mut line)? > 0 {
        out.write_all(&line)?;
        look(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(child.wait()?.success())
}

/// The command as a person would type it.
pub fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    let words: Vec<_> = words.map(std::ffi::OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watched_command_is_seen_line_by_line_from_both_streams() {
        let mut seen = Vec::new();
        let well =
            watch(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]), |line| {
                seen.push(line.to_owned());
            });
        assert!(!well.unwrap());
        assert_eq!(seen, ["one", "two"]);
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().starts_with("`sh -c exit 3` ended with"), "{error}");
    }
}
