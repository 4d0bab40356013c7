//! Was it understaffing? Erlang's formulas for a team of equal agents, Poisson arrivals and
//! exponential handling times.
//!
//! Load A = arrivals per unit of time × mean handling time, in erlangs. Only to tell a shortage from
//! a person's fault, not to plan shifts: outages are not Poisson, and agents who handle several chats
//! at once are not M/M/n. [`erlang_c`] assumes that nobody hangs up, [`erlang_a`] does not, and the
//! two differ greatly near full load: say which was used.

use serde::Serialize;

use crate::interval::{Result, Undefined, finite, positive, within};
use crate::special;
use crate::sum::Sum;

/// Largest number of agents; the recursions take one step for each.
pub const AGENTS_MAX: u64 = 1_000_000;

/// Longest queue that Erlang A follows; it stops earlier where a state weighs less than 1e-18.
const STATES_MAX: u32 = 100_000;

fn check(load: f64, agents: u64) -> Result<()> {
    within(load, 0.0, 1e9, "the load")?;
    if agents > AGENTS_MAX { Err(Undefined::OutOfRange("the number of agents")) } else { Ok(()) }
}

/// Erlang B: the probability that all of `agents` ≥ 0 are busy when a caller who finds them so is
/// lost. `load` ≥ 0 in erlangs. B(0) = 1, B(i) = A·B/(i + A·B). Source: Erlang 1917.
///
/// ```
/// assert!((stats::queue::erlang_b(4.461, 10)? - 0.01).abs() < 1e-4);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn erlang_b(load: f64, agents: u64) -> Result<f64> {
    check(load, agents)?;
    let mut blocked = 1.0;
    for i in 1..=agents {
        blocked = load * blocked / (i as f64 + load * blocked);
    }
    Ok(blocked)
}

/// The load at which Erlang B with `agents` ≥ 1 reaches `blocked` in (0, 1).
pub fn erlang_b_load(blocked: f64, agents: u64) -> Result<f64> {
    within(blocked, 1e-300, 1.0 - 1e-12, "the blocking probability")?;
    if agents == 0 {
        return Err(Undefined::TooFew { what: "agents", have: 0, need: 1 });
    }
    check(0.0, agents)?;
    let (mut low, mut high) = (0.0, 1.0);
    while erlang_b(high, agents)? < blocked {
        (low, high) = (high, 2.0 * high);
        if high > 1e8 {
            return Err(Undefined::OutOfRange("the blocking probability"));
        }
    }
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return Ok(middle);
        }
        if erlang_b(middle, agents)? < blocked { low = middle } else { high = middle }
    }
}

/// A team under load; callers wait for ever.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ErlangC {
    /// A in erlangs.
    pub load: f64,
    /// How many agents.
    pub agents: u64,
    /// Probability that a caller has to wait.
    pub wait_probability: f64,
    /// Share of their time that agents are busy, load/agents.
    pub occupancy: f64,
    handling: f64,
}

/// Erlang C: C = B/(1 − ρ(1 − B)). `load` in erlangs below `agents`, `handling` the mean handling
/// time > 0 in any unit, in which all times below are given.
///
/// `OutOfRange` when load ≥ agents: the queue would grow without end. Source: Erlang 1917.
///
/// ```
/// // 100 calls in half an hour of 180 s each, 14 agents.
/// let team = stats::queue::erlang_c(10.0, 14, 180.0)?;
/// assert!((team.service_level(20.0)? - 0.88835).abs() < 1e-4);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn erlang_c(load: f64, agents: u64, handling: f64) -> Result<ErlangC> {
    positive(handling, "the handling time")?;
    let blocked = erlang_b(load, agents)?;
    if load >= agents as f64 {
        return Err(Undefined::OutOfRange("the load"));
    }
    let occupancy = load / agents as f64;
    let wait_probability = blocked / (1.0 - occupancy * (1.0 - blocked));
    let team = ErlangC { load, agents, wait_probability, occupancy, handling };
    finite(team.mean_wait(), "the mean wait")?;
    Ok(team)
}

