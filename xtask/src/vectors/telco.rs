//! The public customer table of a telephone company (IBM), read from the folder of test data.

use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use stats::predict::{self, Logistic};
use stats::survival::Duration;

use super::Case;

const FILE: &str = "ibm_telco_churn/Telco-Customer-Churn.csv.zst";

/// Whether the vector names this table and it is there.
pub fn is_named(case: &Case<'_>) -> bool {
    let named = case.text("data").is_ok_and(|name| name.contains("Telco-Customer-Churn"));
    named && case.data.join(FILE).exists()
}

/// The table: names of columns, then rows. No cell of this file holds a comma or a quote.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(case: &Case<'_>) -> Result<Self> {
        let file = std::fs::File::open(case.data.join(FILE))?;
        let mut text = String::new();
        ruzstd::decoding::StreamingDecoder::new(file)?.read_to_string(&mut text)?;
        ensure!(!text.contains('"'), "a quoted cell");
        let cells = |line: &str| line.split(',').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
        let mut lines = text.lines();
        let columns = cells(lines.next().context("an empty table")?);
        let rows = lines.map(cells).collect();
        Ok(Self { columns, rows })
    }

    fn column(&self, name: &str) -> Result<usize> {
        self.columns.iter().position(|c| c == name).with_context(|| format!("no column {name}"))
    }

    /// 1 where the cell is `value`.
    fn flags(&self, name: &str, value: &str) -> Result<Vec<f64>> {
        let at = self.column(name)?;
        Ok(self.rows.iter().map(|row| f64::from(u8::from(row[at] == value))).collect())
    }

    fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        let at = self.column(name)?;
        self.rows.iter().map(|row| Ok(row[at].parse()?)).collect()
    }
}

/// Tenure and churn, of all customers or of those that a filter `Column=value` keeps.
pub fn durations(case: &Case<'_>) -> Result<Vec<Duration>> {
    let table = Table::read(case)?;
    let (tenure, churn) = (table.numbers("tenure")?, table.flags("Churn", "Yes")?);
    let kept = match case.text("filter") {
        Err(_) => vec![1.0; tenure.len()],
        Ok(filter) => {
            let (column, value) = filter.split_once('=').context("the filter has no =")?;
            table.flags(column.trim(), value.trim())?
        }
    };
    let cases = tenure.into_iter().zip(churn).zip(kept).filter(|(_, kept)| *kept > 0.0);
    Ok(cases.map(|((time, churn), _)| Duration { time, happened: churn > 0.0 }).collect())
}

pub fn counts(case: &Case<'_>) -> Result<Value> {
    let table = Table::read(case)?;
    let (churn, charges) = (table.flags("Churn", "Yes")?, table.flags("TotalCharges", "")?);
    let churned: f64 = churn.iter().sum();
    let zero = table.numbers("tenure")?.iter().filter(|t| **t == 0.0).count();
    Ok(json!({
        "n": churn.len(),
        "churned": churned,
        "rate": churned / churn.len() as f64,
        "tenure_zero": zero,
        "blank_TotalCharges": charges.iter().sum::<f64>(),
    }))
}

/// One feature by the name that vectors give it.
fn feature(table: &Table, name: &str) -> Result<Vec<f64>> {
    Ok(match name {
        "m2m" => table.flags("Contract", "Month-to-month")?,
        "fiber" => table.flags("InternetService", "Fiber optic")?,
        "nosupport" => table.flags("TechSupport", "No")?,
        "echeck" => table.flags("PaymentMethod", "Electronic check")?,
        other => bail!("no feature {other}"),
    })
}

/// A feature by its name, by a column that holds numbers, or as `name(Column==Value)`.
fn named_feature(table: &Table, text: &str) -> Result<Vec<f64>> {
    match text.strip_suffix(')').and_then(|it| it.split_once('(')?.1.split_once("==")) {
        Some((column, value)) => table.flags(column.trim(), value.trim()),
        None if table.column(text).is_ok() => table.numbers(text),
        None => feature(table, text),
    }
}

pub fn logistic(case: &Case<'_>) -> Result<Value> {
    let table = Table::read(case)?;
    let features: Vec<&str> =
        case.text("features")?.split(',').map(str::trim).filter(|name| *name != "const").collect();
    let names: Vec<&str> =
        features.iter().map(|name| name.split('(').next().unwrap_or(name).trim()).collect();
    let columns =
        features.iter().map(|it| named_feature(&table, it)).collect::<Result<Vec<Vec<f64>>>>()?;
    let outcomes: Vec<bool> = table.flags("Churn", "Yes")?.iter().map(|&c| c > 0.0).collect();
    let rows: Vec<Vec<f64>> =
        (0..outcomes.len()).map(|i| columns.iter().map(|c| c[i]).collect()).collect();
    let fit = Logistic::fit(&rows, &outcomes, case.number_or("l2|ridge", 0.0)?)?;
    let probabilities =
        rows.iter().map(|row| fit.probability(row)).collect::<stats::Result<Vec<f64>>>()?;
    let mut answer = json!({
        "const": fit.constant,
        "loglik": fit.log_likelihood,
        "auc": predict::auc(&probabilities, &outcomes)?,
        "brier": predict::brier(&probabilities, &outcomes)?,
    });
    for (name, coefficient) in names.iter().zip(&fit.coefficients) {
        let shown = if *name == "MonthlyCharges" { "monthly" } else { name };
        answer[shown] = (*coefficient).into();
    }
    Ok(answer)
}
