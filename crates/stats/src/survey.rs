//! From those who answered to all who were asked: weights, bounds, and draws that can be defended.
//!
//! What is known of everybody (channel, waiting time, reopened or not) repairs the part of the bias
//! that depends on it. It never repairs that unhappy people answer more for their own sake: show raw
//! figure, weighted figure and [`bounds`] together.

use serde::Serialize;

use crate::interval::{
    Confidence, Estimate, Interval, Result, Undefined, all_finite, positive, real, same_length,
    within,
};
use crate::proportion;
use crate::sum::sum;

mod rake;

pub use rake::{Raked, rake, rake_weights};

/// One cell of a population: how many belong to it, how many of them answered, and how many of these
/// said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Everybody in the cell.
    pub population: u64,
    /// Those who answered.
    pub answered: u64,
    /// Those who answered yes.
    pub yes: u64,
}

/// The same when a share is known, not a count: weighted answers, or a mean mark scaled to 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// Everybody in the cell.
    pub population: u64,
    /// Those who answered.
    pub answered: u64,
    /// The share among the answers, in \[0, 1\]; not looked at where nobody answered.
    pub share: f64,
}

/// A share carried over from answers to the population.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Poststratified {
    /// The share among the answers.
    pub raw: f64,
    /// The share with each cell at its size in the population.
    pub weighted: f64,
    /// Standard error of `weighted` with the finite population factor. `None` when a cell has a
    /// single answer.
    pub standard_error: Option<f64>,
    /// How many unweighted answers it is worth (Kish); feed it to [`proportion::wilson_share`].
    pub effective_size: f64,
}

impl Poststratified {
    /// Wilson's interval at the effective size.
    pub fn estimate(&self, confidence: Confidence) -> Result<Estimate> {
        let interval = proportion::wilson_share(self.weighted, self.effective_size, confidence)?;
        Ok(Estimate { value: self.weighted, interval })
    }
}

fn check(cells: &[Cell]) -> Result<()> {
    for cell in cells {
        real(cell.population)?;
        if cell.yes > cell.answered || cell.answered > cell.population {
            return Err(Undefined::OutOfRange("a count of answers"));
        }
    }
    if cells.iter().all(|c| c.answered == 0) { Err(Undefined::Empty) } else { Ok(()) }
}

/// Post-stratification: every cell counts by its size in the population.
///
/// A cell with members but without an answer is refused (`TooFew`): merge it with a similar one
/// first, because leaving it out would silently answer for it. Unbiased when, inside each cell, those
/// who answer are like those who do not. Source: Cochran, Sampling Techniques (1977) §5A.9.
pub fn poststratify(cells: &[Cell]) -> Result<Poststratified> {
    check(cells)?;
    let stratum = |c: &Cell| Stratum {
        population: c.population,
        answered: c.answered,
        share: if c.answered == 0 { 0.0 } else { c.yes as f64 / c.answered as f64 },
    };
    poststratify_shares(&cells.iter().map(stratum).collect::<Vec<_>>())
}

/// [`poststratify`] from shares instead of counts. The standard error is that of yes and no answers,
/// √(p(1−p)/(n−1)) within a cell: for marks in between it is too large, never too small.
pub fn poststratify_shares(strata: &[Stratum]) -> Result<Poststratified> {
    for it in strata {
        real(it.population)?;
        if it.answered > it.population {
            return Err(Undefined::OutOfRange("a count of answers"));
        }
        if it.answered > 0 {
            within(it.share, 0.0, 1.0, "a share")?;
        }
    }
    let cells: Vec<&Stratum> = strata.iter().filter(|it| it.population > 0).collect();
    let answered = sum(cells.iter().map(|it| it.answered as f64));
    if answered <= 0.0 {
        return Err(Undefined::Empty);
    }
    if cells.iter().any(|it| it.answered == 0) {
        return Err(Undefined::TooFew { what: "answers in a cell", have: 0, need: 1 });
    }
    let total = sum(cells.iter().map(|it| it.population as f64));
    let weight = |it: &Stratum| it.population as f64 / total;
    let variance = cells.iter().all(|it| it.answered > 1 || it.population == 1).then(|| {
        sum(cells.iter().filter(|it| it.answered > 1).map(|it| {
            let (p, n) = (it.share, it.answered as f64);
            weight(it).powi(2) * (1.0 - n / it.population as f64) * p * (1.0 - p) / (n - 1.0)
        }))
    });
    Ok(Poststratified {
        raw: sum(cells.iter().map(|it| it.share * it.answered as f64)) / answered,
        weighted: sum(cells.iter().map(|it| weight(it) * it.share)),
        standard_error: variance.map(f64::sqrt),
        effective_size: 1.0 / sum(cells.iter().map(|it| weight(it).powi(2) / it.answered as f64)),
    })
}

