//! What somebody who handed in something wants of us 自动分类 (B02, B04): kind, category and
//! priority, each with its evidence. It proposes; people decide and correct.

use serde::{Deserialize, Serialize};
use text::emotion::Emotion;
use text::sentiment::Polarity;
use text::{Evidence, Reading};

use super::because::Because;
use super::category::Categories;
use super::kind::Kind;
use super::priority::Priority;
use super::score::{Band, Scale, Score};
use crate::collect::answer::Scores;
use crate::id::CategoryId;

/// What was learned is proposed from this probability on, in percent; below, words decide.
const LEARNED_PERCENT_MIN: u8 = 50;

/// A reading is trusted with the kind from this probability on.
const KIND_PROBABILITY_MIN: f32 = 0.5;
/// Words this heated, of 0 to 1, make it more urgent.
const STRENGTH_MIN: f32 = 0.5;
/// Words about danger, law or the press, of 0 to 1.
const THREAT_MIN: f32 = 0.5;

/// What came in.
#[derive(Debug, Clone, Default)]
pub struct Submission<'a> {
    pub scores: Vec<Score>,
    /// Keys of the options that were ticked where the form asks for the reason.
    pub chosen: Vec<String>,
    /// Everything the customer wrote, and what was read in it; `None` where nothing was written.
    pub said: Option<(&'a str, &'a Reading)>,
    /// The kind the customer named, as on a form for complaints.
    pub wish: Option<Kind>,
    /// Of the customer; 0 for none.
    pub level: u8,
    /// Earlier cases of which this is a repeat.
    pub repeats: u32,
    /// What the tenant's own corrected cases taught, if they taught anything.
    pub learned: Option<Learned>,
}

/// A category as it was learned from cases that people labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    pub category: CategoryId,
    /// How sure, 0 to 100.
    pub percent: u8,
    /// The pieces of the text that weighed most.
    pub words: Vec<String>,
    /// Which version, and from how many texts.
    pub version: u32,
    pub examples: u32,
}

/// What is proposed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub priority: Priority,
    pub because: Vec<Because>,
}

/// The figures of an evaluation as triage sees them: a low mark in one dimension is a low mark.
pub fn scores(of: &Scores) -> Vec<Score> {
    let one = |scale, value: Option<u8>| value.map(|it| Score { scale, value: i64::from(it) });
    let overall = [one(Scale::Csat, of.csat), one(Scale::Nps, of.nps), one(Scale::Ces, of.ces)];
    let dimensions = of.dimensions.values().map(|it| one(Scale::Csat, Some(*it)));
    overall.into_iter().chain(dimensions).flatten().collect()
}

/// The labels for a case, or `None` where there is nothing to do for anybody: a good or middling
/// score without a word of displeasure, a wish or praise.
///
/// A low score is never without a case: it is an issue, or a complaint where the words, the wish or
/// the depth of the score say so.
pub fn propose(submission: &Submission<'_>, categories: &Categories) -> Option<Proposal> {
    let mut because = Vec::new();
    let kind = kind(submission, &mut because)?;
    because.extend(submission.chosen.iter().map(|it| Because::Chose { option: it.clone() }));
    let category = category(kind, submission, categories).map(|(category, why)| {
        because.push(why);
        category
    });
    let priority = priority(kind, submission, &mut because);
    Some(Proposal { kind, category, priority, because })
}

/// What the customer ticked decides; then what people taught, where it is sure; then words.
fn category(
    kind: Kind,
    submission: &Submission<'_>,
    categories: &Categories,
) -> Option<(CategoryId, Because)> {
    let (said, topics) = match submission.said {
        Some((said, reading)) => {
            let topics = reading.topics.iter().map(|it| it.code.clone()).collect();
            (said.to_lowercase(), topics)
        }
        None => (String::new(), Vec::new()),
    };
    let chosen = &submission.chosen;
    let by_words = || categories.find(kind, chosen, &topics, &said);
    if categories.find(kind, chosen, &[], "").is_some() {
        return by_words();
    }
    if let Some(Learned { category, percent, words, version, examples }) = &submission.learned
        && LEARNED_PERCENT_MIN <= *percent
        && categories.offers(*category, kind)
    {
        let (category, percent, words) = (*category, *percent, words.clone());
        let (version, examples) = (*version, *examples);
        let why = Because::LearnedCategory { category, percent, words, version, examples };
        return Some((category, why));
    }
    by_words()
}

