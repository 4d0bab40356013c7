//! Points in time as exports write them. What could mean two things is never decided here: the
//! proposal names both, and whoever imports chooses.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::values::{DecimalMark, Number, half_width};

/// Two-digit years below this one are of the 2000s, as POSIX has it.
const PIVOT_YEAR: i16 = 69;

/// One way of writing a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateFormat {
    /// `2026-09-03T14:05:00+08:00`, `2026/9/3 14:05`, `2026.09.03`.
    YearFirst,
    /// `03/09/2026` is the third of September.
    DayFirst,
    /// `03/09/2026` is the ninth of March.
    MonthFirst,
    /// `26/09/03` is in 2026.
    ShortYearFirst,
    /// `2026年9月3日 下午2:05`.
    Chinese,
    /// `Sep 3, 2026 2:05 PM`, `3 September 2026`, `Thu, 03 Sep 2026 14:05:00 +0800`.
    MonthName,
    /// `20260903`, `20260903140500`.
    Compact,
    /// Days since the end of 1899, as a spreadsheet counts.
    ExcelSerial,
    /// Days since 1904, as old spreadsheets of the Macintosh count.
    ExcelSerial1904,
    UnixSeconds,
    UnixMilliseconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    #[error("not a point in time in the chosen format")]
    NotADate,
    #[error("the chosen formats read it differently")]
    Ambiguous,
    #[error("outside the years 1900 to 2200")]
    OutOfRange,
}

/// A wall clock somewhere, or a moment everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Local(DateTime),
    Exact(Timestamp),
}

impl DateFormat {
    pub const ALL: [Self; 11] = [
        Self::YearFirst,
        Self::DayFirst,
        Self::MonthFirst,
        Self::ShortYearFirst,
        Self::Chinese,
        Self::MonthName,
        Self::Compact,
        Self::ExcelSerial,
        Self::ExcelSerial1904,
        Self::UnixSeconds,
        Self::UnixMilliseconds,
    ];

    /// Whether `text` can be read this way.
    pub fn reads(self, text: &str) -> bool {
        self.read(text).is_some()
    }

    /// The moment; a local time is one of `zone`, a date alone its first moment. A local time that the
    /// clocks jumped over moves on by the jump, one that they showed twice is the first.
    pub fn parse(self, text: &str, zone: &TimeZone) -> Result<Timestamp, DateError> {
        let at = match self.read(text).ok_or(DateError::NotADate)? {
            Reading::Exact(at) => at,
            Reading::Local(local) => {
                local.to_zoned(zone.clone()).map_err(|_| DateError::OutOfRange)?.timestamp()
            }
        };
        let year = at.to_zoned(TimeZone::UTC).year();
        if (1900..=2200).contains(&year) { Ok(at) } else { Err(DateError::OutOfRange) }
    }

    /// The moment by the one reading all `formats` agree on that can read `text` at all.
    pub fn parse_any(
        formats: &[Self],
        text: &str,
        zone: &TimeZone,
    ) -> Result<Timestamp, DateError> {
        let mut found = Err(DateError::NotADate);
        for format in formats {
            match (format.parse(text, zone), found) {
                (Ok(at), Ok(before)) if at != before => return Err(DateError::Ambiguous),
                (Ok(at), _) => found = Ok(at),
                (Err(DateError::OutOfRange), Err(_)) => found = Err(DateError::OutOfRange),
                (Err(_), _) => {}
            }
        }
        found
    }

    fn read(self, text: &str) -> Option<Reading> {
        let text = half_width(text);
        match self {
            Self::YearFirst => numeric(&text, [0, 1, 2], 4),
            Self::DayFirst => numeric(&text, [2, 1, 0], 4).or(numeric(&text, [2, 1, 0], 2)),
            Self::MonthFirst => numeric(&text, [2, 0, 1], 4).or(numeric(&text, [2, 0, 1], 2)),
            Self::ShortYearFirst => numeric(&text, [0, 1, 2], 2),
            Self::Chinese => chinese(&text),
            Self::MonthName => month_name(&text),
            Self::Compact => compact(&text),
            Self::ExcelSerial => serial(&text, date(1899, 12, 30)),
            Self::ExcelSerial1904 => serial(&text, date(1904, 1, 1)),
            Self::UnixSeconds => unix(&text, 10, 1_000),
            Self::UnixMilliseconds => unix(&text, 13, 1),
        }
    }
}

