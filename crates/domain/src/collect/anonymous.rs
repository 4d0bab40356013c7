//! An anonymous evaluation 匿名评价 (A26): it waits as a letter among others, and is written down only
//! together with them, in no order and with nothing by which it stands apart.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::evaluation::Evaluation;
use super::round::Round;
use crate::analysis::anonymity::{GROUP_MIN, hidden};
use crate::id::{EvaluationId, FormId};

/// What was handed in, without who, when or by which link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// Its id is random and tells no order; it has no time yet.
    pub evaluation: Evaluation,
    /// Keys of the options ticked as reasons.
    pub chosen: Vec<String>,
    /// Of the page to follow it by.
    pub token: String,
}

/// A language that is not told: "undetermined" of BCP 47.
const UNTOLD: &str = "und";

/// Which letters are opened together: what cannot be blurred must be the same for all of them.
type Pile = (FormId, i64, Round);

/// Takes the letters out that may be opened: those of a pile of at least [`GROUP_MIN`]. The others
/// stay where they are. What is taken out is blurred, and in the order of the random ids.
pub fn open(letters: &mut Vec<Letter>) -> Vec<Letter> {
    let mut piles: BTreeMap<Pile, u64> = BTreeMap::new();
    for it in letters.iter() {
        *piles.entry(pile(it)).or_default() += 1;
    }
    let is_enough = |it: &Letter| GROUP_MIN <= piles[&pile(it)];
    let (mut opened, waiting): (Vec<_>, Vec<_>) = letters.drain(..).partition(is_enough);
    *letters = waiting;
    opened.sort_by_key(id);
    let piles: BTreeSet<Pile> = opened.iter().map(pile).collect();
    for of in piles {
        let together = opened.iter_mut().filter(|it| pile(it) == of);
        let mut together: Vec<&mut Evaluation> = together.map(|it| &mut it.evaluation).collect();
        blur(&mut together);
    }
    opened
}

fn pile(it: &Letter) -> Pile {
    (it.evaluation.form, it.evaluation.form_version, it.evaluation.round)
}

fn id(it: &Letter) -> EvaluationId {
    it.evaluation.id
}

/// Takes away what fewer than [`GROUP_MIN`] of the pile have in common: first the person, then the
/// team of those who have no person left, the channel and the language. What is taken from one group
/// alone could be told from the rest, so another goes with it.
fn blur(pile: &mut [&mut Evaluation]) {
    let staff = small(pile, |it| it.staff);
    for it in each(pile, |it| it.staff.is_some_and(|it| staff.contains(&it))) {
        it.staff = None;
    }
    // A person's letters name the team with the person.
    let unnamed = |it: &Evaluation| it.team.filter(|_| it.staff.is_none());
    let teams = small(pile, unnamed);
    for it in each(pile, |it| unnamed(it).is_some_and(|it| teams.contains(&it))) {
        it.team = None;
    }
    let channels = small(pile, |it| Some(it.channel));
    for it in each(pile, |it| channels.contains(&it.channel)) {
        it.channel = Channel::WebLink;
    }
    let languages = small(pile, |it| Some(it.language.clone()));
    for it in each(pile, |it| languages.contains(&it.language)) {
        UNTOLD.clone_into(&mut it.language);
    }
}

/// The groups, told apart by `of`, that have to be hidden.
fn small<K: Ord + Clone>(
    pile: &[&mut Evaluation],
    of: impl Fn(&Evaluation) -> Option<K>,
) -> BTreeSet<K> {
    let mut groups: BTreeMap<Option<K>, u64> = BTreeMap::new();
    for it in pile {
        *groups.entry(of(it)).or_default() += 1;
    }
    hidden(&groups, GROUP_MIN).into_iter().flatten().collect()
}

