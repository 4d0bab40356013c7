//! The forms that come with the house, in Chinese and English. A tenant copies one and makes it
//! its own.

use super::condition::Condition;
use super::form::{FormContent, Purpose, RETENTION_DAYS_DEFAULT};
use super::question::{Choice, Dimension, Look, MatrixRow, Question, QuestionKind};
use crate::customer::customer::Level;
use crate::localized::Localized;

/// A built-in form under the key it is copied from.
#[derive(Debug, Clone, PartialEq)]
pub struct FormTemplate {
    pub key: &'static str,
    pub content: FormContent,
}

/// Satisfaction of at most this is low: it asks why.
const LOW_CSAT: u8 = 2;
/// Satisfaction of at least this is high: it asks for a referral.
const HIGH_CSAT: u8 = 4;
/// Recommendation of at most this is a detractor, of at least [`PROMOTER`] a promoter.
const DETRACTOR: u8 = 6;
const PROMOTER: u8 = 9;
/// What a suggestion box takes.
const BOX_CHARS: u32 = 1_000;

/// All built-in forms, the standard one (A16) first.
pub fn all() -> Vec<FormTemplate> {
    vec![
        FormTemplate { key: "standard", content: standard() },
        FormTemplate { key: "vip", content: vip() },
        FormTemplate { key: "relationship", content: relationship() },
        FormTemplate { key: "after_rectification", content: after_rectification() },
        FormTemplate { key: "cooling_off", content: cooling_off() },
    ]
}

/// The template with this key.
pub fn find(key: &str) -> Option<FormTemplate> {
    all().into_iter().find(|template| template.key == key)
}

fn standard() -> FormContent {
    FormContent {
        thanks: t(
            "谢谢您花时间告诉我们。每一条评价都有人看，需要处理的，我们会在承诺的时间内联系您。",
            "Thank you for taking the time. Somebody reads every evaluation, and where something needs doing we come back to you within the time we promise.",
        ),
        allow_anonymous: true,
        ..form(
            t("服务评价", "Your service"),
            t(
                "大约一分钟。只有第一题必答。",
                "About a minute. Only the first question is required.",
            ),
            Purpose::Transactional,
            vec![
                overall(t("这次服务，您满意吗？", "How satisfied are you with this service?")),
                reasons(Condition::at_most("overall", LOW_CSAT)),
                details(),
                solved(t("您的问题解决了吗？", "Is your problem solved?")),
                referral(Condition::at_least("overall", HIGH_CSAT)),
                suggestion_box(),
            ],
        )
    }
}

fn vip() -> FormContent {
    FormContent {
        levels: vec![Level::Vip],
        ..form(
            t("专属服务评价", "Your account service"),
            t(
                "您的评价由您的专属经理和他的主管直接阅读。",
                "Your account manager and the manager above read this themselves.",
            ),
            Purpose::Transactional,
            vec![
                overall(t("这次服务，您满意吗？", "How satisfied are you with this service?")),
                reasons(Condition::at_most("overall", LOW_CSAT)),
                rated(
                    "manager",
                    t(
                        "专属经理是否了解您的情况？",
                        "How well did your account manager know your situation?",
                    ),
                    Dimension::Professionalism,
                ),
                rated(
                    "promise",
                    t("答应您的事，兑现得怎么样？", "How well was what we promised you kept?"),
                    Dimension::Promise,
                ),
                solved(t("您的问题解决了吗？", "Is your problem solved?")),
                suggestion_box(),
                Question {
                    show_if: Some(Condition::at_most("overall", LOW_CSAT)),
                    ..question(
                        "contact",
                        t("方便的话，我们该怎样联系您？", "How may we reach you, if you like?"),
                        QuestionKind::Contact,
                    )
                },
            ],
        )
    }
}

