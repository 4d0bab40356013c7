//! Routing to a tenant's own categories, learned from a hundred corrected cases upwards.
//!
//! Multinomial logistic regression on hashed character n-grams (and English words), each feature
//! weighted by how unevenly it is spread over the categories. Only seen features are stored, and of
//! those no more than a bounded table holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::feature;
use crate::fold::{Folded, Runs, head};
use crate::linear::slot;
use crate::span::{Evidence, heaviest};

/// Slots of the hashed features.
const BITS: u32 = 20;
const CHARS_MAX: usize = 3;
/// Fewer examples than this teach nothing.
const EXAMPLES_MIN: usize = 8;
const EPOCHS: u32 = 30;
const RATE: f32 = 0.3;
/// Letters read of a text: what it is about stands at its beginning.
const LETTERS_MAX: usize = 1_200;
const EVIDENCE_MAX: usize = 6;
/// Labels told apart, at most; of more the most frequent.
const LABELS_MAX: usize = 256;
/// Bytes of a label, at most; the rest is cut.
const LABEL_BYTES_MAX: usize = 256;
/// Features times labels, at most: what a router weighs in memory and stored.
const CELLS_MAX: usize = 1 << 20;
/// A router is never stored in more bytes: labels with length and bias, features with slot and own
/// weight (two labels at least, so half as many features as cells), cells.
pub(crate) const BYTES_MAX: usize =
    8 + LABELS_MAX * (LABEL_BYTES_MAX + 8) + CELLS_MAX / 2 * 8 + CELLS_MAX * 4;

/// A category with its probability and the pieces that speak for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    pub label: String,
    /// All sum to 1. Below about 0.5 a person should choose.
    pub probability: f32,
    pub spans: Vec<Evidence>,
}

/// A trained router.
#[derive(Clone, Debug, PartialEq)]
pub struct Router {
    labels: Vec<String>,
    bias: Vec<f32>,
    /// Weight of a feature as such, and its weights towards each label.
    features: BTreeMap<u32, (f32, Vec<f32>)>,
}

impl Router {
    /// Learns from texts with their labels; `None` if there are too few or only one label.
    pub fn train(pairs: &[(&str, &str)]) -> Option<Self> {
        let labels = labels(pairs);
        if pairs.len() < EXAMPLES_MIN || labels.len() < 2 {
            return None;
        }
        let examples: Vec<(Vec<u32>, usize)> = pairs
            .iter()
            .filter_map(|(text, label)| {
                let label = head(label, LABEL_BYTES_MAX);
                let label = labels.binary_search_by(|known| known.as_str().cmp(label)).ok()?;
                Some((slots(text), label))
            })
            .collect();
        let mut router = Self {
            bias: vec![0.0; labels.len()],
            features: spread(&examples, labels.len()),
            labels,
        };
        for epoch in 0..EPOCHS {
            let rate = RATE * (1.0 - unit(epoch) / unit(EPOCHS));
            for at in order(examples.len(), epoch) {
                let (slots, label) = &examples[at];
                router.step(slots, *label, rate);
            }
        }
        Some(router)
    }