/// Manski's worst-case bounds of a share: nobody, or everybody, among the silent would have said
/// yes. The only statement that needs no assumption; 80 % at 23 % response means 18 % to 95 %.
///
/// ```
/// let bounds = stats::survey::bounds(184, 230, 1000)?;
/// assert!((bounds.low - 0.184).abs() < 1e-12 && (bounds.high - 0.954).abs() < 1e-12);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn bounds(yes: u64, answered: u64, population: u64) -> Result<Interval> {
    if population == 0 {
        return Err(Undefined::Empty);
    }
    if yes > answered || answered > population {
        return Err(Undefined::OutOfRange("a count of answers"));
    }
    let all = real(population)?;
    Ok(Interval::new(yes as f64 / all, (yes + (population - answered)) as f64 / all))
}

/// The R-indicator 1 − 2·S(ρ) of the response rates of cells: 1 when all respond alike, 0 at the most
/// uneven. S is the standard deviation over all members (divisor N − 1). One member is too few.
///
/// Source: Schouten, Cobben & Bethlehem, Survey Methodology 35 (2009) 101–113.
pub fn r_indicator(cells: &[Cell]) -> Result<f64> {
    check(cells)?;
    let total = sum(cells.iter().map(|c| c.population as f64));
    if total < 2.0 {
        return Err(Undefined::TooFew { what: "members", have: 1, need: 2 });
    }
    let rate = sum(cells.iter().map(|c| c.answered as f64)) / total;
    let spread = sum(cells.iter().filter(|c| c.population > 0).map(|c| {
        let n = c.population as f64;
        n * (c.answered as f64 / n - rate).powi(2)
    }));
    Ok(1.0 - 2.0 * (spread / (total - 1.0)).sqrt())
}

/// Weights 1/ρ for answers whose chance of response was `propensities` in (0, 1\] (by cell, or from
/// [`crate::predict::Logistic`]), cut off at `trim` times their median (5 is usual), so that a single
/// unlikely answer does not speak for a crowd.
pub fn response_weights(propensities: &[f64], trim: f64) -> Result<Vec<f64>> {
    all_finite(propensities, "a propensity")?;
    positive(trim, "the trim")?;
    for &p in propensities {
        within(positive(p, "a propensity")?, 0.0, 1.0, "a propensity")?;
    }
    let weights: Vec<f64> = propensities.iter().map(|p| 1.0 / p).collect();
    if weights.iter().any(|w| w.is_infinite()) {
        return Err(Undefined::OutOfRange("a propensity"));
    }
    let cap = trim * crate::median::median(&weights)?;
    Ok(weights.iter().map(|w| w.min(cap)).collect())
}

/// Shares of the categories in the population when a member of category i reports with probability
/// `report[i]` in (0, 1\]: observed count over probability, scaled to sum to one.
pub fn reweigh(observed: &[f64], report: &[f64]) -> Result<Vec<f64>> {
    same_length(observed, report, "counts and probabilities")?;
    all_finite(observed, "a count")?;
    let mut adjusted = Vec::with_capacity(observed.len());
    for (&count, &p) in observed.iter().zip(report) {
        within(positive(p, "a probability")?, 0.0, 1.0, "a probability")?;
        adjusted.push(within(count, 0.0, 9e15, "a count")? / p);
    }
    let total = sum(adjusted.iter().copied());
    if total <= 0.0 {
        return Err(Undefined::Empty);
    }
    if !total.is_finite() {
        return Err(Undefined::OutOfRange("a probability"));
    }
    Ok(adjusted.iter().map(|a| a / total).collect())
}