fn each<'a>(
    pile: &'a mut [&mut Evaluation],
    which: impl Fn(&Evaluation) -> bool,
) -> impl Iterator<Item = &'a mut Evaluation> {
    pile.iter_mut().map(|it| &mut **it).filter(move |it| which(it))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::collect::answer::Scores;
    use crate::id::{StaffId, TeamId};

    fn letter(id: u128, form: u128, staff: u128, channel: usize) -> Letter {
        let evaluation = Evaluation {
            id: EvaluationId(Uuid::from_u128(id)),
            round: Round::First,
            form: FormId(Uuid::from_u128(form)),
            form_version: 1,
            invitation: None,
            case: None,
            interaction: None,
            customer: None,
            staff: (staff != 0).then(|| StaffId(Uuid::from_u128(staff))),
            team: (staff != 0).then(|| TeamId(Uuid::from_u128(staff % 2 + 1))),
            channel: [Channel::WebLink, Channel::Email, Channel::Sms][channel],
            language: ["zh-CN", "en"][channel % 2].to_owned(),
            scores: Scores::default(),
            answers: serde_json::Value::Null,
            comment: String::new(),
            anonymous: true,
            receipt: String::new(),
            submitted_at: Timestamp::UNIX_EPOCH,
            local_day: String::new(),
        };
        Letter { evaluation, chosen: vec![], token: id.to_string() }
    }

    /// The obvious oracle: how many of the letters look alike in this one respect.
    fn alike<K: PartialEq>(all: &[Letter], one: &Letter, of: impl Fn(&Evaluation) -> K) -> usize {
        let same =
            |it: &&Letter| pile(it) == pile(one) && of(&it.evaluation) == of(&one.evaluation);
        all.iter().filter(same).count()
    }

    proptest! {
        #[test]
        fn in_nothing_that_is_kept_fewer_than_five_are_alike(
            given in prop::collection::vec((any::<u64>(), 1_u128..4, 0_u128..5, 0_usize..3), 0..60),
        ) {
            let given: Vec<Letter> =
                given.into_iter().map(|it| letter(u128::from(it.0), it.1, it.2, it.3)).collect();
            let mut waiting = given.clone();
            let opened = open(&mut waiting);
            prop_assert_eq!(opened.len() + waiting.len(), given.len());
            prop_assert!(opened.is_sorted_by_key(id));
            for one in &opened {
                let it = &one.evaluation;
                let about = |it: &Evaluation| (it.staff, it.team);
                prop_assert!(5 <= alike(&opened, one, |_| ()));
                let nobody = it.staff.is_none() && it.team.is_none();
                prop_assert!(nobody || 5 <= alike(&opened, one, about), "{:?}", it);
                let blurred = it.channel == Channel::WebLink;
                prop_assert!(blurred || 5 <= alike(&opened, one, |it| it.channel));
                let blurred = it.language == UNTOLD;
                prop_assert!(blurred || 5 <= alike(&opened, one, |it| it.language.clone()));
            }
            for it in &waiting {
                prop_assert!(alike(&waiting, it, |_| ()) < 5);
            }
        }
    }

    #[test]
    fn four_wait_and_the_fifth_opens_them() {
        let mut letters: Vec<_> = (1..=4).map(|it| letter(10 - it, 1, 1, 0)).collect();
        assert_eq!(open(&mut letters), []);
        letters.push(letter(5, 1, 1, 0));
        let opened = open(&mut letters);
        assert!(letters.is_empty());
        assert!(
            opened.iter().all(|it| it.evaluation.staff.is_some()),
            "all five are of one person"
        );
        let order: Vec<_> = opened.iter().map(|it| id(it).0.as_u128()).collect();
        assert_eq!(order, [5, 6, 7, 8, 9]);
    }

    #[test]
    fn who_was_praised_by_few_is_not_named() {
        let staff = |it| if it < 3 { 1 } else { 2 };
        let mut letters: Vec<_> = (1..=9).map(|it| letter(it, 1, staff(it), 0)).collect();
        let opened = open(&mut letters);
        let named = opened.iter().filter(|it| it.evaluation.staff.is_some()).count();
        assert_eq!(named, 0, "the other would follow from the rest");
    }
}
