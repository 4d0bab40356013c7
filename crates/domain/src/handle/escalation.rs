//! Whom a promise in danger is told to (C06), up the tree of teams.

use std::collections::BTreeSet;

use super::clock::WHOLE_BP;
use crate::id::{StaffId, TeamId};
use crate::platform::staff::{Staff, Team, leads_above};

/// Whom a case about `about` must not go to: they themselves, and for each the direct supervisor,
/// the nearest lead above them who is somebody else.
pub fn barred(about: &BTreeSet<StaffId>, staff: &[Staff], teams: &[Team]) -> BTreeSet<StaffId> {
    let supervisor = |id: &StaffId| {
        let team = staff.iter().find(|it| it.id == *id)?.team?;
        leads_above(teams, team).into_iter().find(|lead| lead != id)
    };
    about.iter().copied().chain(about.iter().filter_map(supervisor)).collect()
}

/// Who is told at `share_bp` of the time: before the deadline the owner, at the deadline the owner
/// and the team's lead, at each further whole time one lead further up. Where nobody owns the case,
/// or a lead is barred, the next one up takes the place.
pub fn told(
    share_bp: u32,
    owner: Option<StaffId>,
    team: TeamId,
    teams: &[Team],
    barred: &BTreeSet<StaffId>,
) -> BTreeSet<StaffId> {
    let leads: Vec<StaffId> = leads_above(teams, team)
        .into_iter()
        .filter(|it| !barred.contains(it) && Some(*it) != owner)
        .collect();
    let steps = usize::try_from(share_bp / WHOLE_BP).unwrap_or(usize::MAX);
    let lead = match (steps, owner) {
        (0, Some(_)) => None,
        (0, None) => leads.first(),
        _ => leads.get(steps - 1).or(leads.last()),
    };
    owner.into_iter().chain(lead.copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, Staff, StaffId, Team, TeamId, barred, told};
    use crate::language::Language;
    use uuid::Uuid;

    fn person(n: u128) -> StaffId {
        StaffId(Uuid::from_u128(n))
    }

    fn team_id(n: u128) -> TeamId {
        TeamId(Uuid::from_u128(n))
    }

    /// Teams 1 > 2 > 3 with leads 10, 20, 30.
    fn teams() -> Vec<Team> {
        let team = |n: u128| Team {
            id: team_id(n),
            name: n.to_string(),
            parent: (1 < n).then(|| team_id(n - 1)),
            lead: Some(person(10 * n)),
        };
        (1..=3).map(team).collect()
    }

    #[track_caller]
    fn check(share_bp: u32, owner: Option<u128>, out: &[u128], expected: &[u128]) {
        let out = out.iter().copied().map(person).collect();
        let found = told(share_bp, owner.map(person), team_id(3), &teams(), &out);
        assert_eq!(found, expected.iter().copied().map(person).collect());
    }

    #[test]
    fn an_escalation_climbs_and_goes_round_the_barred() {
        check(8_000, Some(5), &[], &[5]);
        check(8_000, None, &[], &[30]);
        check(10_000, Some(5), &[], &[5, 30]);
        check(20_000, Some(5), &[], &[5, 20]);
        check(30_000, Some(5), &[], &[5, 10]);
        check(90_000, None, &[], &[10]);
        check(10_000, Some(5), &[30], &[5, 20]);
        check(10_000, Some(30), &[], &[30, 20]);
        check(10_000, None, &[10, 20, 30], &[]);
    }

    #[test]
    fn a_complaint_bars_the_person_and_the_direct_supervisor() {
        let member = |n, team| Staff {
            id: person(n),
            login: n.to_string(),
            name: n.to_string(),
            number: n.to_string(),
            email: None,
            team: Some(team_id(team)),
            roles: vec![],
            language: Language::Chinese,
            active: true,
        };
        let staff = [member(5, 3), member(30, 3)];
        let bars = |about: u128| barred(&[person(about)].into(), &staff, &teams());
        assert_eq!(bars(5), [person(5), person(30)].into());
        // A lead's supervisor is the next lead up.
        assert_eq!(bars(30), [person(30), person(20)].into());
        assert_eq!(bars(99), [person(99)].into());
        assert_eq!(barred(&BTreeSet::new(), &staff, &teams()), BTreeSet::new());
    }
}
