//! A figure with its honesty: value, numerator and denominator, interval, distribution, and in
//! words whether a change is more than noise. Definitions: `definition.CODE` in the words.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use stats::counted::Counted;
use stats::{Confidence, Interval, Undefined, compare, mean, nps, proportion};

use crate::code::codes;

codes! {
    /// What can be asked for. A definition that changes gets a new [`DEFINITIONS`].
    pub enum Metric {
        /// 满意度: answers 4 and 5 of 1–5 over valid answers.
        Csat = "csat",
        /// 满意度均分: mean of 1–5.
        CsatMean = "csat_mean",
        /// 净推荐值: share 9–10 minus share 0–6, in −1 to 1.
        Nps = "nps",
        /// 费力度: mean of 1–7, where 7 is easy.
        Ces = "ces",
        /// 回收率: completed over delivered invitations.
        ResponseRate = "response_rate",
        /// 首次响应时长: median, in seconds on the promise's calendar.
        FirstResponseTime = "first_response_time",
        /// 解决时长: median to the first solution, in seconds.
        ResolutionTime = "resolution_time",
        /// 首次响应守时率.
        FirstResponseInTime = "first_response_in_time",
        /// 办结守时率.
        ResolutionInTime = "resolution_in_time",
        /// 承诺守时率: ended promises that were kept, of every kind.
        SlaAttainment = "sla_attainment",
        /// 投诉闭环率: complaints whose customer was told the result, over complaints opened.
        ClosureRate = "closure_rate",
        /// 整改率: verified in time over corrective actions due.
        RectificationRate = "rectification_rate",
        /// 二次反馈率: same problem again within 30 days, of cases closed at least that long ago.
        SecondFeedbackRate = "second_feedback_rate",
    }
}

/// The version of the definitions; a figure says by which it was computed.
///
/// 2 (2026-11): durations count in whole seconds, from an hour on in whole minutes.
pub const DEFINITIONS: u32 = 2;

/// How the value is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0 to 1.
    Share,
    /// −1 to 1; times 100 for points.
    Net,
    /// On the scale of the question.
    Score,
    Seconds,
}

impl Metric {
    pub const fn unit(self) -> Unit {
        match self {
            Self::Nps => Unit::Net,
            Self::CsatMean | Self::Ces => Unit::Score,
            Self::FirstResponseTime | Self::ResolutionTime => Unit::Seconds,
            Self::Csat
            | Self::ResponseRate
            | Self::FirstResponseInTime
            | Self::ResolutionInTime
            | Self::SlaAttainment
            | Self::ClosureRate
            | Self::RectificationRate
            | Self::SecondFeedbackRate => Unit::Share,
        }
    }

    /// Computed from what customers answered, of one round.
    pub const fn is_of_evaluations(self) -> bool {
        matches!(self, Self::Csat | Self::CsatMean | Self::Nps | Self::Ces)
    }
}

/// What a figure is computed from.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    /// How many answered each score.
    Scores(BTreeMap<i64, u64>),
    /// How many of how many. `pending`: too young to be in either.
    Share { hits: u64, of: u64, pending: u64 },
    /// How many took so many seconds, as [`counted_seconds`] counts them.
    Durations(BTreeMap<i64, u64>),
}

impl Facts {
    /// No facts of the form this metric needs.
    pub fn none(metric: Metric) -> Self {
        match metric.unit() {
            Unit::Seconds => Self::Durations(BTreeMap::new()),
            _ if metric.is_of_evaluations() => Self::Scores(BTreeMap::new()),
            _ => Self::Share { hits: 0, of: 0, pending: 0 },
        }
    }
}

/// A duration as it is counted, in seconds: whole seconds below an hour, whole minutes from there
/// on, cut and not rounded. That is as fine as it is shown, and there are only so many of them
/// however many things there were.
pub const fn counted_seconds(took_ms: i64) -> i64 {
    const HOUR: i64 = 3_600;
    let seconds = took_ms.div_euclid(1_000);
    if seconds < HOUR { seconds } else { seconds - seconds % 60 }
}

