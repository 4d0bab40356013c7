//! The demonstration company: teams, staff, customers.

use std::collections::BTreeMap;

use app::Act;
use app::handle::Hours;
use app::handle::calendar::{PutCalendar, put_calendar};
use app::platform::create_tenant::{CreateTenant, FirstAdministrator, create_tenant};
use app::platform::password::NewPassword;
use domain::customer::customer::{Customer, Level};
use domain::handle::calendar::{Calendar, Week, Window};
use domain::id::{CustomerId, RoleId, StaffId, TeamId, TenantId};
use domain::language::Language;
use domain::localized::Localized;
use domain::platform::staff::{Staff, Team};
use jiff::Timestamp;
use rand::RngExt as _;
use rand::rngs::StdRng;
use store::Write;
use store::customer::customer;
use store::platform::staff::Password;
use store::platform::{role, staff, team};

use super::speech::{GIVEN, SURNAMES, TEAMS};
use crate::App;
use crate::commands::told;

pub const SLUG: &str = "demo";
pub const PASSWORD: &str = "huisheng-demo";
pub const AGENTS: usize = 24;
const INSPECTORS: usize = 2;
pub const CUSTOMERS: usize = 6_000;

/// The hours of service, every day.
pub const OPENS: u8 = 9;
pub const CLOSES: u8 = 21;

pub struct Company {
    pub tenant: TenantId,
    pub teams: Vec<TeamId>,
    /// One for each team.
    pub supervisors: Vec<StaffId>,
    pub manager: StaffId,
    pub agents: Vec<Agent>,
    pub customers: Vec<Person>,
}

pub struct Agent {
    pub id: StaffId,
    pub team: TeamId,
    /// How much better than the average they are, in share of satisfied customers.
    pub skill: f64,
}

pub struct Person {
    pub id: CustomerId,
    pub language: Language,
}

pub async fn found(
    app: &App,
    tx: &mut Write,
    random: &mut StdRng,
    from: Timestamp,
) -> anyhow::Result<Company> {
    let password = {
        let ids = app.ids.clone();
        app.hashing(move || NewPassword::new(PASSWORD.to_owned(), &[], &ids)).await
    };
    let everybodys = password.kept(None);
    let tenant = TenantId(app.ids.at(from));
    let input = CreateTenant {
        id: tenant,
        slug: SLUG.to_owned(),
        name: "青禾电器".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        language: Language::Chinese,
        hours: Hours::Office,
        administrator: FirstAdministrator {
            login: "admin".to_owned(),
            name: "系统管理员".to_owned(),
            password,
        },
    };
    create_tenant(tx, from, &app.ids, input).await.map_err(told)?;
    gather(app, tx, random, (tenant, from), Some(everybodys)).await
}

/// Whether somebody of the demonstration logs in so.
pub fn has_login(login: &str) -> bool {
    let login = staff::folded(login);
    let counted = |role: &str, most: usize| {
        let number = login.strip_prefix(role).and_then(|it| it.parse().ok());
        number.is_some_and(|it| (1..=most).contains(&it))
    };
    ["manager", "viewer"].contains(&login.as_str())
        || counted("inspector", INSPECTORS)
        || counted("supervisor", TEAMS.len())
        || counted("agent", AGENTS)
}

/// Teams, staff and customers of a company that exists. All staff get the same password; without one
/// nobody of them can sign in.
pub async fn gather(
    app: &App,
    tx: &mut Write,
    random: &mut StdRng,
    (tenant, from): (TenantId, Timestamp),
    password: Option<Password>,
) -> anyhow::Result<Company> {
    open_every_day(app, tx, tenant, from).await?;
    let roles: BTreeMap<String, RoleId> =
        role::list(tx, tenant).await?.into_iter().map(|it| (it.key, it.id)).collect();
    let mut hire = Hire { app, tenant, roles, password, from, count: 0 };

    let root = Team { id: hire.id(), name: "客户服务部".to_owned(), parent: None, lead: None };
    team::put(tx, tenant, &root).await?;
    let manager = hire.one(tx, random, "manager", "manager", root.id).await?;
    team::put(tx, tenant, &Team { lead: Some(manager), ..root.clone() }).await?;
    for at in 1..=INSPECTORS {
        hire.one(tx, random, "inspector", &format!("inspector{at}"), root.id).await?;
    }
    hire.one(tx, random, "viewer", "viewer", root.id).await?;

    let (mut teams, mut supervisors, mut agents) = (vec![], vec![], vec![]);
    for (at, name) in TEAMS.iter().enumerate() {
        let id: TeamId = hire.id();
        let parent = Some(root.id);
        let made = Team { id, name: (*name).to_owned(), parent, lead: None };
        team::put(tx, tenant, &made).await?;
        let login = format!("supervisor{}", at + 1);
        let lead = hire.one(tx, random, "supervisor", &login, id).await?;
        team::put(tx, tenant, &Team { lead: Some(lead), ..made }).await?;
        teams.push(id);
        supervisors.push(lead);
    }
    for at in 0..AGENTS {
        let team = teams[at % teams.len()];
        let login = format!("agent{:02}", at + 1);
        let id = hire.one(tx, random, "agent", &login, team).await?;
        agents.push(Agent { id, team, skill: random.random_range(-0.06..0.06) });
    }
    let customers = invite_customers(app, tx, random, tenant, from, &agents).await?;
    Ok(Company { tenant, teams, supervisors, manager, agents, customers })
}

