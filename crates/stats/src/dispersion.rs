//! Are opinions split? Agreement, shape and polarisation of answers on an ordered scale, and which
//! factor explains a split.
//!
//! Show [`agreement`] with its [`shape`] label and the shares of the extreme categories: A hardly
//! notices a small minority. The bimodality coefficient and the dip test are left out on purpose:
//! the first calls 80 % top ratings bimodal, the second rejects every histogram with five bars.

use serde::{Deserialize, Serialize};

use crate::interval::{Result, Undefined, real, same_length};
use crate::random::Random;
use crate::sum::sum;

/// Masses of the categories as shares of the total; at least three categories.
fn shares(masses: &[f64]) -> Result<Vec<f64>> {
    let k = masses.len();
    if k < 3 {
        return Err(Undefined::TooFew { what: "categories", have: k, need: 3 });
    }
    crate::interval::all_finite(masses, "a count")?;
    if masses.iter().any(|&m| m < 0.0) {
        return Err(Undefined::OutOfRange("a count"));
    }
    let largest = masses.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return Err(Undefined::Empty);
    }
    let total = sum(masses.iter().map(|m| m / largest));
    Ok(masses.iter().map(|m| m / largest / total).collect())
}

/// Van der Eijk's agreement A in \[−1, 1\] of counts (or weights) per category, lowest first, at
/// least three categories: 1 all in one, 0 evenly spread, −1 half at each end.
///
/// The histogram is cut into layers of equal height; each has A = U·(1 − (S−1)/(K−1)) for its S of K
/// occupied categories and unimodality U, and counts by its mass. A 20/80 split at the ends still has
/// A = 0.2. Source: van der Eijk, Quality & Quantity 35 (2001) 325–341; R package `agrmt`.
///
/// ```
/// let split = stats::dispersion::agreement(&[45.0, 3.0, 2.0, 5.0, 45.0])?;
/// assert!((split + 0.8222).abs() < 1e-4);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn agreement(masses: &[f64]) -> Result<f64> {
    let shares = shares(masses)?;
    let mut heights: Vec<f64> = shares.iter().copied().filter(|&s| s > 0.0).collect();
    heights.sort_by(f64::total_cmp);
    heights.dedup();
    let mut below = 0.0;
    let mut layers = Vec::with_capacity(heights.len());
    for height in heights {
        let occupied: Vec<bool> = shares.iter().map(|&s| s >= height).collect();
        let count = occupied.iter().filter(|&&o| o).count() as f64;
        layers.push((height - below) * count * layer_agreement(&occupied));
        below = height;
    }
    Ok(sum(layers).clamp(-1.0, 1.0))
}

/// A of one layer with these occupied categories.
fn layer_agreement(occupied: &[bool]) -> f64 {
    let k = occupied.len() as f64;
    let s = occupied.iter().filter(|&&o| o).count() as f64;
    // Triples in order of position: 1 0 1 speaks for two peaks, 1 1 0 and 0 1 1 for one.
    let (mut ones, mut zeros) = (0.0, 0.0);
    let (mut split, mut single) = (0.0, 0.0);
    for &is_one in occupied {
        let (ones_after, zeros_after) =
            (s - ones - f64::from(u8::from(is_one)), k - s - zeros - f64::from(u8::from(!is_one)));
        if is_one {
            single += ones * zeros_after + zeros * ones_after;
            ones += 1.0;
        } else {
            split += ones * ones_after;
            zeros += 1.0;
        }
    }
    let triples = split + single;
    let unimodality = if triples > 0.0 {
        ((k - 2.0) * single - (k - 1.0) * split) / ((k - 2.0) * triples)
    } else {
        1.0
    };
    unimodality * (1.0 - (s - 1.0) / (k - 1.0))
}

/// (1 − A)/2 in \[0, 1\]: 0 all agree, 1 half at each end.
pub fn polarization(masses: &[f64]) -> Result<f64> {
    Ok((1.0 - agreement(masses)?) / 2.0)
}

/// Galtung's shapes of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// One peak in the middle.
    A,
    /// Rising: most at the top. Healthy for satisfaction.
    J,
    /// Two ends: polarised.
    U,
    /// Several peaks.
    S,
    /// Flat.
    F,
    /// Falling: most at the bottom.
    L,
}

