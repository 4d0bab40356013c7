//! Who is best? Fair ranking of many with unequal numbers of observations.
//!
//! By raw mean the winner is usually somebody with few ratings. Fit a [`Prior`] over all
//! ([`Prior::fit`]), rank by the mean of each [`Posterior`], and announce a [`leading_group`], not a
//! single winner. Adjust for what people were given to work on first ([`standardise`]); where the
//! better ones are given more of it, let the prior depend on n ([`VolumePrior`]).

use serde::{Deserialize, Serialize};

use crate::interval::{
    COUNT_MAX, Confidence, Estimate, Interval, Result, Undefined, all_finite, finite, real,
    same_length, within,
};
use crate::special;
use crate::sum::sum;

mod fit;
mod greater;
mod volume;

pub use fit::{CONCENTRATION_MAX, Fit};
pub use volume::VolumePrior;

/// A Beta(α, β) distribution of the true shares of a population: what is known of somebody before
/// the first observation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// Prior successes, > 0.
    pub alpha: f64,
    /// Prior failures, > 0.
    pub beta: f64,
}

/// What is known of one share after its observations: again a Beta(α, β).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Posterior {
    /// Prior and observed successes.
    pub alpha: f64,
    /// Prior and observed failures.
    pub beta: f64,
}

/// Each (x, n) with 0 ≤ x ≤ n; the sums over all.
pub(crate) fn totals(points: &[(u64, u64)]) -> Result<(f64, f64)> {
    let (mut x_total, mut n_total) = (0.0, 0.0);
    for &(x, n) in points {
        if x > n {
            return Err(Undefined::OutOfRange("the count of successes"));
        }
        x_total += real(x)?;
        n_total += real(n)?;
    }
    if n_total <= 0.0 { Err(Undefined::Empty) } else { Ok((x_total, n_total)) }
}

/// A parameter of a beta distribution, in the range where its tails take at most milliseconds.
fn parameter(value: f64) -> Result<f64> {
    within(value, 1e-9, 2.0 * COUNT_MAX as f64, "a parameter")
}

impl Prior {
    /// α and β from 1e-9 to 1e12.
    pub fn new(alpha: f64, beta: f64) -> Result<Self> {
        Ok(Self { alpha: parameter(alpha)?, beta: parameter(beta)? })
    }

    /// The method of moments: mean m and standard deviation s (divisor k − 1) of the k raw shares
    /// with n ≥ 1 give α + β = m(1−m)/s² − 1.
    ///
    /// Ignores that small n scatter more; a start for [`Prior::fit`], which does not. Undefined
    /// when the shares do not vary, or more than a beta distribution can. Source: Gelman et al.,
    /// Bayesian Data Analysis, 3rd ed., §5.1.
    pub fn moments(points: &[(u64, u64)]) -> Result<Self> {
        totals(points)?;
        let shares: Vec<f64> =
            points.iter().filter(|p| p.1 > 0).map(|&(x, n)| x as f64 / n as f64).collect();
        let summary = crate::mean::summary(&shares)?;
        let Some(sd) = summary.sd else {
            return Err(Undefined::TooFew { what: "groups", have: 1, need: 2 });
        };
        let (m, variance) = (summary.mean, sd * sd);
        if variance <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        let size = m * (1.0 - m) / variance - 1.0;
        if size <= 0.0 {
            return Err(Undefined::OutOfRange("the variance of the shares"));
        }
        Self::new(m * size, (1.0 - m) * size)
    }

    /// The share before any observation, α/(α+β).
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// How much of the scatter of shares of `n` observations is true difference, n/(n + α + β) in
    /// \[0, 1): the reliability that awards ask for (0.7 of a rating, say).
    pub fn reliability(self, n: u64) -> Result<f64> {
        let n = real(n)?;
        Ok(n / (n + self.alpha + self.beta))
    }

    /// After x of n: Beta(α + x, β + n − x).
    pub fn after(self, x: u64, n: u64) -> Result<Posterior> {
        if x > n {
            return Err(Undefined::OutOfRange("the count of successes"));
        }
        let (x, n) = (real(x)?, real(n)?);
        Ok(Posterior { alpha: self.alpha + x, beta: self.beta + (n - x) })
    }

    /// After an adjusted share `p` that is worth `n` ≥ 0 observations (case-mix or weights).
    pub fn after_share(self, p: f64, n: f64) -> Result<Posterior> {
        within(p, 0.0, 1.0, "the share")?;
        within(n, 0.0, 9e15, "the number")?;
        Ok(Posterior { alpha: self.alpha + p * n, beta: self.beta + (1.0 - p) * n })
    }
}

