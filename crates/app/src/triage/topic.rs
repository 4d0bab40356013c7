//! The code book of topics 主题词表: what the reader looks for, extended by each company.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::TenantId;
use domain::platform::staff::check_name;
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use store::Read;
use text::lexicon::LexiconError;
use text::topic::{CodeBook, TOPICS, Topic};

use crate::Result;
use crate::platform::setting::{self, Setting};

/// More topics than this nobody tells apart.
const TOPICS_MAX: usize = 200;
/// More words than this for one topic are a dictionary.
const WORDS_MAX: usize = 200;
const WORD_CHARS_MAX: usize = 40;
const CODE_CHARS_MAX: usize = 40;
/// A topic hangs on at most so many others.
const DEPTH_MAX: usize = 4;
/// A company's own word alone is enough to name its topic.
const WORD_WEIGHT: u8 = 1;

/// The company's own topics, and changes to the built-in ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Topics {
    pub own: Vec<OwnTopic>,
    /// Codes of built-in topics that are not looked for here: a bank has no parcels.
    pub hidden: BTreeSet<String>,
}

/// One of them. Of a built-in code the names and the place change, and the words are added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnTopic {
    /// Stable, lower case letters, digits and underscores.
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    /// The topic above it; none at the top.
    #[serde(default)]
    pub parent: Option<String>,
    /// Words of customers; `退…押金` matches both halves within a sentence.
    #[serde(default)]
    pub words: Vec<String>,
}

impl Topics {
    /// The built-in code book with these.
    pub fn code_book(&self) -> Result<CodeBook, LexiconError> {
        let topic = |it: &OwnTopic| Topic {
            code: it.code.clone(),
            name_zh: it.name_zh.clone(),
            name_en: it.name_en.clone(),
            parent: it.parent.clone(),
        };
        let own: Vec<Topic> = self.own.iter().map(topic).collect();
        let lines = self.own.iter().filter(|it| !it.words.is_empty());
        let lines =
            lines.map(|it| format!("{} {WORD_WEIGHT} | {}\n", it.code, it.words.join(" | ")));
        let book = CodeBook::extended(&own, &lines.collect::<String>())?;
        Ok(book.without(self.hidden.iter().cloned()))
    }

    /// What hangs on what, the built-in topics among them.
    fn parents(&self) -> BTreeMap<&str, Option<&str>> {
        let built_in = TOPICS.iter().map(|(code, _, _, parent)| (*code, *parent));
        built_in.chain(self.own.iter().map(|it| (it.code.as_str(), it.parent.as_deref()))).collect()
    }
}

impl Setting for Topics {
    const KEY: &'static str = "topics";

    fn check(&self) -> Result<(), Refusal> {
        if TOPICS_MAX < self.own.len() {
            return Err(Refusal::invalid("too_many").with("max", TOPICS_MAX).at("own"));
        }
        let parents = self.parents();
        for (at, topic) in self.own.iter().enumerate() {
            let field = |name: &str| format!("own.{at}.{name}");
            check_topic(topic).map_err(|(refusal, name)| refusal.at(field(name)))?;
            if self.own[..at].iter().any(|it| it.code == topic.code) {
                return Err(Refusal::invalid("topic_twice").at(field("code")));
            }
            let mut above = topic.parent.as_deref();
            let mut depth = 0;
            while let Some(parent) = above {
                let Some(next) = parents.get(parent) else {
                    return Err(Refusal::invalid("topic_unknown").at(field("parent")));
                };
                depth += 1;
                if parent == topic.code || DEPTH_MAX < depth {
                    return Err(Refusal::invalid("topic_too_deep")
                        .with("max", DEPTH_MAX)
                        .at(field("parent")));
                }
                above = *next;
            }
        }
        // Whose own topic is not wanted removes it.
        if self.hidden.iter().any(|code| !is_built_in(code)) {
            return Err(Refusal::invalid("topic_unknown").at("hidden"));
        }
        self.code_book().map_err(|_| Refusal::invalid("topic_word").at("own")).map(|_| ())
    }
}

fn is_built_in(code: &str) -> bool {
    TOPICS.iter().any(|it| it.0 == code)
}

/// One topic by itself: what is wrong, and in which of its fields.
fn check_topic(topic: &OwnTopic) -> Result<(), (Refusal, &'static str)> {
    let is_code = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let length = topic.code.chars().count();
    if length == 0 || CODE_CHARS_MAX < length || !topic.code.chars().all(is_code) {
        return Err((Refusal::invalid("topic_code").with("max", CODE_CHARS_MAX), "code"));
    }
    check_name(&topic.name_zh, "name_zh").map_err(|it| (it, "name_zh"))?;
    check_name(&topic.name_en, "name_en").map_err(|it| (it, "name_en"))?;
    if WORDS_MAX < topic.words.len() {
        return Err((Refusal::invalid("too_many").with("max", WORDS_MAX), "words"));
    }
    // These divide and end the lines of a word list.
    let is_bad = |word: &String| {
        let chars = word.trim().chars().count();
        chars == 0 || WORD_CHARS_MAX < chars || word.contains(['|', '#', '\n', '\r'])
    };
    if topic.words.iter().any(is_bad) {
        return Err((Refusal::invalid("topic_word"), "words"));
    }
    Ok(())
}

