//! Tests of difference.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use stats::compare;

use super::Case;
use super::inputs::{count, defined, ends, list};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "mcnemar" => mcnemar(case),
        "stuart_maxwell" => stuart_maxwell(case),
        "cochran_armitage" => trend(case),
        "brunner_munzel" => brunner_munzel(case),
        "benjamini_hochberg" => false_discoveries(case),
        "cochran_mantel_haenszel" => strata(case),
        "g_test" => g_test(case),
        _ => return None,
    })
}

/// A two-by-two table.
pub fn two_by_two(value: &Value) -> Result<[[u64; 2]; 2]> {
    let cells = list(value, |row| list(row, count))?.concat();
    let [a, b, c, d] = cells[..] else { bail!("{value} is not a two-by-two table") };
    Ok([[a, b], [c, d]])
}

fn mcnemar(case: &Case<'_>) -> Result<Value> {
    defined(compare::mcnemar(two_by_two(case.value("table")?)?), |t| {
        json!({
            "chi2": t.statistic, "chi2_cc": t.corrected, "p": t.p, "p_exact": t.p_exact,
            "p_cc": stats::special::chi_square_sf(t.corrected, 1.0),
            "diff": t.difference, "se_diff": t.standard_error,
        })
    })
}

fn stuart_maxwell(case: &Case<'_>) -> Result<Value> {
    defined(compare::stuart_maxwell(&case.count_table("table")?), |t| {
        json!({
            "chi2": t.marginal.statistic, "df": t.marginal.df, "p": t.marginal.p,
            "bowker": t.symmetry.statistic, "bowker_df": t.symmetry.df, "bowker_p": t.symmetry.p,
        })
    })
}

fn trend(case: &Case<'_>) -> Result<Value> {
    let (x, n) = (case.counts("x")?, case.counts("n")?);
    let scores = if case.has("scores") {
        case.numbers("scores")?
    } else {
        (1..=u32::try_from(x.len())?).map(f64::from).collect()
    };
    let trend = compare::cochran_armitage(&x, &n, &scores);
    defined(trend, |t| json!({ "chi2": t.statistic, "z": t.z, "p": t.p }))
}

fn brunner_munzel(case: &Case<'_>) -> Result<Value> {
    let test = compare::brunner_munzel(&case.numbers("x")?, &case.numbers("y")?);
    defined(test, |t| json!({ "w": t.statistic, "p": t.p, "df": t.df, "effect": t.effect }))
}

fn false_discoveries(case: &Case<'_>) -> Result<Value> {
    let (p, q) = (case.numbers("p")?, case.number_or("q", 0.05)?);
    let adjusted = compare::benjamini_hochberg(&p)?;
    let rejected = |values: &[f64]| values.iter().filter(|&&v| v <= q).count();
    Ok(json!({
        "n_reject": rejected(&adjusted),
        "bonferroni_reject": rejected(&compare::bonferroni(&p)?),
        "adj": case.beginning("adj", &adjusted),
    }))
}

fn strata(case: &Case<'_>) -> Result<Value> {
    let tables = list(case.value("tables")?, two_by_two).context("tables")?;
    let confidence = case.confidence()?;
    let breslow_day = defined(compare::breslow_day(&tables), |t| {
        json!([t.test.statistic, t.test.p, t.tarone.statistic])
    })?;
    defined(compare::mantel_haenszel(&tables), |t| {
        json!({
            "chi2_cc": t.corrected.statistic, "p": t.corrected.p, "chi2": t.test.statistic,
            "or": t.odds_ratio, "or_ci": ends(t.interval(confidence)), "breslow_day": breslow_day[0], "breslow_day_p": breslow_day[1],
            "tarone": breslow_day[2],
        })
    })
}

fn g_test(case: &Case<'_>) -> Result<Value> {
    let test = compare::g_test(&case.counts("observed")?, &case.numbers("expected")?);
    defined(test, |t| json!({ "g": t.statistic, "df": t.df, "p": t.p }))
}
