//! Lives of cases: told step by step, and thrown by dice.

mod laws;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::{decide, open};
use crate::collect::channel::Channel;
use crate::handle::calendar::{Calendar, Holidays};
use crate::handle::case::{Case, State};
use crate::handle::clock::{
    CalendarRef, Clock, ClockState, Promise, Schedules, Target, Terms, WAKE_BP,
};
use crate::handle::closing::{Requirement, missing};
use crate::handle::command::{CaseRefusal, Command, Context};
use crate::handle::event::{CaseEvent, How, Opening, What};
use crate::handle::rectification::{Cause, CauseRoot, Plan};
use crate::handle::suggestion::Decision;
use crate::id::{
    CalendarId, CaseId, ClockId, CustomerId, InvitationId, RectificationId, StaffId, TeamId,
};
use crate::platform::actor::Actor;
use crate::platform::role::Permission;
use crate::triage::assignment::Assignment;
use crate::triage::{Kind, Priority};

const OWNER: StaffId = StaffId(Uuid::from_u128(1));
const COLLEAGUE: StaffId = StaffId(Uuid::from_u128(2));
const SUPERVISOR: StaffId = StaffId(Uuid::from_u128(3));
const BLAMED: StaffId = StaffId(Uuid::from_u128(4));
const INSPECTOR: StaffId = StaffId(Uuid::from_u128(5));
const VIEWER: StaffId = StaffId(Uuid::from_u128(6));
const STAFF: [StaffId; 6] = [OWNER, COLLEAGUE, SUPERVISOR, BLAMED, INSPECTOR, VIEWER];
const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(7));
const TEAM: TeamId = TeamId(Uuid::from_u128(8));
const ALWAYS: CalendarRef = CalendarRef { id: CalendarId(Uuid::nil()), version: 1 };
/// More promises than a case can begin with.
const CLOCKS_MAX: u128 = 10;
const RECTIFICATION: RectificationId = RectificationId(Uuid::from_u128(9));

/// A case and the house around it: plain time, one team, a supervisor of the blamed person.
struct World {
    now: Timestamp,
    case: Case,
    events: Vec<CaseEvent>,
    schedules: Schedules,
    clocks_made: u128,
}

fn permissions(by: Actor) -> BTreeSet<Permission> {
    use Permission as P;
    match by.staff() {
        Some(SUPERVISOR) => [P::ActOnCases, P::AssignCases, P::VerifyCases].into(),
        Some(INSPECTOR) => [P::VerifyCases].into(),
        Some(VIEWER) => [P::ReadCases].into(),
        Some(_) => [P::ActOnCases].into(),
        None => BTreeSet::new(),
    }
}

/// The defaults of C01 to C04 and a day for the rest, in plain time.
fn promises(kind: Kind) -> Vec<(Promise, Target)> {
    let day = Target::hours(24);
    match kind {
        Kind::Consultation => vec![
            (Promise::FirstResponse, Target::minutes(5)),
            (Promise::NextResponse, Target::minutes(30)),
            (Promise::Solution, day),
        ],
        Kind::Issue => vec![(Promise::Accept, Target::minutes(30)), (Promise::Resolve, day)],
        Kind::Complaint => {
            vec![(Promise::FirstResponse, Target::hours(2)), (Promise::Resolve, day)]
        }
        Kind::Suggestion => vec![(Promise::Accept, day)],
        Kind::Praise => vec![],
    }
}