fn lowest(submission: &Submission<'_>) -> Option<Score> {
    submission.scores.iter().copied().filter(|it| it.is_low()).min_by_key(|it| it.band())
}

fn kind(submission: &Submission<'_>, because: &mut Vec<Because>) -> Option<Kind> {
    let read = read_kind(submission);
    let low = lowest(submission);
    if let Some(low) = low {
        because.push(low_score(low));
    }
    if let Some(kind) = submission.wish {
        because.push(Because::SaidKind { kind });
        let is_blame = matches!(kind, Kind::Issue | Kind::Complaint);
        return Some(if low.is_some() && !is_blame { Kind::Issue } else { kind });
    }
    if let Some(low) = low {
        return Some(kind_of_low(low, submission, read, because));
    }
    let Some((kind, words)) = read else { return middling(submission, because) };
    because.push(Because::KindWords { kind, words });
    Some(kind)
}

fn low_score(score: Score) -> Because {
    let Score { scale, value } = score;
    match score.band() {
        Band::Lowest => Because::LowestScore { scale, value },
        _ => Because::LowScore { scale, value, low_max: scale.low_max() },
    }
}

/// With a low score only two kinds are left: what pleases in the words does not take the score away.
fn kind_of_low(
    low: Score,
    submission: &Submission<'_>,
    read: Option<(Kind, Vec<String>)>,
    because: &mut Vec<Because>,
) -> Kind {
    match read {
        Some((Kind::Complaint, words)) => {
            because.push(Because::KindWords { kind: Kind::Complaint, words });
            return Kind::Complaint;
        }
        Some((Kind::Praise, _)) => {
            because.push(Because::ScoreAgainstWords);
            return Kind::Issue;
        }
        Some((kind, words)) => because.push(Because::KindWords { kind, words }),
        None => {}
    }
    if let Some((strong, words)) = displeased(submission)
        && (strong || low.band() == Band::Lowest)
    {
        because.push(Because::NegativeWords { strong, words });
        return Kind::Complaint;
    }
    Kind::Issue
}

/// Neither a low score nor a kind in the words: displeased words or ticked reasons are an issue.
fn middling(submission: &Submission<'_>, because: &mut Vec<Because>) -> Option<Kind> {
    let is_high = |it: &Score| it.band() == Band::High;
    if let Some((strong, words)) = displeased(submission) {
        because.push(Because::NegativeWords { strong, words });
        return Some(Kind::Issue);
    }
    let middle = submission.scores.iter().any(|it| !is_high(it));
    if middle && !submission.chosen.is_empty() {
        return Some(Kind::Issue);
    }
    let (said, reading) = submission.said?;
    if reading.sentiment.label != Polarity::Positive || middle {
        return None;
    }
    if let Some(&Score { scale, value }) = submission.scores.iter().find(|it| is_high(it)) {
        because.push(Because::HighScore { scale, value, high_min: scale.high_min() });
    }
    because.push(Because::PositiveWords { words: words(said, &reading.sentiment.spans) });
    Some(Kind::Praise)
}

/// The kind the words speak for, if they speak clearly.
fn read_kind(submission: &Submission<'_>) -> Option<(Kind, Vec<String>)> {
    let (said, reading) = submission.said?;
    let likeliest = reading.kinds.first()?;
    let clear = KIND_PROBABILITY_MIN <= likeliest.probability && !likeliest.spans.is_empty();
    let kind = likeliest.kind.as_str().parse().ok()?;
    clear.then(|| (kind, words(said, &likeliest.spans)))
}

fn displeased(submission: &Submission<'_>) -> Option<(bool, Vec<String>)> {
    let (said, reading) = submission.said?;
    let sentiment = &reading.sentiment;
    let is = sentiment.label == Polarity::Negative && !sentiment.abstained;
    is.then(|| (STRENGTH_MIN <= reading.emotion.strength, words(said, &sentiment.spans)))
}

fn words(said: &str, spans: &[Evidence]) -> Vec<String> {
    let mut words: Vec<String> = spans.iter().map(|it| it.span.of(said).to_owned()).collect();
    words.retain(|it| !it.is_empty());
    words.dedup();
    words
}

