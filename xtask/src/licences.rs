//! The rules of `deny.toml`, checked without `cargo-deny`, so that they hold on every machine: licences,
//! sources and bans. It reads the same file, so that there is one list.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{
    place,
    shell::{self, cargo},
};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks every package in the lock file, for all platforms, and lists those there twice.
///
/// # Errors
/// When a package has a licence or a source that is not allowed, or is banned.
pub fn check() -> Result<()> {
    let said = shell::output(&mut cargo(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&said)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let rules = Rules::read(&fs::read_to_string(place::root().join("deny.toml"))?)?;

    let problems: Vec<String> = packages.iter().filter_map(|it| rules.problem(it)).collect();
    if !problems.is_empty() {
        bail!("{} of {} packages:\n{}", problems.len(), packages.len(), problems.join("\n"));
    }
    let twice = twice(packages);
    println!(
        "{} packages, all from crates.io and with an allowed licence; in more than one version: {}",
        packages.len(),
        if twice.is_empty() { "none".to_owned() } else { twice.join(", ") }
    );
    Ok(())
}

struct Rules {
    /// SPDX identifiers.
    allowed: Vec<String>,
    /// Package and the identifiers allowed for it alone.
    exceptions: Vec<(String, Vec<String>)>,
    banned: Vec<String>,
}

impl Rules {
    /// Reads the part of TOML that `deny.toml` uses: keys with lists of strings or of one-line tables.
    fn read(text: &str) -> Result<Self> {
        let (mut rules, mut section, mut key) = (
            Self { allowed: Vec::new(), exceptions: Vec::new(), banned: Vec::new() },
            String::new(),
            String::new(),
        );
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                name.clone_into(&mut section);
                continue;
            }
            if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('{')) {
                name.clone_into(&mut key);
            }
            let mut strings: Vec<String> =
                line.split('"').skip(1).step_by(2).map(ToOwned::to_owned).collect();
            match (section.as_str(), key.as_str()) {
                ("licenses", "allow") => rules.allowed.append(&mut strings),
                ("licenses", "exceptions") if !strings.is_empty() => {
                    let package = strings.remove(0);
                    rules.exceptions.push((package, strings));
                }
                ("bans", "deny") => rules.banned.extend(strings.into_iter().take(1)),
                _ => (),
            }
        }
        if rules.allowed.is_empty() {
            bail!("deny.toml allows no licence at all");
        }
        Ok(rules)
    }

    fn problem(&self, package: &Value) -> Option<String> {
        let name = package["name"].as_str().unwrap_or("?");
        let version = package["version"].as_str().unwrap_or("?");
        if self.banned.iter().any(|it| it == name) {
            return Some(format!("{name} {version} is banned"));
        }
        // Ours have no source.
        match package["source"].as_str() {
            None | Some(CRATES_IO) => (),
            Some(source) => return Some(format!("{name} {version} comes from {source}")),
        }
        let Some(licence) = package["license"].as_str() else {
            return Some(format!("{name} {version} names no licence"));
        };
        let own = self.exceptions.iter().filter(|(it, _)| it == name).flat_map(|(_, it)| it);
        let allowed: Vec<&str> = self.allowed.iter().chain(own).map(String::as_str).collect();
        (!satisfied(licence, &allowed)).then(|| format!("{name} {version} is under {licence}"))
    }
}

/// Whether an SPDX expression can be met with these licences. `AND` binds tighter than `OR`; the old
/// `A/B` means `A OR B`.
fn satisfied(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = any_of(&words, allowed);
    met && rest.is_empty()
}

fn any_of<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = all_of(words, allowed);
    while let ["OR", after @ ..] = rest {
        let (other, after) = all_of(after, allowed);
        (met, rest) = (met || other, after);
    }
    (met, rest)
}

fn all_of<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let ["AND", after @ ..] = rest {
        let (other, after) = one(after, allowed);
        (met, rest) = (met && other, after);
    }
    (met, rest)
}

fn one<'a>(words: &'a [&'a str], allowed: &[&str]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inner @ ..] => match any_of(inner, allowed) {
            (met, [")", rest @ ..]) => (met, rest),
            (_, rest) => (false, rest),
        },
        [name, "WITH", exception, rest @ ..] => {
            (allowed.contains(&format!("{name} WITH {exception}").as_str()), rest)
        }
        [name, rest @ ..] => (allowed.contains(name), rest),
        [] => (false, words),
    }
}

fn twice(packages: &[Value]) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        if let (Some(name), Some(version)) = (package["name"].as_str(), package["version"].as_str())
        {
            versions.entry(name).or_default().push(version);
        }
    }
    let many = versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    many.map(|(name, versions)| format!("{name} {}", versions.join("+"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: bool) {
        assert_eq!(satisfied(expression, &["MIT", "Unicode-3.0"]), expected, "{expression}");
    }

    #[test]
    fn an_expression_is_met_by_an_allowed_choice() {
        check("MIT", true);
        check("GPL-3.0-only", false);
        check("MIT OR GPL-3.0-only", true);
        check("GPL-3.0-only/MIT", true);
        check("MIT AND GPL-3.0-only", false);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("(GPL-3.0-only OR Apache-2.0) AND Unicode-3.0", false);
        check("GPL-3.0-only OR MIT AND Unicode-3.0", true);
        check("MIT WITH LLVM-exception", false);
        check("(MIT", false);
        check("", false);
    }

    #[test]
    fn the_list_bans_and_exceptions_come_from_the_file() {
        let rules = Rules::read(
            "[licenses]\nallow = [\n  \"MIT\", # why\n]\nexceptions = [\n  { crate = \"a\", allow = [\"MPL-2.0\"] },\n]\n\
             [bans]\ndeny = [\n  { crate = \"openssl-sys\", reason = \"x\" },\n]\n",
        )
        .unwrap();
        assert_eq!(rules.allowed, ["MIT"]);
        assert_eq!(rules.exceptions, [("a".to_owned(), vec!["MPL-2.0".to_owned()])]);
        assert_eq!(rules.banned, ["openssl-sys"]);
    }
}
