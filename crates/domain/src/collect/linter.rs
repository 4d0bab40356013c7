//! Advice on a form before it is published: what makes customers give up, and what makes answers
//! say something else than customers mean.
//!
//! Sources of the rules: A16 (3 to 5 questions), A28 (a reward never depends on the score) and the
//! usual advice on wording of the survey handbooks (one thing at a time, neutral, balanced, with a
//! way out).

use std::collections::BTreeMap;

use serde::Serialize;

use super::answer::{Answer, Answers};
use super::condition::Condition;
use super::form::FormContent;
use super::question::{Dimension, Question, QuestionKind};
use crate::localized::Localized;

/// Questions asked of everybody, an optional text box and a consent not counted (A16).
pub const ASKED_OF_ALL_MAX: usize = 5;
/// Questions on the longest way through the form: those of everybody and two that follow.
pub const LONGEST_WAY_MAX: usize = 7;
/// Ways tried to find the longest; beyond it every question is taken as asked.
const WAYS_MAX: usize = 5_000;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a thought.
    Advice,
    /// Costs answers or understanding.
    Warning,
    /// Makes the answers untrue.
    Error,
}

/// One finding. Its sentence is in the words file under `code`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The question it is about, `None` for the form as a whole.
    pub question: Option<String>,
    pub code: &'static str,
    pub severity: Severity,
    pub params: BTreeMap<&'static str, String>,
}

impl Finding {
    fn form(code: &'static str, severity: Severity) -> Self {
        Self { question: None, code, severity, params: BTreeMap::new() }
    }

    fn at(question: &Question, code: &'static str, severity: Severity) -> Self {
        Self { question: Some(question.key.clone()), ..Self::form(code, severity) }
    }

    fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }
}

/// All findings: those about the form first, then by question in its order.
pub fn lint(form: &FormContent) -> Vec<Finding> {
    let mut findings = Vec::new();
    length(form, &mut findings);
    let open = |it: &Question| matches!(it.kind, QuestionKind::Text { .. }) && it.show_if.is_none();
    if !form.questions.iter().any(open) {
        findings.push(Finding::form("no_open_question", Severity::Warning));
    }
    translations(form, &mut findings);
    if let Some(words) = score_for_reward(form) {
        findings.push(Finding::form("reward_tied_to_score", Severity::Error).with("words", &words));
    }
    for question in &form.questions {
        wording(question, &mut findings);
        balance(question, &mut findings);
        let detail = question.dimension.is_some_and(|it| it != Dimension::Overall)
            || !question.rows().is_empty();
        let choice_of_everything = matches!(question.kind, QuestionKind::Single { .. });
        if detail && !question.not_applicable && !choice_of_everything {
            findings.push(Finding::at(question, "no_not_applicable", Severity::Advice));
        }
    }
    findings
}

/// What a question costs the customer: each line of a matrix is one, an optional text box and a
/// consent are none.
fn cost(question: &Question) -> usize {
    match &question.kind {
        QuestionKind::Matrix { rows } => rows.len(),
        QuestionKind::Text { .. } if !question.required => 0,
        QuestionKind::Consent => 0,
        _ => 1,
    }
}

fn length(form: &FormContent, findings: &mut Vec<Finding>) {
    let of_all = form.questions.iter().filter(|it| it.show_if.is_none()).map(cost).sum::<usize>();
    if ASKED_OF_ALL_MAX < of_all {
        let finding = Finding::form("too_many_for_everybody", Severity::Warning);
        findings.push(finding.with("count", &of_all).with("max", &ASKED_OF_ALL_MAX));
    }
    let longest = longest_way(form);
    if LONGEST_WAY_MAX < longest {
        let finding = Finding::form("longest_way", Severity::Warning);
        findings.push(finding.with("count", &longest).with("max", &LONGEST_WAY_MAX));
    }
}

