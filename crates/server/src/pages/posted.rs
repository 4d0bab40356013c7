//! What a page's form sends: pairs of names and texts, as they were typed.

use domain::collect::form::FormContent;
use domain::collect::question::{Question, QuestionKind};
use serde_json::{Map, Value, json};

/// Stands for "not applicable"; no option can be called so.
pub const NONE: &str = "-";

#[derive(Debug, Clone, Default)]
pub struct Posted(pub Vec<(String, String)>);

impl Posted {
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(it, given)| it == name && given == value)
    }

    fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(it, _)| it == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The answers in the loose shape that is checked against the form.
    pub fn answers(&self, form: &FormContent) -> Map<String, Value> {
        let answers = form.questions.iter().map(|it| (it.key.clone(), self.answer(it)));
        answers.filter(|(_, answer)| !answer.is_null()).collect()
    }

    fn answer(&self, question: &Question) -> Value {
        let name = name_of(&question.key);
        if self.has(&name, NONE) && question.not_applicable {
            return json!({ "not_applicable": true });
        }
        match &question.kind {
            QuestionKind::Multiple { .. } => json!(self.all(&name)),
            QuestionKind::Matrix { rows } => {
                let cell = |key: &str| match self.first(&format!("{name}.{key}")) {
                    Some(NONE) => Value::Null,
                    given => json!(given.unwrap_or("")),
                };
                rows.iter().map(|row| (row.key.clone(), cell(&row.key))).collect()
            }
            QuestionKind::Contact => {
                let part = |part: &str| self.first(&format!("{name}.{part}")).unwrap_or("");
                json!({ "name": part("name"), "phone": part("phone"), "email": part("email") })
            }
            _ => json!(self.first(&name)),
        }
    }
}

/// The name of a question's field.
pub fn name_of(key: &str) -> String {
    format!("a.{key}")
}

#[cfg(test)]
mod tests {
    use domain::collect::answer::validate;
    use domain::collect::template;

    use super::*;

    #[test]
    fn what_the_standard_form_sends_is_what_it_asks() {
        let form = template::find("standard").unwrap().content;
        let pairs = [
            ("a.overall", "1"),
            ("a.reasons", "waiting"),
            ("a.reasons", "other"),
            ("a.detail.speed", "2"),
            ("a.detail.attitude", NONE),
            ("a.solved", "no"),
            ("a.suggestion", " 等了四十分钟\r\n"),
            ("version", "1"),
        ];
        let pairs = pairs.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let answers = validate(&form, &Posted(pairs.collect()).answers(&form)).unwrap();
        let expected = json!({
            "overall": 1, "reasons": ["waiting", "other"], "solved": "no",
            "detail": { "speed": 2, "attitude": null }, "suggestion": "等了四十分钟",
        });
        assert_eq!(serde_json::to_value(answers).unwrap(), expected);
    }
}