/// One figure. No data is `None`, never 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Figure {
    pub value: Option<f64>,
    /// 95 %: the range the true value plausibly lies in. `None` where it is not defined, as for
    /// a single answer.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Counted in the value: hits of a share, answers of a mean.
    pub numerator: u64,
    pub denominator: u64,
    /// Left out because their time has not passed yet.
    pub pending: u64,
    /// Of durations: nine of ten took at most this.
    pub p90: Option<f64>,
    /// How many gave each score; empty for shares and durations.
    pub distribution: Vec<Bar>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Bar {
    pub score: i64,
    pub count: u64,
}

/// The figure of these facts.
pub fn figure(metric: Metric, facts: &Facts) -> Figure {
    let mut figure = Figure {
        value: None,
        low: None,
        high: None,
        numerator: 0,
        denominator: 0,
        pending: 0,
        p90: None,
        distribution: vec![],
    };
    let interval = match facts {
        Facts::Share { hits, of, pending } => {
            (figure.numerator, figure.denominator, figure.pending) = (*hits, *of, *pending);
            figure.value = proportion::share(*hits, *of).ok();
            proportion::wilson(*hits, *of, Confidence::P95)
        }
        Facts::Durations(seconds) => {
            let count = seconds.values().sum();
            (figure.numerator, figure.denominator) = (count, count);
            counted(seconds).and_then(|it| {
                figure.value = it.quantile(0.5).ok();
                figure.p90 = it.quantile(0.9).ok();
                it.median_interval(Confidence::P95).map(|it| it.interval)
            })
        }
        Facts::Scores(counts) => {
            let bar = |(&score, &count): (&i64, &u64)| Bar { score, count };
            figure.distribution = counts.iter().map(bar).collect();
            scores(metric, counts, &mut figure)
        }
    };
    if let Ok(Interval { low, high }) = interval {
        (figure.low, figure.high) = (Some(low), Some(high));
    }
    figure
}

fn counted(seconds: &BTreeMap<i64, u64>) -> stats::Result<Counted> {
    #[expect(clippy::cast_precision_loss, reason = "a duration of 285 000 years is exact as f64")]
    let real = |(value, count): (&i64, &u64)| (*value as f64, *count);
    Counted::new(seconds.iter().map(real))
}

fn scores(
    metric: Metric,
    counts: &BTreeMap<i64, u64>,
    figure: &mut Figure,
) -> stats::Result<Interval> {
    let total = counts.values().sum();
    figure.denominator = total;
    match metric {
        Metric::Nps => {
            let counts = net(counts);
            figure.numerator = counts.promoters;
            figure.value = nps::score(counts).ok();
            nps::interval(counts, Confidence::P95)
        }
        Metric::CsatMean | Metric::Ces => {
            figure.numerator = total;
            let summary = summary(counts)?;
            figure.value = Some(summary.mean);
            mean::t_interval(summary, Confidence::P95).map(|it| it.interval)
        }
        _ => {
            figure.numerator = satisfied(counts);
            figure.value = proportion::share(figure.numerator, total).ok();
            proportion::wilson(figure.numerator, total, Confidence::P95)
        }
    }
}

/// Four and five of 1–5.
fn satisfied(counts: &BTreeMap<i64, u64>) -> u64 {
    counts.range(4..=5).map(|it| it.1).sum()
}

fn net(counts: &BTreeMap<i64, u64>) -> nps::Counts {
    let within = |range| counts.range::<i64, _>(range).map(|it| *it.1).sum();
    nps::Counts { promoters: within(9..=10), passives: within(7..=8), detractors: within(0..=6) }
}

/// Number, mean and spread of a scale.
fn summary(counts: &BTreeMap<i64, u64>) -> stats::Result<mean::Summary> {
    let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().last()) else {
        return Err(stats::Undefined::Empty);
    };
    let all: Vec<u64> = (*first..=*last).map(|it| counts.get(&it).copied().unwrap_or(0)).collect();
    let first = i32::try_from(*first).map_err(|_| stats::Undefined::OutOfRange("a score"))?;
    mean::scale_summary(&all, f64::from(first))
}