impl ErlangC {
    /// Share answered within `time` ≥ 0: 1 − C·e^(−(N−A)·T/handling).
    pub fn service_level(&self, time: f64) -> Result<f64> {
        within(time, 0.0, f64::MAX, "the time")?;
        let spare = self.agents as f64 - self.load;
        Ok(1.0 - self.wait_probability * (-spare * time / self.handling).exp())
    }

    /// Mean wait of all callers, C·handling/(N − A).
    pub fn mean_wait(&self) -> f64 {
        self.wait_probability * self.handling / (self.agents as f64 - self.load)
    }
}

/// The fewest agents with a service level of at least `level` in [0, 1) within `time`.
///
/// ```
/// assert_eq!(stats::queue::agents_needed(10.0, 180.0, 90.0, 0.95)?, 14);
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn agents_needed(load: f64, handling: f64, time: f64, level: f64) -> Result<u64> {
    within(level, 0.0, 1.0 - 1e-12, "the service level")?;
    positive(handling, "the handling time")?;
    within(time, 0.0, f64::MAX, "the time")?;
    check(load, 0)?;
    let mut blocked = 1.0;
    for agents in 1..=AGENTS_MAX {
        let n = agents as f64;
        blocked = load * blocked / (n + load * blocked);
        if n > load {
            let waits = blocked / (1.0 - load / n * (1.0 - blocked));
            if 1.0 - waits * (-(n - load) * time / handling).exp() >= level {
                return Ok(agents);
            }
        }
    }
    Err(Undefined::OutOfRange("the load"))
}

/// Agents to schedule so that `needed` are at work when a share `shrinkage` in \[0, 1) is absent,
/// rounded up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
pub fn with_shrinkage(needed: u64, shrinkage: f64) -> Result<u64> {
    within(shrinkage, 0.0, 0.999, "the shrinkage")?;
    Ok((needed as f64 / (1.0 - shrinkage) - 1e-9).ceil() as u64)
}

/// A team under load; callers hang up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ErlangA {
    /// Probability that a caller has to wait.
    pub wait_probability: f64,
    /// Share that hangs up before an answer.
    pub abandoned: f64,
    /// Mean wait of all callers, answered or not, in the unit of the times given.
    pub mean_wait: f64,
    /// Mean number waiting.
    pub mean_queue: f64,
    /// Share of their time that agents are busy.
    pub occupancy: f64,
    /// Share of all callers answered within the target time.
    pub answered_in_time: f64,
    /// Share of callers who waited at most the target time, whether answered or not.
    pub waited_in_time: f64,
}

