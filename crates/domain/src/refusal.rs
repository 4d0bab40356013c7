//! Why the product says no: one shape for every rule, with words kept elsewhere.

use std::fmt;

/// A rule said no. Programs read `code`; people read the sentence that belongs to it
/// (`error.CODE` in the words of each language), filled with `params`.
///
/// Enums of one subject (say, of a form's faults) convert into it by `From`, so that a use case
/// can say `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub class: Class,
    /// Stable, `snake_case`.
    pub code: &'static str,
    pub params: Vec<(&'static str, String)>,
    /// Where in the caller's input, as in `questions.2.key`. `None`: the whole.
    pub field: Option<String>,
    /// Further faults of the same input, so that a person mends them all at once.
    pub also: Vec<Refusal>,
}

/// What kind of no it is; the door makes a status of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The input breaks a rule.
    Invalid,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// It was possible before, or will be: the thing is in another state.
    Conflict,
    /// The caller may not.
    Forbidden,
    /// It was there and is over, as an expired link is.
    Gone,
    /// Again later.
    TooMany,
    /// Nothing is wrong with it, but too much waits already: the same again in a moment.
    Busy,
}

impl Refusal {
    pub fn new(class: Class, code: &'static str) -> Self {
        Self { class, code, params: vec![], field: None, also: vec![] }
    }

    pub fn invalid(code: &'static str) -> Self {
        Self::new(Class::Invalid, code)
    }

    /// `what` is the word of the thing (`case`, `customer`), named in both languages by `thing.WHAT`.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(Class::NotFound, "not_found").with("thing", what)
    }

    pub fn conflict(code: &'static str) -> Self {
        Self::new(Class::Conflict, code)
    }

    pub fn forbidden(code: &'static str) -> Self {
        Self::new(Class::Forbidden, code)
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// One refusal of many faults; `None` when there are none.
    pub fn of(faults: Vec<Refusal>) -> Option<Self> {
        let mut faults = faults.into_iter();
        let mut first = faults.next()?;
        first.also.extend(faults);
        Some(first)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        for (name, value) in &self.params {
            write!(f, " {name}={value}")?;
        }
        match &self.field {
            Some(field) => write!(f, " at {field}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}
