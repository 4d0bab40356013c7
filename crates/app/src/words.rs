//! What people read: every sentence of the product by key, in each language.
//!
//! One folder a language, one file a room, all compiled in. A sentence may hold `{names}` that
//! are filled when it is said.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::language::Language;

macro_rules! rooms {
    ($($room:literal),* $(,)?) => {
        const CHINESE: &[&str] = &[$(include_str!(concat!("../locales/zh-CN/", $room, ".json"))),*];
        const ENGLISH: &[&str] = &[$(include_str!(concat!("../locales/en/", $room, ".json"))),*];
    };
}

rooms!("analysis", "answer", "collect", "customer", "handle", "help", "platform", "triage");

type Table = HashMap<String, String>;

static WORDS: LazyLock<[Table; 2]> = LazyLock::new(|| [table(CHINESE), table(ENGLISH)]);

fn table(rooms: &[&str]) -> Table {
    let mut table = Table::new();
    for room in rooms {
        let words: Table = serde_json::from_str(room).expect("the words are checked by a test");
        table.extend(words);
    }
    table
}

fn find(language: Language, key: &str) -> Option<&'static str> {
    let table = &WORDS[usize::from(language == Language::English)];
    table.get(key).map(String::as_str)
}

/// Whether there is such a sentence.
pub fn has(key: &str) -> bool {
    find(Language::Chinese, key).is_some()
}

/// The sentence of `key`. An unknown key is said as it is, so that a fault is seen and not silent.
pub fn say(language: Language, key: &str) -> String {
    find(language, key).unwrap_or(key).to_owned()
}

/// The sentence with its `{names}` filled.
pub fn fill(language: Language, key: &str, values: &[(&str, String)]) -> String {
    let mut text = say(language, key);
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The `{names}` in a sentence.
    fn names(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|it| it.split_once('}')).map(|it| it.0).collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let [chinese, english] = &*WORDS;
        let keys = |table: &Table| table.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(chinese), keys(english));
        for (key, text) in chinese {
            assert_eq!(names(text), names(&english[key]), "{key}");
            assert!(!text.trim().is_empty() && !english[key].trim().is_empty(), "{key} is empty");
        }
    }

    #[test]
    fn no_key_stands_in_two_rooms() {
        for rooms in [CHINESE, ENGLISH] {
            let mut seen = BTreeSet::new();
            for room in rooms {
                let words: Table = serde_json::from_str(room).unwrap();
                for key in words.into_keys() {
                    assert!(seen.insert(key.clone()), "{key} is written twice");
                }
            }
        }
    }

    #[test]
    fn english_is_not_chinese() {
        let han = |it: char| ('\u{4e00}'..='\u{9fff}').contains(&it);
        for (key, text) in &WORDS[1] {
            assert!(key.starts_with("language.") || !text.contains(han), "{key}: {text}");
        }
    }
}
