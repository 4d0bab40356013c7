//! Which rule decides, and why this one.

use serde::Serialize;

use super::{Policy, When};
use crate::code::codes;
use crate::collect::channel::Channel;
use crate::handle::clock::{Promise, Target};
use crate::id::{CalendarId, CategoryId};
use crate::triage::kind::Kind;
use crate::triage::priority::Priority;

codes! {
    /// What a rule asks about.
    pub enum Condition {
        Kind = "kind",
        Priority = "priority",
        Channel = "channel",
        Category = "category",
        Level = "level",
        Complex = "complex",
    }
}

/// What is known of the case when its promises are made.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub kind: Kind,
    pub priority: Priority,
    pub channel: Option<Channel>,
    /// The category of the case and all above it.
    pub categories: &'a [CategoryId],
    /// Of the customer, 0 for none.
    pub level: u8,
    /// Marked complex by somebody.
    pub complex: bool,
}

/// How one rule fared. It applies when nothing failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RuleVerdict)]
pub struct Verdict {
    pub rule: String,
    pub matched: Vec<Condition>,
    pub failed: Vec<Condition>,
}

/// The target of one promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Choice {
    pub promise: Promise,
    pub target: Target,
    pub calendar: CalendarId,
    /// The rule that decided: the first that applies and names the promise.
    pub rule: String,
    /// The conditions it asked about, all of which held; none for a rule that always applies.
    pub because: Vec<Condition>,
    /// Later rules that apply and name the promise too.
    pub beaten: Vec<String>,
}

impl Policy {
    /// The promises a case of these facts gets, in the order of [`Promise`].
    pub fn choose(&self, facts: &Facts<'_>) -> Vec<Choice> {
        let mut choices: Vec<Choice> = Vec::new();
        for rule in &self.rules {
            let (matched, failed) = rule.when.judge(facts);
            if !failed.is_empty() {
                continue;
            }
            for (&promise, goal) in &rule.goals {
                if let Some(first) = choices.iter_mut().find(|it| it.promise == promise) {
                    first.beaten.push(rule.key.clone());
                    continue;
                }
                choices.push(Choice {
                    promise,
                    target: goal.target,
                    calendar: goal.calendar.or(rule.calendar).unwrap_or(self.calendar),
                    rule: rule.key.clone(),
                    because: matched.clone(),
                    beaten: Vec::new(),
                });
            }
        }
        choices.sort_by_key(|it| it.promise);
        choices
    }

    /// How every rule fared, in order of precedence.
    pub fn verdicts(&self, facts: &Facts<'_>) -> Vec<Verdict> {
        let verdict = |rule: &super::Rule| {
            let (matched, failed) = rule.when.judge(facts);
            Verdict { rule: rule.key.clone(), matched, failed }
        };
        self.rules.iter().map(verdict).collect()
    }
}

impl When {
    /// The conditions given that hold, and those that do not.
    fn judge(&self, facts: &Facts<'_>) -> (Vec<Condition>, Vec<Condition>) {
        let Self { kinds, priorities, channels, categories, level_min, complex } = self;
        let list = |given: bool, holds: bool| given.then_some(holds);
        let answers = [
            (Condition::Kind, list(!kinds.is_empty(), kinds.contains(&facts.kind))),
            (
                Condition::Priority,
                list(!priorities.is_empty(), priorities.contains(&facts.priority)),
            ),
            (
                Condition::Channel,
                list(!channels.is_empty(), facts.channel.is_some_and(|it| channels.contains(&it))),
            ),
            (
                Condition::Category,
                list(
                    !categories.is_empty(),
                    facts.categories.iter().any(|it| categories.contains(it)),
                ),
            ),
            (Condition::Level, level_min.map(|least| least <= facts.level)),
            (Condition::Complex, complex.map(|wanted| wanted == facts.complex)),
        ];
        let those = |wanted: bool| {
            let held = answers.iter().filter(|(_, holds)| *holds == Some(wanted));
            held.map(|&(condition, _)| condition).collect()
        };
        (those(true), those(false))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::{Goal, Rule};
    use super::*;
    use crate::localized::Localized;

    const OFFICE: CalendarId = CalendarId(Uuid::from_u128(1));
    const ALWAYS: CalendarId = CalendarId(Uuid::from_u128(2));

    fn facts(kind: Kind, priority: Priority) -> Facts<'static> {
        Facts { kind, priority, channel: None, categories: &[], level: 0, complex: false }
    }

