//! Figures from buckets are what their rows say, whatever happens to the rows and whenever the
//! buckets are healed.

use std::collections::{BTreeMap, BTreeSet};

use domain::analysis::bucket::Cohort;
use domain::analysis::figure::Metric;
use domain::collect::answer::Scores;
use domain::collect::channel::Channel;
use domain::collect::evaluation::Evaluation;
use domain::collect::invitation::{About, Invitation, State};
use domain::collect::round::Round;
use domain::collect::template;
use domain::handle::command::Command;
use domain::handle::event::How;
use domain::handle::rectification::{Cause, CauseRoot, Plan};
use domain::id::{
    CaseId, EvaluationId, FormId, InvitationId, RectificationId, StaffId, TeamId, TenantId,
};
use domain::language::Language;
use domain::platform::actor::Actor;
use domain::platform::role::{Permission, Scope};
use domain::platform::staff::{Staff, Team};
use domain::triage::Kind;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use store::analysis::slice::{Line, Part, Split};
use store::collect::{evaluation, invitation};
use store::platform::{staff, team, tenant};
use store::testing::change::{erase, forge, move_to_zone};
use store::testing::{TestDb, test_db};
use uuid::Uuid;

use super::desk::Desk;
use super::figures::{Of, figures};
use super::heal::{heal, is_due, verify};
use super::trend::{Each, trend};
use crate::collect::form::{publish_form, put_form};
use crate::handle::act_on_case::{ActOnCase, act_on_case};
use crate::handle::open_case::{OpenCase, open_case};
use crate::{Act, Ids};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const KINDS: [Kind; 4] = [Kind::Consultation, Kind::Issue, Kind::Complaint, Kind::Suggestion];
const CHANNELS: [Channel; 3] = [Channel::Email, Channel::WebLink, Channel::Sms];
const ROUNDS: [Round; 2] = [Round::First, Round::CoolingOff];
const ZONES: [&str; 3] = ["Asia/Shanghai", "America/St_Johns", "Asia/Kathmandu"];

fn person(n: u128) -> StaffId {
    StaffId(Uuid::from_u128(100 + n))
}

fn team_id(n: u128) -> TeamId {
    TeamId(Uuid::from_u128(10 + n))
}

/// A company of three teams to which things happen at random, the same in every run of a seed.
struct House {
    db: TestDb,
    dice: StdRng,
    now: Timestamp,
    ids: Ids,
    forms: Vec<FormId>,
    evaluations: Vec<(EvaluationId, String)>,
    invitations: Vec<InvitationId>,
    cases: Vec<CaseId>,
    next: u128,
    /// Points of trends that were compared with the figure of their date.
    points: u32,
}

impl House {
    async fn new(seed: u64) -> Self {
        let now: Timestamp = "2026-11-20T02:00:00Z".parse().unwrap();
        let (db, ids) = (test_db().await, Ids::seeded(seed));
        let mut tx = db.write().await.unwrap();
        let made = domain::platform::tenant::Tenant {
            id: TENANT,
            slug: "ours".to_owned(),
            name: "回声".to_owned(),
            zone: ZONES[0].to_owned(),
            language: Language::Chinese,
        };
        tenant::insert(&mut tx, &made, now).await.unwrap();
        let act = Act::system(TENANT, now, &ids);
        crate::handle::put_defaults(&mut tx, &act, ZONES[0], crate::handle::Hours::Office)
            .await
            .unwrap();
        for n in 0..3 {
            let parent = (0 < n).then(|| team_id(0));
            let it = Team { id: team_id(n), name: n.to_string(), parent, lead: None };
            team::put(&mut tx, TENANT, &it).await.unwrap();
        }
        for n in 0..6 {
            let it = Staff {
                id: person(n),
                login: format!("p{n}"),
                name: format!("员工{n}"),
                number: n.to_string(),
                email: None,
                team: Some(team_id(n % 3)),
                roles: vec![],
                language: Language::Chinese,
                active: true,
            };
            staff::insert(&mut tx, TENANT, &it, None, now).await.unwrap();
        }
        let mut forms = vec![];
        for key in ["standard", "shop"] {
            let id = act.id();
            let content = template::find("standard").unwrap().content;
            put_form(&mut tx, &act, id, key, content).await.unwrap();
            publish_form(&mut tx, &act, id).await.unwrap();
            forms.push(id);
        }
        tx.commit().await.unwrap();
        let dice = StdRng::seed_from_u64(seed);
        let (evaluations, invitations, cases) = (vec![], vec![], vec![]);
        Self { db, dice, now, ids, forms, evaluations, invitations, cases, next: 1_000, points: 0 }
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.dice.random_range(0..sides)
    }

