//! The promises out of the box (C01 to C04), with times to be done by that a service of usual
//! size can keep.

use std::collections::BTreeMap;

use super::{Goal, Policy, Rule, When, default_wake_bp};
use crate::handle::clock::{Promise, Target};
use crate::id::CalendarId;
use crate::localized::Localized;
use crate::triage::kind::Kind;
use crate::triage::priority::Priority;

impl Policy {
    /// Promises in minutes and hours count on `office`, the hours somebody is there; the 24 hours
    /// for the solution of a complex question are plain time and count on `always`.
    pub fn standard(office: CalendarId, always: CalendarId) -> Self {
        let solution = Goal { target: Target::hours(24), calendar: Some(always) };
        let complex = || [(Promise::Solution, solution), done_in(3)];
        let kind = |kind| When { kinds: vec![kind], ..When::default() };
        let urgent = |it| When { priorities: vec![Priority::Urgent], ..kind(it) };
        let rules = vec![
            rule(
                "complex_consultation",
                ("复杂咨询", "Complex question"),
                When { complex: Some(true), ..kind(Kind::Consultation) },
                complex(),
            ),
            rule(
                "important_consultation",
                ("高优先级咨询", "Question of high priority"),
                When {
                    priorities: vec![Priority::High, Priority::Urgent],
                    ..kind(Kind::Consultation)
                },
                complex(),
            ),
            rule(
                "consultation",
                ("咨询", "Question"),
                kind(Kind::Consultation),
                [(Promise::FirstResponse, Target::minutes(5).into()), done_in(1)],
            ),
            rule("urgent_issue", ("紧急问题", "Urgent issue"), urgent(Kind::Issue), [done_in(1)]),
            rule(
                "issue",
                ("问题", "Issue"),
                kind(Kind::Issue),
                [(Promise::Accept, Target::minutes(30).into()), done_in(3)],
            ),
            rule(
                "urgent_complaint",
                ("紧急投诉", "Urgent complaint"),
                urgent(Kind::Complaint),
                [done_in(2)],
            ),
            rule(
                "complaint",
                ("投诉", "Complaint"),
                kind(Kind::Complaint),
                [(Promise::FirstResponse, Target::hours(2).into()), done_in(5)],
            ),
            rule(
                "suggestion",
                ("建议", "Suggestion"),
                kind(Kind::Suggestion),
                [(Promise::FirstResponse, Target::WorkingDays { days: 2 }.into()), done_in(15)],
            ),
        ];
        Self { calendar: office, wake_bp: default_wake_bp(), rules }
    }
}

fn rule<const N: usize>(
    key: &str,
    (zh, en): (&str, &str),
    when: When,
    goals: [(Promise, Goal); N],
) -> Rule {
    let goals = BTreeMap::from(goals);
    Rule { key: key.to_owned(), name: Localized::zh_en(zh, en), when, calendar: None, goals }
}

fn done_in(days: u32) -> (Promise, Goal) {
    (Promise::Resolve, Target::WorkingDays { days }.into())
}