impl World {
    fn new(kind: Kind) -> Self {
        let plain = Calendar::always("Asia/Shanghai").schedule(&Holidays::built_in()).unwrap();
        let now: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let opening = Opening {
            number: "7K2F-9Q".to_owned(),
            kind,
            category: None,
            priority: Priority::Normal,
            because: vec![],
            customer: Some(CUSTOMER),
            channel: Channel::WebLink,
            interaction: None,
            evaluation: None,
            about: [BLAMED].into(),
            said: "等了一个小时没人理".to_owned(),
            team: TEAM,
        };
        let assignment = Assignment { staff: Some(OWNER), team: TEAM, because: vec![] };
        let schedules = Schedules::from_iter([(ALWAYS, plain)]);
        let clocks = fresh_clocks(kind, now, 0);
        let ctx = Context {
            now,
            by: Actor::System,
            permissions: &BTreeSet::new(),
            barred: &[BLAMED, SUPERVISOR].into(),
            promises: &clocks,
            schedules: &schedules,
            wait_until: now,
        };
        let id = CaseId(Uuid::from_u128(100));
        let (case, events) = open(id, opening, assignment, &ctx).unwrap();
        Self { now, case, events, schedules, clocks_made: CLOCKS_MAX }
    }

    /// What would follow, by somebody with these rights.
    fn decided(
        &self,
        by: Actor,
        command: &Command,
        permissions: &BTreeSet<Permission>,
    ) -> Result<Vec<CaseEvent>, CaseRefusal> {
        let kind = match command {
            Command::Correct { kind: Some(kind), .. } => *kind,
            _ => self.case.kind,
        };
        let mut barred = match command {
            Command::SetAbout { about } => about.clone(),
            _ => self.case.about.clone(),
        };
        if barred.contains(&BLAMED) {
            barred.insert(SUPERVISOR);
        }
        let clocks = fresh_clocks(kind, self.now, self.clocks_made);
        let ctx = Context {
            now: self.now,
            by,
            permissions,
            barred: &barred,
            promises: &clocks,
            schedules: &self.schedules,
            wait_until: self.now + SignedDuration::from_hours(72),
        };
        decide(&self.case, command.clone(), &ctx)
    }

    #[expect(clippy::needless_pass_by_value, reason = "the tables of cases read better")]
    fn ask(&mut self, by: Actor, command: Command) -> Result<Vec<What>, CaseRefusal> {
        let events = self.decided(by, &command, &permissions(by))?;
        self.clocks_made += CLOCKS_MAX;
        assert!(!events.is_empty());
        for it in &events {
            self.case.apply(it);
            // As it is stored, and read again.
            let stored = serde_json::to_string(it).unwrap();
            assert_eq!(&serde_json::from_str::<CaseEvent>(&stored).unwrap(), it, "{stored}");
        }
        self.events.extend(events.iter().cloned());
        Ok(events.into_iter().map(|it| it.what).collect())
    }

    /// The codes of the events that follow, or of the refusal.
    fn codes(&mut self, by: Actor, command: Command) -> String {
        match self.ask(by, command) {
            Ok(what) => what.iter().map(What::code).collect::<Vec<_>>().join(" "),
            Err(refusal) => refusal.code().to_owned(),
        }
    }

    #[track_caller]
    fn check(&mut self, by: Actor, command: Command, expected: &str) {
        assert_eq!(self.codes(by, command), expected);
    }

    fn wait_minutes(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }

    fn ends(&self, promise: Promise) -> Vec<(ClockState, i64)> {
        let clocks = self.case.clocks.iter().filter(|it| it.clock.terms().promise == promise);
        let ends = clocks.map(|it| {
            let state = it.clock.state(self.now, &self.schedules).unwrap();
            (state, it.clock.elapsed_ms(self.now, &self.schedules).unwrap() / 60_000)
        });
        ends.collect()
    }
}

fn fresh_clocks(kind: Kind, now: Timestamp, made: u128) -> Vec<Clock> {
    let start = |(n, (promise, target)): (u128, (Promise, Target))| {
        let terms = Terms { promise, target, wake_bp: WAKE_BP.to_vec(), policy: None };
        Clock::start(ClockId(Uuid::from_u128(1_000 + made + n)), terms, ALWAYS, now)
    };
    (0..).zip(promises(kind)).map(start).collect()
}

fn text() -> String {
    "好的".to_owned()
}

fn reply() -> Command {
    Command::Reply { text: text(), how: How::Message, is_solution: false }
}

fn tell() -> Command {
    Command::Tell { text: text(), how: How::Message }
}

