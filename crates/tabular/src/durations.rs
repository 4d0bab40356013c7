//! How long something took, as exports write it: `00:03:24`, `3:24`, `204`, `3分24秒`, `PT3M24S`.

use serde::{Deserialize, Serialize};

use crate::values::{DecimalMark, Number, half_width};

/// One way of writing a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DurationFormat {
    /// `00:03:24`, `27:00:00`.
    HoursMinutesSeconds,
    /// `03:24` is three minutes.
    MinutesSeconds,
    /// `03:24` is three hours.
    HoursMinutes,
    /// `3分24秒`, `1小时2分`, `1h 2m 3s`, `PT3M24S`.
    Words,
    Seconds,
    Minutes,
    Milliseconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a duration in the chosen format")]
pub struct DurationError;

impl DurationFormat {
    pub const ALL: [Self; 7] = [
        Self::HoursMinutesSeconds,
        Self::MinutesSeconds,
        Self::HoursMinutes,
        Self::Words,
        Self::Seconds,
        Self::Minutes,
        Self::Milliseconds,
    ];

    /// Milliseconds, never negative.
    pub fn parse_ms(self, text: &str) -> Result<i64, DurationError> {
        let text = half_width(text).to_lowercase();
        let ms = match self {
            Self::HoursMinutesSeconds => clock(&text, 3, 3_600_000),
            Self::MinutesSeconds => clock(&text, 2, 60_000),
            Self::HoursMinutes => clock(&text, 2, 3_600_000),
            Self::Words => words(&text),
            Self::Seconds => number(&text, 1_000),
            Self::Minutes => number(&text, 60_000),
            Self::Milliseconds => number(&text, 1),
        };
        ms.filter(|it| 0 <= *it).ok_or(DurationError)
    }
}

fn number(text: &str, unit_ms: i64) -> Option<i64> {
    let number = Number::parse(text, DecimalMark::Point).ok()?;
    let scaled = i128::from(number.mantissa) * i128::from(unit_ms);
    let divisor = 10_i128.checked_pow(number.scale)?;
    i64::try_from((scaled + divisor / 2).div_euclid(divisor)).ok()
}

/// `parts` numbers between colons, the first one of `first_ms`, the others under 60; only the last may
/// have a fraction.
fn clock(text: &str, parts: usize, first_ms: i64) -> Option<i64> {
    let fields: Vec<_> = text.split(':').collect();
    if fields.len() != parts {
        return None;
    }
    let (mut unit_ms, mut sum) = (first_ms, 0_i64);
    for (nth, field) in fields.iter().enumerate() {
        let is_last = nth + 1 == parts;
        let shape = |c: char| c.is_ascii_digit() || is_last && c == '.';
        if field.is_empty() || !field.chars().all(shape) {
            return None;
        }
        let ms = number(field, unit_ms)?;
        if 0 < nth && 60 * unit_ms <= ms {
            return None;
        }
        sum = sum.checked_add(ms)?;
        unit_ms /= 60;
    }
    Some(sum)
}

/// Units by their first letters, largest first, so that `m` is a minute wherever it stands.
fn unit_ms(word: &str) -> Option<i64> {
    match word {
        "天" | "日" | "d" | "day" | "days" => Some(86_400_000),
        "小时" | "时" | "钟头" | "h" | "hr" | "hrs" | "hour" | "hours" => Some(3_600_000),
        "分" | "分钟" | "m" | "min" | "mins" | "minute" | "minutes" => Some(60_000),
        "秒" | "秒钟" | "s" | "sec" | "secs" | "second" | "seconds" => Some(1_000),
        "毫秒" | "ms" => Some(1),
        _ => None,
    }
}

fn words(text: &str) -> Option<i64> {
    let text = match text.strip_prefix('p') {
        // ISO 8601: letters after the T are units like any others; before it `m` would be months.
        Some(rest) => {
            let (days, time) = rest.split_once('t').unwrap_or((rest, ""));
            if !days.is_empty() && !days.ends_with('d') {
                return None;
            }
            format!("{days} {time}")
        }
        None => text.replace('个', ""),
    };
    let mut rest = text.trim();
    let (mut sum, mut last_ms) = (0_i64, i64::MAX);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, after) = rest.split_at(digits);
        let after = after.trim_start();
        let end = after.find(|c: char| c.is_ascii_digit() || c.is_whitespace());
        let (word, after) = after.split_at(end.unwrap_or(after.len()));
        let unit = unit_ms(word.trim())?;
        if last_ms <= unit {
            return None;
        }
        last_ms = unit;
        sum = sum.checked_add(number(amount, unit)?)?;
        rest = after.trim_start();
    }
    (last_ms != i64::MAX).then_some(sum)
}