/// A company of household appliances answers seven days a week: its promises count in those hours.
async fn open_every_day(
    app: &App,
    tx: &mut Write,
    tenant: TenantId,
    from: Timestamp,
) -> anyhow::Result<()> {
    let all = store::handle::calendar::list(tx, tenant).await?;
    let office = all.into_iter().find(|it| !it.calendar.is_always());
    let office = office.ok_or_else(|| anyhow::anyhow!("there are no office hours"))?;
    let hours = vec![Window::hm(OPENS.into(), 0, CLOSES.into(), 0)];
    let mut week = Week::workdays(&hours);
    week.saturday.clone_from(&hours);
    week.sunday = hours;
    let input = PutCalendar {
        id: office.id,
        name: Localized::zh_en("客服时间（每天 9:00–21:00）", "Service hours (9:00–21:00 daily)"),
        calendar: Calendar { week, national: false, ..office.calendar },
        version: Some(office.version),
    };
    put_calendar(tx, &Act::system(tenant, from, &app.ids), input).await.map_err(told)?;
    Ok(())
}

struct Hire<'a> {
    app: &'a App,
    tenant: TenantId,
    roles: BTreeMap<String, RoleId>,
    password: Option<Password>,
    from: Timestamp,
    count: u32,
}

impl Hire<'_> {
    fn id<T: From<uuid::Uuid>>(&self) -> T {
        self.app.ids.at(self.from).into()
    }

    async fn one(
        &mut self,
        tx: &mut Write,
        random: &mut StdRng,
        role: &str,
        login: &str,
        team: TeamId,
    ) -> anyhow::Result<StaffId> {
        self.count += 1;
        let person = Staff {
            id: self.id(),
            login: login.to_owned(),
            name: name(random),
            number: (1000 + self.count).to_string(),
            email: Some(format!("{login}@demo.example")),
            team: Some(team),
            roles: vec![self.roles[role]],
            language: Language::Chinese,
            active: true,
        };
        staff::insert(tx, self.tenant, &person, self.password.as_ref(), self.from).await?;
        Ok(person.id)
    }
}

fn pick(random: &mut StdRng, from: &str) -> char {
    let at = random.random_range(0..from.chars().count());
    from.chars().nth(at).expect("within its length")
}

fn name(random: &mut StdRng) -> String {
    let mut name = String::from(pick(random, SURNAMES));
    name.push(pick(random, GIVEN));
    if random.random_bool(0.6) {
        name.push(pick(random, GIVEN));
    }
    name
}

async fn invite_customers(
    app: &App,
    tx: &mut Write,
    random: &mut StdRng,
    tenant: TenantId,
    from: Timestamp,
    agents: &[Agent],
) -> anyhow::Result<Vec<Person>> {
    let mut customers = vec![];
    for at in 0..CUSTOMERS {
        let english = random.random_bool(0.02);
        let language = if english { Language::English } else { Language::Chinese };
        let level = match random.random_range(0..100) {
            0..=3 => Level::Vip,
            4..=13 => Level::Key,
            _ => Level::Standard,
        };
        let owner = (level == Level::Vip).then(|| agents[at % agents.len()].id);
        let made = Customer {
            id: CustomerId(app.ids.at(from)),
            external_id: Some(format!("C{:06}", at + 1)),
            name: if english { format!("Alex Guest {at}") } else { name(random) },
            // 1700000xxxx is not given to anybody.
            phone: Some(format!("1700000{:04}", at % 10_000)),
            email: Some(format!("c{:06}@demo.example", at + 1)),
            language: Some(language),
            level,
            owner,
            tags: vec![],
            fields: BTreeMap::new(),
        };
        customer::put(tx, tenant, &made, from).await?;
        customers.push(Person { id: made.id, language });
    }
    Ok(customers)
}
