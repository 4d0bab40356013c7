//! Time until something happens, when for some it has not happened yet.
//!
//! Young cases fake good numbers: a rate "within 30 days" must wait for 30 days ([`matured`]) or use
//! the survival curve ([`kaplan_meier`]), which also uses the young ones.

use serde::Serialize;

use crate::compare::ChiSquare;
use crate::interval::{Confidence, Interval, Result, Undefined, within};
use crate::matrix::Cholesky;

/// One case: how long it was watched, and whether the event ended the watching.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration {
    /// Time from start to event or to the end of watching, ≥ 0, any one unit.
    pub time: f64,
    /// Whether the event happened; `false` when it had not happened yet (censored).
    pub happened: bool,
}

impl Duration {
    /// A case in which the event happened at `time`.
    pub const fn ended(time: f64) -> Self {
        Self { time, happened: true }
    }

    /// A case still without event after `time`.
    pub const fn open(time: f64) -> Self {
        Self { time, happened: false }
    }
}

/// One step of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step {
    /// When.
    pub time: f64,
    /// Watched just before.
    pub at_risk: u64,
    /// Events at this time.
    pub events: u64,
    /// Share still without event after it.
    pub survival: f64,
    /// Greenwood's sum Σd/(n(n−d)); `survival`²·this is the variance. Infinite once survival is 0.
    pub greenwood: f64,
}

/// The Kaplan–Meier curve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// One step per distinct time of an event, ascending.
    pub steps: Vec<Step>,
    /// The longest watched time; the curve says nothing beyond it.
    pub last_time: f64,
}

/// Kaplan and Meier's estimate Π(1 − d/n). Cases watched until exactly the time of an event count
/// as at risk there.
///
/// Not for events of several kinds that exclude each other (competing risks): then the complement
/// overstates each. Source: Kaplan & Meier, JASA 53 (1958) 457–481.
///
/// ```
/// use stats::survival::{Duration, kaplan_meier};
/// let curve = kaplan_meier(&[Duration::ended(6.0), Duration::open(9.0), Duration::ended(10.0)])?;
/// assert_eq!(curve.at(7.0).map(|s| (s * 3.0).round()), Some(2.0));
/// # Ok::<(), stats::Undefined>(())
/// ```
pub fn kaplan_meier(cases: &[Duration]) -> Result<Curve> {
    let cases = ordered(cases)?;
    let mut left = cases.len() as u64;
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut steps = Vec::new();
    for same in cases.chunk_by(|a, b| a.time == b.time) {
        let events = same.iter().filter(|c| c.happened).count() as u64;
        if events > 0 {
            let (d, n) = (events as f64, left as f64);
            survival *= (n - d) / n;
            greenwood += d / (n * (n - d));
            steps.push(Step { time: same[0].time, at_risk: left, events, survival, greenwood });
        }
        left -= same.len() as u64;
    }
    let last_time = cases.last().map_or(0.0, |c| c.time);
    Ok(Curve { steps, last_time })
}

fn ordered(cases: &[Duration]) -> Result<Vec<Duration>> {
    if cases.is_empty() {
        return Err(Undefined::Empty);
    }
    for case in cases {
        within(case.time, 0.0, f64::MAX, "a time")?;
    }
    let mut cases = cases.to_vec();
    cases.sort_by(|a, b| a.time.total_cmp(&b.time));
    Ok(cases)
}

impl Curve {
    fn step(&self, time: f64) -> Option<&Step> {
        let index = self.steps.partition_point(|s| s.time <= time);
        index.checked_sub(1).map(|i| &self.steps[i])
    }

    /// Share without event after `time`; `None` beyond the last watched time (unless all had their
    /// event before) and for negative or undefined times.
    pub fn at(&self, time: f64) -> Option<f64> {
        if time.is_nan() || time < 0.0 {
            return None;
        }
        let survival = self.step(time).map_or(1.0, |s| s.survival);
        (time <= self.last_time || survival <= 0.0).then_some(survival)
    }

    /// The interval of [`Curve::at`] by the log-minus-log transformation, always inside \[0, 1\];
    /// `None` where there is no estimate or no event yet.
    pub fn interval(&self, time: f64, confidence: Confidence) -> Option<Interval> {
        self.at(time)?;
        let step = self.step(time)?;
        if step.survival <= 0.0 {
            return Some(Interval::new(0.0, 0.0));
        }
        let log = step.survival.ln();
        let width = confidence.z() * step.greenwood.sqrt() / -log;
        Some(Interval::new((log * width.exp()).exp(), (log * (-width).exp()).exp()))
    }

