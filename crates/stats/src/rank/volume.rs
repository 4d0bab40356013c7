//! A prior for people whose amount of work goes with their quality.

use serde::Serialize;

use super::{CONCENTRATION_MAX, Prior};
use crate::interval::{Result, Undefined, real};
use crate::matrix::Cholesky;
use crate::predict::sigmoid;
use crate::special::{self, digamma, ln_gamma, trigamma};
use crate::sum::Sum;

/// Newton steps; about 8 are usual.
const STEPS_MAX: usize = 200;

/// Smallest α + β.
const CONCENTRATION_MIN: f64 = 2e-3;

/// Constant and slope stay inside ± this: beyond it a probability is 0 or 1 as a double.
const LOGIT_MAX: f64 = 30.0;

/// A beta distribution for each amount of work n: mean μ with ln(μ/(1−μ)) = constant + slope·ln n,
/// and one α + β for all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct VolumePrior {
    /// The logit of the prior mean at n = 1.
    pub constant: f64,
    /// By how much it grows when n grows e-fold. Above zero: who is better does more.
    pub slope: f64,
    /// α + β, at most [`CONCENTRATION_MAX`]; there, people of equal volume are not told apart.
    pub concentration: f64,
    /// Probability of so good a fit if the mean did not depend on n (likelihood ratio). Above 0.05
    /// take [`Prior::fit`].
    pub p: f64,
}

impl VolumePrior {
    /// Beta-binomial regression on ln n by maximum likelihood, from x of n per person.
    ///
    /// For when better people are given more work: then a common prior pulls those with few
    /// observations too high. Not for n that follows from the outcome itself (only praised cases
    /// counted). People with n = 0 neither help nor hurt.
    ///
    /// `Empty` without observations, `TooFew` below three people with n ≥ 1, `NoVariation` when they
    /// all have the same n or all outcomes are alike. Newton's method with step halving. Source:
    /// Prentice, JASA 81 (1986) 321–327.
    ///
    /// ```
    /// use stats::rank::VolumePrior;
    /// let fit = VolumePrior::fit(&[(6, 10), (15, 20), (41, 50), (93, 100), (185, 200)])?;
    /// assert!(fit.slope > 0.0);
    /// assert!(fit.prior(5)?.mean() < fit.prior(200)?.mean());
    /// # Ok::<(), stats::Undefined>(())
    /// ```
    pub fn fit(points: &[(u64, u64)]) -> Result<Self> {
        let common = Prior::fit(points)?;
        if common.groups < 3 {
            return Err(Undefined::TooFew { what: "groups", have: common.groups, need: 3 });
        }
        let people: Vec<Person> =
            points.iter().filter(|p| p.1 > 0).map(|&(x, n)| Person::new(x, n)).collect();
        let alike = people.iter().all(|p| p.volume == people[0].volume);
        let (x, n) = super::totals(points)?;
        if alike || x <= 0.0 || x >= n {
            return Err(Undefined::NoVariation);
        }
        // Around the mean of ln n, so that constant and slope hardly depend on each other.
        let centre = people.iter().map(|p| p.volume).collect::<Sum>().value() / people.len() as f64;
        let mean = common.prior.mean();
        let size = common.prior.alpha + common.prior.beta;
        let start = [(mean / (1.0 - mean)).ln(), 0.0, size.ln()];
        let none = likelihood(&people, centre, start);
        let (at, best) = maximise(&people, centre, start, none);
        Ok(Self {
            constant: at[0] - at[1] * centre,
            slope: at[1],
            concentration: at[2].exp(),
            p: special::chi_square_sf(2.0 * (best - none).max(0.0), 1.0),
        })
    }

    /// The prior of somebody with `n` observations; n = 0 counts as 1.
    pub fn prior(&self, n: u64) -> Result<Prior> {
        let mean = sigmoid(self.constant + self.slope * real(n.max(1))?.ln());
        // Not nearer to 0 or 1 than a prior can say.
        let mean = mean.clamp(1e-6, 1.0 - 1e-6);
        Prior::new(mean * self.concentration, (1.0 - mean) * self.concentration)
    }
}