/// The formats that read every non-empty one of `samples`, best first. `header` may name the unit
/// ("Speed of answer in seconds", 时长（分钟）), which settles bare numbers.
pub fn propose(header: &str, samples: &[&str]) -> Vec<DurationFormat> {
    let reads = |format: DurationFormat| {
        let mut filled = samples.iter().filter(|it| !it.trim().is_empty()).peekable();
        filled.peek().is_some() && filled.all(|it| format.parse_ms(it).is_ok())
    };
    let mut formats: Vec<_> = DurationFormat::ALL.into_iter().filter(|&it| reads(it)).collect();
    if let Some(unit) = unit_of(header).filter(|it| formats.contains(it)) {
        formats = vec![unit];
    }
    formats
}

fn unit_of(header: &str) -> Option<DurationFormat> {
    let header = half_width(header).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|it| header.contains(it));
    let says = |word: &str| header.split(|c: char| !c.is_alphanumeric()).any(|it| it == word);
    if has(&["毫秒", "millisecond"]) || says("ms") {
        Some(DurationFormat::Milliseconds)
    } else if has(&["秒", "second"]) || says("s") || says("sec") {
        Some(DurationFormat::Seconds)
    } else if has(&["分钟", "minute"]) || says("min") {
        Some(DurationFormat::Minutes)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::DurationFormat::*;
    use super::*;

    #[track_caller]
    fn check(text: &str, format: DurationFormat, expected_ms: Option<i64>) {
        assert_eq!(format.parse_ms(text).ok(), expected_ms, "{text:?}");
    }

    #[test]
    fn durations_as_exports_write_them() {
        check("00:03:24", HoursMinutesSeconds, Some(204_000));
        check("27:00:00.5", HoursMinutesSeconds, Some(97_200_500));
        check("00:60:00", HoursMinutesSeconds, None);
        check("3:24", MinutesSeconds, Some(204_000));
        check("90:00", MinutesSeconds, Some(5_400_000));
        check("3:24", HoursMinutes, Some(12_240_000));
        check("3:24", HoursMinutesSeconds, None);
        check("-1:00:00", HoursMinutesSeconds, None);
        check("204", Seconds, Some(204_000));
        check("２０４", Seconds, Some(204_000));
        check("1.5", Minutes, Some(90_000));
        check("-5", Seconds, None);
        check("", Seconds, None);
        check("3分24秒", Words, Some(204_000));
        check("1 小时 2 分钟", Words, Some(3_720_000));
        check("1个小时", Words, Some(3_600_000));
        check("1h 2m 3s", Words, Some(3_723_000));
        check("2 days 3 hours", Words, Some(183_600_000));
        check("PT3M24S", Words, Some(204_000));
        check("P1DT1H", Words, Some(90_000_000));
        check("P3M", Words, None);
        check("3s 2m", Words, None);
        check("3", Words, None);
        check("分", Words, None);
    }

    #[test]
    fn what_is_ambiguous_is_proposed_twice() {
        assert_eq!(propose("通话时长", &["00:03:24", ""]), [HoursMinutesSeconds]);
        assert_eq!(propose("talk", &["3:24"]), [MinutesSeconds, HoursMinutes]);
        assert_eq!(propose("talk", &["75:24"]), [MinutesSeconds, HoursMinutes]);
        assert_eq!(propose("talk", &["204"]), [Seconds, Minutes, Milliseconds]);
        assert_eq!(propose("Speed of answer in seconds", &["204"]), [Seconds]);
        assert_eq!(propose("时长（分钟）", &["204"]), [Minutes]);
        assert!(propose("talk", &["x"]).is_empty());
        assert!(propose("talk", &[""]).is_empty());
    }
}