    /// The first time at which at most half are left; `None` when more than half never had the
    /// event.
    pub fn median(&self) -> Option<f64> {
        // Products of fractions reach ½ with a rounding error.
        self.steps.iter().find(|s| s.survival <= 0.5 + 1e-12).map(|s| s.time)
    }
}

/// Log-rank test: do groups differ in when the event happens? At least two groups with cases.
///
/// Weighs early and late differences alike; blind when the curves cross. Undefined when there is no
/// event while more than one group is watched. Source: Mantel, Cancer Chemotherapy Reports 50 (1966)
/// 163–170; Peto & Peto, JRSS A 135 (1972) 185–207.
pub fn log_rank<G: AsRef<[Duration]>>(groups: &[G]) -> Result<ChiSquare> {
    let mut all: Vec<(Duration, usize)> = Vec::new();
    let mut left = Vec::with_capacity(groups.len());
    for group in groups {
        let cases = group.as_ref();
        if cases.is_empty() {
            continue;
        }
        all.extend(ordered(cases)?.into_iter().map(|c| (c, left.len())));
        left.push(cases.len() as f64);
    }
    let k = left.len();
    if k < 2 {
        return Err(Undefined::TooFew { what: "groups", have: k, need: 2 });
    }
    all.sort_by(|a, b| a.0.time.total_cmp(&b.0.time));
    let mut excess = vec![0.0; k];
    let mut variance = vec![0.0; k * k];
    for same in all.chunk_by(|a, b| a.0.time == b.0.time) {
        let n: f64 = left.iter().sum();
        let d = same.iter().filter(|c| c.0.happened).count() as f64;
        if d > 0.0 && n > 1.0 {
            same.iter().filter(|c| c.0.happened).for_each(|c| excess[c.1] += 1.0);
            let scale = d * (n - d) / (n - 1.0);
            for i in 0..k {
                excess[i] -= d * left[i] / n;
                for j in 0..k {
                    let same_group = f64::from(u8::from(i == j));
                    variance[i * k + j] += scale * left[i] / n * (same_group - left[j] / n);
                }
            }
        }
        for case in same {
            left[case.1] -= 1.0;
        }
    }
    // The last group follows from the others.
    let kept = k - 1;
    let matrix: Vec<f64> =
        (0..kept).flat_map(|i| variance[i * k..i * k + kept].iter().copied()).collect();
    let system = Cholesky::new(&matrix, kept).map_err(|_| Undefined::NoVariation)?;
    let solved = system.solve(&excess[..kept]);
    let statistic = excess.iter().zip(&solved).map(|(a, b)| a * b).sum::<f64>().max(0.0);
    Ok(ChiSquare::new(statistic, kept as u64))
}

/// A rate within a window, three ways.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Matured {
    /// Events so far over all cases: too low as long as some are young. For comparison only.
    pub naive: f64,
    /// Cases watched for the whole window.
    pub mature: u64,
    /// How many of these had their event within it; the interval of `rate` is
    /// [`crate::proportion::wilson`] of both.
    pub mature_events: u64,
    /// Events within the window over mature cases, where young cases leave both sides, also those
    /// with an event already. `None` while nothing is mature.
    pub rate: Option<f64>,
    /// 1 − Kaplan–Meier at the end of the window, which uses the young cases too. `None` when nobody
    /// was watched that long.
    pub kaplan_meier: Option<f64>,
}

