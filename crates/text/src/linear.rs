//! Linear models on hashed features: scores that can be taken apart exactly.
//!
//! A weight file holds, little endian: the magic `HSL1`, `u32` bits of the table, `u32` classes,
//! then for each class `f32` scale, bias, and the slope and offset of its calibration (Platt 1999),
//! then for each class `2^bits` weights as `i8`.

use thiserror::Error;

const MAGIC: &[u8; 4] = b"HSL1";
const BITS_MAX: u32 = 20;

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

/// One class of a model.
#[derive(Clone, Debug)]
pub struct Class<'a> {
    weights: &'a [u8],
    scale: f32,
    bias: f32,
    slope: f32,
    offset: f32,
}

/// A model read from its file.
#[derive(Clone, Debug)]
pub struct Linear<'a> {
    bits: u32,
    classes: Vec<Class<'a>>,
}

impl<'a> Linear<'a> {
    pub fn read(file: &'a [u8]) -> Result<Self, WeightError> {
        let number = |at: usize| -> Option<[u8; 4]> { file.get(at..at + 4)?.try_into().ok() };
        if file.get(..4) != Some(MAGIC) {
            return Err(WeightError::Magic);
        }
        let bits = number(4).map(u32::from_le_bytes).ok_or(WeightError::Shape)?;
        let count = number(8).map(u32::from_le_bytes).ok_or(WeightError::Shape)? as usize;
        let table = 1_usize << bits.min(BITS_MAX);
        if bits > BITS_MAX || count > 64 || file.len() != 12 + count * (16 + table) {
            return Err(WeightError::Shape);
        }
        let classes = (0..count).map(|class| {
            let float =
                |field: usize| number(12 + class * 16 + field * 4).map_or(0.0, f32::from_le_bytes);
            let start = 12 + count * 16 + class * table;
            Class {
                weights: &file[start..start + table],
                scale: float(0),
                bias: float(1),
                slope: float(2),
                offset: float(3),
            }
        });
        Ok(Self { bits, classes: classes.collect() })
    }

    pub fn classes(&self) -> &[Class<'a>] {
        &self.classes
    }

    /// What one feature adds to the score of a class, before the length of the text is divided out.
    pub fn weight(&self, class: &Class<'_>, feature: Feature) -> f32 {
        let slot = slot(feature.hash, self.bits);
        f32::from(class.weights[slot].cast_signed()) * class.scale
    }
}

impl Class<'_> {
    pub fn bias(&self) -> f32 {
        self.bias
    }

    /// The calibrated log-odds of a score.
    pub fn calibrated(&self, score: f32) -> f32 {
        self.slope * score + self.offset
    }
}

/// Where a feature lives in a table of `2^bits`: the high bits of a well mixed hash.
pub fn slot(hash: u32, bits: u32) -> usize {
    (hash >> (32 - bits)) as usize
}

/// Writes a weight file: per class the float weights (`2^bits` each), bias, slope and offset.
pub fn write(bits: u32, classes: &[(Vec<f32>, [f32; 3])]) -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    file.extend(bits.to_le_bytes());
    file.extend(u32::try_from(classes.len()).unwrap_or(u32::MAX).to_le_bytes());
    let scales: Vec<f32> = classes.iter().map(|(weights, _)| scale(weights)).collect();
    for ((_, [bias, slope, offset]), scale) in classes.iter().zip(&scales) {
        for value in [scale, bias, slope, offset] {
            file.extend(value.to_le_bytes());
        }
    }
    for ((weights, _), scale) in classes.iter().zip(&scales) {
        file.extend(weights.iter().map(|w| quantised(*w, *scale).cast_unsigned()));
    }
    file
}

/// The step between two of the 255 weights: the largest few are cut rather than coarsen all others.
fn scale(weights: &[f32]) -> f32 {
    let mut sizes: Vec<f32> = weights.iter().map(|w| w.abs()).filter(|w| *w > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let cut = sizes.len().saturating_sub(1 + sizes.len() / 5_000);
    sizes.get(cut).map_or(1.0, |largest| largest / 127.0)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range of i8")]
fn quantised(weight: f32, scale: f32) -> i8 {
    (weight / scale).round().clamp(-127.0, 127.0) as i8
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
        let file = write(2, &[(vec![0.0, 1.27, -0.635, 0.01], [0.5, 2.0, -1.0])]);
        let model = Linear::read(&file).unwrap();
        let class = &model.classes()[0];
        let weight = |slot: u32| model.weight(class, Feature { hash: slot << 30, from: 0, to: 1 });
        assert!((weight(1) - 1.27).abs() < 1e-6);
        assert!((weight(2) + 0.635).abs() < 0.01);
        assert!((class.bias() - 0.5).abs() < 1e-6);
        assert!((class.calibrated(1.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(Linear::read(b"HSL").unwrap_err(), WeightError::Magic);
        assert_eq!(Linear::read(b"HSL1").unwrap_err(), WeightError::Shape);
        let mut file = write(2, &[(vec![0.0; 4], [0.0; 3])]);
        file.pop();
        assert_eq!(Linear::read(&file).unwrap_err(), WeightError::Shape);
    }
}
