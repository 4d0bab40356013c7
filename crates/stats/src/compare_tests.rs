//! Published examples for tests of difference.

use super::*;

#[track_caller]
fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

#[test]
fn brunner_munzel_matches_scipy() {
    let x = [1., 2., 1., 1., 1., 1., 1., 1., 1., 1., 2., 4., 1., 1.];
    let y = [3., 3., 4., 3., 1., 2., 3., 1., 1., 5., 4.];
    let test = brunner_munzel(&x, &y).unwrap();
    near(test.statistic, 3.137_467_482_302_950_5, 1e-12);
    near(test.p, 0.005_786_208_666_151_538, 1e-13);
    // R package brunnermunzel on the same data: effect 0.788961, interval 0.5952169 0.9827052.
    near(test.effect, 0.788_961, 1e-6);
    let interval = test.interval(Confidence::P95);
    near(interval.low, 0.595_216_9, 1e-7);
    near(interval.high, 0.982_705_2, 1e-7);
    assert_eq!(brunner_munzel(&[1.0, 1.0], &[1.0, 1.0]), Err(Undefined::NoVariation));
    assert_eq!(brunner_munzel(&[1.0, 2.0], &[3.0, 4.0]), Err(Undefined::NoVariation));
    assert!(brunner_munzel(&[1.0], &[1.0, 2.0]).is_err());
    assert_eq!(brunner_munzel_counts(&[0, 0], &[1, 1]), Err(Undefined::Empty));
}

#[test]
fn brunner_munzel_takes_a_billion_answers() {
    let million = 1_000_000_000;
    let test = brunner_munzel_counts(&[million, million], &[million, million + 200_000]).unwrap();
    assert!(test.effect > 0.5 && test.p < 0.05 && test.p > 0.0, "{test:?}");
}

#[test]
fn mcnemar_matches_agresti() {
    let test = mcnemar([[794, 150], [86, 570]]).unwrap();
    near(test.statistic, 17.355_932_203_389_83, 1e-12);
    near(test.corrected, 16.817_796_610_169_49, 1e-12);
    near(test.difference, 0.04, 1e-15);
    near(test.standard_error, 0.009_549_214_627_392_14, 1e-14);
    let d = paired_difference([[794, 150], [86, 570]], Confidence::P95).unwrap();
    near(d.interval.low, 0.0212, 5e-4);
    near(d.interval.high, 0.0587, 5e-4);
    // Few changes: 2·P(Bin(6, ½) ≤ 1) = 14/64.
    near(mcnemar([[10, 1], [5, 10]]).unwrap().p_exact, 14.0 / 64.0, 1e-14);
    assert_eq!(mcnemar([[10, 0], [0, 3]]), Err(Undefined::NoVariation));
    assert!(!paired_difference([[10, 0], [0, 3]], Confidence::P95).unwrap().excludes_zero());
    assert!(mcnemar([[0, 0], [0, 0]]).is_err());
}

#[test]
fn stuart_maxwell_matches_the_vision_of_women() {
    let table =
        [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]];
    let paired = stuart_maxwell(&table).unwrap();
    near(paired.marginal.statistic, 11.956_569_622_982_542, 1e-9);
    near(paired.marginal.p, 0.007_533_425_054_800_591, 1e-12);
    near(paired.symmetry.statistic, 19.106_550_215_266_772, 1e-10);
    assert_eq!((paired.marginal.df, paired.symmetry.df), (3, 6));
}

#[test]
fn stuart_maxwell_of_two_categories_is_mcnemar_and_idle_categories_drop_out() {
    let two = stuart_maxwell(&[[794, 150], [86, 570]]).unwrap();
    near(two.marginal.statistic, mcnemar([[794, 150], [86, 570]]).unwrap().statistic, 1e-10);
    let idle = stuart_maxwell(&[[794, 0, 150], [0, 7, 0], [86, 0, 570]]).unwrap();
    near(idle.marginal.statistic, two.marginal.statistic, 1e-10);
    assert_eq!(idle.marginal.df, 1);
    assert_eq!(stuart_maxwell(&[[5, 0], [0, 5]]), Err(Undefined::NoVariation));
    assert!(stuart_maxwell(&[vec![1, 2], vec![3]]).is_err());
}

