//! What must hold of cases, against a real database: every low score has one, no complaint reaches
//! the person it is about, the closure rate is what a hand count says, and nobody writes over
//! somebody else.

mod locks;

use std::collections::{BTreeMap, BTreeSet};

use domain::collect::channel::Channel;
use domain::handle::case::{Case, State};
use domain::handle::command::Command;
use domain::handle::event::{How, What};
use domain::handle::rectification::{Cause, CauseRoot};
use domain::id::{CaseId, CustomerId, EvaluationId, RoleId, StaffId, TeamId, TenantId};
use domain::language::Language;
use domain::platform::actor::Actor;
use domain::platform::role::{Permission, Reach, Role, Scope};
use domain::platform::staff::{Staff, Team};
use domain::triage::Kind;
use domain::triage::score::{Scale, Score};
use jiff::{SignedDuration, Timestamp};
use store::Write;
use store::handle::case_list::{Filter, Listed, Sort, Viewer, list, totals};
use store::handle::notice;
use store::platform::{role, staff, team, tenant, timer};
use store::testing::{TestDb, test_db};
use uuid::Uuid;

use super::Hours;
use super::act_on_case::{ActOnCase, act_on_case, find_case};
use super::ledger::{Period, complaints};
use super::open_case::{OpenCase, open_case};
use super::wake::wake_clock;
use crate::{Act, Ids};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const AGENTS: u128 = 8;

fn person(n: u128) -> StaffId {
    StaffId(Uuid::from_u128(100 + n))
}

fn team_id(n: u128) -> TeamId {
    TeamId(Uuid::from_u128(10 + n))
}

/// Two teams of four agents below a whole, each with a lead, and a manager above.
struct House {
    db: TestDb,
    now: Timestamp,
    ids: Ids,
}

impl House {
    async fn new() -> Self {
        let db = test_db().await;
        let now: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let house = Self { db, now, ids: Ids::seeded(3) };
        let mut tx = house.db.write().await.unwrap();
        let made = domain::platform::tenant::Tenant {
            id: TENANT,
            slug: "ours".to_owned(),
            name: "回声".to_owned(),
            zone: "Asia/Shanghai".to_owned(),
            language: Language::Chinese,
        };
        tenant::insert(&mut tx, &made, now).await.unwrap();
        let act = Act::system(TENANT, now, &house.ids);
        super::put_defaults(&mut tx, &act, "Asia/Shanghai", Hours::Office).await.unwrap();
        for n in 0..3 {
            let parent = (0 < n).then(|| team_id(0));
            let it = Team { id: team_id(n), name: n.to_string(), parent, lead: None };
            team::put(&mut tx, TENANT, &it).await.unwrap();
        }
        let agent = Role {
            id: RoleId(Uuid::from_u128(3)),
            key: "agent".to_owned(),
            name: "客服".to_owned(),
            permissions: BTreeSet::from([Permission::ActOnCases]),
            reach: Reach::Own,
            built_in: false,
        };
        role::put(&mut tx, TENANT, &agent).await.unwrap();
        // 0 the manager, 1 and 2 the leads, 11.. and 21.. the agents.
        let agents = (0..AGENTS).map(|n| (11 + n % 4 + 10 * (n / 4), 1 + n / 4));
        for (n, of) in [(0, 0), (1, 1), (2, 2)].into_iter().chain(agents) {
            let it = Staff {
                id: person(n),
                login: format!("p{n}"),
                name: format!("员工{n}"),
                number: n.to_string(),
                email: None,
                team: Some(team_id(of)),
                roles: vec![agent.id],
                language: Language::Chinese,
                active: true,
            };
            staff::insert(&mut tx, TENANT, &it, None, now).await.unwrap();
        }
        for n in 0..3 {
            let parent = (0 < n).then(|| team_id(0));
            let lead = Some(person(n));
            let it = Team { id: team_id(n), name: n.to_string(), parent, lead };
            team::put(&mut tx, TENANT, &it).await.unwrap();
        }
        tx.commit().await.unwrap();
        house
    }

    fn system(&self) -> Act {
        Act::system(TENANT, self.now, &self.ids)
    }

    fn staff(&self, id: StaffId) -> Act {
        Act { by: Actor::Staff(id), ..self.system() }
    }

