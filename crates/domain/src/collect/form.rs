//! A form 评价表: questions in an order, versioned. A draft may be anything that can be written down;
//! a published version has no problems and never changes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::question::{CSAT_MAX, MatrixRow, Question, QuestionKind};
use crate::localized::Localized;

pub const QUESTIONS_MAX: usize = 30;
pub const OPTIONS_MAX: usize = 30;
pub const ROWS_MAX: usize = 10;
pub const KEY_CHARS_MAX: usize = 40;
pub const LANGUAGES_MAX: usize = 20;
pub const LEVELS_MAX: usize = 20;
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub levels: Vec<String>,
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

/// When a form is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// After one service.
    Transactional,
    /// On a schedule, about the whole relationship.
    Relationship,
    /// After a complaint or issue was corrected 二次评价.
    AfterRectification,
    /// A while after the service 冷静期评价.
    CoolingOff,
    /// One to one, by telephone, from a sample 抽查.
    SpotCheck,
}

impl Purpose {
    /// The stable name in tables and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transactional => "transactional",
            Self::Relationship => "relationship",
            Self::AfterRectification => "after_rectification",
            Self::CoolingOff => "cooling_off",
            Self::SpotCheck => "spot_check",
        }
    }
}

/// Why a form cannot be published. The message is made by the reader's words file from `code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormProblem {
    /// The question it is about, `None` for the form as a whole.
    pub question: Option<String>,
    pub code: &'static str,
    pub params: BTreeMap<&'static str, String>,
}

impl FormProblem {
    fn form(code: &'static str) -> Self {
        Self { question: None, code, params: BTreeMap::new() }
    }

    fn at(question: &Question, code: &'static str) -> Self {
        Self { question: Some(question.key.clone()), code, params: BTreeMap::new() }
    }

    fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
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

    /// Everything that keeps this from being published; empty when nothing does.
    pub fn problems(&self) -> Vec<FormProblem> {
        let mut problems = Vec::new();
        self.check_whole(&mut problems);
        let mut earlier: Vec<&Question> = Vec::new();
        for question in &self.questions {
            check_question(question, &mut problems);
            if earlier.iter().any(|it| it.key == question.key) {
                problems.push(FormProblem::at(question, "key_used_twice"));
            }
            if let Some(condition) = &question.show_if {
                check_condition(question, condition, &earlier, &mut problems);
            }
            earlier.push(question);
        }
        problems
    }

