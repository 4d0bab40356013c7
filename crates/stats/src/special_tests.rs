//! Special functions against tables and against slow sums.

use std::f64::consts::PI;

use super::*;

#[track_caller]
fn close(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs() / expected.abs().max(f64::MIN_POSITIVE);
    assert!(error <= relative, "{actual:e} is not {expected:e}: off by {error:e}");
}

#[test]
fn the_normal_distribution_matches_its_tables() {
    // Abramowitz & Stegun 26.1, 26.2; upper tails from Wichura (AS 241) test values.
    close(normal_cdf(1.0), 0.841_344_746_068_542_9, 1e-15);
    close(normal_cdf(-3.0), 1.349_898_031_630_094_6e-3, 1e-14);
    close(normal_cdf(-10.0), 7.619_853_024_160_527e-24, 1e-13);
    close(normal_quantile(0.25), -0.674_489_750_196_081_7, 1e-14);
    close(normal_quantile(0.001), -3.090_232_306_167_813_5, 1e-14);
    close(normal_quantile(1e-20), -9.262_340_089_798_408, 1e-13);
    close(normal_p(1.959_963_984_540_054), 0.05, 1e-14);
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
}

#[test]
fn gamma_derivatives_match_known_constants() {
    let euler = 0.577_215_664_901_532_9;
    close(digamma(1.0), -euler, 1e-14);
    close(digamma(0.5), -euler - 4.0_f64.ln(), 1e-14);
    close(digamma(10.0), 2.251_752_589_066_721, 1e-14);
    close(trigamma(1.0), PI * PI / 6.0, 1e-14);
    close(trigamma(0.5), PI * PI / 2.0, 1e-14);
    close(trigamma(1e6), 1.000_000_5e-6, 1e-12);
    assert!(digamma(0.0).is_nan() && trigamma(-1.0).is_nan());
}

#[test]
fn tails_match_tables_of_percentage_points() {
    // χ²: Abramowitz & Stegun 26.8; t: 26.10.
    close(chi_square_sf(3.841_458_820_694_124, 1.0), 0.05, 1e-13);
    close(chi_square_sf(7.814_727_903_251_179, 3.0), 0.05, 1e-13);
    close(chi_square_sf(124.342_113_404_004_4, 100.0), 0.05, 1e-12);
    close(student_two_sided(0.95, 1.0), 12.706_204_736_174_71, 1e-12);
    close(student_two_sided(0.95, 10.0), 2.228_138_851_986_273, 1e-12);
    close(student_two_sided(0.95, 1e9), 1.959_963_986_91, 1e-9);
    close(student_two_sided(0.95, 1e6 + 1.0), student_two_sided(0.95, 1e6), 1e-10);
    close(student_p(3.0, 1e6 + 1.0), student_p(3.0, 1e6), 1e-9);
    close(student_two_sided(0.5, 1.0), 1.0, 1e-13);
    close(student_two_sided(0.999_999, 2.0), 999.999_249_999_8, 1e-9);
    close(student_p(2.228_138_851_986_273, 10.0), 0.05, 1e-13);
    close(student_p(0.0, 5.0), 1.0, 1e-15);
    close(poisson_sf(9, 2.0), 2.374_473_282_611_617e-4, 1e-13);
    close(negative_binomial_sf(9, 2.0, 1.5), 0.015_933_087_471_092_018, 1e-13);
}

#[test]
fn binomial_tails_equal_the_slow_sum() {
    for n in [1_u64, 5, 20, 137] {
        for p in [0.003_f64, 0.2, 0.5, 0.91] {
            let mut slow = 0.0;
            for k in 0..=n {
                let choose: f64 = (1..=k).map(|i| (n - k + i) as f64 / i as f64).product();
                let term = choose * p.powf(k as f64) * (1.0 - p).powf((n - k) as f64);
                // Below, the power in the slow term is no longer a normal number.
                if term > 1e-250 {
                    close(binomial_pmf(k, n, p), term, 1e-12);
                }
                slow += term;
                close(binomial_cdf(k, n, p), slow, 1e-12);
                if k < n {
                    close(binomial_cdf(k, n, p) + binomial_sf(k + 1, n, p), 1.0, 1e-12);
                }
            }
        }
    }
}