    async fn open(&self, input: OpenCase) -> Option<Case> {
        let mut tx = self.db.write().await.unwrap();
        let made = open_case(&mut tx, &self.system(), &BTreeSet::new(), input).await.unwrap();
        tx.commit().await.unwrap();
        made
    }

    /// The case afterwards, or the code of the refusal.
    /// The only timer of the case, and its deadline as lists are sorted by it.
    async fn wake_and_due(&self, tx: &mut Write, case: CaseId) -> [String; 2] {
        let timers = timer::list(tx, TENANT, case.0).await.unwrap();
        assert_eq!(timers.len(), 1, "{timers:?}");
        let viewer = Viewer { scope: Scope::All, staff: None };
        let filter = Filter::default();
        let listed = list(tx, TENANT, &viewer, &filter, Sort::Due, None, 9).await.unwrap();
        let due = listed.iter().find(|it| it.case.id == case).and_then(|it| it.next_due);
        [timers[0].due.to_string(), due.unwrap().to_string()]
    }

    async fn act(
        &self,
        by: &Act,
        id: CaseId,
        version: Option<u64>,
        command: Command,
    ) -> Result<Case, &'static str> {
        let may = [Permission::ActOnCases, Permission::AssignCases, Permission::VerifyCases].into();
        let mut tx = self.db.write().await.unwrap();
        let input = ActOnCase { id, version, command };
        match act_on_case(&mut tx, by, &may, input).await {
            Ok(case) => {
                tx.commit().await.unwrap();
                Ok(case)
            }
            Err(failure) => Err(failure.code().expect("refused by a rule")),
        }
    }

    async fn all(&self, viewer: Viewer, filter: Filter) -> Vec<Case> {
        let newest = self.pages(&viewer, &filter, Sort::Opened, 97).await;
        let due = self.pages(&viewer, &filter, Sort::Due, 97).await;
        let ids = |of: &[Listed]| of.iter().map(|it| it.case.id).collect::<BTreeSet<_>>();
        assert_eq!(ids(&newest), ids(&due), "a list is the same cases however it is sorted");
        newest.into_iter().map(|it| it.case).collect()
    }

    /// The whole list in pages of `limit`: in order, nothing twice.
    async fn pages(&self, viewer: &Viewer, filter: &Filter, sort: Sort, limit: i64) -> Vec<Listed> {
        let mut conn = self.db.read().await.unwrap();
        let (mut found, mut after): (Vec<Listed>, _) = (vec![], None);
        loop {
            let page = list(&mut conn, TENANT, viewer, filter, sort, after, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.key);
            found.extend(page);
        }
        let ascends = |it: &[Listed]| it[0].key < it[1].key;
        let descends = |it: &[Listed]| it[1].key < it[0].key;
        assert!(match sort {
            Sort::Due => found.windows(2).all(ascends),
            Sort::Opened => found.windows(2).all(descends),
        });
        found
    }
}

fn everything() -> Viewer {
    Viewer { scope: Scope::All, staff: None }
}

fn said(n: u128, said: &str, scores: Vec<Score>) -> OpenCase {
    OpenCase {
        id: CaseId(Uuid::from_u128(10_000 + n)),
        kind: None,
        category: None,
        priority: None,
        customer: None,
        channel: Channel::WebLink,
        interaction: None,
        evaluation: None,
        about: BTreeSet::new(),
        said: said.to_owned(),
        scores,
        chosen: vec![],
        team: None,
    }
}

fn complaint(n: u128, about: StaffId) -> OpenCase {
    let scores = vec![Score { scale: Scale::Stars, value: 1 }];
    OpenCase { about: [about].into(), ..said(n, "我要投诉，态度恶劣", scores) }
}

const TEXTS: [&str; 8] = [
    "",
    "我要投诉！态度太差，等了一个小时",
    "问题一直没有解决，很失望",
    "非常满意，谢谢小陈",
    "建议增加夜间客服",
    "请问发票怎么开？",
    "还行",
    "still not working, terrible service",
];

#[tokio::test]
async fn who_may_only_look_is_given_no_case() {
    let house = House::new().await;
    let mut tx = house.db.write().await.unwrap();
    for it in staff::list(&mut tx, TENANT).await.unwrap() {
        if it.id != person(11) {
            staff::update(&mut tx, TENANT, &Staff { roles: vec![], ..it }).await.unwrap();
        }
    }
    let act = house.system();
    let found = crate::triage::assign::candidates(&mut tx, &act).await.unwrap();
    assert_eq!(found.iter().map(|it| it.staff).collect::<Vec<_>>(), [person(11)]);
}

