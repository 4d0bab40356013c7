//! When a question is shown: a small tree of comparisons on the answers before it (A17).

use serde::{Deserialize, Serialize};

use super::answer::{Answer, Answers};

/// A claim about the answers given so far. A comparison with a question that has no answer, or the
/// answer "not applicable", does not hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(no_recursion, as = FormCondition)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// All hold; an empty list holds.
    All(Vec<Condition>),
    /// At least one holds; an empty list does not.
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// The question with this key was answered.
    Answered(String),
    /// Points or a number within bounds, both included. Agreement counts as 1, refusal as 0.
    Value {
        question: String,
        /// The line of a matrix.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        row: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<f64>,
    },
    /// At least one of these options was chosen.
    Chosen {
        question: String,
        any_of: Vec<String>,
    },
}

impl Condition {
    /// Points of at most `limit`.
    pub fn at_most(question: &str, limit: u8) -> Self {
        Self::bounds(question, None, Some(f64::from(limit)))
    }

    /// Points of at least `limit`.
    pub fn at_least(question: &str, limit: u8) -> Self {
        Self::bounds(question, Some(f64::from(limit)), None)
    }

    fn bounds(question: &str, at_least: Option<f64>, at_most: Option<f64>) -> Self {
        Self::Value { question: question.to_owned(), row: None, at_least, at_most }
    }

    /// Whether it holds for `answers`.
    pub fn holds(&self, answers: &Answers) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(answers)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(answers)),
            Self::Not(part) => !part.holds(answers),
            Self::Answered(question) => {
                answers.get(question).is_some_and(|answer| *answer != Answer::NotApplicable)
            }
            Self::Value { question, row, at_least, at_most } => {
                let value = answers.get(question).and_then(|it| value(it, row.as_deref()));
                value.is_some_and(|value| {
                    at_least.is_none_or(|low| low <= value)
                        && at_most.is_none_or(|high| value <= high)
                })
            }
            Self::Chosen { question, any_of } => match answers.get(question) {
                Some(Answer::Choice(one)) => any_of.contains(one),
                Some(Answer::Choices(many)) => many.iter().any(|one| any_of.contains(one)),
                _ => false,
            },
        }
    }

    /// Calls `visit` for this condition and every one inside it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Self::Not(part) => part.walk(visit),
            Self::Answered(_) | Self::Value { .. } | Self::Chosen { .. } => {}
        }
    }

    /// The question a comparison is about; `None` for `All`, `Any`, `Not`.
    pub fn question(&self) -> Option<&str> {
        match self {
            Self::All(_) | Self::Any(_) | Self::Not(_) => None,
            Self::Answered(question)
            | Self::Value { question, .. }
            | Self::Chosen { question, .. } => Some(question),
        }
    }

    /// Levels of nesting; a comparison alone is 1.
    pub fn depth(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                1 + parts.iter().map(Self::depth).max().unwrap_or(0)
            }
            Self::Not(part) => 1 + part.depth(),
            _ => 1,
        }
    }
}

fn value(answer: &Answer, row: Option<&str>) -> Option<f64> {
    match (answer, row) {
        (Answer::Points(points), None) => Some(f64::from(*points)),
        (Answer::Number(number), None) => Some(*number),
        (Answer::Agreed(agreed), None) => Some(f64::from(u8::from(*agreed))),
        (Answer::Matrix(rows), Some(row)) => rows.get(row).copied().flatten().map(f64::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn answers() -> Answers {
        Answers(BTreeMap::from([
            ("overall".to_owned(), Answer::Points(2)),
            ("solved".to_owned(), Answer::Choice("no".to_owned())),
            ("why".to_owned(), Answer::Choices(vec!["wait".to_owned(), "rude".to_owned()])),
            (
                "detail".to_owned(),
                Answer::Matrix(BTreeMap::from([
                    ("speed".to_owned(), Some(1)),
                    ("attitude".to_owned(), None),
                ])),
            ),
            ("nps".to_owned(), Answer::NotApplicable),
            ("ok".to_owned(), Answer::Agreed(true)),
        ]))
    }

    #[track_caller]
    fn check(json: &str, expected: bool) {
        let condition: Condition = serde_json::from_str(json).unwrap();
        assert_eq!(condition.holds(&answers()), expected, "{json}");
        let again = serde_json::to_string(&condition).unwrap();
        assert_eq!(serde_json::from_str::<Condition>(&again).unwrap(), condition);
    }

    #[test]
    fn comparisons_read_the_answers_before_them() {
        check(r#"{"value":{"question":"overall","at_most":2}}"#, true);
        check(r#"{"value":{"question":"overall","at_least":3}}"#, false);
        check(r#"{"value":{"question":"overall","at_least":2,"at_most":2}}"#, true);
        check(r#"{"value":{"question":"missing","at_most":2}}"#, false);
        check(r#"{"value":{"question":"nps","at_most":10}}"#, false);
        check(r#"{"value":{"question":"detail","row":"speed","at_most":1}}"#, true);
        check(r#"{"value":{"question":"detail","row":"attitude","at_most":5}}"#, false);
        check(r#"{"value":{"question":"ok","at_least":1}}"#, true);
        check(r#"{"chosen":{"question":"solved","any_of":["no","partly"]}}"#, true);
        check(r#"{"chosen":{"question":"why","any_of":["rude"]}}"#, true);
        check(r#"{"chosen":{"question":"why","any_of":["price"]}}"#, false);
        check(r#"{"answered":"ok"}"#, true);
        check(r#"{"answered":"nps"}"#, false);
        check(r#"{"answered":"missing"}"#, false);
    }

    #[test]
    fn claims_combine_as_logic_does() {
        let low = r#"{"value":{"question":"overall","at_most":2}}"#;
        let high = r#"{"value":{"question":"overall","at_least":4}}"#;
        check(&format!(r#"{{"all":[{low},{high}]}}"#), false);
        check(&format!(r#"{{"any":[{low},{high}]}}"#), true);
        check(&format!(r#"{{"not":{high}}}"#), true);
        check(r#"{"all":[]}"#, true);
        check(r#"{"any":[]}"#, false);
    }

    #[test]
    fn depth_counts_the_longest_branch() {
        let leaf = Condition::Answered("a".to_owned());
        let nested = Condition::All(vec![leaf.clone(), Condition::Not(Box::new(leaf.clone()))]);
        assert_eq!((leaf.depth(), nested.depth()), (1, 3));
    }
}