    /// The labels known, in order.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// All labels, the likeliest first.
    pub fn route(&self, text: &str) -> Vec<Route> {
        let folded = Folded::new(text, Runs::Shorten);
        let mut pieces = Vec::new();
        each_feature(&folded, |slot, from, to| pieces.push((slot, from, to)));
        let slots = distinct(pieces.iter().map(|piece| piece.0).collect());
        let probabilities = self.probabilities(&slots);
        let mut routes: Vec<Route> = self
            .labels
            .iter()
            .zip(probabilities)
            .enumerate()
            .map(|(at, (label, probability))| {
                let spans = pieces.iter().filter_map(|&(slot, from, to)| {
                    let (weight, towards) = self.features.get(&slot)?;
                    let weight = weight * towards[at];
                    (weight > 0.0).then(|| Evidence { span: folded.span(from, to), weight })
                });
                Route {
                    label: label.clone(),
                    probability,
                    spans: heaviest(spans.collect(), EVIDENCE_MAX),
                }
            })
            .collect();
        routes.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.label.cmp(&b.label)));
        routes
    }

    /// One step towards a correction; a label or feature not known before becomes known while there
    /// is room.
    pub fn correct(&mut self, text: &str, label: &str) {
        let label = head(label, LABEL_BYTES_MAX);
        let known = self.labels.iter().position(|known| known == label);
        let Some(at) = known.or_else(|| self.add(label)) else { return };
        let slots = slots(text);
        let width = self.labels.len();
        for slot in &slots {
            if (self.features.len() + 1) * width <= CELLS_MAX {
                self.features.entry(*slot).or_insert_with(|| (1.0, vec![0.0; width]));
            }
        }
        self.step(&slots, at, RATE);
    }

    /// The place of a new label, if there is room for one.
    fn add(&mut self, label: &str) -> Option<usize> {
        let width = self.labels.len() + 1;
        if width > LABELS_MAX || self.features.len() * width > CELLS_MAX {
            return None;
        }
        self.labels.push(label.to_owned());
        self.bias.push(0.0);
        for (_, towards) in self.features.values_mut() {
            towards.push(0.0);
        }
        Some(width - 1)
    }

    /// Appends the router to bytes: number of labels, each with its length and bias; number of
    /// features, each with its slot, its weight and its weights towards each label; little endian.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(count(self.labels.len()).to_le_bytes());
        for (label, bias) in self.labels.iter().zip(&self.bias) {
            bytes.extend(count(label.len()).to_le_bytes());
            bytes.extend(bias.to_le_bytes());
            bytes.extend(label.bytes());
        }
        bytes.extend(count(self.features.len()).to_le_bytes());
        for (slot, (weight, towards)) in &self.features {
            bytes.extend(slot.to_le_bytes());
            bytes.extend([weight].into_iter().chain(towards).flat_map(|value| value.to_le_bytes()));
        }
    }

    /// Takes a router off the front of bytes; `None` if there is none, or one out of bounds.
    pub(crate) fn read(bytes: &mut &[u8]) -> Option<Self> {
        let width = number(bytes, LABELS_MAX)?;
        let (mut labels, mut bias) = (Vec::new(), Vec::new());
        for _ in 0..width {
            let length = number(bytes, LABEL_BYTES_MAX)?;
            bias.push(float(bytes)?);
            let (label, rest) = bytes.split_at_checked(length)?;
            labels.push(std::str::from_utf8(label).ok()?.to_owned());
            *bytes = rest;
        }
        let features_max = CELLS_MAX / width.max(2);
        let mut features = BTreeMap::new();
        for _ in 0..number(bytes, features_max)? {
            let slot = u32::try_from(number(bytes, (1 << BITS) - 1)?).ok()?;
            let weight = float(bytes)?;
            let towards = (0..width).map(|_| float(bytes)).collect::<Option<Vec<f32>>>()?;
            features.insert(slot, (weight, towards));
        }
        (width >= 2).then_some(Self { labels, bias, features })
    }

    fn step(&mut self, slots: &[u32], label: usize, rate: f32) {
        let norm = self.norm(slots);
        let probabilities = self.probabilities(slots);
        let wanted = |at: usize| if at == label { 1.0 } else { 0.0 };
        let errors: Vec<f32> =
            probabilities.iter().enumerate().map(|(at, p)| wanted(at) - p).collect();
        for (bias, error) in self.bias.iter_mut().zip(&errors) {
            *bias += 0.1 * rate * error;
        }
        for slot in slots {
            let Some((weight, towards)) = self.features.get_mut(slot) else { continue };
            for (value, error) in towards.iter_mut().zip(&errors) {
                *value += 8.0 * rate * error * *weight * norm;
            }
        }
    }

    fn norm(&self, slots: &[u32]) -> f32 {
        let squares: f32 = slots
            .iter()
            .filter_map(|s| self.features.get(s))
            .map(|(weight, _)| weight * weight)
            .sum();
        1.0 / squares.sqrt().max(1e-3)
    }

    fn probabilities(&self, slots: &[u32]) -> Vec<f32> {
        let norm = self.norm(slots);
        let mut scores = vec![0.0_f32; self.labels.len()];
        for (weight, towards) in slots.iter().filter_map(|slot| self.features.get(slot)) {
            for (score, value) in scores.iter_mut().zip(towards) {
                *score += weight * value * norm;
            }
        }
        for (score, bias) in scores.iter_mut().zip(&self.bias) {
            *score += bias;
        }
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let exps: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
        let total: f32 = exps.iter().sum();
        exps.into_iter().map(|e| e / total).collect()
    }
}

/// The distinct labels in order, the most frequent if there are too many.
fn labels(pairs: &[(&str, &str)]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, label) in pairs {
        *counts.entry(head(label, LABEL_BYTES_MAX)).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.truncate(LABELS_MAX);
    let mut labels: Vec<String> = counts.into_iter().map(|(label, _)| label.to_owned()).collect();
    labels.sort();
    labels
}

/// A number off the front of bytes, at most `max`.
fn number(bytes: &mut &[u8], max: usize) -> Option<usize> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    usize::try_from(u32::from_le_bytes(*number)).ok().filter(|number| *number <= max)
}