fn solve() -> Command {
    Command::Solve { solution: text() }
}

fn cause() -> Command {
    Command::SetCause { cause: Cause { root: CauseRoot::Process, branch: None, text: text() } }
}

fn sent() -> Command {
    Command::ReevaluationSent { invitation: InvitationId(Uuid::from_u128(70)) }
}

fn plan(owner: StaffId, due_at: Timestamp) -> Command {
    Command::PlanRectification { plan: Plan { id: RECTIFICATION, measure: text(), owner, due_at } }
}

fn finish() -> Command {
    Command::FinishRectification { id: RECTIFICATION, result: text() }
}

fn verify(is_done: bool) -> Command {
    Command::VerifyRectification { id: RECTIFICATION, is_done, comment: text() }
}

const fn by(staff: StaffId) -> Actor {
    Actor::Staff(staff)
}

#[test]
fn a_complaint_goes_all_the_way() {
    let mut world = World::new(Kind::Complaint);
    let owner = by(OWNER);
    assert_eq!(world.case.owner, Some(OWNER));
    world.wait_minutes(90);
    world.check(owner, Command::Close, "case_wrong_state");
    world.check(owner, reply(), "accepted replied clock_stopped");
    assert_eq!(world.ends(Promise::FirstResponse), [(ClockState::Kept, 90)]);
    world.check(owner, Command::Start, "started");
    world.check(owner, cause(), "cause_set");
    let due_at = world.now + SignedDuration::from_hours(24);
    world.check(owner, plan(OWNER, due_at), "rectification_planned");
    world.check(owner, solve(), "solved clock_stopped");
    world.check(owner, finish(), "rectification_done");
    world.check(by(INSPECTOR), verify(false), "rectification_checked");
    world.check(by(INSPECTOR), verify(true), "case_rectification_state");
    world.check(owner, finish(), "rectification_done");
    world.check(owner, tell(), "told");
    world.check(owner, Command::Close, "case_incomplete");
    assert_eq!(missing(&world.case), [Requirement::Verification, Requirement::Reevaluation]);
    world.check(Actor::System, sent(), "reevaluation_sent");
    world.check(by(INSPECTOR), verify(true), "rectification_checked");
    assert_eq!(world.case.rectifications[0].failed_checks, 1);
    let customer = Actor::Customer(CUSTOMER);
    world.check(customer, Command::Confirm { comment: String::new() }, "confirmed closed");
    world.check(owner, reply(), "replied");
    assert_eq!(world.case.state, State::Closed);
}

#[test]
fn reopening_starts_a_new_clock_and_both_are_reported() {
    let mut world = World::new(Kind::Issue);
    let owner = by(OWNER);
    world.wait_minutes(31);
    world.check(owner, Command::Start, "accepted clock_stopped started");
    assert_eq!(world.ends(Promise::Accept), [(ClockState::Late, 31)]);
    world.wait_minutes(60);
    world.check(owner, solve(), "solved clock_stopped");
    world.check(owner, tell(), "told");
    world.wait_minutes(600);
    let again = Command::Reopen { reason: "还是不行".to_owned() };
    world.check(Actor::Visitor, again.clone(), "reopened clock_started");
    world.check(Actor::Visitor, again, "case_wrong_state");
    assert_eq!(world.case.told, None);
    world.wait_minutes(10);
    let resolve = [(ClockState::Kept, 91), (ClockState::Running, 10)];
    assert_eq!(world.ends(Promise::Resolve), resolve);
    world.check(owner, solve(), "solved clock_stopped");
    let waive = Command::WaiveReevaluation { reason: "没有联系方式".to_owned() };
    world.check(owner, waive, "reevaluation_waived");
    world.check(owner, cause(), "cause_set");
    world.check(owner, Command::CannotTell { reason: text() }, "not_told");
    world.check(owner, Command::Close, "closed");
}