/// A topic as it is shown and edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub topic: Topic,
    /// The company's own words, beside the built-in ones.
    pub words: Vec<String>,
    /// Every company has it.
    pub is_built_in: bool,
    /// Built in, and not looked for here.
    pub is_hidden: bool,
}

/// The whole code book of a company.
pub async fn topics(conn: &mut Read, tenant: TenantId) -> Result<Vec<Shown>> {
    let own: Topics = setting::get(conn, tenant).await?;
    let Ok(book) = own.code_book() else { return Ok(vec![]) };
    let shown = |topic: &Topic| Shown {
        topic: topic.clone(),
        words: own
            .own
            .iter()
            .find(|it| it.code == topic.code)
            .map_or(vec![], |it| it.words.clone()),
        is_built_in: is_built_in(&topic.code),
        is_hidden: own.hidden.contains(&topic.code),
    };
    Ok(book.topics().iter().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::{OwnTopic, Setting as _, Topics};
    use text::Reader;

    fn topic(code: &str, parent: Option<&str>, words: &[&str]) -> OwnTopic {
        OwnTopic {
            code: code.to_owned(),
            name_zh: "押金".to_owned(),
            name_en: "Deposit".to_owned(),
            parent: parent.map(str::to_owned),
            words: words.iter().map(|&it| it.to_owned()).collect(),
        }
    }

    #[track_caller]
    fn check(own: Vec<OwnTopic>, expected: Option<(&str, &str)>) {
        refused(&Topics { own, ..Topics::default() }, expected);
    }

    #[track_caller]
    fn refused(topics: &Topics, expected: Option<(&str, &str)>) {
        let refused = topics.check().err();
        let found = refused.as_ref().map(|it| (it.code, it.field.as_deref().unwrap_or("")));
        assert_eq!(found, expected);
    }

    #[test]
    fn a_code_book_is_a_tree_of_words() {
        check(vec![], None);
        check(vec![topic("deposit", Some("money"), &["押金", "保证金"])], None);
        check(vec![topic("a", None, &[]), topic("b", Some("a"), &[])], None);
        check(vec![topic("Deposit", None, &[])], Some(("topic_code", "own.0.code")));
        check(vec![topic("", None, &[])], Some(("topic_code", "own.0.code")));
        let twice = vec![topic("a", None, &[]), topic("a", None, &[])];
        check(twice, Some(("topic_twice", "own.1.code")));
        check(vec![topic("a", Some("z"), &[])], Some(("topic_unknown", "own.0.parent")));
        check(vec![topic("a", Some("a"), &[])], Some(("topic_too_deep", "own.0.parent")));
        let circle = vec![topic("a", Some("b"), &[]), topic("b", Some("a"), &[])];
        check(circle, Some(("topic_too_deep", "own.0.parent")));
        // A built-in topic can be hung below, but not on what hangs on it.
        check(
            vec![topic("service", Some("waiting"), &[])],
            Some(("topic_too_deep", "own.0.parent")),
        );
        for word in ["", "  ", "押|金", "押\n金", &"押".repeat(41)] {
            check(vec![topic("a", None, &[word])], Some(("topic_word", "own.0.words")));
        }
    }

    #[test]
    fn own_words_are_read_beside_the_built_in_ones() {
        let own =
            vec![topic("deposit", Some("money"), &["押金"]), topic("refund", None, &["打回来"])];
        let topics = Topics { own, ..Topics::default() };
        let reader = Reader::with_code_book(topics.code_book().unwrap());
        let codes = |said| -> Vec<String> {
            reader.read(said).topics.into_iter().map(|it| it.code).collect()
        };
        assert!(codes("我的押金呢").contains(&"deposit".to_owned()));
        assert!(codes("钱还没打回来").contains(&"refund".to_owned()));
        assert!(codes("退款没到账").contains(&"refund".to_owned()));
    }

    #[test]
    fn a_built_in_topic_that_is_hidden_is_not_looked_for() {
        let hidden = |code: &str| Topics { hidden: [code.to_owned()].into(), ..Topics::default() };
        refused(&hidden("logistics"), None);
        refused(&hidden("deposit"), Some(("topic_unknown", "hidden")));
        let found = |topics: Topics| {
            let reader = Reader::with_code_book(topics.code_book().unwrap());
            reader.read("快递太慢了").topics.iter().any(|it| it.code == "logistics")
        };
        assert!(found(Topics::default()));
        assert!(!found(hidden("logistics")));
        assert!(found(hidden("invoice")));
    }
}
