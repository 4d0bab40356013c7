//! Linear models on n-grams in a checked hash table: scores that can be taken apart exactly.
//!
//! A plain hashed table lets every n-gram it never saw fall on somebody's weight. Here each of the
//! buckets holds eight n-grams as a fingerprint of eight bits and a weight of eight bits, heaviest
//! n-grams first, so that an unknown n-gram says nothing 31 times of 32, in the same space.
//!
//! File, little endian: magic `HSL2`, `u32` bits of the bucket number, `f32` step of the weights,
//! bias, slope and offset of the calibration (Platt 1999), then for each bucket eight fingerprints
//! (0 is empty) and eight weights as `i8`.

use thiserror::Error;

const MAGIC: &[u8; 4] = b"HSL2";
const HEADER: usize = 24;
/// N-grams a bucket holds.
const BUCKET: usize = 8;
const BITS_MAX: u32 = 16;

/// A feature of a text: its hash and the folded characters `from..to` it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    pub hash: u32,
    pub from: u32,
    pub to: u32,
}

/// A weight file that cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum WeightError {
    #[error("not a weight file")]
    Magic,
    #[error("a weight file of another shape")]
    Shape,
}

/// A model read from its file.
#[derive(Clone, Copy, Debug)]
pub struct Linear<'a> {
    bits: u32,
    step: f32,
    pub bias: f32,
    slope: f32,
    offset: f32,
    buckets: &'a [u8],
}

impl<'a> Linear<'a> {
    pub fn read(file: &'a [u8]) -> Result<Self, WeightError> {
        if file.get(..4) != Some(MAGIC) {
            return Err(WeightError::Magic);
        }
        let word = |at: usize| -> Result<[u8; 4], WeightError> {
            file.get(at..at + 4).and_then(|w| w.try_into().ok()).ok_or(WeightError::Shape)
        };
        let float = |at: usize| word(at).map(f32::from_le_bytes);
        let bits = u32::from_le_bytes(word(4)?);
        if bits > BITS_MAX || file.len() != HEADER + ((2 * BUCKET) << bits) {
            return Err(WeightError::Shape);
        }
        Ok(Self {
            bits,
            step: float(8)?,
            bias: float(12)?,
            slope: float(16)?,
            offset: float(20)?,
            buckets: &file[HEADER..],
        })
    }

    /// Where the table keeps an n-gram, if it knows it: a number of its own, and its weight.
    pub fn find(&self, hash: u32) -> Option<(u32, f32)> {
        let (bucket, print) = place(hash, self.bits);
        let held = &self.buckets[bucket * 2 * BUCKET..][..2 * BUCKET];
        let at = held[..BUCKET].iter().position(|known| *known == print)?;
        let number = u32::try_from(bucket * BUCKET + at).ok()?;
        Some((number, f32::from(held[BUCKET + at].cast_signed()) * self.step))
    }

    /// The calibrated log-odds of a score.
    pub fn calibrated(&self, score: f32) -> f32 {
        self.slope * score + self.offset
    }
}

/// Bucket and fingerprint of a hash.
fn place(hash: u32, bits: u32) -> (usize, u8) {
    let print = hash.to_le_bytes()[0].max(1);
    (slot(hash, bits), print)
}

/// Where a feature lives in a table of `2^bits`: the high bits of a well mixed hash.
pub fn slot(hash: u32, bits: u32) -> usize {
    if bits == 0 { 0 } else { (hash >> (32 - bits)) as usize }
}

/// Writes a weight file from n-grams with their weights, the most important first: those that find
/// their bucket full or their fingerprint taken are left out. `calibrated` are bias, slope and offset.
pub fn write(bits: u32, features: &[(u32, f32)], calibrated: [f32; 3]) -> Vec<u8> {
    let step = step(features);
    let mut file = MAGIC.to_vec();
    file.extend(bits.to_le_bytes());
    file.extend([step].iter().chain(&calibrated).flat_map(|value| value.to_le_bytes()));
    file.resize(HEADER + ((2 * BUCKET) << bits), 0);
    for &(hash, weight) in features {
        let (bucket, print) = place(hash, bits);
        let held = &mut file[HEADER + bucket * 2 * BUCKET..][..2 * BUCKET];
        if held[..BUCKET].contains(&print) {
            continue;
        }
        if let Some(at) = held[..BUCKET].iter().position(|known| *known == 0) {
            held[at] = print;
            held[BUCKET + at] = quantised(weight, step).cast_unsigned();
        }
    }
    file
}

/// The step between two of the 255 weights: the largest few are cut rather than coarsen all others.
fn step(features: &[(u32, f32)]) -> f32 {
    let mut sizes: Vec<f32> = features.iter().map(|f| f.1.abs()).filter(|w| *w > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let cut = sizes.len().saturating_sub(1 + sizes.len() / 2_000);
    sizes.get(cut).map_or(1.0, |largest| largest / 127.0)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i8")]
fn quantised(weight: f32, step: f32) -> i8 {
    (weight / step).round().clamp(-127.0, 127.0) as i8
}

/// The logistic function.
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_survives_its_file() {
        let features = [(0x8000_0001, 1.27), (0x0000_0002, -0.635)];
        let file = write(2, &features, [0.5, 2.0, -1.0]);
        let model = Linear::read(&file).unwrap();
        let weight = |hash| model.find(hash).map(|found| found.1);
        assert!((weight(0x8000_0001).unwrap() - 1.27).abs() < 1e-6);
        assert!((weight(0x0000_0002).unwrap() + 0.635).abs() < 0.01);
        assert_eq!(weight(0x0000_0003), None);
        assert!((model.calibrated(1.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(Linear::read(b"HSL").unwrap_err(), WeightError::Magic);
        assert_eq!(Linear::read(b"HSL2").unwrap_err(), WeightError::Shape);
        let mut file = write(2, &[], [0.0; 3]);
        file.pop();
        assert_eq!(Linear::read(&file).unwrap_err(), WeightError::Shape);
    }
}
