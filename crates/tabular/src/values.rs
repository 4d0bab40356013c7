//! Numbers and yes or no as people write them: full-width digits, thousands, percent, 是 and 否.

use serde::{Deserialize, Serialize};

/// `text` with full-width characters made half-width, odd spaces made plain, and trimmed.
pub fn half_width(text: &str) -> String {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{200b}' | '\u{feff}' => ' ',
        '\u{2212}' | '\u{2013}' => '-',
        other => other,
    };
    text.chars().map(half).collect::<String>().trim().to_owned()
}

/// Which mark stands before the fraction; the other one may group thousands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    #[default]
    Point,
    Comma,
}

/// An exact decimal: `mantissa / 10^scale`. `94.01%` is 9401 with scale 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub mantissa: i64,
    pub scale: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("not a number")]
    NotANumber,
    #[error("a number with more digits than can be kept exactly")]
    TooLong,
    #[error("not a whole number")]
    NotWhole,
}

impl Number {
    /// Reads `-1,234.50`, `１２３`, `94.01%`, `(12)` as minus twelve, `+3`. Groups of thousands must be
    /// groups of three, so that `1,5` is refused rather than read as fifteen.
    pub fn parse(text: &str, mark: DecimalMark) -> Result<Self, NumberError> {
        let text = half_width(text);
        let (text, in_brackets) = match text.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
            Some(inner) => (inner.trim(), true),
            None => (text.as_str(), false),
        };
        let (text, percent) = match text.strip_suffix('%') {
            Some(rest) => (rest.trim_end(), 2),
            None => (text, 0),
        };
        let (text, is_negative) = match text.strip_prefix('-') {
            Some(rest) if !in_brackets => (rest, true),
            _ => (text.strip_prefix('+').unwrap_or(text), in_brackets),
        };
        let (point, group) = match mark {
            DecimalMark::Point => ('.', ','),
            DecimalMark::Comma => (',', '.'),
        };
        let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
        let mut digits = ungroup(whole, group).ok_or(NumberError::NotANumber)?;
        let is_digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(fraction) || digits.is_empty() && fraction.is_empty() {
            return Err(NumberError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        digits.push_str(fraction);
        let mantissa: i64 = digits.parse().map_err(|_| NumberError::TooLong)?;
        let scale = u32::try_from(fraction.len()).map_err(|_| NumberError::TooLong)? + percent;
        Ok(Self { mantissa: if is_negative { -mantissa } else { mantissa }, scale })
    }

    /// The whole number it is, or an error if it has a fraction.
    pub fn whole(self) -> Result<i64, NumberError> {
        self.scaled(0)
    }

    /// As a whole number of units of `10^-places`: `94.01%` with 4 places is 9401 basis points.
    pub fn scaled(self, places: u32) -> Result<i64, NumberError> {
        let power = |digits: u32| 10_i64.checked_pow(digits).ok_or(NumberError::TooLong);
        if self.scale <= places {
            let factor = power(places - self.scale)?;
            return self.mantissa.checked_mul(factor).ok_or(NumberError::TooLong);
        }
        let divisor = power(self.scale - places)?;
        if self.mantissa % divisor == 0 {
            Ok(self.mantissa / divisor)
        } else {
            Err(NumberError::NotWhole)
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "for display and comparison, not for accounts")]
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / 10_f64.powi(i32::try_from(self.scale).unwrap_or(i32::MAX))
    }
}

/// The digits of `whole` without its groups, or `None` if it is not grouped by three.
fn ungroup(whole: &str, mark: char) -> Option<String> {
    let mark = if whole.contains(' ') { ' ' } else { mark };
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let rest: Vec<_> = groups.collect();
    let is_grouped = rest.is_empty() || (1..=3).contains(&first.len());
    let sound = is_grouped && rest.iter().all(|it| it.len() == 3);
    let digits: String = std::iter::once(first).chain(rest).collect();
    (sound && digits.bytes().all(|it| it.is_ascii_digit())).then_some(digits)
}

