//! Published examples of agreement.

use super::*;
use crate::{Confidence, Undefined};

const GAP: f64 = f64::NAN;

/// Krippendorff 2011: four observers, twelve units; NaN marks a gap.
const TWELVE: [[f64; 12]; 4] = [
    [1., 2., 3., 3., 2., 1., 4., 1., 2., GAP, GAP, GAP],
    [1., 2., 3., 3., 2., 2., 4., 1., 2., 5., GAP, 3.],
    [GAP, 3., 3., 3., 2., 3., 4., 2., 2., 5., 1., GAP],
    [1., 2., 3., 3., 2., 4., 4., 1., 2., 5., 1., GAP],
];

/// Units × raters from raters × units.
fn units<const N: usize>(raters: &[[f64; N]]) -> Vec<Vec<Option<f64>>> {
    (0..N).map(|u| raters.iter().map(|r| (!r[u].is_nan()).then_some(r[u])).collect()).collect()
}

#[track_caller]
fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

#[test]
fn alpha_matches_krippendorff_2011() {
    let units = units(&TWELVE);
    for (level, expected) in [
        (Level::Nominal, 0.743_421),
        (Level::Ordinal, 0.815_388),
        (Level::Interval, 0.849_107),
        (Level::Ratio, 0.797_403),
    ] {
        near(alpha(&units, level).unwrap().value, expected, 1e-6);
    }
    assert_eq!((alpha(&units, Level::Nominal).unwrap().units, units.len()), (11, 12));
}

#[test]
fn alpha_of_two_raters_matches_krippendorff_sections_a_and_b() {
    let a = [[0., 1., 0., 0., 0., 0., 0., 0., 1., 0.], [1., 1., 1., 0., 0., 1., 0., 0., 0., 0.]];
    near(alpha(&units(&a), Level::Nominal).unwrap().value, 0.095, 5e-4);
    let b = [
        [1., 1., 2., 2., 4., 3., 3., 3., 5., 4., 4., 1.],
        [2., 1., 2., 2., 2., 3., 3., 3., 5., 4., 4., 4.],
    ];
    near(alpha(&units(&b), Level::Nominal).unwrap().value, 0.692, 5e-4);
}

#[test]
fn alpha_without_variation_is_undefined() {
    let same = [[Some(5.0); 2]; 3];
    assert_eq!(alpha(&same, Level::Ordinal), Err(Undefined::NoVariation));
    assert_eq!(alpha(&[[Some(1.0), None]], Level::Nominal), Err(Undefined::Empty));
    let infinite = [[Some(f64::INFINITY), Some(1.0)]];
    assert_eq!(alpha(&infinite, Level::Interval), Err(Undefined::NotFinite("a rating")));
    assert!(alpha(&[[Some(-1.0), Some(1.0)]], Level::Ratio).is_err());
}

#[test]
fn the_interval_of_alpha_is_reproducible_and_holds_the_value() {
    let units = units(&TWELVE);
    let make = |seed| alpha_interval(&units, Level::Ordinal, Confidence::P95, 1_000, seed).unwrap();
    assert_eq!(make(1), make(1));
    assert!(make(1).contains(0.815) && make(1).high <= 1.0 && make(1).low < 0.7);
}

#[test]
fn kappa_matches_sas() {
    // PROC FREQ: kappa .4842 (.1380; .2137–.7547), weighted .4701 (.1457; .1845–.7558).
    let table = [[0, 4, 1], [0, 8, 0], [0, 1, 5]];
    for (weights, expected) in [
        (Weights::Unweighted, [0.4842, 0.1380, 0.2137, 0.7547]),
        (Weights::Linear, [0.4701, 0.1457, 0.1845, 0.7558]),
    ] {
        let k = kappa(&table, weights).unwrap();
        let i = k.interval(Confidence::P95);
        for (a, e) in [k.value, k.standard_error, i.low, i.high].into_iter().zip(expected) {
            near(a, e, 5e-5);
        }
    }
}

#[test]
fn kappa_matches_cohen_1968() {
    let table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]];
    near(kappa(&table, Weights::Unweighted).unwrap().value, 0.492, 5e-4);
    let credits =
        disagreement_weights(&[[0.0, 1.0, 3.0], [1.0, 0.0, 6.0], [3.0, 6.0, 0.0]]).unwrap();
    near(kappa_weighted(&table, &credits).unwrap().value, 0.348, 5e-4);
    assert_eq!(kappa(&[[9, 0], [0, 0]], Weights::Linear), Err(Undefined::NoVariation));
    assert_eq!(kappa(&[[0, 0], [0, 0]], Weights::Linear), Err(Undefined::Empty));
    assert!(kappa(&[[1]], Weights::Linear).is_err());
}

#[test]
fn a_fixed_scale_keeps_unused_categories() {
    let second = [3., 6., 4., 6., 2., 4., 2., 4., 3., 3., 2., 3., 3., 3., 2., 2., 1., 3., 3., 4.];
    let third = [2., 1., 4., 4., 3., 2., 1., 6., 1., 1., 1., 2., 3., 3., 1., 1., 3., 3., 2., 2.];
    let on = |scale: &[f64]| {
        let table = cross_table(&second, &third, scale).unwrap();
        kappa(&table, Weights::Linear).unwrap().value
    };
    near(on(&[1., 2., 3., 4., 5., 6.]), 0.126_213_59, 1e-7);
    near(on(&[1., 2., 3., 4., 6.]), 0.145_907_5, 1e-6);
    assert!(cross_table(&second, &third, &[1., 2.]).is_err());
}