fn number<T: std::str::FromStr>(
    digits: &str,
    lengths: std::ops::RangeInclusive<usize>,
) -> Option<T> {
    let is_digits = digits.bytes().all(|it| it.is_ascii_digit());
    (is_digits && lengths.contains(&digits.len())).then(|| digits.parse().ok()).flatten()
}

/// Three numbers with one separator between them, then perhaps a time. `order` says where year, month
/// and day stand, `year_digits` how many digits the year has.
fn numeric(text: &str, order: [usize; 3], year_digits: usize) -> Option<Reading> {
    let separator =
        text.chars().find(|it| !it.is_ascii_digit()).filter(|it| "-/.".contains(*it))?;
    let end = text
        .char_indices()
        .find(|&(_, it)| !it.is_ascii_digit() && it != separator)
        .map_or(text.len(), |(at, _)| at);
    let (day, rest) = text.split_at(end);
    let fields: Vec<_> = day.split(separator).collect();
    let [_, _, _] = fields[..] else { return None };
    let year = number(fields[order[0]], year_digits..=year_digits)?;
    let month = number(fields[order[1]], 1..=2)?;
    let day = number(fields[order[2]], 1..=2)?;
    let day = Date::new(if year_digits == 2 { century(year) } else { year }, month, day).ok()?;
    with_time(day, rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest))
}

fn century(year: i16) -> i16 {
    if year < PIVOT_YEAR { 2_000 + year } else { 1_900 + year }
}

fn with_time(day: Date, text: &str) -> Option<Reading> {
    let text = text.trim().trim_start_matches(',').trim_start();
    if text.is_empty() {
        return Some(Reading::Local(day.to_datetime(Time::midnight())));
    }
    let (clock, offset) = time(text)?;
    let local = day.to_datetime(clock);
    match offset {
        None => Some(Reading::Local(local)),
        Some(offset) => offset.to_timestamp(local).ok().map(Reading::Exact),
    }
}

/// The half of the day a word names, and where in the text the word is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Noon,
    Afternoon,
}

const HALVES: [(&str, Half); 14] = [
    ("上午", Half::Morning),
    ("凌晨", Half::Morning),
    ("清晨", Half::Morning),
    ("早上", Half::Morning),
    ("中午", Half::Noon),
    ("下午", Half::Afternoon),
    ("傍晚", Half::Afternoon),
    ("晚上", Half::Afternoon),
    ("a.m.", Half::Morning),
    ("p.m.", Half::Afternoon),
    ("am", Half::Morning),
    ("pm", Half::Afternoon),
    ("午前", Half::Morning),
    ("午後", Half::Afternoon),
];