/// The most questions one customer can meet: "a low score asks why" and "a high score asks for a
/// referral" never meet in one customer, so they are not added up.
fn longest_way(form: &FormContent) -> usize {
    let mut drivers: Vec<(&Question, Vec<Answer>)> = Vec::new();
    let mut asked = Vec::new();
    for question in &form.questions {
        if let Some(condition) = &question.show_if {
            condition.walk(&mut |part| asked.extend(part.question()));
        }
    }
    for question in form.questions.iter().filter(|it| asked.contains(&it.key.as_str())) {
        drivers.push((question, possible_answers(question)));
    }
    let ways = drivers
        .iter()
        .map(|(_, answers)| answers.len())
        .try_fold(1usize, |ways, count| ways.checked_mul(count).filter(|&ways| ways <= WAYS_MAX));
    let Some(ways) = ways else { return form.questions.iter().map(cost).sum() };
    (0..ways).map(|way| length_of_way(form, &drivers, way)).max().unwrap_or(0)
}

/// `way` is a number in mixed radix: one digit for the answer of each driver.
fn length_of_way(form: &FormContent, drivers: &[(&Question, Vec<Answer>)], way: usize) -> usize {
    let mut digits = way;
    let mut chosen: BTreeMap<&str, &Answer> = BTreeMap::new();
    for (question, answers) in drivers {
        chosen.insert(&question.key, &answers[digits % answers.len()]);
        digits /= answers.len();
    }
    let (mut answers, mut total) = (Answers::default(), 0);
    for question in &form.questions {
        if question.show_if.as_ref().is_none_or(|condition: &Condition| condition.holds(&answers)) {
            total += cost(question);
            if let Some(&answer) = chosen.get(question.key.as_str()) {
                answers.0.insert(question.key.clone(), answer.clone());
            }
        }
    }
    total
}

/// Answers that can make a difference to a condition; never empty.
fn possible_answers(question: &Question) -> Vec<Answer> {
    if let Some((low, high)) = question.points() {
        return (low..=high).map(Answer::Points).collect();
    }
    match &question.kind {
        QuestionKind::Single { options } => {
            options.iter().map(|option| Answer::Choice(option.key.clone())).collect()
        }
        QuestionKind::Multiple { options, .. } => {
            let all = options.iter().map(|option| option.key.clone());
            let one = all.clone().map(|key| Answer::Choices(vec![key]));
            one.chain([Answer::Choices(all.collect())]).collect()
        }
        QuestionKind::Consent => vec![Answer::Agreed(true), Answer::Agreed(false)],
        QuestionKind::Number { min, max } => {
            [*min, *max, Some(0.0)].into_iter().flatten().map(Answer::Number).collect()
        }
        QuestionKind::Matrix { rows } => (1..=5)
            .map(|points| {
                Answer::Matrix(rows.iter().map(|row| (row.key.clone(), Some(points))).collect())
            })
            .collect(),
        _ => vec![Answer::Text("…".to_owned())],
    }
}

fn translations(form: &FormContent, findings: &mut Vec<Finding>) {
    let missing = |text: &Localized| -> Vec<String> {
        let missing = form.languages.iter().filter(|language| text.exact(language).is_none());
        missing.cloned().collect()
    };
    for (name, text) in [
        ("title", &form.title),
        ("intro", &form.intro),
        ("thanks", &form.thanks),
        ("reward", &form.reward),
    ] {
        let languages = missing(text);
        if !text.is_empty() && !languages.is_empty() {
            let finding = Finding::form("translation_missing", Severity::Warning);
            findings.push(finding.with("text", &name).with("languages", &languages.join(", ")));
        }
    }
    for question in &form.questions {
        let mut languages: Vec<String> = question.texts().into_iter().flat_map(missing).collect();
        languages.sort();
        languages.dedup();
        if !languages.is_empty() {
            let finding = Finding::at(question, "translation_missing", Severity::Warning);
            let text = question.text.get(&form.languages[0]);
            findings.push(finding.with("text", &text).with("languages", &languages.join(", ")));
        }
    }
}