impl Posterior {
    /// The posterior mean: between the raw share and the prior mean, nearer the former the more
    /// observations there are. What to rank by.
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// The share that the true one is below with probability `p` in \[0, 1\]; `quantile(0.05)` is a
    /// lower bound.
    pub fn quantile(self, p: f64) -> Result<f64> {
        within(p, 0.0, 1.0, "the probability")?;
        Ok(special::beta_quantile(p, parameter(self.alpha)?, parameter(self.beta)?))
    }

    /// Equal-tailed interval of the true share, with the mean.
    pub fn estimate(self, confidence: Confidence) -> Estimate {
        let tail = 0.5 * confidence.alpha();
        let at = |p| special::beta_quantile(p, self.alpha, self.beta);
        Estimate { value: self.mean(), interval: Interval::new(at(tail), at(1.0 - tail)) }
    }

    /// P(this true share > the other's), both independent: exact by a finite sum for small whole
    /// parameters, else by quadrature (error below
    /// 1e-10), above a million observations each by an expansion (error below 1e-6).
    ///
    /// ```
    /// use stats::rank::Posterior;
    /// let (a, b) = (Posterior { alpha: 10.0, beta: 3.0 }, Posterior { alpha: 20.0, beta: 8.0 });
    /// assert!((a.exceeds(b)? - 0.6677866071404465).abs() < 1e-12);
    /// # Ok::<(), stats::Undefined>(())
    /// ```
    pub fn exceeds(self, other: Self) -> Result<f64> {
        for value in [self.alpha, self.beta, other.alpha, other.beta] {
            parameter(value)?;
        }
        Ok(greater::probability(self, other))
    }
}

/// Who leads: the indexes of all whose chance to be truly better than the one with the highest
/// posterior mean is at least `chance` (0.2 is the house rule), in the order of their means.
///
/// Ranks inside the group are not to be announced. Undefined for nobody.
pub fn leading_group(posteriors: &[Posterior], chance: f64) -> Result<Vec<usize>> {
    within(chance, 0.0, 1.0, "the chance")?;
    let mut order: Vec<usize> = (0..posteriors.len()).collect();
    order.sort_by(|&a, &b| posteriors[b].mean().total_cmp(&posteriors[a].mean()).then(a.cmp(&b)));
    let Some((&leader, rest)) = order.split_first() else {
        return Err(Undefined::Empty);
    };
    let mut group = vec![leader];
    for &index in rest {
        if posteriors[index].exceeds(posteriors[leader])? >= chance {
            group.push(index);
        }
    }
    Ok(group)
}

/// James and Stein's shrinkage of k ≥ 4 shares x/n with one common n.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JamesStein {
    /// The grand mean.
    pub mean: f64,
    /// How much of each distance to the grand mean is kept, in \[0, 1\].
    pub kept: f64,
    /// The shrunken shares.
    pub shares: Vec<f64>,
}

/// c = 1 − (k−3)σ²/Σ(p−p̄)² with σ² = p̄(1−p̄)/n, shares p̄ + c(p−p̄), c not below 0. A textbook
/// cross-check; [`Prior::fit`] takes unequal n. Source: Efron & Morris, Scientific American 236
/// (1977) 119–127.
pub fn james_stein(x: &[u64], n: u64) -> Result<JamesStein> {
    let k = x.len();
    if k < 4 {
        return Err(Undefined::TooFew { what: "groups", have: k, need: 4 });
    }
    let points: Vec<(u64, u64)> = x.iter().map(|&x| (x, n)).collect();
    let (x_total, n_total) = totals(&points)?;
    let mean = x_total / n_total;
    let shares: Vec<f64> = x.iter().map(|&x| x as f64 / n as f64).collect();
    let spread = sum(shares.iter().map(|p| (p - mean).powi(2)));
    if spread <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let kept = (1.0 - (k as f64 - 3.0) * mean * (1.0 - mean) / n as f64 / spread).max(0.0);
    let shares = shares.iter().map(|p| mean + kept * (p - mean)).collect();
    Ok(JamesStein { mean, kept, shares })
}

/// Mean of a scale after prior counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScaleMean {
    /// Posterior mean, on the scale 1 to K.
    pub mean: f64,
    /// Posterior standard deviation.
    pub sd: f64,
}

