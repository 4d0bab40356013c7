//! What no sequence of commands by anybody may break, one function a law; and that more rights
//! never make less possible.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{BLAMED, SUPERVISOR, VIEWER, World, any_actor, any_command};
use crate::handle::case::{Case, State};
use crate::handle::clock::{ClockState, Promise};
use crate::handle::closing::missing;
use crate::handle::event::What;
use crate::handle::rectification::Progress;
use crate::id::CustomerId;
use crate::platform::actor::Actor;
use crate::platform::role::Permission;
use crate::triage::Kind;

/// What is said of a case, and whether it is so.
type Law = (&'static str, fn(&World) -> bool);

/// What is said of a step, and whether it is so between before and after.
type StepLaw = (&'static str, fn(&Case, &Case) -> bool);

/// What holds after every step, whoever asked for what.
const LAWS: [Law; 9] = [
    ("the time line makes the case, and counts its versions", is_made_by_its_events),
    ("of one promise at most one clock is live", has_one_clock_of_a_promise),
    ("what is closed is complete and has no live clock", is_complete_when_closed),
    ("closed and the moment of closing are one", knows_when_it_was_closed),
    ("what is solved says how", says_how_it_was_solved),
    ("nobody whom it blames, nor their supervisor, has it", is_not_with_whom_it_blames),
    ("only what waits for the customer is paused", pauses_only_while_waiting),
    ("another person checked a corrective action", was_checked_by_another),
    ("nothing happened before the case was opened", is_in_order),
];

/// What holds from one step to the next.
const STEPS: [StepLaw; 4] = [
    ("clocks are never lost, and keep their order", keeps_its_clocks),
    ("how a promise ended never changes", keeps_how_promises_ended),
    ("first times never move", keeps_first_times),
    ("first labels and who said what stay", keeps_how_it_began),
];

fn is_made_by_its_events(world: &World) -> bool {
    let replayed = Case::replay(world.case.id, &world.events);
    let count = u64::try_from(world.events.len()).unwrap();
    replayed.as_ref() == Some(&world.case) && world.case.version == count
}

fn has_one_clock_of_a_promise(world: &World) -> bool {
    let live = |it| world.case.live_clocks().filter(|clock| clock.terms().promise == it).count();
    Promise::ALL.iter().all(|it| live(*it) <= 1)
}

fn is_complete_when_closed(world: &World) -> bool {
    let case = &world.case;
    let complete = case.merged_into.is_some() || missing(case).is_empty();
    case.state != State::Closed || complete && case.live_clocks().count() == 0
}

fn knows_when_it_was_closed(world: &World) -> bool {
    world.case.closed_at.is_some() == (world.case.state == State::Closed)
}

fn says_how_it_was_solved(world: &World) -> bool {
    let case = &world.case;
    case.state != State::Solved || case.solution.is_some() && case.solved_at.is_some()
}

fn is_not_with_whom_it_blames(world: &World) -> bool {
    let case = &world.case;
    let supervised = case.about.contains(&BLAMED) && case.owner == Some(SUPERVISOR);
    let owned = case.owner.is_some_and(|it| case.about.contains(&it));
    !case.is_blame() || !supervised && !owned && case.collaborators.is_disjoint(&case.about)
}

fn pauses_only_while_waiting(world: &World) -> bool {
    let waits = world.case.state == State::WaitingForCustomer;
    world.case.live_clocks().all(|it| {
        let may_pause = matches!(it.terms().promise, Promise::Solution | Promise::Resolve);
        it.paused().is_some() == (waits && may_pause)
    })
}

fn was_checked_by_another(world: &World) -> bool {
    world.case.rectifications.iter().all(|it| match it.progress {
        Progress::Verified { by, done_by, .. } => by != it.plan.owner && by != done_by,
        _ => true,
    })
}

fn is_in_order(world: &World) -> bool {
    let case = &world.case;
    let times = [case.accepted_at, case.answered_at, case.solved_at, case.closed_at];
    times.into_iter().flatten().all(|it| case.opened_at <= it && it <= case.changed_at)
        && world.events.is_sorted_by_key(|it| it.at)
}

fn keeps_its_clocks(before: &Case, after: &Case) -> bool {
    let ids = |it: &Case| it.clocks.iter().map(|it| it.clock.id()).collect::<Vec<_>>();
    ids(after).starts_with(&ids(before))
}

fn keeps_how_promises_ended(before: &Case, after: &Case) -> bool {
    let pairs = before.clocks.iter().zip(&after.clocks);
    pairs.into_iter().all(|(old, new)| old.clock.end().is_none() || old.clock == new.clock)
}

fn keeps_first_times(before: &Case, after: &Case) -> bool {
    let firsts = |it: &Case| [it.accepted_at, it.answered_at, it.first_solved_at];
    let mut pairs = firsts(before).into_iter().zip(firsts(after));
    before.opened_at == after.opened_at
        && pairs.all(|(old, new)| old.is_none() || old == new)
        && before.reopened_count <= after.reopened_count
}

fn keeps_how_it_began(before: &Case, after: &Case) -> bool {
    let began = |it: &Case| (it.first_labels, it.customer, it.evaluation, it.said.clone());
    began(before) == began(after)
}

/// Who may have taken the step, and what stopped the clock of the first response.
fn check_actor(before: &Case, by: Actor, what: &[What]) -> Result<(), TestCaseError> {
    prop_assert!(before.merged_into.is_none());
    prop_assert_ne!(by, Actor::Staff(VIEWER));
    prop_assert_ne!(by, Actor::Customer(CustomerId(uuid::Uuid::nil())));
    if let Actor::Staff(staff) = by {
        prop_assert!(!before.is_hidden_from(staff));
    }
    let answers =
        |it: &What| matches!(it, What::Replied { is_automatic: false, .. } | What::Told { .. });
    for it in what {
        let What::ClockStopped { clock } = it else { continue };
        let end = clock.end().expect("it was stopped");
        if clock.terms().promise == Promise::FirstResponse && end.state == ClockState::Kept {
            prop_assert!(what.iter().any(answers));
        }
    }
    Ok(())
}

fn check_laws(world: &World) -> Result<(), TestCaseError> {
    for (law, holds) in LAWS {
        prop_assert!(holds(world), "{law}: {:?}", world.case);
    }
    Ok(())
}

fn any_permissions() -> impl Strategy<Value = BTreeSet<Permission>> {
    use Permission as P;
    let all = vec![P::ReadCases, P::ActOnCases, P::AssignCases, P::VerifyCases];
    prop::sample::subsequence(all, 0..=4).prop_map(|it| it.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_sequence_of_commands_breaks_a_case(
        kind in prop::sample::select(Kind::ALL),
        steps in prop::collection::vec((any_actor(), any_command(), 0_i64..400), 1..60),
    ) {
        let mut world = World::new(kind);
        check_laws(&world)?;
        for (by, command, minutes) in steps {
            world.wait_minutes(minutes);
            let before = world.case.clone();
            let what = world.ask(by, command).unwrap_or_default();
            if what.is_empty() {
                prop_assert_eq!(&world.case, &before);
                continue;
            }
            check_actor(&before, by, &what)?;
            for (law, holds) in STEPS {
                prop_assert!(holds(&before, &world.case), "{}: {:?}", law, what);
            }
            check_laws(&world)?;
        }
    }

    /// Whatever somebody may do, they may do with more rights as well, and the same follows.
    #[test]
    fn more_rights_never_make_less_possible(
        kind in prop::sample::select(Kind::ALL),
        steps in prop::collection::vec(
            (any_actor(), any_command(), 0_i64..400, any_permissions(), any_permissions()),
            1..40,
        ),
    ) {
        let mut world = World::new(kind);
        for (by, command, minutes, few, more) in steps {
            world.wait_minutes(minutes);
            let many = few.union(&more).copied().collect();
            let with_few = world.decided(by, &command, &few);
            let with_many = world.decided(by, &command, &many);
            if with_few.is_ok() {
                prop_assert_eq!(&with_few, &with_many, "{:?} with {:?}", command, many);
            }
            // The case goes on as it really would.
            drop(world.ask(by, command));
        }
    }
}