    fn told(policy: &Policy, facts: &Facts<'_>) -> Vec<String> {
        let choices = policy.choose(facts).into_iter();
        choices.map(|it| format!("{} {:?} by {}", it.promise, it.target, it.rule)).collect()
    }

    #[test]
    fn the_promises_out_of_the_box_are_those_of_the_requirements() {
        let policy = Policy::standard(OFFICE, ALWAYS);
        let minutes = |kind, priority, complex, promise| {
            let facts = Facts { complex, ..facts(kind, priority) };
            let choice = policy.choose(&facts).into_iter().find(|it| it.promise == promise)?;
            match choice.target {
                Target::Elapsed { seconds } => Some((seconds / 60, choice.calendar)),
                Target::NaturalDays { .. } | Target::WorkingDays { .. } => None,
            }
        };
        let (normal, high) = (Priority::Normal, Priority::High);
        let reply = minutes(Kind::Consultation, normal, false, Promise::FirstResponse);
        assert_eq!(reply, Some((5, OFFICE)));
        assert_eq!(minutes(Kind::Consultation, normal, false, Promise::Solution), None);
        for (priority, complex) in [(normal, true), (high, false), (Priority::Urgent, true)] {
            let solution = minutes(Kind::Consultation, priority, complex, Promise::Solution);
            assert_eq!(solution, Some((24 * 60, ALWAYS)));
            let reply = minutes(Kind::Consultation, priority, complex, Promise::FirstResponse);
            assert_eq!(reply, Some((5, OFFICE)));
        }
        assert_eq!(minutes(Kind::Issue, normal, false, Promise::Accept), Some((30, OFFICE)));
        let answer = minutes(Kind::Complaint, normal, false, Promise::FirstResponse);
        assert_eq!(answer, Some((120, OFFICE)));
        assert_eq!(policy.choose(&facts(Kind::Praise, normal)), []);
        for &kind in Kind::ALL.iter().filter(|it| **it != Kind::Praise) {
            for &priority in Priority::ALL {
                let choices = policy.choose(&facts(kind, priority));
                assert!(choices.iter().any(|it| it.promise == Promise::Resolve), "{kind}");
            }
        }
    }

    #[test]
    fn the_first_rule_that_names_a_promise_decides_it_and_says_whom_it_beat() {
        let policy = Policy::standard(OFFICE, ALWAYS);
        assert_eq!(
            told(&policy, &facts(Kind::Complaint, Priority::Urgent)),
            [
                "first_response Elapsed { seconds: 7200 } by complaint",
                "resolve WorkingDays { days: 2 } by urgent_complaint",
            ]
        );
        let resolve = &policy.choose(&facts(Kind::Complaint, Priority::Urgent))[1];
        assert_eq!(resolve.because, [Condition::Kind, Condition::Priority]);
        assert_eq!(resolve.beaten, ["complaint"]);
        let verdicts = policy.verdicts(&facts(Kind::Complaint, Priority::Low));
        let urgent = verdicts.iter().find(|it| it.rule == "urgent_complaint").unwrap();
        assert_eq!(urgent.matched, [Condition::Kind]);
        assert_eq!(urgent.failed, [Condition::Priority]);
    }

    #[test]
    fn every_condition_given_must_hold() {
        let (phone, category) = (Channel::Phone, CategoryId(Uuid::from_u128(5)));
        let when = When {
            kinds: vec![Kind::Issue, Kind::Complaint],
            channels: vec![phone],
            categories: vec![category],
            level_min: Some(2),
            ..When::default()
        };
        let goals = [(Promise::Accept, Goal::from(Target::minutes(1)))].into();
        let rule = Rule {
            key: "vip".to_owned(),
            name: Localized::zh_en("贵宾", "VIP"),
            when,
            calendar: Some(ALWAYS),
            goals,
        };
        let policy = Policy { calendar: OFFICE, wake_bp: Vec::new(), rules: vec![rule] };
        let fits = Facts {
            channel: Some(phone),
            categories: &[CategoryId(Uuid::from_u128(9)), category],
            level: 3,
            ..facts(Kind::Issue, Priority::Low)
        };
        assert_eq!(policy.choose(&fits)[0].calendar, ALWAYS);
        for misfit in [
            Facts { channel: None, ..fits },
            Facts { categories: &[], ..fits },
            Facts { level: 1, ..fits },
            Facts { kind: Kind::Praise, ..fits },
        ] {
            assert_eq!(policy.choose(&misfit), []);
            assert_eq!(policy.verdicts(&misfit)[0].failed.len(), 1);
        }
    }
}
