//! What changed between two versions of a form, question by question.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::form::FormContent;
use super::question::Question;

/// One change from the older version to the newer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = FormChange)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Title, languages and what else belongs to the form as a whole.
    Form {
        fields: Vec<String>,
    },
    Added {
        question: String,
    },
    Removed {
        question: String,
    },
    /// The same question, differently asked.
    Changed {
        question: String,
        fields: Vec<String>,
    },
    /// The same question at another place among those that both versions have.
    Moved {
        question: String,
    },
}

/// The changes from `older` to `newer`; empty when they are the same.
pub fn difference(older: &FormContent, newer: &FormContent) -> Vec<Change> {
    let mut changes = Vec::new();
    let fields = changed_fields(&whole(older), &whole(newer));
    if !fields.is_empty() {
        changes.push(Change::Form { fields });
    }
    for question in &older.questions {
        if newer.question(&question.key).is_none() {
            changes.push(Change::Removed { question: question.key.clone() });
        }
    }
    let common = |form: &FormContent, other: &FormContent| -> Vec<String> {
        let keys = form.questions.iter().map(|it| it.key.clone());
        keys.filter(|key| other.question(key).is_some()).collect()
    };
    let stayed = kept_in_order(&common(older, newer), &common(newer, older));
    for question in &newer.questions {
        let key = question.key.clone();
        let Some(before) = older.question(&key) else {
            changes.push(Change::Added { question: key });
            continue;
        };
        if !stayed.contains(&key) {
            changes.push(Change::Moved { question: key.clone() });
        }
        let fields = changed_fields(&json(before), &json(question));
        if !fields.is_empty() {
            changes.push(Change::Changed { question: key, fields });
        }
    }
    changes
}

fn json(question: &Question) -> Value {
    serde_json::to_value(question).expect("a question is plain data with text keys")
}

fn whole(form: &FormContent) -> Value {
    let mut form = serde_json::to_value(form).expect("a form is plain data with text keys");
    if let Some(fields) = form.as_object_mut() {
        fields.remove("questions");
    }
    form
}

/// Names of the fields that differ, in alphabetical order.
fn changed_fields(older: &Value, newer: &Value) -> Vec<String> {
    let names = |value: &Value| {
        value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let all: BTreeSet<String> = names(older);
    let all: BTreeSet<String> = all.into_iter().chain::<BTreeSet<String>>(names(newer)).collect();
    all.into_iter().filter(|name| older.get(name) != newer.get(name)).collect()
}

/// The longest common subsequence: whoever is not in it was moved. Forms are short, so the table of
/// all pairs is cheap.
fn kept_in_order(older: &[String], newer: &[String]) -> BTreeSet<String> {
    let mut length = vec![vec![0usize; newer.len() + 1]; older.len() + 1];
    for i in (0..older.len()).rev() {
        for j in (0..newer.len()).rev() {
            length[i][j] = if older[i] == newer[j] {
                length[i + 1][j + 1] + 1
            } else {
                length[i + 1][j].max(length[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut kept) = (0, 0, BTreeSet::new());
    while i < older.len() && j < newer.len() {
        if older[i] == newer[j] {
            kept.insert(older[i].clone());
            (i, j) = (i + 1, j + 1);
        } else if length[i + 1][j] >= length[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(keys: &[&str]) -> FormContent {
        let question = |key: &&str| json!({"key": key, "text": {"en": "q"}, "type": "csat"});
        let questions: Vec<_> = keys.iter().map(question).collect();
        serde_json::from_value(json!({
            "title": {"en": "t"}, "purpose": "transactional", "languages": ["en"],
            "questions": questions
        }))
        .unwrap()
    }

    #[test]
    fn a_form_does_not_differ_from_itself() {
        assert_eq!(difference(&form(&["a", "b"]), &form(&["a", "b"])), []);
    }

    #[test]
    fn only_what_left_its_order_has_moved() {
        let moved = |question: &str| Change::Moved { question: question.to_owned() };
        let changes = difference(&form(&["a", "b", "c", "d"]), &form(&["b", "c", "d", "a"]));
        assert_eq!(changes, [moved("a")]);
        let changes = difference(&form(&["a", "b", "c"]), &form(&["x", "c"]));
        let gone = |question: &str| Change::Removed { question: question.to_owned() };
        assert_eq!(changes, [gone("a"), gone("b"), Change::Added { question: "x".to_owned() }]);
    }

    #[test]
    fn a_changed_question_names_its_fields() {
        let mut newer = form(&["a"]);
        newer.questions[0].required = true;
        newer.questions[0].text = crate::localized::Localized::zh_en("问", "q");
        newer.allow_anonymous = true;
        let fields = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected = [
            Change::Form { fields: fields(&["allow_anonymous"]) },
            Change::Changed { question: "a".to_owned(), fields: fields(&["required", "text"]) },
        ];
        assert_eq!(difference(&form(&["a"]), &newer), expected);
    }
}
