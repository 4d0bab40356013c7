//! Steering in an agent's messages: asking for a good rating, as against asking for a rating.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::fold::{Folded, Runs};
use crate::lexicon::Lexicon;

/// What an agent's message does to a coming rating. A neutral invitation is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Steering {
    /// "请对本次服务评价": asks, names no answer.
    Invitation,
    /// "麻烦给个五星好评": names the answer.
    Steering,
    /// "好评返现": offers something for it.
    Incentive,
    /// "不要给差评，会扣我工资": begs or threatens.
    Pressure,
}

/// A piece of a message that invites or steers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SteeringHit {
    pub class: Steering,
    #[serde(flatten)]
    pub span: Span,
}

static WORDS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::built_in(include_str!("lexicon/steering.txt")));

/// All such pieces in the order of the message; an invitation inside a steering piece is left out.
pub fn find(message: &str) -> Vec<SteeringHit> {
    let folded = Folded::new(message, Runs::Shorten);
    let hits = WORDS.find(&folded);
    let class = |list: usize| match WORDS.codes()[list].as_str() {
        "incentive" => Steering::Incentive,
        "pressure" => Steering::Pressure,
        "steering" => Steering::Steering,
        _ => Steering::Invitation,
    };
    let mut found: Vec<SteeringHit> = hits
        .iter()
        .map(|hit| SteeringHit { class: class(hit.list), span: folded.span(hit.from, hit.to) })
        .collect();
    let leading: Vec<Span> =
        found.iter().filter(|h| h.class != Steering::Invitation).map(|h| h.span).collect();
    found.retain(|hit| {
        hit.class != Steering::Invitation || !leading.iter().any(|span| span.overlaps(&hit.span))
    });
    found
}

/// The gravest class of a message, if it has any.
pub fn classify(message: &str) -> Option<Steering> {
    let rank = |class: &Steering| match class {
        Steering::Invitation => 0,
        Steering::Steering => 1,
        Steering::Incentive => 2,
        Steering::Pressure => 3,
    };
    find(message).into_iter().map(|hit| hit.class).max_by_key(rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_not_steering() {
        for (message, expected) in [
            ("请您对本次服务进行评价，谢谢", Some(Steering::Invitation)),
            ("稍后会有满意度调查短信，请您如实评价", Some(Steering::Invitation)),
            ("麻烦您给个五星好评哦", Some(Steering::Steering)),
            ("方便的话点个满意可以吗", Some(Steering::Steering)),
            ("帮忙打个十分呗", Some(Steering::Steering)),
            ("五星好评返现 5 元", Some(Steering::Incentive)),
            ("千万别给差评，不然要扣我工资的", Some(Steering::Pressure)),
            ("Please rate your experience today", Some(Steering::Invitation)),
            ("Could you give me a 5 star review?", Some(Steering::Steering)),
            ("您的快递明天送到", None),
            ("您对我们的产品满意吗", None),
        ] {
            assert_eq!(classify(message), expected, "{message}");
        }
    }

    #[test]
    fn zero_width_characters_hide_no_steering() {
        assert_eq!(classify("给个五\u{200b}星好\u{feff}评"), Some(Steering::Steering));
    }
}
