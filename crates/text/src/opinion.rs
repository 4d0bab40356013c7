//! Opinions by rule: an opinion word with the negations and degrees that stand before it.
//!
//! Character n-grams carry `不好`; they do not count how many negations there are. This does:
//! `没有不满意的地方` is two negations around `满意`. Such a phrase is read as one piece, and the
//! n-grams inside it have no say of their own.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fold::Folded;
use crate::lexicon::{Hit, Lexicon};

/// An opinion word with what stands before it: folded characters `from..to`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opinion {
    pub from: usize,
    pub to: usize,
    /// Positive is praise; about 1 for a plain word.
    pub score: f32,
    /// The negations change how the word reads, in a way that n-grams are known to misread.
    pub turned: bool,
}

static WORDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::built_in(include_str!("lexicon/opinion.txt")));

/// What may stand between a negation and the word it turns: degrees and fillers with their effect
/// on the strength. Longest first, so that `不是` is not read as `是`.
const BEFORE: &[(&str, Modifier)] = &[
    // Never so disappointed: the negation is about the other times.
    ("从没这么", Modifier::Degree(1.5)),
    ("从没有这么", Modifier::Degree(1.5)),
    ("从来没有这么", Modifier::Degree(1.5)),
    ("从来没这么", Modifier::Degree(1.5)),
    ("从未这么", Modifier::Degree(1.5)),
    ("没见过这么", Modifier::Degree(1.5)),
    ("没有想象中", Modifier::Not),
    ("没有想象的", Modifier::Not),
    ("没有想象中的那么", Modifier::Not),
    ("没有宣传的", Modifier::Not),
    ("没有说的那么", Modifier::Not),
    ("没有什么", Modifier::Not),
    ("没有任何", Modifier::Not),
    ("没有一个", Modifier::Not),
    ("没有一点", Modifier::Not),
    ("没有一丝", Modifier::Not),
    ("没什么", Modifier::Not),
    ("没啥", Modifier::Not),
    ("谈不上", Modifier::Not),
    ("算不上", Modifier::Not),
    ("说不上", Modifier::Not),
    ("称不上", Modifier::Not),
    ("挑不出", Modifier::Not),
    ("找不到", Modifier::Not),
    ("不存在", Modifier::Not),
    ("不是说", Modifier::Not),
    ("不是", Modifier::Not),
    ("不算", Modifier::Not),
    ("不能说", Modifier::Not),
    ("并不", Modifier::Not),
    ("并没有", Modifier::Not),
    ("并没", Modifier::Not),
    ("毫不", Modifier::Not),
    ("毫无", Modifier::Not),
    ("从不", Modifier::Not),
    ("从没", Modifier::Not),
    ("从来没", Modifier::Not),
    ("没有", Modifier::Not),
    ("不会", Modifier::Not),
    ("不怎么", Modifier::Not),
    ("不再", Modifier::Not),
    ("不够", Modifier::Not),
    ("不太", Modifier::Not),
    ("不大", Modifier::Not),
    ("没", Modifier::Not),
    ("不", Modifier::Not),
    ("无", Modifier::Not),
    ("未", Modifier::Not),
    ("非常", Modifier::Degree(1.4)),
    ("特别", Modifier::Degree(1.4)),
    ("十分", Modifier::Degree(1.3)),
    ("相当", Modifier::Degree(1.2)),
    ("极其", Modifier::Degree(1.5)),
    ("比较", Modifier::Degree(0.8)),
    ("有点", Modifier::Degree(0.7)),
    ("有些", Modifier::Degree(0.7)),
    ("稍微", Modifier::Degree(0.6)),
    ("那么", Modifier::Degree(1.0)),
    ("这么", Modifier::Degree(1.2)),
    ("怎么", Modifier::Degree(1.0)),
    ("什么", Modifier::Degree(1.0)),
    ("任何", Modifier::Degree(1.0)),
    ("让人", Modifier::Degree(1.0)),
    ("令人", Modifier::Degree(1.0)),
    ("让我", Modifier::Degree(1.0)),
    ("感到", Modifier::Degree(1.0)),
    ("觉得", Modifier::Degree(1.0)),
    ("出现", Modifier::Degree(1.0)),
    ("一点", Modifier::Degree(1.0)),
    ("太", Modifier::Degree(1.3)),
    ("很", Modifier::Degree(1.2)),
    ("挺", Modifier::Degree(1.0)),
    ("蛮", Modifier::Degree(1.0)),
    ("真", Modifier::Degree(1.2)),
    ("超", Modifier::Degree(1.4)),
    ("最", Modifier::Degree(1.4)),
    ("更", Modifier::Degree(1.1)),
    ("人", Modifier::Degree(1.0)),
    ("的", Modifier::Degree(1.0)),
    ("地", Modifier::Degree(1.0)),
];

