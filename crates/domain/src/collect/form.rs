//! A form 评价表: questions in an order, versioned. A draft may be anything that can be written down;
//! a published version has no problems and never changes.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::question::{CSAT_MAX, Choice, MatrixRow, Question, QuestionKind};
use crate::code::codes;
use crate::customer::customer::Level;
use crate::localized::Localized;
use crate::refusal::Refusal;

pub const QUESTIONS_MAX: usize = 30;
pub const OPTIONS_MAX: usize = 30;
pub const ROWS_MAX: usize = 10;
pub const KEY_CHARS_MAX: usize = 40;
pub const LANGUAGES_MAX: usize = 20;
/// Characters of a question, an option, a label, a title.
pub const SHORT_CHARS_MAX: usize = 300;
/// Characters of an introduction, a thanks, a consent.
pub const LONG_CHARS_MAX: usize = 2_000;
/// Characters a text question may take.
pub const TEXT_CHARS_MAX: u32 = 5_000;
pub const CONDITION_DEPTH_MAX: usize = 5;
pub const CONDITION_PARTS_MAX: usize = 30;
pub const RETENTION_DAYS: std::ops::RangeInclusive<u32> = 30..=3_650;
pub const RETENTION_DAYS_DEFAULT: u32 = 1_095;

/// Everything that a version fixes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FormContent {
    pub title: Localized,
    #[serde(default)]
    pub intro: Localized,
    #[serde(default)]
    pub thanks: Localized,
    pub purpose: Purpose,
    /// Languages the form is offered in, the first for readers of none of them.
    pub languages: Vec<String>,
    pub questions: Vec<Question>,
    /// Customer levels this form is for (A27); empty: everybody.
    #[serde(default)]
    pub levels: Vec<Level>,
    /// Offers an evaluation that is stored without customer, invitation and address.
    #[serde(default)]
    pub allow_anonymous: bool,
    /// What everybody who takes part receives, whatever the score (A28); empty: nothing.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub reward: Localized,
    /// How long answers are kept with the customer's name.
    #[serde(default = "retention_days_default")]
    pub retention_days: u32,
}

fn retention_days_default() -> u32 {
    RETENTION_DAYS_DEFAULT
}

codes! {
    /// When a form is asked.
    pub enum Purpose {
        /// After one service.
        Transactional = "transactional",
        /// On a schedule, about the whole relationship.
        Relationship = "relationship",
        /// After a complaint or issue was corrected 二次评价.
        AfterRectification = "after_rectification",
        /// A while after the service 冷静期评价.
        CoolingOff = "cooling_off",
        /// One to one, by telephone, from a sample 抽查.
        SpotCheck = "spot_check",
    }
}

impl FormContent {
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.key == key)
    }

    /// The language of this form for a reader who asks for `wanted`: itself, another region of the
    /// same language, else the form's first.
    pub fn language<'a>(&'a self, wanted: &'a str) -> &'a str {
        let base = |tag: &'a str| tag.split('-').next().unwrap_or(tag);
        let exact = self.languages.iter().find(|tag| tag.eq_ignore_ascii_case(wanted));
        let near =
            || self.languages.iter().find(|tag| base(tag).eq_ignore_ascii_case(base(wanted)));
        exact.or_else(near).or_else(|| self.languages.first()).map_or(wanted, String::as_str)
    }

    /// Everything that keeps this from being published; empty when nothing does. The field names
    /// the place in the form's JSON, as in `questions.2.show_if`.
    pub fn problems(&self) -> Vec<Refusal> {
        let mut problems = Vec::new();
        self.check_whole(&mut problems);
        for (index, question) in self.questions.iter().enumerate() {
            let earlier = &self.questions[..index];
            let mut found = Vec::new();
            check_question(question, &mut found);
            if earlier.iter().any(|it| it.key == question.key) {
                found.push(Refusal::invalid("key_used_twice").at("key"));
            }
            if let Some(condition) = &question.show_if {
                check_condition(condition, earlier, &mut found);
            }
            problems.extend(found.into_iter().map(|it| {
                let place = it.field.clone().unwrap_or_default();
                it.at(format!("questions.{index}.{place}"))
            }));
        }
        problems
    }

    fn check_whole(&self, problems: &mut Vec<Refusal>) {
        if self.title.is_empty() {
            problems.push(Refusal::invalid("required").at("title"));
        }
        for (name, text, max) in [
            ("title", &self.title, SHORT_CHARS_MAX),
            ("intro", &self.intro, LONG_CHARS_MAX),
            ("thanks", &self.thanks, LONG_CHARS_MAX),
            ("reward", &self.reward, LONG_CHARS_MAX),
        ] {
            if max < text.longest_chars() {
                problems.push(Refusal::invalid("too_long").with("max", max).at(name));
            }
        }
        if !(1..=QUESTIONS_MAX).contains(&self.questions.len()) {
            problems.push(count("questions_count", 1, QUESTIONS_MAX).at("questions"));
        }
        let distinct: BTreeSet<&String> = self.languages.iter().collect();
        let tags = self.languages.iter().all(|tag| is_language_tag(tag));
        let few = (1..=LANGUAGES_MAX).contains(&self.languages.len());
        if !few || !tags || distinct.len() != self.languages.len() {
            problems.push(count("form_languages", 1, LANGUAGES_MAX).at("languages"));
        }
        if !RETENTION_DAYS.contains(&self.retention_days) {
            let (min, max) = (RETENTION_DAYS.start(), RETENTION_DAYS.end());
            problems.push(count("retention_days", min, max).at("retention_days"));
        }
    }
}

