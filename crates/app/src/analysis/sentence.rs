//! A figure and its change as a sentence.

use domain::analysis::figure::{Change, Figure, Metric, Unit, Verdict};
use domain::language::Language;

use crate::words;

/// The value as people read it: `91.3%`, `42`, `4.2`, `1 小时 5 分`; "no data" for none.
pub fn value(metric: Metric, value: Option<f64>, language: Language) -> String {
    let Some(value) = value else { return words::say(language, "figure.none") };
    match metric.unit() {
        Unit::Share => format!("{:.1}%", value * 100.0),
        Unit::Net => format!("{:+.0}", value * 100.0),
        Unit::Score => format!("{value:.2}"),
        Unit::Seconds => duration(value, language),
    }
}

/// In the two largest units that matter.
fn duration(seconds: f64, language: Language) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "durations of people are small")]
    let seconds = seconds.round() as i64;
    let parts = [
        ("figure.days", seconds / 86_400),
        ("figure.hours", seconds / 3_600 % 24),
        ("figure.minutes", seconds / 60 % 60),
        ("figure.seconds", seconds % 60),
    ];
    let first = parts.iter().position(|it| it.1 != 0).unwrap_or(3);
    let said: Vec<_> = parts[first..]
        .iter()
        .take(2)
        .filter(|it| it.1 != 0 || first == 3)
        .map(|(key, n)| words::fill(language, key, &[("n", n.to_string())]))
        .collect();
    said.join(" ")
}

/// "91.3% (89.4% to 92.9%, 812 of 889), no real difference from the period before. 38% of those asked
/// answered (889 of 2340)."
pub fn sentence(
    metric: Metric,
    figure: &Figure,
    change: &Change,
    response: Option<&Figure>,
    language: Language,
) -> String {
    let name = words::say(language, &format!("metric.{}", metric.code()));
    let said = |it| value(metric, it, language);
    if figure.value.is_none() {
        return words::fill(language, "figure.sentence_none", &[("name", name)]);
    }
    let range = match (figure.low, figure.high) {
        (Some(low), Some(high)) => {
            let ends = [("low", said(Some(low))), ("high", said(Some(high)))];
            words::fill(language, "figure.range", &ends)
        }
        _ => words::say(language, "figure.range_none"),
    };
    let verdict = match change.verdict {
        Verdict::Unknown => "figure.change_unknown",
        Verdict::NoRealDifference => "figure.change_none",
        Verdict::Higher => "figure.change_higher",
        Verdict::Lower => "figure.change_lower",
    };
    let values = [
        ("name", name),
        ("value", said(figure.value)),
        ("range", range),
        ("numerator", figure.numerator.to_string()),
        ("denominator", figure.denominator.to_string()),
        ("change", words::say(language, verdict)),
    ];
    let said = words::fill(language, "figure.sentence", &values);
    match response.filter(|it| it.value.is_some()) {
        None => said,
        Some(it) => {
            let values = [
                ("value", value(Metric::ResponseRate, it.value, language)),
                ("numerator", it.numerator.to_string()),
                ("denominator", it.denominator.to_string()),
            ];
            said + &words::fill(language, "figure.sentence_response", &values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_two_units_at_most() {
        let said = |seconds| duration(seconds, Language::English);
        assert_eq!(said(0.0), "0 s");
        assert_eq!(said(59.6), "1 min");
        assert_eq!(said(3_900.0), "1 h 5 min");
        assert_eq!(said(90_061.0), "1 d 1 h");
        assert_eq!(duration(3_900.0, Language::Chinese), "1 小时 5 分");
        assert_eq!(value(Metric::Csat, None, Language::Chinese), "无数据");
    }
}