#[test]
fn waiting_for_the_customer_pauses_the_solution_not_the_answer() {
    let mut world = World::new(Kind::Complaint);
    let owner = by(OWNER);
    world.check(owner, Command::Accept, "accepted");
    let ask = |text: &str| Command::WaitForCustomer { text: text.to_owned(), how: How::Message };
    world.check(owner, ask(" "), "case_empty");
    world.wait_minutes(60);
    world.check(owner, ask("订单号?"), "replied clock_stopped wait_begun clock_paused");
    world.wait_minutes(600);
    assert_eq!(world.ends(Promise::Resolve), [(ClockState::Paused, 60)]);
    let answer = Command::CustomerReplied { text: "12345".to_owned(), how: How::Message };
    let stranger = Actor::Customer(CustomerId(Uuid::from_u128(77)));
    world.check(stranger, answer.clone(), "case_not_for_you");
    world.check(Actor::Customer(CUSTOMER), answer, "customer_replied wait_ended clock_resumed");
    world.wait_minutes(5);
    assert_eq!(world.ends(Promise::Resolve), [(ClockState::Running, 65)]);
}

#[test]
fn notes_and_automatic_answers_stop_no_clock() {
    let mut world = World::new(Kind::Consultation);
    let note = Command::Note { text: text(), mentions: [COLLEAGUE].into() };
    world.check(by(COLLEAGUE), note, "noted");
    world.check(Actor::System, reply(), "replied");
    world.wait_minutes(6);
    assert_eq!(world.ends(Promise::FirstResponse), [(ClockState::Breached, 6)]);
    world.check(by(OWNER), Command::Close, "case_incomplete");
    world.check(by(OWNER), reply(), "accepted replied clock_stopped");
    assert_eq!(world.ends(Promise::FirstResponse), [(ClockState::Late, 6)]);
    let more = Command::CustomerReplied { text: text(), how: How::Message };
    world.check(Actor::Visitor, more.clone(), "customer_replied clock_started");
    world.check(Actor::Visitor, more, "customer_replied");
    world.check(by(OWNER), Command::Close, "clock_stopped clock_cancelled closed");
}

#[test]
fn nobody_the_complaint_is_about_gets_it() {
    let mut world = World::new(Kind::Complaint);
    let assign = |staff| Command::Assign {
        staff: Some(staff),
        team: TEAM,
        because: vec![],
        reason: String::new(),
    };
    for barred in [BLAMED, SUPERVISOR] {
        world.check(Actor::System, assign(barred), "case_concerns_them");
        world.check(by(OWNER), Command::Collaborate { staff: barred }, "case_concerns_them");
    }
    let mention = Command::Note { text: text(), mentions: [BLAMED].into() };
    world.check(by(OWNER), mention, "case_concerns_them");
    world.check(by(BLAMED), Command::Accept, "case_concerns_you");
    // Praise may be theirs; corrected to a complaint, it goes back to the queue.
    let mut world = World::new(Kind::Praise);
    world.check(Actor::System, assign(BLAMED), "assigned");
    let correct = Command::Correct {
        kind: Some(Kind::Complaint),
        category: None,
        priority: None,
        reason: "是反话".to_owned(),
    };
    let codes = "kind_corrected assigned clock_started clock_started";
    world.check(Actor::System, correct, codes);
    assert_eq!((world.case.owner, world.case.first_labels.kind), (None, Kind::Praise));
    // So does a complaint whose owner turns out to be concerned.
    let mut world = World::new(Kind::Complaint);
    world.check(Actor::System, Command::SetAbout { about: [OWNER].into() }, "about_set assigned");
    assert_eq!(world.case.owner, None);
}

#[test]
fn another_person_checks_a_corrective_action() {
    let mut world = World::new(Kind::Complaint);
    let due_at = world.now + SignedDuration::from_hours(1);
    world.check(by(OWNER), plan(INSPECTOR, due_at), "rectification_planned");
    world.check(by(COLLEAGUE), finish(), "case_not_yours");
    world.check(by(OWNER), finish(), "rectification_done");
    world.check(by(INSPECTOR), verify(true), "case_own_work");
    world.check(by(OWNER), verify(true), "case_not_allowed");
    world.check(by(SUPERVISOR), verify(true), "rectification_checked");
    assert!(world.case.rectifications[0].is_verified_in_time());
    let past = world.now - SignedDuration::from_hours(1);
    world.check(by(OWNER), plan(OWNER, past), "case_past");
}

