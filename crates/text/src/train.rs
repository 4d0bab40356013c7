//! Training of linear models: logistic regression by adaptive gradient steps.
//!
//! Used for the weights in the binary, for a tenant's routing, and for learning from corrections.
//! Deterministic: the same examples and settings give the same weights to the last bit.

use crate::linear::sigmoid;

/// A text as the trainer sees it.
#[derive(Clone, Debug)]
pub struct Example {
    /// Distinct slots of the features.
    pub slots: Vec<u32>,
    /// Probability that the answer is yes: 1, 0, or between for soft labels.
    pub label: f32,
    /// How much the example counts.
    pub weight: f32,
}

/// How to train.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub epochs: u32,
    /// Step of the first update of a weight.
    pub rate: f32,
    /// Pull of every weight towards zero at each of its updates.
    pub decay: f32,
    /// Strength of the naive-Bayes prior scaling of the features (Wang & Manning 2012): 0 is none.
    pub bayes: f32,
    /// Features in fewer examples are left out.
    pub examples_min: u32,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { epochs: 6, rate: 0.5, decay: 1e-5, bayes: 1.0, examples_min: 1, seed: 20_240_601 }
    }
}

/// A trained model in floating point.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    pub slots: Vec<f32>,
    pub bias: f32,
}

impl Weights {
    /// The score of a text: the sum over its features times the [`norm`] of their number.
    pub fn score(&self, slots: &[u32]) -> f32 {
        let sum: f32 = slots.iter().map(|slot| self.slots[*slot as usize]).sum();
        sum * norm(slots.len()) + self.bias
    }
}

/// What a sum over `count` features is multiplied by, so that long texts do not shout: a little less
/// than the root of the count, because a long text also has more to say.
#[expect(clippy::cast_precision_loss, reason = "a text has far fewer than 2^24 features")]
pub fn norm(count: usize) -> f32 {
    (count.max(1) as f32).powf(-0.4)
}

/// Trains on examples whose slots are all below `size`. The answer is the mean of the weights after
/// each epoch of the second half (Polyak & Juditsky 1992): the last steps' noise averages out.
pub fn logistic(examples: &[Example], size: usize, settings: &Settings) -> Weights {
    let scale = feature_scale(examples, size, settings);
    let mut weights = vec![0.0_f32; size];
    let mut squares = vec![1e-6_f32; size];
    let (mut bias, mut bias_squares) = (0.0_f32, 1e-6_f32);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut state = settings.seed | 1;
    let mut mean = Weights { slots: vec![0.0; size], bias: 0.0 };
    let (mut epochs_meant, first_meant) = (0.0_f32, settings.epochs / 2);
    for epoch in 0..settings.epochs {
        shuffle(&mut order, &mut state);
        for example in order.iter().map(|at| &examples[*at]) {
            let norm = norm(example.slots.len());
            let score: f32 =
                example.slots.iter().map(|s| weights[*s as usize] * scale[*s as usize]).sum();
            let error = (sigmoid(score * norm + bias) - example.label) * example.weight;
            bias_squares += error * error;
            bias -= 0.1 * settings.rate * error / bias_squares.sqrt();
            for slot in &example.slots {
                let slot = *slot as usize;
                let gradient = error * norm * scale[slot];
                squares[slot] += gradient * gradient;
                let step = settings.rate / squares[slot].sqrt();
                weights[slot] -= step * (gradient + settings.decay * weights[slot]);
            }
        }
        if first_meant <= epoch {
            epochs_meant += 1.0;
            mean.bias += (bias - mean.bias) / epochs_meant;
            for (mean, weight) in mean.slots.iter_mut().zip(&weights) {
                *mean += (weight - *mean) / epochs_meant;
            }
        }
    }
    for (weight, scale) in mean.slots.iter_mut().zip(&scale) {
        *weight *= scale;
    }
    mean
}

/// The naive-Bayes log-ratio of each feature, softened by `bayes`; 0 for rare features.
#[expect(clippy::cast_precision_loss, reason = "counts of examples are far below 2^24")]
fn feature_scale(examples: &[Example], size: usize, settings: &Settings) -> Vec<f32> {
    let mut yes = vec![0.0_f32; size];
    let mut no = vec![0.0_f32; size];
    let mut count = vec![0_u32; size];
    for example in examples {
        for slot in &example.slots {
            let slot = *slot as usize;
            yes[slot] += example.label;
            no[slot] += 1.0 - example.label;
            count[slot] += 1;
        }
    }
    let total = examples.iter().map(|e| e.label).sum::<f32>();
    let prior = (total + 1.0).ln() - (examples.len() as f32 - total + 1.0).ln();
    (0..size)
        .map(|slot| {
            if count[slot] < settings.examples_min.max(1) {
                return 0.0;
            }
            let ratio = (yes[slot] + 1.0).ln() - (no[slot] + 1.0).ln() - prior;
            (1.0 - settings.bayes).mul_add(1.0, settings.bayes * ratio.abs())
        })
        .collect()
}

/// Slope and offset that turn scores into log-odds (Platt 1999), by Newton steps on the log-loss.
#[expect(clippy::cast_possible_truncation, reason = "two parameters near one")]
pub fn calibrate(scored: &[(f32, bool)]) -> (f32, f32) {
    let (mut slope, mut offset) = (1.0_f64, 0.0_f64);
    for _ in 0..30 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
        for &(score, label) in scored {
            let score = f64::from(score);
            let p = 1.0 / (1.0 + (-(slope * score + offset)).exp());
            let (error, curve) = (p - f64::from(u8::from(label)), p * (1.0 - p));
            ga += error * score;
            gb += error;
            haa += curve * score * score;
            hab += curve * score;
            hbb += curve;
        }
        let determinant: f64 = haa * hbb - hab * hab;
        if determinant.abs() < 1e-12 {
            break;
        }
        slope -= ((hbb * ga - hab * gb) / determinant).clamp(-1.0, 1.0);
        offset -= ((haa * gb - hab * ga) / determinant).clamp(-1.0, 1.0);
    }
    (slope as f32, offset as f32)
}

/// Fisher–Yates with a xorshift generator (Marsaglia 2003).
fn shuffle(order: &mut [usize], state: &mut u64) {
    for last in (1..order.len()).rev() {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        let other = usize::try_from(*state % (last as u64 + 1)).unwrap_or(0);
        order.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(slots: &[u32], label: f32) -> Example {
        Example { slots: slots.to_vec(), label, weight: 1.0 }
    }

    #[test]
    fn what_separates_is_learned_and_noise_is_not() {
        let examples: Vec<Example> = (0..200_u32)
            .map(|i| example(&[i % 2, 2 + i % 3], if i % 2 == 0 { 1.0 } else { 0.0 }))
            .collect();
        let weights = logistic(&examples, 5, &Settings::default());
        assert!(weights.slots[0] > 1.0 && weights.slots[1] < -1.0);
        assert!(weights.slots[2..].iter().all(|w| w.abs() < 0.3), "{:?}", weights.slots);
        assert_eq!(weights.slots, logistic(&examples, 5, &Settings::default()).slots);
    }

    #[test]
    fn calibration_finds_the_odds_behind_the_scores() {
        let mut scored = Vec::new();
        for (score, yes) in [(-1.0_f32, 20), (0.0, 50), (1.0, 80)] {
            scored.extend((0..100).map(|i| (score, i < yes)));
        }
        let (slope, offset) = calibrate(&scored);
        assert!((slope - 4.0_f32.ln()).abs() < 1e-3 && offset.abs() < 1e-3, "{slope} {offset}");
    }
}
