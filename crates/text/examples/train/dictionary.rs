//! The dictionary of the crate: the frequent words of jieba's own, and those of its rare ones that
//! the crate's word lists know (`客服`, `验证码`).
//!
//! All of its 349 000 words load in 133 ms, most of them names seen three times in newspapers. The
//! file is written anew when jieba is: `cargo xtask train-text dictionary`.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Words seen less often are left out; their letters are joined by jieba's model of new words.
const FREQUENCY_MIN: u32 = 5;
/// The word lists whose words stay.
const LISTS: [&str; 4] = [
    include_str!("../../src/lexicon/topic.txt"),
    include_str!("../../src/lexicon/kind.txt"),
    include_str!("../../src/lexicon/behaviour.txt"),
    include_str!("../../src/lexicon/emotion.txt"),
];

/// Writes `src/dictionary.txt`: a word and its frequency a line, in jieba's order.
pub fn write() -> Result<()> {
    let source = std::fs::read_to_string(source()?)?;
    let mut words = String::new();
    for line in source.lines() {
        let mut fields = line.split(' ');
        let (Some(word), Some(Ok(frequency))) =
            (fields.next(), fields.next().map(str::parse::<u32>))
        else {
            continue;
        };
        let known = frequency >= FREQUENCY_MIN || LISTS.iter().any(|list| list.contains(word));
        if known && !word.is_ascii() {
            words.extend([word, " ", &frequency.to_string(), "\n"]);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/dictionary.txt");
    println!("dictionary.txt: {} words, {} bytes", words.lines().count(), words.len());
    std::fs::write(path, words)
}

/// Where cargo keeps the dictionary of the locked jieba.
fn source() -> Result<PathBuf> {
    let output =
        Command::new("cargo").args(["metadata", "--format-version", "1", "--locked"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array();
    let jieba = packages.and_then(|all| all.iter().find(|package| package["name"] == "jieba-rs"));
    let manifest = jieba.and_then(|package| package["manifest_path"].as_str());
    let manifest = manifest.ok_or_else(|| Error::other("jieba-rs is not in the lock"))?;
    Ok(Path::new(manifest).with_file_name("src").join("data/dict.txt"))
}