/// The decimal marks under which every non-empty one of `samples` is a number. Both, when nothing in
/// them tells the marks apart; the caller asks if their values then differ.
pub fn propose_marks(samples: &[&str]) -> Vec<DecimalMark> {
    let reads = |mark: DecimalMark| {
        let mut filled = samples.iter().filter(|it| !it.trim().is_empty()).peekable();
        filled.peek().is_some() && filled.all(|it| Number::parse(it, mark).is_ok())
    };
    let mut marks = vec![DecimalMark::Point, DecimalMark::Comma];
    marks.retain(|&it| reads(it));
    let differ = samples
        .iter()
        .filter(|it| !it.trim().is_empty())
        .any(|it| Number::parse(it, DecimalMark::Point) != Number::parse(it, DecimalMark::Comma));
    if marks.len() == 2 && !differ {
        marks.truncate(1);
    }
    marks
}

/// Yes and no in the words of both languages; `None` for anything else.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match half_width(text).to_lowercase().as_str() {
        "1" | "y" | "yes" | "true" | "t" | "on" | "是" | "有" | "对" | "已" | "真" | "√" | "✓" => {
            Some(true)
        }
        "0" | "n" | "no" | "false" | "f" | "off" | "否" | "无" | "不" | "未" | "假" | "×" | "✗" => {
            Some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::DecimalMark::{Comma, Point};
    use super::*;

    #[track_caller]
    fn check(text: &str, mark: DecimalMark, expected: Option<(i64, u32)>) {
        let actual = Number::parse(text, mark).ok().map(|it| (it.mantissa, it.scale));
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn numbers_as_people_write_them() {
        check("5", Point, Some((5, 0)));
        check(" -1,234.50 ", Point, Some((-12_345, 1)));
        check("１２３．５", Point, Some((1_235, 1)));
        check("94.01%", Point, Some((9_401, 4)));
        check("１００％", Point, Some((100, 2)));
        check("(12)", Point, Some((-12, 0)));
        check("1 234", Point, Some((1_234, 0)));
        check("1.234,5", Comma, Some((12_345, 1)));
        check("1,5", Comma, Some((15, 1)));
        check(".5", Point, Some((5, 1)));
        for wrong in
            ["", "1,5", "12,34,567", "1.2.3", "五", "--1", "1e5", "-", ".", "%", "(-1)", "1 2"]
        {
            check(wrong, Point, None);
        }
    }

    #[test]
    fn whole_numbers_and_basis_points() {
        let number = |text| Number::parse(text, Point).unwrap();
        assert_eq!(number("5.00").whole(), Ok(5));
        assert_eq!(number("5.5").whole(), Err(NumberError::NotWhole));
        assert_eq!(number("94.01%").scaled(4), Ok(9_401));
        assert_eq!(number("100%").whole(), Ok(1));
        assert_eq!(number("9223372036854775807").scaled(1), Err(NumberError::TooLong));
    }

    #[test]
    fn the_mark_is_asked_for_only_when_it_matters() {
        assert_eq!(propose_marks(&["1", "", "20"]), [Point]);
        assert_eq!(propose_marks(&["1,234", "5"]), [Point, Comma]);
        assert_eq!(propose_marks(&["1,5"]), [Comma]);
        assert_eq!(propose_marks(&["1.55"]), [Point]);
        assert!(propose_marks(&["x"]).is_empty());
    }

    #[test]
    fn yes_and_no() {
        assert_eq!(yes_or_no(" Ｙ "), Some(true));
        assert_eq!(yes_or_no("否"), Some(false));
        assert_eq!(yes_or_no("maybe"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_plainly_is_read_exactly(mantissa: i32, scale in 0_u32..6) {
            let sign = if mantissa < 0 { "-" } else { "" };
            let power = 10_i64.pow(scale);
            let size = i64::from(mantissa).abs();
            let width = scale as usize;
            let text = format!("{sign}{}.{:0width$}", size / power, size % power);
            let number = Number::parse(&text, Point).unwrap();
            prop_assert_eq!(number.scaled(scale), Ok(i64::from(mantissa)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = Number::parse(&text, Point);
            let _ = Number::parse(&text, Comma);
            let _ = yes_or_no(&text);
        }
    }
}
