//! One question as it is drawn.

use askama::Template;
use domain::collect::question::{CES_MAX, CSAT_MAX, Look, NPS_MAX, Question, QuestionKind};
use domain::localized::Localized;

use super::head::Words;
use super::posted::{NONE, Posted, name_of};

const STAR: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m12 2.8 2.8 5.9 6.4.8-4.7 4.5 1.2 6.4-5.7-3.1-5.7 3.1 1.2-6.4-4.7-4.5 6.4-.8z"/></svg>"#;
/// From very sad to very glad.
const FACES: [&str; 5] = [
    r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><path d="M8.6 9.6v.1M15.4 9.6v.1M8 17q4-4.4 8 0"/></svg>"#,
    r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><path d="M8.6 9.6v.1M15.4 9.6v.1M8 16.4q4-2.4 8 0"/></svg>"#,
    r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><path d="M8.6 9.6v.1M15.4 9.6v.1M8 15.6h8"/></svg>"#,
    r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><path d="M8.6 9.6v.1M15.4 9.6v.1M8 14.6q4 2.6 8 0"/></svg>"#,
    r#"<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><path d="M8.6 9.6v.1M15.4 9.6v.1M7.6 14q4.4 5 8.8 0"/></svg>"#,
];

#[derive(Template)]
#[template(path = "question.html")]
pub struct View {
    pub words: Words,
    pub key: String,
    /// Of the input fields.
    pub name: String,
    pub text: String,
    pub hint: String,
    pub required: bool,
    pub kind: Kind,
    /// "Not applicable", where the whole question offers it.
    pub none: Option<NotApplicable>,
    /// When it is shown, as JSON for the script.
    pub rule: Option<String>,
    /// What was wrong with the answer.
    pub error: Option<String>,
}

pub enum Kind {
    Stars { stars: Stars, low: String, high: String },
    Points { class: &'static str, points: Vec<Point>, low: String, high: String },
    Choice { input: &'static str, options: Vec<OptionView> },
    Matrix { rows: Vec<Row> },
    Text { value: String, max: u32 },
    Number { value: String, min: String, max: String },
    Date { value: String },
    Contact { person: String, phone: String, email: String },
    Consent { checked: bool },
}

/// One point of a scale.
pub struct Point {
    pub value: u8,
    pub text: String,
    /// What a screen reader says.
    pub spoken: String,
    pub drawing: &'static str,
    pub checked: bool,
}

pub struct OptionView {
    pub key: String,
    pub text: String,
    pub checked: bool,
}

pub struct Row {
    /// Of the text, for the group it names.
    pub id: String,
    pub text: String,
    pub stars: Stars,
    pub none: Option<NotApplicable>,
}

#[derive(Template)]
#[template(path = "stars.html")]
pub struct Stars {
    pub name: String,
    pub look: &'static str,
    pub points: Vec<Point>,
}

#[derive(Template)]
#[template(path = "none.html")]
pub struct NotApplicable {
    pub words: Words,
    pub name: String,
    pub checked: bool,
}

/// Draws questions in one language with what was answered so far.
pub struct Draw<'a> {
    pub words: Words,
    pub lang: &'a str,
    pub given: &'a Posted,
}

impl Draw<'_> {
    pub fn question(&self, question: &Question, error: Option<String>) -> View {
        let name = name_of(&question.key);
        let apart = !matches!(question.kind, QuestionKind::Matrix { .. });
        View {
            words: self.words,
            key: question.key.clone(),
            text: self.say(&question.text),
            hint: self.say(&question.hint),
            required: question.required,
            kind: self.kind(question, &name),
            none: Some(self.none(&name)).filter(|_| apart && question.not_applicable),
            rule: question.show_if.as_ref().map(|it| {
                serde_json::to_string(it).expect("a condition is plain data with text keys")
            }),
            error,
            name,
        }
    }

    fn say(&self, text: &Localized) -> String {
        text.get(self.lang).to_owned()
    }

    fn typed(&self, name: &str) -> String {
        self.given.first(name).unwrap_or("").to_owned()
    }

    fn none(&self, name: &str) -> NotApplicable {
        let checked = self.given.has(name, NONE);
        NotApplicable { words: self.words, name: name.to_owned(), checked }
    }

