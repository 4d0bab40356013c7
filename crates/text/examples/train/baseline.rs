//! What the reader is compared with: naive Bayes and a plain linear model, each trained and judged on
//! one corpus alone, on the same split.

use std::collections::{BTreeSet, HashMap};

use text::feature;
use text::fold::{Folded, Runs};
use text::train::{self, Example, Settings};

use crate::corpus::Row;

/// The sorted distinct n-grams of 1 to 3 characters.
fn grams(text: &str) -> Vec<u32> {
    let mut hashes = Vec::new();
    feature::chars(&Folded::new(text, Runs::Shorten), 3, 1, |f| hashes.push(f.hash));
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Rows as examples over the n-grams that two training texts hold.
fn examples(rows: &[&Row], known: &HashMap<u32, u32>) -> Vec<Example> {
    let slots = |row: &Row| -> Vec<u32> {
        grams(&row.text).iter().filter_map(|hash| known.get(hash).copied()).collect()
    };
    rows.iter()
        .map(|row| Example {
            slots: slots(row),
            label: f32::from(u8::from(row.positive)),
            weight: 1.0,
        })
        .collect()
}

/// Accuracy of naive Bayes and of logistic regression.
pub fn accuracies(rows: &[&Row]) -> [f64; 2] {
    let (held, learned): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.held_out);
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for hash in learned.iter().flat_map(|row| grams(&row.text)) {
        *counts.entry(hash).or_default() += 1;
    }
    let known: BTreeSet<u32> =
        counts.into_iter().filter(|(_, count)| *count >= 2).map(|(hash, _)| hash).collect();
    let known: HashMap<u32, u32> = known.into_iter().zip(0..).collect();
    let (learned, held) = (examples(&learned, &known), examples(&held, &known));
    let plain = Settings { rate: 0.1, bayes: 0.0, ..Settings::default() };
    let linear = train::logistic(&learned, known.len(), &plain);
    let bayes = bayes(&learned, known.len());
    [bayes, linear].map(|model| {
        let right = held.iter().filter(|it| (model.score(&it.slots) >= 0.0) == (it.label > 0.5));
        share(right.count(), held.len())
    })
}

/// Multinomial naive Bayes with one added to each count, as weights of a linear model. Scores are
/// normed like all others, so the prior is left to the bias of an average text.
fn bayes(examples: &[Example], size: usize) -> train::Weights {
    let (mut yes, mut no) = (vec![1.0_f32; size], vec![1.0_f32; size]);
    for example in examples {
        let counts = if example.label > 0.5 { &mut yes } else { &mut no };
        for slot in &example.slots {
            counts[*slot as usize] += 1.0;
        }
    }
    let total = (yes.iter().sum::<f32>() / no.iter().sum::<f32>()).ln();
    let slots = yes.iter().zip(&no).map(|(yes, no)| (yes / no).ln() - total).collect();
    train::Weights { slots, bias: 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
