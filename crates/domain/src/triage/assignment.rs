//! Who should take it 派单 (B05, B06, B09): a pure choice among the staff there are.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::because::Because;
use super::kind::Kind;
use crate::id::{CategoryId, StaffId, TeamId};

/// Somebody who might take the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub staff: StaffId,
    pub team: TeamId,
    /// The kinds this person handles; empty for all.
    pub kinds: Vec<Kind>,
    /// The categories this person is trained for; empty for none in particular.
    pub categories: BTreeSet<CategoryId>,
    pub is_on_shift: bool,
    /// Open cases now.
    pub open: u32,
    /// Open cases this person can carry; at least 1 counts as able to work.
    pub capacity: u32,
    /// When the last case was given to this person, UTC milliseconds.
    pub last_assigned_ms: Option<i64>,
}

/// What has to be taken.
#[derive(Debug, Clone)]
pub struct Need {
    pub kind: Kind,
    /// The category and what it hangs on, the nearest first.
    pub categories: Vec<CategoryId>,
    /// The team that answers for it; nobody outside is chosen, except the customer's own manager.
    pub team: TeamId,
    /// The customer's own manager.
    pub manager: Option<StaffId>,
    /// The person who is praised, for praise.
    pub praised: Option<StaffId>,
    /// The persons complained about and their direct supervisors.
    pub barred: BTreeSet<StaffId>,
}

/// Where it goes, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// `None`: into the team's queue, and its supervisor is told.
    pub staff: Option<StaffId>,
    pub team: TeamId,
    pub because: Vec<Because>,
}

/// The most suitable person, or the team's queue.
///
/// Praise goes to the praised. Otherwise the customer's own manager, if on shift and able; else of
/// those on shift in the team, who handle the kind and have room: the best trained for the
/// category (the nearest branch; a generalist after every specialist), then the lightest load in
/// proportion, then who has waited longest, then the smaller id. Barred persons are never chosen.
pub fn assign(need: &Need, candidates: &[Candidate]) -> Assignment {
    if let Some(staff) = need.praised.filter(|_| need.kind == Kind::Praise) {
        let team = candidates.iter().find(|it| it.staff == staff).map_or(need.team, |it| it.team);
        return Assignment { staff: Some(staff), team, because: vec![Because::Praised { staff }] };
    }
    let in_reach = |it: &&Candidate| it.team == need.team || Some(it.staff) == need.manager;
    let mut left_out = LeftOut::default();
    let able: Vec<&Candidate> =
        candidates.iter().filter(in_reach).filter(|it| left_out.admits(need, it)).collect();

    let manager = able.iter().find(|it| Some(it.staff) == need.manager);
    if let Some(manager) = manager {
        return Assignment {
            staff: Some(manager.staff),
            team: manager.team,
            because: vec![Because::OwnManager { staff: manager.staff }],
        };
    }
    match able.iter().min_by(|a, b| compare(need, a, b)) {
        Some(best) => Assignment {
            staff: Some(best.staff),
            team: best.team,
            because: reasons(need, best, able.len(), &left_out),
        },
        None => Assignment {
            staff: None,
            team: need.team,
            because: std::iter::once(Because::TeamQueue { team: need.team })
                .chain(left_out.reasons())
                .collect(),
        },
    }
}

/// How near the person's training is to the category: 0 for the branch itself, `None` for a
/// generalist.
fn nearest_skill(need: &Need, candidate: &Candidate) -> Option<usize> {
    need.categories.iter().position(|it| candidate.categories.contains(it))
}

fn compare(need: &Need, a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    let skill = |it: &Candidate| nearest_skill(need, it).unwrap_or(usize::MAX);
    let load_a = u64::from(a.open) * u64::from(b.capacity);
    let load_b = u64::from(b.open) * u64::from(a.capacity);
    skill(a)
        .cmp(&skill(b))
        .then(load_a.cmp(&load_b))
        .then(a.last_assigned_ms.cmp(&b.last_assigned_ms))
        .then(a.staff.cmp(&b.staff))
}

