//! Evidence of helped-along figures.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use stats::anomaly;

use super::Case;
use super::inputs::defined;

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "missing_low_tail" => missing_low_tail(case),
        "burst_tail" => burst_tail(case),
        "concentration" => concentration(case),
        "invite_by_risk" => exposure_by_risk(case),
        "straightlining" => straight_line(case),
        _ => return None,
    })
}

fn missing_low_tail(case: &Case<'_>) -> Result<Value> {
    let p = if case.has("expected_rates|rates") {
        anomaly::missing_low_tail_mixed(case.count("low")?, &case.numbers("expected_rates|rates")?)
    } else {
        anomaly::missing_low_tail(
            case.count("low")?,
            case.count("n")?,
            case.number("expected_rate")?,
        )
    };
    defined(p, |p| case.one("p", p, json!({})))
}

/// `negbin_k1.5` asks for the negative binomial tail with size 1.5.
fn burst_tail(case: &Case<'_>) -> Result<Value> {
    let (mean, count) = (case.number("lambda")?, case.count("k")?);
    let mut answer = json!({ "poisson": anomaly::burst_tail(count, mean, None)? });
    for (key, size) in case.asked_after("negbin_k") {
        answer[key] = anomaly::burst_tail(count, mean, Some(size))?.into();
    }
    Ok(answer)
}

fn concentration(case: &Case<'_>) -> Result<Value> {
    let counts = case.counts("ratings_per_device|counts")?;
    if counts.iter().all(|&count| count == 0) {
        return Ok(json!({ "n": 0, "hhi": null, "pair_prob_unbiased": null, "top_share": null }));
    }
    defined(anomaly::concentration(&counts), |c| {
        json!({
            "n": c.n, "hhi": c.hhi, "pair_prob_unbiased": c.pair_probability,
            "top_share": c.top_share,
        })
    })
}

fn exposure_by_risk(case: &Case<'_>) -> Result<Value> {
    let pairs = |who: &str| -> Result<Vec<(u64, u64)>> {
        let (x, n) = (case.counts(&format!("{who}_invited"))?, case.counts(&format!("{who}_n"))?);
        ensure!(x.len() == n.len(), "unequal lists");
        Ok(x.into_iter().zip(n).collect())
    };
    defined(anomaly::exposure_by_risk(&pairs("agent")?, &pairs("peer")?), |e| {
        json!({
            "trend_z": e.trend.z, "trend_p": e.trend.p,
            "breslow_day": e.breslow_day.test.statistic, "breslow_day_p": e.breslow_day.test.p,
            "mh_or": e.mantel_haenszel.odds_ratio, "mh_p": e.mantel_haenszel.test.p,
        })
    })
}

fn straight_line(case: &Case<'_>) -> Result<Value> {
    defined(
        anomaly::straight_line(&case.numbers("answers")?),
        |s| json!({ "longstring": s.longest_run, "irv": s.spread }),
    )
}