#[test]
fn a_suggestion_is_decided_done_and_told() {
    let mut world = World::new(Kind::Suggestion);
    let due_at = world.now + SignedDuration::from_hours(100);
    let adopt = Command::DecideSuggestion {
        decision: Decision::Adopted { reason: text(), owner: OWNER, due_at },
    };
    world.check(by(OWNER), adopt.clone(), "case_not_allowed");
    world.check(by(OWNER), tell(), "case_wrong_state");
    world.check(by(SUPERVISOR), adopt.clone(), "suggestion_decided");
    world.check(by(SUPERVISOR), adopt, "case_decided");
    world.check(by(OWNER), tell(), "told");
    world.check(by(OWNER), Command::Close, "case_incomplete");
    assert_eq!(missing(&world.case), [Requirement::Result]);
    world.check(by(OWNER), Command::CompleteSuggestion { result: text() }, "suggestion_completed");
    world.check(by(OWNER), Command::Close, "clock_stopped closed");
}

#[test]
fn a_duplicate_ends_and_says_where_it_went() {
    let mut world = World::new(Kind::Complaint);
    world.wait_minutes(180);
    let into = CaseId(Uuid::from_u128(101));
    let merge = Command::MergeInto { into };
    world.check(by(COLLEAGUE), merge.clone(), "case_not_yours");
    world.check(by(OWNER), Command::MergeInto { into: world.case.id }, "case_itself");
    // The first response was promised within two hours: merging does not unbreak it.
    world.check(by(OWNER), merge, "clock_stopped clock_cancelled merged_into");
    assert_eq!(world.ends(Promise::FirstResponse), [(ClockState::Late, 180)]);
    assert_eq!(world.ends(Promise::Resolve), [(ClockState::Cancelled, 180)]);
    world.check(by(OWNER), reply(), "case_merged");
}

#[test]
fn people_are_told_once_at_each_share_of_the_time() {
    let mut world = World::new(Kind::Complaint);
    let clock = world.case.live(Promise::FirstResponse).unwrap().id();
    let wake = |share_bp| Command::Escalate { clock, share_bp, told: [OWNER].into() };
    world.wait_minutes(95);
    world.check(Actor::System, wake(8_000), "case_not_due");
    world.wait_minutes(1);
    world.check(by(SUPERVISOR), wake(8_000), "case_not_for_you");
    world.check(Actor::System, wake(8_000), "escalated");
    world.check(Actor::System, wake(8_000), "case_unchanged");
    world.check(Actor::System, wake(10_000), "case_not_due");
    world.wait_minutes(144);
    world.check(Actor::System, wake(20_000), "escalated");
    let to_the_blamed = Command::Escalate { clock, share_bp: 20_000, told: [BLAMED].into() };
    world.check(Actor::System, to_the_blamed, "case_unchanged");
}

#[test]
fn events_survive_the_way_through_json() {
    let mut world = World::new(Kind::Complaint);
    world.check(by(OWNER), reply(), "accepted replied clock_stopped");
    let json = serde_json::to_string(&world.events).unwrap();
    let back: Vec<CaseEvent> = serde_json::from_str(&json).unwrap();
    assert_eq!(back, world.events);
    for event in &world.events {
        assert_eq!(serde_json::json!(event)["what"], event.what.code());
    }
    let case: Case = serde_json::from_str(&serde_json::to_string(&world.case).unwrap()).unwrap();
    assert_eq!(case, world.case);
}

fn any_staff() -> impl Strategy<Value = StaffId> {
    prop::sample::select(&STAFF[..])
}

fn any_text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![String::new(), "好".to_owned(), "客".repeat(5_001)])
        .prop_flat_map(|odd| prop_oneof![9 => Just(text()), 1 => Just(odd)])
}

