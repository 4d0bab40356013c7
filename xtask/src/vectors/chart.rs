//! Control charts.

use anyhow::Result;
use serde_json::{Value, json};
use stats::chart::{self, Baseline, Cusum, Ewma, Side};

use super::Case;
use super::inputs::defined;

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "p_chart" => share_chart(case, Baseline::p),
        "laney_p_prime" => share_chart(case, Baseline::laney),
        "ewma_chart" => ewma(case),
        "cusum_tabular" => cusum(case),
        "cusum_fir" => cusum_fir(case),
        "risk_adjusted_cusum_weight" => risk_weight(case),
        "funnel_limits_binomial" => funnel(case),
        _ => return None,
    })
}

type Estimator = fn(&[(u64, u64)]) -> stats::Result<Baseline>;

/// Centre, limits at the common n, and the points outside; also from totals alone.
fn share_chart(case: &Case<'_>, estimate: Estimator) -> Result<Value> {
    if case.has("total_defects") {
        let n = case.count("n")?;
        let baseline = Baseline::p(&[(case.count("total_defects")?, n * case.count("samples")?)])?;
        let limits = baseline.limits(n)?;
        return Ok(json!({ "center": baseline.centre, "lcl": limits.low, "ucl": limits.high }));
    }
    let defects = case.counts("defects|x")?;
    let sizes = if case.value("n")?.is_array() {
        case.counts("n")?
    } else {
        vec![case.count("n")?; defects.len()]
    };
    let points: Vec<(u64, u64)> = defects.into_iter().zip(sizes).collect();
    let baseline = match estimate(&points) {
        Ok(baseline) => baseline,
        undefined => return defined(undefined, |_| Value::Null),
    };
    let limits = points
        .iter()
        .map(|p| baseline.limits(p.1))
        .collect::<stats::Result<Vec<stats::Interval>>>()?;
    let out: Vec<usize> = (points.iter().zip(&limits).enumerate())
        .filter(|(_, ((x, n), limits))| !limits.contains(*x as f64 / *n as f64))
        .map(|(index, _)| index + 1)
        .collect();
    // One number where all points share their limits, a list where each has its own.
    let ends = |name: &str, end: fn(&stats::Interval) -> f64| {
        let all: Vec<f64> = limits.iter().map(end).collect();
        if case.is_list(name) { json!(case.beginning(name, &all)) } else { json!(all.first()) }
    };
    Ok(json!({
        "center": baseline.centre,
        "sigma_z": baseline.spread,
        "lcl": ends("lcl", |it| it.low),
        "ucl": ends("ucl", |it| it.high),
        "out_1based": out,
    }))
}

fn ewma(case: &Case<'_>) -> Result<Value> {
    let mut chart = Ewma::new(
        case.number_or("lambda", 0.2)?,
        case.number_or("L", 3.0)?,
        case.number("start|center|target")?,
        case.number("sigma")?,
        Side::Both,
    )?;
    let (mut values, mut out) = (Vec::new(), Vec::new());
    for (index, x) in case.numbers("x")?.into_iter().enumerate() {
        if chart.push(x) {
            out.push(index + 1);
        }
        values.push(chart.value());
    }
    let limits = chart.final_limits();
    Ok(json!({
        "ucl": limits.high,
        "lcl": limits.low,
        "ewma": case.beginning("ewma", &values),
        "out_1based": out,
    }))
}

fn cusum(case: &Case<'_>) -> Result<Value> {
    let start = case.number_or("start", 0.0)?;
    let h = case.number_or("H|h", stats::VALUE_MAX)?;
    let mut chart = Cusum::new(case.number("target")?, case.number("K|k")?, h, start)?;
    let points = case.numbers("x")?.into_iter().map(|x| chart.push(x));
    let points = points.collect::<stats::Result<Vec<_>>>()?;
    let above: Vec<f64> = points.iter().map(|p| p.above).collect();
    let below: Vec<f64> = points.iter().map(|p| p.below).collect();
    let out: Vec<usize> = (points.iter().enumerate())
        .filter(|(_, point)| point.changed_at.is_some())
        .map(|(index, _)| index + 1)
        .collect();
    Ok(json!({
        "SH": case.beginning("SH", &above),
        "SL": case.beginning("SL", &below),
        "out_1based": out,
    }))
}

fn cusum_fir(case: &Case<'_>) -> Result<Value> {
    let (k, h) = (case.number("k")?, case.number("h")?);
    let mut chart = Cusum::new(0.0, k, h, case.number_or("start", 0.5 * h)?)?;
    let above = case.numbers("z")?.into_iter().map(|z| Ok(chart.push(z)?.above));
    Ok(Value::from(above.collect::<Result<Vec<f64>>>()?))
}

fn risk_weight(case: &Case<'_>) -> Result<Value> {
    let (p, odds_ratio) = (case.number("p")?, case.number("odds_ratio")?);
    Ok(json!({
        "w_fail": chart::risk_weight(p, odds_ratio, true)?,
        "w_ok": chart::risk_weight(p, odds_ratio, false)?,
    }))
}

fn funnel(case: &Case<'_>) -> Result<Value> {
    let (low, high) = chart::funnel(case.number("target")?, case.count("n")?, case.confidence()?)?;
    Ok(json!([low, high]))
}
