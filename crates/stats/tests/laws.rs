//! Laws that hold for any input, and random and extreme input that must end in a reason, never in a
//! panic or NaN.

#![expect(clippy::cast_precision_loss, reason = "counts here are far below 2^53")]

use proptest::prelude::*;
use stats::agreement::{self, Level};
use stats::chart::{Baseline, Cusum, Ewma, Side, change_point};
use stats::rank::Prior;
use stats::survival::{Duration, kaplan_meier};
use stats::{
    Confidence, compare, dispersion, mean, median, nps, proportion, rank, special, survey,
};

/// x of n with n up to 10^9, small n often.
fn counts() -> impl Strategy<Value = (u64, u64)> {
    prop_oneof![0_u64..50, 0_u64..5_000, Just(1_000_000_000)].prop_flat_map(|n| (0..=n, Just(n)))
}

fn answered() -> impl Strategy<Value = (u64, u64)> {
    counts().prop_filter("nobody answered", |c| c.1 > 0)
}

fn confidence() -> impl Strategy<Value = Confidence> {
    (0.01_f64..0.999).prop_map(|level| Confidence::new(level).unwrap())
}

/// Units × raters on 1 to 5 with gaps.
fn ratings() -> impl Strategy<Value = Vec<Vec<Option<f64>>>> {
    let cell = prop::option::weighted(0.8, (1_u8..=5).prop_map(f64::from));
    (2_usize..5).prop_flat_map(move |raters| {
        prop::collection::vec(prop::collection::vec(cell.clone(), raters), 1..12)
    })
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs()))
}

type Method = fn(u64, u64, Confidence) -> stats::Result<stats::Interval>;