/// `14:05`, `14:05:00.123`, `下午2:05`, `2:05 PM`, `14时05分`, each perhaps with an offset behind.
fn time(text: &str) -> Option<(Time, Option<Offset>)> {
    let lower = text.to_lowercase();
    let half = HALVES.iter().find(|(word, _)| lower.contains(word));
    let plain = half.map_or(lower.clone(), |(word, _)| lower.replacen(word, " ", 1));
    let plain = plain.replace(['时', '点', '分'], ":").replace('秒', "");
    let (clock, offset) = split_offset(plain.trim())?;
    let clock = clock.trim_end_matches(':').trim();
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let fields: Vec<_> = clock.split(':').map(str::trim).collect();
    let (hour, minute, second) = match fields[..] {
        [hour] if half.is_some() || text.contains(['时', '点']) => (hour, "0", "0"),
        [hour, minute] => (hour, minute, "0"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    let hour = in_half(number(hour, 1..=2)?, half.map(|it| it.1))?;
    let nanosecond = if fraction.is_empty() {
        0
    } else {
        let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        if fields.len() < 3
            || 12 < fraction.len()
            || !fraction.bytes().all(|it| it.is_ascii_digit())
        {
            return None;
        }
        number(&digits, 9..=9)?
    };
    let clock = Time::new(hour, number(minute, 1..=2)?, number(second, 1..=2)?, nanosecond).ok()?;
    Some((clock, offset))
}

/// Hours of 24 from hours of 12. Twelve at night is refused when the word leaves open which one.
fn in_half(hour: i8, half: Option<Half>) -> Option<i8> {
    match (half, hour) {
        (None, _)
        | (Some(Half::Morning), 0..=11)
        | (Some(Half::Noon), 11 | 12)
        | (Some(Half::Afternoon), 12..=23) => Some(hour),
        (Some(Half::Morning), 12) => Some(0),
        (Some(Half::Noon), 1 | 2) | (Some(Half::Afternoon), 1..=11) => Some(hour + 12),
        _ => None,
    }
}

/// Cuts `z`, `utc`, `+08:00`, `-0300` or `+8` off the end.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    for word in ["utc", "gmt", "z"] {
        if let Some(clock) = text.strip_suffix(word) {
            return Some((clock, Some(Offset::UTC)));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, offset) = text.split_at(at);
    let (sign, digits) = offset.split_at(1);
    let (hours, minutes) = match digits.split_once(':') {
        Some(both) => both,
        None if 2 < digits.len() => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let seconds = number::<i32>(hours, 1..=2)? * 3_600 + number::<i32>(minutes, 1..=2)? * 60;
    let seconds = if sign == "-" { -seconds } else { seconds };
    let clock = clock.trim_end().trim_end_matches("utc").trim_end_matches("gmt");
    Some((clock, Some(Offset::from_seconds(seconds).ok()?)))
}

fn chinese(text: &str) -> Option<Reading> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let (day, rest) = rest.split_once(['日', '号'])?;
    let day = Date::new(
        number(year.trim(), 4..=4)?,
        number(month.trim(), 1..=2)?,
        number(day.trim(), 1..=2)?,
    );
    let rest = rest.trim_start();
    // A weekday may stand between the day and the time.
    let rest = match rest.strip_prefix("星期").or(rest.strip_prefix('周')) {
        Some(rest) => rest.strip_prefix(|it| "一二三四五六日天".contains(it))?,
        None => rest,
    };
    with_time(day.ok()?, rest)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Whether `word` is `full` or its beginning of at least three letters.
fn abbreviates(word: &str, full: &str) -> bool {
    3 <= word.len() && full.starts_with(word.trim_end_matches('.'))
}

fn month_name(text: &str) -> Option<Reading> {
    let lower = text.to_lowercase().replace(',', " ");
    let mut month = None;
    let mut numbers = Vec::new();
    let mut clock = Vec::new();
    let is_month = |word: &str| MONTHS.iter().position(|it| abbreviates(word, it));
    for word in lower.split_whitespace() {
        // `03-Sep-26`
        let is_joined = word.split(['-', '/']).any(|it| is_month(it).is_some());
        let parts = word.split(|c| is_joined && (c == '-' || c == '/'));
        for part in parts {
            let bare = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            if let Some(found) = is_month(part) {
                if month.replace(found).is_some() {
                    return None;
                }
            } else if WEEKDAYS.iter().any(|it| abbreviates(part, it)) {
            } else if part.bytes().all(|it| it.is_ascii_digit()) {
                numbers.push(part);
            } else if ["st", "nd", "rd", "th"].contains(&&part[bare.len()..]) {
                numbers.push(bare);
            } else {
                clock.push(part);
            }
        }
    }
    let [first, second] = numbers[..] else { return None };
    // The year is the one of four digits, or else the last.
    let (day, year) = if first.len() == 4 { (second, first) } else { (first, second) };
    let year = match year.len() {
        2 => century(number(year, 2..=2)?),
        _ => number(year, 4..=4)?,
    };
    let month = i8::try_from(month? + 1).ok()?;
    with_time(Date::new(year, month, number(day, 1..=2)?).ok()?, &clock.join(" "))
}

fn compact(text: &str) -> Option<Reading> {
    let digits: String = text.chars().filter(|it| !matches!(it, 'T' | 't' | ' ')).collect();
    if !matches!(digits.len(), 8 | 12 | 14) || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let field = |range: std::ops::Range<usize>| digits.get(range).unwrap_or("00");
    let two = |from: usize| number::<i8>(field(from..from + 2), 2..=2);
    let year: i16 = number(field(0..4), 4..=4).filter(|it| (1900..=2200).contains(it))?;
    let day = Date::new(year, two(4)?, two(6)?).ok()?;
    let clock = Time::new(two(8)?, two(10)?, two(12)?, 0).ok()?;
    Some(Reading::Local(day.to_datetime(clock)))
}

/// Days and their fraction, to the nearest millisecond, of the years 1954 to 2119 or so: a smaller or
/// larger number is more likely something else.
fn serial(text: &str, day_zero: Date) -> Option<Reading> {
    let days = Number::parse(text, DecimalMark::Point).ok()?;
    if text.contains([',', '%', '(', ' ']) || !(20_000.0..80_000.0).contains(&days.to_f64()) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 80 000 days, checked above")]
    let ms = (days.to_f64() * 86_400_000.0).round() as i64;
    let start = day_zero.to_datetime(Time::midnight());
    start.checked_add(SignedDuration::from_millis(ms)).ok().map(Reading::Local)
}

/// From 2001 to 2286 these have exactly that many digits, which is how they are told from a number.
fn unix(text: &str, digits: usize, unit_ms: i64) -> Option<Reading> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    let thousandths: i64 = number(&fraction, 3..=3)?;
    let whole: i64 = number(whole, digits..=digits)?;
    let ms = whole * unit_ms + thousandths * unit_ms / 1_000;
    Timestamp::from_millisecond(ms).ok().map(Reading::Exact)
}

/// What a column seems to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Formats to read it with, together. Empty if it seems to hold no dates.
    pub formats: Vec<DateFormat>,
    /// Formats of which one must be chosen by somebody who knows: the sample fits each of them and
    /// means something else in each. Not among `formats`.
    pub undecided: Vec<DateFormat>,
    /// Non-empty samples, and how many of them no proposed or undecided format reads.
    pub samples: usize,
    pub unread: usize,
    /// Some samples name no offset, so that a time zone must be given.
    pub needs_zone: bool,
}

