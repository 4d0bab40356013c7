//! What a text is about: a code book of service topics that a tenant may extend.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::fold::Folded;
use crate::lexicon::{Lexicon, LexiconError};
use crate::span::{Evidence, heaviest};

/// A topic below this score is not mentioned.
const SCORE_MIN: f32 = 0.4;
/// Pieces of evidence shown for each topic.
const EVIDENCE_MAX: usize = 5;

/// The topics every tenant starts with: code, Chinese name, English name, code of the topic above.
pub const TOPICS: &[(&str, &str, &str, Option<&str>)] = &[
    ("service", "服务", "Service", None),
    ("waiting", "等待时长", "Waiting", Some("service")),
    ("attitude", "服务态度", "Attitude", Some("service")),
    ("knowledge", "业务能力", "Knowledge", Some("service")),
    ("unresolved", "问题解决", "Resolution", Some("service")),
    ("process", "流程手续", "Process", Some("service")),
    ("promise", "承诺兑现", "Promises kept", Some("service")),
    ("environment", "服务环境", "Premises", Some("service")),
    ("offer", "产品与交付", "Product and delivery", None),
    ("product", "产品质量", "Product quality", Some("offer")),
    ("logistics", "物流配送", "Delivery", Some("offer")),
    ("after_sales", "售后维修", "After-sales", Some("offer")),
    ("system", "系统功能", "System", Some("offer")),
    ("money", "费用", "Money", None),
    ("price", "价格收费", "Price and charges", Some("money")),
    ("refund", "退款赔付", "Refund", Some("money")),
    ("invoice", "发票", "Invoice", Some("money")),
    ("privacy", "隐私安全", "Privacy and security", None),
];

/// A topic of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicHit {
    pub code: String,
    /// 0 to 1, how clearly the text speaks of it.
    pub score: f32,
    pub spans: Vec<Evidence>,
}

/// One topic of a code book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Stable, in lower case with underscores.
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    /// The topic above it, if any.
    pub parent: Option<String>,
}

/// A tenant's topics and the words that name them.
#[derive(Debug)]
pub struct CodeBook {
    topics: Vec<Topic>,
    lexicon: Lexicon,
    /// Codes that are not looked for.
    hidden: BTreeSet<String>,
}

impl CodeBook {
    /// The topics every tenant starts with.
    pub fn built_in() -> Self {
        Self::extended(&[], "").expect("the crate's own word lists are tested")
    }

    /// The built-in code book with a tenant's topics and words added. `words` are lines
    /// `code weight | word | word …`; a topic of a known code replaces the built-in one's names.
    pub fn extended(own: &[Topic], words: &str) -> Result<Self, LexiconError> {
        let built_in = TOPICS.iter().map(|(code, zh, en, parent)| Topic {
            code: (*code).to_owned(),
            name_zh: (*zh).to_owned(),
            name_en: (*en).to_owned(),
            parent: parent.map(str::to_owned),
        });
        let mut topics: Vec<Topic> = built_in.collect();
        for topic in own {
            match topics.iter_mut().find(|known| known.code == topic.code) {
                Some(known) => *known = topic.clone(),
                None => topics.push(topic.clone()),
            }
        }
        let source = format!("{}\n{words}", include_str!("lexicon/topic.txt"));
        Ok(Self { topics, lexicon: Lexicon::parse(&source)?, hidden: BTreeSet::new() })
    }

    /// The same, in which these codes are not looked for. They stay topics: what was found before keeps
    /// its name.
    #[must_use]
    pub fn without(mut self, codes: impl IntoIterator<Item = String>) -> Self {
        self.hidden.extend(codes);
        self
    }

    /// All topics.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The topics of a text, the clearest first.
    pub(crate) fn read(&self, folded: &Folded) -> Vec<TopicHit> {
        let mut spans: Vec<Vec<Evidence>> = vec![Vec::new(); self.lexicon.codes().len()];
        for hit in self.lexicon.find(folded) {
            let span = folded.span(hit.from, hit.to);
            spans[hit.list].push(Evidence { span, weight: hit.weight });
        }
        let mut topics: Vec<TopicHit> = self
            .lexicon
            .codes()
            .iter()
            .zip(spans)
            .filter(|(code, _)| !self.hidden.contains(*code))
            .map(|(code, spans)| {
                let points: f32 = spans.iter().map(|piece| piece.weight).sum();
                let score = 1.0 - (-1.2 * points).exp();
                TopicHit { code: code.clone(), score, spans: heaviest(spans, EVIDENCE_MAX) }
            })
            .filter(|topic| topic.score >= SCORE_MIN)
            .collect();
        topics.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.code.cmp(&b.code)));
        topics
    }
}
