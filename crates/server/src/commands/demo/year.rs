//! A year of service, evaluation and casework, in the order of time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use app::Act;
use app::collect::submit_evaluation::{About, Submission, submit_evaluation};
use app::handle::open_case::{OpenCase, open_case};
use domain::collect::channel::Channel;
use domain::collect::form::FormContent;
use domain::collect::invitation::{self as asked, Invitation};
use domain::collect::round::Round;
use domain::customer::credit::CreditRule;
use domain::customer::interaction::{Interaction, Segment, SegmentRole};
use domain::id::{CaseId, EvaluationId, FormId, StaffId};
use domain::platform::actor::Actor;
use domain::platform::role::{Permission, built_in};
use domain::triage::Kind;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};
use store::Write;
use store::collect::{form, invitation};
use store::customer::interaction;

use super::Told;
use super::people::{CLOSES, Company, OPENS};
use super::speech::{ENGLISH, PRAISES, SUGGESTIONS, TOPICS};
use crate::App;
use crate::commands::told;

/// Out of ten services, this many are answered evaluations.
const EVALUATED_OF_TEN: usize = 4;

/// No customer is asked twice within this.
pub const FATIGUE: SignedDuration = SignedDuration::from_hours(30 * 24);

pub struct Year {
    pub app: App,
    pub company: Company,
    pub random: StdRng,
    zone: TimeZone,
    pub begin: Timestamp,
    pub end: Timestamp,
    forms: BTreeMap<&'static str, (FormId, i64, FormContent)>,
    due: BinaryHeap<Reverse<(Timestamp, u64)>>,
    events: BTreeMap<u64, Event>,
    count: u64,
    pub permissions: std::collections::BTreeSet<Permission>,
    told: Told,
}

/// What happens at a moment.
enum Event {
    Serve(Service),
    Answer {
        service: Service,
        invitation: Box<Invitation>,
    },
    Work(CaseId),
    AnswerAgain(Box<Invitation>),
    /// A customer, by number, is asked about the whole relationship.
    AskAboutUs(usize),
    AnswerAboutUs(Box<Invitation>),
}

/// One planned service.
#[derive(Clone)]
pub struct Service {
    pub end: Timestamp,
    pub customer: usize,
    agent: usize,
    topic: usize,
    wait_seconds: i64,
    minutes: i64,
    helper: Option<usize>,
    satisfied: bool,
    pub invited: bool,
    answers: bool,
}

/// The channel a customer uses, always the same.
fn channel(service: &Service) -> Channel {
    [Channel::Phone, Channel::Wechat, Channel::Phone, Channel::Widget, Channel::Email]
        [service.customer % 5]
}

impl Year {
    pub fn new(
        app: App,
        company: Company,
        random: StdRng,
        zone: TimeZone,
        (begin, end): (Timestamp, Timestamp),
        told: Told,
    ) -> Self {
        let supervisor = built_in().into_iter().find(|it| it.0 == "supervisor");
        let permissions = supervisor.map(|it| it.2).unwrap_or_default();
        Self {
            app,
            company,
            random,
            zone,
            begin,
            end,
            forms: BTreeMap::new(),
            due: BinaryHeap::new(),
            events: BTreeMap::new(),
            count: 0,
            permissions,
            told,
        }
    }

    /// How much of the year is over at `at`: 0 to 1.
    pub fn progress(&self, at: Timestamp) -> f64 {
        let part = (at - self.begin).total(jiff::Unit::Second).unwrap_or(0.0);
        let whole = (self.end - self.begin).total(jiff::Unit::Second).unwrap_or(1.0);
        (part / whole).clamp(0.0, 1.0)
    }

    /// That moment, or the next when somebody is there again, and some minutes for the backlog.
    pub fn in_hours(&mut self, at: Timestamp) -> Timestamp {
        let local = at.to_zoned(self.zone.clone());
        let day = match local.hour().unsigned_abs() {
            0..OPENS => local.date(),
            OPENS..CLOSES => return at,
            _ => local.date().saturating_add(1.day()),
        };
        let opens = day.at(OPENS.cast_signed(), 0, 0, 0).to_zoned(self.zone.clone());
        let opens = opens.expect("a day of this century").timestamp();
        opens + SignedDuration::from_secs(self.random.random_range(0..1_800))
    }

    pub fn act(&self, by: Actor, now: Timestamp) -> Act {
        Act { by, ..Act::system(self.company.tenant, now, &self.app.ids) }
    }