/// Proposes how to read a column. A column of which less than half is read is taken for no dates.
pub fn propose(samples: &[&str]) -> Proposal {
    let samples: Vec<_> = samples.iter().copied().filter(|it| !it.trim().is_empty()).collect();
    let mut formats = Vec::new();
    for format in DateFormat::ALL {
        if samples.iter().any(|it| format.reads(it)) {
            formats.push(format);
        }
    }
    // A spreadsheet of 1904 says so in the workbook; from bare numbers nobody can tell, and the other
    // epoch is so much more common that it is only used when asked for.
    formats.retain(|it| *it != DateFormat::ExcelSerial1904);
    let undecided = settle_slashes(&samples, &mut formats);
    let all: Vec<_> = formats.iter().chain(&undecided).copied().collect();
    let unread = samples.iter().filter(|text| !all.iter().any(|it| it.reads(text))).count();
    let is_local =
        |text: &&str| all.iter().any(|it| matches!(it.read(text), Some(Reading::Local(_))));
    let needs_zone = samples.iter().any(is_local);
    if samples.len() < 2 * unread || samples.is_empty() {
        let (formats, undecided) = (Vec::new(), Vec::new());
        return Proposal { formats, undecided, samples: samples.len(), unread, needs_zone: false };
    }
    Proposal { formats, undecided, samples: samples.len(), unread, needs_zone }
}

