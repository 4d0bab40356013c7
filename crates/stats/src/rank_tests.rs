//! Published examples of shrinkage and ranking.

use super::*;

/// Rat tumours: Gelman et al., Bayesian Data Analysis, Table 5.1 (70 earlier experiments).
const RATS: &[(u64, u64)] = &[
    (0, 20),
    (0, 20),
    (0, 20),
    (0, 20),
    (0, 20),
    (0, 20),
    (0, 20),
    (0, 19),
    (0, 19),
    (0, 19),
    (0, 19),
    (0, 18),
    (0, 18),
    (0, 17),
    (1, 20),
    (1, 20),
    (1, 20),
    (1, 20),
    (1, 19),
    (1, 19),
    (1, 18),
    (1, 18),
    (2, 25),
    (2, 24),
    (2, 23),
    (2, 20),
    (2, 20),
    (2, 20),
    (2, 20),
    (2, 20),
    (2, 20),
    (1, 10),
    (5, 49),
    (2, 19),
    (5, 46),
    (3, 27),
    (2, 17),
    (7, 49),
    (7, 47),
    (3, 20),
    (3, 20),
    (2, 13),
    (9, 48),
    (10, 50),
    (4, 20),
    (4, 20),
    (4, 20),
    (4, 20),
    (4, 20),
    (4, 20),
    (4, 20),
    (10, 48),
    (4, 19),
    (4, 19),
    (4, 19),
    (5, 22),
    (11, 46),
    (12, 49),
    (5, 20),
    (5, 20),
    (6, 23),
    (5, 19),
    (6, 22),
    (6, 20),
    (6, 20),
    (6, 20),
    (16, 52),
    (15, 47),
    (15, 46),
    (9, 24),
];

const AGENTS: [(u64, u64); 8] =
    [(5, 5), (48, 50), (190, 200), (9, 10), (85, 100), (440, 480), (20, 30), (0, 0)];

#[track_caller]
fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

#[test]
fn moments_and_likelihood_match_the_rat_tumours() {
    let moments = Prior::moments(RATS).unwrap();
    near(moments.alpha, 1.356_149_391, 1e-8);
    near(moments.beta, 8.615_057_891_3, 1e-8);
    near(moments.after(4, 14).unwrap().mean(), 0.223_440_952_6, 1e-9);
    let mut with_new = RATS.to_vec();
    with_new.push((4, 14));
    let fit = Prior::fit(&with_new).unwrap();
    near(fit.prior.alpha, 2.341_614_260_4, 2e-4);
    near(fit.prior.beta, 14.114_803_452_2, 2e-3);
    assert!(fit.distinguishable && fit.groups == 71);
}

#[test]
fn someone_without_ratings_does_not_break_the_fit() {
    let fit = Prior::fit(&AGENTS).unwrap();
    near(fit.prior.alpha, 18.3949, 2e-3);
    near(fit.prior.beta, 2.348, 2e-3);
    assert_eq!(fit.prior, Prior::fit(&AGENTS[..7]).unwrap().prior);
    assert_eq!(fit.prior.after(0, 0).unwrap().mean(), fit.prior.mean());
}

#[test]
fn shrinkage_changes_the_order() {
    let prior = Prior::new(18.0, 2.0).unwrap();
    let posteriors: Vec<Posterior> =
        AGENTS.iter().map(|&(x, n)| prior.after(x, n).unwrap()).collect();
    let expected =
        [0.817_108, 0.891_447, 0.918_23, 0.798_439, 0.802_974, 0.894_71, 0.655_886, 0.773_626];
    for (p, e) in posteriors.iter().zip(expected) {
        near(p.quantile(0.05).unwrap(), e, 2e-6);
    }
    let group = leading_group(&posteriors, 0.2).unwrap();
    // C, B, A lead; H without ratings joins the group, G with 20 of 30 does not.
    assert_eq!(&group[..3], &[2, 1, 0]);
    assert!(!group.contains(&6));
    assert_eq!(leading_group(&[], 0.2), Err(Undefined::Empty));
}