    /// Something to happen later, in working hours; after the end of the year it does not happen
    /// any more.
    pub fn later(&mut self, at: Timestamp, event: impl Into<Later>) {
        let event = match event.into() {
            Later::Work(case) => Event::Work(case),
            Later::AnswerAgain(invitation) => Event::AnswerAgain(invitation),
            Later::AskAboutUs(customer) => Event::AskAboutUs(customer),
            Later::AnswerAboutUs(invitation) => Event::AnswerAboutUs(invitation),
        };
        self.put(at, event);
    }

    fn put(&mut self, at: Timestamp, event: Event) {
        if self.end <= at {
            return;
        }
        self.count += 1;
        self.due.push(Reverse((at, self.count)));
        self.events.insert(self.count, event);
    }

    /// Everything that happens, one transaction a day.
    pub async fn live(&mut self, interactions: usize) -> anyhow::Result<()> {
        let mut tx = self.app.db.write().await?;
        for key in ["standard", "after_rectification", "relationship"] {
            let found = form::find_by_key(&mut tx, self.company.tenant, key).await?;
            let found = found.ok_or_else(|| anyhow::anyhow!("the form `{key}` is missing"))?;
            let versions = form::list_versions(&mut tx, self.company.tenant, found.id).await?;
            let latest = versions.into_iter().max_by_key(|it| it.version);
            let latest = latest.ok_or_else(|| anyhow::anyhow!("`{key}` is not published"))?;
            self.forms.insert(key, (found.id, latest.version, latest.content));
        }
        let planned = self.plan(interactions);
        self.plan_relationship(&planned);
        for service in planned {
            self.put(service.end, Event::Serve(service));
        }
        let mut day = None;
        while let Some(Reverse((at, key))) = self.due.pop() {
            let today = at.to_zoned(self.zone.clone()).date();
            if day.is_some_and(|it| it != today) {
                tx.commit().await?;
                tx = self.app.db.write().await?;
                (self.told)(self.progress(at));
            }
            day = Some(today);
            let event = self.events.remove(&key).expect("put with its due time");
            match event {
                Event::Serve(service) => self.serve(&mut tx, service).await?,
                Event::Answer { service, invitation } => {
                    self.answer(&mut tx, at, service, *invitation).await?;
                }
                Event::Work(case) => self.work(&mut tx, at, case).await?,
                Event::AnswerAgain(invitation) => {
                    self.answer_again(&mut tx, at, *invitation).await?;
                }
                Event::AskAboutUs(customer) => self.ask_about_us(&mut tx, at, customer).await?,
                Event::AnswerAboutUs(invitation) => {
                    self.answer_about_us(&mut tx, at, *invitation).await?;
                }
            }
        }
        // What left the house in the year has arrived; nothing of it is sent again.
        store::platform::queue::settle(&mut tx, self.company.tenant, self.end).await?;
        tx.commit().await?;
        Ok(())
    }

    /// All services of the year, by their end, with who is asked and who answers.
    fn plan(&mut self, interactions: usize) -> Vec<Service> {
        let span = (self.end - self.begin).get_seconds().max(1);
        let mut planned: Vec<(f64, Service)> = vec![];
        while planned.len() < interactions {
            let at = self.begin + SignedDuration::from_secs(self.random.random_range(0..span));
            let zoned = at.to_zoned(self.zone.clone());
            let weekend = 5 < zoned.weekday().to_monday_one_offset();
            let hours = if weekend { 10..17 } else { 9..20 };
            if !hours.contains(&zoned.hour()) || weekend && self.random.random_bool(0.6) {
                continue;
            }
            let one = self.service(at);
            let rate = 0.28 + (0.65 - 0.28) * self.progress(at);
            let keen: f64 = self.random.random_range(0.0..1.0);
            planned.push((keen / rate, one));
        }
        planned.sort_by_key(|it| it.1.end);
        let mut last = BTreeMap::new();
        for (_, one) in &mut planned {
            let before = last.get(&one.customer);
            if before.is_none_or(|it| *it + FATIGUE <= one.end) {
                one.invited = true;
                last.insert(one.customer, one.end);
            }
        }
        let mut keen: Vec<f64> = planned.iter().filter(|it| it.1.invited).map(|it| it.0).collect();
        keen.sort_by(f64::total_cmp);
        let wanted = interactions * EVALUATED_OF_TEN / 10;
        let limit = keen.get(wanted).copied().unwrap_or(f64::INFINITY);
        let answers =
            |(keen, one): (f64, Service)| Service { answers: one.invited && keen < limit, ..one };
        planned.into_iter().map(answers).collect()
    }

