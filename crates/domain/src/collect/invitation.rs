//! Whom to ask, when and over which channel; and why not. The house decides, nobody chooses whom
//! to ask (A20), so that the answers are those of all customers and not of the pleased ones.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::round::Round;
use crate::code::codes;
use crate::id::{CaseId, CustomerId, EvaluationId, InteractionId, InvitationId, StaffId, TeamId};
use crate::language::Language;

codes! {
    /// How far an invitation 评价邀请 has come.
    pub enum State {
        /// Waits for its moment.
        Planned = "planned",
        Sent = "sent",
        /// The channel says that it arrived.
        Delivered = "delivered",
        /// The page was seen, or at least asked for by a person's browser.
        Opened = "opened",
        /// The first answer was given.
        Started = "started",
        Completed = "completed",
        /// Was not answered in time.
        Expired = "expired",
        /// Was not sent; the reason is with it.
        Suppressed = "suppressed",
    }

    /// Why nobody was asked.
    pub enum Because {
        /// The tenant has switched this round off.
        SwitchedOff = "switched_off",
        /// Nobody knows who was served.
        NoCustomer = "no_customer",
        /// There is no address for any channel in use.
        NoContact = "no_contact",
        /// The customer wants no invitations.
        OptedOut = "opted_out",
        /// The customer was asked not long ago.
        Fatigue = "fatigue",
        /// Nobody answered the call, so there is nothing to evaluate.
        NotAnswered = "not_answered",
        /// It ended too long ago to be remembered well.
        TooLate = "too_late",
        /// This round of this thing was asked before.
        AskedBefore = "asked_before",
        /// The channel would not take it.
        Undeliverable = "undeliverable",
    }
}

/// What an invitation asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum About {
    Interaction(InteractionId),
    Case(CaseId),
    /// The whole of the service to the customer.
    Relationship,
}

impl About {
    pub fn interaction(self) -> Option<InteractionId> {
        if let Self::Interaction(id) = self { Some(id) } else { None }
    }

    pub fn case(self) -> Option<CaseId> {
        if let Self::Case(id) = self { Some(id) } else { None }
    }
}

/// A request to one customer to evaluate one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub round: Round,
    pub about: About,
    /// `None`: nobody knows who was served, so nobody was asked.
    pub customer: Option<CustomerId>,
    /// The person and team that served.
    pub staff: Option<StaffId>,
    pub team: Option<TeamId>,
    /// The key of the form that asks.
    pub form: String,
    pub channel: Channel,
    /// The address in that channel; empty where the link is handed over by hand.
    pub recipient: String,
    pub language: Language,
    pub state: State,
    pub because: Option<Because>,
    /// When what it asks about ended.
    pub happened: Timestamp,
    pub planned: Timestamp,
    /// When it is to be sent.
    pub due: Timestamp,
    pub sent: Option<Timestamp>,
    pub delivered: Option<Timestamp>,
    pub opened: Option<Timestamp>,
    pub started: Option<Timestamp>,
    pub completed: Option<Timestamp>,
    pub reminded: Option<Timestamp>,
    /// From then on its link leads nowhere.
    pub expires: Option<Timestamp>,
    pub evaluation: Option<EvaluationId>,
}

/// What happens on the customer's side, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    Delivered,
    Opened,
    Started,
}

impl Invitation {
    /// Whether its link can still be answered.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let alive = matches!(
            self.state,
            State::Planned | State::Sent | State::Delivered | State::Opened | State::Started
        );
        alive && self.expires.is_none_or(|it| now < it)
    }

    /// Whether it waits for an answer that a reminder may bring.
    pub fn may_be_reminded(&self, now: Timestamp) -> bool {
        self.is_open(now) && self.state != State::Planned && self.reminded.is_none()
    }

    /// Marks what happened; each moment is kept as it was first seen. `false`: nothing is new.
    pub fn mark(&mut self, mark: Mark, now: Timestamp) -> bool {
        if !self.is_open(now) {
            return false;
        }
        let (field, state) = match mark {
            Mark::Delivered => (&mut self.delivered, State::Delivered),
            Mark::Opened => (&mut self.opened, State::Opened),
            Mark::Started => (&mut self.started, State::Started),
        };
        let new = field.is_none();
        field.get_or_insert(now);
        if mark == Mark::Started {
            // Who answers has seen the page, though their browser said nothing of it.
            self.opened.get_or_insert(now);
        }
        self.state = self.state.max(state);
        new
    }

    /// One invitation, one answer (I06). `false`: it has one, or is over. `evaluation` is `None`
    /// when it was handed in without a name: nothing may lead from one to the other.
    pub fn complete(&mut self, evaluation: Option<EvaluationId>, now: Timestamp) -> bool {
        if !self.is_open(now) {
            return false;
        }
        self.mark(Mark::Started, now);
        self.completed = Some(now);
        self.evaluation = evaluation;
        self.state = State::Completed;
        true
    }

    /// Forgets when it was answered but for the day, which began at `day`: what an anonymous answer
    /// leaves behind.
    pub fn forget_times(&mut self, day: Timestamp) {
        let blurred = day.max(self.sent.unwrap_or(day));
        for at in [&mut self.opened, &mut self.started, &mut self.completed] {
            *at = at.map(|_| blurred);
        }
    }

    pub fn suppress(&mut self, because: Because) {
        self.state = State::Suppressed;
        self.because = Some(because);
    }
}