/// Points for what makes it worse; a threat alone makes it urgent.
fn priority(kind: Kind, submission: &Submission<'_>, because: &mut Vec<Because>) -> Priority {
    let mut points = match kind {
        Kind::Complaint => 2,
        Kind::Issue | Kind::Consultation => 1,
        Kind::Suggestion | Kind::Praise => 0,
    };
    let is_blame = matches!(kind, Kind::Issue | Kind::Complaint);
    if is_blame && lowest(submission).is_some_and(|it| it.band() == Band::Lowest) {
        points += 1;
    }
    if 0 < submission.level && kind != Kind::Praise {
        points += u32::from(submission.level.min(2));
        because.push(Because::CustomerLevel { level: submission.level });
    }
    if 0 < submission.repeats {
        // Having to come back weighs more than coming a third time.
        points += 1 + submission.repeats.min(2);
        because.push(Because::Repeats { count: submission.repeats });
    }
    if let Some((said, reading)) = submission.said.filter(|_| kind != Kind::Praise) {
        let Emotion { strength, urgency, threat, spans } = &reading.emotion;
        points += u32::from(is_blame && STRENGTH_MIN <= *strength);
        points += u32::from(STRENGTH_MIN <= *urgency);
        if THREAT_MIN <= *threat {
            points += 4;
        }
        if THREAT_MIN <= *threat || STRENGTH_MIN <= *urgency {
            because.push(Because::UrgentWords { words: words(said, spans) });
        }
    }
    match points {
        0 => Priority::Low,
        1 | 2 => Priority::Normal,
        3 | 4 => Priority::High,
        _ => Priority::Urgent,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        Because, Categories, CategoryId, Kind, Learned, Priority, Proposal, Scale, Score,
        Submission, propose,
    };
    use crate::triage::category::Category;
    use proptest::prelude::*;
    use std::sync::LazyLock;
    use text::Reader;

    static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

    #[derive(Default)]
    struct Given<'a> {
        scores: &'a [(Scale, i64)],
        chosen: &'a [&'a str],
        said: &'a str,
        wish: Option<Kind>,
        level: u8,
        repeats: u32,
    }

    fn proposed(given: &Given<'_>) -> Option<Proposal> {
        let reading = READER.read(given.said);
        let submission = Submission {
            scores: given.scores.iter().map(|&(scale, value)| Score { scale, value }).collect(),
            chosen: given.chosen.iter().map(|&it| it.to_owned()).collect(),
            said: (!given.said.is_empty()).then_some((given.said, &reading)),
            wish: given.wish,
            level: given.level,
            repeats: given.repeats,
            learned: None,
        };
        propose(&submission, &Categories::default())
    }

    #[track_caller]
    fn check(given: &Given<'_>, expected: Option<(Kind, Priority)>) {
        let proposal = proposed(given);
        let labels = proposal.as_ref().map(|it| (it.kind, it.priority));
        assert_eq!(labels, expected, "{:?}: {:?}", given.said, proposal.map(|it| it.because));
    }

    const STAR: &[(Scale, i64)] = &[(Scale::Stars, 1)];
    const FIVE: &[(Scale, i64)] = &[(Scale::Stars, 5)];

    #[test]
    fn a_low_score_is_never_without_a_case() {
        let one = |scores| Given { scores, ..Given::default() };
        check(&one(STAR), Some((Kind::Issue, Priority::Normal)));
        check(&one(&[(Scale::Csat, 2)]), Some((Kind::Issue, Priority::Normal)));
        check(&one(&[(Scale::Csat, 5), (Scale::Nps, 6)]), Some((Kind::Issue, Priority::Normal)));
        check(&one(&[(Scale::Ces, 3)]), Some((Kind::Issue, Priority::Normal)));
        check(&one(&[(Scale::Csat, 3)]), None);
        check(&one(FIVE), None);
        check(&one(&[]), None);
        let wished = Given { wish: Some(Kind::Suggestion), ..one(STAR) };
        check(&wished, Some((Kind::Issue, Priority::Normal)));
        check(&Given { scores: FIVE, ..wished }, Some((Kind::Suggestion, Priority::Low)));
    }

    #[test]
    fn words_decide_the_kind() {
        let said = |said| Given { scores: STAR, said, ..Given::default() };
        let complaint = proposed(&said("我要投诉！客服态度恶劣，等了一个小时没人理")).unwrap();
        assert_eq!(complaint.kind, Kind::Complaint);
        assert!(Priority::High <= complaint.priority, "{complaint:?}");
        let praised = said("非常满意，小陈特别耐心，谢谢！");
        let against = proposed(&praised).unwrap();
        assert_eq!(against.kind, Kind::Issue);
        assert!(against.because.contains(&Because::ScoreAgainstWords), "{against:?}");
        check(&Given { scores: FIVE, ..praised }, Some((Kind::Praise, Priority::Low)));
        let asked = Given { said: "请问怎么开发票？", ..Given::default() };
        check(&asked, Some((Kind::Consultation, Priority::Normal)));
        let wish = Given { said: "建议增加夜间客服", scores: FIVE, ..Given::default() };
        check(&wish, Some((Kind::Suggestion, Priority::Low)));
    }

    #[test]
    fn what_is_ticked_goes_before_what_was_learned_and_that_before_words() {
        let id = |n| CategoryId(uuid::Uuid::from_u128(n));
        let branch = |n, words: &[&str], kinds: &[Kind]| Category {
            id: id(n),
            parent: None,
            name_zh: format!("分类 {n}"),
            name_en: format!("Category {n}"),
            words: words.iter().map(|&it| it.to_owned()).collect(),
            kinds: kinds.to_vec(),
            team: None,
            is_archived: n == 4,
        };
        let tree = Categories::new([
            branch(1, &["快递"], &[]),
            branch(2, &["waiting"], &[]),
            branch(3, &[], &[]),
            branch(4, &[], &[]),
            branch(5, &[], &[Kind::Praise]),
        ])
        .unwrap();
        let said = "快递放错了地方";
        let reading = READER.read(said);
        let find = |chosen: &[&str], learned: Option<(u128, u8)>| {
            let learned = learned.map(|(n, percent)| Learned {
                category: id(n),
                percent,
                words: vec!["放错".to_owned()],
                version: 2,
                examples: 160,
            });
            let submission = Submission {
                scores: vec![Score { scale: Scale::Stars, value: 1 }],
                chosen: chosen.iter().map(|&it| it.to_owned()).collect(),
                said: Some((said, &reading)),
                learned,
                ..Submission::default()
            };
            let found = propose(&submission, &tree).unwrap();
            let named = found
                .because
                .iter()
                .any(|it| matches!(it, Because::LearnedCategory { percent: 80, version: 2, .. }));
            (found.category, named)
        };
        assert_eq!(find(&[], None), (Some(id(1)), false));
        assert_eq!(find(&[], Some((3, 80))), (Some(id(3)), true));
        assert_eq!(find(&[], Some((3, 49))), (Some(id(1)), false));
        assert_eq!(find(&["waiting"], Some((3, 80))), (Some(id(2)), false));
        // Archived, for another kind, or gone since it was learned.
        for n in [4, 5, 6] {
            assert_eq!(find(&[], Some((n, 80))), (Some(id(1)), false), "{n}");
        }
    }

    #[test]
    fn level_and_repeats_make_it_more_urgent() {
        let base = Given { scores: STAR, ..Given::default() };
        check(&Given { level: 1, ..base }, Some((Kind::Issue, Priority::High)));
        let given = Given { level: 3, repeats: 2, ..Given { scores: STAR, ..Given::default() } };
        check(&given, Some((Kind::Issue, Priority::Urgent)));
        let why = proposed(&given).unwrap().because;
        assert!(why.contains(&Because::CustomerLevel { level: 3 }));
        assert!(why.contains(&Because::Repeats { count: 2 }));
    }

    #[test]
    fn a_ticked_reason_below_a_middling_score_is_an_issue() {
        let given = Given { scores: &[(Scale::Csat, 3)], chosen: &["waiting"], ..Given::default() };
        check(&given, Some((Kind::Issue, Priority::Normal)));
        check(&Given { scores: FIVE, ..given }, None);
    }

    proptest! {
        #[test]
        fn every_label_has_its_evidence(
            scale in prop::sample::select(Scale::ALL), value in 0_i64..11,
            said in prop::sample::select(vec![
                "", "好", "太差了，骗子！", "请问几点开门", "建议便宜点", "thank you so much",
                "still broken, worst service ever", "12315 见", "😡😡",
            ]),
            wish in prop::option::of(prop::sample::select(Kind::ALL)),
            level in 0_u8..4, repeats in 0_u32..4,
        ) {
            let score = Score { scale, value };
            let scores = [(scale, value)];
            let found = proposed(
                &Given { scores: &scores, chosen: &[], said, wish, level, repeats },
            );
            match found {
                None => prop_assert!(!score.is_low() && wish.is_none()),
                Some(it) => {
                    prop_assert!(!it.because.is_empty());
                    let is_blame = matches!(it.kind, Kind::Issue | Kind::Complaint);
                    prop_assert!(is_blame || !score.is_low());
                }
            }
        }
    }
}
