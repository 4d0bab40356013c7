//! What every page of the customer's shares: words, language, style, the company's name.

use app::words;
use axum::http::{HeaderMap, HeaderValue, header};
use domain::language::Language;

use crate::App;

pub const CSS: &str = include_str!("../../assets/page.css");

/// Remembers the language chosen by hand.
const COOKIE: &str = "huisheng_language";

/// The sentences of one language.
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Language);

impl Words {
    pub fn say(self, key: &str) -> String {
        words::say(self.0, key)
    }

    pub fn fill(self, key: &str, values: &[(&str, String)]) -> String {
        words::fill(self.0, key, values)
    }

    pub fn tag(self) -> &'static str {
        self.0.tag()
    }
}

/// A language the same page can be read in.
pub struct Other {
    pub tag: String,
    pub name: String,
}

pub struct Head {
    pub words: Words,
    /// The language of the page, which a form may speak while the house does not.
    pub lang: String,
    pub nonce: String,
    pub title: String,
    pub tenant: String,
    pub others: Vec<Other>,
    pub css: &'static str,
    /// Style of this page alone.
    pub rules: String,
}

impl Head {
    pub fn new(app: &App, words: Words, tenant: String) -> Self {
        let others = Language::ALL.iter().filter(|it| **it != words.0);
        let others = others.map(|it| it.tag().to_owned()).collect::<Vec<_>>();
        Self {
            words,
            lang: words.tag().to_owned(),
            nonce: super::nonce(app),
            title: String::new(),
            tenant,
            others: others.into_iter().map(Other::of).collect(),
            css: CSS,
            rules: String::new(),
        }
    }

    pub fn titled(mut self, title: String) -> Self {
        self.title = title;
        self
    }

    /// The page of a form, in the language `lang` of its `languages`.
    pub fn speaking(mut self, lang: &str, languages: &[String]) -> Self {
        let others = languages.iter().filter(|it| *it != lang);
        self.others = others.cloned().map(Other::of).collect();
        lang.clone_into(&mut self.lang);
        self
    }
}

impl Other {
    /// A language is called as its own readers call it.
    fn of(tag: String) -> Self {
        let known = Language::ALL.into_iter().find(|it| it.tag() == tag);
        let name = known.map_or_else(|| tag.clone(), |it| words::say(it, "page.this_language"));
        Self { tag, name }
    }
}

/// The languages a reader asks for, the dearest first: chosen just now, chosen before, the
/// browser's in their order of weight, the company's own.
pub fn wanted(chosen: Option<&str>, headers: &HeaderMap, tenant: Language) -> Vec<String> {
    let mut wanted: Vec<String> = chosen.map(str::to_owned).into_iter().collect();
    wanted.extend(cookie(headers));
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    let mut weighed: Vec<(f32, &str)> = accepted
        .unwrap_or("")
        .split(',')
        .filter_map(|item| {
            let (tag, weight) = item.split_once(";q=").unwrap_or((item, "1"));
            Some((weight.trim().parse().ok()?, tag.trim()))
        })
        .filter(|(weight, tag): &(f32, &str)| 0.0 < *weight && !tag.is_empty())
        .collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    wanted.extend(weighed.into_iter().map(|(_, tag)| tag.to_owned()));
    wanted.push(tenant.tag().to_owned());
    wanted
}

/// The words of the house for a reader: the first of `wanted` that we have.
pub fn words_for(wanted: &[String], tenant: Language) -> Words {
    Words(wanted.iter().find_map(|it| Language::of_tag(it)).unwrap_or(tenant))
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// Keeps the language chosen by hand for a year. `None` for what is no language tag.
pub fn remember(chosen: &str) -> Option<HeaderValue> {
    let tag =
        chosen.len() <= 35 && chosen.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
    let value = format!("{COOKIE}={chosen}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    HeaderValue::from_str(&value).ok().filter(|_| tag && !chosen.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_by_hand_goes_before_what_the_browser_asks() {
        let mut headers = HeaderMap::new();
        headers
            .insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("fr;q=0.4, en-GB, de;q=0"));
        let tags = |chosen| wanted(chosen, &headers, Language::Chinese);
        assert_eq!(tags(None), ["en-GB", "fr", "zh-CN"]);
        assert_eq!(tags(Some("zh-CN"))[0], "zh-CN");
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; huisheng_language=zh-CN"));
        assert_eq!(wanted(None, &headers, Language::English)[..2], ["zh-CN", "en-GB"]);
    }

    #[test]
    fn only_a_language_is_remembered() {
        assert!(remember("zh-CN").is_some());
        assert!(remember("en; Domain=evil").is_none() && remember("").is_none());
    }
}
