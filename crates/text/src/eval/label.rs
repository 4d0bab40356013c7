//! What labels of other people's tables mean: words in both languages, stars, scores.

use crate::kind::Kind;
use crate::sentiment::Polarity;

const POSITIVE: &[&str] = &[
    "pos",
    "positive",
    "good",
    "praise",
    "satisfied",
    "very satisfied",
    "very positive",
    "promoter",
    "happy",
    "正",
    "正向",
    "正面",
    "正面评价",
    "积极",
    "好",
    "好评",
    "很好",
    "满意",
    "很满意",
    "非常满意",
    "比较满意",
    "推荐",
    "👍",
];
const NEGATIVE: &[&str] = &[
    "neg",
    "negative",
    "bad",
    "poor",
    "dissatisfied",
    "very dissatisfied",
    "unsatisfied",
    "very negative",
    "detractor",
    "unhappy",
    "负",
    "负向",
    "负面",
    "负面评价",
    "消极",
    "差",
    "差评",
    "很差",
    "不满",
    "不满意",
    "很不满意",
    "非常不满意",
    "比较不满意",
    "👎",
];
const NEUTRAL: &[&str] = &[
    "neu",
    "neutral",
    "mixed",
    "passive",
    "average",
    "ok",
    "中",
    "中立",
    "中性",
    "中评",
    "一般",
    "基本满意",
];

/// Labels as polarities, read together: what a number means depends on the other numbers.
///
/// | numbers that occur | praise | neither | blame |
/// |---|---|---|---|
/// | 1 and 0, or only one of them | 1 | | 0 |
/// | -1 among them | above 0 | 0 | below 0 |
/// | 1 and 2 | 2 | | 1 |
/// | 0 to 2 | 2 | 1 | 0 |
/// | 1 to 3 | 3 | 2 | 1 |
/// | up to 5 (stars) | 4, 5 | 3 | 0 to 2 |
/// | 0 to 4 (with 0, without 5) | 3, 4 | 2 | 0, 1 |
/// | up to 10 (recommendation) | 9, 10 | 7, 8 | 0 to 6 |
/// | up to 100 | from 70 | from 50 | below 50 |
pub fn polarities(labels: &[&str]) -> Vec<Option<Polarity>> {
    let numbers: Vec<f64> = labels.iter().filter_map(|label| number(label)).collect();
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    labels
        .iter()
        .map(|label| number(label).map_or_else(|| word(label), |it| on_scale(it, least, most)))
        .collect()
}

/// A number as tables hold it: `1`, `1.0`, `+1`, `5星`, `4 stars`, `★★★`, `4/5`.
fn number(label: &str) -> Option<f64> {
    let label = label.trim();
    let stars = label.chars().filter(|c| matches!(c, '★' | '⭐')).count();
    if stars > 0 && label.chars().all(|c| matches!(c, '★' | '⭐' | '☆' | '\u{fe0f}' | ' ')) {
        return u8::try_from(stars).ok().map(f64::from);
    }
    let label = label.to_lowercase();
    let label = ["stars", "star", "星级", "星", "分", "/5", "/10"]
        .iter()
        .find_map(|unit| label.strip_suffix(unit))
        .unwrap_or(&label)
        .trim();
    let spoken = ["零", "一", "二", "三", "四", "五"].iter().position(|it| *it == label);
    spoken
        .and_then(|at| u8::try_from(at).ok().map(f64::from))
        .or_else(|| label.parse().ok().filter(|it: &f64| it.is_finite()))
}

/// From which number on a label is neither, and from which it is praise.
fn on_scale(value: f64, least: f64, most: f64) -> Option<Polarity> {
    let (neutral_from, positive_from) = if least < 0.0 {
        (0.0, f64::MIN_POSITIVE)
    } else if most <= 1.0 {
        (0.5, 0.5)
    } else if most <= 2.0 {
        if least >= 1.0 { (1.5, 1.5) } else { (0.5, 1.5) }
    } else if most <= 3.0 || (most <= 4.0 && least < 1.0) {
        (1.5, 2.5)
    } else if most <= 5.0 {
        (2.5, 3.5)
    } else if most <= 10.0 {
        (6.5, 8.5)
    } else if most <= 100.0 {
        (50.0, 70.0)
    } else {
        return None;
    };
    Some(if value >= positive_from {
        Polarity::Positive
    } else if value >= neutral_from {
        Polarity::Neutral
    } else {
        Polarity::Negative
    })
}

