//! A text in several languages, and the rule for a reader whose language is missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The house's first language: what a reader gets when nothing nearer exists.
pub const FIRST_LANGUAGE: &str = "zh-CN";

/// Language tag (BCP 47, "zh-CN", "en") to text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct Localized(pub BTreeMap<String, String>);

impl Localized {
    /// A text in the two languages every built-in text has.
    pub fn zh_en(zh: &str, en: &str) -> Self {
        Self(BTreeMap::from([
            ("zh-CN".to_owned(), zh.to_owned()),
            ("en".to_owned(), en.to_owned()),
        ]))
    }

    /// The text for a reader of `language`: the exact tag, else the same language of another region
    /// (`zh-TW` reads `zh-CN`, `en-GB` reads `en`), else [`FIRST_LANGUAGE`], else English, else
    /// whatever there is. Empty when there is no text at all. Blank texts count as missing.
    pub fn get(&self, language: &str) -> &str {
        self.exact(language)
            .or_else(|| self.same_base(language))
            .or_else(|| self.exact(FIRST_LANGUAGE))
            .or_else(|| self.exact("en"))
            .or_else(|| self.0.values().map(String::as_str).find(|text| !text.trim().is_empty()))
            .unwrap_or_default()
    }

    /// The text in exactly this language, `None` when missing or blank.
    pub fn exact(&self, language: &str) -> Option<&str> {
        let entry = self.0.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language));
        entry.map(|(_, text)| text.as_str()).filter(|text| !text.trim().is_empty())
    }

    fn same_base(&self, language: &str) -> Option<&str> {
        let wanted = base(language);
        let near = self
            .0
            .iter()
            .find(|(tag, text)| base(tag).eq_ignore_ascii_case(wanted) && !text.trim().is_empty());
        near.map(|(_, text)| text.as_str())
    }

    /// No text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| text.trim().is_empty())
    }

    /// Characters of the longest of the texts.
    pub fn longest_chars(&self) -> usize {
        self.0.values().map(|text| text.chars().count()).max().unwrap_or(0)
    }
}

/// `zh` of `zh-CN`.
fn base(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[(&str, &str)], language: &str, expected: &str) {
        let texts = texts.iter().map(|&(tag, text)| (tag.to_owned(), text.to_owned()));
        assert_eq!(Localized(texts.collect()).get(language), expected);
    }

    #[test]
    fn a_reader_gets_the_nearest_language_there_is() {
        let both = [("zh-CN", "好"), ("en", "good")];
        check(&both, "en", "good");
        check(&both, "EN-gb", "good");
        check(&both, "zh-TW", "好");
        check(&both, "zh", "好");
        check(&both, "fr", "好");
        check(&[("en", "good"), ("de", "gut")], "fr", "good");
        check(&[("de", "gut")], "fr", "gut");
        check(&[("zh-CN", "  "), ("en", "good")], "zh-CN", "good");
        check(&[], "en", "");
    }
}
