//! Reads the arguments of a vector: numbers, counts, lists and tables, by name.

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};
use stats::{Confidence, Interval, Undefined};

use super::Case;

impl Case<'_> {
    /// The argument `name`, or the first of several names it is known by (`a|b`).
    pub fn value(&self, name: &str) -> Result<&Value> {
        name.split('|')
            .find_map(|name| self.inputs.get(name))
            .ok_or_else(|| anyhow!("no argument {name}"))
    }

    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_ok_and(|value| !value.is_null())
    }

    pub fn number(&self, name: &str) -> Result<f64> {
        number(self.value(name)?).with_context(|| name.to_owned())
    }

    /// A number, or `default` when the argument is absent or null.
    pub fn number_or(&self, name: &str, default: f64) -> Result<f64> {
        if self.has(name) { self.number(name) } else { Ok(default) }
    }

    pub fn count(&self, name: &str) -> Result<u64> {
        count(self.value(name)?).with_context(|| name.to_owned())
    }

    pub fn text(&self, name: &str) -> Result<&str> {
        self.value(name)?.as_str().with_context(|| format!("{name} is not a text"))
    }

    pub fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        list(self.value(name)?, number).with_context(|| name.to_owned())
    }

    pub fn counts(&self, name: &str) -> Result<Vec<u64>> {
        list(self.value(name)?, count).with_context(|| name.to_owned())
    }

    pub fn table(&self, name: &str) -> Result<Vec<Vec<f64>>> {
        list(self.value(name)?, |row| list(row, number)).with_context(|| name.to_owned())
    }

    pub fn count_table(&self, name: &str) -> Result<Vec<Vec<u64>>> {
        list(self.value(name)?, |row| list(row, count)).with_context(|| name.to_owned())
    }

    /// Rows in which null is a gap.
    pub fn gappy(&self, name: &str) -> Result<Vec<Vec<Option<f64>>>> {
        let cell = |v: &Value| if v.is_null() { Ok(None) } else { number(v).map(Some) };
        list(self.value(name)?, |row| list(row, cell)).with_context(|| name.to_owned())
    }

    /// A text, or `default` when the argument is absent or null.
    pub fn text_or<'b>(&'b self, name: &str, default: &'b str) -> Result<&'b str> {
        if self.has(name) { self.text(name) } else { Ok(default) }
    }

    /// The level in `conf`, 95 % when absent; or the level that belongs to `z`.
    pub fn confidence(&self) -> Result<Confidence> {
        if self.has("z") {
            return Ok(Confidence::from_z(self.number("z")?)?);
        }
        Ok(Confidence::new(self.number_or("conf|confidence|conf_target|level", 0.95)?)?)
    }

    /// The beginning of `values` that the vector shows under `name`.
    pub fn beginning<T: Copy>(&self, name: &str, values: &[T]) -> Vec<T> {
        let shown =
            self.shown.iter().find(|(key, _)| *key == name).map_or(values.len(), |(_, n)| *n);
        values.iter().copied().take(shown).collect()
    }

    /// `value` alone when the vector asks for one figure, else under `name` beside the `rest`.
    pub fn one(&self, name: &str, value: f64, mut rest: Value) -> Value {
        if self.asked.is_empty() {
            return value.into();
        }
        rest[name] = value.into();
        rest
    }

    /// `value` as the vector prints the figure `name`: as many decimals, at least five.
    pub fn printed(&self, name: &str, value: f64) -> f64 {
        let places = self.places.iter().find(|(key, _)| *key == name).map_or(15, |it| it.1.max(5));
        let unit = 10_f64.powi(places);
        (value * unit).round() / unit
    }

    /// Whether the vector shows a list under `name`, not one number.
    pub fn is_list(&self, name: &str) -> bool {
        self.shown.iter().any(|(key, _)| *key == name)
    }

    /// Asked figures whose name is `prefix` followed by a number, with that number.
    pub fn asked_after(&self, prefix: &str) -> Vec<(String, f64)> {
        self.asked
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), key.strip_prefix(prefix)?.parse().ok()?)))
            .collect()
    }
}

/// A number, also written as text, as a fraction `"1/3"`, or as a truth value.
pub fn number(value: &Value) -> Result<f64> {
    let parse =
        |text: &str| text.trim().parse::<f64>().with_context(|| format!("{text} is not a number"));
    match value {
        Value::Bool(b) => Ok(f64::from(u8::from(*b))),
        Value::String(text) => match text.split_once('/') {
            Some((top, bottom)) => Ok(parse(top)? / parse(bottom)?),
            None => parse(text),
        },
        other => other.as_f64().with_context(|| format!("{other} is not a number")),
    }
}

/// A whole number from 0, also written `3.0`.
pub fn count(value: &Value) -> Result<u64> {
    if let Some(count) = value.as_u64() {
        return Ok(count);
    }
    let number = number(value)?;
    anyhow::ensure!(
        number >= 0.0 && number.fract() == 0.0 && number < 9e15,
        "{value} is not a count"
    );
    Ok(format!("{number:.0}").parse()?)
}

/// Each item of a list, or each value of an object in its order.
pub fn list<T>(value: &Value, item: impl Fn(&Value) -> Result<T>) -> Result<Vec<T>> {
    match value {
        Value::Array(items) => items.iter().map(item).collect(),
        Value::Object(items) => items.values().map(item).collect(),
        other => Err(anyhow!("{other} is not a list")),
    }
}

/// An undefined figure is null; input that is refused stays an error.
pub fn defined<T>(result: stats::Result<T>, show: impl Fn(T) -> Value) -> Result<Value> {
    match result {
        Ok(value) => Ok(show(value)),
        Err(
            Undefined::Empty
            | Undefined::NoVariation
            | Undefined::TooFew { .. }
            | Undefined::Disconnected,
        ) => Ok(Value::Null),
        Err(other) => Err(other.into()),
    }
}

/// `[low, high]`.
pub fn ends(interval: Interval) -> Value {
    json!([interval.low, interval.high])
}
