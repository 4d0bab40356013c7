//! Checks the methods of the product against a file of test vectors, one line of answer per vector.
//!
//! Each subject answers for the methods it knows; a method nobody knows is `unsupported`. A subject
//! sees the names of the figures that are asked for (some carry a parameter: `lower_1.645`, `sl13`)
//! but never their values.

#![expect(clippy::cast_precision_loss, reason = "counts of vectors are far below 2^53")]

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;

mod agreement;
mod anomaly;
mod calendar;
mod chart;
mod compare;
mod dispersion;
mod inputs;
mod metric;
mod predict;
mod proportion;
mod queue;
mod rank;
mod survey;
mod survival;
mod telco;
mod waltons;
mod weight;

/// What one subject answers: `None` for a method that is not its own. `Ok(Value::Null)` is an
/// undefined figure.
type Subject = fn(&Case<'_>) -> Option<Result<Value>>;

/// All subjects, asked in this order.
const SUBJECTS: &[Subject] = &[
    proportion::compute,
    compare::compute,
    chart::compute,
    rank::compute,
    agreement::compute,
    dispersion::compute,
    survey::compute,
    anomaly::compute,
    survival::compute,
    predict::compute,
    queue::compute,
    weight::compute,
    metric::compute,
    calendar::compute,
];

/// One vector as a subject sees it.
pub struct Case<'a> {
    /// Which method to compute.
    pub method: &'a str,
    /// Its arguments.
    pub inputs: &'a Value,
    /// Names of the figures asked for; empty when the answer is one value.
    pub asked: Vec<&'a str>,
    /// How many items each asked list shows (some vectors print only the beginning).
    pub shown: Vec<(&'a str, usize)>,
    /// To how many decimals each asked number is printed (some programs print rounded figures).
    pub places: Vec<(&'a str, i32)>,
    /// The folder of test data beside the vectors' own folder.
    pub data: PathBuf,
}

/// What became of one vector.
#[derive(Debug, PartialEq)]
enum Outcome {
    Pass,
    Fail(String),
    Unsupported,
}

/// `cargo xtask vectors FILE`.
pub fn command(arguments: &[String]) -> Result<()> {
    let [file] = arguments else { bail!("usage: cargo xtask vectors FILE") };
    ensure!(run(file)?, "some vectors failed");
    Ok(())
}

/// Checks every vector of the file at `path`, prints one line each and the totals. `true` when none
/// failed.
pub fn run(path: &str) -> Result<bool> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    let file: Value = serde_json::from_str(&text).with_context(|| format!("{path} is not JSON"))?;
    let vectors = file.get("vectors").unwrap_or(&file).as_array().context("no list of vectors")?;
    let data =
        Path::new(path).canonicalize()?.ancestors().nth(2).unwrap_or(Path::new("/")).join("data");
    let (mut passed, mut failed, mut unsupported) = (0, 0, 0);
    for vector in vectors {
        let id = vector["id"].as_str().unwrap_or("?");
        match check(vector, &data) {
            Outcome::Pass => {
                passed += 1;
                println!("pass {id}");
            }
            Outcome::Fail(why) => {
                failed += 1;
                println!("fail {id}: {why}");
            }
            Outcome::Unsupported => {
                unsupported += 1;
                println!("unsupported {id} ({})", vector["method"].as_str().unwrap_or("?"));
            }
        }
    }
    println!("{passed} passed, {failed} failed, {unsupported} unsupported");
    Ok(failed == 0)
}

fn check(vector: &Value, data: &Path) -> Outcome {
    let expected = &vector["expected"];
    let object = expected.as_object();
    let case = Case {
        method: vector["method"].as_str().unwrap_or(""),
        inputs: &vector["inputs"],
        asked: object.map(|o| o.keys().map(String::as_str).collect()).unwrap_or_default(),
        shown: object
            .map(|o| {
                o.iter().filter_map(|(k, v)| Some((k.as_str(), v.as_array()?.len()))).collect()
            })
            .unwrap_or_default(),
        places: match object {
            Some(o) => o.iter().filter_map(|(k, v)| Some((k.as_str(), decimals(v)?))).collect(),
            None => decimals(expected).map(|it| ("", it)).into_iter().collect(),
        },
        data: data.to_owned(),
    };
    let tolerance = vector["tolerance"].as_f64().unwrap_or(1e-9);
    match SUBJECTS.iter().find_map(|subject| subject(&case)) {
        None => Outcome::Unsupported,
        // Refused input has no figure either; only a vector that expects a figure fails by it.
        Some(Err(error)) if error.is::<stats::Undefined>() => {
            match compare(&Value::Null, expected, tolerance) {
                Ok(()) => Outcome::Pass,
                Err(_) => Outcome::Fail(format!("{error:#}")),
            }
        }
        Some(Err(error)) => Outcome::Fail(format!("{error:#}")),
        Some(Ok(actual)) => match compare(&actual, expected, tolerance) {
            Ok(()) => Outcome::Pass,
            Err(error) => Outcome::Fail(format!("{error:#}")),
        },
    }
}

/// Digits after the point of a number as the file prints it; `None` for whole numbers and others.
fn decimals(value: &Value) -> Option<i32> {
    let text = value.is_f64().then(|| value.to_string())?;
    let (_, digits) = text.split_once('.').filter(|_| !text.contains('e'))?;
    digits.len().try_into().ok()
}

/// Equal within `tolerance`: numbers by absolute difference, lists item by item, objects by the
/// keys that are expected. Where a figure as a whole is undefined, so is each part of it.
fn compare(actual: &Value, expected: &Value, tolerance: f64) -> Result<()> {
    let differ = || anyhow!("got {actual}, expected {expected}");
    match (actual, expected) {
        (_, Value::Number(number)) => {
            let (a, e) = (actual.as_f64().ok_or_else(differ)?, number.as_f64().ok_or_else(differ)?);
            // Half a unit of the last place forgives decimal tolerances that are not exact in binary.
            let slack = tolerance * (1.0 + 1e-9);
            if (a - e).abs() <= slack { Ok(()) } else { Err(differ()) }
        }
        (Value::Array(a), Value::Array(e)) if a.len() == e.len() => {
            a.iter().zip(e).try_for_each(|(a, e)| compare(a, e, tolerance))
        }
        (Value::Object(a), Value::Object(e)) => e.iter().try_for_each(|(key, e)| {
            let a = a.get(key).ok_or_else(|| anyhow!("{key} was not computed"))?;
            compare(a, e, tolerance).with_context(|| key.clone())
        }),
        (a, e) if a == e => Ok(()),
        (Value::Null, Value::Object(parts)) if parts.values().all(Value::is_null) => Ok(()),
        (Value::Null, Value::Array(parts)) if parts.iter().all(Value::is_null) => Ok(()),
        _ => Err(differ()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_compared_by_kind() {
        assert!(compare(&json!(0.1), &json!(0.1004), 5e-4).is_ok());
        assert!(compare(&json!(0.1), &json!(0.1006), 5e-4).is_err());
        assert!(compare(&json!([1, 2]), &json!([1]), 0.0).is_err());
        assert!(compare(&json!({"a": 1, "b": 2}), &json!({"a": 1.0}), 0.0).is_ok());
        assert!(compare(&json!({"b": 2}), &json!({"a": 1.0}), 0.0).is_err());
        assert!(compare(&json!(null), &json!(null), 0.0).is_ok());
        assert!(compare(&json!(null), &json!(0), 0.0).is_err());
        assert!(compare(&json!(0), &json!(null), 0.0).is_err());
        assert!(compare(&json!(null), &json!({"a": null}), 0.0).is_ok());
        assert!(compare(&json!(null), &json!({"a": null, "b": 0}), 0.0).is_err());
        assert!(compare(&json!(null), &json!([null, 1]), 0.0).is_err());
        assert!(compare(&json!(true), &json!(true), 0.0).is_ok());
    }

    #[test]
    fn an_unknown_method_is_unsupported_and_a_wrong_answer_fails() {
        let vector = |method: &str, low: f64| {
            json!({"id": "x", "method": method, "inputs": {"x": 0, "n": 10}, "expected": [low, 0.2775],
                   "tolerance": 1e-4})
        };
        let data = Path::new("/nowhere");
        assert_eq!(check(&vector("wilson_interval", 0.0), data), Outcome::Pass);
        assert!(matches!(check(&vector("wilson_interval", 0.1), data), Outcome::Fail(_)));
        assert_eq!(check(&vector("nobody_knows", 0.0), data), Outcome::Unsupported);
    }

    /// Vectors of the known kinds with other parameters, other shapes of input, and nothing to count.
    /// Expected figures by the Python libraries `SciPy`, lifelines and krippendorff.
    #[test]
    fn other_vectors_of_the_known_kinds_are_answered() {
        let vectors = json!([
            ["wilson_interval", {"x": 0, "n": 0, "conf": 0.9}, [null, null]],
            ["wilson_interval", {"x": 3, "n": 7, "conf": 0.99}, [0.116_373_680_516, 0.810_285_095_912]],
            ["median_ci_order_stat", {"n": 5}, {"lower_rank": null, "coverage": null}],
            ["krippendorff_alpha", {"level": "nominal", "coders_x_units":
                [["a", "b", "b", null], ["a", "b", "c", "c"]]}, 0.545_454_545_455],
            ["logrank", {"t1": [1, 4], "t2": [2, 5], "t3": [3, 6]},
                {"chi2": 1.350_340_407_018, "df": 2}],
            ["poststratification", {"N_h": [500, 300], "n_h": [33, 41], "p_h": [0.83, 0.77]},
                {"weighted": 0.807_5}],
            ["rater_severity_additive", {"items_x_raters": [[1, null], [null, 2]]}, null],
            ["erlang_c", {"calls_per_15min": 50, "aht_s": 180, "agents": 10},
                {"pw": null, "asa_s": null}],
            ["beta_posterior_rank", {"prior": [18, 2], "agents": {"A": [5, 5]}},
                {"q025": {"A": 0.788_798_316_543}}],
            ["iso2859_code_letter", {"lot": 500}, {"letter": "H", "n": 50}],
        ]);
        for row in vectors.as_array().unwrap() {
            let vector = json!({"method": row[0], "inputs": row[1], "expected": row[2]});
            assert_eq!(check(&vector, Path::new("/nowhere")), Outcome::Pass, "{vector}");
        }
    }

    #[test]
    fn the_vectors_of_the_specification_pass() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/spec/vectors.json");
        if !Path::new(path).exists() {
            eprintln!("skipped: no file {path}");
            return;
        }
        assert!(run(path).unwrap());
    }
}