fn relationship() -> FormContent {
    let recommend = QuestionKind::Nps {
        low: t("完全不可能", "Not at all likely"),
        high: t("极有可能", "Extremely likely"),
    };
    form(
        t("与我们往来的感受", "How it is to deal with us"),
        t(
            "两三个问题，说说这段时间的整体感受。",
            "Two or three questions about the last months as a whole.",
        ),
        Purpose::Relationship,
        vec![
            Question {
                required: true,
                ..question(
                    "recommend",
                    t(
                        "您有多大可能把我们推荐给朋友或同事？",
                        "How likely are you to recommend us to a friend or colleague?",
                    ),
                    recommend,
                )
            },
            reasons(Condition::at_most("recommend", DETRACTOR)),
            Question {
                show_if: Some(Condition::at_least("recommend", PROMOTER)),
                ..text(
                    "valued",
                    t("我们做的哪件事，对您最有用？", "What do we do that helps you most?"),
                )
            },
            text("suggestion", t("我们最该改变的是什么？", "What should we change first?")),
        ],
    )
}

fn after_rectification() -> FormContent {
    form(
        t("整改回访", "After the correction"),
        t(
            "您反映的问题，我们已经做了整改。做得怎么样，请您来评。",
            "We have corrected what you told us about. You are the judge of it.",
        ),
        Purpose::AfterRectification,
        vec![
            solved(t(
                "您反映的问题，现在解决了吗？",
                "Is the problem you told us about solved now?",
            )),
            overall(t("对这次处理，您满意吗？", "How satisfied are you with how it was handled?")),
            Question {
                not_applicable: true,
                dimension: Some(Dimension::Effort),
                ..question(
                    "effort",
                    t(
                        "解决这个问题，对您来说费力吗？",
                        "How easy was it for you to get this solved?",
                    ),
                    QuestionKind::Ces {
                        low: t("非常费力", "Very hard"),
                        high: t("毫不费力", "Very easy"),
                    },
                )
            },
            reasons(Condition::at_most("overall", LOW_CSAT)),
            text("suggestion", t("还差什么？", "What is still missing?")),
        ],
    )
}

fn cooling_off() -> FormContent {
    let again = Question {
        not_applicable: true,
        ..question(
            "again",
            t("同样的问题后来又出现过吗？", "Did the same problem come back?"),
            QuestionKind::Single {
                options: vec![
                    option("no", t("没有", "No"), None),
                    option("once", t("出现过一次", "Once"), None),
                    option("often", t("出现过不止一次", "More than once"), None),
                ],
            },
        )
    };
    form(
        t("一周之后，再问一句", "A week later"),
        t(
            "过了些日子，您的看法也许和当时不同。两个问题就好。",
            "A few days on, things may look different. Two questions.",
        ),
        Purpose::CoolingOff,
        vec![
            overall(t(
                "现在回头看，那次服务您满意吗？",
                "Looking back, how satisfied are you with that service?",
            )),
            again,
            reasons(Condition::at_most("overall", LOW_CSAT)),
            suggestion_box(),
        ],
    )
}

fn t(zh: &str, en: &str) -> Localized {
    Localized::zh_en(zh, en)
}

fn form(
    title: Localized,
    intro: Localized,
    purpose: Purpose,
    questions: Vec<Question>,
) -> FormContent {
    FormContent {
        title,
        intro,
        thanks: t("谢谢您告诉我们。", "Thank you for telling us."),
        purpose,
        languages: vec!["zh-CN".to_owned(), "en".to_owned()],
        questions,
        levels: Vec::new(),
        allow_anonymous: false,
        reward: Localized::default(),
        retention_days: RETENTION_DAYS_DEFAULT,
    }
}

fn question(key: &str, text: Localized, kind: QuestionKind) -> Question {
    Question {
        key: key.to_owned(),
        text,
        hint: Localized::default(),
        kind,
        required: false,
        not_applicable: false,
        dimension: None,
        show_if: None,
    }
}

fn text(key: &str, wording: Localized) -> Question {
    question(key, wording, QuestionKind::Text { max_chars: BOX_CHARS })
}

fn satisfaction() -> Vec<Localized> {
    vec![
        t("很不满意", "Very dissatisfied"),
        t("不满意", "Dissatisfied"),
        t("一般", "Neither"),
        t("满意", "Satisfied"),
        t("很满意", "Very satisfied"),
    ]
}

fn overall(wording: Localized) -> Question {
    Question {
        required: true,
        dimension: Some(Dimension::Overall),
        ..question(
            "overall",
            wording,
            QuestionKind::Csat { look: Look::Stars, labels: satisfaction() },
        )
    }
}