#[test]
fn groups_that_do_not_differ_are_said_not_to() {
    for points in [
        vec![(80, 100); 12],
        vec![(0, 7), (0, 9)],
        vec![(7, 7), (9, 9)],
        vec![(3, 4)],
        vec![(79, 100), (80, 100), (81, 100)],
    ] {
        let fit = Prior::fit(&points).unwrap();
        assert!(!fit.distinguishable, "{points:?}");
        near(fit.prior.alpha + fit.prior.beta, CONCENTRATION_MAX, 1e-6);
    }
    assert_eq!(Prior::fit(&[(0, 0)]), Err(Undefined::Empty));
    assert!(Prior::fit(&[(2, 1)]).is_err());
    // All or nothing: the prior piles up at the ends and stays inside its range.
    let fit = Prior::fit(&[(0, 50), (50, 50), (0, 40), (40, 40)]).unwrap();
    assert!(fit.distinguishable && fit.prior.alpha >= 1e-3 && fit.prior.alpha < 0.1);
    let huge = Prior::fit(&[(900_000_000, 1_000_000_000), (500_000_000, 1_000_000_000)]).unwrap();
    assert!(huge.distinguishable);
}

#[test]
fn exceeding_is_the_same_by_sum_and_by_quadrature() {
    let p = |alpha, beta| Posterior { alpha, beta };
    for (a, b) in [
        (p(10.0, 3.0), p(20.0, 8.0)),
        (p(1.0, 1.0), p(2.0, 5.0)),
        (p(150.0, 20.0), p(900.0, 130.0)),
        (p(3.0, 0.5), p(0.5, 3.5)),
    ] {
        let exact = a.exceeds(b).unwrap();
        let nudged = p(a.alpha + 1e-12, a.beta).exceeds(b).unwrap();
        near(nudged, exact, 1e-9);
        near(b.exceeds(a).unwrap(), 1.0 - exact, 1e-9);
    }
    assert_eq!(p(3.3, 2.2).exceeds(p(3.3, 2.2)), Ok(0.5));
    // Normal approximation for a million observations each.
    let (a, b) = (p(800_600.5, 199_399.5), p(800_000.5, 199_999.5));
    let z = 600.0 / 1e6 / (2.0 * 0.16 / 1e6_f64).sqrt();
    near(a.exceeds(b).unwrap(), special::normal_cdf(z), 1e-3);
    assert!(p(0.0, 1.0).exceeds(p(1.0, 1.0)).is_err());
}

#[test]
fn james_and_stein_match_the_batters_of_1970() {
    let hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7];
    let js = james_stein(&hits, 45).unwrap();
    near(js.kept, 0.212, 6e-4);
    near(js.mean, 0.2654, 5e-5);
    near(js.shares[0], 0.294, 5e-4);
    near(js.shares[17], 0.242, 5e-4);
    assert_eq!(james_stein(&[3; 5], 9), Err(Undefined::NoVariation));
}

#[test]
fn scale_means_are_shrunk() {
    let mean = dirichlet_mean(&[1.0, 1.0, 2.0, 6.0, 10.0], &[2, 0, 1, 3, 14]).unwrap();
    near(mean.mean, 4.25, 1e-12);
    near(mean.sd, 0.183_960_494_168_270_07, 1e-12);
    near(star_lower_bound(&[2, 0, 1, 3, 14], 1.65).unwrap(), 3.632_366_221_1, 1e-9);
    near(star_lower_bound(&[0, 0, 0, 0, 3], 1.65).unwrap(), 2.936_539_029_8, 1e-9);
    assert_eq!(dirichlet_mean(&[0.0], &[0]), Err(Undefined::Empty));
    assert!(star_lower_bound(&[], 1.65).is_err());
}

#[test]
fn case_mix_turns_the_order() {
    let x = standardise(&[(95, 100, 0.95), (8, 10, 0.75)]).unwrap();
    let y = standardise(&[(10, 10, 0.95), (80, 100, 0.75)]).unwrap();
    near(x.ratio, 1.004_878_048_8, 1e-9);
    near(x.z, 0.194_257_172_5, 1e-9);
    near(y.ratio, 1.065_088_757_4, 1e-9);
    near(y.z, 1.254_381_138_9, 1e-9);
    assert!(x.raw > y.raw && x.adjusted(0.85).unwrap() < y.adjusted(0.85).unwrap());
    assert!(standardise(&[(1, 1, 1.0)]).is_err());
    let cases = [(true, 0.5), (true, 0.5), (false, 0.5)];
    near(standardise_cases(&cases).unwrap().ratio, 4.0 / 3.0, 1e-12);
    assert!(standardise_cases(&[(true, f64::NAN)]).is_err());
}
