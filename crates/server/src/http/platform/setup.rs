//! The first run: the first company, by whoever has the code that the server printed.

use app::handle::Hours;
use app::platform::create_tenant::{CreateTenant, FirstAdministrator};
use app::platform::password::NewPassword;
use app::platform::set_up::set_up;
use app::platform::sign_in;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use domain::language::Language;
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use store::platform::staff;

use crate::App;
use crate::commands::demo;
use crate::http::extract::Json;
use crate::http::limit::Client;
use crate::http::problem::{Problem, Result};
use crate::http::session::{agent, session_cookie};
use crate::setup::Filling;

#[derive(Serialize, utoipa::ToSchema)]
pub struct SetupBody {
    /// There is no company yet, and this process can make the first.
    pub needed: bool,
    /// How much of the demonstration is there, in thousandths; `null`: none is being made.
    pub filled_permille: Option<u16>,
    /// The demonstration broke off; what there is of it stays.
    pub failed: bool,
}

/// Is this a new house? Open to everybody.
#[utoipa::path(
    get,
    path = "/api/v1/setup",
    tag = "platform",
    responses((status = 200, body = SetupBody), Problem),
)]
pub async fn get_setup(State(app): State<App>) -> Result<Json<SetupBody>> {
    if app.setup.is_open() {
        // A company may have come in by command line meanwhile.
        let mut conn = app.db.read().await?;
        if !store::platform::tenant::list(&mut conn).await?.is_empty() {
            app.setup.close();
        }
    }
    let filling = app.setup.filling();
    let filled_permille = match filling {
        Filling::UnderWay(permille) => Some(permille),
        Filling::None | Filling::Failed => None,
    };
    let (needed, failed) = (app.setup.is_open(), filling == Filling::Failed);
    Ok(Json(SetupBody { needed, filled_permille, failed }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// As the server printed it when it started.
    pub code: String,
    pub company: NewCompany,
    pub administrator: NewAdministrator,
    /// Fill it with a year of made-up service; empty without.
    #[serde(default)]
    pub demo: Option<NewDemo>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCompany {
    /// In links and at sign-in, as in `acme`.
    pub slug: String,
    pub name: String,
    /// IANA name, as in `Asia/Shanghai`.
    pub zone: String,
    pub language: Language,
    /// The hours promises count on. A demonstration keeps its own, 9 to 21 every day.
    pub hours: Hours,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAdministrator {
    pub login: String,
    pub name: String,
    pub password: String,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDemo {
    /// Services in the year, 100 to 20 000; four of ten are evaluated.
    pub services: usize,
}

/// Make the first company and sign in as its administrator.
///
/// The code works once, and never when there is a company. Five wrong ones are free; each further one
/// doubles the wait, up to 15 minutes. A demonstration is filled afterwards: `GET` says how far it is.
/// Its people have no passwords until you give them some.
#[utoipa::path(
    post,
    path = "/api/v1/setup",
    tag = "platform",
    request_body = SetUp,
    responses((status = 204), Problem),
)]
pub async fn post_setup(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    Json(body): Json<SetUp>,
) -> Result<impl IntoResponse> {
    client.take_sign_in(&app)?;
    let now = app.now();
    let _alone = app.setup.alone.lock().await;
    app.setup.knock(now, &body.code)?;
    let SetUp { company, administrator, demo: wanted, .. } = body;
    if let Some(wanted) = &wanted {
        check(wanted, &administrator.login)?;
    }
    let founded = if wanted.is_some() { demo::year_before(now)? } else { now };
    let login = administrator.login.clone();
    let input = input(&app, founded, company, administrator).await;
    let mut tx = app.db.write().await?;
    let made = set_up(&mut tx, founded, &app.ids, input).await?;
    let person = staff::find_by_login(&mut tx, made.id, &login).await?;
    let (person, _) = person.ok_or_else(|| Refusal::not_found("staff"))?;
    let secret =
        sign_in::begin_session(&mut tx, now, &app.ids, made.id, &person, agent(&headers)).await?;
    tx.commit().await?;
    app.setup.close();
    tracing::info!(company = made.slug, "set up");
    if let Some(NewDemo { services }) = wanted {
        app.setup.fill(Filling::UnderWay(0));
        app.tasks.spawn(fill(app.clone(), made, services));
    }
    Ok((StatusCode::NO_CONTENT, session_cookie(&app, &secret)))
}

fn check(wanted: &NewDemo, login: &str) -> Result<(), Refusal> {
    if !(demo::SERVICES_MIN..=demo::SERVICES).contains(&wanted.services) {
        let refusal = Refusal::invalid("out_of_range").with("min", demo::SERVICES_MIN);
        return Err(refusal.with("max", demo::SERVICES).at("demo.services"));
    }
    if demo::has_login(login) {
        return Err(Refusal::conflict("setup_login_taken").at("login"));
    }
    Ok(())
}

async fn input(
    app: &App,
    founded: jiff::Timestamp,
    company: NewCompany,
    administrator: NewAdministrator,
) -> CreateTenant {
    let NewCompany { slug, name, zone, language, hours } = company;
    let NewAdministrator { login, name: called, password } = administrator;
    let known = [&login, &called, &slug, &name].map(String::clone);
    let ids = app.ids.clone();
    let password = app.hashing(move || NewPassword::new(password, &known, &ids)).await;
    let administrator = FirstAdministrator { login, name: called, password };
    CreateTenant {
        id: app.ids.at(founded).into(),
        slug,
        name,
        zone,
        language,
        hours,
        administrator,
    }
}

async fn fill(app: App, company: Tenant, services: usize) {
    let setup = app.setup.clone();
    let told = {
        let setup = setup.clone();
        move |share| setup.fill(Filling::UnderWay(demo::permille(share)))
    };
    match demo::fill(&app, &company, services, Box::new(told)).await {
        Ok(()) => setup.fill(Filling::None),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "the demonstration broke off");
            setup.fill(Filling::Failed);
        }
    }
}