    fn service(&mut self, end: Timestamp) -> Service {
        let progress = self.progress(end);
        let agent = self.random.random_range(0..self.company.agents.len());
        let wait_seconds = self.random.random_range(3..180);
        let long_wait = 120 < wait_seconds;
        let level = 0.80 + 0.12 * progress + self.company.agents[agent].skill;
        let satisfied = level - if long_wait { 0.12 } else { -0.03 };
        let passes = self.random.random_bool(0.08);
        Service {
            end,
            customer: self.random.random_range(0..self.company.customers.len()),
            agent,
            topic: self.random.random_range(0..TOPICS.len()),
            wait_seconds,
            minutes: self.random.random_range(3..18),
            helper: passes.then(|| self.random.random_range(0..self.company.agents.len())),
            satisfied: self.random.random_bool(satisfied.clamp(0.05, 0.99)),
            invited: false,
            answers: false,
        }
    }

    async fn serve(&mut self, tx: &mut Write, service: Service) -> anyhow::Result<()> {
        let tenant = self.company.tenant;
        let started = service.end - SignedDuration::from_mins(service.minutes);
        let agent = &self.company.agents[service.agent];
        let (agent_id, team) = (agent.id, agent.team);
        let segment = |staff: StaffId, started, ended| Segment {
            staff,
            role: SegmentRole::Agent,
            started,
            ended: Some(ended),
        };
        let middle = started + SignedDuration::from_mins(1);
        let helper = service.helper.filter(|it| *it != service.agent);
        let segments = match helper {
            Some(helper) => {
                let first = self.company.agents[helper].id;
                vec![segment(first, started, middle), segment(agent_id, middle, service.end)]
            }
            None => vec![segment(agent_id, started, service.end)],
        };
        let made = Interaction {
            id: self.app.ids.at(service.end).into(),
            external_id: None,
            customer: Some(self.company.customers[service.customer].id),
            channel: channel(&service),
            subject: Some(TOPICS[service.topic].subject.to_owned()),
            team: Some(team),
            started,
            ended: Some(service.end),
            queue_wait_seconds: Some(service.wait_seconds),
            answered: true,
            resolved: Some(service.satisfied),
            segments,
            transcript: None,
            fields: BTreeMap::new(),
        };
        let credit = domain::customer::credit::credit(&made, CreditRule::default());
        let day = service.end.to_zoned(self.zone.clone()).date().to_string();
        interaction::put(tx, tenant, &made, &credit, &day, service.end).await?;
        if service.invited {
            self.invite(tx, &made, service.clone()).await?;
        }
        // Some ask something that takes a case of its own.
        if self.random.random_bool(0.03) {
            self.consult(tx, &made).await?;
        }
        Ok(())
    }

    async fn invite(
        &mut self,
        tx: &mut Write,
        of: &Interaction,
        service: Service,
    ) -> anyhow::Result<()> {
        let sent = service.end + SignedDuration::from_mins(self.random.random_range(1..5));
        let person = &self.company.customers[service.customer];
        let made = Invitation {
            id: self.app.ids.at(sent).into(),
            round: Round::First,
            about: asked::About::Interaction(of.id),
            customer: of.customer,
            staff: of.last_agent(),
            team: of.team,
            form: "standard".to_owned(),
            channel: Channel::Email,
            recipient: format!("c{:06}@demo.example", service.customer + 1),
            language: person.language,
            state: asked::State::Delivered,
            because: None,
            happened: service.end,
            planned: service.end,
            due: sent,
            sent: Some(sent),
            delivered: Some(sent),
            opened: None,
            started: None,
            completed: None,
            reminded: None,
            expires: Some(sent + SignedDuration::from_hours(14 * 24)),
            evaluation: None,
        };
        invitation::insert(tx, self.company.tenant, &made).await?;
        if service.answers {
            let minutes = self.random.random_range(2..1_500);
            let at = sent + SignedDuration::from_mins(minutes);
            self.put(at, Event::Answer { service, invitation: Box::new(made) });
        }
        Ok(())
    }

