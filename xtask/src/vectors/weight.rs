//! Weights, totals with gaps, and acceptance sampling.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use stats::acceptance::{self, InspectionLevel};
use stats::weight::{self, Part};

use super::Case;
use super::inputs::{count, defined, list, number};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "ahp_weights" => ahp(case),
        "scorecard" => scorecard(case),
        "attribute_sampling_oc" => operating_characteristic(case),
        "iso2859_code_letter" => code_letter(case),
        _ => return None,
    })
}

fn ahp(case: &Case<'_>) -> Result<Value> {
    let matrix = case.table("matrix")?;
    let ahp = weight::ahp(&matrix)?;
    let k = matrix.len();
    // The vector may bring its own random index.
    let ratio = if case.has(&format!("RI{k}")) {
        let size = k as f64;
        Some((ahp.eigenvalue - size) / (size - 1.0) / case.number(&format!("RI{k}"))?)
    } else {
        ahp.consistency_ratio
    };
    Ok(json!({ "lambda": ahp.eigenvalue, "w": ahp.weights, "CR": ratio }))
}

/// Points of 100; a critical item at its lowest value makes it 0.
fn scorecard(case: &Case<'_>) -> Result<Value> {
    let items = case.value("items")?;
    let parts = list(items, |item| {
        Ok(Part {
            weight: number(&item["w"])?,
            value: if item["score"].is_null() { None } else { Some(number(&item["score"])?) },
            lowest: number(&item["min"])?,
            highest: number(&item["max"])?,
        })
    })?;
    let critical = list(items, |item| Ok(item["critical"].as_bool().unwrap_or(false)))?;
    let failed =
        parts.iter().zip(critical).any(|(p, c)| c && p.value.is_some_and(|v| v <= p.lowest));
    if failed {
        return Ok(json!(0.0));
    }
    defined(weight::total(&parts), |total| json!(100.0 * total))
}

/// `p_accept_at_1pct` and `LQ10` carry their percent.
fn operating_characteristic(case: &Case<'_>) -> Result<Value> {
    let (n, accept) = (case.count("n")?, case.count("Ac|c")?);
    let mut answer = json!({});
    for key in &case.asked {
        if let Some(percent) = key.strip_prefix("p_accept_at_").and_then(|k| k.strip_suffix("pct"))
        {
            let share = percent.parse::<f64>()? / 100.0;
            answer[*key] = acceptance::accept_probability(n, accept, share)?.into();
        } else if let Some(percent) = key.strip_prefix("LQ") {
            let probability = percent.parse::<f64>()? / 100.0;
            answer[*key] = acceptance::quality_at(n, accept, probability)?.into();
        }
    }
    Ok(answer)
}

/// A batch size, or a range whose ends must agree.
fn code_letter(case: &Case<'_>) -> Result<Value> {
    let level = match case.text_or("level", "II")? {
        "S-1" | "S1" => InspectionLevel::S1,
        "S-2" | "S2" => InspectionLevel::S2,
        "S-3" | "S3" => InspectionLevel::S3,
        "S-4" | "S4" => InspectionLevel::S4,
        "I" => InspectionLevel::I,
        "II" => InspectionLevel::II,
        "III" => InspectionLevel::III,
        other => bail!("no level {other}"),
    };
    let lot = case.value("lot")?;
    let sizes = if lot.is_array() { list(lot, count)? } else { vec![count(lot)?] };
    let codes = sizes.into_iter().map(|size| acceptance::code_letter(size, level));
    let codes = codes.collect::<stats::Result<Vec<_>>>()?;
    let first = *codes.first().context("no batch")?;
    if codes.iter().any(|c| *c != first) {
        bail!("the range spans several letters");
    }
    Ok(json!({ "letter": first.letter.to_string(), "n": first.sample }))
}
