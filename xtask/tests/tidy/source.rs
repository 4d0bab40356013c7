//! The files of the repository, and Rust cut into the few tokens that the rules look at.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that are not ours, or made by a build.
const NOT_OURS: [&str; 7] =
    [".git", "target", "node_modules", "dist", ".huisheng", "screenshots", "huisheng-files"];

/// One file of the repository.
pub struct File {
    /// Relative to the root, with `/`.
    pub path: String,
    pub text: String,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Every text file whose path ends with one of `endings`; all text files when there are none.
pub fn files(endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    visit(&root(), &mut |path| {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        if endings.is_empty() || endings.iter().any(|it| name.ends_with(it)) {
            // What is no text has no rules.
            if let Ok(text) = fs::read_to_string(path) {
                found.push(File { path: name, text });
            }
        }
    });
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no file ends with {endings:?}");
    found
}

fn visit(dir: &Path, look: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let name = entry.file_name();
        if entry.file_type().unwrap().is_dir() {
            if !NOT_OURS.iter().any(|it| name == *it) {
                visit(&path, look);
            }
        } else if name != ".git" {
            // In a worktree `.git` is a file.
            look(&path);
        }
    }
}

/// Fails with all complaints at once, so that one run shows all there is to mend.
#[track_caller]
pub fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Word(String),
    /// The contents of a string literal, escapes left as they are.
    Text(String),
    Sign(char),
}

/// Tokens with their line, without comments, lifetimes, characters and numbers.
pub fn tokens(text: &str) -> Vec<(usize, Token)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut line, mut tokens) = (0, 1, Vec::new());
    while at < chars.len() {
        let start = at;
        let token = match chars[at] {
            '/' if chars.get(at + 1) == Some(&'/') => {
                at = position(&chars, at, |it| it == '\n');
                None
            }
            '/' if chars.get(at + 1) == Some(&'*') => {
                at += 2;
                while at < chars.len() && !(chars[at - 1] == '*' && chars[at] == '/') {
                    at += 1;
                }
                at += 1;
                None
            }
            '"' => Some(plain_text(&chars, &mut at)),
            'r' | 'b' if raw_hashes(&chars, at).is_some() => Some(raw_text(&chars, &mut at)),
            '\'' => {
                skip_character(&chars, &mut at);
                None
            }
            it if it.is_alphanumeric() || it == '_' => {
                at = position(&chars, at, |it| !it.is_alphanumeric() && it != '_');
                Some(Token::Word(chars[start..at].iter().collect()))
            }
            it => {
                at += 1;
                (!it.is_whitespace()).then_some(Token::Sign(it))
            }
        };
        tokens.extend(token.map(|it| (line, it)));
        line += chars[start..at.min(chars.len())].iter().filter(|it| **it == '\n').count();
    }
    tokens
}

fn position(chars: &[char], from: usize, stop: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|it| stop(*it)).map_or(chars.len(), |it| from + it)
}

fn plain_text(chars: &[char], at: &mut usize) -> Token {
    let start = *at + 1;
    *at = start;
    while *at < chars.len() && chars[*at] != '"' {
        *at += if chars[*at] == '\\' { 2 } else { 1 };
    }
    *at += 1;
    Token::Text(chars[start..*at - 1].iter().collect())
}

/// How many `#` a raw string at `at` has; `None` if there is none.
fn raw_hashes(chars: &[char], at: usize) -> Option<usize> {
    let after_r = match chars[at..] {
        ['b', 'r', ..] => at + 2,
        ['r', ..] => at + 1,
        _ => return None,
    };
    let quote = position(chars, after_r, |it| it != '#');
    (chars.get(quote) == Some(&'"')).then_some(quote - after_r)
}

fn raw_text(chars: &[char], at: &mut usize) -> Token {
    let hashes = raw_hashes(chars, *at).unwrap();
    let start = position(chars, *at, |it| it == '"') + 1;
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let length = chars[start..].windows(end.len()).position(|it| it == end).unwrap();
    *at = start + length + end.len();
    Token::Text(chars[start..start + length].iter().collect())
}

/// A character literal, or the quote of a lifetime.
fn skip_character(chars: &[char], at: &mut usize) {
    *at += match chars[*at..] {
        ['\'', '\\', _, '\'', ..] => 4,
        ['\'', '\\', ..] => position(chars, *at + 1, |it| it == '\'') + 1 - *at,
        ['\'', _, '\'', ..] => 3,
        _ => 1,
    };
}

#[test]
fn rust_is_cut_into_words_texts_and_signs() {
    let cut: Vec<_> =
        tokens("// no\nfn a<'x>() { b(\"c\\\"d\", r#\"e\"f\"#, '\"', '\\'') } /* g */")
            .into_iter()
            .filter_map(|(line, it)| match it {
                Token::Word(word) => Some((line, word)),
                Token::Text(text) => Some((line, format!("<{text}>"))),
                Token::Sign(_) => None,
            })
            .collect();
    let expected = ["fn", "a", "x", "b", "<c\\\"d>", "<e\"f>"];
    assert_eq!(cut, expected.map(|it| (2, it.to_owned())));
}
