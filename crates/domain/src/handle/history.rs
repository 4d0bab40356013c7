//! A case brought from another system, with the times it had there. Its events are not decided: they
//! happened. What the log leaves out between two of them (that a case which is worked on again was
//! reopened, that a wait ended) is put in at the moment it must have been true.

use jiff::Timestamp;

use super::case::{Case, State};
use super::event::{CaseEvent, How, Opening, WaitEnd, What};
use crate::id::CaseId;
use crate::platform::actor::Actor;
use crate::platform::import::EventWord;

/// One line of the other system's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastEvent {
    pub at: Timestamp,
    pub by: Actor,
    pub word: EventWord,
    /// What was said or noted; may be empty.
    pub text: String,
}

/// The case and its events, as `past` tells them. The first of `past` is when it was opened, whatever
/// it is called there. `None` when there is no event, or they are not in the order of time.
pub fn replay_past(
    id: CaseId,
    opening: Opening,
    past: &[PastEvent],
) -> Option<(Case, Vec<CaseEvent>)> {
    let first = past.first()?;
    if past.windows(2).any(|it| it[1].at < it[0].at) {
        return None;
    }
    let opened = CaseEvent { at: first.at, by: first.by, what: What::Opened(Box::new(opening)) };
    let case = Case::replay(id, std::slice::from_ref(&opened)).expect("begins with its opening");
    let mut story = Story { case, events: vec![opened] };
    for (at, event) in past.iter().enumerate() {
        let next = past.get(at + 1).map_or(event.at, |it| it.at);
        story.tell(event, next);
    }
    Some((story.case, story.events))
}

struct Story {
    case: Case,
    events: Vec<CaseEvent>,
}

impl Story {
    fn add(&mut self, past: &PastEvent, what: What) {
        let event = CaseEvent { at: past.at, by: past.by, what };
        self.case.apply(&event);
        self.events.push(event);
    }

    /// Who takes charge owns it.
    fn hand_over(&mut self, past: &PastEvent) {
        let Some(staff) = past.by.staff().filter(|it| self.case.owner != Some(*it)) else { return };
        let (team, because, reason) = (self.case.team, vec![], String::new());
        self.add(past, What::Assigned { staff: Some(staff), team, because, reason });
    }

    /// `next` is when the log goes on.
    fn tell(&mut self, past: &PastEvent, next: Timestamp) {
        use EventWord as Word;
        let is_move = !matches!(past.word, Word::Opened | Word::Noted | Word::Replied);
        if is_move && self.case.state == State::WaitingForCustomer {
            let why = WaitEnd::Resumed;
            self.add(past, What::WaitEnded { why });
        }
        let is_work = matches!(past.word, Word::Accepted | Word::Started | Word::WaitBegun);
        if is_work && !self.case.state.is_open() {
            self.add(past, What::Reopened { reason: String::new() });
        }
        let text = past.text.clone();
        match past.word {
            // A wait is over by now, if there was one.
            Word::Opened | Word::WaitEnded => {}
            Word::Accepted => {
                self.add(past, What::Accepted);
                self.hand_over(past);
            }
            Word::Started => self.add(past, What::Started),
            Word::Replied => {
                let how = How::Message;
                let (is_solution, is_automatic) = (false, false);
                self.add(past, What::Replied { text, how, is_solution, is_automatic });
            }
            Word::WaitBegun => self.add(past, What::WaitBegun { until: next }),
            Word::Solved => self.add(past, What::Solved { solution: text }),
            Word::Reopened if self.case.state.is_open() => {}
            Word::Reopened => self.add(past, What::Reopened { reason: text }),
            Word::Closed => {
                let from = self.case.state;
                self.add(past, What::Closed { from });
            }
            Word::Noted => {
                let mentions = std::collections::BTreeSet::new();
                self.add(past, What::Noted { text, mentions });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;
    use crate::collect::channel::Channel;
    use crate::id::TeamId;
    use crate::triage::{Kind, Priority};

    fn opening() -> Opening {
        Opening {
            number: "1".to_owned(),
            kind: Kind::Issue,
            category: None,
            priority: Priority::Normal,
            because: vec![],
            customer: None,
            channel: Channel::Import,
            interaction: None,
            evaluation: None,
            about: BTreeSet::new(),
            said: String::new(),
            team: TeamId(Uuid::nil()),
        }
    }

    fn past(words: &[(i64, EventWord)]) -> Vec<PastEvent> {
        let event = |&(second, word): &(i64, EventWord)| PastEvent {
            at: Timestamp::from_second(second).unwrap(),
            by: Actor::System,
            word,
            text: String::new(),
        };
        words.iter().map(event).collect()
    }

    #[track_caller]
    fn check(words: &[(i64, EventWord)], expected: &[&str]) -> Case {
        let id = CaseId(Uuid::nil());
        let (case, events) = replay_past(id, opening(), &past(words)).unwrap();
        assert_eq!(events.iter().map(|it| it.what.code()).collect::<Vec<_>>(), expected);
        // What is stored makes the same case again.
        assert_eq!(Case::replay(id, &events), Some(case.clone()));
        case
    }

    #[test]
    fn a_plain_life() {
        use EventWord::*;
        let case = check(
            &[(0, Opened), (60, Accepted), (500, Solved), (900, Closed)],
            &["opened", "accepted", "solved", "closed"],
        );
        let seconds = |at: Option<Timestamp>| at.map(Timestamp::as_second);
        assert_eq!(seconds(case.accepted_at), Some(60));
        assert_eq!(seconds(case.first_solved_at), Some(500));
        assert_eq!((case.state, case.reopened_count), (State::Closed, 0));
    }

    #[test]
    fn what_the_log_leaves_out_is_put_in() {
        use EventWord::*;
        let case = check(
            &[
                (0, Noted),
                (60, Accepted),
                (90, WaitBegun),
                (200, Solved),
                (300, Accepted),
                (400, Solved),
            ],
            &[
                "opened",
                "noted",
                "accepted",
                "wait_begun",
                "wait_ended",
                "solved",
                "reopened",
                "accepted",
                "solved",
            ],
        );
        assert_eq!(case.first_solved_at.map(Timestamp::as_second), Some(200));
        assert_eq!(case.solved_at.map(Timestamp::as_second), Some(400));
        assert_eq!(case.reopened_count, 1);
    }

    #[test]
    fn a_log_out_of_order_is_not_told() {
        use EventWord::*;
        let id = CaseId(Uuid::nil());
        assert!(replay_past(id, opening(), &past(&[(60, Accepted), (0, Opened)])).is_none());
        assert!(replay_past(id, opening(), &[]).is_none());
    }
}
