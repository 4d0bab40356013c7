//! What runs on Node: packages are installed exactly as their lock file says, and only when it changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{place, shell};

/// The oldest Node that the packages in use accept.
const NODE_MIN: (u32, u32) = (20, 19);

/// Fails with a sentence a newcomer understands when Node is missing or too old.
///
/// # Errors
/// When there is no `node` on the `PATH`, or one older than [`NODE_MIN`].
pub fn require() -> Result<()> {
    let (major, minor) = NODE_MIN;
    let needed = format!("Node.js {major}.{minor} or newer is needed");
    let version = shell::output(Command::new("node").arg("--version")).context(needed.clone())?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    let (Some(Ok(has_major)), Some(Ok(has_minor))) = (numbers.next(), numbers.next()) else {
        bail!("cannot read the version of Node: {version}");
    };
    if (has_major, has_minor) < NODE_MIN {
        bail!("{needed}; this is {}", version.trim());
    }
    Ok(())
}

/// Installs the packages of `folder`, a path in the repository with a `package-lock.json`.
///
/// # Errors
/// When npm fails.
pub fn install(folder: &str) -> Result<PathBuf> {
    let folder = place::root().join(folder);
    install_in(&folder)?;
    Ok(folder)
}

/// Installs a tool that only some machines lack. Its manifest is `e2e/tools/NAME`; it is installed in
/// the build folder, since whoever has the tool already should not find it in the source tree.
///
/// # Errors
/// When npm fails.
pub fn install_tool(name: &str) -> Result<PathBuf> {
    let source = place::root().join("e2e/tools").join(name);
    let folder = place::target().join("tools").join(name);
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(source.join(file), folder.join(file))
            .with_context(|| format!("cannot copy {file} of the tool {name}"))?;
    }
    install_in(&folder)?;
    Ok(folder)
}

fn install_in(folder: &Path) -> Result<()> {
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    require()?;
    println!("installing the packages of {}", folder.display());
    // No package here needs its install script, so none may run one.
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    shell::run(&mut npm)?;
    fs::write(stamp, lock)?;
    Ok(())
}