/// Erlang A: like C, but each caller hangs up after an exponential patience of mean `patience` > 0.
/// `arrivals` > 0 per unit of time; `handling` and `target` in the same unit,
/// patience and handling within a factor of 10⁷. Any load is stable;
/// one that makes more than 100 000 wait is refused.
///
/// Stationary birth–death solution; with j ahead the wait is −ln Beta(N/(θ·handling), j+1)/θ, so the
/// shares in time are exact. Source: Garnett, Mandelbaum & Reiman, MSOM 4 (2002) 208–227.
pub fn erlang_a(
    arrivals: f64,
    handling: f64,
    patience: f64,
    agents: u64,
    target: f64,
) -> Result<ErlangA> {
    positive(handling, "the handling time")?;
    positive(patience, "the patience")?;
    positive(arrivals, "the arrivals")?;
    within(target, 0.0, f64::MAX, "the target")?;
    within(patience / handling, 1e-7, 1e7, "the patience")?;
    let load = arrivals * handling;
    let blocked = erlang_b(load, agents)?;
    if agents == 0 {
        return Err(Undefined::TooFew { what: "agents", have: 0, need: 1 });
    }
    let n = agents as f64;
    // Weights relative to the state "all busy, nobody waits"; the states below weigh 1/B − 1.
    let servers = n * patience / handling;
    let reach = (-target / patience).exp();
    let (mut weight, mut all, mut queue) = (1.0, Sum::default(), Sum::default());
    let (mut answered, mut waited) = (Sum::default(), Sum::default());
    for j in 0..STATES_MAX {
        let ahead = f64::from(j);
        all.add(weight);
        queue.add(weight * ahead);
        let served = servers / (servers + ahead + 1.0);
        let in_time = served * special::beta_upper(reach, servers + 1.0, ahead + 1.0);
        answered.add(weight * in_time);
        waited.add(weight * (1.0 - reach * special::beta_cdf(reach, servers, ahead + 1.0)));
        weight *= arrivals / (n / handling + (ahead + 1.0) / patience);
        let falling = load < n + (ahead + 1.0) * handling / patience;
        if falling && weight < 1e-18 * all.value() {
            break;
        }
    }
    if weight > 1e-12 * all.value() {
        return Err(Undefined::OutOfRange("the load"));
    }
    let total = all.value() + (1.0 / blocked - 1.0);
    let mean_queue = queue.value() / total;
    let free = 1.0 - all.value() / total;
    let abandoned = (mean_queue / patience / arrivals).min(1.0);
    Ok(ErlangA {
        wait_probability: 1.0 - free,
        abandoned,
        mean_wait: mean_queue / arrivals,
        mean_queue,
        occupancy: load * (1.0 - abandoned) / n,
        answered_in_time: free + answered.value() / total,
        waited_in_time: free + waited.value() / total,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
    }

    #[test]
    fn erlang_b_matches_the_traffic_tables() {
        for (agents, one, two) in
            [(1, 0.0101, 0.0204), (2, 0.153, 0.223), (10, 4.461, 5.084), (100, 84.064, 87.972)]
        {
            near(erlang_b_load(0.01, agents).unwrap(), one, 6e-4);
            near(erlang_b_load(0.02, agents).unwrap(), two, 6e-4);
        }
        assert_eq!(erlang_b(0.0, 3), Ok(0.0));
        assert_eq!(erlang_b(5.0, 0), Ok(1.0));
        assert!(erlang_b(f64::NAN, 3).is_err() && erlang_b_load(0.5, 0).is_err());
    }

    #[test]
    fn erlang_c_matches_worked_examples() {
        let team = erlang_c(10.0, 14, 180.0).unwrap();
        near(team.wait_probability, 0.17413, 1e-5);
        near(team.service_level(20.0).unwrap(), 0.88835, 1e-5);
        near(team.mean_wait(), 7.8359, 1e-4);
        near(team.occupancy, 0.71429, 1e-5);
        let mitan = erlang_c(48.0, 55, 240.0).unwrap();
        near(mitan.wait_probability, 0.238_700_936_4, 1e-9);
        near(mitan.service_level(15.0).unwrap(), 0.845_883_092_2, 1e-9);
        assert!(erlang_c(10.0, 10, 180.0).is_err());
    }

    #[test]
    fn staffing_is_the_first_that_suffices() {
        let level = |n| erlang_c(10.0, n, 180.0).unwrap().service_level(90.0).unwrap();
        near(level(13), 0.9363, 5e-5);
        near(level(14), 0.9764, 5e-5);
        assert_eq!(agents_needed(10.0, 180.0, 90.0, 0.95), Ok(14));
        assert_eq!(agents_needed(0.0, 180.0, 90.0, 0.95), Ok(1));
        assert_eq!(with_shrinkage(14, 0.3), Ok(20));
        assert!(with_shrinkage(14, 1.0).is_err());
    }

    #[test]
    fn impatient_callers_match_garnett_mandelbaum_and_reiman() {
        let team = erlang_a(48.0, 1.0, 2.0, 50, 0.5).unwrap();
        near(team.abandoned, 0.030_912_249_2, 1e-9);
        near(team.mean_wait * 60.0, 3.709_469_899_5, 1e-8);
        near(team.mean_queue, 2.967_575_919_6, 1e-8);
        near(team.occupancy, 0.930_324_240_8, 1e-9);
    }

    #[test]
    fn endless_patience_is_erlang_c_and_overload_is_stable() {
        let patient = erlang_a(10.0 / 180.0, 180.0, 1e9, 14, 20.0).unwrap();
        let team = erlang_c(10.0, 14, 180.0).unwrap();
        near(patient.wait_probability, team.wait_probability, 1e-5);
        near(patient.answered_in_time, team.service_level(20.0).unwrap(), 1e-5);
        near(patient.mean_wait, team.mean_wait(), 1e-3);
        let overload = erlang_a(100.0, 1.0, 1.0, 10, 0.1).unwrap();
        near(overload.abandoned, 0.9, 1e-3);
    }
}