fn count(code: &'static str, min: impl fmt::Display, max: impl fmt::Display) -> Refusal {
    Refusal::invalid(code).with("min", min).with("max", max)
}

/// Whether a form, question, option or row may be called this: `a-z`, digits and `_`, a letter
/// first, at most [`KEY_CHARS_MAX`]. A form's key also takes `-`.
pub fn is_key(key: &str) -> bool {
    let mut chars = key.chars();
    key.len() <= KEY_CHARS_MAX
        && chars.next().is_some_and(|first| first.is_ascii_lowercase())
        && chars.all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
}

/// The same for the key of a form, which stands in an address.
pub fn is_form_key(key: &str) -> bool {
    is_key(&key.replace('-', "_"))
}

fn is_language_tag(tag: &str) -> bool {
    let part =
        |it: &str| (1..=8).contains(&it.len()) && it.chars().all(|c| c.is_ascii_alphanumeric());
    tag.split('-').all(part) && tag.starts_with(|it: char| it.is_ascii_alphabetic())
}

/// The field of each problem is its place within the question.
fn check_question(question: &Question, problems: &mut Vec<Refusal>) {
    if !is_key(&question.key) {
        problems.push(Refusal::invalid("key_form").with("max", KEY_CHARS_MAX).at("key"));
    }
    if question.text.is_empty() {
        problems.push(Refusal::invalid("required").at("text"));
    }
    let consent = matches!(question.kind, QuestionKind::Consent);
    let max = if consent { LONG_CHARS_MAX } else { SHORT_CHARS_MAX };
    if question.texts().iter().any(|text| max < text.longest_chars()) {
        problems.push(Refusal::invalid("too_long").with("max", max).at("text"));
    }
    match &question.kind {
        QuestionKind::Csat { labels, .. } => {
            if !labels.is_empty() && labels.len() != usize::from(CSAT_MAX) {
                problems
                    .push(Refusal::invalid("labels_count").with("count", CSAT_MAX).at("labels"));
            }
        }
        QuestionKind::Single { options } => check_options(options, problems),
        QuestionKind::Multiple { min, max, options } => {
            check_options(options, problems);
            let count = u32::try_from(options.len()).unwrap_or(u32::MAX);
            let max = max.unwrap_or(count);
            if max == 0 || max < *min || count < max {
                problems.push(Refusal::invalid("bounds").at("max"));
            }
        }
        QuestionKind::Matrix { rows } => check_rows(rows, problems),
        QuestionKind::Text { max_chars } => {
            if !(1..=TEXT_CHARS_MAX).contains(max_chars) {
                problems.push(count("text_chars", 1, TEXT_CHARS_MAX).at("max_chars"));
            }
        }
        QuestionKind::Number { min, max } => {
            let finite = min.is_none_or(f64::is_finite) && max.is_none_or(f64::is_finite);
            if !finite || matches!((min, max), (Some(min), Some(max)) if max < min) {
                problems.push(Refusal::invalid("bounds").at("max"));
            }
        }
        QuestionKind::Nps { .. }
        | QuestionKind::Ces { .. }
        | QuestionKind::Date
        | QuestionKind::Contact
        | QuestionKind::Consent => {}
    }
}