/// A finite number off the front of bytes.
fn float(bytes: &mut &[u8]) -> Option<f32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(f32::from_le_bytes(*number)).filter(|number| number.is_finite())
}

fn count(n: usize) -> u32 {
    u32::try_from(n).expect("labels and features are bounded")
}

/// Each feature's weight: the largest naive-Bayes log-ratio of any label against all others (Wang &
/// Manning 2012); features of a single text are left out once there are enough texts.
fn spread(examples: &[(Vec<u32>, usize)], labels: usize) -> BTreeMap<u32, (f32, Vec<f32>)> {
    let mut counts: BTreeMap<u32, Vec<f32>> = BTreeMap::new();
    let mut totals = vec![0.0_f32; labels];
    for (slots, label) in examples {
        totals[*label] += 1.0;
        for slot in slots {
            counts.entry(*slot).or_insert_with(|| vec![0.0; labels])[*label] += 1.0;
        }
    }
    let all: f32 = totals.iter().sum();
    let least = if examples.len() >= 100 { 2.0 } else { 1.0 };
    let mut weighed: Vec<(f32, f32, u32)> = counts
        .into_iter()
        .filter_map(|(slot, by_label)| {
            let seen: f32 = by_label.iter().sum();
            let ratio = |(count, texts): (&f32, &f32)| {
                let inside = (count + 0.5) / (texts + 1.0);
                let outside = (seen - count + 0.5) / (all - texts + 1.0);
                (inside / outside).ln()
            };
            let weight = by_label.iter().zip(&totals).map(ratio).fold(0.0_f32, f32::max);
            (seen >= least).then_some((weight * seen.sqrt(), weight, slot))
        })
        .collect();
    // Where there are too many, those that tell most and are seen often.
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    weighed.truncate(CELLS_MAX / labels.max(2));
    weighed.into_iter().map(|(_, weight, slot)| (slot, (weight, vec![0.0; labels]))).collect()
}

fn slots(text: &str) -> Vec<u32> {
    let mut slots = Vec::new();
    each_feature(&Folded::new(text, Runs::Shorten), |slot, _, _| slots.push(slot));
    distinct(slots)
}

fn distinct(mut slots: Vec<u32>) -> Vec<u32> {
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// Character n-grams without punctuation or digits, and English words.
fn each_feature(folded: &Folded, mut each: impl FnMut(u32, usize, usize)) {
    feature::chars(folded, CHARS_MAX, 7, |f| {
        let (from, to) = (f.from as usize, f.to as usize);
        let letters = folded.chars[from..to].iter().all(|c| c.is_alphabetic() && !c.is_ascii());
        if to <= LETTERS_MAX && letters {
            each(index(f.hash), from, to);
        }
    });
    feature::words(folded, 11, |f| {
        if f.to as usize <= LETTERS_MAX {
            each(index(f.hash), f.from as usize, f.to as usize);
        }
    });
}

fn index(hash: u32) -> u32 {
    u32::try_from(slot(hash, BITS)).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "a handful of epochs")]
fn unit(count: u32) -> f32 {
    count as f32
}

/// Every index once, in an order that differs by epoch: steps of a number prime to most lengths.
fn order(len: usize, epoch: u32) -> impl Iterator<Item = usize> {
    let stride = [7_919, 104_729, 1_299_709][epoch as usize % 3];
    let stride = if len.is_multiple_of(stride) { 1 } else { stride };
    (0..len).map(move |at| (at * stride + epoch as usize) % len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_learned_with_reasons() {
        let pairs: Vec<(String, &str)> = (0..40)
            .map(|i| match i % 2 {
                0 => (format!("{i} 路公交车太挤，站台没有遮阳"), "交通"),
                _ => (format!("第{i}小学收费不合理，老师补课"), "教育"),
            })
            .collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(t, l)| (t.as_str(), *l)).collect();
        let text = "公交站台太远";
        let routes = Router::train(&pairs).unwrap().route(text);
        assert_eq!(routes[0].label, "交通");
        assert!(routes[0].spans.iter().any(|piece| piece.span.of(text).contains("公交")));
        assert!((routes.iter().map(|r| r.probability).sum::<f32>() - 1.0).abs() < 1e-4);
    }

    #[test]
    fn an_unknown_text_is_no_certainty() {
        let pairs: Vec<(&str, &str)> =
            (0..20).map(|i| if i % 2 == 0 { ("退款", "a") } else { ("物流", "b") }).collect();
        let routes = Router::train(&pairs).unwrap().route("xyz");
        assert!(routes[0].probability < 0.6, "{routes:?}");
    }

    #[test]
    fn little_teaches_nothing() {
        assert!(Router::train(&[("退款", "a"), ("物流", "b")]).is_none());
    }
}