/// The numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    pub on: bool,
    /// From the end of the service to the invitation.
    pub delay: SignedDuration,
    /// What ended longer ago is not asked about.
    pub latest: SignedDuration,
    /// At most `asks_max` invitations in `fatigue`.
    pub fatigue: SignedDuration,
    pub asks_max: usize,
}

/// What there is to ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    pub round: Round,
    pub about: About,
    /// When it ended.
    pub happened: Timestamp,
    /// Whether there was a service at all.
    pub answered: bool,
}

/// An earlier invitation of the same customer, over whatever channel, that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub round: Round,
    pub about: About,
    pub at: Timestamp,
}

/// What is known of whom to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub known: bool,
    /// There is an address for a channel in use.
    pub reachable: bool,
    pub opted_out: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    SendAt(Timestamp),
    Not(Because),
}

/// Whether to ask, and when. Decided when the occasion comes up, and once more at the moment of
/// sending, when another invitation may have gone out.
///
/// The budget counts askings of different things: a second round about the same interaction or
/// case continues one asking. A re-evaluation after a correction (A23) answers the customer's own
/// complaint; it is neither limited nor counted.
pub fn plan(
    occasion: &Occasion,
    person: Person,
    history: &[Asked],
    rules: &Rules,
    now: Timestamp,
) -> Decision {
    let due = now.max(occasion.happened + rules.delay);
    let is_budgeted = |round: Round| round != Round::AfterRectification;
    let counts = |it: &&Asked| {
        is_budgeted(it.round) && it.about != occasion.about && due < it.at + rules.fatigue
    };
    let again = history.iter().any(|it| it.round == occasion.round && it.about == occasion.about);
    let repeats = occasion.round == Round::Relationship;
    let because = if !rules.on {
        Because::SwitchedOff
    } else if !occasion.answered {
        Because::NotAnswered
    } else if !person.known {
        Because::NoCustomer
    } else if person.opted_out {
        Because::OptedOut
    } else if !person.reachable {
        Because::NoContact
    } else if occasion.happened + rules.latest < now {
        Because::TooLate
    } else if again && !repeats && is_budgeted(occasion.round) {
        Because::AskedBefore
    } else if is_budgeted(occasion.round) && rules.asks_max <= history.iter().filter(counts).count()
    {
        Because::Fatigue
    } else {
        return Decision::SendAt(due);
    };
    Decision::Not(because)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const DAY: i64 = 86_400;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn rules() -> Rules {
        Rules {
            on: true,
            delay: SignedDuration::from_mins(2),
            latest: SignedDuration::from_hours(24),
            fatigue: SignedDuration::from_hours(30 * 24),
            asks_max: 1,
        }
    }

    fn about(n: u128) -> About {
        About::Interaction(InteractionId(Uuid::from_u128(n)))
    }

    fn occasion(round: Round) -> Occasion {
        Occasion { round, about: about(1), happened: at(100 * DAY), answered: true }
    }

    const GOOD: Person = Person { known: true, reachable: true, opted_out: false };

    #[track_caller]
    fn check(occasion: Occasion, person: Person, history: &[Asked], expected: Decision) {
        let now = at(100 * DAY + 60);
        assert_eq!(plan(&occasion, person, history, &rules(), now), expected);
    }

    #[test]
    fn a_customer_is_asked_soon_or_the_reason_is_known() {
        let soon = Decision::SendAt(at(100 * DAY + 120));
        let first = occasion(Round::First);
        check(first, GOOD, &[], soon);
        let long_ago = Occasion { happened: at(99 * DAY + 59), ..first };
        check(long_ago, GOOD, &[], Decision::Not(Because::TooLate));
        let just = Occasion { happened: at(99 * DAY + 60), ..first };
        check(just, GOOD, &[], Decision::SendAt(at(100 * DAY + 60)));
        check(
            Occasion { answered: false, ..first },
            GOOD,
            &[],
            Decision::Not(Because::NotAnswered),
        );
        check(first, Person { known: false, ..GOOD }, &[], Decision::Not(Because::NoCustomer));
        check(first, Person { reachable: false, ..GOOD }, &[], Decision::Not(Because::NoContact));
        let gone = Person { opted_out: true, ..GOOD };
        check(first, gone, &[], Decision::Not(Because::OptedOut));
        // Who opted out is not asked after a correction either.
        check(occasion(Round::AfterRectification), gone, &[], Decision::Not(Because::OptedOut));
    }

    #[test]
    fn one_asking_in_thirty_days_but_for_the_re_evaluation() {
        let asked = |round, thing, day| Asked { round, about: about(thing), at: at(day * DAY) };
        let soon = Decision::SendAt(at(100 * DAY + 120));
        let tired = Decision::Not(Because::Fatigue);
        let first = occasion(Round::First);
        check(first, GOOD, &[asked(Round::First, 2, 99)], tired);
        check(first, GOOD, &[asked(Round::Relationship, 2, 71)], tired);
        check(first, GOOD, &[asked(Round::First, 2, 70)], soon);
        check(first, GOOD, &[asked(Round::AfterRectification, 2, 99)], soon);
        check(first, GOOD, &[asked(Round::First, 1, 99)], Decision::Not(Because::AskedBefore));
        let again = occasion(Round::AfterRectification);
        check(again, GOOD, &[asked(Round::First, 2, 99)], soon);
        check(again, GOOD, &[asked(Round::AfterRectification, 1, 99)], soon);
        // The same service once more, after a while, is the same asking.
        check(occasion(Round::CoolingOff), GOOD, &[asked(Round::First, 1, 93)], soon);
        check(occasion(Round::CoolingOff), GOOD, &[asked(Round::First, 2, 93)], tired);
    }

    proptest! {
        #[test]
        fn no_thirty_days_hold_two_askings(days in prop::collection::vec(0_i64..400, 1..40)) {
            let mut days = days;
            days.sort_unstable();
            let mut history: Vec<Asked> = vec![];
            for (n, day) in (10_u128..).zip(days) {
                let happened = at(day * DAY);
                let occasion =
                    Occasion { round: Round::First, about: about(n), happened, answered: true };
                if let Decision::SendAt(sent) = plan(&occasion, GOOD, &history, &rules(), happened) {
                    history.push(Asked { round: Round::First, about: about(n), at: sent });
                }
            }
            for pair in history.windows(2) {
                prop_assert!(rules().fatigue <= pair[1].at.duration_since(pair[0].at));
            }
        }
    }

    fn invitation() -> Invitation {
        Invitation {
            id: InvitationId(Uuid::nil()),
            round: Round::First,
            about: about(1),
            customer: None,
            staff: None,
            team: None,
            form: "standard".to_owned(),
            channel: Channel::Email,
            recipient: "a@b.cn".to_owned(),
            language: Language::Chinese,
            state: State::Sent,
            because: None,
            happened: at(0),
            planned: at(0),
            due: at(0),
            sent: Some(at(1)),
            delivered: None,
            opened: None,
            started: None,
            completed: None,
            reminded: None,
            expires: Some(at(100)),
            evaluation: None,
        }
    }

    #[test]
    fn marks_are_kept_as_first_seen_and_one_answer_ends_it() {
        let mut it = invitation();
        assert!(it.mark(Mark::Started, at(10)));
        assert_eq!((it.opened, it.state), (Some(at(10)), State::Started));
        assert!(!it.mark(Mark::Opened, at(12)), "seen before");
        assert!(!it.mark(Mark::Started, at(13)));
        assert!(it.mark(Mark::Delivered, at(14)), "late news of the channel");
        assert_eq!(it.state, State::Started, "never back");
        let one = EvaluationId(Uuid::from_u128(1));
        assert!(it.complete(Some(one), at(20)));
        assert!(!it.complete(None, at(21)), "single use");
        assert!(!it.mark(Mark::Opened, at(22)) && !it.may_be_reminded(at(22)));
        assert_eq!((it.evaluation, it.completed), (Some(one), Some(at(20))));
        let mut late = invitation();
        assert!(late.is_open(at(99)) && !late.is_open(at(100)));
        assert!(!late.complete(Some(one), at(100)));
    }
}
