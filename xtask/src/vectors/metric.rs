//! Definitions of the product's figures: satisfaction, effort, thresholds, rates, anonymity.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use domain::analysis::threshold::{Base, Better, Thresholds, difference};
use domain::analysis::{anonymity, metric};
use serde_json::{Value, json};

use super::Case;
use super::inputs::{count, list, number};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "csat" => satisfaction(case),
        "ces" => effort(case),
        "service_level" => service_level(case),
        "threshold_score" => threshold(case),
        "double_scoring_difference" => scoring_difference(case),
        "fcr_repeat_window" => first_contact(case),
        "rectification_rate" => rectification(case),
        "complaint_rate_per_million" => complaint_rate(case),
        "anonymity_threshold" => anonymous(case),
        _ => return None,
    })
}

/// As many counts as the scale has steps.
fn scale<const N: usize>(case: &Case<'_>, name: &str) -> Result<[u64; N]> {
    let counts = case.counts(name)?;
    counts.try_into().map_err(|counts: Vec<u64>| {
        anyhow::anyhow!("{name} has {} counts instead of {N}", counts.len())
    })
}

fn satisfaction(case: &Case<'_>) -> Result<Value> {
    let figures = metric::satisfaction(scale(case, "counts_1_to_5|counts")?);
    let show = |of: fn(&metric::Satisfaction) -> f64| figures.as_ref().map(of);
    Ok(json!({
        "top2box": show(|it| it.top2),
        "mean": show(|it| it.mean),
        "index_0_100": show(|it| it.index),
        "net_sat": show(|it| it.net),
        "bottom2box": show(|it| it.bottom2),
        "haochaping_good": show(|it| it.top2),
        "haochaping_mid": show(|it| it.middle),
        "haochaping_bad": show(|it| it.bottom2),
        "manyi_incl_jiben": show(|it| it.at_least_middle),
        "n_valid": figures.map_or(0, |it| it.answers),
    }))
}

fn effort(case: &Case<'_>) -> Result<Value> {
    let figures = metric::effort(scale(case, "counts_1_to_7|counts")?);
    Ok(json!({
        "mean": figures.map(|it| it.mean),
        "pct_agree_5_7": figures.map(|it| it.agree),
    }))
}

fn service_level(case: &Case<'_>) -> Result<Value> {
    let level = metric::service_level(metric::Calls {
        offered: case.count("offered")?,
        answered_in_time: case.count("answered_in_T")?,
        answered_late: case.count("answered_after_T")?,
        abandoned_early: case.count("abandoned_within_T")?,
    });
    Ok(json!({
        "answered_in_T/offered": level.of_offered,
        "answered_in_T/(offered-short_abandons)": level.without_short_abandons,
        "answered_in_T/answered": level.of_answered,
        "(answered_in_T+short_abandons)/offered": level.abandons_as_served,
    }))
}

fn threshold(case: &Case<'_>) -> Result<Value> {
    let (better, name) =
        if case.has("bands_ge") { (Better::High, "bands_ge") } else { (Better::Low, "bands_le") };
    let band = |row: &Value| {
        let row = list(row, number)?;
        ensure!(row.len() == 2, "a band is a limit and points");
        Ok((row[0], points(row[1])?))
    };
    let bands = list(case.value(name)?, band)?;
    let otherwise = points(case.number("else")?)?;
    let thresholds = Thresholds { better, bands, otherwise };
    Ok(json!(thresholds.points(case.number("value")?)))
}

fn points(value: f64) -> Result<u8> {
    format!("{value}").parse().with_context(|| format!("{value} are no points"))
}

fn scoring_difference(case: &Case<'_>) -> Result<Value> {
    let (a, b, limit) = (case.number("a")?, case.number("b")?, case.number("threshold")?);
    let scale = (case.number("min")?, case.number("max")?);
    let of = |base| difference(a, b, scale, base);
    let flag = |base| of(base).map(|it| limit < it);
    Ok(json!({
        "rel_range": of(Base::Range), "flag_range": flag(Base::Range),
        "rel_max": of(Base::Max), "flag_max": flag(Base::Max),
        "rel_mean": of(Base::Mean), "flag_mean": flag(Base::Mean),
    }))
}

fn first_contact(case: &Case<'_>) -> Result<Value> {
    let day = |value: &Value| value.as_i64().with_context(|| format!("{value} is not a day"));
    let contact = |row: &Value| {
        let text = |at: usize| row[at].as_str().map(str::to_owned).context("a contact has names");
        Ok((text(0)?, text(1)?, day(&row[2])?))
    };
    let contacts = list(case.value("contacts_[customer,issue,day]|contacts")?, contact)?;
    let (window, now) = (day(case.value("window_days")?)?, day(case.value("as_of_day")?)?);
    let figure = metric::first_contact(contacts, window, now);
    Ok(json!({
        "episodes": figure.episodes,
        "mature": figure.mature,
        "immature": figure.episodes - figure.mature,
        "fcr": figure.rate,
    }))
}

fn rectification(case: &Case<'_>) -> Result<Value> {
    let rate = metric::rectification_rate(metric::Rectifications {
        due: case.count("due_in_period")?,
        verified_in_time: case.count("verified_on_time")?,
        verified_late: case.count("verified_late")?,
    });
    Ok(json!({ "on_time": rate.in_time, "completed": rate.completed }))
}

fn complaint_rate(case: &Case<'_>) -> Result<Value> {
    let complaints = case.counts("complaints")?;
    let rates = case.numbers("published_rate_per_million")?;
    ensure!(complaints.len() == rates.len(), "a rate for each count of complaints");
    let users: Vec<_> = complaints
        .iter()
        .zip(rates)
        .map(|(complaints, rate)| metric::implied_millions(*complaints, rate))
        .collect();
    Ok(json!({ "total": complaints.iter().sum::<u64>(), "implied_users_million": users }))
}

fn anonymous(case: &Case<'_>) -> Result<Value> {
    let cells = case.value("cells")?.as_object().context("cells are named counts")?;
    let cells = cells.iter().map(|(name, value)| Ok((name.clone(), count(value)?)));
    let cells: BTreeMap<String, u64> = cells.collect::<Result<_>>()?;
    let hidden = anonymity::hidden(&cells, case.count("k")?);
    let total: u64 = cells.values().sum();
    let shown: BTreeMap<_, _> = cells.iter().filter(|(name, _)| !hidden.contains(*name)).collect();
    let total = (cells.is_empty() || !shown.is_empty()).then_some(total);
    Ok(json!({ "total": total, "hidden": hidden, "shown": shown }))
}