/// Neyman's optimal sizes n·NₕSₕ/ΣNₕSₕ (not rounded) for strata of `sizes` with standard deviations
/// `spreads`; √(p(1−p)) for a share p. May exceed a stratum; [`allocate`] rounds within bounds.
///
/// With all spreads equal this is proportional allocation. Source: Neyman, JRSS 97 (1934) 558–625.
pub fn neyman(sizes: &[u64], spreads: &[f64], n: u64) -> Result<Vec<f64>> {
    same_length(sizes, spreads, "sizes and spreads")?;
    all_finite(spreads, "a spread")?;
    let mut shares = Vec::with_capacity(sizes.len());
    for (&size, &spread) in sizes.iter().zip(spreads) {
        shares.push(real(size)? * within(spread, 0.0, 1e150, "a spread")?);
    }
    let total = sum(shares.iter().copied());
    if total <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let n = real(n)?;
    Ok(shares.iter().map(|s| n * s / total).collect())
}

/// Whole numbers near `wished` that sum to `n`, each at least min(`least`, size) and at most its
/// size. Take 2 for `least`: one member per stratum allows no variance. Largest remainders first,
/// ties to the earlier stratum.
///
/// `OutOfRange` when the bounds do not allow the sum.
pub fn allocate(wished: &[f64], sizes: &[u64], n: u64, least: u64) -> Result<Vec<u64>> {
    same_length(wished, sizes, "wishes and sizes")?;
    wished.iter().try_for_each(|&w| within(w, -1e15, 1e15, "a wish").map(drop))?;
    sizes.iter().try_for_each(|&size| real(size).map(drop))?;
    let floor: Vec<u64> = sizes.iter().map(|&s| s.min(least)).collect();
    if n < floor.iter().sum() || n > sizes.iter().sum() {
        return Err(Undefined::OutOfRange("the size of the sample"));
    }
    // The same number added to every wish, within the bounds of each: what is above or below a bound
    // is shared out evenly among the others.
    let moved = |by: f64| -> Vec<u64> {
        let bounds = sizes.iter().zip(&floor);
        wished.iter().zip(bounds).map(|(w, (&s, &low))| whole(w + by).clamp(low, s)).collect()
    };
    let largest = wished.iter().fold(0.0_f64, |m, w| m.max(w.abs()));
    let span = largest + sizes.iter().copied().max().unwrap_or(0) as f64 + 1.0;
    let (mut low, mut high) = (-span, span);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if moved(middle).iter().sum::<u64>() <= n { low = middle } else { high = middle }
    }
    // A little less, so that wishes with equal remainders are all still open; then at most one or two
    // more for each: those whose wish is missed most.
    let mut given = moved(low - 1e-6);
    let mut rest = n - given.iter().sum::<u64>();
    while rest > 0 {
        // Rounded, so that equal remainders stay equal in binary.
        let missed = |i: usize| ((wished[i] - given[i] as f64) * 1e9).round();
        let open = (0..given.len()).filter(|&i| given[i] < sizes[i]);
        let next = open.max_by(|&a, &b| missed(a).total_cmp(&missed(b)).then(b.cmp(&a)));
        given[next.expect("the sizes sum to n or more")] += 1;
        rest -= 1;
    }
    Ok(given)
}

/// The whole part, 0 for negative numbers.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
fn whole(value: f64) -> u64 {
    value.max(0.0) as u64
}

/// A weighted mean of a draw with unequal probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weighted {
    /// Horvitz and Thompson's estimate of the total, Σy/π.
    pub total: f64,
    /// Hájek's mean, Σ(y/π)/Σ(1/π).
    pub mean: f64,
    /// Standard error of the mean for independent draws (Poisson sampling), linearised.
    pub standard_error: f64,
}