/// The share of cases with an event within `window` of their start. Each case is its age (how long
/// ago it started, ≥ 0) and the time to its first event, if one has happened.
///
/// Events after the window do not count.
pub fn matured(cases: &[(f64, Option<f64>)], window: f64) -> Result<Matured> {
    within(window, 0.0, f64::MAX, "the window")?;
    if cases.is_empty() {
        return Err(Undefined::Empty);
    }
    let mut durations = Vec::with_capacity(cases.len());
    let (mut events, mut mature, mut mature_events) = (0_u64, 0_u64, 0_u64);
    for &(age, event) in cases {
        within(age, 0.0, f64::MAX, "an age")?;
        if let Some(time) = event {
            within(time, 0.0, age, "the time of an event")?;
        }
        let inside = event.filter(|&t| t <= window);
        durations.push(inside.map_or_else(|| Duration::open(age.min(window)), Duration::ended));
        events += u64::from(inside.is_some());
        if age >= window {
            mature += 1;
            mature_events += u64::from(inside.is_some());
        }
    }
    let curve = kaplan_meier(&durations)?;
    Ok(Matured {
        naive: events as f64 / cases.len() as f64,
        mature,
        mature_events,
        rate: (mature > 0).then(|| mature_events as f64 / mature as f64),
        kaplan_meier: curve.at(window).map(|s| 1.0 - s),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(ended: &[u32], open: &[u32]) -> Vec<Duration> {
        let ended = ended.iter().map(|&t| Duration::ended(f64::from(t)));
        ended.chain(open.iter().map(|&t| Duration::open(f64::from(t)))).collect()
    }

    /// Freireich 1963, 6-mercaptopurine against placebo.
    fn freireich() -> [Vec<Duration>; 2] {
        [
            cases(
                &[6, 6, 6, 7, 10, 13, 16, 22, 23],
                &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
            ),
            cases(&[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], &[]),
        ]
    }

    #[test]
    fn the_curve_matches_freireich() {
        let curve = kaplan_meier(&freireich()[0]).unwrap();
        let expected =
            [(6.0, 0.857), (7.0, 0.807), (10.0, 0.753), (13.0, 0.69), (16.0, 0.627), (23.0, 0.448)];
        for (time, survival) in expected {
            assert!((curve.at(time).unwrap() - survival).abs() < 5.5e-4, "{time}");
        }
        assert_eq!(curve.median(), Some(23.0));
        assert_eq!((curve.at(5.9), curve.at(36.0), curve.at(-1.0)), (Some(1.0), None, None));
        // Kleinbaum & Klein: Greenwood standard error at week 10 is .0963.
        let step = curve.step(10.0).unwrap();
        assert!((step.survival * step.greenwood.sqrt() - 0.0963).abs() < 1e-4);
        let interval = curve.interval(10.0, Confidence::P95).unwrap();
        assert!(interval.contains(0.753) && interval.low > 0.5 && interval.high < 0.9);
    }

    #[test]
    fn the_log_rank_test_matches_freireich() {
        let test = log_rank(&freireich()).unwrap();
        assert!((test.statistic - 16.792_94).abs() < 1e-4, "{test:?}");
        let [a, b] = freireich();
        let three = log_rank(&[a.clone(), b.clone(), vec![]]).unwrap();
        assert_eq!(three, test);
        assert!(log_rank(&[a]).is_err());
        let never = [cases(&[], &[3, 4]), cases(&[], &[5])];
        assert_eq!(log_rank(&never), Err(Undefined::NoVariation));
    }

    #[test]
    fn the_curve_may_reach_zero_and_needs_sane_times() {
        let curve = kaplan_meier(&cases(&[1, 2], &[])).unwrap();
        assert_eq!((curve.at(9.0), curve.median()), (Some(0.0), Some(1.0)));
        assert_eq!(curve.interval(9.0, Confidence::P95), Some(Interval::new(0.0, 0.0)));
        assert_eq!(kaplan_meier(&[]), Err(Undefined::Empty));
        assert!(kaplan_meier(&[Duration::ended(-1.0)]).is_err());
        assert!(kaplan_meier(&[Duration::open(f64::INFINITY)]).is_err());
    }

    #[test]
    fn young_cases_leave_both_sides() {
        let cases = [
            (60.0, None),
            (60.0, Some(12.0)),
            (55.0, None),
            (50.0, None),
            (45.0, Some(28.0)),
            (40.0, None),
            (35.0, None),
            (31.0, Some(3.0)),
            (25.0, None),
            (20.0, Some(10.0)),
            (15.0, None),
            (10.0, None),
            (5.0, None),
            (5.0, Some(2.0)),
            (2.0, None),
            (1.0, None),
        ];
        let rates = matured(&cases, 30.0).unwrap();
        assert_eq!((rates.naive, rates.rate, rates.mature), (0.3125, Some(0.375), 8));
        assert!((rates.kaplan_meier.unwrap() - 0.419_839_419_839_419_86).abs() < 1e-12);
        let young = matured(&cases[8..], 30.0).unwrap();
        assert_eq!((young.rate, young.kaplan_meier), (None, None));
        assert!(matured(&[(5.0, Some(6.0))], 30.0).is_err());
    }
}
