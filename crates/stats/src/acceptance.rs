//! Accept or refuse a batch from a sample: operating characteristic and the letters of ISO 2859-1.

use serde::Serialize;

use crate::interval::{Result, Undefined, real, within};
use crate::special;

/// Inspection levels of ISO 2859-1, Table 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InspectionLevel {
    /// Special level S-1.
    S1,
    /// Special level S-2.
    S2,
    /// Special level S-3.
    S3,
    /// Special level S-4.
    S4,
    /// General level I, reduced effort.
    I,
    /// General level II, the default.
    II,
    /// General level III, more effort.
    III,
}

/// A sample size code letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodeLetter {
    /// A to R without I and O.
    pub letter: char,
    /// Its sample size for single sampling under normal inspection.
    pub sample: u64,
}

/// Largest batch of each row of Table 1, and the letters of the levels in the order of
/// [`InspectionLevel`].
const LETTERS: [(u64, &str); 15] = [
    (8, "AAAAAAB"),
    (15, "AAAAABC"),
    (25, "AABBBCD"),
    (50, "ABBCCDE"),
    (90, "BBCCCEF"),
    (150, "BBCDDFG"),
    (280, "BCDEEGH"),
    (500, "BCDEFHJ"),
    (1_200, "CCEFGJK"),
    (3_200, "CDEGHKL"),
    (10_000, "CDFGJLM"),
    (35_000, "CDFHKMN"),
    (150_000, "DEGJLNP"),
    (500_000, "DEGJMPQ"),
    (u64::MAX, "DEHKNQR"),
];

/// Sample sizes of the letters (Table 2-A).
const SAMPLES: [(char, u64); 16] = [
    ('A', 2),
    ('B', 3),
    ('C', 5),
    ('D', 8),
    ('E', 13),
    ('F', 20),
    ('G', 32),
    ('H', 50),
    ('J', 80),
    ('K', 125),
    ('L', 200),
    ('M', 315),
    ('N', 500),
    ('P', 800),
    ('Q', 1_250),
    ('R', 2_000),
];

/// The code letter for a batch of that size, 2 or more. A sample larger than the batch means to look
/// at all. Source: ISO 2859-1:1999 (GB/T 2828.1-2012), Tables 1 and 2-A.
///
/// ```
/// use stats::acceptance::{InspectionLevel, code_letter};
/// let code = code_letter(2000, InspectionLevel::II)?;
/// assert_eq!((code.letter, code.sample), ('K', 125));
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn code_letter(batch: u64, level: InspectionLevel) -> Result<CodeLetter> {
    if batch < 2 {
        return Err(Undefined::TooFew {
            what: "members of the batch",
            have: usize::from(batch == 1),
            need: 2,
        });
    }
    let row = LETTERS.iter().find(|(most, _)| batch <= *most).expect("the last row has no end");
    let letter = char::from(row.1.as_bytes()[level as usize]);
    let found = SAMPLES.iter().find(|s| s.0 == letter).expect("every letter has a sample size");
    Ok(CodeLetter { letter, sample: found.1 })
}

/// The probability that a batch with the share `defective` passes when at most `accept` of `sample`
/// may be defective (binomial: the batch is much larger than the sample).
pub fn accept_probability(sample: u64, accept: u64, defective: f64) -> Result<f64> {
    real(sample)?;
    Ok(special::binomial_cdf(accept, sample, within(defective, 0.0, 1.0, "the share")?))
}

/// The share of defectives at which a batch still passes with `probability` in (0, 1): 0.1 gives the
/// limiting quality, 0.95 the quality the plan protects. Undefined when everything passes
/// (accept ≥ sample).
pub fn quality_at(sample: u64, accept: u64, probability: f64) -> Result<f64> {
    within(probability, 1e-300, 1.0 - 1e-15, "the probability")?;
    let (n, c) = (real(sample)?, real(accept)?);
    if accept >= sample {
        return Err(Undefined::NoVariation);
    }
    // P(X ≤ c) = 1 − I_p(c + 1, n − c).
    Ok(1.0 - special::beta_quantile(probability, n - c, c + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_match_the_standard() {
        for (batch, letter, sample) in [
            (2, 'A', 2),
            (8, 'A', 2),
            (26, 'D', 8),
            (281, 'H', 50),
            (500, 'H', 50),
            (501, 'J', 80),
            (3_201, 'L', 200),
            (10_001, 'M', 315),
            (35_000, 'M', 315),
            (600_000, 'Q', 1_250),
        ] {
            let expected = Ok(CodeLetter { letter, sample });
            assert_eq!(code_letter(batch, InspectionLevel::II), expected, "{batch}");
        }
        assert_eq!(code_letter(100, InspectionLevel::III).unwrap().letter, 'G');
        assert_eq!(code_letter(100, InspectionLevel::S1).unwrap().letter, 'B');
        assert!(code_letter(1, InspectionLevel::II).is_err());
    }

    #[test]
    fn a_plan_protects_both_sides() {
        let at_one = accept_probability(125, 3, 0.01).unwrap();
        assert!((at_one - 0.962_550_937_836_635_9).abs() < 1e-12);
        let limit = quality_at(125, 3, 0.1).unwrap();
        assert!((limit - 0.052_663_189_73).abs() < 1e-10);
        assert!((accept_probability(125, 3, limit).unwrap() - 0.1).abs() < 1e-12);
        assert_eq!(quality_at(5, 5, 0.1), Err(Undefined::NoVariation));
        assert!(accept_probability(125, 3, f64::NAN).is_err());
    }
}
