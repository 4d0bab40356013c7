//! Shrinkage and ranking.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use stats::rank::{self, Posterior, Prior};

use super::Case;
use super::inputs::{count, defined, list, number};

pub fn compute(case: &Case<'_>) -> Option<Result<Value>> {
    Some(match case.method {
        "james_stein_proportions" => james_stein(case),
        "beta_binomial_moments" => moments(case),
        "beta_binomial_mle" => likelihood(case),
        "beta_posterior_rank" => posterior_rank(case),
        "prob_beta_greater" => greater(case),
        "dirichlet_multinomial_mean" => dirichlet(case),
        "star_lower_bound" => star_lower_bound(case),
        "indirect_standardisation" => standardise(case),
        _ => return None,
    })
}

fn james_stein(case: &Case<'_>) -> Result<Value> {
    let js = rank::james_stein(&case.counts("hits|x")?, case.count("n")?);
    defined(js, |js| json!({ "grand_mean": js.mean, "c": js.kept, "js": js.shares }))
}

/// Counts as two lists, or as named pairs.
fn points(case: &Case<'_>) -> Result<Vec<(u64, u64)>> {
    if case.has("agents") {
        return Ok(agents(case)?.into_iter().map(|(_, x, n)| (x, n)).collect());
    }
    Ok(case.counts("y|x")?.into_iter().zip(case.counts("n")?).collect())
}

fn agents(case: &Case<'_>) -> Result<Vec<(String, u64, u64)>> {
    let agents = case.value("agents")?.as_object().context("agents are not named")?;
    agents
        .iter()
        .map(|(name, pair)| {
            let pair = list(pair, count)?;
            Ok((
                name.clone(),
                *pair.first().context("no count")?,
                *pair.get(1).context("no total")?,
            ))
        })
        .collect()
}

fn after_new(case: &Case<'_>, prior: Prior) -> Result<Value> {
    if !case.has("new") {
        return Ok(Value::Null);
    }
    let new = case.counts("new")?;
    Ok(prior.after(new[0], *new.get(1).context("new needs a total")?)?.mean().into())
}

fn moments(case: &Case<'_>) -> Result<Value> {
    let points = points(case)?;
    let prior = match Prior::moments(&points) {
        Ok(prior) => prior,
        undefined => return defined(undefined, |_| Value::Null),
    };
    let shares: Vec<f64> =
        points.iter().filter(|p| p.1 > 0).map(|p| p.0 as f64 / p.1 as f64).collect();
    let summary = stats::mean::summary(&shares)?;
    Ok(json!({
        "mean": summary.mean,
        "sd": summary.sd,
        "alpha": prior.alpha,
        "beta": prior.beta,
        "posterior_mean_new": after_new(case, prior)?,
    }))
}

fn likelihood(case: &Case<'_>) -> Result<Value> {
    let fit = match Prior::fit(&points(case)?) {
        Ok(fit) => fit,
        undefined => return defined(undefined, |_| Value::Null),
    };
    Ok(json!({
        "alpha": fit.prior.alpha,
        "beta": fit.prior.beta,
        "distinguishable": fit.distinguishable,
        "posterior_mean_new": after_new(case, fit.prior)?,
    }))
}

fn posterior_rank(case: &Case<'_>) -> Result<Value> {
    let prior = case.numbers("prior")?;
    let prior = Prior::new(prior[0], *prior.get(1).context("prior needs beta")?)?;
    let posteriors = agents(case)?
        .into_iter()
        .map(|(name, x, n)| Ok((name, prior.after(x, n)?)))
        .collect::<Result<Vec<(String, Posterior)>>>()?;
    let mut answer = Map::new();
    let means = posteriors.iter().map(|(name, p)| (name.clone(), p.mean().into()));
    answer.insert("mean".into(), Value::Object(means.collect()));
    // Lower quantiles are named after their percent: q05.
    for (key, number) in case.asked_after("q") {
        let probability = share_named(&key[1..], number);
        let bounds: Map<String, Value> = posteriors
            .iter()
            .map(|(name, p)| Ok((name.clone(), p.quantile(probability)?.into())))
            .collect::<Result<_>>()?;
        let mut order: Vec<(&str, f64)> = bounds
            .iter()
            .map(|(name, bound)| (name.as_str(), bound.as_f64().unwrap_or_default()))
            .collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let order: Vec<&str> = order.into_iter().map(|(name, _)| name).collect();
        answer.insert(format!("order_by_{key}"), json!(order));
        answer.insert(key, Value::Object(bounds));
    }
    let mut order: Vec<&(String, Posterior)> = posteriors.iter().collect();
    order.sort_by(|a, b| b.1.mean().total_cmp(&a.1.mean()));
    answer.insert("order_by_mean".into(), order.iter().map(|(name, _)| name.as_str()).collect());
    Ok(Value::Object(answer))
}

/// The share that the digits after `q` name: `05` and `5` are five percent, `025` and `975` three
/// digits after the point.
fn share_named(digits: &str, number: f64) -> f64 {
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    if whole && digits.len() > 2 { number / 1_000.0 } else { number / 100.0 }
}

fn greater(case: &Case<'_>) -> Result<Value> {
    let posterior = |name| -> Result<Posterior> {
        let pair = case.numbers(name)?;
        Ok(Posterior { alpha: pair[0], beta: *pair.get(1).context("no beta")? })
    };
    let chance = posterior("a")?.exceeds(posterior("b")?)?;
    Ok(if case.asked.is_empty() { chance.into() } else { json!({ "p_a_gt_b": chance }) })
}

fn dirichlet(case: &Case<'_>) -> Result<Value> {
    let mean = match rank::dirichlet_mean(&case.numbers("prior")?, &case.counts("counts")?) {
        Ok(mean) => mean,
        undefined => return defined(undefined, |_| Value::Null),
    };
    let mut answer = json!({ "mean": mean.mean, "sd": mean.sd });
    for (key, z) in case.asked_after("lower_") {
        answer[key] = mean.lower(z).into();
    }
    Ok(answer)
}

fn star_lower_bound(case: &Case<'_>) -> Result<Value> {
    defined(
        rank::star_lower_bound(&case.counts("counts")?, case.number_or("z", 1.65)?),
        Value::from,
    )
}

fn standardise(case: &Case<'_>) -> Result<Value> {
    let baseline = case.value("baseline")?;
    let cells = case.value("cells")?.as_object().context("cells are not named")?;
    let cells = cells
        .iter()
        .map(|(name, pair)| {
            let pair = list(pair, count)?;
            let share = number(&baseline[name]).with_context(|| format!("baseline of {name}"))?;
            Ok((pair[0], *pair.get(1).context("no total")?, share))
        })
        .collect::<Result<Vec<(u64, u64, f64)>>>()?;
    defined(
        rank::standardise(&cells),
        |s| json!({ "raw": s.raw, "expected": s.expected, "oe": s.ratio, "z": s.z }),
    )
}
