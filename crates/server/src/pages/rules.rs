//! Conditions as style, so that questions appear as answers call for them without script.
//!
//! What style cannot say (a number, a date) leaves the question visible: the server decides anyway.

use std::fmt::Write as _;

use domain::collect::condition::Condition;
use domain::collect::form::FormContent;
use domain::collect::question::{Question, QuestionKind};

use super::posted::{NONE, name_of};

/// The style that hides and shows the form's questions. Old browsers ignore all of it.
pub fn style(form: &FormContent) -> String {
    let mut rules = String::new();
    for question in &form.questions {
        let Some(condition) = &question.show_if else { continue };
        let Some(holds) = selector(form, condition) else { continue };
        let key = &question.key;
        write!(rules, ".c-{key}{{display:none}}form{holds} .c-{key}{{display:block}}")
            .expect("a String takes any text");
    }
    if rules.is_empty() { rules } else { format!("@supports selector(:has(*)){{{rules}}}") }
}

/// What a form matches while the condition holds; `None` for what style cannot say.
fn selector(form: &FormContent, condition: &Condition) -> Option<String> {
    let all =
        |parts: &[Condition]| parts.iter().map(|it| selector(form, it)).collect::<Option<Vec<_>>>();
    match condition {
        Condition::All(parts) => Some(all(parts)?.concat()),
        Condition::Any(parts) if parts.is_empty() => Some(":not(*)".to_owned()),
        Condition::Any(parts) => {
            let parts = all(parts)?;
            let always = parts.iter().any(String::is_empty);
            Some(if always { String::new() } else { format!(":is({})", parts.join(",")) })
        }
        Condition::Not(part) => {
            let part = selector(form, part)?;
            Some(if part.is_empty() { ":not(*)".to_owned() } else { format!(":not({part})") })
        }
        Condition::Answered(key) => about(form, key, |question| {
            let name = name_of(key);
            match question.kind {
                QuestionKind::Text { .. } => {
                    Some(format!(":has([name=\"{name}\"]:not(:placeholder-shown))"))
                }
                QuestionKind::Matrix { .. }
                | QuestionKind::Contact
                | QuestionKind::Number { .. }
                | QuestionKind::Date => None,
                _ => Some(format!(":has([name=\"{name}\"]:checked:not([value=\"{NONE}\"]))")),
            }
        }),
        Condition::Chosen { question, any_of } => about(form, question, |_| {
            Some(checked(&name_of(question), any_of.iter().map(String::as_str)))
        }),
        Condition::Value { question, row, at_least, at_most } => about(form, question, |it| {
            let (low, high) = match (it.points(), row) {
                (Some(points), None) => points,
                (None, Some(_)) => (1, domain::collect::question::CSAT_MAX),
                _ => return None,
            };
            let within = |value: &u8| {
                let value = f64::from(*value);
                at_least.is_none_or(|it| it <= value) && at_most.is_none_or(|it| value <= it)
            };
            let values: Vec<String> =
                (low..=high).filter(within).map(|it| it.to_string()).collect();
            let row = row.as_ref().map(|it| format!(".{it}")).unwrap_or_default();
            let name = format!("{}{row}", name_of(question));
            Some(checked(&name, values.iter().map(String::as_str)))
        }),
    }
}

/// A claim about a question holds only while that question is itself shown.
fn about(
    form: &FormContent,
    key: &str,
    claim: impl FnOnce(&Question) -> Option<String>,
) -> Option<String> {
    let question = form.question(key)?;
    let shown = match &question.show_if {
        Some(condition) => selector(form, condition)?,
        None => String::new(),
    };
    Some(shown + &claim(question)?)
}

fn checked<'a>(name: &str, values: impl Iterator<Item = &'a str>) -> String {
    let values: Vec<String> = values.map(|it| format!("[value=\"{it}\"]")).collect();
    if values.is_empty() {
        return ":not(*)".to_owned();
    }
    format!(":has([name=\"{name}\"]:is({}):checked)", values.join(","))
}

#[cfg(test)]
mod tests {
    use domain::collect::template;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(condition: serde_json::Value, expected: Option<&str>) {
        let form = template::find("standard").unwrap().content;
        let condition: Condition = serde_json::from_value(condition).unwrap();
        assert_eq!(selector(&form, &condition).as_deref(), expected);
    }

    #[test]
    fn conditions_become_selectors() {
        let low = json!({"value": {"question": "overall", "at_most": 2}});
        let is_low = ":has([name=\"a.overall\"]:is([value=\"1\"],[value=\"2\"]):checked)";
        check(low.clone(), Some(is_low));
        check(json!({"not": low}), Some(&format!(":not({is_low})")));
        check(json!({"any": [low]}), Some(&format!(":is({is_low})")));
        check(json!({"all": []}), Some(""));
        check(json!({"any": []}), Some(":not(*)"));
        check(
            json!({"value": {"question": "detail", "row": "speed", "at_most": 1}}),
            Some(":has([name=\"a.detail.speed\"]:is([value=\"1\"]):checked)"),
        );
        // The tags count only while they are shown.
        check(
            json!({"chosen": {"question": "reasons", "any_of": ["waiting"]}}),
            Some(&format!("{is_low}:has([name=\"a.reasons\"]:is([value=\"waiting\"]):checked)")),
        );
        check(json!({"answered": "detail"}), None);
    }
}