/// One person: successes, failures, and ln n.
struct Person {
    x: f64,
    rest: f64,
    volume: f64,
}

impl Person {
    fn new(x: u64, n: u64) -> Self {
        Self { x: x as f64, rest: (n - x) as f64, volume: (n as f64).ln() }
    }
}

/// α and β of one person under (logit of the mean at the centre, slope, ln(α + β)).
fn parameters(person: &Person, centre: f64, [constant, slope, size]: [f64; 3]) -> (f64, f64, f64) {
    let mean = sigmoid(constant + slope * (person.volume - centre)).clamp(1e-12, 1.0 - 1e-12);
    (mean, mean * size.exp(), (1.0 - mean) * size.exp())
}

/// Logarithm of the likelihood without its constant.
fn likelihood(people: &[Person], centre: f64, at: [f64; 3]) -> f64 {
    let grown = |base: f64, by: f64| ln_gamma(base + by) - ln_gamma(base);
    let terms = people.iter().map(|it| {
        let (_, a, b) = parameters(it, centre, at);
        grown(a, it.x) + grown(b, it.rest) - grown(a + b, it.x + it.rest)
    });
    terms.collect::<Sum>().value()
}

/// Gradient, and negative Hessian row by row.
fn slope(people: &[Person], centre: f64, at: [f64; 3]) -> ([f64; 3], [f64; 9]) {
    let mut gradient = [0.0; 3];
    let mut bend = [0.0; 9];
    let size = at[2].exp();
    for it in people {
        let (mean, a, b) = parameters(it, centre, at);
        let first = |base: f64, by: f64| digamma(base + by) - digamma(base);
        let second = |base: f64, by: f64| trigamma(base + by) - trigamma(base);
        let (da, db, both) = (first(a, it.x), first(b, it.rest), first(size, it.x + it.rest));
        let (ta, tb, all) = (second(a, it.x), second(b, it.rest), second(size, it.x + it.rest));
        let v = mean * (1.0 - mean);
        // With respect to the logit of the mean, and to ln(α + β).
        let by_logit = size * v * (da - db);
        let by_size = size * (mean * da + (1.0 - mean) * db - both);
        let logit2 = by_logit * (1.0 - 2.0 * mean) + (size * v).powi(2) * (ta + tb);
        let size2 = size * size * (mean * mean * ta + (1.0 - mean).powi(2) * tb - all) + by_size;
        let cross = by_logit + size * size * v * (mean * ta - (1.0 - mean) * tb);
        let x = it.volume - centre;
        let direction = [1.0, x];
        for i in 0..2 {
            gradient[i] += by_logit * direction[i];
            for j in 0..2 {
                bend[3 * i + j] -= logit2 * direction[i] * direction[j];
            }
            bend[3 * i + 2] -= cross * direction[i];
            bend[6 + i] -= cross * direction[i];
        }
        gradient[2] += by_size;
        bend[8] -= size2;
    }
    (gradient, bend)
}

fn bounded([constant, slope, size]: [f64; 3]) -> [f64; 3] {
    let (low, high) = (CONCENTRATION_MIN.ln(), CONCENTRATION_MAX.ln());
    [
        constant.clamp(-LOGIT_MAX, LOGIT_MAX),
        slope.clamp(-LOGIT_MAX, LOGIT_MAX),
        size.clamp(low, high),
    ]
}