const METHODS: [Method; 4] = [
    proportion::wilson,
    proportion::wilson_continuity,
    proportion::clopper_pearson,
    proportion::jeffreys,
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn intervals_of_shares_lie_inside_zero_and_one_and_hold_the_share(
        (x, n) in answered(), level in confidence(),
    ) {
        let p = proportion::share(x, n).unwrap();
        for method in METHODS {
            let i = method(x, n, level).unwrap();
            prop_assert!(0.0 <= i.low && i.low <= i.high && i.high <= 1.0, "{i:?}");
            // Clopper-Pearson at tiny levels is still wider than a point; all hold p up to rounding.
            prop_assert!(i.low <= p + 0.5 / n as f64 && p <= i.high + 0.5 / n as f64, "{p} {i:?}");
        }
    }

    #[test]
    fn intervals_of_shares_grow_with_the_count_and_shrink_with_the_level(
        (x, n) in answered(), level in confidence(),
    ) {
        for method in METHODS {
            let here = method(x, n, level).unwrap();
            if x < n {
                let next = method(x + 1, n, level).unwrap();
                prop_assert!(next.low >= here.low - 1e-12 && next.high >= here.high - 1e-12);
            }
            let mirrored = method(n - x, n, level).unwrap();
            prop_assert!(near(mirrored.low, 1.0 - here.high, 1e-9));
            let wider = method(x, n, Confidence::P998).unwrap();
            if level.level() < 0.998 {
                prop_assert!(wider.low <= here.low + 1e-12 && wider.high >= here.high - 1e-12);
            }
        }
    }

    #[test]
    fn a_difference_is_antisymmetric_and_inside_its_range(a in answered(), b in answered()) {
        let d = proportion::difference(a, b, Confidence::P95).unwrap();
        let e = proportion::difference(b, a, Confidence::P95).unwrap();
        prop_assert!(near(d.value, -e.value, 1e-12) && near(d.interval.low, -e.interval.high, 1e-12));
        prop_assert!(d.interval.low >= -1.0 && d.interval.high <= 1.0 && d.interval.contains(d.value));
    }

    #[test]
    fn net_scores_lie_between_minus_one_and_one(p in 0_u64..2_000, s in 0_u64..2_000, d in 0_u64..2_000) {
        let counts = nps::Counts { promoters: p, passives: s, detractors: d };
        if let Ok(i) = nps::interval(counts, Confidence::P95) {
            prop_assert!(-1.0 <= i.low && i.low < i.high && i.high <= 1.0);
        } else {
            prop_assert_eq!(p + s + d, 0);
        }
    }

    #[test]
    fn means_do_not_depend_on_the_order(
        mut values in prop::collection::vec(-1e9_f64..1e9, 2..60), seed: u64,
    ) {
        let before = mean::summary(&values).unwrap();
        stats::random::Random::new("order", seed).shuffle(&mut values);
        let after = mean::summary(&values).unwrap();
        prop_assert!(near(before.mean, after.mean, 1e-15));
        prop_assert!(near(before.sd.unwrap(), after.sd.unwrap(), 1e-12));
        prop_assert_eq!(median::median(&values), {
            values.sort_by(f64::total_cmp);
            median::median(&values)
        });
    }

    #[test]
    fn ranks_of_a_median_reach_the_level(n in 1_u64..2_000_000, level in confidence()) {
        if let Ok(r) = median::ranks(n, level) {
            prop_assert!(r.coverage >= level.level() - 1e-12);
            prop_assert!(r.lower >= 1 && r.lower <= r.upper && r.upper <= n);
            // One rank further in would not reach it.
            let tighter = 1.0 - 2.0 * special::binomial_cdf(r.lower, n, 0.5);
            prop_assert!(tighter < level.level() + 1e-12 || r.lower + 1 > n - r.lower);
        }
    }

    #[test]
    fn alpha_is_unchanged_by_permuting_raters_and_units(units in ratings(), seed: u64) {
        let mut random = stats::random::Random::new("permute", seed);
        let mut permuted = units.clone();
        random.shuffle(&mut permuted);
        for unit in &mut permuted {
            // Even raters of one unit may change places: alpha does not know them by name.
            random.shuffle(unit);
        }
        for level in [Level::Nominal, Level::Ordinal, Level::Interval, Level::Ratio] {
            match (agreement::alpha(&units, level), agreement::alpha(&permuted, level)) {
                (Ok(a), Ok(b)) => {
                    prop_assert!(near(a.value, b.value, 1e-12));
                    prop_assert!(a.value <= 1.0 && a.value.is_finite());
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn alpha_equals_the_slow_coincidence_matrix(units in ratings()) {
        for level in [Level::Nominal, Level::Ordinal, Level::Interval, Level::Ratio] {
            match (agreement::alpha(&units, level), slow_alpha(&units, level)) {
                (Ok(a), Some(slow)) => prop_assert!(near(a.value, slow, 1e-10), "{} {slow}", a.value),
                (Err(_), None) => {}
                (a, slow) => prop_assert!(false, "{a:?} {slow:?}"),
            }
        }
    }

    #[test]
    fn shrunken_shares_lie_between_raw_and_prior_mean(
        (x, n) in answered(), alpha in 1e-3_f64..1e4, beta in 1e-3_f64..1e4,
    ) {
        let prior = Prior::new(alpha, beta).unwrap();
        let (raw, shrunk) = (x as f64 / n as f64, prior.after(x, n).unwrap().mean());
        let (low, high) = (raw.min(prior.mean()), raw.max(prior.mean()));
        prop_assert!(shrunk >= low - 1e-12 && shrunk <= high + 1e-12);
    }

    #[test]
    fn a_fit_always_ends_inside_its_range(
        points in prop::collection::vec(counts(), 0..12),
    ) {
        match Prior::fit(&points) {
            Ok(fit) => {
                let total = fit.prior.alpha + fit.prior.beta;
                prop_assert!(fit.prior.alpha > 0.0 && fit.prior.beta > 0.0);
                prop_assert!(total <= rank::CONCENTRATION_MAX * (1.0 + 1e-9));
            }
            Err(_) => prop_assert!(points.iter().all(|p| p.1 == 0)),
        }
    }

    #[test]
    fn one_of_two_is_greater(
        a in 0.5_f64..2_000.0, b in 0.5_f64..2_000.0, c in 0.5_f64..2_000.0, d in 0.5_f64..2_000.0,
    ) {
        let (p, q) = (rank::Posterior { alpha: a, beta: b }, rank::Posterior { alpha: c, beta: d });
        let (up, down) = (p.exceeds(q).unwrap(), q.exceeds(p).unwrap());
        prop_assert!(near(up + down, 1.0, 1e-8), "{up} {down}");
    }

    #[test]
    fn polarisation_stays_inside_its_range_and_knows_no_direction(
        mut masses in prop::collection::vec(0.0_f64..1e6, 3..11),
    ) {
        let all = [dispersion::agreement, dispersion::leik, dispersion::consensus];
        let before = all.map(|f| f(&masses));
        masses.reverse();
        for (method, forward) in all.iter().zip(before) {
            match (forward, method(&masses)) {
                (Ok(a), Ok(b)) => {
                    prop_assert!((-1.0..=1.0).contains(&a) && near(a, b, 1e-9), "{a} {b}");
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn charts_do_not_depend_on_a_shift_of_labels(
        values in prop::collection::vec(-3.0_f64..3.0, 1..80), shift in -1e3_f64..1e3,
    ) {
        let mut here = Ewma::new(0.2, 2.7, 0.0, 1.0, Side::Both).unwrap();
        let mut there = Ewma::new(0.2, 2.7, shift, 1.0, Side::Both).unwrap();
        for value in values {
            let (a, b) = (here.push(value), there.push(value + shift));
            prop_assert!(near(here.value() + shift, there.value(), 1e-9));
            // The verdict may differ only where the value lies on the limit itself.
            let limits = here.limits();
            let edge = (here.value().abs() - limits.high).abs() < 1e-9;
            prop_assert!(a == b || edge);
        }
    }

    #[test]
    fn sums_and_steps_do_not_depend_on_a_shift_of_labels(
        values in prop::collection::vec(-3.0_f64..3.0, 3..80), shift in -1e3_f64..1e3,
    ) {
        let mut here = Cusum::new(0.0, 0.5, 4.0, 2.0).unwrap();
        let mut there = Cusum::new(shift, 0.5, 4.0, 2.0).unwrap();
        for value in &values {
            let (a, b) = (here.push(*value).unwrap(), there.push(value + shift).unwrap());
            prop_assert!((a.above - b.above).abs() < 1e-9 && (a.below - b.below).abs() < 1e-9);
        }
        let moved: Vec<f64> = values.iter().map(|it| it + shift).collect();
        let (a, b) = (change_point(&values).unwrap(), change_point(&moved).unwrap());
        prop_assert!(near(a.gain, b.gain, 1e-6), "{a:?} {b:?}");
    }

    #[test]
    fn charts_of_shares_say_the_same_of_successes_and_of_failures(
        points in prop::collection::vec(answered(), 3..40),
    ) {
        let failures: Vec<(u64, u64)> = points.iter().map(|&(x, n)| (n - x, n)).collect();
        for baseline in [Baseline::p, Baseline::laney] {
            let (here, there) = match (baseline(&points), baseline(&failures)) {
                (Ok(here), Ok(there)) => (here, there),
                (here, there) => {
                    prop_assert_eq!(here.is_ok(), there.is_ok());
                    continue;
                }
            };
            prop_assert!(near(here.centre, 1.0 - there.centre, 1e-9));
            prop_assert!(near(here.spread, there.spread, 1e-6), "{here:?} {there:?}");
            let pairs = here.chart(&points).unwrap().into_iter();
            for (a, b) in pairs.zip(there.chart(&failures).unwrap()) {
                let edge = (a.value - a.limits.low).abs().min((a.value - a.limits.high).abs());
                prop_assert!(a.out == b.out || edge < 1e-9, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn survival_never_rises_and_keeps_its_interval(
        cases in prop::collection::vec((0.0_f64..100.0, any::<bool>()), 1..60),
    ) {
        let cases: Vec<Duration> =
            cases.into_iter().map(|(time, happened)| Duration { time: time.round(), happened }).collect();
        let curve = kaplan_meier(&cases).unwrap();
        let mut last = 1.0;
        for step in &curve.steps {
            prop_assert!(step.survival <= last && step.survival >= 0.0);
            last = step.survival;
            let i = curve.interval(step.time, Confidence::P95).unwrap();
            prop_assert!(i.low >= 0.0 && i.high <= 1.0 && i.contains(step.survival));
        }
    }

    #[test]
    fn raking_reproduces_its_margins(
        seed in prop::collection::vec(prop::collection::vec(0.1_f64..50.0, 3), 4),
        rows in prop::collection::vec(1.0_f64..100.0, 4),
        split in prop::collection::vec(0.1_f64..1.0, 3),
    ) {
        let total: f64 = rows.iter().sum();
        let parts: f64 = split.iter().sum();
        let columns: Vec<f64> = split.iter().map(|s| total * s / parts).collect();
        let raked = survey::rake(&seed, &rows, &columns).unwrap().value;
        for (row, want) in raked.iter().zip(&rows) {
            prop_assert!(near(row.iter().sum(), *want, 1e-9));
        }
        for (j, want) in columns.iter().enumerate() {
            prop_assert!(near(raked.iter().map(|r| r[j]).sum(), *want, 1e-9));
        }
    }

    #[test]
    fn allocation_meets_its_sum_and_bounds(
        strata in prop::collection::vec((0_u64..200, 0.0_f64..1.0), 1..8), part in 0.0_f64..1.0,
    ) {
        let (sizes, spreads): (Vec<u64>, Vec<f64>) = strata.into_iter().unzip();
        let floor: u64 = sizes.iter().map(|&s| s.min(2)).sum();
        let all: u64 = sizes.iter().sum();
        let extra = ((all - floor) as f64 * part).floor();
        let n = floor + format!("{extra:.0}").parse::<u64>().unwrap();
        if let Ok(wished) = survey::neyman(&sizes, &spreads, n) {
            let given = survey::allocate(&wished, &sizes, n, 2).unwrap();
            prop_assert_eq!(given.iter().sum::<u64>(), n);
            prop_assert!(given.iter().zip(&sizes).all(|(g, s)| g <= s && *g >= (*s).min(2)));
        }
    }

    #[test]
    fn adjusted_p_values_never_fall_below_the_raw_ones(p in prop::collection::vec(0.0_f64..=1.0, 0..40)) {
        let adjusted = compare::benjamini_hochberg(&p).unwrap();
        prop_assert!(p.iter().zip(&adjusted).all(|(p, a)| a >= p && *a <= 1.0));
    }

    #[test]
    fn the_second_group_tends_up_exactly_when_the_first_tends_down(
        a in prop::collection::vec(0_u64..40, 5), b in prop::collection::vec(0_u64..40, 5),
    ) {
        if let (Ok(x), Ok(y)) =
            (compare::brunner_munzel_counts(&a, &b), compare::brunner_munzel_counts(&b, &a))
        {
            prop_assert!(near(x.effect, 1.0 - y.effect, 1e-12) && near(x.p, y.p, 1e-9));
            prop_assert!((0.0..=1.0).contains(&x.p));
        }
    }

    #[test]
    fn a_baseline_judges_any_point(points in prop::collection::vec(answered(), 1..20)) {
        let baseline = Baseline::p(&points).unwrap();
        for point in baseline.chart(&points).unwrap() {
            prop_assert!(point.limits.low >= 0.0 && point.limits.high <= 1.0);
            prop_assert_eq!(point.out, !point.limits.contains(point.value));
        }
    }
}

/// Alpha by its definition: the coincidence matrix of values, and the ordinal distance as a sum.
fn slow_alpha(units: &[Vec<Option<f64>>], level: Level) -> Option<f64> {
    let mut values: Vec<f64> = Vec::new();
    let rated: Vec<Vec<f64>> = units
        .iter()
        .map(|u| u.iter().flatten().copied().collect::<Vec<f64>>())
        .filter(|u| u.len() > 1)
        .collect();
    values.extend(rated.iter().flatten());
    values.sort_by(f64::total_cmp);
    values.dedup();
    let k = values.len();
    let code = |v: f64| values.partition_point(|w| *w < v);
    let mut matrix = vec![vec![0.0; k]; k];
    for unit in &rated {
        for (i, &a) in unit.iter().enumerate() {
            for (j, &b) in unit.iter().enumerate() {
                if i != j {
                    matrix[code(a)][code(b)] += 1.0 / (unit.len() - 1) as f64;
                }
            }
        }
    }
    let n: Vec<f64> = matrix.iter().map(|row| row.iter().sum()).collect();
    let total: f64 = n.iter().sum();
    let distance = |c: usize, d: usize| match level {
        Level::Nominal => f64::from(u8::from(c != d)),
        Level::Ordinal => {
            let (c, d) = (c.min(d), c.max(d));
            (n[c..=d].iter().sum::<f64>() - f64::midpoint(n[c], n[d])).powi(2)
        }
        Level::Interval => (values[c] - values[d]).powi(2),
        Level::Ratio => ((values[c] - values[d]) / (values[c] + values[d])).powi(2),
    };
    let (mut observed, mut expected) = (0.0, 0.0);
    for c in 0..k {
        for d in 0..k {
            if c != d {
                observed += matrix[c][d] * distance(c, d);
                expected += n[c] * n[d] * distance(c, d);
            }
        }
    }
    (expected > 0.0).then(|| 1.0 - (total - 1.0) * observed / expected)
}
