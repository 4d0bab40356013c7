//! What a customer answered: read from loose input, checked against the version that asked, and
//! turned into scores.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::form::FormContent;
use super::question::{CSAT_MAX, Dimension, Question, QuestionKind};
use crate::refusal::Refusal;

/// Characters of a name in a contact.
pub const NAME_CHARS_MAX: usize = 100;
/// Longest address RFC 5321 can carry.
pub const EMAIL_CHARS_MAX: usize = 254;
/// Digits of a telephone number: E.164 allows 15, extensions a few more.
pub const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=20;

/// One answer. In JSON each kind has its natural shape: `5`, `"no"`, `["wait"]`,
/// `{"speed": 4, "attitude": null}`, `true`, `{"not_applicable": true}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    #[serde(serialize_with = "not_applicable")]
    NotApplicable,
    Points(u8),
    Choice(String),
    Choices(Vec<String>),
    /// Row to points, `None` for a row that does not apply.
    Matrix(BTreeMap<String, Option<u8>>),
    Text(String),
    Number(f64),
    Date(Date),
    Contact(Contact),
    Agreed(bool),
}

/// How to reach a customer; empty where not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
}

/// Checked answers by the question's key.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Answer>);

/// The figures in one evaluation. `None`: not asked, not answered or not applicable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Scores {
    /// Satisfaction with the service as a whole, 1 to 5.
    pub csat: Option<u8>,
    /// Recommendation, 0 to 10.
    pub nps: Option<u8>,
    /// Ease, 1 to 7, 7 is the least effort.
    pub ces: Option<u8>,
    /// Satisfaction by dimension, 1 to 5; overall is `csat` and not repeated here.
    #[schema(value_type = std::collections::HashMap<String, u8>)]
    pub dimensions: BTreeMap<Dimension, u8>,
}

fn not_applicable<S: serde::Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("not_applicable", true)])
}

impl Answers {
    pub fn get(&self, question: &str) -> Option<&Answer> {
        self.0.get(question)
    }

    /// What the customer wrote in the text questions, in the form's order.
    pub fn texts<'a>(
        &'a self,
        form: &'a FormContent,
    ) -> impl Iterator<Item = (&'a Question, &'a str)> {
        form.questions.iter().filter_map(|question| match self.get(&question.key) {
            Some(Answer::Text(text)) => Some((question, text.as_str())),
            _ => None,
        })
    }

    /// The keys of all options chosen, in the form's order: tags of the evaluation.
    pub fn chosen<'a>(&'a self, form: &'a FormContent) -> Vec<(&'a str, &'a str)> {
        let mut chosen = Vec::new();
        for question in &form.questions {
            let key = question.key.as_str();
            match self.get(key) {
                Some(Answer::Choice(one)) => chosen.push((key, one.as_str())),
                Some(Answer::Choices(many)) => {
                    chosen.extend(many.iter().map(|one| (key, one.as_str())));
                }
                _ => {}
            }
        }
        chosen
    }

    /// The figures these answers give under the form that asked.
    ///
    /// Where a form asks for one dimension twice, its first answer counts.
    pub fn scores(&self, form: &FormContent) -> Scores {
        let mut scores = Scores::default();
        for question in &form.questions {
            let Some(answer) = self.get(&question.key) else { continue };
            match (&question.kind, answer) {
                (QuestionKind::Csat { .. }, Answer::Points(points)) => {
                    scores.add(question.dimension.unwrap_or(Dimension::Overall), *points);
                }
                (QuestionKind::Nps { .. }, Answer::Points(points)) => {
                    scores.nps.get_or_insert(*points);
                }
                (QuestionKind::Ces { .. }, Answer::Points(points)) => {
                    scores.ces.get_or_insert(*points);
                }
                (QuestionKind::Single { options }, Answer::Choice(key)) => {
                    let chosen = options.iter().find(|option| option.key == *key);
                    let points = chosen.and_then(|option| option.score);
                    if let (Some(dimension), Some(points)) = (question.dimension, points) {
                        scores.add(dimension, points);
                    }
                }
                (QuestionKind::Matrix { rows }, Answer::Matrix(given)) => {
                    for row in rows {
                        let points = given.get(&row.key).copied().flatten();
                        if let (Some(dimension), Some(points)) = (row.dimension, points) {
                            scores.add(dimension, points);
                        }
                    }
                }
                _ => {}
            }
        }
        scores
    }
}

