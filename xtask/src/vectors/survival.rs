//! Time to event, on given numbers or on the telephone company's customers.

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};
use stats::survival::{Duration, kaplan_meier, log_rank, matured};

use super::inputs::{defined, list, number};
use super::{Case, telco, waltons};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    // Data that is only named is known for two sets.
    if case.has("data") && !telco::is_named(case) && !waltons::is_named(case) {
        return None;
    }
    Some(match case.method {
        "kaplan_meier" => curve(case),
        "logrank" if !telco::is_named(case) => groups(case),
        "secondary_feedback_rate_30d" => within_window(case),
        "churn_rate" if telco::is_named(case) => telco::counts(case),
        _ => return None,
    })
}

fn durations(times: &[f64], events: &[f64]) -> Result<Vec<Duration>> {
    ensure!(times.len() == events.len(), "unequal lists");
    Ok(times.iter().zip(events).map(|(&time, &e)| Duration { time, happened: e != 0.0 }).collect())
}

/// Survival at each asked time, and the median.
fn curve(case: &Case<'_>) -> Result<Value> {
    let cases = if waltons::is_named(case) {
        waltons::groups().concat()
    } else if case.has("data") {
        telco::durations(case)?
    } else {
        durations(&case.numbers("t")?, &case.numbers("event|e")?)?
    };
    let curve = match kaplan_meier(&cases) {
        Ok(curve) => curve,
        undefined => return defined(undefined, |_| Value::Null),
    };
    let mut answer: Map<String, Value> =
        case.asked_after("").into_iter().map(|(key, time)| (key, curve.at(time).into())).collect();
    answer.insert("median".into(), curve.median().into());
    Ok(Value::Object(answer))
}

/// Times `t1`, `t2` … and events `e1`, `e2` … of two or more groups; without events all happened.
fn groups(case: &Case<'_>) -> Result<Value> {
    let mut groups = if waltons::is_named(case) { waltons::groups() } else { Vec::new() };
    while case.has(&format!("t{}", groups.len() + 1)) {
        let group = groups.len() + 1;
        let times = case.numbers(&format!("t{group}"))?;
        let events = if case.has(&format!("e{group}")) {
            case.numbers(&format!("e{group}"))?
        } else {
            vec![1.0; times.len()]
        };
        groups.push(durations(&times, &events)?);
    }
    let median = kaplan_meier(&groups.concat()).ok().and_then(|c| c.median());
    defined(
        log_rank(&groups),
        |t| json!({ "chi2": t.statistic, "p": t.p, "df": t.df, "median_all": median }),
    )
}

fn within_window(case: &Case<'_>) -> Result<Value> {
    let cases = list(case.value("cases_[age_days,repeat_day_or_null]|cases")?, |pair| {
        let event = if pair[1].is_null() { None } else { Some(number(&pair[1])?) };
        Ok((number(&pair[0])?, event))
    })?;
    defined(matured(&cases, case.number_or("window", 30.0)?), |m| {
        json!({
            "naive": m.naive, "matured_only": m.rate, "n_matured": m.mature,
            "kaplan_meier": m.kaplan_meier,
        })
    })
}