/// Words with what they do to the opinion behind them, letter by letter.
type Modifiers = Vec<(Vec<char>, Modifier)>;

/// [`BEFORE`] by the last character of each, in the same order.
static BEFORE_BY_LAST: LazyLock<HashMap<char, Modifiers>> = LazyLock::new(|| {
    let mut by_last: HashMap<char, Modifiers> = HashMap::new();
    for &(word, modifier) in BEFORE {
        let word: Vec<char> = word.chars().collect();
        if let Some(last) = word.last() {
            by_last.entry(*last).or_default().push((word, modifier));
        }
    }
    by_last
});

/// English words of the same sort, whole words, one before the other.
const BEFORE_ENGLISH: &[(&str, Modifier)] = &[
    ("not", Modifier::Not),
    ("no", Modifier::Not),
    ("never", Modifier::Not),
    ("without", Modifier::Not),
    ("nothing", Modifier::Not),
    ("hardly", Modifier::Not),
    ("isn't", Modifier::Not),
    ("wasn't", Modifier::Not),
    ("aren't", Modifier::Not),
    ("weren't", Modifier::Not),
    ("don't", Modifier::Not),
    ("didn't", Modifier::Not),
    ("doesn't", Modifier::Not),
    ("won't", Modifier::Not),
    ("can't", Modifier::Not),
    ("cannot", Modifier::Not),
    ("couldn't", Modifier::Not),
    ("wouldn't", Modifier::Not),
    ("dont", Modifier::Not),
    ("very", Modifier::Degree(1.3)),
    ("really", Modifier::Degree(1.3)),
    ("so", Modifier::Degree(1.2)),
    ("too", Modifier::Degree(1.2)),
    ("extremely", Modifier::Degree(1.5)),
    ("quite", Modifier::Degree(1.0)),
    ("particularly", Modifier::Degree(1.2)),
    ("at", Modifier::Degree(1.0)),
    ("all", Modifier::Degree(1.0)),
    ("that", Modifier::Degree(1.0)),
    ("a", Modifier::Degree(1.0)),
    ("an", Modifier::Degree(1.0)),
    ("the", Modifier::Degree(1.0)),
    ("any", Modifier::Degree(1.0)),
    ("have", Modifier::Degree(1.0)),
    ("been", Modifier::Degree(1.0)),
    ("be", Modifier::Degree(1.0)),
    ("is", Modifier::Degree(1.0)),
    ("as", Modifier::Degree(1.0)),
];

/// Words looked at before an opinion word.
const MODIFIERS_MAX: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Modifier {
    Not,
    Degree(f32),
}

/// The opinions of a text in its order.
pub fn opinions(folded: &Folded) -> Vec<Opinion> {
    let negative = WORDS.list("negative").expect("the list has both directions");
    let mut hits = WORDS.find(folded);
    // Across the two lists too the longer word wins: 不错 is not 错. Of two equally long ones the
    // later wins: 不满意 is 不 and 满意, not 不满.
    let mut chosen: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits.drain(..) {
        match chosen.last_mut().filter(|last| last.to > hit.from) {
            None => chosen.push(hit),
            Some(last) if hit.to - hit.from >= last.to - last.from => *last = hit,
            Some(_) => {}
        }
    }
    chosen.iter().map(|hit| read(folded, hit, hit.list == negative)).collect()
}

