//! Published tables for proportions.

use super::*;

const P95: Confidence = Confidence::P95;

#[track_caller]
fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

#[test]
fn intervals_match_newcombe_1998_table_one() {
    // (x, n, method 3 Wilson, method 4 with continuity, method 5 Clopper-Pearson)
    let rows = [
        (81, 263, [0.2553, 0.3662], [0.2535, 0.3682], [0.2527, 0.3676]),
        (15, 148, [0.0624, 0.1605], [0.0598, 0.1644], [0.0578, 0.1617]),
        (0, 20, [0.0, 0.1611], [0.0, 0.2005], [0.0, 0.1684]),
        (1, 29, [0.0061, 0.1718], [0.0018, 0.1963], [0.0009, 0.1776]),
    ];
    for (x, n, score, continuity, exact) in rows {
        for (interval, expected) in [
            (wilson(x, n, P95).unwrap(), score),
            (wilson_continuity(x, n, P95).unwrap(), continuity),
            (clopper_pearson(x, n, P95).unwrap(), exact),
        ] {
            near(interval.low, expected[0], 5.1e-5);
            near(interval.high, expected[1], 5.1e-5);
        }
    }
}

#[test]
fn differences_match_newcombe_1998_table_two() {
    let rows = [
        ((56, 70), (48, 80), [0.0524, 0.3339]),
        ((9, 10), (3, 10), [0.1705, 0.8090]),
        ((10, 10), (0, 20), [0.6791, 1.0]),
        ((5, 56), (0, 29), [-0.0381, 0.1926]),
        ((0, 10), (0, 20), [-0.1611, 0.2775]),
        ((10, 10), (0, 10), [0.6075, 1.0]),
    ];
    for (first, second, expected) in rows {
        let d = difference(first, second, P95).unwrap();
        near(d.interval.low, expected[0], 6e-5);
        near(d.interval.high, expected[1], 6e-5);
    }
}

#[test]
fn the_ends_never_leave_zero_and_one() {
    // statsmodels issue 7386: 38 of 38 overshot by rounding.
    let all = wilson(38, 38, P95).unwrap();
    near(all.low, 0.908_190_131_774_416_2, 1e-14);
    assert_eq!(all.high, 1.0);
    for n in [1, 7, 1_000, 1_000_000_000] {
        for x in [0, 1, n / 2, n - 1, n] {
            for make in [wilson, wilson_continuity, clopper_pearson, jeffreys] {
                let i = make(x, n, P95).unwrap();
                let p = share(x, n).unwrap();
                assert!(
                    0.0 <= i.low && i.low <= p && p <= i.high && i.high <= 1.0,
                    "{x}/{n} {i:?}"
                );
            }
        }
    }
}

#[test]
fn jeffreys_matches_brown_cai_and_dasgupta() {
    // Table 5 of the paper: n = 10.
    let i = jeffreys(1, 10, P95).unwrap();
    near(i.low, 0.011, 5e-4);
    near(i.high, 0.381, 5e-4);
}

#[test]
fn sample_sizes_are_rounded_up() {
    let z196 = Confidence::from_z(1.96).unwrap();
    for (population, expected) in [(100, 80), (500, 218), (10_000, 370), (1_000_000_000, 385)] {
        assert_eq!(sample_size(0.5, 0.05, Some(population), z196), Ok(expected));
    }
    assert_eq!(sample_size(0.5, 0.05, None, z196), Ok(385));
    assert_eq!(sample_size(0.5, 0.05, Some(0), z196), Err(Undefined::Empty));
    assert_eq!(sample_size_two(0.85, 0.80, 0.05, 0.80), Ok(906));
    assert_eq!(sample_size_two(0.8, 0.8, 0.05, 0.80), Err(Undefined::NoVariation));
}

#[test]
fn clusters_and_weights_cost_information() {
    let deff = design_effect(4.0, 0.2).unwrap();
    near(deff, 1.6, 1e-12);
    near(effective_size(100, deff).unwrap(), 62.5, 1e-12);
    near(kish_size(&[1.0, 1.0, 2.0, 4.0]).unwrap(), 2.909_090_909_090_909, 1e-12);
    near(kish_size(&[1e100, 1e100]).unwrap(), 2.0, 1e-12);
    assert_eq!(kish_size(&[0.0, 0.0]), Err(Undefined::Empty));
    assert_eq!(kish_size(&[1.0, f64::NAN]), Err(Undefined::NotFinite("a weight")));
    assert!(design_effect(10.0, -0.5).is_err());
}

#[test]
fn a_census_has_no_uncertainty() {
    assert_eq!(wilson_finite(3, 4, 4, P95).unwrap(), Interval::new(0.75, 0.75));
    let half = wilson_finite(30, 40, 80, P95).unwrap();
    assert!(half.width() < wilson(30, 40, P95).unwrap().width());
    assert!(wilson_finite(3, 5, 4, P95).is_err());
}

#[test]
fn exact_rates_match_garwood() {
    // Ulm, American Journal of Epidemiology 131 (1990) 373: 0 → 3.69, 1 → 0.0253–5.57.
    let none = rate_interval(0, 1.0, P95).unwrap();
    assert_eq!(none.low, 0.0);
    near(none.high, 3.688_879_454, 1e-8);
    let one = rate_interval(1, 2.0, P95).unwrap();
    near(one.low, 0.025_317_808 / 2.0, 1e-8);
    near(one.high, 5.571_643_391 / 2.0, 1e-8);
    assert!(rate_interval(1, 0.0, P95).is_err());
}
