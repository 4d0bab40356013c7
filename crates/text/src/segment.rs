//! Words of a Chinese text by dictionary, for keywords and labels that people read.
//!
//! The dictionary, the frequent words of jieba's (MIT; `cargo xtask train-text dictionary` takes them
//! over), is loaded at first use, once a process. Nothing on the way of a submitted answer needs it.

use std::sync::LazyLock;

use jieba_rs::Jieba;

use crate::fold::{Folded, Runs};

static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut words = include_str!("dictionary.txt").as_bytes();
    Jieba::with_dict(&mut words).expect("the crate's own dictionary is tested")
});

/// Words that say nothing about what a text is about.
const EMPTY: &[&str] = &[
    "我们", "你们", "他们", "她们", "自己", "这个", "那个", "这样", "那样", "什么", "怎么", "没有",
    "就是", "还是", "可以", "不是", "但是", "因为", "所以", "如果", "而且", "已经", "现在", "知道",
    "觉得", "感觉", "时候", "一个", "一下", "一直", "一点", "还有", "真的", "非常", "比较", "特别",
    "可能", "应该", "需要", "进行", "以及", "或者", "the", "and", "for", "that", "this", "with",
    "was", "are", "you", "have", "has", "not", "but", "they", "from", "had", "been", "were",
    "will", "would", "your", "our", "can", "all", "just", "get", "got", "very", "its",
];

/// The distinct words of a text worth counting: at least two letters, not empty of meaning, sorted.
/// `own` are words of a tenant (products, places) that the dictionary does not know.
pub fn words(text: &str, own: &[&str]) -> Vec<String> {
    let folded = Folded::new(text, Runs::Shorten).text;
    let mut words: Vec<String> = own
        .iter()
        .map(|word| Folded::new(word, Runs::Shorten).text)
        .filter(|word| !word.is_empty() && folded.contains(word.as_str()))
        .collect();
    let tokens = JIEBA.cut(&folded, true);
    words.extend(tokens.into_iter().map(|t| t.word.to_owned()).filter(|word| is_telling(word)));
    words.sort();
    words.dedup();
    words
}

fn is_telling(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let short = if word.is_ascii() { 3 } else { 2 };
    letters >= short && letters == word.chars().count() && !EMPTY.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_a_manager_would_say() {
        assert_eq!(
            words("我的快遞還沒到，催了兩次！", &[]).iter().filter(|w| *w == "快递").count(),
            1
        );
        assert!(words("回声盒子打不开", &["回声盒子"]).contains(&"回声盒子".to_owned()));
        assert!(words("我们没有 123 ！", &[]).is_empty());
    }
}
