//! What an agent did in a conversation, counted, with the pieces that show it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::fold::{Folded, Runs};
use crate::lexicon::Lexicon;
use crate::steering::{self, SteeringHit};

/// Polite words a call is expected to hold (service standard: at least three 请/谢谢 a call).
pub const POLITE_MIN: usize = 3;
/// A question is answered if the next turns of the other side share this much with it, or say
/// anything of length at all.
const ANSWER_LETTERS_MIN: usize = 4;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Agent,
    Customer,
    System,
}

/// One turn of a conversation. Times are milliseconds from its start, where known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub speaker: Speaker,
    pub text: String,
    pub start_ms: Option<i64>,
    pub end_ms: Option<i64>,
}

/// A piece of one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Index of the turn.
    pub turn: usize,
    #[serde(flatten)]
    pub span: Span,
}

/// What the agent did. Empty lists mean it was not seen, not that it was not done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    pub greeting: Vec<Place>,
    pub closing: Vec<Place>,
    /// The agent gave a name or number of his own.
    pub identified: Vec<Place>,
    /// 请, 谢谢, please, thank you; each counted.
    pub polite: Vec<Place>,
    pub soothing: Vec<Place>,
    pub promises: Vec<Place>,
    pub forbidden: Vec<Place>,
    pub steering: Vec<(usize, SteeringHit)>,
    /// Turns of the agent that began before the customer had ended.
    pub interruptions: Vec<usize>,
    /// The longest time without anybody speaking, and the turn before it.
    pub longest_silence_ms: Option<(usize, i64)>,
    /// Questions of the customer that got no answer: turns.
    pub unanswered: Vec<usize>,
}

impl Behaviour {
    /// At least [`POLITE_MIN`] polite words.
    pub fn is_polite(&self) -> bool {
        self.polite.len() >= POLITE_MIN
    }
}

static WORDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::built_in(include_str!("lexicon/behaviour.txt")));

/// Reads a conversation.
pub fn read(turns: &[Turn]) -> Behaviour {
    let mut behaviour = Behaviour::default();
    for (at, turn) in turns.iter().enumerate().filter(|(_, t)| t.speaker == Speaker::Agent) {
        words(&mut behaviour, at, &turn.text);
        behaviour.steering.extend(steering::find(&turn.text).into_iter().map(|hit| (at, hit)));
    }
    behaviour.interruptions = interruptions(turns);
    behaviour.longest_silence_ms = longest_silence(turns);
    behaviour.unanswered = unanswered(turns);
    behaviour
}

fn words(behaviour: &mut Behaviour, turn: usize, text: &str) {
    let folded = Folded::new(text, Runs::Shorten);
    let mut hits = WORDS.find(&folded);
    // 一定给您回电 is one promise although two words of the list meet in it.
    hits.sort_by_key(|hit| (hit.list, hit.from));
    hits.dedup_by(|next, kept| {
        let meet = next.list == kept.list && next.from < kept.to;
        kept.to = if meet { kept.to.max(next.to) } else { kept.to };
        meet
    });
    for hit in hits {
        let place = Place { turn, span: folded.span(hit.from, hit.to) };
        match WORDS.codes()[hit.list].as_str() {
            "greeting" => behaviour.greeting.push(place),
            "closing" => behaviour.closing.push(place),
            "identified" => behaviour.identified.push(place),
            "polite" => behaviour.polite.push(place),
            "soothing" => behaviour.soothing.push(place),
            "promise" => behaviour.promises.push(place),
            _ => behaviour.forbidden.push(place),
        }
    }
}

fn interruptions(turns: &[Turn]) -> Vec<usize> {
    let early = |pair: &[Turn]| {
        pair[0].speaker == Speaker::Customer
            && pair[1].speaker == Speaker::Agent
            && pair[0].end_ms.zip(pair[1].start_ms).is_some_and(|(end, start)| start < end)
    };
    turns.windows(2).enumerate().filter(|(_, pair)| early(pair)).map(|(at, _)| at + 1).collect()
}

fn longest_silence(turns: &[Turn]) -> Option<(usize, i64)> {
    let gap = |(at, pair): (usize, &[Turn])| {
        pair[0].end_ms.zip(pair[1].start_ms).map(|(end, start)| (at, start.saturating_sub(end)))
    };
    let gaps = turns.windows(2).enumerate().filter_map(gap).filter(|(_, gap)| *gap > 0);
    gaps.max_by_key(|&(at, gap)| (gap, std::cmp::Reverse(at)))
}

/// Questions with no turn of the agent after them before the customer speaks again or the
/// conversation ends, or with nothing in it but a filler ("嗯").
fn unanswered(turns: &[Turn]) -> Vec<usize> {
    let mut open = Vec::new();
    for (at, turn) in turns.iter().enumerate().filter(|(_, t)| t.speaker == Speaker::Customer) {
        let answer: usize = turns[at + 1..]
            .iter()
            .skip_while(|next| next.speaker == Speaker::Customer)
            .take_while(|next| next.speaker != Speaker::Customer)
            .filter(|next| next.speaker == Speaker::Agent)
            .map(|next| next.text.chars().filter(|c| c.is_alphanumeric()).count())
            .sum();
        if is_question(&turn.text) && answer < ANSWER_LETTERS_MIN {
            open.push(at);
        }
    }
    open
}

/// Whether a turn asks something.
pub fn is_question(text: &str) -> bool {
    let folded = Folded::new(text, Runs::Shorten);
    let ends = folded.text.trim_end_matches([' ', '.', ',', '!', '~']);
    ends.ends_with(['?', '吗', '呢', '么'])
        || [
            "怎么",
            "怎样",
            "如何",
            "什么时候",
            "需要什么",
            "要带什么",
            "为什么",
            "多少",
            "多久",
            "几点",
            "几天",
            "哪里",
            "哪儿",
            "能不能",
            "是不是",
            "有没有",
            "是否",
            "能否",
            "可否",
            "可不可以",
            "可以吗",
            "请问",
        ]
        .iter()
        .any(|word| folded.text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(speaker: Speaker, text: &str, start_ms: i64, end_ms: i64) -> Turn {
        Turn { speaker, text: text.to_owned(), start_ms: Some(start_ms), end_ms: Some(end_ms) }
    }

    #[test]
    fn a_call_is_counted() {
        use Speaker::{Agent, Customer};
        let turns = [
            turn(Agent, "您好，工号 1024 为您服务，请问有什么可以帮您？", 0, 4_000),
            turn(Customer, "我的退款什么时候到账？", 4_500, 8_000),
            turn(Agent, "非常抱歉给您带来不便，请稍等", 7_000, 9_000),
            turn(Customer, "好", 39_000, 39_500),
            turn(Agent, "今天下班前一定给您回电，谢谢您的来电，祝您生活愉快，再见", 40_000, 45_000),
            turn(Customer, "运费谁出呢", 46_000, 47_000),
        ];
        let behaviour = read(&turns);
        assert_eq!(behaviour.greeting.len(), 2);
        assert_eq!(behaviour.closing.len(), 2);
        assert_eq!(behaviour.identified.len(), 1);
        assert_eq!(behaviour.polite.len(), 3);
        assert!(behaviour.is_polite());
        assert_eq!(behaviour.soothing[0].span.of(&turns[2].text), "非常抱歉");
        assert_eq!(behaviour.promises.len(), 2);
        assert_eq!(behaviour.interruptions, [2]);
        assert_eq!(behaviour.longest_silence_ms, Some((2, 30_000)));
        assert_eq!(behaviour.unanswered, [5]);
    }
}
