//! The repository speaks of itself alone: no path, host or name of a machine it was built on.

use crate::source::{expect_none, files};

/// Where a tool may have written an address of its own.
const LOCK_FILES: [&str; 2] = ["Cargo.lock", "package-lock.json"];
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Beginnings of paths that exist on one machine only; put together, so that this file is clean.
fn private_paths() -> Vec<String> {
    let tops = ["root", "work", "Users", "mnt", "home"];
    let mut paths: Vec<String> = tops.iter().map(|it| format!("/{it}/")).collect();
    paths.extend(["t", "w"].map(|it| format!("/tmp/{it}/")));
    paths
}

#[test]
fn no_file_names_a_path_of_the_machine_it_was_written_on() {
    let mut complaints = Vec::new();
    for file in files(&[]) {
        for (number, line) in file.text.lines().enumerate() {
            for path in private_paths() {
                let starts = line.match_indices(&path).any(|(at, _)| {
                    // In the middle of an address or a longer path it is somebody's folder name.
                    !line[..at].ends_with(|it: char| it.is_alphanumeric() || "._-/})".contains(it))
                });
                if starts {
                    complaints.push(format!("{}:{}: {path}", file.path, number + 1));
                }
            }
        }
    }
    expect_none(&complaints);
}

#[test]
fn lock_files_name_packages_and_not_where_they_were_fetched() {
    let mut complaints = Vec::new();
    for file in files(&LOCK_FILES) {
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim();
            let foreign = line.starts_with("source = ") && !line.contains(CRATES_IO);
            if foreign || line.starts_with("\"resolved\"") {
                complaints.push(format!("{}:{}: {line}", file.path, number + 1));
            }
        }
    }
    expect_none(&complaints);
}