fn any_actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        6 => any_staff().prop_map(Actor::Staff),
        2 => Just(Actor::System),
        1 => Just(Actor::Customer(CUSTOMER)),
        1 => Just(Actor::Visitor),
        1 => Just(Actor::Customer(CustomerId(Uuid::nil()))),
    ]
}

fn any_work() -> impl Strategy<Value = Command> {
    use Command as Do;
    let team = TEAM;
    let how = How::Phone;
    let some = || prop::option::of(any_staff());
    let crew = || prop::collection::btree_set(any_staff(), 0..2);
    let kind = || prop::option::of(prop::sample::select(Kind::ALL));
    prop_oneof![
        some().prop_map(move |staff| Do::Assign {
            staff,
            team,
            because: vec![],
            reason: String::new()
        }),
        (some(), any_text()).prop_map(move |(staff, reason)| Do::Transfer { staff, team, reason }),
        Just(Do::Accept),
        Just(Do::Start),
        (any_text(), any::<bool>()).prop_map(move |(text, is_solution)| Do::Reply {
            text,
            how,
            is_solution
        }),
        (any_text(), crew()).prop_map(|(text, mentions)| Do::Note { text, mentions }),
        any_staff().prop_map(|staff| Do::Collaborate { staff }),
        any_staff().prop_map(|staff| Do::EndCollaboration { staff }),
        any_text().prop_map(move |text| Do::WaitForCustomer { text, how }),
        Just(Do::EndWait),
        any_text().prop_map(move |text| Do::CustomerReplied { text, how }),
        (kind(), any_text()).prop_map(|(kind, reason)| Do::Correct {
            kind,
            category: None,
            priority: Some(Priority::High),
            reason
        }),
        crew().prop_map(|about| Do::SetAbout { about }),
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    use Command as Do;
    let how = How::Phone;
    let crew = || prop::collection::btree_set(any_staff(), 0..2);
    let due_at: Timestamp = "2026-12-01T00:00:00Z".parse().unwrap();
    let record = prop_oneof![
        Just(cause()),
        any_staff().prop_map(move |owner| plan(owner, due_at)),
        Just(finish()),
        any::<bool>().prop_map(verify),
        any_text().prop_map(|reason| Do::WithdrawRectification { id: RECTIFICATION, reason }),
        any_text().prop_map(|reason| Do::WaiveRectification { reason }),
        any_text()
            .prop_map(|reason| Do::DecideSuggestion { decision: Decision::Declined { reason } }),
        (any_staff(), any_text()).prop_map(move |(owner, reason)| Do::DecideSuggestion {
            decision: Decision::Adopted { reason, owner, due_at }
        }),
        any_text().prop_map(|result| Do::CompleteSuggestion { result }),
    ];
    let end = prop_oneof![
        2 => any_text().prop_map(|solution| Do::Solve { solution }),
        1 => any_text().prop_map(move |text| Do::Tell { text, how }),
        1 => any_text().prop_map(|reason| Do::CannotTell { reason }),
        1 => any_text().prop_map(|comment| Do::Confirm { comment }),
        1 => any_text().prop_map(|reason| Do::Reopen { reason }),
        1 => Just(sent()),
        1 => any_text().prop_map(|reason| Do::WaiveReevaluation { reason }),
        3 => Just(Do::Close),
        1 => (0_u128..4, prop::sample::select(&WAKE_BP[..]), crew()).prop_map(
            |(n, share_bp, told)| Do::Escalate {
                clock: ClockId(Uuid::from_u128(1_000 + n)),
                share_bp,
                told
            }
        ),
    ];
    let other = CaseId(Uuid::from_u128(101));
    let rare = prop_oneof![
        Just(Do::MergeInto { into: other }),
        Just(Do::Absorb { duplicate: other }),
        Just(Do::LinkRepeat { of: other, because: vec![] }),
    ];
    prop_oneof![10 => any_work(), 6 => record, 10 => end, 1 => rare]
}