/// The shape of the counts per category. Ups and downs of at most `tolerance` (a share of the
/// largest category, 0.1 is usual) do not count.
///
/// Source: Galtung (1969), the AJUS system; F and L as in the R package `agrmt`.
pub fn shape(masses: &[f64], tolerance: f64) -> Result<Shape> {
    let shares = shares(masses)?;
    crate::interval::within(tolerance, 0.0, 1.0, "the tolerance")?;
    let largest = shares.iter().copied().fold(0.0, f64::max);
    // Rounding must not turn a difference of exactly the tolerance into a step.
    let step = tolerance * largest + 1e-12;
    let mut turns: Vec<bool> = Vec::new();
    // The lowest and highest share since the last turn.
    let (mut low, mut high) = (shares[0], shares[0]);
    for &share in &shares[1..] {
        low = low.min(share);
        high = high.max(share);
        if share - low > step && turns.last() != Some(&true) {
            turns.push(true);
            (low, high) = (share, share);
        } else if high - share > step && turns.last() != Some(&false) {
            turns.push(false);
            (low, high) = (share, share);
        }
    }
    Ok(match turns.as_slice() {
        [] => Shape::F,
        [true] => Shape::J,
        [false] => Shape::L,
        [true, false] => Shape::A,
        [false, true] => Shape::U,
        _ => Shape::S,
    })
}

/// Leik's ordinal dispersion in \[0, 1\]: 0 all in one category, 1 half at each end. 2ΣD/(K−1) with
/// D = min(F, 1−F) of the cumulative shares. Source: Leik, Pacific Sociological Review 9 (1966) 85–90.
pub fn leik(masses: &[f64]) -> Result<f64> {
    let shares = shares(masses)?;
    let mut cumulative = 0.0;
    let distances = shares[..shares.len() - 1].iter().map(|s| {
        cumulative += s;
        cumulative.min(1.0 - cumulative).max(0.0)
    });
    Ok(2.0 * sum(distances) / (shares.len() - 1) as f64)
}

/// Tastle and Wierman's consensus in \[0, 1\]: 1 all in one category, 0 half at each end.
/// 1 + Σp·log₂(1 − |x−μ|/(K−1)). Source: International Journal of Approximate Reasoning 45 (2007)
/// 531–545.
pub fn consensus(masses: &[f64]) -> Result<f64> {
    let shares = shares(masses)?;
    let width = (shares.len() - 1) as f64;
    let mean = sum(shares.iter().enumerate().map(|(i, s)| i as f64 * s));
    let terms = shares.iter().enumerate().filter(|(_, s)| **s > 0.0);
    let total = sum(terms
        .map(|(i, s)| s * (1.0 - (i as f64 - mean).abs() / width).max(f64::MIN_POSITIVE).log2()));
    Ok((1.0 + total).clamp(0.0, 1.0))
}

/// How much of a split disappears within the groups of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Explained {
    /// Mass-weighted agreement within the groups minus that of all, at most 2. Always look at `p`:
    /// many small groups agree more by chance alone.
    pub gain: f64,
    /// Share of random regroupings (group sizes kept) that gain at least as much, in (0, 1\].
    pub p: f64,
}

/// How well one factor explains a split: counts per category (columns, K ≥ 3) for each of its
/// groups (rows, at least two with answers), judged by `permutations` random regroupings.
///
/// Compute it for each candidate factor, adjust the p-values
/// ([`crate::compare::benjamini_hochberg`]) and report the factor with the largest gain. For crowds
/// of one peak many regroupings gain exactly the same, and `p` is then larger than it need be (at a
/// nominal 10 % about 4 % false findings); split crowds, for which it is meant, have hardly any ties.
pub fn explain<R: AsRef<[u64]>>(groups: &[R], permutations: usize, seed: u64) -> Result<Explained> {
    let k = groups.first().ok_or(Undefined::Empty)?.as_ref().len();
    let mut total = vec![0_u64; k];
    for row in groups {
        same_length(row.as_ref(), &total, "the groups")?;
        for (t, &c) in total.iter_mut().zip(row.as_ref()) {
            *t = t.saturating_add(c);
        }
    }
    let n = real(total.iter().fold(0_u64, |a, &b| a.saturating_add(b)))?;
    let sizes: Vec<u64> =
        groups.iter().map(|r| r.as_ref().iter().sum()).filter(|&s| s > 0).collect();
    if sizes.len() < 2 {
        return Err(Undefined::TooFew { what: "groups", have: sizes.len(), need: 2 });
    }
    let whole = agreement(&masses(&total))?;
    let rows: Vec<Vec<u64>> =
        groups.iter().map(|r| r.as_ref().to_vec()).filter(|r| r.iter().any(|&c| c > 0)).collect();
    let gain = within(&rows, n)? - whole;
    let mut random = Random::new("explain", seed);
    let mut at_least = 0_usize;
    for _ in 0..permutations {
        let dealt = deal(&total, &sizes, &mut random);
        // A regrouping as good as the real one counts, rounding or not.
        if within(&dealt, n)? - whole >= gain - 1e-12 {
            at_least += 1;
        }
    }
    Ok(Explained { gain, p: (at_least + 1) as f64 / (permutations + 1) as f64 })
}