fn word(label: &str) -> Option<Polarity> {
    let label = label.trim().to_lowercase();
    let among = |words: &[&str]| words.contains(&label.as_str());
    match label.as_str() {
        "true" | "yes" | "是" => Some(Polarity::Positive),
        "false" | "no" | "否" => Some(Polarity::Negative),
        _ if among(POSITIVE) => Some(Polarity::Positive),
        _ if among(NEGATIVE) => Some(Polarity::Negative),
        _ if among(NEUTRAL) => Some(Polarity::Neutral),
        _ => None,
    }
}

/// The kind a label means: `投诉类`, `complaint`, `feature request`.
pub fn kind(label: &str) -> Option<Kind> {
    let label = label.trim().to_lowercase().replace(['_', '-'], " ");
    let label = label.strip_suffix('类').unwrap_or(&label);
    match label {
        "咨询" | "询问" | "查询" | "consultation" | "question" | "inquiry" | "enquiry"
        | "query" | "how to" => Some(Kind::Consultation),
        "问题" | "故障" | "报修" | "求助" | "issue" | "problem" | "bug" | "fault" | "incident"
        | "bug report" | "error" => Some(Kind::Issue),
        "投诉" | "举报" | "抱怨" | "complaint" => Some(Kind::Complaint),
        "建议" | "意见" | "意见建议" | "suggestion" | "feature request" | "idea" => {
            Some(Kind::Suggestion)
        }
        "表扬" | "感谢" | "praise" | "compliment" | "thanks" => Some(Kind::Praise),
        _ => None,
    }
}

/// Whether a label of a pair says that both are the same.
pub fn same(label: &str) -> Option<bool> {
    match label.trim().to_lowercase().as_str() {
        "1" | "1.0" | "yes" | "y" | "true" | "same" | "duplicate" | "是" | "相同" | "同一" => {
            Some(true)
        }
        "0" | "0.0" | "no" | "n" | "false" | "other" | "different" | "distinct" | "否" | "不同" => {
            Some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(labels: &[&str], expected: &str) {
        let read: String = polarities(labels)
            .into_iter()
            .map(|it| match it {
                Some(Polarity::Positive) => '+',
                Some(Polarity::Neutral) => '0',
                Some(Polarity::Negative) => '-',
                None => '?',
            })
            .collect();
        assert_eq!(read, expected, "{labels:?}");
    }

    #[test]
    fn labels_are_read_as_people_write_them() {
        check(&["1", "0"], "+-");
        check(&["1.0", "0.0"], "+-");
        check(&["1", "0", "-1"], "+0-");
        check(&["1", "2"], "-+");
        check(&["0", "1", "2"], "-0+");
        check(&["1", "2", "3"], "-0+");
        check(&["1", "2", "3", "4", "5"], "--0++");
        check(&["0", "1", "2", "3", "4"], "--0++");
        check(&["5星", "1 star", "★★★★☆"], "+-+");
        check(&["6", "7", "9", "10"], "-0++");
        check(&["好评", "差评", "中评", "Pos", " NEG ", "满意", "不满意", "what"], "+-0+-+-?");
        check(&["true", "False"], "+-");
        check(&["20240501", "1"], "??");
    }

    #[test]
    fn kinds_and_pairs_have_many_names() {
        assert_eq!(kind("投诉类"), Some(Kind::Complaint));
        assert_eq!(kind("Feature_Request"), Some(Kind::Suggestion));
        assert_eq!(kind("其他"), None);
        assert_eq!((same("TRUE"), same("否"), same("maybe")), (Some(true), Some(false), None));
    }
}
