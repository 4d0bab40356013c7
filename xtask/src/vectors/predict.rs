//! Prediction.

use anyhow::Result;
use serde_json::{Value, json};
use stats::predict::Logistic;

use super::inputs::defined;
use super::{Case, telco};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    match case.method {
        "logistic_regression" if telco::is_named(case) => Some(telco::logistic(case)),
        "logistic_regression" if case.has("X") => Some(logistic(case)),
        _ => None,
    }
}

fn logistic(case: &Case<'_>) -> Result<Value> {
    let outcomes: Vec<bool> = case.numbers("y")?.into_iter().map(|y| y > 0.0).collect();
    let fit = Logistic::fit(&case.table("X")?, &outcomes, case.number_or("l2|ridge", 0.0)?);
    defined(fit, |f| {
        json!({
            "const": f.constant, "coef": f.coefficients, "se": f.standard_errors,
            "loglik": f.log_likelihood,
        })
    })
}