#[tokio::test]
async fn of_a_thousand_mixed_evaluations_no_low_one_is_without_a_case() {
    let house = House::new().await;
    let mut expected = BTreeMap::new();
    for n in 0..1_000_u128 {
        let pick = |of: u128| usize::try_from(n * 7_919 % 10_007 / of).unwrap();
        let text = TEXTS[pick(3) % TEXTS.len()];
        let (scale, low, high) =
            [(Scale::Csat, 1, 5), (Scale::Nps, 0, 11), (Scale::Ces, 1, 7)][pick(1) % 3];
        let value = low + i64::try_from(pick(5)).unwrap() % high;
        let score = Score { scale, value };
        let about = person(11 + n % 4 + 10 * (n / 4 % 2));
        let input = OpenCase { about: [about].into(), ..said(n, text, vec![score]) };
        let id = input.id;
        let made = house.open(input).await;
        if score.is_low() {
            let made = made.as_ref().unwrap_or_else(|| panic!("{score:?} {text:?} has no case"));
            assert!(matches!(made.kind, Kind::Issue | Kind::Complaint), "{score:?} {text:?}");
        }
        if let Some(made) = made {
            expected.insert(id, made);
        }
    }
    let found = house.all(everything(), Filter::default()).await;
    let owner = found.iter().find_map(|it| it.owner);
    let theirs = Filter { owner, ..Filter::default() };
    let listed = house.pages(&everything(), &theirs, Sort::Due, 7).await;
    assert!(owner.is_some() && listed.len() == found.iter().filter(|it| it.owner == owner).count());
    let found: BTreeMap<_, _> = found.into_iter().map(|it| (it.id, it)).collect();
    assert_eq!(found, expected);
    // No complaint is owned by, shown to, or told to whom it is about, or owned by their lead.
    let mut conn = house.db.read().await.unwrap();
    for n in (11..15).chain(21..25) {
        let (me, lead) = (person(n), person(n / 10));
        let viewer = Viewer { scope: Scope::All, staff: Some(me) };
        let shown = house.all(viewer, Filter::default()).await;
        assert!(shown.iter().all(|it| !it.is_hidden_from(me)));
        let hidden = found.values().filter(|it| it.is_blame() && it.about.contains(&me));
        let hidden: Vec<_> = hidden.collect();
        assert!(!hidden.is_empty() && shown.len() + hidden.len() == found.len());
        for case in &hidden {
            assert_ne!(case.owner, Some(me));
            assert_ne!(case.owner, Some(lead));
            let seen = find_case(&mut conn, &house.staff(me), case.id).await;
            assert_eq!(seen.unwrap_err().code(), Some("not_found"));
        }
        let told = notice::list(&mut conn, TENANT, me, 10_000).await.unwrap();
        let hidden: BTreeSet<_> = hidden.iter().map(|it| it.id).collect();
        assert!(told.iter().all(|it| it.case.is_none_or(|case| !hidden.contains(&case))));
    }
    // Totals reconcile with the list.
    let counted =
        totals(&mut conn, TENANT, &everything(), &Filter::default(), house.now).await.unwrap();
    let counted: i64 = counted.iter().map(|it| it.count).sum();
    assert_eq!(usize::try_from(counted).unwrap(), found.len());
}

async fn close(house: &House, case: &Case) {
    let owner = house.staff(case.owner.expect("somebody took it"));
    let text = || "已处理".to_owned();
    let found = Cause { root: CauseRoot::Process, branch: None, text: text() };
    let steps = [
        Command::Start,
        Command::SetCause { cause: found },
        Command::Solve { solution: text() },
        Command::Tell { text: text(), how: How::Message },
        Command::WaiveReevaluation { reason: text() },
    ];
    for step in steps {
        house.act(&owner, case.id, None, step).await.unwrap();
    }
    assert_eq!(house.act(&owner, case.id, None, Command::Close).await, Err("case_incomplete"));
    let waive = Command::WaiveRectification { reason: text() };
    house.act(&house.staff(person(0)), case.id, None, waive).await.unwrap();
    house.act(&owner, case.id, None, Command::Close).await.unwrap();
}

