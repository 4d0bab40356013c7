//! Where things are: the repository, the build folder, the binary.

use std::{env, path::PathBuf};

/// The root of the repository, wherever the command was typed.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the repository")
        .to_path_buf()
}

/// The build folder: `target/`, or what `CARGO_TARGET_DIR` says.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |it| root().join(it))
}

/// The built server. `profile` is the name of a folder in the build folder: `debug` or `release`.
pub fn huisheng(profile: &str) -> PathBuf {
    target().join(profile).join("huisheng")
}

/// The first program of that name on the `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(program)).find(|it| it.is_file())
}
