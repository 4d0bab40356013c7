//! Proportions, net scores, means and medians.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use stats::{mean, median, nps, proportion};

use super::Case;
use super::inputs::{count, defined, ends, list, number};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "wilson_interval" => interval(case, proportion::wilson),
        "wilson_interval_cc" => interval(case, proportion::wilson_continuity),
        "clopper_pearson" => interval(case, proportion::clopper_pearson),
        "jeffreys_interval" | "jeffreys" => interval(case, proportion::jeffreys),
        "newcombe_hybrid_diff" => newcombe(case),
        "sample_size_fpc" => sample_size(case),
        "sample_size_two_proportions" => sample_size_two(case),
        "design_effect" => design_effect(case),
        "kish_neff" => case
            .numbers("weights")
            .and_then(|weights| defined(proportion::kish_size(&weights), Value::from)),
        "nps" => net_score(case),
        "nps_interval" => net_interval(case),
        "nps_two_sample_z" => net_test(case),
        "t_interval_mean" => t_interval(case),
        "median_ci_order_stat" => median_ranks(case),
        _ => return None,
    })
}

type Method = fn(u64, u64, stats::Confidence) -> stats::Result<stats::Interval>;

fn interval(case: &Case<'_>, method: Method) -> Result<Value> {
    defined(method(case.count("x")?, case.count("n")?, case.confidence()?), ends)
}

fn newcombe(case: &Case<'_>) -> Result<Value> {
    let first = (case.count("x1")?, case.count("n1")?);
    let second = (case.count("x2")?, case.count("n2")?);
    defined(proportion::difference(first, second, case.confidence()?), |d| ends(d.interval))
}

fn sample_size(case: &Case<'_>) -> Result<Value> {
    let population = if case.has("N") { Some(case.count("N")?) } else { None };
    let p = case.number_or("p", 0.5)?;
    let size = proportion::sample_size(p, case.number("margin")?, population, case.confidence()?);
    defined(size, Value::from)
}

fn sample_size_two(case: &Case<'_>) -> Result<Value> {
    let (alpha, power) = (case.number_or("alpha", 0.05)?, case.number_or("power", 0.8)?);
    let size = proportion::sample_size_two(case.number("p1")?, case.number("p2")?, alpha, power);
    defined(size, Value::from)
}

fn design_effect(case: &Case<'_>) -> Result<Value> {
    let deff = proportion::design_effect(case.number("cluster_size|m")?, case.number("icc|rho")?)?;
    let n_eff = proportion::effective_size(case.count("n")?, deff)?;
    Ok(json!({ "deff": deff, "n_eff": n_eff }))
}

fn net_score(case: &Case<'_>) -> Result<Value> {
    let scores =
        list(case.value("scores")?, |v| Ok(if v.is_null() { None } else { Some(count(v)?) }))?;
    let valid = scores.into_iter().flatten().map(|s| u8::try_from(s).context("a score above 255"));
    let counts = nps::Counts::from_scores(valid.collect::<Result<Vec<u8>>>()?)?;
    let points = defined(nps::score(counts), |score| json!(100.0 * score))?;
    Ok(json!({
        "nps": points,
        "promoters": counts.promoters,
        "passives": counts.passives,
        "detractors": counts.detractors,
        "n_valid": counts.total(),
    }))
}

fn net_interval(case: &Case<'_>) -> Result<Value> {
    let counts = nps::Counts {
        promoters: case.count("promoters")?,
        passives: case.count("passives")?,
        detractors: case.count("detractors")?,
    };
    let confidence = case.confidence()?;
    Ok(json!({
        "nps": defined(nps::score(counts), Value::from)?,
        "var": defined(nps::variance(counts), Value::from)?,
        "wald": defined(nps::wald_interval(counts, confidence), ends)?,
        "adj_wald": defined(nps::interval(counts, confidence), ends)?,
    }))
}

fn net_test(case: &Case<'_>) -> Result<Value> {
    let group = |name| -> Result<nps::Counts> {
        let counts = case.counts(name)?;
        let [promoters, passives, detractors] = counts[..] else {
            anyhow::bail!("{name} needs promoters, passives and detractors");
        };
        Ok(nps::Counts { promoters, passives, detractors })
    };
    defined(
        nps::test(group("a")?, group("b")?),
        |t| json!({ "diff": t.value, "se": t.standard_error, "z": t.z, "p": t.p }),
    )
}

fn t_interval(case: &Case<'_>) -> Result<Value> {
    let summary = if case.has("x|values") {
        mean::summary(&case.numbers("x|values")?)
    } else {
        let (name, first) = scale(case)?;
        mean::scale_summary(&case.counts(&name)?, first)
    };
    let summary = match summary {
        Err(stats::Undefined::Empty) => return Ok(json!({ "mean": null, "sd": null, "ci": null })),
        other => other?,
    };
    let interval = mean::t_interval(summary, case.confidence()?);
    let ci = defined(interval, |m| ends(m.interval))?;
    Ok(json!({ "mean": summary.mean, "sd": summary.sd, "ci": ci }))
}

/// The argument `counts_A_to_B` and its first value A.
pub fn scale(case: &Case<'_>) -> Result<(String, f64)> {
    let arguments = case.inputs.as_object().context("no arguments")?;
    let name = arguments.keys().find(|k| k.contains("_to_")).context("no counts_A_to_B")?;
    let first = name.split('_').find_map(|part| number(&Value::from(part)).ok());
    Ok((name.clone(), first.with_context(|| format!("{name} names no first value"))?))
}

fn median_ranks(case: &Case<'_>) -> Result<Value> {
    defined(
        median::ranks(case.count("n")?, case.confidence()?),
        |r| json!({ "lower_rank": r.lower, "upper_rank": r.upper, "coverage": r.coverage }),
    )
}