    fn kind(&self, question: &Question, name: &str) -> Kind {
        match &question.kind {
            QuestionKind::Csat { look, labels } => self.csat(name, *look, labels),
            QuestionKind::Nps { low, high } => self.scale(name, "nps", (0, NPS_MAX), (low, high)),
            QuestionKind::Ces { low, high } => self.scale(name, "ces", (1, CES_MAX), (low, high)),
            QuestionKind::Single { .. } => self.choice(question, name, "radio"),
            QuestionKind::Multiple { .. } => self.choice(question, name, "checkbox"),
            QuestionKind::Matrix { rows } => {
                let row = |row: &domain::collect::question::MatrixRow| {
                    let name = format!("{name}.{}", row.key);
                    Row {
                        id: format!("{name}.t"),
                        text: self.say(&row.text),
                        stars: self.stars(&name, Look::Stars, &[]),
                        none: Some(self.none(&name)).filter(|_| question.not_applicable),
                    }
                };
                Kind::Matrix { rows: rows.iter().map(row).collect() }
            }
            QuestionKind::Text { max_chars } => {
                Kind::Text { value: self.typed(name), max: *max_chars }
            }
            QuestionKind::Number { min, max } => {
                let bound = |it: &Option<f64>| it.map(|it| it.to_string()).unwrap_or_default();
                Kind::Number { value: self.typed(name), min: bound(min), max: bound(max) }
            }
            QuestionKind::Date => Kind::Date { value: self.typed(name) },
            QuestionKind::Contact => Kind::Contact {
                person: self.typed(&format!("{name}.name")),
                phone: self.typed(&format!("{name}.phone")),
                email: self.typed(&format!("{name}.email")),
            },
            QuestionKind::Consent => Kind::Consent { checked: self.given.has(name, "on") },
        }
    }

    fn csat(&self, name: &str, look: Look, labels: &[Localized]) -> Kind {
        let end = |label: Option<&Localized>| label.map(|it| self.say(it)).unwrap_or_default();
        let (low, high) = (end(labels.first()), end(labels.last()));
        let stars = self.stars(name, look, labels);
        if look == Look::Labels && !labels.is_empty() {
            let (low, high) = (String::new(), String::new());
            return Kind::Points { class: "labels", points: stars.points, low, high };
        }
        Kind::Stars { stars, low, high }
    }

    fn stars(&self, name: &str, look: Look, labels: &[Localized]) -> Stars {
        let point = |value: u8| {
            let at = usize::from(value) - 1;
            let text = labels.get(at).map(|it| self.say(it)).unwrap_or_default();
            Point {
                value,
                spoken: self.spoken(value, CSAT_MAX, &text),
                drawing: if look == Look::Faces { FACES[at] } else { STAR },
                checked: self.given.has(name, &value.to_string()),
                text,
            }
        };
        Stars {
            name: name.to_owned(),
            look: look.code(),
            points: (1..=CSAT_MAX).map(point).collect(),
        }
    }

    /// "4 of 5, satisfied".
    fn spoken(&self, value: u8, of: u8, text: &str) -> String {
        let values =
            [("value", value.to_string()), ("of", of.to_string()), ("text", text.to_owned())];
        let key = if text.is_empty() { "page.point" } else { "page.point_called" };
        self.words.fill(key, &values)
    }

    fn scale(
        &self,
        name: &str,
        class: &'static str,
        (from, to): (u8, u8),
        (low, high): (&Localized, &Localized),
    ) -> Kind {
        let (low, high) = (self.say(low), self.say(high));
        let point = |value: u8| {
            let end = match value {
                it if it == from => low.as_str(),
                it if it == to => high.as_str(),
                _ => "",
            };
            Point {
                value,
                text: value.to_string(),
                spoken: self.spoken(value, to, end),
                drawing: "",
                checked: self.given.has(name, &value.to_string()),
            }
        };
        let points = (from..=to).map(point).collect();
        Kind::Points { class, points, low, high }
    }

    fn choice(&self, question: &Question, name: &str, input: &'static str) -> Kind {
        let option = |it: &domain::collect::question::Choice| OptionView {
            text: self.say(&it.text),
            checked: self.given.has(name, &it.key),
            key: it.key.clone(),
        };
        Kind::Choice { input, options: question.options().iter().map(option).collect() }
    }
}
