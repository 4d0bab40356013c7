//! Which promises a case gets 时限策略 (SLA, C05): ordered rules by kind, priority, channel, customer
//! level and category, each with targets for some promises. For every promise the first rule that
//! matches and names it decides; [`Policy::choose`] says which, why, and which others it beat.

mod choose;
mod standard;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::choose::{Choice, Condition, Facts, Verdict};
use super::clock::{Promise, Target, WAKE_BP, WHOLE_BP};
use crate::collect::channel::Channel;
use crate::id::{CalendarId, CategoryId};
use crate::localized::Localized;
use crate::refusal::Refusal;
use crate::triage::kind::Kind;
use crate::triage::priority::Priority;

pub const RULES_MAX: usize = 200;
pub const KEY_CHARS_MAX: usize = 60;
pub const NAME_CHARS_MAX: usize = 100;
/// Members of one list of a condition.
pub const LIST_MAX: usize = 200;
pub const WAKES_MAX: usize = 10;
/// The last wake-up at ten times the target: later ones tell nobody anything new.
pub const WAKE_BP_MAX: u32 = 10 * WHOLE_BP;

/// What people edit. Nothing in it is checked before [`check`](Self::check).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Where neither the goal nor its rule names one.
    pub calendar: CalendarId,
    /// Shares of a target at which people are woken, in basis points.
    #[serde(default = "default_wake_bp")]
    pub wake_bp: Vec<u32>,
    /// In order of precedence.
    pub rules: Vec<Rule>,
}

fn default_wake_bp() -> Vec<u32> {
    WAKE_BP.to_vec()
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable within the policy; what a clock remembers.
    pub key: String,
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Localized,
    #[serde(default)]
    pub when: When,
    /// In place of the policy's.
    #[serde(default)]
    pub calendar: Option<CalendarId>,
    #[schema(value_type = BTreeMap<String, Goal>)]
    pub goals: BTreeMap<Promise, Goal>,
}

/// All conditions that are given must hold; a list holds when one of its members does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    pub kinds: Vec<Kind>,
    pub priorities: Vec<Priority>,
    pub channels: Vec<Channel>,
    /// Of the case, or above its own in the tree.
    pub categories: Vec<CategoryId>,
    /// The customer's level or higher.
    pub level_min: Option<u8>,
    /// Marked complex 复杂问题, or not.
    pub complex: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    pub target: Target,
    /// In place of the rule's.
    #[serde(default)]
    pub calendar: Option<CalendarId>,
}

impl From<Target> for Goal {
    fn from(target: Target) -> Self {
        Self { target, calendar: None }
    }
}

impl Policy {
    /// Every fault, each with its place.
    pub fn check(&self) -> Result<(), Refusal> {
        let mut faults = Vec::new();
        if !(1..=RULES_MAX).contains(&self.rules.len()) {
            faults.push(Refusal::invalid("policy_rules").with("max", RULES_MAX).at("rules"));
        }
        let sensible = |share: &u32| (1..=WAKE_BP_MAX).contains(share);
        if WAKES_MAX < self.wake_bp.len() || !self.wake_bp.iter().all(sensible) {
            let fault = Refusal::invalid("policy_wakes").with("max", WAKES_MAX);
            faults.push(fault.with("max_bp", WAKE_BP_MAX).at("wake_bp"));
        }
        let mut keys = BTreeSet::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let at = |part: &str| format!("rules.{index}.{part}");
            if !keys.insert(&rule.key) {
                faults
                    .push(Refusal::invalid("rule_key_twice").with("key", &rule.key).at(at("key")));
            }
            faults.extend(rule.faults(at));
        }
        Refusal::of(faults).map_or(Ok(()), Err)
    }

    /// Every calendar it names.
    pub fn calendars(&self) -> BTreeSet<CalendarId> {
        let of_rule = |rule: &Rule| {
            let goals = rule.goals.values().filter_map(|goal| goal.calendar);
            goals.chain(rule.calendar).collect::<Vec<_>>()
        };
        self.rules.iter().flat_map(of_rule).chain([self.calendar]).collect()
    }
}

