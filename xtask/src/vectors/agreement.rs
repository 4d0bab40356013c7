//! Agreement between raters.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use stats::agreement::{self, Level, Weights};

use super::Case;
use super::inputs::{defined, list};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "krippendorff_alpha" => alpha(case),
        "cohen_kappa" => kappa(case, Weights::Unweighted),
        "cohen_kappa_linear" => kappa(case, Weights::Linear),
        "cohen_kappa_quadratic" => kappa(case, Weights::Quadratic),
        "cohen_kappa_weighted" => kappa_of_ratings(case),
        "cohen_kappa_custom_weights" => kappa_with_own_weights(case),
        "fleiss_kappa" | "fleiss_and_randolph" => fleiss(case),
        "icc" => icc(case),
        "gwet_ac1" => gwet(case, Weights::Unweighted),
        "gwet_ac2" => gwet(case, weights(case).unwrap_or(Weights::Linear)),
        "gwet_ac1_raw" => gwet_of_ratings(case),
        "rater_severity_additive" => severity(case),
        "spearman_brown" => spearman_brown(case),
        "ratings_needed_for_reliability" => ratings_needed(case),
        _ => return None,
    })
}

const UNITS: &str = "units_x_coders|ratings_units_x_raters";

/// Rows of ratings. Labels that are words get the number of their place in the alphabet.
fn ratings(case: &Case<'_>, name: &str) -> Result<Vec<Vec<Option<f64>>>> {
    let rows = list(case.value(name)?, |row| list(row, |cell| Ok(cell.clone())))?;
    let mut words: Vec<&str> = rows.iter().flatten().filter_map(Value::as_str).collect();
    if words.iter().all(|word| word.trim().parse::<f64>().is_ok()) {
        return case.gappy(name);
    }
    words.sort_unstable();
    words.dedup();
    let code = |cell: &Value| -> Result<Option<f64>> {
        if cell.is_null() {
            return Ok(None);
        }
        let word = cell.as_str().with_context(|| format!("{cell} among words"))?;
        Ok(Some(words.partition_point(|it| *it < word) as f64))
    };
    rows.iter().map(|row| row.iter().map(code).collect()).collect()
}

/// Units × raters, also from raters × units.
fn units(case: &Case<'_>) -> Result<Vec<Vec<Option<f64>>>> {
    if case.has(UNITS) {
        return ratings(case, UNITS);
    }
    let raters = ratings(case, "coders_x_units")?;
    let count = raters.first().map_or(0, Vec::len);
    if raters.iter().any(|r| r.len() != count) {
        bail!("the raters have different numbers of units");
    }
    Ok((0..count).map(|u| raters.iter().map(|r| r[u]).collect()).collect())
}

fn alpha(case: &Case<'_>) -> Result<Value> {
    let level = match case.text_or("level", "ordinal")? {
        "nominal" => Level::Nominal,
        "ordinal" => Level::Ordinal,
        "interval" => Level::Interval,
        "ratio" => Level::Ratio,
        other => bail!("no level {other}"),
    };
    defined(agreement::alpha(&units(case)?, level), |a| case.one("alpha", a.value, json!({})))
}

fn weights(case: &Case<'_>) -> Result<Weights> {
    Ok(match case.value("weights").ok().and_then(Value::as_str) {
        None | Some("unweighted" | "none") => Weights::Unweighted,
        Some("linear" | "equal") => Weights::Linear,
        Some("quadratic" | "squared") => Weights::Quadratic,
        Some(other) => bail!("no weights {other}"),
    })
}

fn show(case: &Case<'_>, kappa: stats::Result<agreement::Kappa>) -> Result<Value> {
    let interval = case.confidence()?;
    defined(kappa, |k| {
        let ends = k.interval(interval);
        let rest =
            json!({ "ase": k.standard_error, "lo": ends.low, "hi": ends.high, "pa": k.observed });
        case.one("kappa", k.value, rest)
    })
}

fn kappa(case: &Case<'_>, weights: Weights) -> Result<Value> {
    show(case, agreement::kappa(&case.count_table("table")?, weights))
}