    fn check_whole(&self, problems: &mut Vec<FormProblem>) {
        if self.title.is_empty() {
            problems.push(FormProblem::form("title_missing"));
        }
        if SHORT_CHARS_MAX < self.title.longest_chars() {
            problems.push(FormProblem::form("text_too_long").with("max", &SHORT_CHARS_MAX));
        }
        let long = [&self.intro, &self.thanks, &self.reward];
        if long.iter().any(|text| LONG_CHARS_MAX < text.longest_chars()) {
            problems.push(FormProblem::form("text_too_long").with("max", &LONG_CHARS_MAX));
        }
        if self.questions.is_empty() {
            problems.push(FormProblem::form("no_question"));
        }
        if QUESTIONS_MAX < self.questions.len() {
            problems.push(FormProblem::form("too_many_questions").with("max", &QUESTIONS_MAX));
        }
        let distinct: BTreeSet<&String> = self.languages.iter().collect();
        let tags = self.languages.iter().all(|tag| is_language_tag(tag));
        let count = (1..=LANGUAGES_MAX).contains(&self.languages.len());
        if !count || !tags || distinct.len() != self.languages.len() {
            problems.push(FormProblem::form("bad_languages").with("max", &LANGUAGES_MAX));
        }
        if LEVELS_MAX < self.levels.len() || self.levels.iter().any(|it| KEY_CHARS_MAX < it.len()) {
            problems.push(FormProblem::form("bad_levels").with("max", &LEVELS_MAX));
        }
        if !RETENTION_DAYS.contains(&self.retention_days) {
            let problem = FormProblem::form("bad_retention").with("min", &RETENTION_DAYS.start());
            problems.push(problem.with("max", &RETENTION_DAYS.end()));
        }
    }
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

fn check_question(question: &Question, problems: &mut Vec<FormProblem>) {
    let mut say = |code| problems.push(FormProblem::at(question, code));
    if !is_key(&question.key) {
        say("bad_key");
    }
    if question.text.is_empty() {
        say("text_missing");
    }
    let consent = matches!(question.kind, QuestionKind::Consent);
    let max = if consent { LONG_CHARS_MAX } else { SHORT_CHARS_MAX };
    if question.texts().iter().any(|text| max < text.longest_chars()) {
        problems.push(FormProblem::at(question, "text_too_long").with("max", &max));
    }
    match &question.kind {
        QuestionKind::Csat { labels, .. } => {
            if !labels.is_empty() && labels.len() != usize::from(CSAT_MAX) {
                problems.push(FormProblem::at(question, "labels_count").with("count", &CSAT_MAX));
            }
        }
        QuestionKind::Single { .. } => check_options(question, problems),
        QuestionKind::Multiple { min, max, options } => {
            check_options(question, problems);
            let count = u32::try_from(options.len()).unwrap_or(u32::MAX);
            let max = max.unwrap_or(count);
            if max == 0 || max < *min || count < max {
                problems.push(FormProblem::at(question, "bad_bounds"));
            }
        }
        QuestionKind::Matrix { rows } => check_rows(question, rows, problems),
        QuestionKind::Text { max_chars } => {
            if !(1..=TEXT_CHARS_MAX).contains(max_chars) {
                problems.push(FormProblem::at(question, "bad_bounds").with("max", &TEXT_CHARS_MAX));
            }
        }
        QuestionKind::Number { min, max } => {
            let finite = min.is_none_or(f64::is_finite) && max.is_none_or(f64::is_finite);
            if !finite || matches!((min, max), (Some(min), Some(max)) if max < min) {
                problems.push(FormProblem::at(question, "bad_bounds"));
            }
        }
        QuestionKind::Nps { .. }
        | QuestionKind::Ces { .. }
        | QuestionKind::Date
        | QuestionKind::Contact
        | QuestionKind::Consent => {}
    }
}

fn check_options(question: &Question, problems: &mut Vec<FormProblem>) {
    let options = question.options();
    if !(2..=OPTIONS_MAX).contains(&options.len()) {
        let problem = FormProblem::at(question, "options_count").with("min", &2);
        problems.push(problem.with("max", &OPTIONS_MAX));
    }
    let keys: BTreeSet<&str> = options.iter().map(|option| option.key.as_str()).collect();
    if keys.len() != options.len() || !keys.iter().all(|key| is_key(key)) {
        problems.push(FormProblem::at(question, "bad_option_keys"));
    }
    if options.iter().any(|option| option.text.is_empty()) {
        problems.push(FormProblem::at(question, "text_missing"));
    }
    let on_scale = |score: u8| (1..=CSAT_MAX).contains(&score);
    if options.iter().filter_map(|option| option.score).any(|score| !on_scale(score)) {
        problems.push(FormProblem::at(question, "bad_option_score").with("max", &CSAT_MAX));
    }
}

fn check_rows(question: &Question, rows: &[MatrixRow], problems: &mut Vec<FormProblem>) {
    if !(1..=ROWS_MAX).contains(&rows.len()) {
        let problem = FormProblem::at(question, "rows_count").with("min", &1);
        problems.push(problem.with("max", &ROWS_MAX));
    }
    let keys: BTreeSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    if keys.len() != rows.len() || !keys.iter().all(|key| is_key(key)) {
        problems.push(FormProblem::at(question, "bad_row_keys"));
    }
    if rows.iter().any(|row| row.text.is_empty()) {
        problems.push(FormProblem::at(question, "text_missing"));
    }
}

/// A condition speaks only of questions before its own, of their rows and options, and in a way
/// that their answers can be compared.
fn check_condition(
    question: &Question,
    condition: &Condition,
    earlier: &[&Question],
    problems: &mut Vec<FormProblem>,
) {
    let mut parts = 0;
    condition.walk(&mut |part| {
        parts += 1;
        let Some(key) = part.question() else { return };
        let Some(about) = earlier.iter().find(|it| it.key == key) else {
            let problem = FormProblem::at(question, "condition_not_earlier");
            problems.push(problem.with("question", &key));
            return;
        };
        let sensible = match part {
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
        };
        if !sensible {
            let problem = FormProblem::at(question, "condition_does_not_fit");
            problems.push(problem.with("question", &key));
        }
    });
    if CONDITION_PARTS_MAX < parts || CONDITION_DEPTH_MAX < condition.depth() {
        problems.push(FormProblem::at(question, "condition_too_large"));
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
    fn check(pointer: &str, value: Value, expected: (Option<&str>, &str)) {
        let mut json = base();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap()[name] = value;
        let form: FormContent = serde_json::from_value(json).unwrap();
        let problems = form.problems();
        let found: Vec<_> = problems.iter().map(|it| (it.question.as_deref(), it.code)).collect();
        assert_eq!(found, [expected]);
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
    fn each_problem_is_named_with_its_question() {
        check("/title", json!({}), (None, "title_missing"));
        check("/languages", json!([]), (None, "bad_languages"));
        check("/languages", json!(["en", "en"]), (None, "bad_languages"));
        check("/languages", json!(["en us"]), (None, "bad_languages"));
        check("/retention_days", json!(29), (None, "bad_retention"));
        check("/levels", json!(["x".repeat(41)]), (None, "bad_levels"));
        check("/intro", json!({"en": "x".repeat(2001)}), (None, "text_too_long"));
        check("/questions/3/key", json!("Note"), (Some("Note"), "bad_key"));
        check("/questions/3/key", json!("overall"), (Some("overall"), "key_used_twice"));
        check("/questions/3/text", json!({"en": " "}), (Some("note"), "text_missing"));
        check("/questions/3/text", json!({"en": "x".repeat(301)}), (Some("note"), "text_too_long"));
        check("/questions/3/max_chars", json!(5001), (Some("note"), "bad_bounds"));
        check("/questions/0/labels", json!([{"en": "bad"}]), (Some("overall"), "labels_count"));
        check("/questions/1/min", json!(3), (Some("why"), "bad_bounds"));
        check("/questions/1/max", json!(3), (Some("why"), "bad_bounds"));
        check("/questions/2/rows", json!([]), (Some("detail"), "rows_count"));
        let one = json!([{"key": "a", "text": {"en": "o"}}]);
        check("/questions/1/options", one, (Some("why"), "options_count"));
        let twice = json!([{"key": "a", "text": {"en": "o"}}, {"key": "a", "text": {"en": "o"}}]);
        check("/questions/1/options", twice, (Some("why"), "bad_option_keys"));
        let six = json!([{"key": "a", "text": {"en": "o"}, "score": 6}, {"key": "b", "text": {"en": "o"}}]);
        check("/questions/1/options", six, (Some("why"), "bad_option_score"));
        check("/questions", json!([]), (None, "no_question"));
    }

    #[test]
    fn a_condition_speaks_of_earlier_questions_in_their_own_terms() {
        let wrong = |condition: Value, code: &str| {
            check("/questions/2/show_if", condition, (Some("detail"), code));
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