impl Scores {
    fn add(&mut self, dimension: Dimension, points: u8) {
        if dimension == Dimension::Overall {
            self.csat.get_or_insert(points);
        } else {
            self.dimensions.entry(dimension).or_insert(points);
        }
    }
}

/// Checks what came in at a door against the version that asked.
///
/// Questions are taken in order: the answer to one that is hidden by the answers before it is
/// dropped, a required one that is visible is demanded. `null`, blank text, an empty list and an
/// empty contact are no answer. Numbers may come as text, one choice as text where a list is meant:
/// that is how a page without script and a spreadsheet send them.
pub fn validate(form: &FormContent, given: &Map<String, Value>) -> Result<Answers, Vec<Refusal>> {
    let mut answers = Answers::default();
    let mut errors = Vec::new();
    for key in given.keys() {
        if form.question(key).is_none() {
            errors.push(wrong(key, "unknown_question"));
        }
    }
    for question in &form.questions {
        if question.show_if.as_ref().is_some_and(|condition| !condition.holds(&answers)) {
            continue;
        }
        match read(question, given.get(&question.key).unwrap_or(&Value::Null)) {
            Ok(Some(answer)) => {
                answers.0.insert(question.key.clone(), answer);
            }
            Ok(None) if question.required => {
                errors.push(wrong(&question.key, "required"));
            }
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(answers) } else { Err(errors) }
}

/// One answer; `None` when nothing was answered.
fn read(question: &Question, given: &Value) -> Result<Option<Answer>, Refusal> {
    let key = &question.key;
    if is_blank(given) {
        return Ok(None);
    }
    if given.get("not_applicable").and_then(Value::as_bool) == Some(true) {
        return if question.not_applicable {
            Ok(Some(Answer::NotApplicable))
        } else {
            Err(wrong(key, "not_applicable_not_offered"))
        };
    }
    match &question.kind {
        QuestionKind::Csat { .. } | QuestionKind::Nps { .. } | QuestionKind::Ces { .. } => {
            let (low, high) = question.points().expect("these kinds have points");
            points(key, given, low, high).map(Answer::Points)
        }
        QuestionKind::Single { .. } => {
            let chosen = text_of(given).ok_or_else(|| wrong(key, "unknown_option"))?;
            option(question, chosen).map(Answer::Choice)
        }
        QuestionKind::Multiple { min, max, .. } => choices(question, given, *min, *max),
        QuestionKind::Matrix { .. } => return matrix(question, given),
        QuestionKind::Text { max_chars } => text(key, given, *max_chars),
        QuestionKind::Number { min, max } => number(key, given, *min, *max),
        QuestionKind::Date => text_of(given)
            .and_then(|text| text.trim().parse().ok())
            .map(Answer::Date)
            .ok_or_else(|| wrong(key, "not_a_date")),
        QuestionKind::Contact => return contact(key, given),
        QuestionKind::Consent => match agreed(given) {
            Some(false) if question.required => Err(wrong(key, "consent_required")),
            Some(agreed) => Ok(Answer::Agreed(agreed)),
            None => Err(wrong(key, "not_yes_or_no")),
        },
    }
    .map(Some)
}

fn is_blank(given: &Value) -> bool {
    match given {
        Value::Null => true,
        Value::String(text) => clean(text).is_empty(),
        Value::Array(items) => items.iter().all(is_blank),
        // In a matrix `null` is a word of its own: "not applicable".
        Value::Object(fields) => fields.values().all(|it| !it.is_null() && is_blank(it)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn text_of(given: &Value) -> Option<&str> {
    given.as_str().map(str::trim)
}

/// A whole number, also when it comes as text.
fn points(key: &str, given: &Value, low: u8, high: u8) -> Result<u8, Refusal> {
    let number = given.as_i64().or_else(|| text_of(given)?.parse().ok());
    number
        .and_then(|number| u8::try_from(number).ok())
        .filter(|points| (low..=high).contains(points))
        .ok_or_else(|| wrong(key, "not_on_the_scale").with("min", low).with("max", high))
}

fn option(question: &Question, chosen: &str) -> Result<String, Refusal> {
    let known = question.options().iter().find(|option| option.key == chosen);
    known
        .map(|option| option.key.clone())
        .ok_or_else(|| wrong(&question.key, "unknown_option").with("option", shorten(chosen)))
}

fn choices(
    question: &Question,
    given: &Value,
    min: u32,
    max: Option<u32>,
) -> Result<Answer, Refusal> {
    let one = std::slice::from_ref(given);
    let mut chosen: Vec<String> = Vec::new();
    for item in given.as_array().map_or(one, Vec::as_slice).iter().filter(|item| !is_blank(item)) {
        let text = text_of(item).ok_or_else(|| wrong(&question.key, "unknown_option"))?;
        let option = option(question, text)?;
        if !chosen.contains(&option) {
            chosen.push(option);
        }
    }
    let count = u32::try_from(chosen.len()).unwrap_or(u32::MAX);
    if count < min {
        return Err(wrong(&question.key, "too_few_options").with("min", min));
    }
    if let Some(max) = max.filter(|&max| max < count) {
        return Err(wrong(&question.key, "too_many_options").with("max", max));
    }
    Ok(Answer::Choices(chosen))
}

/// Rows may be left out unless the question is required; `null` is "not applicable" where offered.
fn matrix(question: &Question, given: &Value) -> Result<Option<Answer>, Refusal> {
    let key = &question.key;
    let given = given.as_object().ok_or_else(|| wrong(key, "not_a_matrix"))?;
    let known = |name: &String| question.rows().iter().any(|row| row.key == *name);
    if let Some(unknown) = given.keys().find(|name| !known(name)) {
        return Err(wrong(key, "unknown_row").with("row", shorten(unknown)));
    }
    let mut rows = BTreeMap::new();
    for row in question.rows() {
        let place = format!("{key}.{}", row.key);
        match given.get(&row.key) {
            Some(Value::Null) if question.not_applicable => {
                rows.insert(row.key.clone(), None);
            }
            Some(cell) if !is_blank(cell) => {
                rows.insert(row.key.clone(), Some(points(&place, cell, 1, CSAT_MAX)?));
            }
            _ if question.required => return Err(wrong(&place, "required")),
            _ => {}
        }
    }
    Ok(if rows.is_empty() { None } else { Some(Answer::Matrix(rows)) })
}

fn text(key: &str, given: &Value, max_chars: u32) -> Result<Answer, Refusal> {
    let text = clean(given.as_str().ok_or_else(|| wrong(key, "not_a_text"))?);
    if usize::try_from(max_chars).is_ok_and(|max| max < text.chars().count()) {
        return Err(wrong(key, "too_long").with("max", max_chars));
    }
    Ok(Answer::Text(text))
}

fn number(key: &str, given: &Value, min: Option<f64>, max: Option<f64>) -> Result<Answer, Refusal> {
    let number = given.as_f64().or_else(|| text_of(given)?.parse().ok());
    let number =
        number.filter(|number| number.is_finite()).ok_or_else(|| wrong(key, "not_a_number"))?;
    if let Some(min) = min.filter(|&min| number < min) {
        return Err(wrong(key, "too_small").with("min", min));
    }
    if let Some(max) = max.filter(|&max| max < number) {
        return Err(wrong(key, "too_high").with("max", max));
    }
    Ok(Answer::Number(number))
}

fn contact(key: &str, given: &Value) -> Result<Option<Answer>, Refusal> {
    let field = |name: &str| given.get(name).and_then(Value::as_str).map(clean).unwrap_or_default();
    if !given.is_object() {
        return Err(wrong(key, "not_a_contact"));
    }
    let contact = Contact { name: field("name"), phone: field("phone"), email: field("email") };
    if contact == Contact::default() {
        return Ok(None);
    }
    if NAME_CHARS_MAX < contact.name.chars().count() {
        return Err(wrong(key, "too_long").with("max", NAME_CHARS_MAX));
    }
    if contact.phone.is_empty() && contact.email.is_empty() {
        return Err(wrong(key, "contact_without_way"));
    }
    if !contact.phone.is_empty() && !is_phone(&contact.phone) {
        return Err(wrong(key, "not_a_phone"));
    }
    if !contact.email.is_empty() && !is_email(&contact.email) {
        return Err(wrong(key, "not_an_email"));
    }
    Ok(Some(Answer::Contact(contact)))
}

fn is_phone(phone: &str) -> bool {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let known = |it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | ' ' | '(' | ')' | '#');
    PHONE_DIGITS.contains(&digits) && phone.chars().all(known)
}

/// Whether mail could be sent there; only a sent mail can tell more.
fn is_email(email: &str) -> bool {
    let Some((name, host)) = email.rsplit_once('@') else { return false };
    let blank = |it: char| it.is_whitespace() || it == '@';
    email.len() <= EMAIL_CHARS_MAX
        && !name.is_empty()
        && !email.contains("..")
        && !name.contains(blank)
        && host.split('.').count() >= 2
        && host.split('.').all(|label| !label.is_empty())
        && !host.contains(blank)
}

fn agreed(given: &Value) -> Option<bool> {
    match given {
        Value::Bool(agreed) => Some(*agreed),
        Value::String(text) => match text.trim() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Without surrounding blanks and without control characters, which no writer means and no database
/// keeps alike; line ends become `\n`.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String =
        text.chars().filter(|&it| it == '\n' || it == '\t' || !it.is_control()).collect();
    kept.trim().to_owned()
}

/// Enough of a stranger's text to recognise it in a message.
fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

/// What is wrong with the answer at `place`: a question's key, for a line of a matrix followed by
/// `.` and the line's key. The refusal's field is `answers.PLACE`.
fn wrong(place: &str, code: &'static str) -> Refusal {
    Refusal::invalid(code).at(format!("answers.{}", shorten(place)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn form() -> FormContent {
        serde_json::from_value(json!({
            "title": {"en": "t"}, "purpose": "transactional", "languages": ["en"],
            "questions": [
                {"key": "overall", "text": {"en": "q"}, "type": "csat", "required": true,
                 "dimension": "overall"},
                {"key": "why", "text": {"en": "q"}, "type": "multiple", "required": true, "min": 1,
                 "max": 2, "options": [{"key": "wait", "text": {"en": "o"}},
                 {"key": "rude", "text": {"en": "o"}}, {"key": "other", "text": {"en": "o"}}],
                 "show_if": {"value": {"question": "overall", "at_most": 2}}},
                {"key": "rude_who", "text": {"en": "q"}, "type": "text", "max_chars": 10,
                 "show_if": {"chosen": {"question": "why", "any_of": ["rude"]}}},
                {"key": "detail", "text": {"en": "q"}, "type": "matrix", "not_applicable": true,
                 "rows": [{"key": "speed", "text": {"en": "r"}, "dimension": "speed"},
                          {"key": "attitude", "text": {"en": "r"}, "dimension": "attitude"}]},
                {"key": "solved", "text": {"en": "q"}, "type": "single", "dimension": "solved",
                 "options": [{"key": "yes", "text": {"en": "o"}, "score": 5},
                             {"key": "no", "text": {"en": "o"}, "score": 1}]},
                {"key": "nps", "text": {"en": "q"}, "type": "nps"},
                {"key": "ces", "text": {"en": "q"}, "type": "ces", "not_applicable": true},
                {"key": "age", "text": {"en": "q"}, "type": "number", "min": 0, "max": 150},
                {"key": "day", "text": {"en": "q"}, "type": "date"},
                {"key": "reach", "text": {"en": "q"}, "type": "contact"},
                {"key": "ok", "text": {"en": "q"}, "type": "consent"}
            ]
        }))
        .unwrap()
    }

    /// `expected`: the answers kept as JSON, or the errors as "question: code".
    #[track_caller]
    fn check(given: &Value, expected: Result<Value, &[&str]>) {
        let given = given.as_object().unwrap().clone();
        let actual = validate(&form(), &given)
            .map(|answers| serde_json::to_value(answers).unwrap())
            .map_err(|errors| {
                errors
                    .iter()
                    .map(|it| format!("{}: {}", &it.field.as_ref().unwrap()[8..], it.code))
                    .collect::<Vec<_>>()
            });
        let expected =
            expected.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(actual, expected);
    }

    #[test]
    fn a_hidden_answer_is_dropped_and_a_visible_required_one_demanded() {
        check(&json!({"overall": 5}), Ok(json!({"overall": 5})));
        check(&json!({"overall": 5, "why": ["wait"]}), Ok(json!({"overall": 5})));
        check(&json!({"overall": 2}), Err(&["why: required"]));
        check(&json!({}), Err(&["overall: required"]));
        let both = json!({"overall": 1, "why": ["rude", "rude"], "rude_who": " him\r\n "});
        check(&both, Ok(json!({"overall": 1, "why": ["rude"], "rude_who": "him"})));
        // The tags are hidden by the score, so what hangs on the tags is hidden too.
        check(
            &json!({"overall": 4, "why": ["rude"], "rude_who": "him"}),
            Ok(json!({"overall": 4})),
        );
    }

    #[test]
    fn a_page_without_script_sends_everything_as_text() {
        check(
            &json!({"overall": "1", "why": "wait", "nps": "10", "age": "41.5", "ok": "on",
                   "detail": {"speed": "2"}, "day": "2026-02-28"}),
            Ok(json!({"overall": 1, "why": ["wait"], "nps": 10, "age": 41.5, "ok": true,
                      "detail": {"speed": 2}, "day": "2026-02-28"})),
        );
        check(
            &json!({"overall": "3", "age": "", "solved": "", "day": " ", "reach": {"name": ""}}),
            Ok(json!({"overall": 3})),
        );
    }

    #[test]
    fn what_cannot_be_an_answer_is_refused_with_its_place() {
        let refused = |key: &str, value: Value, place: &str| {
            let mut given = json!({"overall": 3});
            given[key] = value;
            check(&given, Err(&[place]));
        };
        refused("overall", json!(0), "overall: not_on_the_scale");
        refused("overall", json!(4.5), "overall: not_on_the_scale");
        refused("nps", json!(11), "nps: not_on_the_scale");
        refused("nps", json!({"not_applicable": true}), "nps: not_applicable_not_offered");
        refused("solved", json!("maybe"), "solved: unknown_option");
        refused("solved", json!(["yes"]), "solved: unknown_option");
        refused("detail", json!({"price": 3}), "detail: unknown_row");
        refused("detail", json!({"speed": 9}), "detail.speed: not_on_the_scale");
        refused("detail", json!("3"), "detail: not_a_matrix");
        refused("age", json!(151), "age: too_high");
        refused("age", json!("NaN"), "age: not_a_number");
        refused("day", json!("2026-02-30"), "day: not_a_date");
        refused("reach", json!({"name": "Li"}), "reach: contact_without_way");
        refused("reach", json!({"phone": "call me"}), "reach: not_a_phone");
        refused("reach", json!({"email": "a@b"}), "reach: not_an_email");
        refused("ok", json!("perhaps"), "ok: not_yes_or_no");
        refused("extra", json!(1), "extra: unknown_question");
        let many = json!({"overall": 1, "why": ["wait", "rude", "other"]});
        check(&many, Err(&["why: too_many_options"]));
        let long = json!({"overall": 1, "why": ["rude"], "rude_who": "12345678901"});
        check(&long, Err(&["rude_who: too_long"]));
    }

    #[test]
    fn scores_are_taken_where_they_were_asked() {
        let given = json!({"overall": 4, "solved": "no", "nps": 0, "ces": {"not_applicable": true},
                           "detail": {"speed": 2, "attitude": null}});
        let answers = validate(&form(), given.as_object().unwrap()).unwrap();
        let scores = answers.scores(&form());
        assert_eq!((scores.csat, scores.nps, scores.ces), (Some(4), Some(0), None));
        let expected = BTreeMap::from([(Dimension::Speed, 2), (Dimension::Solved, 1)]);
        assert_eq!(scores.dimensions, expected);
    }

    #[test]
    fn control_characters_never_reach_the_database() {
        assert_eq!(clean("a\0b\u{1}\rc\n"), "ab\nc");
    }

    fn loose() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-3i64..14).prop_map(Value::from),
            "[a-z0-9 ]{0,6}".prop_map(Value::from),
            prop::sample::select(vec!["wait", "rude", "yes", "no", "5"]).prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 8, 3, |inner| {
            let name = prop::sample::select(vec!["speed", "attitude", "email", "not_applicable"]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map(name.prop_map(str::to_owned), inner, 0..3)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Whatever is sent, what is kept would be accepted again unchanged.
        #[test]
        fn accepted_answers_are_a_fixed_point(
            given in prop::collection::btree_map(
                prop::sample::select(form().questions.iter().map(|it| it.key.clone()).collect::<Vec<_>>()),
                loose(), 0..8)
        ) {
            let given: Map<String, Value> = given.into_iter().collect();
            if let Ok(answers) = validate(&form(), &given) {
                let json = serde_json::to_value(&answers).unwrap();
                prop_assert_eq!(validate(&form(), json.as_object().unwrap()), Ok(answers));
            }
        }
    }
}