/// Only these three can read the same text differently. One of them stays in `formats` if it reads
/// every text that the others read; otherwise they are taken out and returned.
fn settle_slashes(samples: &[&str], formats: &mut Vec<DateFormat>) -> Vec<DateFormat> {
    let slashes = [DateFormat::DayFirst, DateFormat::MonthFirst, DateFormat::ShortYearFirst];
    let rivals: Vec<_> = formats.iter().copied().filter(|it| slashes.contains(it)).collect();
    let covers =
        |a: DateFormat, b: DateFormat| samples.iter().all(|it| a.reads(it) || !b.reads(it));
    let agrees = |a: DateFormat, b: DateFormat| samples.iter().all(|it| a.read(it) == b.read(it));
    let winner = rivals.iter().copied().find(|&a| {
        rivals.iter().all(|&b| a == b || covers(a, b) && (!covers(b, a) || agrees(a, b)))
    });
    if let Some(winner) = winner {
        formats.retain(|it| *it == winner || !rivals.contains(it));
        Vec::new()
    } else {
        formats.retain(|it| !rivals.contains(it));
        rivals
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::DateFormat::*;
    use super::*;

    #[track_caller]
    fn check(text: &str, format: DateFormat, expected: &str) {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let actual = match format.parse(text, &zone) {
            Ok(at) => at.to_string(),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(actual, expected, "{text:?}");
    }

    #[test]
    fn year_first() {
        check("2026-09-03", YearFirst, "2026-09-02T16:00:00Z");
        check("2026/9/3 14:05", YearFirst, "2026-09-03T06:05:00Z");
        check("2026.09.03 14:05:06", YearFirst, "2026-09-03T06:05:06Z");
        check("2026-09-03T14:05:06.25Z", YearFirst, "2026-09-03T14:05:06.25Z");
        check("2026-09-03 14:05:06+0330", YearFirst, "2026-09-03T10:35:06Z");
        check("2026-09-03T14:05:06-03:00", YearFirst, "2026-09-03T17:05:06Z");
        check("2012/10/09 14:50:17.000", YearFirst, "2012-10-09T06:50:17Z");
        check("２０２６－０９－０３　１４：０５", YearFirst, "2026-09-03T06:05:00Z");
        check("2026-09-03 14:05:06,123", YearFirst, "2026-09-03T06:05:06.123Z");
        check("2026-09-03 UTC", YearFirst, "NotADate");
        check("2026-09-03 14:05-客服", YearFirst, "NotADate");
        check("2026-02-30", YearFirst, "NotADate");
        check("2026-09", YearFirst, "NotADate");
        check("2026-09/03", YearFirst, "NotADate");
        check("2026-09-03 25:00", YearFirst, "NotADate");
        check("0026-09-03", YearFirst, "OutOfRange");
    }

    #[test]
    fn the_other_orders() {
        check("03/09/2026", DayFirst, "2026-09-02T16:00:00Z");
        check("03/09/2026", MonthFirst, "2026-03-08T16:00:00Z");
        check("3.9.2026 2:05 pm", DayFirst, "2026-09-03T06:05:00Z");
        check("9/3/26 12:05 AM", MonthFirst, "2026-09-02T16:05:00Z");
        check("26-09-03", ShortYearFirst, "2026-09-02T16:00:00Z");
        check("25/09/2026", MonthFirst, "NotADate");
    }

    #[test]
    fn words() {
        check("2026年9月3日 下午2:05", Chinese, "2026-09-03T06:05:00Z");
        check("2026年09月03日14时05分06秒", Chinese, "2026-09-03T06:05:06Z");
        check("2026年9月3日 星期四 上午9点", Chinese, "2026-09-03T01:00:00Z");
        check("2026年9月3日 凌晨12:30", Chinese, "2026-09-02T16:30:00Z");
        check("2026年9月3日 中午12:30", Chinese, "2026-09-03T04:30:00Z");
        check("2026年9月3日", Chinese, "2026-09-02T16:00:00Z");
        check("Sep 3, 2026 2:05 PM", MonthName, "2026-09-03T06:05:00Z");
        check("3rd September 2026", MonthName, "2026-09-02T16:00:00Z");
        check("03-Sep-26", MonthName, "2026-09-02T16:00:00Z");
        check("Thu, 03 Sep 2026 14:05:00 -0300", MonthName, "2026-09-03T17:05:00Z");
        check("Tue Oct 31 22:10:47 +0000 2017", MonthName, "2017-10-31T22:10:47Z");
        check("Sep Oct 3 2026", MonthName, "NotADate");
    }

    #[test]
    fn bare_numbers() {
        check("20260903", Compact, "2026-09-02T16:00:00Z");
        check("20260903140506", Compact, "2026-09-03T06:05:06Z");
        check("99990903", Compact, "NotADate");
        check("46268.5868055556", ExcelSerial, "2026-09-03T06:05:00Z");
        check("44806", ExcelSerial1904, "2026-09-02T16:00:00Z");
        check("5", ExcelSerial, "NotADate");
        check("1788415500", UnixSeconds, "2026-09-03T06:05:00Z");
        check("1788415500123", UnixMilliseconds, "2026-09-03T06:05:00.123Z");
        check("1788415500.5", UnixSeconds, "2026-09-03T06:05:00.5Z");
        check("178841550", UnixSeconds, "NotADate");
    }

    #[test]
    fn local_times_that_do_not_exist_or_exist_twice() {
        let zone = TimeZone::get("Europe/Rome").unwrap();
        let parse = |text| YearFirst.parse(text, &zone).unwrap().to_string();
        assert_eq!(parse("2026-03-29 02:30"), "2026-03-29T01:30:00Z");
        assert_eq!(parse("2026-10-25 02:30"), "2026-10-25T00:30:00Z");
    }

    #[track_caller]
    fn check_proposal(samples: &[&str], formats: &[DateFormat], undecided: &[DateFormat]) {
        let proposal = propose(samples);
        assert_eq!((&proposal.formats[..], &proposal.undecided[..]), (formats, undecided));
    }

    #[test]
    fn what_is_ambiguous_is_never_decided() {
        check_proposal(&["2026-09-03", "2026/9/4 14:05", ""], &[YearFirst], &[]);
        check_proposal(&["03/09/2026", "04/09/2026"], &[], &[DayFirst, MonthFirst]);
        check_proposal(&["03/09/2026", "25/09/2026"], &[DayFirst], &[]);
        check_proposal(&["03/09/2026", "09/25/2026"], &[MonthFirst], &[]);
        // A file that mixes both orders fits neither.
        check_proposal(&["25/09/2026", "09/25/2026"], &[], &[DayFirst, MonthFirst]);
        check_proposal(&["05/05/2026"], &[DayFirst], &[]);
        check_proposal(&["26-09-03"], &[], &[DayFirst, ShortYearFirst]);
        check_proposal(&["2026年9月3日", "2026-09-03"], &[YearFirst, Chinese], &[]);
        check_proposal(&["46268.5", "46269"], &[ExcelSerial], &[]);
        check_proposal(&["1788415500"], &[UnixSeconds], &[]);
        check_proposal(&["很好", "一般", "2026-09-03"], &[], &[]);
        check_proposal(&[], &[], &[]);
    }

    #[test]
    fn a_zone_is_needed_only_for_local_times() {
        assert!(propose(&["2026-09-03 14:05"]).needs_zone);
        assert!(!propose(&["2026-09-03T14:05:00Z"]).needs_zone);
    }

    #[test]
    fn several_formats_of_one_column_must_agree() {
        let zone = TimeZone::UTC;
        let parse = |text| DateFormat::parse_any(&[DayFirst, MonthFirst], text, &zone);
        assert_eq!(parse("03/09/2026"), Err(DateError::Ambiguous));
        assert_eq!(parse("25/09/2026").unwrap().to_string(), "2026-09-25T00:00:00Z");
        assert_eq!(parse("x"), Err(DateError::NotADate));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(2026-09-03 )?[0-9０-９年月日 :/.+TZapm下午星期Sep-]{0,30}|.{0,30}") {
            for format in DateFormat::ALL {
                let _ = format.parse(&text, &TimeZone::UTC);
            }
        }

        #[test]
        fn what_is_written_is_read(ms in 0_i64..4_000_000_000_000) {
            let at = Timestamp::from_millisecond(ms).unwrap();
            let zone = TimeZone::get("Asia/Shanghai").unwrap();
            let local = at.to_zoned(zone.clone()).strftime("%Y/%-m/%-d %H:%M:%S%.3f").to_string();
            prop_assert_eq!(YearFirst.parse(&local, &TimeZone::fixed(jiff::tz::offset(8))).is_ok(), true);
            prop_assert_eq!(YearFirst.parse(&at.to_string(), &zone), Ok(at));
        }
    }
}