#[test]
fn the_incomplete_beta_is_exact_for_whole_and_for_half_parameters() {
    // I_x(1, b) = 1 − (1−x)^b; I_x(½, ½) = 2/π·asin √x (Abramowitz & Stegun 26.5).
    for x in [1e-9, 0.03, 0.4, 0.77, 0.999] {
        close(beta_cdf(x, 1.0, 7.0), -(7.0 * (-x).ln_1p()).exp_m1(), 1e-13);
        close(beta_cdf(x, 0.5, 0.5), 2.0 / PI * x.sqrt().asin(), 1e-13);
        close(beta_upper(x, 3.0, 1.0), 1.0 - x * x * x, 1e-12);
    }
}

#[test]
fn a_billion_trials_lose_no_digits() {
    // Near the mean the binomial is normal with skewness correction; at p = ½ it is symmetric.
    let n = 1_000_000_000_u64;
    let half = binomial_pmf(n / 2, n, 0.5);
    let stirling = (1.0 / (PI * n as f64 / 2.0)).sqrt() * (-1.0 / (4.0 * n as f64)).exp();
    close(half, stirling, 1e-13);
    close(binomial_cdf(n / 2, n, 0.5), 0.5 + 0.5 * half, 1e-11);
    let k = n / 2 - 31_000;
    close(binomial_cdf(k, n, 0.5) + binomial_sf(k + 1, n, 0.5), 1.0, 1e-11);
    let x = beta_quantile(0.025, 8e8 + 1.0, 2e8);
    close(beta_cdf(x, 8e8 + 1.0, 2e8), 0.025, 1e-9);
}

#[test]
fn quantiles_invert_their_distributions() {
    for a in [0.02, 0.5, 1.0, 2.5, 18.0, 900.0, 1e6] {
        for b in [0.02, 0.5, 1.0, 3.0, 40.0, 5e4] {
            for p in [1e-6, 0.025, 0.5, 0.9, 0.999] {
                let x = beta_quantile(p, a, b);
                assert!((0.0..=1.0).contains(&x));
                // Between the neighbours of x the distribution must pass p.
                if x > 1e-300 && x < 1.0 - 1e-12 {
                    let slope = beta_pdf(x, a, b) * x * 1e-12;
                    let off = (beta_cdf(x, a, b) - p).abs();
                    assert!(
                        off <= 1e-11 * p + 1e-13 + slope,
                        "a {a} b {b} p {p} x {x} off {off:e}"
                    );
                }
            }
        }
        for p in [1e-6, 0.025, 0.5, 0.975, 0.999_999] {
            let x = gamma_quantile(p, a);
            if x > 1e-300 {
                close(gamma_lower(a, x), p, 1e-10);
            }
        }
    }
}

#[test]
fn the_binomial_quantile_is_the_smallest_that_reaches() {
    assert_eq!((binomial_quantile(0.025, 20, 0.85), binomial_quantile(0.975, 20, 0.85)), (14, 20));
    assert_eq!(
        (binomial_quantile(0.025, 100, 0.85), binomial_quantile(0.975, 100, 0.85)),
        (78, 92)
    );
    for n in [1, 9, 60] {
        for p in [0.1, 0.5, 0.8] {
            for prob in [0.001, 0.3, 0.5, 0.95] {
                let slow =
                    (0..=n).find(|&k| binomial_cdf(k, n, p) >= prob * (1.0 - 1e-14)).unwrap();
                assert_eq!(binomial_quantile(prob, n, p), slow);
            }
        }
    }
}

#[test]
fn outside_their_domain_they_answer_nan_and_at_once() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    for value in [
        beta_cdf(nan, 1.0, 2.0),
        beta_cdf(0.5, nan, 2.0),
        beta_upper(0.5, 1.0, inf),
        beta_quantile(0.5, nan, 2.0),
        beta_quantile(nan, 1.0, 2.0),
        beta_quantile(0.5, 0.0, 2.0),
        gamma_lower(-1.0, 1.0),
        gamma_upper(1.0, nan),
        gamma_quantile(nan, 1.0),
        gamma_quantile(0.5, 0.0),
        student_two_sided(0.95, nan),
        chi_square_sf(nan, 3.0),
    ] {
        assert!(value.is_nan(), "{value}");
    }
}

#[test]
fn parameters_beyond_measure_end_the_search() {
    // The deviance of two of the largest numbers is a sum of no numbers: it must not be sought on.
    for (a, b) in [(3.0, f64::MAX), (f64::MAX, 3.0), (f64::MAX, f64::MAX)] {
        for x in [1e-300, 1e-10, 0.5, 1.0 - 1e-10] {
            let _ = beta_cdf(x, a, b);
        }
    }
}