fn masses(counts: &[u64]) -> Vec<f64> {
    counts.iter().map(|&c| c as f64).collect()
}

/// Mass-weighted agreement of the rows.
fn within(rows: &[Vec<u64>], n: f64) -> Result<f64> {
    let parts = rows
        .iter()
        .map(|row| Ok(row.iter().sum::<u64>() as f64 / n * agreement(&masses(row))?))
        .collect::<Result<Vec<f64>>>()?;
    Ok(sum(parts))
}

/// Deals the answers in `total` at random to groups of the given sizes, without writing them out one
/// by one: each cell is a hypergeometric draw from what is left.
fn deal(total: &[u64], sizes: &[u64], random: &mut Random) -> Vec<Vec<u64>> {
    let mut left = total.to_vec();
    sizes
        .iter()
        .map(|&size| {
            let mut open = size;
            let mut pool: u64 = left.iter().sum();
            left.iter_mut()
                .map(|have| {
                    let drawn = hypergeometric(*have, pool, open, random);
                    pool -= *have;
                    open -= drawn;
                    *have -= drawn;
                    drawn
                })
                .collect()
        })
        .collect()
}

/// How many of `draws` from a pool hit its `good` members: by inversion from the mode outwards, so
/// that the cost grows with the standard deviation only.
fn hypergeometric(good: u64, pool: u64, draws: u64, random: &mut Random) -> u64 {
    let low = (good + draws).saturating_sub(pool);
    let high = good.min(draws);
    if low == high {
        return low;
    }
    let (g, m, d) = (good as f64, pool as f64, draws as f64);
    let start = u64_floor((g + 1.0) * (d + 1.0) / (m + 2.0)).clamp(low, high);
    let choose = |n: f64, k: f64| {
        crate::special::ln_gamma(n + 1.0)
            - crate::special::ln_gamma(k + 1.0)
            - crate::special::ln_gamma(n - k + 1.0)
    };
    let s = start as f64;
    let peak = (choose(g, s) + choose(m - g, d - s) - choose(m, d)).exp();
    let mut rest = random.uniform() - peak;
    let (mut up, mut down) = ((start, peak), (start, peak));
    while rest >= 0.0 && (up.0 < high || down.0 > low) {
        if up.0 < high {
            let x = up.0 as f64;
            up = (up.0 + 1, up.1 * (g - x) * (d - x) / ((x + 1.0) * (m - g - d + x + 1.0)));
            rest -= up.1;
            if rest < 0.0 {
                return up.0;
            }
        }
        if down.0 > low {
            let x = down.0 as f64;
            down = (down.0 - 1, down.1 * x * (m - g - d + x) / ((g - x + 1.0) * (d - x + 1.0)));
            rest -= down.1;
            if rest < 0.0 {
                return down.0;
            }
        }
    }
    start
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of draws"
)]
fn u64_floor(value: f64) -> u64 {
    value.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    const EIJK: [f64; 7] = [30.0, 40.0, 210.0, 130.0, 530.0, 50.0, 10.0];

    #[test]
    fn agreement_matches_van_der_eijk_and_agrmt() {
        near(agreement(&EIJK).unwrap(), 0.611_333_3, 1e-6);
        near(agreement(&[2.4, 2.8, 3.2, 6.2, 13.5, 30.4, 41.6]).unwrap(), 0.61, 0.005);
        near(agreement(&[2.0, 0.0, 1.0, 1.0]).unwrap(), 0.083_333_3, 1e-6);
        near(agreement(&[10.0; 5]).unwrap(), 0.0, 1e-12);
        near(agreement(&[0.0, 0.0, 100.0, 0.0, 0.0]).unwrap(), 1.0, 1e-12);
        near(agreement(&[50.0, 0.0, 0.0, 0.0, 50.0]).unwrap(), -1.0, 1e-12);
        near(agreement(&[2.0, 2.0, 3.0, 13.0, 80.0]).unwrap(), 0.835, 1e-12);
        near(agreement(&[20.0, 0.0, 0.0, 0.0, 80.0]).unwrap(), 0.2, 1e-12);
        near(polarization(&EIJK).unwrap(), 0.194_333_3, 1e-6);
        near(polarization(&[5.0, 0.0, 5.0, 0.0, 0.0]).unwrap(), 0.417, 5e-4);
    }

    #[test]
    fn leik_and_consensus_match_agrmt() {
        near(leik(&EIJK).unwrap(), 0.287, 5e-4);
        near(consensus(&EIJK).unwrap(), 0.725_687_6, 1e-6);
        near(consensus(&[1.0, 0.0, 1.0]).unwrap(), 0.0, 1e-12);
        near(leik(&[1.0, 0.0, 1.0]).unwrap(), 1.0, 1e-12);
    }

    #[test]
    fn shapes_have_their_letters() {
        for (counts, expected) in [
            ([2.0, 2.0, 3.0, 13.0, 80.0], Shape::J),
            ([80.0, 13.0, 3.0, 2.0, 2.0], Shape::L),
            ([45.0, 3.0, 2.0, 5.0, 45.0], Shape::U),
            ([5.0, 20.0, 50.0, 20.0, 5.0], Shape::A),
            ([20.0, 21.0, 20.0, 19.0, 20.0], Shape::F),
            ([30.0, 5.0, 30.0, 5.0, 30.0], Shape::S),
            // Slow steps, each within the tolerance, still add up to a rise.
            ([20.0, 21.0, 22.0, 23.0, 24.0], Shape::J),
        ] {
            assert_eq!(shape(&counts, 0.1).unwrap(), expected, "{counts:?}");
        }
    }

    #[test]
    fn too_few_categories_or_answers_are_undefined() {
        assert!(matches!(agreement(&[1.0, 2.0]), Err(Undefined::TooFew { .. })));
        assert_eq!(agreement(&[0.0; 5]), Err(Undefined::Empty));
        assert_eq!(leik(&[1.0, -1.0, 0.0]), Err(Undefined::OutOfRange("a count")));
        assert!(consensus(&[f64::INFINITY, 1.0, 1.0]).is_err());
        assert!(explain(&[[1, 2, 3], [0, 0, 0]], 10, 1).is_err());
    }

    #[test]
    fn the_factor_that_splits_is_found_and_an_idle_one_is_not() {
        let split = [[2, 3, 5, 20, 70], [60, 25, 10, 3, 2]];
        let explained = explain(&split, 999, 7).unwrap();
        assert!(explained.gain > 0.5 && explained.p < 0.002, "{explained:?}");
        let idle = [[31, 14, 8, 11, 36], [31, 14, 7, 12, 36]];
        assert!(explain(&idle, 999, 7).unwrap().p > 0.2);
        assert_eq!(explain(&split, 99, 7), explain(&split, 99, 7));
    }

    #[test]
    fn dealing_keeps_all_answers_and_the_expected_share() {
        let mut random = Random::new("deal", 1);
        let mut first = 0;
        for _ in 0..2_000 {
            let dealt = deal(&[30, 50, 20], &[40, 60], &mut random);
            assert_eq!(dealt.iter().map(|r| r.iter().sum::<u64>()).collect::<Vec<_>>(), [40, 60]);
            assert_eq!(dealt[0][1] + dealt[1][1], 50);
            first += dealt[0][0];
        }
        // Mean 12, sd of the mean about 0.05.
        near(first as f64 / 2_000.0, 12.0, 0.2);
    }
}
