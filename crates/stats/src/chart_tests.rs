//! Published charts.

use super::*;

const NIST: [u64; 30] = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12,
    7, 13, 9, 6,
];

fn nist() -> Vec<(u64, u64)> {
    NIST.iter().map(|&x| (x, 50)).collect()
}

#[track_caller]
fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

#[test]
fn the_p_chart_matches_nist() {
    // NIST/SEMATECH e-Handbook 6.3.3.2; Montgomery's orange juice: points 15 and 23 are out.
    let baseline = Baseline::p(&nist()).unwrap();
    near(baseline.centre, 0.231_333_333_3, 1e-9);
    let limits = baseline.limits(50).unwrap();
    near(limits.low, 0.052_427_548, 1e-8);
    near(limits.high, 0.410_239_119, 1e-8);
    let out: Vec<usize> = (baseline.chart(&nist()).unwrap().iter().enumerate())
        .filter(|(_, p)| p.out)
        .map(|(i, _)| i + 1)
        .collect();
    assert_eq!(out, [15, 23]);
}

#[test]
fn laney_finds_nothing_in_the_same_data() {
    let baseline = Baseline::laney(&nist()).unwrap();
    near(baseline.spread, 1.660_866_719_743_238_5, 1e-12);
    near(baseline.limits(50).unwrap().high, 0.528_471_998_043_531_5, 1e-12);
    assert!(baseline.chart(&nist()).unwrap().iter().all(|p| !p.out));
    assert!(Baseline::laney(&[(3, 4)]).is_err());
    assert_eq!(Baseline::laney(&[(4, 4), (3, 3)]), Err(Undefined::NoVariation));
}

#[test]
fn ewma_matches_nist() {
    // NIST/SEMATECH e-Handbook 6.3.2.4.
    let x = [
        52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8,
        51.2, 52.6, 52.4, 53.6, 52.1,
    ];
    let expected = [
        50.6, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52,
        50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
    ];
    let mut chart = Ewma::new(0.3, 3.0, 50.0, 2.0539, Side::Both).unwrap();
    for (x, e) in x.iter().zip(expected) {
        assert!(!chart.push(*x));
        near(chart.value(), e, 0.006);
    }
    near(chart.final_limits().high, 52.5884, 1e-4);
    near(chart.limits().high, 52.5884, 1e-3);
}

#[test]
fn the_first_ewma_limits_are_narrow_and_gaps_are_passed_over() {
    let mut chart = Ewma::new(0.2, 3.0, 0.0, 1.0, Side::Below).unwrap();
    assert!(!chart.push(f64::NAN));
    assert_eq!(chart.value(), 0.0);
    // The first limit is L·λ·σ, so an observation beyond L sigma alarms at once.
    assert!(chart.push(-3.001));
    near(chart.limits().high, 0.6, 1e-12);
    let mut other = Ewma::new(0.2, 3.0, 0.0, 1.0, Side::Below).unwrap();
    assert!(!other.push(9.0));
    assert!(Ewma::new(0.0, 3.0, 0.0, 1.0, Side::Both).is_err());
    assert!(Ewma::new(0.2, 3.0, 0.0, f64::INFINITY, Side::Both).is_err());
}

#[test]
fn cusum_matches_lucas_and_crosier() {
    let z = [0.8, 1.9, 1.4, 2.0, 1.1, 0.7, 2.6];
    for (start, expected, alarm) in [
        (0.0, [0.3, 1.7, 2.6, 4.1, 4.7, 4.9, 7.0], 6),
        (2.5, [2.8, 4.2, 5.1, 6.6, 7.2, 7.4, 9.5], 2),
    ] {
        let mut chart = Cusum::new(0.0, 0.5, 5.0, start).unwrap();
        let points: Vec<CusumPoint> = z.iter().map(|&z| chart.push(z).unwrap()).collect();
        for (p, e) in points.iter().zip(expected) {
            near(p.above, e, 1e-12);
        }
        assert_eq!(points.iter().position(|p| p.changed_at.is_some()), Some(alarm));
        assert_eq!(points[alarm].changed_at, Some(0));
    }
}

#[test]
fn a_cusum_remembers_when_the_change_began() {
    let mut chart = Cusum::new(0.0, 0.5, 4.0, 0.0).unwrap();
    let series = [0.2, -0.4, 0.1, -2.0, -1.9, -2.1];
    let last = series.map(|z| chart.push(z).unwrap())[5];
    assert_eq!(last.changed_at, Some(3));
    chart.reset();
    assert_eq!(chart, Cusum::new(0.0, 0.5, 4.0, 0.0).unwrap());
    assert!(chart.push(f64::NAN).is_err());
}

#[test]
fn risk_adjustment_follows_steiner() {
    near(risk_weight(0.15, 2.0, true).unwrap(), 0.553_385_238_184_786_7, 1e-14);
    near(risk_weight(0.15, 2.0, false).unwrap(), -0.139_761_942_375_158_6, 1e-14);
    let mut chart = RiskCusum::new(2.0, 1.5).unwrap();
    assert!(!chart.push(0.15, true).unwrap());
    // A failure that was nearly certain is no evidence; one that nobody expected is.
    let before = chart.value();
    chart.push(0.99, true).unwrap();
    assert!(chart.value() - before < 0.01);
    assert!(RiskCusum::new(1.0, 3.0).is_err());
    assert!(risk_weight(1.2, 2.0, true).is_err());
}

#[test]
fn funnels_are_exact_and_widen_with_overdispersion() {
    assert_eq!(funnel(0.85, 20, Confidence::P95), Ok((14, 20)));
    assert_eq!(funnel(0.85, 0, Confidence::P95), Ok((0, 0)));
    let calm: Vec<(u64, u64)> = (0..20).map(|i| (84 + i % 3, 100)).collect();
    assert_eq!(overdispersion(&calm, 0.85), Ok(1.0));
    let wild: Vec<(u64, u64)> = (0..20).map(|i| (60 + 2 * i, 100)).collect();
    let factor = overdispersion(&wild, 0.85).unwrap();
    assert!(factor > 5.0, "{factor}");
    let narrow = funnel_wide(0.85, 100, 1.0, Confidence::P95).unwrap();
    assert!(
        funnel_wide(0.85, 100, factor, Confidence::P95).unwrap().width() > 2.0 * narrow.width()
    );
}

#[test]
fn a_new_phase_has_its_own_baseline() {
    let mut points = vec![(80, 100), (82, 100), (79, 100), (81, 100)];
    points.extend([(60, 100), (61, 100), (58, 100), (62, 100)]);
    let phases = phases(&points, &[4]).unwrap();
    assert_eq!(phases.len(), 2);
    assert!((phases[1].baseline.centre - 0.6025).abs() < 1e-12);
    assert!(phases.iter().flat_map(|p| &p.points).all(|p| !p.out));
    assert!(super::phases(&points, &[9]).is_err());
    assert!(super::phases(&[], &[]).is_err());
    let change = change_point_shares(&points).unwrap();
    assert_eq!(change.at, 4);
    assert!(change.gain > 5.0);
    let values: Vec<f64> = points.iter().map(|p| p.0 as f64).collect();
    assert_eq!(change_point(&values).unwrap().at, 4);
    assert_eq!(change_point(&[1.0; 5]), Err(Undefined::NoVariation));
    assert!(change_point_shares(&points[..2]).is_err());
}