fn reasons(need: &Need, best: &Candidate, able: usize, left_out: &LeftOut) -> Vec<Because> {
    let skill =
        nearest_skill(need, best).map(|at| Because::Skill { category: need.categories[at] });
    let kind = (!best.kinds.is_empty()).then_some(Because::HandlesKind { kind: need.kind });
    let load = Because::LightestLoad {
        open: best.open,
        capacity: best.capacity,
        among: u32::try_from(able).unwrap_or(u32::MAX),
    };
    skill.into_iter().chain(kind).chain([load]).chain(left_out.reasons()).collect()
}

/// How many could not be chosen, by the first reason that held.
#[derive(Debug, Default)]
struct LeftOut {
    concerned: u32,
    unskilled: u32,
    off_shift: u32,
    full: u32,
}

impl LeftOut {
    fn admits(&mut self, need: &Need, candidate: &Candidate) -> bool {
        let handles = candidate.kinds.is_empty() || candidate.kinds.contains(&need.kind);
        // Somebody with skills set is a specialist: a case of another category is not theirs.
        let is_foreign = !need.categories.is_empty()
            && !candidate.categories.is_empty()
            && nearest_skill(need, candidate).is_none();
        let counter = if need.barred.contains(&candidate.staff) {
            &mut self.concerned
        } else if !handles || is_foreign {
            &mut self.unskilled
        } else if !candidate.is_on_shift {
            &mut self.off_shift
        } else if candidate.capacity <= candidate.open {
            &mut self.full
        } else {
            return true;
        };
        *counter += 1;
        false
    }

    fn reasons(&self) -> impl Iterator<Item = Because> + use<> {
        [
            (self.concerned, Because::LeftOutConcerned { count: self.concerned }),
            (self.unskilled, Because::LeftOutUnskilled { count: self.unskilled }),
            (self.off_shift, Because::LeftOutOffShift { count: self.off_shift }),
            (self.full, Because::LeftOutFull { count: self.full }),
        ]
        .into_iter()
        .filter_map(|(count, because)| (0 < count).then_some(because))
    }
}

#[cfg(test)]
mod tests {
    use super::{Assignment, Because, Candidate, CategoryId, Kind, Need, StaffId, TeamId, assign};
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn staff(n: u128) -> StaffId {
        StaffId(Uuid::from_u128(n))
    }

    fn team(n: u128) -> TeamId {
        TeamId(Uuid::from_u128(n))
    }

    fn category(n: u128) -> CategoryId {
        CategoryId(Uuid::from_u128(n))
    }

    fn candidate(n: u128) -> Candidate {
        Candidate {
            staff: staff(n),
            team: team(1),
            kinds: vec![],
            categories: BTreeSet::new(),
            is_on_shift: true,
            open: 0,
            capacity: 10,
            last_assigned_ms: None,
        }
    }

    fn need() -> Need {
        Need {
            kind: Kind::Complaint,
            categories: vec![category(2), category(1)],
            team: team(1),
            manager: None,
            praised: None,
            barred: BTreeSet::new(),
        }
    }

    #[track_caller]
    fn check(need: &Need, candidates: &[Candidate], expected: Option<u128>) -> Vec<Because> {
        let Assignment { staff: chosen, because, .. } = assign(need, candidates);
        assert_eq!(chosen, expected.map(staff));
        assert!(!because.is_empty());
        because
    }

    #[test]
    fn the_nearest_skill_wins_over_load() {
        let skilled = |n, category, open| Candidate {
            categories: BTreeSet::from([category]),
            open,
            ..candidate(n)
        };
        let all = [
            candidate(1),
            skilled(2, category(1), 0),
            skilled(3, category(2), 9),
            skilled(4, category(7), 0),
        ];
        let because = check(&need(), &all, Some(3));
        assert_eq!(
            because,
            [
                Because::Skill { category: category(2) },
                Because::LightestLoad { open: 9, capacity: 10, among: 3 },
                Because::LeftOutUnskilled { count: 1 },
            ]
        );
        check(&need(), &all[..2], Some(2));
        check(&need(), &all[..1], Some(1));
        check(&need(), &all[3..], None);
    }