#[test]
fn fleiss_matches_published_tables() {
    let wikipedia = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ];
    near(fleiss(&wikipedia).unwrap().fleiss.unwrap(), 0.210, 5e-4);
    let small = fleiss(&[[7, 1], [3, 5]]).unwrap();
    near(small.fleiss.unwrap(), 0.161_905, 6e-6);
    near(small.randolph, 0.214_286, 6e-6);
    assert_eq!(fleiss(&[[3, 0], [3, 0]]).unwrap().fleiss, None);
    assert!(fleiss(&[[3, 0], [2, 0]]).is_err());
}

#[test]
fn gwet_stands_where_kappa_falls() {
    let table = [[118, 5], [2, 0]];
    let gwet_two = gwet_table(&table, Weights::Unweighted).unwrap();
    near(gwet_two.observed, 0.944, 1e-12);
    near(gwet_two.value, 0.940_776_34, 1e-8);
    near(kappa(&table, Weights::Unweighted).unwrap().value, -0.023_391_81, 1e-8);
    let counts: Vec<Vec<u64>> = units(&TWELVE)
        .iter()
        .map(|u| (1..=5).map(|c| u.iter().flatten().filter(|&&v| v == f64::from(c)).count() as u64))
        .map(Iterator::collect)
        .collect();
    let many = gwet(&counts, Weights::Unweighted).unwrap();
    near(many.value, 0.77544, 5e-6);
    near(many.fleiss_like.unwrap(), 0.76117, 5e-6);
    assert_eq!(gwet(&[[1, 0]], Weights::Unweighted), Err(Undefined::Empty));
    // AC2 of two raters is the same from units and from their table.
    let table = gwet_table(&[[3, 1], [0, 2]], Weights::Quadratic).unwrap();
    let rows = [[2, 0], [2, 0], [2, 0], [1, 1], [0, 2], [0, 2]];
    near(gwet(&rows, Weights::Quadratic).unwrap().value, table.value, 1e-14);
}

const JUDGES: [[f64; 4]; 6] = [
    [9., 2., 5., 8.],
    [6., 1., 3., 2.],
    [8., 4., 6., 8.],
    [7., 1., 2., 6.],
    [10., 5., 6., 9.],
    [6., 2., 4., 7.],
];

#[test]
fn icc_matches_shrout_and_fleiss() {
    let icc = icc(&JUDGES).unwrap();
    for (a, e) in [
        (icc.one_single, 0.165_742),
        (icc.two_single, 0.289_764),
        (icc.three_single, 0.714_841),
        (icc.one_mean, 0.442_797),
        (icc.two_mean, 0.620_051),
        (icc.three_mean, 0.909_316),
    ] {
        near(a, e, 1e-6);
    }
    assert_eq!(super::icc(&[[3.0, 3.0], [3.0, 3.0]]), Err(Undefined::NoVariation));
    assert!(super::icc(&[[3.0, 3.0]]).is_err());
    assert!(super::icc(&[[3.0, f64::NAN], [1.0, 2.0]]).is_err());
}

#[test]
fn more_ratings_raise_reliability() {
    near(spearman_brown(0.1, 5.0).unwrap(), 0.357_142_857_142_857, 1e-12);
    near(ratings_needed(0.05, 0.7).unwrap(), 44.333_333_333, 1e-8);
    let needed = ratings_needed(0.23, 0.8).unwrap();
    near(spearman_brown(0.23, needed).unwrap(), 0.8, 1e-12);
    assert!(ratings_needed(0.0, 0.7).is_err() && ratings_needed(0.5, 1.0).is_err());
}

#[test]
fn severity_sees_through_an_incomplete_design() {
    let scores = [
        [Some(4.0), Some(5.0), None],
        [Some(3.0), Some(4.0), Some(2.0)],
        [Some(5.0), None, Some(4.0)],
        [Some(2.0), Some(3.0), Some(1.0)],
    ];
    let fit = severity(&scores).unwrap();
    for (a, e) in fit.items.iter().zip([4.0, 3.0, 5.0, 2.0]) {
        near(a.unwrap(), e, 1e-12);
    }
    for (a, e) in fit.raters.iter().zip([0.0, 1.0, -1.0]) {
        near(a.unwrap(), e, 1e-12);
    }
    assert!(fit.standard_errors.iter().all(|e| e.unwrap() < 1e-7));
}

#[test]
fn standard_errors_of_a_complete_design_are_the_textbook_ones() {
    // Each rater's mean has variance σ²/n; less the grand mean's: σ²/n·(1 − 1/k).
    let rows: Vec<Vec<Option<f64>>> =
        JUDGES.iter().map(|r| r.iter().map(|&v| Some(v)).collect()).collect();
    let fit = severity(&rows).unwrap();
    let residual_mean_square = 1.019_444_444_444; // Shrout & Fleiss, Table 3
    let expected = (residual_mean_square / 6.0 * 0.75_f64).sqrt();
    fit.standard_errors.iter().for_each(|e| near(e.unwrap(), expected, 1e-9));
}

#[test]
fn raters_without_common_items_are_refused() {
    let apart = [[Some(4.0), Some(5.0), None, None], [None, None, Some(3.0), Some(2.0)]];
    assert_eq!(severity(&apart), Err(Undefined::Disconnected));
    let idle = [[Some(4.0), Some(5.0), None]];
    assert_eq!(severity(&idle).unwrap().raters[2], None);
    assert!(severity(&[[Some(1.0), None]]).is_err());
    assert!(severity::<Vec<Option<f64>>>(&[]).is_err());
}
