//! The languages people read. More by adding one here and one file of words.

use serde::{Deserialize, Serialize};

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
pub enum Language {
    #[default]
    #[serde(rename = "zh-CN")]
    Chinese,
    #[serde(rename = "en")]
    English,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language of a tag, by its first part: `zh-Hant-TW` is read as Chinese.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|it| {
            it.tag().split('-').next().is_some_and(|ours| ours.eq_ignore_ascii_case(primary))
        })
    }

    /// The best of an `Accept-Language` header. `None` when it asks for nothing we have.
    ///
    /// Source: RFC 9110, 12.5.4 (weights from 0 to 1, 1 where none is given).
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for item in header.split(',') {
            let mut parts = item.split(';');
            let Some(language) = parts.next().and_then(Self::of_tag) else { continue };
            let weight = parts
                .find_map(|it| it.trim().strip_prefix("q="))
                .map_or(Some(1.0), |it| it.parse::<f32>().ok())
                .unwrap_or(0.0);
            if 0.0 < weight && best.is_none_or(|(most, _)| most < weight) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<Language>) {
        assert_eq!(Language::accepted(header), expected, "{header}");
    }

    #[test]
    fn the_reader_gets_the_language_asked_for() {
        check("zh-CN,zh;q=0.9,en;q=0.8", Some(Language::Chinese));
        check("en-US,en;q=0.9,zh-CN;q=0.8", Some(Language::English));
        check("fr, en;q=0.3, zh;q=0.5", Some(Language::Chinese));
        check("zh;q=0, en", Some(Language::English));
        check("fr-FR", None);
        check("", None);
        check(";;;q=zz,,", None);
    }
}