fn rated(key: &str, wording: Localized, dimension: Dimension) -> Question {
    Question {
        not_applicable: true,
        dimension: Some(dimension),
        ..question(key, wording, QuestionKind::Csat { look: Look::Stars, labels: satisfaction() })
    }
}

fn details() -> Question {
    let row = |key: &str, text: Localized, dimension: Dimension| MatrixRow {
        key: key.to_owned(),
        text,
        dimension: Some(dimension),
    };
    Question {
        not_applicable: true,
        ..question(
            "detail",
            t("具体来说呢？", "And in detail?"),
            QuestionKind::Matrix {
                rows: vec![
                    row("speed", t("响应速度", "Speed of response"), Dimension::Speed),
                    row("attitude", t("服务态度", "Attitude"), Dimension::Attitude),
                    row(
                        "professionalism",
                        t("专业程度", "Professionalism"),
                        Dimension::Professionalism,
                    ),
                ],
            },
        )
    }
}

fn option(key: &str, text: Localized, score: Option<u8>) -> Choice {
    Choice { key: key.to_owned(), text, score }
}

fn solved(wording: Localized) -> Question {
    Question {
        dimension: Some(Dimension::Solved),
        ..question(
            "solved",
            wording,
            QuestionKind::Single {
                options: vec![
                    option("yes", t("解决了", "Yes"), Some(5)),
                    option("partly", t("解决了一部分", "In part"), Some(3)),
                    option("no", t("没有解决", "No"), Some(1)),
                ],
            },
        )
    }
}

/// The tags of a low score; triage reads them by these keys.
fn reasons(show_if: Condition) -> Question {
    let tags = [
        ("waiting", "等待太久", "Waited too long"),
        ("attitude", "态度不好", "Unfriendly"),
        ("unsolved", "没有解决", "Not solved"),
        ("unclear", "说不清楚", "Not explained clearly"),
        ("cumbersome", "流程麻烦", "Too complicated"),
        ("other", "其他", "Something else"),
    ];
    let options = tags.map(|(key, zh, en)| option(key, t(zh, en), None)).into();
    Question {
        hint: t("可以选几个", "Choose as many as apply"),
        show_if: Some(show_if),
        ..question(
            "reasons",
            t("哪里没有做好？", "What went wrong?"),
            QuestionKind::Multiple { options, min: 0, max: None },
        )
    }
}

fn referral(show_if: Condition) -> Question {
    Question {
        show_if: Some(show_if),
        ..question(
            "referral",
            t("您愿意把我们介绍给身边的人吗？", "Would you mention us to people you know?"),
            QuestionKind::Single {
                options: vec![
                    option("yes", t("愿意", "Yes"), None),
                    option("later", t("以后再说", "Maybe later"), None),
                    option("no", t("不了", "No"), None),
                ],
            },
        )
    }
}

fn suggestion_box() -> Question {
    text("suggestion", t("想说的话，或给我们的建议", "Anything you would like to say or suggest"))
}

#[cfg(test)]
mod tests {
    use super::super::linter::lint;
    use super::*;

    #[test]
    fn every_template_can_be_published_and_has_no_finding() {
        for template in all() {
            assert_eq!(template.content.problems(), [], "{}", template.key);
            assert_eq!(lint(&template.content), [], "{}", template.key);
            let json = serde_json::to_value(&template.content).unwrap();
            assert_eq!(serde_json::from_value::<FormContent>(json).unwrap(), template.content);
        }
    }

    #[test]
    fn the_standard_form_asks_the_five_things_of_a16() {
        let form = find("standard").unwrap().content;
        let mut asked: Vec<_> = form.questions.iter().filter_map(|it| it.dimension).collect();
        asked.extend(form.questions.iter().flat_map(Question::rows).filter_map(|it| it.dimension));
        asked.sort();
        assert_eq!(asked, Dimension::ALL[..5]);
        let required = form.questions.iter().filter(|it| it.required).count();
        assert_eq!(required, 1, "the first answer is one tap and the only one demanded");
    }

    #[test]
    fn there_is_no_template_of_another_name() {
        assert!(find("vip").is_some() && find("VIP").is_none());
    }
}