impl ScaleMean {
    /// mean − z·sd, a lower bound by the normal approximation.
    pub fn lower(self, z: f64) -> f64 {
        self.mean - z * self.sd
    }
}

/// Mean of answers 1 to K with Dirichlet prior counts (for instance the pooled distribution scaled
/// to 20): Σk·aₖ/A with a = prior + counts, sd √((Σk²aₖ/A − mean²)/(A+1)).
pub fn dirichlet_mean(prior: &[f64], counts: &[u64]) -> Result<ScaleMean> {
    same_length(prior, counts, "prior and counts")?;
    all_finite(prior, "a prior count")?;
    if prior.iter().any(|&a| a < 0.0) {
        return Err(Undefined::OutOfRange("a prior count"));
    }
    let after =
        prior.iter().zip(counts).map(|(a, &c)| Ok(a + real(c)?)).collect::<Result<Vec<_>>>()?;
    let total = sum(after.iter().copied());
    if total <= 0.0 {
        return Err(Undefined::Empty);
    }
    let weigh = |f: &dyn Fn(f64) -> f64| {
        sum(after.iter().enumerate().map(|(i, a)| a / total * f((i + 1) as f64)))
    };
    let mean = weigh(&|k| k);
    // Around the mean, so that nothing cancels.
    let variance = weigh(&|k| (k - mean).powi(2)) / (total + 1.0);
    Ok(ScaleMean { mean, sd: variance.sqrt() })
}

/// Lower bound of a mean of answers 1 to K to sort by: one answer of each kind as prior, and z (1.65
/// for 95 %) standard deviations down. Source: Miller, "Ranking Items With Star Ratings".
pub fn star_lower_bound(counts: &[u64], z: f64) -> Result<f64> {
    finite(z, "z")?;
    Ok(dirichlet_mean(&vec![1.0; counts.len()], counts)?.lower(z))
}

/// What somebody achieved against what was to be expected of the cases they were given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Standardised {
    /// Observed share.
    pub raw: f64,
    /// Expected number of successes.
    pub expected: f64,
    /// Observed over expected.
    pub ratio: f64,
    /// (O − E)/√Σp(1−p).
    pub z: f64,
}

impl Standardised {
    /// ratio × `overall` share, at most 1: the share on the average mix of cases.
    pub fn adjusted(self, overall: f64) -> Result<f64> {
        Ok((self.ratio * within(overall, 0.0, 1.0, "the overall share")?).min(1.0))
    }
}

/// Indirect standardisation: `cells` of (x, n, baseline share of everybody in such cases).
///
/// Adjust only for what the person cannot choose (queue, subject, channel, wait before), never for
/// what they do (handling time, tone).
pub fn standardise(cells: &[(u64, u64, f64)]) -> Result<Standardised> {
    let points: Vec<(u64, u64)> = cells.iter().map(|c| (c.0, c.1)).collect();
    let (observed, n) = totals(&points)?;
    cells.iter().try_for_each(|c| within(c.2, 0.0, 1.0, "a baseline share").map(drop))?;
    let expected = sum(cells.iter().map(|c| c.1 as f64 * c.2));
    let variance = sum(cells.iter().map(|c| c.1 as f64 * c.2 * (1.0 - c.2)));
    observed_expected(observed, n, expected, variance)
}

/// The same from one prediction in \[0, 1\] per case ([`crate::predict::Logistic`]) and its outcome.
pub fn standardise_cases(cases: &[(bool, f64)]) -> Result<Standardised> {
    if cases.is_empty() {
        return Err(Undefined::Empty);
    }
    cases.iter().try_for_each(|c| within(c.1, 0.0, 1.0, "a prediction").map(drop))?;
    let observed = cases.iter().filter(|c| c.0).count() as f64;
    let expected = sum(cases.iter().map(|c| c.1));
    let variance = sum(cases.iter().map(|c| c.1 * (1.0 - c.1)));
    observed_expected(observed, cases.len() as f64, expected, variance)
}

fn observed_expected(observed: f64, n: f64, expected: f64, variance: f64) -> Result<Standardised> {
    if expected <= 0.0 || variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let (ratio, z) = (observed / expected, (observed - expected) / variance.sqrt());
    // Expected counts so small that nothing can be divided by them expect nothing.
    if !(ratio.is_finite() && z.is_finite()) {
        return Err(Undefined::NoVariation);
    }
    Ok(Standardised { raw: observed / n, expected, ratio, z })
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