impl Rule {
    fn faults(&self, at: impl Fn(&str) -> String) -> Vec<Refusal> {
        let mut faults = Vec::new();
        let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
        let is_key = (1..=KEY_CHARS_MAX).contains(&self.key.len()) && self.key.chars().all(plain);
        if !is_key {
            faults.push(Refusal::invalid("rule_key").with("max", KEY_CHARS_MAX).at(at("key")));
        }
        if self.name.is_empty() || NAME_CHARS_MAX < self.name.longest_chars() {
            faults.push(Refusal::invalid("rule_name").with("max", NAME_CHARS_MAX).at(at("name")));
        }
        let When { kinds, priorities, channels, categories, level_min: _, complex: _ } = &self.when;
        let lengths = [kinds.len(), priorities.len(), channels.len(), categories.len()];
        if lengths.iter().any(|length| LIST_MAX < *length) {
            faults.push(Refusal::invalid("rule_list").with("max", LIST_MAX).at(at("when")));
        }
        if self.goals.is_empty() {
            faults.push(Refusal::invalid("rule_without_goal").at(at("goals")));
        }
        for (promise, goal) in &self.goals {
            if !goal.target.is_sensible() {
                let place = at(&format!("goals.{promise}.target"));
                faults.push(Refusal::invalid("target_out_of_range").at(place));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn calendar(n: u128) -> CalendarId {
        CalendarId(Uuid::from_u128(n))
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Policy), expected: &[&str]) {
        let mut policy = Policy::standard(calendar(1), calendar(2));
        change(&mut policy);
        let faults = policy.check().err().map_or(Vec::new(), |first| {
            let also = first.also.iter();
            let places = std::iter::once(&first).chain(also);
            places.map(|it| format!("{} {}", it.code, it.field.as_deref().unwrap_or(""))).collect()
        });
        assert_eq!(faults, expected);
    }

    #[test]
    fn a_policy_is_checked_whole() {
        check(|_| (), &[]);
        check(|it| it.rules.clear(), &["policy_rules rules"]);
        check(|it| it.wake_bp = vec![0], &["policy_wakes wake_bp"]);
        check(
            |it| {
                it.rules[1].key = it.rules[0].key.clone();
                it.rules[2].goals.clear();
                it.rules[3].name = Localized::default();
                "Not A Key".clone_into(&mut it.rules[4].key);
            },
            &[
                "rule_key_twice rules.1.key",
                "rule_without_goal rules.2.goals",
                "rule_name rules.3.name",
                "rule_key rules.4.key",
            ],
        );
        check(
            |it| {
                let goal = Target::Elapsed { seconds: 0 }.into();
                it.rules[0].goals.insert(Promise::Accept, goal);
            },
            &["target_out_of_range rules.0.goals.accept.target"],
        );
    }

    #[test]
    fn a_policy_reads_as_people_write_it() {
        let text = r#"{
            "calendar": "00000000-0000-0000-0000-000000000001",
            "rules": [{
                "key": "vip",
                "name": {"zh-CN": "贵宾", "en": "VIP"},
                "when": {"kinds": ["complaint"], "level_min": 3, "channels": ["phone"]},
                "goals": {
                    "first_response": {"target": {"elapsed": {"seconds": 900}}},
                    "resolve": {"target": {"working_days": {"days": 2}}}
                }
            }]
        }"#;
        let policy: Policy = serde_json::from_str(text).unwrap();
        assert_eq!(policy.check(), Ok(()));
        assert_eq!(policy.wake_bp, WAKE_BP);
        assert_eq!(policy.calendars(), [calendar(1)].into());
        assert_eq!(policy.rules[0].goals[&Promise::FirstResponse].target, Target::minutes(15));
        let misspelt = text.replace("level_min", "level");
        assert!(serde_json::from_str::<Policy>(&misspelt).is_err());
    }
}