/// Wording that already contains the answer.
const LEADING: &[&str] = &[
    "您是否同意",
    "您同意吧",
    "难道",
    "不觉得",
    "不是吗",
    "对吧",
    "相信您",
    "想必",
    "优质服务",
    "优质的服务",
    "贴心服务",
    "贴心的服务",
    "周到的服务",
    "多么满意",
    "有多喜欢",
    "大家都",
    "众所周知",
    "don't you",
    "wouldn't you",
    "isn't it",
    "do you agree",
    "would you agree",
    "surely",
    "obviously",
    "as everybody knows",
    "how great",
    "how good",
    "how excellent",
    "how much did you love",
    "how much did you enjoy",
    "how pleased",
    "excellent service",
    "great service",
    "outstanding service",
    "award-winning",
];
/// Asking for a good rating instead of an honest one.
const BEGGING: &[&str] = &[
    "请给好评",
    "给个好评",
    "给好评",
    "五星好评",
    "请打五星",
    "请给五星",
    "请打 5 分",
    "请打5分",
    "请打满分",
    "给满分",
    "求好评",
    "满意请打",
    "give us five stars",
    "give us 5 stars",
    "give us a five",
    "give us a good rating",
    "five-star rating would",
    "5-star rating would",
    "please rate us 5",
    "please rate us five",
    "leave a positive review",
    "leave us a good review",
];
/// A good score named beside something given.
const PRAISE: &[&str] = &[
    "好评",
    "五星",
    "5 星",
    "5星",
    "满分",
    "高分",
    "给好",
    "5 分",
    "5分",
    "10 分",
    "10分",
    "five star",
    "five-star",
    "5 star",
    "5-star",
    "good rating",
    "high rating",
    "high score",
    "positive review",
    "good review",
    "top score",
    "top rating",
];
const REWARD: &[&str] = &[
    "返现",
    "红包",
    "优惠券",
    "积分",
    "礼品",
    "赠送",
    "奖励",
    "抽奖",
    "代金券",
    "返券",
    "cashback",
    "cash back",
    "coupon",
    "voucher",
    "gift",
    "reward",
    "discount",
    "points will be",
    "prize",
    "draw",
];
/// Words that join two things asked at once.
const JOINED_ZH: &[&str] = &["以及", "并且", "和", "与", "及", "还有", "或者"];
/// Words in which those are no joint.
const NOT_JOINED_ZH: &[&str] = &[
    "和蔼",
    "温和",
    "平和",
    "和谐",
    "缓和",
    "和气",
    "柔和",
    "谦和",
    "祥和",
    "及时",
    "涉及",
    "提及",
    "来得及",
    "普及",
    "参与",
    "与否",
    "我们与您",
    "我们和您",
    "与您",
    "和您",
    "与我们",
    "和我们",
    "与客服",
    "和客服",
];
const JOINED_EN: &[&str] = &[" and ", " or ", " as well as ", " & "];

fn wording(question: &Question, findings: &mut Vec<Finding>) {
    let texts = question.texts();
    let found = |words: &'static [&'static str]| {
        texts.iter().flat_map(|text| text.0.values()).find_map(|text| first_of(text, words))
    };
    if let Some(words) = found(BEGGING) {
        let finding = Finding::at(question, "asks_for_good_rating", Severity::Error);
        findings.push(finding.with("words", &words));
    }
    if let Some(words) = found(LEADING) {
        findings.push(Finding::at(question, "leading", Severity::Warning).with("words", &words));
    }
    let one_thing = match question.kind {
        QuestionKind::Csat { .. } | QuestionKind::Ces { .. } => vec![&question.text],
        QuestionKind::Single { .. } if question.dimension.is_some() => vec![&question.text],
        QuestionKind::Matrix { .. } => question.rows().iter().map(|row| &row.text).collect(),
        _ => Vec::new(),
    };
    let joined = one_thing.iter().flat_map(|text| text.0.values()).find_map(|text| joint(text));
    if let Some(words) = joined {
        let finding = Finding::at(question, "double_barrelled", Severity::Warning);
        findings.push(finding.with("words", &words));
    }
}

fn first_of(text: &str, words: &'static [&'static str]) -> Option<&'static str> {
    let text = text.to_lowercase();
    words.iter().find(|words| text.contains(**words)).copied()
}

/// The word that joins two things, if one does.
fn joint(text: &str) -> Option<&'static str> {
    let mut bare = text.to_lowercase();
    for whole in NOT_JOINED_ZH {
        bare = bare.replace(whole, "");
    }
    let words = JOINED_ZH.iter().chain(JOINED_EN);
    words.into_iter().find(|word| bare.contains(**word)).map(|word| word.trim())
}

fn score_for_reward(form: &FormContent) -> Option<&'static str> {
    let whole = [&form.title, &form.intro, &form.thanks, &form.reward];
    let texts = whole.into_iter().chain(form.questions.iter().flat_map(Question::texts));
    // A reward is given by definition where it is announced, elsewhere both words must meet.
    texts.flat_map(|text| text.0.values()).find_map(|text| {
        let given = first_of(text, REWARD).is_some() || form.reward.0.values().any(|it| it == text);
        given.then(|| first_of(text, PRAISE)).flatten()
    })
}