fn check_options(options: &[Choice], problems: &mut Vec<Refusal>) {
    if !(2..=OPTIONS_MAX).contains(&options.len()) {
        problems.push(count("options_count", 2, OPTIONS_MAX).at("options"));
    }
    check_keys(options.iter().map(|it| it.key.as_str()), "options", problems);
    if options.iter().any(|option| option.text.is_empty()) {
        problems.push(Refusal::invalid("required").at("options"));
    }
    let off_scale = |score: u8| !(1..=CSAT_MAX).contains(&score);
    if options.iter().filter_map(|option| option.score).any(off_scale) {
        problems.push(count("option_score", 1, CSAT_MAX).at("options"));
    }
}

fn check_rows(rows: &[MatrixRow], problems: &mut Vec<Refusal>) {
    if !(1..=ROWS_MAX).contains(&rows.len()) {
        problems.push(count("rows_count", 1, ROWS_MAX).at("rows"));
    }
    check_keys(rows.iter().map(|it| it.key.as_str()), "rows", problems);
    if rows.iter().any(|row| row.text.is_empty()) {
        problems.push(Refusal::invalid("required").at("rows"));
    }
}

fn check_keys<'a>(
    keys: impl Iterator<Item = &'a str>,
    field: &'static str,
    problems: &mut Vec<Refusal>,
) {
    let mut seen = BTreeSet::new();
    for key in keys {
        if !is_key(key) {
            problems.push(Refusal::invalid("key_form").with("max", KEY_CHARS_MAX).at(field));
        } else if !seen.insert(key) {
            problems.push(Refusal::invalid("key_used_twice").at(field));
        }
    }
}

/// A condition speaks only of questions before its own, of their rows and options, and in a way
/// that their answers can be compared.
fn check_condition(condition: &Condition, earlier: &[Question], problems: &mut Vec<Refusal>) {
    let mut parts = 0;
    condition.walk(&mut |part| {
        parts += 1;
        let Some(key) = part.question() else { return };
        let about = earlier.iter().find(|it| it.key == key);
        let code = match about {
            None => "condition_not_earlier",
            Some(about) if !is_comparable(part, about) => "condition_does_not_fit",
            Some(_) => return,
        };
        problems.push(Refusal::invalid(code).with("question", key).at("show_if"));
    });
    if CONDITION_PARTS_MAX < parts || CONDITION_DEPTH_MAX < condition.depth() {
        let problem = Refusal::invalid("condition_too_large").with("parts", CONDITION_PARTS_MAX);
        problems.push(problem.with("depth", CONDITION_DEPTH_MAX).at("show_if"));
    }
}