#[tokio::test]
async fn the_closure_rate_is_what_a_hand_counts() {
    let house = House::new().await;
    let mut closed = 0;
    for n in 0..12 {
        let made = house.open(complaint(n, person(21))).await.unwrap();
        if n % 3 == 0 {
            close(&house, &made).await;
            closed += 1;
        }
    }
    let mut conn = house.db.read().await.unwrap();
    let language = Language::Chinese;
    let all = Period { from: None, until: None, after: None, language, rows_max: 100 };
    let rows = complaints(&mut conn, &house.system(), all).await.unwrap();
    let by_ledger = rows.iter().filter(|it| it.state == State::Closed && it.told_at.is_some());
    assert_eq!((rows.len(), by_ledger.count(), closed), (12, 4, 4));
    let filter = Filter { states: vec![State::Closed], ..Filter::default() };
    assert_eq!(house.all(everything(), filter).await.len(), closed);
}

#[tokio::test]
async fn who_saw_an_older_case_writes_over_nothing() {
    let house = House::new().await;
    let made = house.open(complaint(1, person(21))).await.unwrap();
    let owner = house.staff(made.owner.unwrap());
    let seen = Some(made.version);
    let accepted = house.act(&owner, made.id, seen, Command::Accept).await.unwrap();
    assert!(made.version < accepted.version);
    assert_eq!(house.act(&owner, made.id, seen, Command::Start).await, Err("case_changed"));
    let mut conn = house.db.read().await.unwrap();
    let stored = find_case(&mut conn, &owner, made.id).await.unwrap();
    assert_eq!(stored, accepted);
    // The time line is what the case was made of.
    let events = store::handle::case::events(&mut conn, TENANT, made.id).await.unwrap();
    let seqs: Vec<_> = events.iter().map(|it| it.seq).collect();
    assert_eq!(seqs, (1..=accepted.version).collect::<Vec<_>>());
    let events: Vec<_> = events.into_iter().map(|it| it.event).collect();
    assert_eq!(Case::replay(made.id, &events), Some(accepted));
}

#[tokio::test]
async fn nobody_able_means_the_queue_and_the_supervisor_is_told() {
    let mut house = House::new().await;
    // Everybody of the team is full.
    let mut tx = house.db.write().await.unwrap();
    for n in (1..3).chain(11..15).chain(21..25) {
        let full = store::triage::skill::Skill {
            staff: person(n),
            kinds: vec![],
            categories: BTreeSet::new(),
            capacity: 0,
            shift: None,
            away_until: None,
        };
        store::triage::skill::put(&mut tx, TENANT, &full).await.unwrap();
    }
    tx.commit().await.unwrap();
    let input = OpenCase { team: Some(team_id(1)), ..complaint(1, person(21)) };
    let made = house.open(input).await.unwrap();
    assert_eq!((made.owner, made.team), (None, team_id(1)));
    let mut conn = house.db.read().await.unwrap();
    let told = notice::list(&mut conn, TENANT, person(1), 10).await.unwrap();
    assert_eq!(told.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["case_queued"]);
    drop(conn);
    // The clock of the first response wakes people at each share of the time, once.
    let clock = made.clocks.first().unwrap().clock.id();
    let wake = |house: &House| {
        let act = house.system();
        async move { (act, clock) }
    };
    let (act, clock) = wake(&house).await;
    let mut tx = house.db.write().await.unwrap();
    wake_clock(&mut tx, &act, made.id, clock).await.unwrap();
    assert_eq!(count(&mut tx, made.id, "escalated").await, 0);
    tx.commit().await.unwrap();
    house.now += SignedDuration::from_hours(24 * 7);
    for _ in 0..2 {
        let mut tx = house.db.write().await.unwrap();
        wake_clock(&mut tx, &house.system(), made.id, clock).await.unwrap();
        assert_eq!(count(&mut tx, made.id, "escalated").await, 1);
        tx.commit().await.unwrap();
    }
}

async fn count(tx: &mut store::Write, id: CaseId, code: &str) -> usize {
    let events = store::handle::case::events(tx, TENANT, id).await.unwrap();
    events.iter().filter(|it| it.event.what.code() == code).count()
}

