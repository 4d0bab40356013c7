//! Weighting of answers.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use stats::survey::{self, Cell};

use super::Case;
use super::inputs::{defined, ends};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "poststratification" => poststratify(case),
        "raking_ipf" => rake(case),
        "neyman_allocation" => neyman(case),
        "ipw_bounds_rindicator" => nonresponse(case),
        "reporting_probability_ipw" => reweigh(case),
        "horvitz_thompson" => horvitz_thompson(case),
        _ => return None,
    })
}

fn cells(population: Vec<u64>, answered: Vec<u64>, yes: Vec<u64>) -> Result<Vec<Cell>> {
    ensure!(population.len() == answered.len() && answered.len() == yes.len(), "unequal lists");
    let cells = population.into_iter().zip(answered).zip(yes);
    Ok(cells.map(|((population, answered), yes)| Cell { population, answered, yes }).collect())
}

fn poststratify(case: &Case<'_>) -> Result<Value> {
    let (population, answered) = (case.counts("N_h")?, case.counts("n_h")?);
    let shares = case.numbers("p_h")?;
    ensure!(population.len() == answered.len() && answered.len() == shares.len(), "unequal lists");
    let strata: Vec<survey::Stratum> = (population.iter().zip(&answered).zip(&shares))
        .map(|((&population, &answered), &share)| survey::Stratum { population, answered, share })
        .collect();
    defined(survey::poststratify_shares(&strata), |p| {
        json!({
            "raw": p.raw, "weighted": p.weighted, "se_fpc": p.standard_error,
            "n_eff": p.effective_size,
        })
    })
}

fn rake(case: &Case<'_>) -> Result<Value> {
    let raked = survey::rake(&case.table("seed")?, &case.numbers("rows")?, &case.numbers("cols")?)?;
    Ok(json!(raked.value))
}

fn neyman(case: &Case<'_>) -> Result<Value> {
    let (sizes, n) = (case.counts("N_h")?, case.count("n")?);
    let spreads = if case.has("S_h") {
        case.numbers("S_h")?
    } else {
        case.numbers("p_h")?.into_iter().map(|p| (p * (1.0 - p)).sqrt()).collect()
    };
    let even = vec![1.0; sizes.len()];
    Ok(json!({
        "neyman": defined(survey::neyman(&sizes, &spreads, n), Value::from)?,
        "proportional": defined(survey::neyman(&sizes, &even, n), Value::from)?,
    }))
}

fn nonresponse(case: &Case<'_>) -> Result<Value> {
    let cells = cells(case.counts("N")?, case.counts("responded")?, case.counts("satisfied")?)?;
    let total = |f: fn(&Cell) -> u64| cells.iter().map(f).sum::<u64>();
    let (population, answered) = (total(|c| c.population), total(|c| c.answered));
    let weighted = survey::poststratify(&cells);
    let bounds = survey::bounds(total(|c| c.yes), answered, population);
    Ok(json!({
        "raw": defined(stats::proportion::share(total(|c| c.yes), answered), Value::from)?,
        "ipw": defined(weighted, |w| w.weighted.into())?,
        "response_rate": defined(stats::proportion::share(answered, population), Value::from)?,
        "manski": defined(bounds, ends)?,
        "r_indicator": defined(survey::r_indicator(&cells), Value::from)?,
    }))
}

fn reweigh(case: &Case<'_>) -> Result<Value> {
    let arguments = case.inputs.as_object().context("no arguments")?;
    let name =
        arguments.keys().find(|k| k.starts_with("observed")).context("no observed counts")?;
    let observed = case.numbers(name)?;
    let total: f64 = observed.iter().sum();
    let shares = survey::reweigh(&observed, &case.numbers("report_prob")?);
    let raw = observed.last().filter(|_| total > 0.0).map(|last| last / total);
    Ok(json!({ "raw_sat": raw, "adj_share": defined(shares, Value::from)? }))
}

fn horvitz_thompson(case: &Case<'_>) -> Result<Value> {
    let weighted =
        survey::horvitz_thompson(&case.numbers("values|y")?, &case.numbers("probabilities|pi")?);
    defined(weighted, |w| json!({ "total": w.total, "mean": w.mean, "se": w.standard_error }))
}
