//! The same again: near-duplicates across customers, and the same problem of one customer.

use std::collections::{BTreeMap, BTreeSet};

use crate::fold::{Folded, Runs};

/// Texts with fewer letters than this are never called copies: 好评 is written by everybody.
pub const CHARS_MIN: usize = 8;
/// A pair this alike is a copy (methods: bigram Jaccard, length-aware).
pub const DUPLICATE_MIN: f32 = 0.8;
/// From this score on two texts of one customer speak of the same problem.
pub const SAME_ISSUE_MIN: f32 = 0.4;
/// Up to so many letters in the shorter text two texts are compared by their letters: too few
/// bigrams come back when a short question is asked again in other words.
const LETTERS_FEW: usize = 20;
/// Taken off where both texts have topics and none is the same.
const OTHER_TOPICS: f32 = 0.2;
/// A bigram held by more texts than this says nothing about a pair and would cost a square.
const POSTINGS_MAX: usize = 400;

/// The sorted set of a text's character bigrams, punctuation and blanks left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bigrams {
    grams: Vec<u64>,
    letters: usize,
}

impl Bigrams {
    pub fn new(text: &str) -> Self {
        let folded = Folded::new(text, Runs::Shorten);
        let emoji = |c: &char| *c as u32 >= 0x1_f000;
        let letters: Vec<char> =
            folded.chars.into_iter().filter(|c| c.is_alphanumeric() || emoji(c)).collect();
        let mut grams: Vec<u64> = letters
            .windows(2)
            .map(|pair| u64::from(pair[0] as u32) << 32 | u64::from(pair[1] as u32))
            .collect();
        grams.sort_unstable();
        grams.dedup();
        Self { grams, letters: letters.len() }
    }

    /// Letters and digits of the text.
    pub fn letters(&self) -> usize {
        self.letters
    }

    fn shared(&self, other: &Self) -> usize {
        let (mut a, mut b, mut both) = (0, 0, 0);
        while a < self.grams.len() && b < other.grams.len() {
            match self.grams[a].cmp(&other.grams[b]) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => {
                    (a, b, both) = (a + 1, b + 1, both + 1);
                }
            }
        }
        both
    }

    /// Shared bigrams over all bigrams, 0 to 1; 0 if either has none.
    pub fn jaccard(&self, other: &Self) -> f32 {
        let both = self.shared(other);
        let all = self.grams.len() + other.grams.len() - both;
        if all == 0 { 0.0 } else { ratio(both, all) }
    }

    /// Twice the shared bigrams over the sum of both, kinder to a short text beside a long one.
    fn dice(&self, other: &Self) -> f32 {
        let sum = self.grams.len() + other.grams.len();
        if sum == 0 { 0.0 } else { ratio(2 * self.shared(other), sum) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of bigrams are far below 2^24")]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}

/// Bigram Jaccard of two texts, 0 to 1.
pub fn jaccard(a: &str, b: &str) -> f32 {
    Bigrams::new(a).jaccard(&Bigrams::new(b))
}

/// Two texts that are nearly the same: indices into the slice given, `a < b`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Pair {
    pub a: usize,
    pub b: usize,
    pub jaccard: f32,
}

/// All pairs at least `similarity_min` alike among texts of at least [`CHARS_MIN`] letters, in order.
///
/// An inverted index on the rarest bigrams of each text: two texts with Jaccard `t` share one of the
/// rarest `(1 - t)·n + 1` bigrams of either (prefix filter, Chaudhuri et al. 2006). Only bigrams in
/// more than `POSTINGS_MAX` such prefixes are cut, that is, for template texts by the hundred:
/// then each is still paired with the first of them.
pub fn near_duplicates(texts: &[&str], similarity_min: f32) -> Vec<Pair> {
    let sets: Vec<Bigrams> = texts.iter().map(|text| Bigrams::new(text)).collect();
    let mut frequency: BTreeMap<u64, usize> = BTreeMap::new();
    for gram in sets.iter().flat_map(|set| &set.grams) {
        *frequency.entry(*gram).or_default() += 1;
    }
    let mut postings: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (b, set) in sets.iter().enumerate().filter(|(_, set)| set.letters >= CHARS_MIN) {
        let mut rarest = set.grams.clone();
        rarest.sort_by_key(|gram| (frequency[gram], *gram));
        rarest.truncate(prefix(rarest.len(), similarity_min));
        let mut candidates: Vec<usize> =
            rarest.iter().filter_map(|gram| postings.get(gram)).flatten().copied().collect();
        candidates.sort_unstable();
        candidates.dedup();
        for a in candidates {
            let jaccard = sets[a].jaccard(set);
            if jaccard >= similarity_min {
                pairs.push(Pair { a, b, jaccard });
            }
        }
        for gram in rarest {
            let holders = postings.entry(gram).or_default();
            if holders.len() < POSTINGS_MAX {
                holders.push(b);
            }
        }
    }
    pairs.sort_by_key(|pair| (pair.a, pair.b));
    pairs
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a count of bigrams times a share, both small and not negative"
)]
fn prefix(count: usize, similarity_min: f32) -> usize {
    count - ((similarity_min.clamp(0.0, 1.0) * count as f32).ceil() as usize).min(count) + 1
}