#[tokio::test]
async fn a_receipt_that_is_the_number_of_another_case_costs_nobody_a_case() {
    let house = House::new().await;
    let of = |n: u128, receipt: &str| {
        let evaluation = Some((EvaluationId(Uuid::from_u128(n)), receipt.to_owned()));
        OpenCase { evaluation, ..complaint(n, person(21)) }
    };
    let first = house.open(of(1, "7K2F-9QTX")).await.unwrap();
    assert_eq!(first.number, "7K2F-9QTX");
    let second = house.open(of(2, "7K2F-9QTX")).await.unwrap();
    assert_ne!(second.number, first.number);
    // An evaluation has one case, whatever its number.
    let mut tx = house.db.write().await.unwrap();
    let again = OpenCase { id: CaseId(Uuid::from_u128(3)), ..of(1, "7K2F-9QTX") };
    let refused = open_case(&mut tx, &house.system(), &BTreeSet::new(), again).await;
    assert_eq!(refused.unwrap_err().code(), Some("evaluation_has_case"));
}

#[tokio::test]
async fn a_repeat_is_linked_and_a_duplicate_loses_nothing() {
    let house = House::new().await;
    let customer = CustomerId(Uuid::from_u128(7));
    let mut tx = house.db.write().await.unwrap();
    let who = domain::customer::customer::Customer {
        id: customer,
        external_id: None,
        name: "王女士".to_owned(),
        phone: None,
        email: None,
        language: None,
        level: domain::customer::customer::Level::Standard,
        owner: Some(person(24)),
        tags: vec![],
        fields: BTreeMap::new(),
    };
    store::customer::customer::put(&mut tx, TENANT, &who, house.now).await.unwrap();
    tx.commit().await.unwrap();
    let from = |n, text: &str| OpenCase {
        customer: Some(customer),
        kind: Some(Kind::Issue),
        ..said(n, text, vec![])
    };
    let first = house.open(from(1, "退款一直没有到账，已经三天了")).await.unwrap();
    assert_eq!(first.owner, Some(person(24)), "the customer's own manager");
    let again = house.open(from(2, "退款还是没有到账，一直没有")).await.unwrap();
    assert_eq!(again.repeat_of, Some(first.id));
    assert!(first.priority < again.priority);
    let merge = Command::MergeInto { into: first.id };
    let owner = house.staff(person(24));
    let merged = house.act(&owner, again.id, None, merge).await.unwrap();
    assert_eq!((merged.state, merged.merged_into), (State::Closed, Some(first.id)));
    let mut conn = house.db.read().await.unwrap();
    let main = find_case(&mut conn, &owner, first.id).await.unwrap();
    assert_eq!(main.duplicates, [again.id].into());
    let events = store::handle::case::events(&mut conn, TENANT, again.id).await.unwrap();
    let What::Opened(opening) = &events[0].event.what else { panic!("begins with its opening") };
    assert_eq!(opening.said, "退款还是没有到账，一直没有");
    assert_eq!(timer::list(&mut conn, TENANT, again.id.0).await.unwrap(), []);
    assert!(!timer::list(&mut conn, TENANT, first.id.0).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_holiday_announced_late_moves_the_deadlines_and_wake_ups_of_open_cases() {
    let house = House { now: "2026-12-29T02:00:00Z".parse().unwrap(), ..House::new().await };
    let input =
        OpenCase { kind: Some(Kind::Suggestion), ..said(1, "建议增加夜间客服", vec![]) };
    let case = house.open(input).await.unwrap();
    let owner = house.staff(case.owner.expect("somebody is there"));
    let reply = Command::Reply {
        text: "收到，我们先评估".to_owned(),
        how: How::Message,
        is_solution: false,
    };
    house.act(&owner, case.id, None, reply).await.unwrap();
    let mut tx = house.db.write().await.unwrap();
    let before = house.wake_and_due(&mut tx, case.id).await;
    let notice = serde_json::json!({ "year": 2027, "holidays": [
        { "name": "元旦", "off": [["2027-01-01", "2027-01-03"]] }
    ] });
    let notice = serde_json::from_value(notice).unwrap();
    super::calendar::put_holidays(&mut tx, &house.system(), notice).await.unwrap();
    let after = house.wake_and_due(&mut tx, case.id).await;
    // Four fifths of fifteen working days, and all of them, end a day later.
    assert_eq!(before, ["2027-01-14T16:00:00Z", "2027-01-19T16:00:00Z"]);
    assert_eq!(after, ["2027-01-15T16:00:00Z", "2027-01-20T16:00:00Z"]);
}