/// What became of a figure since before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Change {
    /// Now minus before, in the figure's unit.
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 无从比较: one side has too few.
    Unknown,
    /// 没有显著差异: what is seen may be noise.
    NoRealDifference,
    /// 显著上升.
    Higher,
    /// 显著下降.
    Lower,
}

/// Compares two periods of different customers, at 95 %: [`change_among`] one comparison.
pub fn change(metric: Metric, now: &Facts, before: &Facts) -> Change {
    change_among(1, metric, now, before)
}

/// Compares two periods as one of `comparisons` that are looked at together, as the members of a
/// team: each at the level 1 − 0.05 / `comparisons`, so that where nothing changed, at most one look
/// in twenty finds anybody at all (Bonferroni).
///
/// Shares by Newcombe's interval, net scores and means by the interval of their difference,
/// durations by the test of Brunner and Munzel, which has no interval of seconds, or by the order of
/// all of them where the periods do not overlap.
pub fn change_among(comparisons: usize, metric: Metric, now: &Facts, before: &Facts) -> Change {
    let alpha = 0.05 / u32::try_from(comparisons).map_or(f64::from(u32::MAX), f64::from).max(1.0);
    let at = Confidence::new(1.0 - alpha).unwrap_or(Confidence::P95);
    let difference = match (figure(metric, now).value, figure(metric, before).value) {
        (Some(now), Some(before)) => Some(now - before),
        _ => None,
    };
    let estimate = match (now, before) {
        (Facts::Share { hits, of, .. }, Facts::Share { hits: hits_before, of: of_before, .. }) => {
            proportion::difference((*hits, *of), (*hits_before, *of_before), at)
        }
        (Facts::Scores(now), Facts::Scores(before)) => scores_changed(metric, now, before, at),
        (Facts::Durations(now), Facts::Durations(before)) => {
            return durations_changed(difference, now, before, alpha);
        }
        _ => Err(stats::Undefined::Empty),
    };
    let Ok(estimate) = estimate else {
        return Change { difference, low: None, high: None, verdict: Verdict::Unknown };
    };
    let verdict = match estimate.excludes_zero() {
        false => Verdict::NoRealDifference,
        true if 0.0 < estimate.value => Verdict::Higher,
        true => Verdict::Lower,
    };
    let Interval { low, high } = estimate.interval;
    Change { difference, low: Some(low), high: Some(high), verdict }
}

fn scores_changed(
    metric: Metric,
    now: &BTreeMap<i64, u64>,
    before: &BTreeMap<i64, u64>,
    at: Confidence,
) -> stats::Result<stats::Estimate> {
    match metric {
        Metric::Nps => nps::difference(net(now), net(before), at),
        Metric::CsatMean | Metric::Ces => mean::difference(summary(now)?, summary(before)?, at),
        _ => {
            let part = |it: &BTreeMap<i64, u64>| (satisfied(it), it.values().sum());
            proportion::difference(part(now), part(before), at)
        }
    }
}

