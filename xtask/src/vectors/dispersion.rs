//! Polarisation.

use anyhow::Result;
use serde_json::Value;
use stats::dispersion;

use super::Case;
use super::inputs::defined;

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "agreement_A" => figure(case, dispersion::agreement),
        "polarization" => figure(case, dispersion::polarization),
        "leik_dispersion" => figure(case, dispersion::leik),
        "tastle_wierman_consensus" => figure(case, dispersion::consensus),
        "ajus" => shape(case),
        _ => return None,
    })
}

fn figure(case: &Case<'_>, method: fn(&[f64]) -> stats::Result<f64>) -> Result<Value> {
    defined(method(&case.numbers("freq")?), Value::from)
}

fn shape(case: &Case<'_>) -> Result<Value> {
    let shape = dispersion::shape(&case.numbers("freq")?, case.number_or("tolerance", 0.1)?);
    defined(shape, |s| format!("{s:?}").into())
}
