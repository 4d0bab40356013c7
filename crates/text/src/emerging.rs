//! What is new: words of a period against its own baseline, in shares of texts, not in counts; and
//! groups of like texts with labels a manager understands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::segment;
use crate::similar::Bigrams;

/// A word in fewer texts of the period than this is an accident.
const TEXTS_MIN: usize = 3;
/// z of a difference that is not noise, with thousands of words tried (about 1e-4 one-sided).
const Z_MIN: f64 = 3.7;
/// Words of a label.
const LABEL_WORDS: usize = 3;

/// A word that became more frequent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Emerging {
    pub word: String,
    /// Texts of the period with it, and all texts of the period.
    pub texts: usize,
    pub of: usize,
    /// The same for the baseline.
    pub baseline_texts: usize,
    pub baseline_of: usize,
    /// Standard errors between the two shares, after adding half a text to each side.
    pub z: f64,
    /// Indices of texts of the period, at most five, to read.
    pub examples: Vec<usize>,
}

/// Words whose share of the texts rose beyond noise, the surest first. `own` are a tenant's words.
pub fn emerging(period: &[&str], baseline: &[&str], own: &[&str]) -> Vec<Emerging> {
    let now = holders(period, own);
    let before = holders(baseline, own);
    let mut found: Vec<Emerging> = now
        .into_iter()
        .filter(|(_, texts)| texts.len() >= TEXTS_MIN)
        .map(|(word, texts)| {
            let baseline_texts = before.get(&word).map_or(0, Vec::len);
            let z = difference(texts.len(), period.len(), baseline_texts, baseline.len());
            let (of, baseline_of) = (period.len(), baseline.len());
            let examples = texts.iter().copied().take(5).collect();
            Emerging { word, texts: texts.len(), of, baseline_texts, baseline_of, z, examples }
        })
        .filter(|word| word.z >= Z_MIN)
        .collect();
    found.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.word.cmp(&b.word)));
    found
}

/// Each word with the indices of the texts that hold it.
fn holders(texts: &[&str], own: &[&str]) -> BTreeMap<String, Vec<usize>> {
    let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, text) in texts.iter().enumerate() {
        for word in segment::words(text, own) {
            holders.entry(word).or_default().push(at);
        }
    }
    holders
}

/// Two shares compared by their pooled standard error.
#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
fn difference(part: usize, whole: usize, base_part: usize, base_whole: usize) -> f64 {
    let (n, m) = (whole as f64 + 1.0, base_whole as f64 + 1.0);
    let (p, q) = ((part as f64 + 0.5) / n, (base_part as f64 + 0.5) / m);
    let pooled = (p * n + q * m) / (n + m);
    (p - q) / (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt()
}

/// A group of like texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Words that tell this group from the others, the most telling first.
    pub label: Vec<String>,
    /// Indices of its texts, the first is the one the others were put beside.
    pub texts: Vec<usize>,
}

/// Groups texts that are at least `similarity_min` alike (bigram Jaccard) to the first text of a group,
/// the largest group first; texts alone are left out. Labels are the words with the highest share
/// inside times the log of how rare they are outside (class-based TF-IDF, Grootendorst 2022).
pub fn clusters(texts: &[&str], similarity_min: f32, own: &[&str]) -> Vec<Cluster> {
    let sets: Vec<Bigrams> = texts.iter().map(|text| Bigrams::new(text)).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        let alike = |group: &&mut Vec<usize>| sets[group[0]].jaccard(set) >= similarity_min;
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups.sort_by(|a, b| b.len().cmp(&a.len()).then(a[0].cmp(&b[0])));
    let words = holders(texts, own);
    let label = |texts: Vec<usize>| Cluster { label: label(&texts, &words), texts };
    groups.into_iter().map(label).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
fn label(group: &[usize], words: &BTreeMap<String, Vec<usize>>) -> Vec<String> {
    let mut scored: Vec<(f64, &String)> = words
        .iter()
        .filter_map(|(word, texts)| {
            let inside = texts.iter().filter(|at| group.binary_search(at).is_ok()).count();
            let share = inside as f64 / group.len() as f64;
            let rare = (1.0 + group.len() as f64 / texts.len() as f64).ln();
            (share >= 0.5).then_some((share * rare, word))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(LABEL_WORDS).map(|(_, word)| word.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_rises_is_found_and_a_busy_month_is_not_news() {
        let before: Vec<String> = (0..200).map(|i| format!("第{i}次快递配送超时")).collect();
        let mut now: Vec<String> = (0..400).map(|i| format!("第{i}次快递配送超时")).collect();
        now.extend((0..60).map(|i| format!("第{i}个优惠券无法使用")));
        let now: Vec<&str> = now.iter().map(String::as_str).collect();
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let words: Vec<String> = emerging(&now, &before, &[]).into_iter().map(|e| e.word).collect();
        assert!(words.iter().any(|w| w.contains("优惠券")), "{words:?}");
        assert!(!words.iter().any(|w| w.contains("快递")), "{words:?}");
    }

    #[test]
    fn groups_are_labelled_with_their_own_words() {
        let texts =
            ["快递太慢了还没到", "快递太慢了还没送", "退款一直没到账", "退款一直不到账", "你好"];
        let groups = clusters(&texts, 0.4, &[]);
        assert_eq!(groups.iter().map(|g| g.texts.clone()).collect::<Vec<_>>(), [[0, 1], [2, 3]]);
        assert!(groups[0].label.contains(&"快递".to_owned()), "{groups:?}");
        assert!(groups[1].label.contains(&"退款".to_owned()), "{groups:?}");
    }
}
