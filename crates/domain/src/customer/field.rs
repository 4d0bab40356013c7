//! The tenant's own fields of customers and interactions (K02).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Lower-case letters, digits, `_`.
    pub key: String,
    pub label: String,
    pub kind: FieldKind,
    #[serde(default)]
    pub required: bool,
    /// For `choice`: what may be chosen.
    #[serde(default)]
    pub options: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    Number,
    /// `YYYY-MM-DD`.
    Date,
    YesNo,
    Choice,
}

pub const FIELDS_MAX: usize = 100;
const TEXT_CHARS_MAX: usize = 2000;

/// What a list of definitions may not be.
pub fn check_definitions(fields: &[Field]) -> Result<(), Refusal> {
    if FIELDS_MAX < fields.len() {
        return Err(Refusal::invalid("too_many").with("max", FIELDS_MAX));
    }
    for (at, field) in fields.iter().enumerate() {
        let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
        if !(1..=40).contains(&field.key.len()) || !field.key.bytes().all(plain) {
            return Err(Refusal::invalid("field_key_form").at(format!("{at}.key")));
        }
        if fields[..at].iter().any(|it| it.key == field.key) {
            return Err(Refusal::invalid("twice")
                .with("value", &field.key)
                .at(format!("{at}.key")));
        }
        if field.kind == FieldKind::Choice && field.options.is_empty() {
            return Err(Refusal::invalid("required").at(format!("{at}.options")));
        }
    }
    Ok(())
}

/// Whether the values are as defined. A field nobody defined is a fault: nothing is lost silently.
pub fn check_values(fields: &[Field], values: &BTreeMap<String, Value>) -> Result<(), Refusal> {
    let mut faults = vec![];
    for key in values.keys() {
        if !fields.iter().any(|it| it.key == *key) {
            faults.push(Refusal::invalid("field_unknown").at(format!("fields.{key}")));
        }
    }
    for field in fields {
        let at = format!("fields.{}", field.key);
        match values.get(&field.key) {
            None | Some(Value::Null) if field.required => {
                faults.push(Refusal::invalid("required").at(at));
            }
            None | Some(Value::Null) => {}
            Some(value) if fits(field, value) => {}
            Some(_) => faults.push(Refusal::invalid("field_value").at(at)),
        }
    }
    Refusal::of(faults).map_or(Ok(()), Err)
}

fn fits(field: &Field, value: &Value) -> bool {
    match (field.kind, value) {
        (FieldKind::Text, Value::String(text)) => text.chars().count() <= TEXT_CHARS_MAX,
        (FieldKind::Number, Value::Number(_)) | (FieldKind::YesNo, Value::Bool(_)) => true,
        (FieldKind::Date, Value::String(text)) => text.parse::<jiff::civil::Date>().is_ok(),
        (FieldKind::Choice, Value::String(text)) => field.options.contains(text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(key: &str, kind: FieldKind, required: bool) -> Field {
        let options = vec!["金".to_owned(), "银".to_owned()];
        Field { key: key.to_owned(), label: key.to_owned(), kind, required, options }
    }

    #[track_caller]
    fn check(values: &Value, expected: &[(&str, &str)]) {
        let fields = [
            field("city", FieldKind::Text, true),
            field("age", FieldKind::Number, false),
            field("since", FieldKind::Date, false),
            field("card", FieldKind::Choice, false),
            field("news", FieldKind::YesNo, false),
        ];
        let values = serde_json::from_value(values.clone()).unwrap();
        let refusal = check_values(&fields, &values).err();
        let all = refusal.iter().flat_map(|it| std::iter::once(it).chain(&it.also));
        let actual: Vec<_> = all.map(|it| (it.code, it.field.as_deref().unwrap())).collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn every_value_is_of_its_kind() {
        let good =
            json!({ "city": "上海", "age": 3, "since": "2026-02-28", "card": "金", "news": true });
        check(&good, &[]);
        check(&json!({ "city": "上海", "age": null }), &[]);
        check(
            &json!({ "age": "3" }),
            &[("required", "fields.city"), ("field_value", "fields.age")],
        );
        check(
            &json!({ "city": "x", "since": "2026-02-30", "card": "铜", "x": 1 }),
            &[
                ("field_unknown", "fields.x"),
                ("field_value", "fields.since"),
                ("field_value", "fields.card"),
            ],
        );
    }
}