/// Newton where the surface is a hill; elsewhere, and at the bound of α + β, a damped step upwards.
fn maximise(people: &[Person], centre: f64, start: [f64; 3], value: f64) -> ([f64; 3], f64) {
    let (mut at, mut value) = (start, value);
    let mut damping = 0.0;
    for _ in 0..STEPS_MAX {
        let (gradient, bend) = slope(people, centre, at);
        let scale = (0..3).map(|i| bend[4 * i].abs()).fold(1e-9, f64::max);
        let step = std::iter::successors(Some(damping), |d| Some(f64::max(10.0 * d, 1e-4 * scale)))
            .take(20)
            .find_map(|damping| {
                let mut matrix = bend;
                (0..3).for_each(|i| matrix[4 * i] += damping);
                Cholesky::new(&matrix, 3).ok().map(|it| it.solve(&gradient))
            });
        let Some(step) = step else { break };
        let longest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        let shrink = (2.0 / longest.max(1e-300)).min(1.0);
        let improved = std::iter::successors(Some(shrink), |part| Some(part * 0.5))
            .take(40)
            .find_map(|part| {
                let next = bounded(std::array::from_fn(|i| at[i] + part * step[i]));
                let reached = likelihood(people, centre, next);
                (reached > value).then_some((next, reached))
            });
        let Some((next, reached)) = improved else {
            // A Newton step that leads nowhere against a bound: try once more, straighter up.
            if damping > 0.0 || longest < 1e-8 {
                break;
            }
            damping = scale;
            continue;
        };
        let moved = (0..3).map(|i| (next[i] - at[i]).abs()).fold(0.0, f64::max);
        (at, value) = (next, reached);
        if moved < 1e-10 {
            break;
        }
    }
    (at, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[track_caller]
    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    /// 60 people from 3 to 400 cases, drawn with the given slope.
    fn people(slope: f64, seed: u64) -> Vec<(u64, u64)> {
        let mut random = Random::new("volume", seed);
        (0_u64..60)
            .map(|i| {
                let n = 3 + 397 * i / 59;
                let logit = 0.5 + slope * (n as f64).ln() + 0.3 * random.normal();
                ((0..n).map(|_| u64::from(random.chance(sigmoid(logit)))).sum(), n)
            })
            .collect()
    }

    #[test]
    fn the_fit_is_that_of_a_general_optimiser() {
        let points = [(6, 10), (15, 20), (41, 50), (93, 100), (185, 200), (0, 0), (12, 30), (7, 7)];
        let fit = VolumePrior::fit(&points).unwrap();
        // SciPy's Nelder-Mead on the same likelihood.
        near(fit.constant, 0.069_539_927, 1e-6);
        near(fit.slope, 0.317_330_597, 1e-6);
        near(fit.concentration, 8.309_848_8, 1e-4);
        near(fit.p, 0.361_122_882, 1e-6);
    }

    #[test]
    fn a_slope_is_found_where_there_is_one_and_only_there() {
        let clear = VolumePrior::fit(&people(0.4, 1)).unwrap();
        assert!(clear.p < 1e-6 && (0.2..0.6).contains(&clear.slope), "{clear:?}");
        let few = clear.prior(5).unwrap();
        assert!(few.mean() < Prior::fit(&people(0.4, 1)).unwrap().prior.mean());
        let flat = (1..=40).filter(|&s| VolumePrior::fit(&people(0.0, s)).unwrap().p < 0.05);
        assert!(flat.count() <= 6);
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        assert_eq!(VolumePrior::fit(&[]), Err(Undefined::Empty));
        assert!(matches!(VolumePrior::fit(&[(1, 2), (3, 5)]), Err(Undefined::TooFew { .. })));
        assert_eq!(VolumePrior::fit(&[(1, 5), (2, 5), (3, 5)]), Err(Undefined::NoVariation));
        assert_eq!(VolumePrior::fit(&[(0, 5), (0, 6), (0, 7)]), Err(Undefined::NoVariation));
        // Perfect separation by volume ends at the bounds, not in NaN.
        let split = VolumePrior::fit(&[(0, 5), (0, 50), (5_000, 5_000), (6_000, 6_000)]).unwrap();
        assert!(split.slope.is_finite() && split.prior(7).is_ok(), "{split:?}");
    }
}