const GOOD: &[&str] = &[
    "满意",
    "很好",
    "非常好",
    "好",
    "优秀",
    "优",
    "出色",
    "快",
    "很快",
    "专业",
    "热情",
    "耐心",
    "容易",
    "简单",
    "excellent",
    "great",
    "very good",
    "good",
    "satisfied",
    "easy",
    "fast",
    "outstanding",
    "happy",
    "agree",
];
const BAD: &[&str] = &[
    "不满",
    "不好",
    "很差",
    "差",
    "糟",
    "恶劣",
    "慢",
    "困难",
    "麻烦",
    "不专业",
    "冷淡",
    "失望",
    "poor",
    "bad",
    "terrible",
    "awful",
    "dissatisfied",
    "unsatisfied",
    "difficult",
    "hard",
    "slow",
    "unhappy",
    "disagree",
    "disappoint",
];

/// +1 for a good label, -1 for a bad one, 0 for what is neither or both.
fn side(label: &str) -> i8 {
    let label = label.to_lowercase();
    let bad = BAD.iter().any(|word| label.contains(word));
    let negated = ["不", "没", "not ", "un", "dis"].iter().any(|word| label.contains(word));
    let good = GOOD.iter().any(|word| label.contains(word));
    match (good, bad, negated) {
        (_, true, _) | (true, false, true) => -1,
        (true, false, false) => 1,
        (false, false, _) => 0,
    }
}