    #[test]
    fn load_is_a_proportion_and_ties_go_round() {
        let loaded = |n, open, capacity| Candidate { open, capacity, ..candidate(n) };
        check(&need(), &[loaded(1, 3, 10), loaded(2, 4, 20)], Some(2));
        check(&need(), &[loaded(2, 3, 10), loaded(1, 3, 10)], Some(1));
        let waited = |n, ms| Candidate { last_assigned_ms: ms, ..candidate(n) };
        check(&need(), &[waited(1, Some(9)), waited(2, Some(5))], Some(2));
        check(&need(), &[waited(1, Some(9)), waited(2, None)], Some(2));
    }

    #[test]
    fn the_own_manager_comes_first_if_able() {
        let need = Need { manager: Some(staff(9)), ..need() };
        let manager = Candidate { team: team(2), open: 8, ..candidate(9) };
        let because = check(&need, &[candidate(1), manager.clone()], Some(9));
        assert_eq!(because, [Because::OwnManager { staff: staff(9) }]);
        let away = Candidate { is_on_shift: false, ..manager.clone() };
        check(&need, &[candidate(1), away], Some(1));
        let barred = Need { barred: BTreeSet::from([staff(9)]), ..need };
        check(&barred, &[candidate(1), manager], Some(1));
    }

    #[test]
    fn nobody_able_means_the_queue_and_says_why() {
        let off = Candidate { is_on_shift: false, ..candidate(1) };
        let full = Candidate { open: 10, ..candidate(2) };
        let other = Candidate { kinds: vec![Kind::Praise], ..candidate(3) };
        let need = Need { barred: BTreeSet::from([staff(4)]), ..need() };
        let because = check(&need, &[off, full, other, candidate(4)], None);
        assert_eq!(
            because,
            [
                Because::TeamQueue { team: team(1) },
                Because::LeftOutConcerned { count: 1 },
                Because::LeftOutUnskilled { count: 1 },
                Because::LeftOutOffShift { count: 1 },
                Because::LeftOutFull { count: 1 },
            ]
        );
        check(&need, &[], None);
    }

    #[test]
    fn praise_goes_to_the_praised_even_off_shift() {
        let need = Need { kind: Kind::Praise, praised: Some(staff(5)), ..need() };
        let off = Candidate { is_on_shift: false, open: 99, ..candidate(5) };
        check(&need, &[candidate(1), off], Some(5));
        check(&Need { kind: Kind::Issue, ..need }, &[candidate(1)], Some(1));
    }

    prop_compose! {
        fn any_candidate()(
            n in 1_u128..12, team_no in 1_u128..3, on in any::<bool>(), open in 0_u32..12,
            capacity in 0_u32..12, skills in prop::collection::btree_set(1_u128..4, 0..3),
            last in prop::option::of(0_i64..3), praise_only in any::<bool>(),
        ) -> Candidate {
            Candidate {
                team: team(team_no),
                kinds: if praise_only { vec![Kind::Praise] } else { vec![] },
                categories: skills.into_iter().map(category).collect(),
                is_on_shift: on,
                open,
                capacity,
                last_assigned_ms: last,
                ..candidate(n)
            }
        }
    }

    proptest! {
        #[test]
        fn the_choice_is_able_and_order_does_not_matter(
            mut all in prop::collection::vec(any_candidate(), 0..8),
            barred in prop::collection::btree_set(1_u128..12, 0..4),
            manager in prop::option::of(1_u128..12),
        ) {
            all.sort_by_key(|it| it.staff);
            all.dedup_by_key(|it| it.staff);
            let need = Need {
                barred: barred.into_iter().map(staff).collect(),
                manager: manager.map(staff),
                ..need()
            };
            let chosen = assign(&need, &all);
            all.reverse();
            prop_assert_eq!(&assign(&need, &all), &chosen);
            let able = |it: &Candidate| {
                !need.barred.contains(&it.staff) && it.is_on_shift && it.open < it.capacity
                    && it.kinds.is_empty()
                    && (it.team == need.team || Some(it.staff) == need.manager)
                    && (it.categories.is_empty()
                        || need.categories.iter().any(|c| it.categories.contains(c)))
            };
            match chosen.staff {
                Some(staff) => prop_assert!(all.iter().any(|it| it.staff == staff && able(it))),
                None => prop_assert!(!all.iter().any(able)),
            }
        }
    }
}