#[test]
fn trends_match_r() {
    // R: prop.trend.test(c(83, 90, 129, 70), c(86, 93, 136, 82)).
    let x = [83, 90, 129, 70];
    let n = [86, 93, 136, 82];
    let trend = cochran_armitage(&x, &n, &[1.0, 2.0, 3.0, 4.0]).unwrap();
    near(trend.statistic, 8.2249, 5e-5);
    near(trend.p, 0.004_132, 5e-7);
    // Scores may be shifted and stretched.
    let shifted = cochran_armitage(&x, &n, &[10.0, 30.0, 50.0, 70.0]).unwrap();
    near(shifted.z, trend.z, 1e-10);
    assert_eq!(cochran_armitage(&[5, 5], &[5, 5], &[0.0, 1.0]), Err(Undefined::NoVariation));
    assert_eq!(cochran_armitage(&[5, 4], &[5, 5], &[1.0, 1.0]), Err(Undefined::NoVariation));
    assert!(cochran_armitage(&[6, 4], &[5, 5], &[0.0, 1.0]).is_err());
}

const UCB: [[[u64; 2]; 2]; 6] = [
    [[512, 313], [89, 19]],
    [[353, 207], [17, 8]],
    [[120, 205], [202, 391]],
    [[138, 279], [131, 244]],
    [[53, 138], [94, 299]],
    [[22, 351], [24, 317]],
];

#[test]
fn strata_match_r_on_the_berkeley_admissions() {
    let mh = mantel_haenszel(&UCB).unwrap();
    near(mh.corrected.statistic, 1.4269, 5e-5);
    near(mh.corrected.p, 0.2323, 5e-5);
    near(mh.odds_ratio, 0.904_696_8, 1e-7);
    // R: 95 percent confidence interval 0.7719074 1.0603298.
    let interval = mh.interval(Confidence::P95);
    near(interval.low, 0.771_907_4, 1e-6);
    near(interval.high, 1.060_329_8, 1e-6);
    near(breslow_day(&UCB).unwrap().test.statistic, 18.83, 5e-3);
}

#[test]
fn strata_find_an_effect_that_differs() {
    let tables = [[[95, 5], [900, 100]], [[80, 20], [880, 120]], [[20, 80], [850, 150]]];
    near(breslow_day(&tables).unwrap().test.statistic, 87.080_131_615_085_52, 1e-8);
    near(mantel_haenszel(&tables).unwrap().odds_ratio, 0.245_283_018_867_924_53, 1e-12);
    assert!(breslow_day(&tables[..1]).is_err());
    assert_eq!(mantel_haenszel(&[[[0, 0], [3, 4]]]), Err(Undefined::NoVariation));
    assert!(mantel_haenszel(&[]).is_err());
}

#[test]
fn false_discoveries_match_the_paper_of_1995() {
    let p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262,
        0.5719, 0.6528, 0.759, 1.0,
    ];
    let adjusted = benjamini_hochberg(&p).unwrap();
    assert_eq!(adjusted.iter().filter(|&&a| a <= 0.05).count(), 4);
    assert_eq!(bonferroni(&p).unwrap().iter().filter(|&&a| a <= 0.05).count(), 3);
    for (a, e) in adjusted.iter().zip([0.0015, 0.003, 0.0095, 0.035_625, 0.0603]) {
        near(*a, e, 1e-12);
    }
    assert_eq!(benjamini_hochberg(&[]), Ok(vec![]));
    assert!(benjamini_hochberg(&[f64::NAN]).is_err());
}

#[test]
fn the_g_test_joins_small_cells() {
    // A perfect 3:1 ratio has no deviance.
    near(g_test(&[90, 30], &[3.0, 1.0]).unwrap().statistic, 0.0, 1e-12);
    let g = g_test(&[80, 10], &[0.8, 0.2]).unwrap();
    let by_hand = 2.0 * (80.0 * (80.0_f64 / 72.0).ln() + 10.0 * (10.0_f64 / 18.0).ln());
    near(g.statistic, by_hand, 1e-12);
    let joined = g_test(&[1, 2, 97], &[0.02, 0.04, 0.94]).unwrap();
    assert_eq!(joined.df, 1);
    assert!(g_test(&[1, 1], &[0.5, 0.5]).is_err());
    assert!(g_test(&[1, 1], &[0.0, 0.0]).is_err());
}