/// How sure two texts of one customer speak of the same problem, with what they share.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SameIssue {
    /// 0 to 1.
    pub score: f32,
    pub same: bool,
    /// Topic codes of both.
    pub topics: Vec<String>,
}

/// Whether `later` speaks of the same problem as `earlier`; both read before, so that their topics
/// need not be read again. Meant for texts of one customer within weeks: there the prior is high.
pub fn same_issue(
    earlier: &str,
    earlier_topics: &[&str],
    later: &str,
    later_topics: &[&str],
) -> SameIssue {
    let topics: Vec<String> = earlier_topics
        .iter()
        .filter(|t| later_topics.contains(t))
        .map(|t| (*t).to_owned())
        .collect();
    let union = earlier_topics.len() + later_topics.len() - topics.len();
    let by_topic = if union == 0 { 0.0 } else { ratio(topics.len(), union) };
    let apart = topics.is_empty() && !earlier_topics.is_empty() && !later_topics.is_empty();
    let by_text = likeness(earlier, later);
    let score = by_text + 0.45 * by_topic - if apart { OTHER_TOPICS } else { 0.0 };
    let score = score.clamp(0.0, 1.0);
    SameIssue { score, same: score >= SAME_ISSUE_MIN, topics }
}

/// How much two texts share, 0 to 0.75: of their Chinese characters if one is short, else, and in
/// languages where letters mean nothing, of their bigrams. Characters coincide more easily.
fn likeness(a: &str, b: &str) -> f32 {
    let (bigrams_a, bigrams_b) = (Bigrams::new(a), Bigrams::new(b));
    let (own_a, own_b) = (characters(a), characters(b));
    let few = bigrams_a.letters.min(bigrams_b.letters) <= LETTERS_FEW;
    if few && own_a.len().min(own_b.len()) > 1 {
        0.7 * ratio(2 * own_a.intersection(&own_b).count(), own_a.len() + own_b.len())
    } else {
        0.75 * bigrams_a.dice(&bigrams_b)
    }
}

/// The distinct Chinese characters that mean something.
fn characters(text: &str) -> BTreeSet<char> {
    let folded = Folded::new(text, Runs::Shorten);
    let telling = |c: &char| ('\u{3400}'..='\u{9fff}').contains(c) && !is_empty(*c);
    folded.chars.into_iter().filter(telling).collect()
}

/// Characters that every question has.
fn is_empty(c: char) -> bool {
    "的了吗呢吧啊我你是请问一下就这那个在".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_found_and_short_texts_are_not() {
        let texts = [
            "送餐很快，味道不错，下次还会再来",
            "好评",
            "客服态度恶劣，问题一直没有解决",
            "送餐很快！味道不错，下次还会再来。",
            "好评",
        ];
        let pairs = near_duplicates(&texts, DUPLICATE_MIN);
        assert_eq!(pairs.iter().map(|p| (p.a, p.b)).collect::<Vec<_>>(), [(0, 3)]);
    }

    #[test]
    fn the_index_finds_what_comparing_all_pairs_finds() {
        let texts: Vec<String> = (0..60_u32)
            .map(|i| {
                format!(
                    "第{}号窗口排队{}分钟没人理会{}",
                    i % 4,
                    i % 7,
                    "请尽快处理".repeat((i % 3) as usize)
                )
            })
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for similarity_min in [0.5, 0.8, 0.95] {
            let mut slow = Vec::new();
            for b in 0..texts.len() {
                for a in 0..b {
                    if jaccard(texts[a], texts[b]) >= similarity_min {
                        slow.push((a, b));
                    }
                }
            }
            slow.sort_unstable();
            let fast: Vec<_> =
                near_duplicates(&texts, similarity_min).iter().map(|p| (p.a, p.b)).collect();
            assert_eq!(fast, slow);
        }
    }

    #[test]
    fn the_same_problem_is_recognised() {
        let same = same_issue(
            "宽带断网三天了没人来修",
            &["system"],
            "我家宽带还是断网，一直没人来修",
            &["system"],
        );
        assert!(same.same, "{same:?}");
        let other =
            same_issue("宽带断网三天了没人来修", &["system"], "发票抬头开错了", &["invoice"]);
        assert!(!other.same, "{other:?}");
        // Nearly the same letters, another thing.
        let other = same_issue("快递三天没送到", &["logistics"], "退款三天没到账", &["refund"]);
        assert!(!other.same, "{other:?}");
        let again = same_issue("怎么还不能借款", &[], "为什么借不了款", &[]);
        let nothing = same_issue("", &[], "！？", &[]);
        assert!(again.score > nothing.score && nothing.score.abs() < f32::EPSILON);
    }
}