/// Two lists of ratings on the fixed scale `categories`, or on the levels in use for a comparison
/// with tools that drop the others.
fn kappa_of_ratings(case: &Case<'_>) -> Result<Value> {
    let mut lists = case
        .inputs
        .as_object()
        .context("no arguments")?
        .keys()
        .filter(|name| name.starts_with("rater"))
        .map(|name| case.numbers(name));
    let (first, second) =
        (lists.next().context("no first rater")??, lists.next().context("no second rater")??);
    let scale = case.numbers("categories|levels_present")?;
    let table = agreement::cross_table(&first, &second, &scale)?;
    show(case, agreement::kappa(&table, weights(case)?))
}

fn kappa_with_own_weights(case: &Case<'_>) -> Result<Value> {
    let credits = if case.has("disagreement_weights") {
        agreement::disagreement_weights(&case.table("disagreement_weights")?)?
    } else {
        case.table("weights|agreement_weights")?
    };
    show(case, agreement::kappa_weighted(&case.count_table("table")?, &credits))
}

/// How often each unit got each category, from rows of ratings; gaps do not count.
fn tally(units: &[Vec<Option<f64>>]) -> Vec<Vec<u64>> {
    let mut scale: Vec<f64> = units.iter().flatten().flatten().copied().collect();
    scale.sort_by(f64::total_cmp);
    scale.dedup();
    let times = |unit: &[Option<f64>], c: f64| {
        unit.iter().flatten().filter(|v| v.total_cmp(&c).is_eq()).count() as u64
    };
    units.iter().map(|unit| scale.iter().map(|&c| times(unit, c)).collect()).collect()
}

fn fleiss(case: &Case<'_>) -> Result<Value> {
    let counts =
        if case.has("counts") { case.count_table("counts")? } else { tally(&units(case)?) };
    defined(agreement::fleiss(&counts), |f| match f.fleiss {
        None if case.asked.is_empty() => Value::Null,
        Some(value) if case.asked.is_empty() => value.into(),
        value => json!({ "fleiss": value, "randolph": f.randolph, "pa": f.observed }),
    })
}

fn icc(case: &Case<'_>) -> Result<Value> {
    defined(agreement::icc(&case.table("targets_x_judges")?), |i| {
        json!({
            "icc11": i.one_single, "icc21": i.two_single, "icc31": i.three_single,
            "icc1k": i.one_mean, "icc2k": i.two_mean, "icc3k": i.three_mean,
        })
    })
}

fn gwet(case: &Case<'_>, weights: Weights) -> Result<Value> {
    let table = case.count_table("table")?;
    let kappa = defined(agreement::kappa(&table, weights), |k| json!(k.value))?;
    let name = if weights == Weights::Unweighted { "ac1" } else { "ac2" };
    defined(agreement::gwet_table(&table, weights), |g| {
        case.one(name, g.value, json!({ "pa": g.observed, "kappa": kappa }))
    })
}

/// Rounded as the program irrCAC prints it, which is how this method's vectors are defined.
fn gwet_of_ratings(case: &Case<'_>) -> Result<Value> {
    defined(agreement::gwet(&tally(&units(case)?), Weights::Unweighted), |g| {
        let alike = g.fleiss_like.map(|it| case.printed("fleiss_like", it));
        let rest = json!({ "fleiss_like": alike, "pa": case.printed("pa", g.observed) });
        let name = if case.asked.is_empty() { "" } else { "ac1" };
        case.one("ac1", case.printed(name, g.value), rest)
    })
}

fn severity(case: &Case<'_>) -> Result<Value> {
    defined(
        agreement::severity(&case.gappy("items_x_raters")?),
        |s| json!({ "item": s.items, "severity": s.raters }),
    )
}

fn spearman_brown(case: &Case<'_>) -> Result<Value> {
    Ok(agreement::spearman_brown(case.number("icc1")?, case.number("k")?)?.into())
}

fn ratings_needed(case: &Case<'_>) -> Result<Value> {
    Ok(agreement::ratings_needed(case.number("icc1")?, case.number("target")?)?.into())
}
