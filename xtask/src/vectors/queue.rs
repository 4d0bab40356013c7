//! Erlang's formulas.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use stats::queue;

use super::Case;

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "erlang_b" => erlang_b(case),
        "erlang_b_inverse" => erlang_b_load(case),
        "erlang_c" => erlang_c(case),
        "erlang_c_staffing" => staffing(case),
        "erlang_a" => erlang_a(case),
        _ => return None,
    })
}

/// Arrivals per second, whatever unit they are given in.
fn arrivals_per_s(case: &Case<'_>) -> Result<f64> {
    let arguments = case.inputs.as_object().context("no arguments")?;
    let (name, unit) = (arguments.keys())
        .find_map(|name| {
            let unit = name.strip_prefix("lambda_per_").or(name.strip_prefix("calls_per_"))?;
            Some((name.as_str(), unit))
        })
        .context("no arrivals")?;
    // "30min": an optional number, then the unit.
    let digits = unit.len() - unit.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let many = if digits == 0 { 1.0 } else { unit[..digits].parse()? };
    let seconds = match &unit[digits..] {
        "s" | "sec" => 1.0,
        "min" => 60.0,
        "h" | "hour" => 3_600.0,
        other => bail!("no unit {other}"),
    };
    Ok(case.number(name)? / (many * seconds))
}

/// A mean time in seconds: `{name}_s`, `{name}_min`, or a rate per minute.
fn seconds(case: &Case<'_>, name: &str, rate: &str) -> Result<f64> {
    let in_seconds = format!("{name}_s");
    let in_minutes = format!("{name}_min");
    if case.has(&in_seconds) {
        case.number(&in_seconds)
    } else if case.has(&in_minutes) {
        Ok(60.0 * case.number(&in_minutes)?)
    } else {
        Ok(60.0 / case.number(rate)?)
    }
}

fn handling(case: &Case<'_>) -> Result<f64> {
    seconds(case, "aht", "mu_per_min")
}

fn load(case: &Case<'_>) -> Result<f64> {
    if case.has("A") { case.number("A") } else { Ok(arrivals_per_s(case)? * handling(case)?) }
}

fn erlang_b(case: &Case<'_>) -> Result<Value> {
    let blocked = queue::erlang_b(load(case)?, case.count("servers|agents")?)?;
    Ok(case.one("B", blocked, json!({})))
}

/// `A_1pct` asks for the load at which 1 % are lost.
fn erlang_b_load(case: &Case<'_>) -> Result<Value> {
    let servers = case.count("servers|agents")?;
    let mut answer = json!({});
    for key in &case.asked {
        if let Some(percent) = key.strip_prefix("A_").and_then(|k| k.strip_suffix("pct")) {
            let blocked = percent.parse::<f64>()? / 100.0;
            answer[*key] = queue::erlang_b_load(blocked, servers)?.into();
        }
    }
    Ok(answer)
}

fn erlang_c(case: &Case<'_>) -> Result<Value> {
    let team = queue::erlang_c(load(case)?, case.count("agents")?, handling(case)?)?;
    Ok(json!({
        "A": team.load,
        "pw": team.wait_probability,
        "sl": team.service_level(case.number_or("target_s", 0.0)?)?,
        "asa_s": team.mean_wait(),
        "occ": team.occupancy,
    }))
}

/// `sl13` asks for the service level with 13 agents.
fn staffing(case: &Case<'_>) -> Result<Value> {
    let (load, handling, target) = (load(case)?, handling(case)?, case.number("target_s")?);
    let mut answer = json!({
        "agents": queue::agents_needed(load, handling, target, case.number("target_sl")?)?,
    });
    for key in &case.asked {
        if let Some(agents) = key.strip_prefix("sl").and_then(|n| n.parse::<u64>().ok()) {
            answer[*key] = queue::erlang_c(load, agents, handling)?.service_level(target)?.into();
        }
    }
    Ok(answer)
}

fn erlang_a(case: &Case<'_>) -> Result<Value> {
    let target = case.number_or("target_s", 0.0)?;
    let patience = seconds(case, "patience", "theta_per_min")?;
    let agents = case.count("agents")?;
    let team = queue::erlang_a(arrivals_per_s(case)?, handling(case)?, patience, agents, target)?;
    Ok(json!({
        "pw": team.wait_probability,
        "p_abandon": team.abandoned,
        "mean_wait_s": team.mean_wait,
        "mean_wait_min": team.mean_wait / 60.0,
        "mean_queue": team.mean_queue,
        "occ": team.occupancy,
        "sl": team.answered_in_time,
        "waited_in_time": team.waited_in_time,
    }))
}