    fn number(&mut self, below: i64) -> i64 {
        self.dice.random_range(0..below)
    }

    fn small(&mut self, below: u8) -> u8 {
        self.dice.random_range(0..below)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(of[self.roll(of.len())]) }
    }

    fn fresh(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    fn person(&mut self) -> StaffId {
        person(u128::from(self.small(6)))
    }

    /// A moment of the last weeks, often of the last day.
    fn before(&mut self) -> Timestamp {
        let days = if self.roll(3) == 0 { 1 } else { 50 };
        self.now - SignedDuration::from_mins(self.number(60 * 24 * days))
    }

    fn system(&self, now: Timestamp) -> Act {
        Act::system(TENANT, now, &self.ids)
    }

    async fn answer(&mut self) {
        let at = self.before();
        let somebody = (self.roll(4) != 0).then(|| self.person());
        let score = |it: usize| u8::try_from(it).ok();
        let csat = (self.roll(4) != 0).then(|| self.roll(5) + 1).and_then(score);
        let nps = (self.roll(3) == 0).then(|| self.roll(11)).and_then(score);
        let id = EvaluationId(self.fresh());
        let (form, round) = (self.pick(&self.forms.clone()), self.pick(&ROUNDS));
        let made = Evaluation {
            id,
            round: round.unwrap(),
            form: form.unwrap(),
            form_version: 1,
            invitation: None,
            case: None,
            interaction: None,
            customer: None,
            staff: somebody,
            team: somebody.map(|it| team_id(it.0.as_u128() % 3)),
            channel: self.pick(&CHANNELS).unwrap(),
            language: "zh-CN".to_owned(),
            scores: Scores { csat, nps, ces: None, dimensions: BTreeMap::new() },
            answers: serde_json::json!({}),
            comment: String::new(),
            anonymous: false,
            receipt: id.to_string(),
            submitted_at: at,
            local_day: at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string(),
        };
        self.evaluations.push((id, made.local_day.clone()));
        let mut tx = self.db.write().await.unwrap();
        assert!(evaluation::insert(&mut tx, TENANT, &made).await.unwrap());
        tx.commit().await.unwrap();
        if self.roll(2) == 0 {
            self.open(at, Some(id)).await;
        }
    }

    async fn erase(&mut self) {
        if self.evaluations.is_empty() {
            return;
        }
        let at = self.roll(self.evaluations.len());
        let (id, day) = self.evaluations.swap_remove(at);
        let mut tx = self.db.write().await.unwrap();
        erase(&mut tx, TENANT, id, &day).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn open(&mut self, at: Timestamp, evaluation: Option<EvaluationId>) {
        let input = OpenCase {
            id: CaseId(self.fresh()),
            kind: self.pick(&KINDS),
            category: None,
            priority: None,
            customer: None,
            channel: self.pick(&CHANNELS).unwrap(),
            interaction: None,
            evaluation: evaluation.map(|it| (it, format!("R{}", it.0))),
            about: BTreeSet::new(),
            said: "问题一直没有解决".to_owned(),
            scores: vec![],
            chosen: vec![],
            team: Some(team_id(u128::from(self.small(3)))),
        };
        let (id, act) = (input.id, self.system(at));
        let mut tx = self.db.write().await.unwrap();
        if open_case(&mut tx, &act, &BTreeSet::new(), input).await.unwrap().is_some() {
            self.cases.push(id);
        }
        tx.commit().await.unwrap();
    }

    /// One step of a case that may be refused; half a minute to two days later.
    async fn handle(&mut self) {
        let Some(id) = self.pick(&self.cases.clone()) else { return };
        let text = || "已处理".to_owned();
        let (team, somebody) = (team_id(u128::from(self.small(3))), self.person());
        let plan = Plan {
            id: RectificationId(self.fresh()),
            measure: text(),
            owner: somebody,
            due_at: self.now + SignedDuration::from_hours(24 * self.number(5)),
        };
        let other = self.pick(&self.cases.clone()).unwrap();
        let found = Cause { root: CauseRoot::Process, branch: None, text: text() };
        let assign = |staff| Command::Assign { staff, team, because: vec![], reason: text() };
        let kind = self.pick(&KINDS);
        let commands = [
            assign(Some(somebody)),
            assign(None),
            Command::Accept,
            Command::Start,
            Command::Reply { text: text(), how: How::Message, is_solution: false },
            Command::WaitForCustomer { text: text(), how: How::Message },
            Command::EndWait,
            Command::Correct { kind, category: None, priority: None, reason: text() },
            Command::LinkRepeat { of: other, because: vec![] },
            Command::MergeInto { into: other },
            Command::SetCause { cause: found },
            Command::PlanRectification { plan },
            Command::WaiveRectification { reason: text() },
            Command::WaiveReevaluation { reason: text() },
            Command::Solve { solution: text() },
            Command::Tell { text: text(), how: How::Message },
            Command::Close,
            Command::Close,
            Command::Reopen { reason: text() },
        ];
        let command = commands[self.roll(commands.len())].clone();
        let mut conn = self.db.read().await.unwrap();
        let case = store::handle::case::find(&mut conn, TENANT, id).await.unwrap().unwrap();
        drop(conn);
        let late = SignedDuration::from_secs(self.number(2 * 24 * 3_600));
        let by = if self.roll(2) == 0 { case.owner } else { None };
        let by = Actor::Staff(by.unwrap_or(somebody));
        let act = Act { by, ..self.system(self.now.min(case.changed_at + late)) };
        let may: BTreeSet<Permission> =
            [Permission::ActOnCases, Permission::AssignCases, Permission::VerifyCases].into();
        let mut tx = self.db.write().await.unwrap();
        if act_on_case(&mut tx, &act, &may, ActOnCase { id, version: None, command }).await.is_ok()
        {
            tx.commit().await.unwrap();
        }
    }

    async fn ask(&mut self) {
        let at = self.before();
        let id = InvitationId(self.fresh());
        let somebody = (self.roll(4) != 0).then(|| self.person());
        let delivered = self.roll(5) != 0;
        let made = Invitation {
            id,
            round: self.pick(&ROUNDS).unwrap(),
            about: About::Relationship,
            customer: None,
            staff: somebody,
            team: somebody.map(|it| team_id(it.0.as_u128() % 3)),
            form: ["standard", "shop", "later"][self.roll(3)].to_owned(),
            channel: self.pick(&CHANNELS).unwrap(),
            recipient: String::new(),
            language: Language::Chinese,
            state: State::Sent,
            because: None,
            happened: at,
            planned: at,
            due: at,
            sent: Some(at),
            delivered: delivered.then_some(at),
            opened: None,
            started: None,
            completed: None,
            reminded: None,
            expires: None,
            evaluation: None,
        };
        self.invitations.push(id);
        let mut tx = self.db.write().await.unwrap();
        assert!(invitation::insert(&mut tx, TENANT, &made).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// An invitation is answered, or turns out not to have gone out.
    async fn hear(&mut self) {
        let Some(id) = self.pick(&self.invitations.clone()) else { return };
        let mut tx = self.db.write().await.unwrap();
        let mut it = invitation::find(&mut tx, TENANT, id).await.unwrap().unwrap();
        match self.roll(4) {
            0 => it.sent = None,
            1 => it.sent = Some(it.happened + SignedDuration::from_hours(30)),
            _ => it.completed = Some(self.now),
        }
        invitation::update(&mut tx, TENANT, &it).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn rarely(&mut self) {
        let mut tx = self.db.write().await.unwrap();
        match self.roll(3) {
            0 => {
                let zone = ZONES[self.roll(ZONES.len())];
                move_to_zone(&mut tx, TENANT, zone).await.unwrap();
            }
            1 => {
                let parent = Some(team_id(u128::from(self.small(2))));
                let it = Team { id: team_id(2), name: "2".to_owned(), parent, lead: None };
                team::put(&mut tx, TENANT, &it).await.unwrap();
            }
            _ => {
                let act = self.system(self.now);
                let content = template::find("standard").unwrap().content;
                let id = FormId(Uuid::from_u128(9));
                // Refused the second time.
                drop(put_form(&mut tx, &act, id, "later", content).await);
            }
        }
        tx.commit().await.unwrap();
    }

    async fn happen(&mut self) {
        match self.roll(24) {
            0..=5 => self.answer().await,
            6 => self.erase().await,
            7..=8 => {
                let at = self.before();
                self.open(at, None).await;
            }
            9..=16 => self.handle().await,
            17..=19 => self.ask().await,
            20..=21 => self.hear().await,
            22 => {
                let later = SignedDuration::from_hours(self.number(40));
                self.now += later;
            }
            _ => self.rarely().await,
        }
    }

    /// One step of healing, or all there are; `false`: there was nothing to do.
    async fn heal(&self, cohort: Cohort) -> bool {
        let act = self.system(self.now);
        let due = is_due(&mut self.db.read().await.unwrap(), &act, cohort).await.unwrap();
        let mut tx = self.db.write().await.unwrap();
        let more = heal(&mut tx, &act, cohort).await.unwrap();
        tx.commit().await.unwrap();
        assert!(due || !more, "what is not due has nothing to heal");
        due
    }

    async fn heal_all(&self) {
        for cohort in Cohort::ALL {
            while self.heal(*cohort).await {}
        }
    }

    fn question(&mut self) -> (Act, Of, Split) {
        let scope = match self.roll(4) {
            0 => Scope::Own(self.person()),
            1 => {
                let teams =
                    [team_id(u128::from(self.small(3))), team_id(u128::from(self.small(3)))];
                Scope::Teams(teams.into(), self.person())
            }
            _ => Scope::All,
        };
        let today = self.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let to = today.checked_sub((self.number(40) - 3).days()).unwrap();
        let from = to.checked_sub(self.number(70).days()).unwrap();
        let of = Of {
            from,
            to,
            team: (self.roll(6) == 0).then(|| team_id(1)),
            staff: (self.roll(6) == 0).then(|| person(4)),
            channel: (self.roll(6) == 0).then(|| Channel::Email.code().to_owned()),
            kind: (self.roll(6) == 0).then(|| Kind::Complaint.code().to_owned()),
            round: (self.roll(3) == 0).then(|| Round::First.code().to_owned()),
            form: (self.roll(6) == 0).then(|| self.forms[0]),
        };
        let splits = [
            Split::Whole,
            Split::Team,
            Split::Staff,
            Split::Channel,
            Split::Kind,
            Split::Round,
            Split::Form,
            Split::Day,
            Split::Month,
        ];
        (Act { scope, ..self.system(self.now) }, of, splits[self.roll(splits.len())])
    }

    /// Every metric of a few questions, by buckets and by rows.
    async fn compare(&mut self, questions: usize) {
        for _ in 0..questions {
            let (act, of, split) = self.question();
            let mut conn = self.db.read().await.unwrap();
            let mut desk = Desk::new(&mut conn, &act).await.unwrap();
            if self.roll(2) == 0 {
                desk = desk.for_all();
            }
            let mut rows = Desk::of_rows(&mut conn, &act).await.unwrap();
            for metric in Metric::ALL {
                let found = figures(&mut conn, &mut desk, *metric, &of, split).await.unwrap();
                let expected = figures(&mut conn, &mut rows, *metric, &of, split).await.unwrap();
                let (found, expected) = (format!("{found:?}"), format!("{expected:?}"));
                assert_eq!(found, expected, "{metric} {of:?} {split:?} {:?}", act.scope);
            }
        }
    }
}

impl House {
    /// The lines of a trend, by buckets and by rows; and one point is the figure of its date and part.
    async fn compare_trend(&mut self) {
        let (act, of, _) = self.question();
        let every = [Line::Team, Line::Staff, Line::Channel, Line::Kind, Line::Round, Line::Form];
        let by = self.pick(&every).unwrap();
        let each = self.pick(&[Each::Day, Each::Month]).unwrap();
        let mut conn = self.db.read().await.unwrap();
        let mut desk = Desk::new(&mut conn, &act).await.unwrap();
        let mut rows = Desk::of_rows(&mut conn, &act).await.unwrap();
        for metric in Metric::ALL {
            let line = (each, by);
            let found = trend(&mut conn, &mut desk, *metric, &of, line).await.unwrap();
            let expected = trend(&mut conn, &mut rows, *metric, &of, line).await.unwrap();
            let said = format!("{metric} {of:?} {each:?} {by:?} {:?}", act.scope);
            assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{said}");

            let Some(nth) = self.pick(&(0..found.lines.len()).collect::<Vec<_>>()) else {
                continue;
            };
            let line = &found.lines[nth];
            let Some(alone) = alone(&of, by, &line.part) else { continue };
            let whole = Split::Whole;
            let asked = figures(&mut conn, &mut rows, *metric, &alone, whole).await.unwrap();
            assert_eq!(line.total, asked.total, "{said} {:?}", line.part);
            let nth = self.roll(found.dates.len());
            let alone = on(&alone, &found.dates[nth]);
            let asked = figures(&mut conn, &mut rows, *metric, &alone, whole).await.unwrap().total;
            let point = (line.points[nth].value, line.points[nth].denominator);
            assert_eq!(point, (asked.value, asked.denominator), "{said} {alone:?}");
            self.points += 1;
        }
    }
}

/// The question of one line alone; `None`: of those that have no such part, which cannot be asked for.
fn alone(of: &Of, by: Line, part: &Part) -> Option<Of> {
    let mut of = of.clone();
    match (by, part) {
        (Line::Team, Part::Id(id)) => of.team = Some(TeamId(*id)),
        (Line::Staff, Part::Id(id)) => of.staff = Some(StaffId(*id)),
        (Line::Form, Part::Id(id)) => of.form = Some(FormId(*id)),
        (Line::Channel, Part::Word(word)) => of.channel = Some(word.clone()),
        (Line::Kind, Part::Word(word)) => of.kind = Some(word.clone()),
        (Line::Round, Part::Word(word)) => of.round = Some(word.clone()),
        _ => return None,
    }
    Some(of)
}

/// The same of one day, or of what the period has of one month.
fn on(of: &Of, date: &str) -> Of {
    let (from, to) = if let Ok(day) = date.parse::<Date>() {
        (day, day)
    } else {
        let first: Date = format!("{date}-01").parse().unwrap();
        (first.max(of.from), first.last_of_month().min(of.to))
    };
    Of { from, to, ..of.clone() }
}

async fn figures_agree_with_rows(seed: u64) {
    let mut house = House::new(seed).await;
    for round in 0..12 {
        for _ in 0..14 {
            house.happen().await;
        }
        match house.roll(3) {
            0 => house.heal_all().await,
            1 => {
                let cohort = house.pick(Cohort::ALL).unwrap();
                house.heal(cohort).await;
            }
            _ => {}
        }
        house.compare(if round == 11 { 6 } else { 2 }).await;
        house.compare_trend().await;
    }
    house.heal_all().await;
    house.compare(6).await;
    for _ in 0..6 {
        house.compare_trend().await;
    }
    assert!(40 < house.points, "{} points", house.points);
    let act = house.system(house.now);
    let mut conn = house.db.read().await.unwrap();
    for cohort in Cohort::ALL {
        let checked = verify(&mut conn, &act, *cohort).await.unwrap();
        assert_eq!((checked.dirty, checked.wrong.len()), (0, 0), "{cohort}: {checked:?}");
        assert_ne!(checked.days, 0, "{cohort}: {checked:?}");
        let is_old = matches!(cohort, Cohort::Answered | Cohort::Sent | Cohort::Opened);
        assert!(!is_old || checked.months != 0, "{cohort}: {checked:?}");
    }
}

#[tokio::test]
async fn whatever_happens_figures_say_what_the_rows_say() {
    for seed in [1, 2] {
        figures_agree_with_rows(seed).await;
    }
}

#[tokio::test]
async fn a_row_changed_behind_the_back_of_the_buckets_is_found_and_healed() {
    let mut house = House::new(7).await;
    while house.evaluations.len() < 30 {
        house.answer().await;
    }
    house.heal_all().await;
    let mut tx = house.db.write().await.unwrap();
    assert_ne!(forge(&mut tx, TENANT).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let act = house.system(house.now);
    let check = async || {
        let mut conn = house.db.read().await.unwrap();
        verify(&mut conn, &act, Cohort::Answered).await.unwrap().wrong.len()
    };
    assert_ne!(check().await, 0, "nothing was marked, so the bucket is believed, and is wrong");
    let mut tx = house.db.write().await.unwrap();
    super::heal::forget(&mut tx, &act, Cohort::Answered).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(check().await, 0, "what is forgotten is read from rows");
    house.heal_all().await;
    assert_eq!(check().await, 0);
}

#[tokio::test]
async fn hours_of_the_day_that_runs_which_are_over_are_read_from_buckets() {
    let mut house = House::new(8).await;
    let day = house.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let begins = house.now;
    house.now += SignedDuration::from_hours(9);
    while house.evaluations.len() < 60 {
        house.answer().await;
        house.heal_all().await;
    }
    let act = house.system(house.now);
    let slice = |round: Option<String>| Of {
        from: day,
        to: day,
        team: None,
        staff: None,
        channel: None,
        kind: None,
        round,
        form: None,
    };
    let low = async |desk: &mut Desk<'_>| {
        let mut conn = house.db.read().await.unwrap();
        let by = Split::Day;
        let found = figures(&mut conn, desk, Metric::Csat, &slice(None), by).await.unwrap();
        assert_eq!(found.parts.len(), 1, "one day");
        let total = found.total;
        assert_eq!(found.parts[0].figure, total);
        total.denominator - total.numerator
    };
    let from_buckets = async || {
        let mut conn = house.db.read().await.unwrap();
        let mut desk = Desk::new(&mut conn, &act).await.unwrap();
        drop(conn);
        low(&mut desk).await
    };
    let before = from_buckets().await;
    let mut conn = house.db.read().await.unwrap();
    let checked = verify(&mut conn, &act, Cohort::Answered).await.unwrap();
    assert!(9 <= checked.hours && checked.wrong.is_empty(), "since {begins}: {checked:?}");
    drop(conn);
    let mut tx = house.db.write().await.unwrap();
    assert_ne!(forge(&mut tx, TENANT).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let mut conn = house.db.read().await.unwrap();
    let mut rows = Desk::of_rows(&mut conn, &act).await.unwrap();
    drop(conn);
    // What was made better behind the back of the buckets: rows say so, hours that are over do not.
    let (rows, buckets) = (low(&mut rows).await, from_buckets().await);
    assert!(rows < buckets && buckets <= before, "{rows}, {buckets}, {before}");
    let mut conn = house.db.read().await.unwrap();
    let wrong = verify(&mut conn, &act, Cohort::Answered).await.unwrap().wrong;
    assert!(wrong.iter().any(|it| it.starts_with(&format!("{day} "))), "{wrong:?}");
}

/// Dates of buckets must sort as text.
#[test]
fn days_and_months_are_words_that_sort() {
    let day = Date::constant(2026, 1, 9);
    assert_eq!(
        (day.to_string().as_str(), super::seen::month(day).as_str()),
        ("2026-01-09", "2026-01")
    );
}
