//! Every sentence that the code says exists in both languages. That the two languages have the same keys
//! and the same `{names}` is tested beside the words, in `app`.

use std::collections::BTreeSet;

use crate::source::{Token, expect_none, files, tokens};

/// Constructors of a refusal whose first text is its code.
const REFUSALS: [&str; 7] =
    ["new", "invalid", "conflict", "forbidden", "gone", "too_many", "not_found"];

fn keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for file in files(&[".json"]).iter().filter(|it| it.path.contains("/locales/zh-CN/")) {
        let words: serde_json::Value = serde_json::from_str(&file.text).unwrap();
        keys.extend(words.as_object().unwrap().keys().cloned());
    }
    assert!(keys.len() > 20, "the words have moved");
    keys
}

/// The key that the tokens at the start of `rest` say, if they say one.
fn said(rest: &[(usize, Token)]) -> Option<String> {
    let word = |at: usize| match rest.get(at) {
        Some((_, Token::Word(word))) => word.as_str(),
        _ => "",
    };
    let sign = |at: usize| match rest.get(at) {
        Some((_, Token::Sign(sign))) => *sign,
        _ => ' ',
    };
    let text = |at: usize| match rest.get(at) {
        Some((_, Token::Text(text))) => Some(text.as_str()),
        _ => None,
    };
    if word(0) == "Refusal" && sign(1) == ':' && sign(2) == ':' && sign(4) == '(' {
        let how = word(3);
        if !REFUSALS.contains(&how) {
            return None;
        }
        // `new` has the class first: `Class :: Gone ,`.
        let code = text(if how == "new" { 10 } else { 5 })?;
        let group = if how == "not_found" { "thing" } else { "error" };
        return Some(format!("{group}.{code}"));
    }
    if matches!(word(0), "say" | "fill") && sign(1) == '(' {
        // Keys have a group; other things are said as well, by functions of the same name.
        let key = (2..6).find_map(text).filter(|it| it.contains('.') && !it.contains(' '));
        return key.map(ToOwned::to_owned);
    }
    None
}

#[test]
fn every_sentence_that_is_said_exists() {
    let keys = keys();
    let mut complaints = Vec::new();
    for file in files(&[".rs"]).iter().filter(|it| it.path.starts_with("crates/")) {
        // Tests may say what does not exist.
        let code = file.text.split("#[cfg(test)]").next().unwrap_or_default();
        let tokens = tokens(code);
        for at in 0..tokens.len() {
            if let Some(key) = said(&tokens[at..]).filter(|it| !keys.contains(it)) {
                complaints.push(format!("{}:{}: {key} has no words", file.path, tokens[at].0));
            }
        }
    }
    expect_none(&complaints);
}