fn durations_changed(
    difference: Option<f64>,
    now: &BTreeMap<i64, u64>,
    before: &BTreeMap<i64, u64>,
    alpha: f64,
) -> Change {
    let values: BTreeSet<i64> = now.keys().chain(before.keys()).copied().collect();
    let count = |counts: &BTreeMap<i64, u64>| -> Vec<u64> {
        values.iter().map(|it| counts.get(it).copied().unwrap_or(0)).collect()
    };
    let (now, before) = (count(now), count(before));
    let p = match compare::brunner_munzel_counts(&before, &now) {
        Ok(test) => Some(test.p),
        // No variance to judge by: the periods lie wholly apart, or all took the same time.
        Err(Undefined::NoVariation) => compare::separation_counts(&before, &now).ok(),
        Err(_) => None,
    };
    let verdict = match p {
        None => Verdict::Unknown,
        Some(p) if alpha <= p => Verdict::NoRealDifference,
        Some(_) if difference.is_some_and(|it| 0.0 < it) => Verdict::Higher,
        Some(_) => Verdict::Lower,
    };
    Change { difference, low: None, high: None, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(counts: &[(i64, u64)]) -> Facts {
        Facts::Scores(counts.iter().copied().collect())
    }

    fn durations(seconds: &[i64]) -> Facts {
        let mut counts = BTreeMap::new();
        for it in seconds {
            *counts.entry(*it).or_default() += 1;
        }
        Facts::Durations(counts)
    }

    #[test]
    fn a_duration_counts_as_finely_as_it_is_shown() {
        let counted = [0, 999, 1_000, 3_599_999, 3_600_000, 3_659_999, 3_660_000, -1];
        let counted = counted.map(counted_seconds);
        assert_eq!(counted, [0, 0, 1, 3_599, 3_600, 3_600, 3_660, -1]);
    }

    #[test]
    fn one_set_of_answers_has_three_figures() {
        let facts = scores(&[(1, 5), (2, 5), (3, 10), (4, 30), (5, 50)]);
        let csat = figure(Metric::Csat, &facts);
        assert_eq!((csat.value, csat.numerator, csat.denominator), (Some(0.8), 80, 100));
        assert!(
            (csat.low.unwrap() - 0.7112).abs() < 1e-4 && (csat.high.unwrap() - 0.8666).abs() < 1e-4
        );
        let mean = figure(Metric::CsatMean, &facts);
        assert!((mean.value.unwrap() - 4.15).abs() < 1e-12);
        let net = figure(Metric::Nps, &scores(&[(3, 1), (7, 1), (9, 1), (10, 1)]));
        assert_eq!((net.value, net.numerator, net.denominator), (Some(0.25), 2, 4));
    }

    #[test]
    fn no_data_is_none_and_never_zero() {
        for metric in Metric::ALL {
            let facts = Facts::none(*metric);
            let figure = figure(*metric, &facts);
            assert_eq!((figure.value, figure.low, figure.denominator), (None, None, 0), "{metric}");
            assert_eq!(change(*metric, &facts, &facts).verdict, Verdict::Unknown, "{metric}");
        }
    }

    #[test]
    fn what_may_be_noise_is_called_so() {
        let share = |hits, of| Facts::Share { hits, of, pending: 0 };
        let verdict = |now, before| change(Metric::ClosureRate, &now, &before).verdict;
        assert_eq!(verdict(share(88, 100), share(85, 100)), Verdict::NoRealDifference);
        assert_eq!(verdict(share(880, 1000), share(830, 1000)), Verdict::Higher);
        assert_eq!(verdict(share(0, 20), share(10, 20)), Verdict::Lower);
        assert_eq!(verdict(share(1, 1), share(0, 0)), Verdict::Unknown);
        let slow: Vec<i64> = (100..140).collect();
        let fast: Vec<i64> = (0..40).collect();
        let time = |now: &[i64], before: &[i64]| {
            let facts = |it: &[i64]| durations(it);
            change(Metric::ResolutionTime, &facts(now), &facts(before)).verdict
        };
        assert_eq!(time(&fast[..20], &fast[20..]), Verdict::Lower, "no overlap");
        assert_eq!(time(&fast[..2], &fast[2..4]), Verdict::NoRealDifference, "too few to say");
        assert_eq!(time(&[60; 9], &[60; 9]), Verdict::NoRealDifference);
        assert_eq!(time(&fast, &fast), Verdict::NoRealDifference);
        assert_eq!(time(&slow, &fast), Verdict::Higher);
        assert_eq!(time(&slow, &[]), Verdict::Unknown);
    }

    #[test]
    fn many_comparisons_at_once_are_each_held_to_more() {
        let share = |hits, of| Facts::Share { hits, of, pending: 0 };
        let among = |count| {
            change_among(count, Metric::ClosureRate, &share(90, 100), &share(78, 100)).verdict
        };
        assert_eq!((among(1), among(24)), (Verdict::Higher, Verdict::NoRealDifference));
    }

    #[test]
    fn durations_have_a_median_and_a_tail() {
        let seconds: Vec<i64> = (1..=25).collect();
        let figure = figure(Metric::FirstResponseTime, &durations(&seconds));
        assert_eq!((figure.value, figure.low, figure.high), (Some(13.0), Some(8.0), Some(18.0)));
        assert!(figure.p90.is_some_and(|it| (22.0..=23.0).contains(&it)));
    }
}