    async fn consult(&mut self, tx: &mut Write, of: &Interaction) -> anyhow::Result<()> {
        let at = of.ended.unwrap_or(of.started);
        let act = self.act(Actor::System, at);
        let said = format!(
            "{}：想问一下需要准备什么材料，多久能办好？",
            of.subject.as_deref().unwrap_or("")
        );
        let input = OpenCase {
            id: act.id(),
            kind: Some(Kind::Consultation),
            category: None,
            priority: None,
            customer: of.customer,
            channel: of.channel,
            interaction: Some(of.id),
            evaluation: None,
            about: std::collections::BTreeSet::new(),
            said,
            scores: vec![],
            chosen: vec![],
            team: of.team,
        };
        let made = open_case(tx, &act, &self.permissions, input).await.map_err(told)?;
        if let Some(case) = made {
            let minutes = self.random.random_range(1..6);
            self.put(at + SignedDuration::from_mins(minutes), Event::Work(case.id));
        }
        Ok(())
    }

    /// A score of a (dis)satisfied customer, and what they say.
    fn opinion(&mut self, service: &Service, english: bool) -> (i64, String) {
        let topic = &TOPICS[service.topic];
        let one = |random: &mut StdRng, from: &[&str]| {
            from[random.random_range(0..from.len())].to_owned()
        };
        let score = match (service.satisfied, self.random.random_range(0..10)) {
            (true, 0..=6) => 5,
            (true, _) => 4,
            (false, 0..=3) => 1,
            (false, 4..=6) => 2,
            (false, _) => 3,
        };
        let speaks: f64 = self.random.random_range(0.0..1.0);
        if english {
            let said = ENGLISH.iter().find(|it| it.0 == score).map_or("", |it| it.1);
            return (score, said.to_owned());
        }
        let said = match score {
            1 | 2 if speaks < 0.85 => one(&mut self.random, topic.low),
            3 if speaks < 0.5 => one(&mut self.random, topic.middle),
            5 if speaks < 0.05 => one(&mut self.random, PRAISES),
            4 | 5 if speaks < 0.10 => one(&mut self.random, SUGGESTIONS),
            4 | 5 if speaks < 0.30 => one(&mut self.random, topic.high),
            _ => String::new(),
        };
        (score, said)
    }

    async fn answer(
        &mut self,
        tx: &mut Write,
        at: Timestamp,
        service: Service,
        invitation: Invitation,
    ) -> anyhow::Result<()> {
        let english = invitation.language == domain::language::Language::English;
        let (score, said) = self.opinion(&service, english);
        let mut answers = Map::new();
        answers.insert("overall".to_owned(), json!(score));
        if score <= 2 {
            answers.insert("reasons".to_owned(), json!([TOPICS[service.topic].reason]));
        }
        let solved = if service.satisfied { "yes" } else { "no" };
        answers.insert("solved".to_owned(), json!(solved));
        if !said.is_empty() {
            answers.insert("suggestion".to_owned(), json!(said));
        }
        let id = self.hand_in(tx, at, "standard", answers, invitation).await?;
        let opened = store::handle::case::find_by_evaluation(tx, self.company.tenant, id).await?;
        if let Some(case) = opened {
            self.put_work(at, &case);
        }
        Ok(())
    }

    /// Submits the answers and marks the invitation.
    pub async fn hand_in(
        &mut self,
        tx: &mut Write,
        at: Timestamp,
        form: &'static str,
        answers: Map<String, Value>,
        invitation: Invitation,
    ) -> anyhow::Result<EvaluationId> {
        let act = self.act(invitation.customer.map_or(Actor::Visitor, Actor::Customer), at);
        let (form, version, _) = &self.forms[form];
        let id: EvaluationId = act.id();
        let input = Submission {
            id,
            form: *form,
            version: *version,
            answers,
            round: invitation.round,
            channel: invitation.channel,
            language: invitation.language.tag().to_owned(),
            about: About {
                invitation: Some(invitation.id),
                case: invitation.about.case(),
                interaction: invitation.about.interaction(),
                customer: invitation.customer,
                staff: invitation.staff,
            },
            anonymous: false,
        };
        self.open_page(tx, at, invitation).await?;
        submit_evaluation(tx, &act, input).await.map_err(told)?;
        Ok(id)
    }

    /// The customer looked at the page a moment before they were done.
    async fn open_page(
        &mut self,
        tx: &mut Write,
        at: Timestamp,
        mut invitation: Invitation,
    ) -> anyhow::Result<()> {
        let started = at - SignedDuration::from_secs(self.random.random_range(15..90));
        invitation.opened = Some(started);
        invitation.started = Some(started);
        invitation.state = asked::State::Started;
        store::collect::invitation::update(tx, self.company.tenant, &invitation).await?;
        Ok(())
    }
}

/// What casework asks for.
pub enum Later {
    Work(CaseId),
    AnswerAgain(Box<Invitation>),
    AskAboutUs(usize),
    AnswerAboutUs(Box<Invitation>),
}