/// Mean and total from members drawn with known probabilities π in (0, 1\]. Without the weights,
/// picks that aim at trouble drag the mean down.
///
/// Source: Horvitz & Thompson, JASA 47 (1952) 663–685; Särndal, Swensson & Wretman (1992) §5.7.
pub fn horvitz_thompson(values: &[f64], probabilities: &[f64]) -> Result<Weighted> {
    same_length(values, probabilities, "values and probabilities")?;
    all_finite(values, "a value")?;
    for &p in probabilities {
        within(positive(p, "a probability")?, 0.0, 1.0, "a probability")?;
    }
    let pairs = || values.iter().zip(probabilities);
    let size = sum(probabilities.iter().map(|p| 1.0 / p));
    let total = sum(pairs().map(|(y, p)| y / p));
    let mean = total / size;
    let variance = sum(pairs().map(|(y, p)| (1.0 - p) * ((y - mean) / p / size).powi(2)));
    if !(total.is_finite() && variance.is_finite()) {
        return Err(Undefined::OutOfRange("a value"));
    }
    Ok(Weighted { total, mean, standard_error: variance.sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    fn cell(population: u64, answered: u64, yes: u64) -> Cell {
        Cell { population, answered, yes }
    }

    #[test]
    fn post_stratification_follows_cochran() {
        let cells = [cell(6000, 200, 180), cell(3000, 150, 120), cell(1000, 150, 75)];
        let p = poststratify(&cells).unwrap();
        near(p.raw, 0.75, 1e-12);
        near(p.weighted, 0.83, 1e-12);
        near(p.standard_error.unwrap(), 0.016_231_474_368_544_666, 1e-15);
        assert!(p.effective_size < 500.0);
        assert!(p.estimate(Confidence::P95).unwrap().interval.contains(0.83));
        let silent = poststratify(&[cell(10, 0, 0), cell(10, 5, 1)]);
        assert!(matches!(silent, Err(Undefined::TooFew { .. })));
        assert_eq!(poststratify(&[cell(10, 1, 1)]).unwrap().standard_error, None);
        assert_eq!(poststratify(&[cell(10, 0, 0)]), Err(Undefined::Empty));
    }

    #[test]
    fn silence_is_bounded_and_its_unevenness_measured() {
        let cells = [cell(800, 160, 152), cell(150, 45, 27), cell(50, 25, 5)];
        near(r_indicator(&cells).unwrap(), 0.857_099_963_5, 1e-9);
        near(poststratify(&cells).unwrap().weighted, 0.86, 1e-12);
        assert_eq!(r_indicator(&[cell(10, 5, 1), cell(20, 10, 3)]), Ok(1.0));
        assert!(bounds(3, 2, 5).is_err() && bounds(0, 0, 0).is_err());
    }

    #[test]
    fn weights_of_answers_are_trimmed() {
        let weights = response_weights(&[0.5, 0.5, 0.5, 0.01], 5.0).unwrap();
        assert_eq!(weights, [2.0, 2.0, 2.0, 10.0]);
        assert!(response_weights(&[0.0], 5.0).is_err());
        let shares = reweigh(&[12.0, 46.0, 320.0], &[0.06, 0.23, 0.32]).unwrap();
        near(shares[2], 0.714_285_7, 1e-7);
    }

    #[test]
    fn allocation_follows_neyman_and_keeps_two_in_each_stratum() {
        let spreads = [0.3, 0.4, 0.5];
        let wished = neyman(&[6000, 3000, 1000], &spreads, 500).unwrap();
        for (a, e) in wished.iter().zip([257.142_857, 171.428_571, 71.428_571]) {
            near(*a, e, 1e-6);
        }
        assert_eq!(allocate(&wished, &[6000, 3000, 1000], 500, 2), Ok(vec![257, 172, 71]));
        assert_eq!(allocate(&[9.9, 0.1], &[100, 5], 10, 2), Ok(vec![8, 2]));
        assert_eq!(allocate(&[9.0, 1.0], &[3, 50], 10, 2), Ok(vec![3, 7]));
        assert!(allocate(&[1.0], &[3], 4, 2).is_err());
        // Far from the wish, and as quickly.
        let huge = 1_000_000_000;
        assert_eq!(allocate(&[1e9, 0.0], &[10, huge], huge, 2), Ok(vec![10, huge - 10]));
        assert_eq!(allocate(&[0.0, 0.0, 0.0], &[huge; 3], 8, 2), Ok(vec![3, 3, 2]));
        assert_eq!(neyman(&[5, 5], &[0.0, 0.0], 3), Err(Undefined::NoVariation));
    }

    #[test]
    fn aimed_draws_are_weighed_back() {
        // Half of the population drawn surely, half with one in ten.
        let w = horvitz_thompson(&[1.0, 1.0, 5.0], &[1.0, 1.0, 0.1]).unwrap();
        near(w.total, 52.0, 1e-12);
        near(w.mean, 52.0 / 12.0, 1e-12);
        assert!(w.standard_error > 0.0);
        near(horvitz_thompson(&[2.0, 4.0], &[1.0, 1.0]).unwrap().standard_error, 0.0, 0.0);
        assert!(horvitz_thompson(&[2.0], &[0.0]).is_err());
    }
}
