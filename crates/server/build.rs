//! Lists the files of the built console for `src/console.rs` to take in. Without a built console the
//! list is empty, so that the server compiles on a machine that has no Node.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let dist = root.join("../../web/console/dist");
    // A folder that is not there would be looked for at every build.
    fs::create_dir_all(&dist)?;
    println!("cargo::rerun-if-changed={}", dist.display());
    println!("cargo::rerun-if-changed=build.rs");

    let mut files = Vec::new();
    collect(&dist.canonicalize()?, "", &mut files)?;
    files.sort();
    // Copied first: a console that is built anew meanwhile must not take the files from under the compiler.
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let kept = out.join("console");
    drop(fs::remove_dir_all(&kept));
    fs::create_dir_all(&kept)?;
    let mut list = String::from("&[\n");
    for (at, (name, path)) in files.iter().enumerate() {
        fs::copy(path, kept.join(at.to_string()))?;
        let compressed = PathBuf::from(format!("{}.br", path.display()));
        let mut brotli = "None".to_owned();
        if compressed.is_file() {
            fs::copy(compressed, kept.join(format!("{at}.br")))?;
            brotli = format!("Some(include_bytes!(\"console/{at}.br\"))");
        }
        let plain = format!("include_bytes!(\"console/{at}\")");
        writeln!(list, "    File {{ name: {name:?}, plain: {plain}, brotli: {brotli} }},")
            .expect("a String takes any text");
    }
    list.push_str("]\n");
    fs::write(out.join("console.rs"), list)
}

/// Files below `folder` by the address they are served at; compressed twins and stamps are no files of their own.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_twin = entry.path().extension().is_some_and(|it| it == "br");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else if !name.starts_with('.') && !is_twin {
            files.push((format!("{prefix}{name}"), entry.path()));
        }
    }
    Ok(())
}