fn is_comparable(part: &Condition, about: &Question) -> bool {
    match part {
        Condition::Value { row: Some(row), .. } => about.rows().iter().any(|it| it.key == *row),
        Condition::Value { row: None, .. } => {
            about.points().is_some()
                || matches!(about.kind, QuestionKind::Number { .. } | QuestionKind::Consent)
        }
        Condition::Chosen { any_of, .. } => {
            let known = |key: &String| about.options().iter().any(|it| it.key == *key);
            !any_of.is_empty() && any_of.iter().all(known)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn base() -> Value {
        json!({
            "title": {"en": "t"}, "purpose": "transactional", "languages": ["en", "zh-CN"],
            "questions": [
                {"key": "overall", "text": {"en": "q"}, "type": "csat"},
                {"key": "why", "text": {"en": "q"}, "type": "multiple",
                 "options": [{"key": "wait", "text": {"en": "o"}}, {"key": "rude", "text": {"en": "o"}}],
                 "show_if": {"value": {"question": "overall", "at_most": 2}}},
                {"key": "detail", "text": {"en": "q"}, "type": "matrix",
                 "rows": [{"key": "speed", "text": {"en": "r"}}]},
                {"key": "note", "text": {"en": "q"}, "type": "text"}
            ]
        })
    }

    /// Sets the value at `pointer` and expects exactly this problem.
    #[track_caller]
    fn check(pointer: &str, value: Value, field: &str, code: &str) {
        let mut json = base();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap()[name] = value;
        let form: FormContent = serde_json::from_value(json).unwrap();
        let problems = form.problems();
        let found: Vec<_> =
            problems.iter().map(|it| (it.field.as_deref().unwrap(), it.code)).collect();
        assert_eq!(found, [(field, code)]);
    }

    #[test]
    fn a_sound_form_has_no_problem_and_survives_json() {
        let form: FormContent = serde_json::from_value(base()).unwrap();
        assert_eq!(form.problems(), []);
        let again = serde_json::to_value(&form).unwrap();
        assert_eq!(serde_json::from_value::<FormContent>(again).unwrap(), form);
        assert_eq!(form.retention_days, RETENTION_DAYS_DEFAULT);
    }

    #[test]
    fn each_problem_is_named_with_its_place() {
        check("/title", json!({}), "title", "required");
        check("/languages", json!([]), "languages", "form_languages");
        check("/languages", json!(["en", "en"]), "languages", "form_languages");
        check("/languages", json!(["en us"]), "languages", "form_languages");
        check("/retention_days", json!(29), "retention_days", "retention_days");
        check("/intro", json!({"en": "x".repeat(2001)}), "intro", "too_long");
        check("/questions", json!([]), "questions", "questions_count");
        check("/questions/3/key", json!("Note"), "questions.3.key", "key_form");
        check("/questions/3/key", json!("overall"), "questions.3.key", "key_used_twice");
        check("/questions/3/text", json!({"en": " "}), "questions.3.text", "required");
        let long = json!({"en": "x".repeat(301)});
        check("/questions/3/text", long, "questions.3.text", "too_long");
        check("/questions/3/max_chars", json!(5001), "questions.3.max_chars", "text_chars");
        check("/questions/0/labels", json!([{"en": "bad"}]), "questions.0.labels", "labels_count");
        check("/questions/1/min", json!(3), "questions.1.max", "bounds");
        check("/questions/1/max", json!(3), "questions.1.max", "bounds");
        check("/questions/2/rows", json!([]), "questions.2.rows", "rows_count");
    }

    #[test]
    fn options_are_two_or_more_with_keys_of_their_own() {
        let wrong = |options: Value, code: &str| {
            check("/questions/1/options", options, "questions.1.options", code);
        };
        let option = |key: &str| json!({"key": key, "text": {"en": "o"}});
        let rude = || json!({"key": "rude", "text": {"en": "o"}});
        wrong(json!([rude()]), "options_count");
        wrong(json!([option("a"), option("a"), rude()]), "key_used_twice");
        wrong(json!([option("A"), rude()]), "key_form");
        wrong(json!([{"key": "a", "text": {}}, rude()]), "required");
        wrong(json!([{"key": "a", "text": {"en": "o"}, "score": 6}, rude()]), "option_score");
    }

    #[test]
    fn a_condition_speaks_of_earlier_questions_in_their_own_terms() {
        let wrong = |condition: Value, code: &str| {
            check("/questions/2/show_if", condition, "questions.2.show_if", code);
        };
        wrong(json!({"answered": "note"}), "condition_not_earlier");
        wrong(json!({"answered": "detail"}), "condition_not_earlier");
        wrong(json!({"value": {"question": "why", "at_most": 2}}), "condition_does_not_fit");
        wrong(json!({"value": {"question": "overall", "row": "a"}}), "condition_does_not_fit");
        wrong(json!({"chosen": {"question": "why", "any_of": ["b"]}}), "condition_does_not_fit");
        wrong(json!({"chosen": {"question": "why", "any_of": []}}), "condition_does_not_fit");
        let mut deep = json!({"answered": "why"});
        for _ in 0..5 {
            deep = json!({"not": deep});
        }
        wrong(deep, "condition_too_large");
    }

    #[test]
    fn keys_are_lower_case_words() {
        let keys = ["a", "q_1", "A", "1a", "a-b", "", "é"];
        assert_eq!(keys.map(is_key), [true, true, false, false, false, false, false]);
        assert!(is_form_key("standard-2026") && !is_form_key("-a") && !is_form_key("a/b"));
    }

    #[test]
    fn the_form_speaks_the_nearest_of_its_languages() {
        let form: FormContent = serde_json::from_value(base()).unwrap();
        let spoken = ["zh-CN", "zh-TW", "EN", "fr"].map(|wanted| form.language(wanted));
        assert_eq!(spoken, ["zh-CN", "zh-CN", "en", "en"]);
    }
}