/// A scale with more good than bad labels finds more good customers.
fn balance(question: &Question, findings: &mut Vec<Finding>) {
    let labels: Vec<&Localized> = match &question.kind {
        QuestionKind::Csat { labels, .. } => labels.iter().collect(),
        QuestionKind::Single { options } if options.len() >= 3 => {
            options.iter().map(|option| &option.text).collect()
        }
        _ => return,
    };
    let languages: Vec<&String> = labels.first().map_or_else(Vec::new, |it| it.0.keys().collect());
    for language in languages {
        let sides: Vec<i8> = labels.iter().filter_map(|it| it.exact(language)).map(side).collect();
        let good = sides.iter().filter(|&&side| side > 0).count();
        let bad = sides.iter().filter(|&&side| side < 0).count();
        // Options of which few judge are no scale.
        if sides.len() == labels.len() && good + bad >= 3 && good != bad {
            let finding = Finding::at(question, "unbalanced_scale", Severity::Warning);
            findings.push(finding.with("good", &good).with("bad", &bad));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn form(questions: &Value) -> FormContent {
        serde_json::from_value(json!({
            "title": {"zh-CN": "题", "en": "t"}, "purpose": "transactional",
            "languages": ["zh-CN", "en"], "questions": questions
        }))
        .unwrap()
    }

    fn codes(form: &FormContent) -> Vec<(Option<String>, &'static str)> {
        lint(form).into_iter().map(|it| (it.question, it.code)).collect()
    }

    fn box_() -> Value {
        json!({"key": "note", "text": {"zh-CN": "还有什么想说的？", "en": "Anything else?"}, "type": "text"})
    }

    /// A rated question with this wording beside an open one: expects these findings and no other.
    #[track_caller]
    fn check(zh: &str, en: &str, expected: &[&str]) {
        let rated = json!({"key": "q", "text": {"zh-CN": zh, "en": en}, "type": "csat"});
        let form = form(&json!([rated, box_()]));
        let expected: Vec<_> = expected.iter().map(|&code| (Some("q".to_owned()), code)).collect();
        assert_eq!(codes(&form), expected, "{zh} / {en}");
    }

    #[test]
    fn one_neutral_question_has_no_finding() {
        check("这次服务，您满意吗？", "How satisfied are you with this service?", &[]);
        check("客服的语气温和吗？", "How was the tone?", &[]);
        check("我们回复得及时吗？", "Was the reply in time?", &[]);
        check("您与客服的沟通顺利吗？", "How did the conversation go?", &[]);
    }

    #[test]
    fn wording_that_contains_the_answer_is_found_in_both_languages() {
        check("您对我们优质的服务满意吗？", "How satisfied are you?", &["leading"]);
        check("满意吗？", "How satisfied are you with our excellent service?", &["leading"]);
        check("满意的话请给好评", "How satisfied are you?", &["asks_for_good_rating"]);
        check("满意吗？", "Please give us five stars", &["asks_for_good_rating"]);
    }

    #[test]
    fn two_things_asked_at_once_are_found_in_both_languages() {
        check("您对服务态度和专业程度满意吗？", "How satisfied are you?", &["double_barrelled"]);
        check("您对速度以及结果满意吗？", "How satisfied are you?", &["double_barrelled"]);
        check("满意吗？", "Was the agent friendly and competent?", &["double_barrelled"]);
    }

    #[test]
    fn a_missing_translation_is_named_with_its_language() {
        let form =
            form(&json!([{"key": "q", "text": {"zh-CN": "满意吗？"}, "type": "csat"}, box_()]));
        let findings = lint(&form);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].code, findings[0].params["languages"].as_str()),
            ("translation_missing", "en")
        );
    }

    fn stars(key: &str) -> Value {
        json!({"key": key, "text": {"zh-CN": "问", "en": "q"}, "type": "csat"})
    }

    fn when(key: &str, condition: Value) -> Value {
        let mut question = stars(key);
        question["show_if"] = condition;
        question
    }

    #[test]
    fn follow_ups_that_never_meet_are_not_added_up() {
        let five: Vec<Value> = ["a", "b", "c", "d", "e"].map(stars).into();
        let low = json!({"value": {"question": "a", "at_most": 2}});
        let high = json!({"value": {"question": "a", "at_least": 4}});
        let mut questions = five.clone();
        questions.extend(["f", "g"].map(|key| when(key, low.clone())));
        questions.extend(["h", "i"].map(|key| when(key, high.clone())));
        questions.push(box_());
        assert_eq!(longest_way(&form(&json!(questions))), 7);
        assert_eq!(codes(&form(&json!(questions))), []);
        questions.push(when("j", low));
        assert_eq!(codes(&form(&json!(questions))), [(None, "longest_way")]);
        let mut six = five;
        six.extend([stars("f"), box_()]);
        assert_eq!(codes(&form(&json!(six))), [(None, "too_many_for_everybody")]);
    }

    #[test]
    fn an_open_question_must_be_open_to_everybody() {
        let mut text = box_();
        text["show_if"] = json!({"value": {"question": "a", "at_most": 2}});
        assert_eq!(codes(&form(&json!([stars("a"), text]))), [(None, "no_open_question")]);
    }

    #[test]
    fn a_scale_leans_when_it_has_more_good_words_than_bad() {
        let mut question = stars("q");
        let labels = |words: [&str; 5]| json!(words.map(|word| json!({"en": word, "zh-CN": "一"})));
        question["labels"] = labels(["Poor", "Fair", "Good", "Very good", "Excellent"]);
        let leaning = form(&json!([question, box_()]));
        assert_eq!(codes(&leaning), [(Some("q".to_owned()), "unbalanced_scale")]);
        question["labels"] =
            labels(["Very dissatisfied", "Dissatisfied", "Neither", "Satisfied", "Very satisfied"]);
        assert_eq!(codes(&form(&json!([question, box_()]))), []);
    }

    #[test]
    fn a_detail_needs_a_way_out() {
        let mut question = stars("q");
        question["dimension"] = json!("speed");
        assert_eq!(
            codes(&form(&json!([question, box_()]))),
            [(Some("q".to_owned()), "no_not_applicable")]
        );
        question["not_applicable"] = json!(true);
        assert_eq!(codes(&form(&json!([question, box_()]))), []);
    }

    #[test]
    fn a_reward_for_a_good_score_is_an_error() {
        let mut tied = form(&json!([stars("q"), box_()]));
        tied.reward = Localized::zh_en("五星好评送 10 元优惠券", "A coupon for every customer");
        let findings = lint(&tied);
        assert_eq!(
            (findings[0].code, findings[0].severity),
            ("reward_tied_to_score", Severity::Error)
        );
        tied.reward = Localized::zh_en(
            "参与即得 20 积分，与评分无关",
            "20 points for taking part, whatever you answer",
        );
        assert_eq!(codes(&tied), []);
    }
}
