//! Which language and which script a text is written in.

use serde::{Deserialize, Serialize};

use crate::fold::simplified;

/// What a text is written in. `Other` has letters of neither; `Unknown` has no letters at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "zh-Hans")]
    SimplifiedChinese,
    #[serde(rename = "zh-Hant")]
    TraditionalChinese,
    #[serde(rename = "en")]
    English,
    #[serde(rename = "other")]
    Other,
    #[serde(rename = "und")]
    Unknown,
}

impl Language {
    pub fn is_chinese(self) -> bool {
        matches!(self, Self::SimplifiedChinese | Self::TraditionalChinese)
    }
}

/// A Chinese character says about as much as an English word of five letters.
const LETTERS_A_CHARACTER: usize = 5;
/// Enough to know.
const CHARS_READ_MAX: usize = 4_000;

/// The language that carries most of the text.
pub fn detect(text: &str) -> Language {
    let (mut han, mut traditional, mut latin, mut other) = (0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars().take(CHARS_READ_MAX) {
        match c {
            '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' => {
                han += 1;
                traditional += usize::from(simplified(c) != c);
            }
            // Kana beside Chinese characters is Japanese: neither of ours.
            '\u{3040}'..='\u{30ff}' => other += 4 * LETTERS_A_CHARACTER,
            'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ' => latin += 1,
            _ if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    let chinese = han * LETTERS_A_CHARACTER;
    if chinese + latin + other == 0 {
        Language::Unknown
    } else if chinese >= latin && chinese >= other {
        // One or two shared forms (著, 乾) do not make a text traditional.
        if traditional * 10 >= han {
            Language::TraditionalChinese
        } else {
            Language::SimplifiedChinese
        }
    } else if latin >= other * 2 {
        Language::English
    } else {
        Language::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_carries_the_text() {
        for (text, expected) in [
            ("客服态度很好", Language::SimplifiedChinese),
            ("客服態度很好", Language::TraditionalChinese),
            ("APP 闪退", Language::SimplifiedChinese),
            ("The app crashes", Language::English),
            ("the 客服 person was rude and did not answer", Language::English),
            ("とても良いサービスでした", Language::Other),
            ("Очень плохо", Language::Other),
            ("12345 !!", Language::Unknown),
            ("", Language::Unknown),
        ] {
            assert_eq!(detect(text), expected, "{text}");
        }
    }
}
