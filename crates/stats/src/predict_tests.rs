//! Published examples of prediction.

use super::*;
use crate::Confidence;

#[track_caller]
fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected} ± {tolerance}");
}

/// Hours of study and passing an examination, the worked example of "Logistic regression"
/// (Wikipedia): coefficient 1.5046, constant −4.0777.
const HOURS: [f64; 20] = [
    0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0, 3.25, 3.5, 4.0, 4.25, 4.5,
    4.75, 5.0, 5.5,
];
const PASSED: [u8; 20] = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1];

fn study() -> (Vec<[f64; 1]>, Vec<bool>) {
    (HOURS.iter().map(|&h| [h]).collect(), PASSED.iter().map(|&p| p == 1).collect())
}

#[test]
fn logistic_regression_matches_the_worked_example() {
    let (rows, outcomes) = study();
    let fit = Logistic::fit(&rows, &outcomes, 0.0).unwrap();
    near(fit.coefficients[0], 1.504_645, 1e-5);
    near(fit.constant, -4.077_713, 1e-5);
    near(fit.standard_errors[0], 0.6287, 1e-3);
    near(fit.p_values()[0], 0.0167, 1e-4);
    near(fit.log_likelihood, -8.029_88, 1e-4);
    near(fit.probability(&[2.0]).unwrap(), 0.2557, 1e-4);
    let shrunk = Logistic::fit(&rows, &outcomes, 5.0).unwrap();
    assert!(shrunk.coefficients[0] < fit.coefficients[0] && shrunk.coefficients[0] > 0.0);
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (rows, outcomes) = study();
    assert_eq!(Logistic::fit(&rows, &[true; 20], 0.0), Err(Undefined::NoVariation));
    let constant: Vec<[f64; 2]> = rows.iter().map(|r| [r[0], 3.0]).collect();
    assert_eq!(Logistic::fit(&constant, &outcomes, 0.0), Err(Undefined::Singular));
    assert_eq!(Logistic::fit(&constant, &outcomes, 1.0).unwrap().coefficients[1], 0.0);
    let twice: Vec<[f64; 2]> = rows.iter().map(|r| [r[0], 2.0 * r[0]]).collect();
    assert_eq!(Logistic::fit(&twice, &outcomes, 0.0), Err(Undefined::Singular));
    let separated: Vec<bool> = HOURS.iter().map(|&h| h > 3.1).collect();
    assert_eq!(Logistic::fit(&rows, &separated, 0.0), Err(Undefined::NotConverged));
    assert!(Logistic::fit(&rows, &separated, 1.0).is_ok());
    assert!(Logistic::fit(&[[f64::NAN]], &[true], 0.0).is_err());
    assert!(Logistic::fit::<[f64; 1]>(&[], &[], 0.0).is_err());
    let fit = Logistic::fit(&rows, &outcomes, 0.0).unwrap();
    assert!(fit.probability(&[1.0, 2.0]).is_err() && fit.probability(&[f64::NAN]).is_err());
}

#[test]
fn calibration_is_measured_and_mended() {
    let outcomes = [true, false, true, false];
    near(brier(&[1.0, 0.0, 0.5, 0.5], &outcomes).unwrap(), 0.125, 1e-15);
    near(auc(&[0.9, 0.1, 0.5, 0.5], &outcomes).unwrap(), 0.875, 1e-15);
    assert_eq!(auc(&[0.9], &[true]), Err(Undefined::NoVariation));
    assert_eq!(precision_at(&[0.9, 0.1, 0.8, 0.5], &outcomes, 2), Ok(1.0));
    assert!(precision_at(&[0.9], &[true], 2).is_err());
    // Predictions twice as extreme in logit as they should be.
    let mut random = crate::random::Random::new("platt", 1);
    let truth: Vec<f64> = (0..20_000).map(|_| sigmoid(random.normal())).collect();
    let outcomes: Vec<bool> = truth.iter().map(|&p| random.chance(p)).collect();
    let extreme: Vec<f64> = truth.iter().map(|p| sigmoid(2.0 * (p / (1.0 - p)).ln())).collect();
    let platt = Platt::fit(&extreme, &outcomes).unwrap();
    near(platt.slope, 0.5, 0.03);
    near(platt.shift, 0.0, 0.05);
    let mended: Vec<f64> = extreme.iter().map(|&p| platt.apply(p).unwrap()).collect();
    for decile in deciles(&mended, &outcomes).unwrap() {
        assert_eq!(decile.n, 2_000);
        // Four standard errors of a share of 2 000.
        near(decile.observed, decile.predicted, 0.045);
    }
    assert_eq!(Platt::fit(&[0.3; 4], &[true, false, true, false]), Err(Undefined::NoVariation));
}

#[test]
fn importance_adds_up_to_r_squared() {
    let mut random = crate::random::Random::new("importance test", 1);
    let rows: Vec<[f64; 3]> =
        (0..400).map(|_| [random.normal(), random.normal(), random.normal()]).collect();
    let scores: Vec<f64> = rows.iter().map(|r| 2.0 * r[0] + r[1] + random.normal()).collect();
    let shares = importance(&rows, &scores, Confidence::P95, 200, 1).unwrap();
    // Independent features: 4/6, 1/6 and 0 of the variance.
    for (i, (share, expected)) in shares.iter().zip([4.0 / 6.0, 1.0 / 6.0, 0.0]).enumerate() {
        near(share.share, expected, 0.06);
        assert!(share.interval.low <= share.share + 1e-9, "{i}");
        assert!(share.interval.high >= share.share - 1e-9, "{i}");
    }
    assert_eq!(
        importance(&rows, &scores, Confidence::P95, 50, 9),
        importance(&rows, &scores, Confidence::P95, 50, 9)
    );
    assert!(importance(&rows[..4], &scores[..4], Confidence::P95, 50, 9).is_err());
    let flat: Vec<[f64; 1]> = vec![[1.0]; 400];
    assert_eq!(importance(&flat, &scores, Confidence::P95, 50, 9), Err(Undefined::Singular));
}

#[test]
fn two_features_share_what_they_have_in_common() {
    // R package relaimpo gives each of two equal twins half; here they are nearly equal.
    let mut random = crate::random::Random::new("twins", 2);
    let rows: Vec<[f64; 2]> = (0..500)
        .map(|_| {
            let common = random.normal();
            [common + 0.01 * random.normal(), common + 0.01 * random.normal()]
        })
        .collect();
    let scores: Vec<f64> = rows.iter().map(|r| r[0] + 0.5 * random.normal()).collect();
    let shares = importance(&rows, &scores, Confidence::P95, 50, 1).unwrap();
    near(shares[0].share, shares[1].share, 0.01);
    assert!(shares[0].share + shares[1].share > 0.7);
}