fn read(folded: &Folded, hit: &Hit, negative: bool) -> Opinion {
    let latin = folded.chars[hit.from].is_ascii_alphabetic();
    // Some words of the list carry their degree: 很好, 太慢.
    let inner = u32::from("很非太挺蛮最真特超".contains(folded.chars[hit.from]));
    let (mut from, mut nots, mut degree, mut degrees) = (hit.from, 0_u32, 1.0_f32, inner);
    for _ in 0..MODIFIERS_MAX {
        let step = if latin { step_english(folded, from) } else { step_chinese(folded, from) };
        let Some((start, modifier)) = step else { break };
        from = start;
        match modifier {
            Modifier::Not => nots += 1,
            Modifier::Degree(by) => {
                degree *= by;
                degrees += u32::from((by - 1.0).abs() > f32::EPSILON);
            }
        }
    }
    if nots == 0 {
        let score = if negative { -hit.weight } else { hit.weight };
        // "not bad", "no issues": a phrase of the list that has its negation inside.
        let word = folded.slice(hit.from, hit.to);
        let first = word.split(' ').next().filter(|first| first.len() < word.len());
        let turned = first.is_some_and(|first| {
            BEFORE_ENGLISH.iter().any(|(known, m)| *m == Modifier::Not && *known == first)
        });
        return Opinion { from, to: hit.to, score: score * degree, turned };
    }
    let turned_score = match (negative, nots % 2) {
        // 不差, 没有问题: weaker than the plain opposite; two negations around praise: praise.
        (true, 1) => 0.8,
        (true, _) => -hit.weight,
        (false, 1) => {
            if degrees > 0 {
                -0.8
            } else {
                -1.0
            }
        }
        (false, _) => 1.0,
    };
    Opinion { from, to: hit.to, score: turned_score, turned: negative || nots > 1 || degrees > 0 }
}

fn step_chinese(folded: &Folded, end: usize) -> Option<(usize, Modifier)> {
    let last = end.checked_sub(1)?;
    BEFORE_BY_LAST.get(&folded.chars[last])?.iter().find_map(|(word, modifier)| {
        let start = end.checked_sub(word.len())?;
        (folded.chars[start..end] == word[..]).then_some((start, *modifier))
    })
}

fn step_english(folded: &Folded, end: usize) -> Option<(usize, Modifier)> {
    let end = end.checked_sub(1).filter(|&at| folded.chars[at] == ' ')?;
    let word_char = |c: &char| c.is_ascii_alphanumeric() || *c == '\'';
    let length = folded.chars[..end].iter().rev().take(16).take_while(|c| word_char(c)).count();
    let word = folded.slice(end - length, end);
    let known = BEFORE_ENGLISH.iter().find(|(known, _)| *known == word)?;
    Some((end - length, known.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::Runs;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, bool, bool)]) {
        let folded = Folded::new(text, Runs::Shorten);
        let found: Vec<(&str, bool, bool)> = opinions(&folded)
            .into_iter()
            .map(|o| (folded.slice(o.from, o.to), o.score > 0.0, o.turned))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn negations_are_counted() {
        check("满意", &[("满意", true, false)]);
        check("不满意", &[("不满意", false, false)]);
        check("没有不满意的地方", &[("没有不满意", true, true)]);
        check("不是很好", &[("不是很好", false, true)]);
        check("没什么问题", &[("没什么问题", true, true)]);
        check("不错", &[("不错", true, false)]);
        check("并不差", &[("并不差", true, true)]);
        check("not very helpful", &[("not very helpful", false, true)]);
        check("no problems at all", &[("no problems", true, true)]);
        check("从没这么失望过", &[("从没这么失望", false, false)]);
        check("never rude", &[("never rude", true, true)]);
    }
}
