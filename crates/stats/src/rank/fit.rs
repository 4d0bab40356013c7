//! Maximum likelihood of the beta-binomial model.

use serde::Serialize;

use super::{Prior, totals};
use crate::interval::Result;
use crate::special;
use crate::sum::Sum;

/// Largest α + β of a fitted prior. Above it the groups are not told apart: 100 observations would
/// move nobody by more than 1 %.
pub const CONCENTRATION_MAX: f64 = 1e4;

/// Smallest α and β; below, the prior says "all or nothing" and no data set can tell how strictly.
const PARAMETER_MIN: f64 = 1e-3;

/// Newton steps; about 8 are usual.
const STEPS_MAX: usize = 200;

/// A fitted prior.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fit {
    /// The prior.
    pub prior: Prior,
    /// Whether the groups differ at all. `false` when the likelihood grows without end with α + β
    /// (then α + β = [`CONCENTRATION_MAX`]): say "no difference that could be told apart".
    pub distinguishable: bool,
    /// Groups with n ≥ 1. Below about 8 the prior is little more than a guess.
    pub groups: usize,
}

impl Prior {
    /// α and β that make the counts (x of n per group) most likely when each group's true share is
    /// drawn from Beta(α, β). Groups with n = 0 neither help nor hurt; undefined when all have n = 0.
    ///
    /// Newton's method in (ln α, ln β) with step halving, so that neither can leave its range.
    /// Source: Griffiths, Biometrics 29 (1973) 637–648.
    ///
    /// ```
    /// use stats::rank::Prior;
    /// let fit = Prior::fit(&[(5, 5), (48, 50), (190, 200), (20, 30), (0, 0)])?;
    /// let three_of_three = fit.prior.after(3, 3)?.mean();
    /// assert!(fit.prior.mean() < three_of_three && three_of_three < 1.0);
    /// # Ok::<(), stats::Undefined>(())
    /// ```
    pub fn fit(points: &[(u64, u64)]) -> Result<Fit> {
        let (x, n) = totals(points)?;
        let groups = points.iter().filter(|p| p.1 > 0).count();
        // Half an observation each way keeps the mean inside (0, 1) when all or none succeeded.
        let mixed = 0.0 < x && x < n;
        let mean = if mixed { x / n } else { (x + 0.5) / (n + 1.0) };
        let flat =
            Prior { alpha: mean * CONCENTRATION_MAX, beta: (1.0 - mean) * CONCENTRATION_MAX };
        let unclear = Fit { prior: flat, distinguishable: false, groups };
        if !mixed || groups < 2 {
            return Ok(unclear);
        }
        let likelihood = Likelihood::new(points);
        let start = Prior::moments(points).unwrap_or(Prior { alpha: mean, beta: 1.0 - mean });
        let best = likelihood.maximise(start);
        let clear = best.alpha + best.beta < CONCENTRATION_MAX * 0.999
            && likelihood.value(best) > likelihood.value(flat);
        if clear { Ok(Fit { prior: best, distinguishable: true, groups }) } else { Ok(unclear) }
    }
}

/// The counts, each distinct value once with how often it occurs: the likelihood needs functions of
/// x, n − x and n only, and among thousands of groups few of these differ.
struct Likelihood {
    x: Vec<(f64, f64)>,
    rest: Vec<(f64, f64)>,
    n: Vec<(f64, f64)>,
}

fn tally(counts: impl Iterator<Item = u64>) -> Vec<(f64, f64)> {
    // A zero contributes nothing: Γ(α+0)/Γ(α) = 1.
    let mut counts: Vec<u64> = counts.filter(|&c| c > 0).collect();
    counts.sort_unstable();
    counts.chunk_by(|a, b| a == b).map(|same| (same[0] as f64, same.len() as f64)).collect()
}

/// Σ weight·(f(base + count) − f(base)).
fn over(tally: &[(f64, f64)], base: f64, f: impl Fn(f64) -> f64) -> f64 {
    let at_base = f(base);
    let mut total = Sum::default();
    for &(count, weight) in tally {
        total.add(weight * (f(base + count) - at_base));
    }
    total.value()
}

impl Likelihood {
    fn new(points: &[(u64, u64)]) -> Self {
        Self {
            x: tally(points.iter().map(|p| p.0)),
            rest: tally(points.iter().map(|p| p.1 - p.0)),
            n: tally(points.iter().map(|p| p.1)),
        }
    }

    /// Logarithm of the likelihood without its constant.
    fn value(&self, Prior { alpha, beta }: Prior) -> f64 {
        over(&self.x, alpha, special::ln_gamma) + over(&self.rest, beta, special::ln_gamma)
            - over(&self.n, alpha + beta, special::ln_gamma)
    }

    /// First and second derivatives with respect to ln α and ln β: (gα, gβ, hαα, hαβ, hββ).
    fn slope(&self, Prior { alpha, beta }: Prior) -> [f64; 5] {
        let both = over(&self.n, alpha + beta, special::digamma);
        let bend = over(&self.n, alpha + beta, special::trigamma);
        let ga = over(&self.x, alpha, special::digamma) - both;
        let gb = over(&self.rest, beta, special::digamma) - both;
        let haa = over(&self.x, alpha, special::trigamma) - bend;
        let hbb = over(&self.rest, beta, special::trigamma) - bend;
        [
            alpha * ga,
            beta * gb,
            alpha * alpha * haa + alpha * ga,
            -alpha * beta * bend,
            beta * beta * hbb + beta * gb,
        ]
    }

    fn maximise(&self, start: Prior) -> Prior {
        let mut at = bounded(start.alpha, start.beta);
        let mut value = self.value(at);
        for _ in 0..STEPS_MAX {
            let [ga, gb, haa, hab, hbb] = self.slope(at);
            let determinant = haa * hbb - hab * hab;
            // Newton where the surface is a hill, else straight up.
            let (mut da, mut db) = if haa < 0.0 && determinant > 0.0 {
                ((hab * gb - hbb * ga) / determinant, (hab * ga - haa * gb) / determinant)
            } else {
                let length = ga.hypot(gb).max(f64::MIN_POSITIVE);
                (ga / length, gb / length)
            };
            let longest = da.abs().max(db.abs());
            if longest > 2.0 {
                (da, db) = (da * 2.0 / longest, db * 2.0 / longest);
            }
            let improved = std::iter::successors(Some(1.0), |part| Some(part * 0.5))
                .take(40)
                .find_map(|part: f64| {
                    let next = bounded(at.alpha * (part * da).exp(), at.beta * (part * db).exp());
                    let reached = self.value(next);
                    (reached > value).then_some((next, reached))
                });
            let Some((next, reached)) = improved else { break };
            let moved = (next.alpha / at.alpha - 1.0).abs().max((next.beta / at.beta - 1.0).abs());
            (at, value) = (next, reached);
            if moved < 1e-10 || at.alpha + at.beta >= CONCENTRATION_MAX {
                break;
            }
        }
        at
    }
}

/// α and β inside their range, α/β kept at the upper end.
fn bounded(alpha: f64, beta: f64) -> Prior {
    let shrink = (CONCENTRATION_MAX / (alpha + beta)).min(1.0);
    Prior { alpha: (alpha * shrink).max(PARAMETER_MIN), beta: (beta * shrink).max(PARAMETER_MIN) }
}
