//! A company to knock at: two tenants, a person of each role, a clock that stands still.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use app::handle::Hours;
use app::platform::authenticate;
use app::platform::create_tenant::{CreateTenant, FirstAdministrator, create_tenant};
use app::platform::password::NewPassword;
use app::platform::secret::Secret;
use app::{Act, Ids};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::id::{SessionId, StaffId, TeamId, TenantId};
use domain::language::Language;
use domain::platform::staff::{Staff, Team};
use jiff::Timestamp;
use serde_json::Value;
use server::App;
use server::config::Config;
use store::platform::session::{self, Session};
use store::platform::{role, staff, team};
use store::testing::{TestDb, test_db};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;

/// A Thursday afternoon in Shanghai.
pub const NOW: &str = "2026-09-03T14:00:00+08:00";

pub const PASSWORD: &str = "correct horse battery";

pub struct House {
    pub app: Served,
    pub ours: TenantId,
    pub theirs: TenantId,
    pub team: TeamId,
    /// By role key, ours.
    pub people: BTreeMap<String, StaffId>,
    cookies: BTreeMap<String, String>,
    pub db: TestDb,
    _folder: TempDir,
}

/// An app, and the router that serves it: built once, since two hundred routes and their document take
/// 50 ms, and anew after whatever changed the app.
pub struct Served {
    app: App,
    router: OnceLock<Router>,
}

impl Served {
    pub const fn new(app: App) -> Self {
        Self { app, router: OnceLock::new() }
    }

    pub async fn answer(&self, request: Request<Body>) -> Response {
        let router = self.router.get_or_init(|| server::http::router(self.app.clone()));
        router.clone().oneshot(request).await.unwrap()
    }
}

impl Deref for Served {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl DerefMut for Served {
    fn deref_mut(&mut self) -> &mut App {
        self.router.take();
        &mut self.app
    }
}

/// Who knocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    Stranger,
    /// One of ours, by role key.
    Ours(&'a str),
    /// The administrator of the other company.
    Theirs,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

impl Reply {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The stable code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("").to_owned()
    }
}

/// What a sign-in or a new password answers with, to be sent again.
pub fn cookie(reply: &Reply) -> String {
    assert_eq!(reply.status, 204, "{}", reply.text);
    let set = reply.headers[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

impl House {
    pub async fn new() -> Self {
        let db = test_db().await;
        let folder = tempfile::tempdir().unwrap();
        let config = Config { folder: folder.path().to_owned(), ..Config::default() };
        let clock = || NOW.parse().unwrap();
        let app = Served::new(App::new(db.clone(), config, clock, Ids::seeded(7)));
        let password = NewPassword::new(PASSWORD.to_owned(), &[], &app.ids);
        let ours = tenant(&app, "ours", &password).await;
        let theirs = tenant(&app, "theirs", &password).await;
        let mut house = Self {
            app,
            ours,
            theirs,
            team: TeamId(Uuid::from_u128(77)),
            people: BTreeMap::new(),
            cookies: BTreeMap::new(),
            db,
            _folder: folder,
        };
        house.hire().await;
        house
    }

    /// A person of each built-in role, all in one team that the supervisor leads.
    async fn hire(&mut self) {
        let mut tx = self.app.db.write().await.unwrap();
        let mut ours =
            Team { id: self.team, name: "华东组".to_owned(), parent: None, lead: None };
        team::put(&mut tx, self.ours, &ours).await.unwrap();
        for (at, role) in role::list(&mut tx, self.ours).await.unwrap().iter().enumerate() {
            let id = StaffId(Uuid::from_u128(1000 + at as u128));
            let person = Staff {
                id,
                login: role.key.clone(),
                name: role.name.clone(),
                number: format!("10{at:02}"),
                email: None,
                team: Some(self.team),
                roles: vec![role.id],
                language: Language::Chinese,
                active: true,
            };
            staff::insert(&mut tx, self.ours, &person, None, self.app.now()).await.unwrap();
            if role.key == "supervisor" {
                ours.lead = Some(id);
            }
            self.people.insert(role.key.clone(), id);
        }
        team::put(&mut tx, self.ours, &ours).await.unwrap();
        tx.commit().await.unwrap();
        self.sign_in_all().await;
    }

    /// It becomes another time, and everybody signs in again: sessions end.
    pub async fn becomes(&mut self, clock: fn() -> Timestamp) {
        self.app.clock = clock;
        self.sign_in_all().await;
    }

    async fn sign_in_all(&mut self) {
        let mut tx = self.app.db.write().await.unwrap();
        for (key, id) in self.people.clone() {
            let cookie = sign_in(&mut tx, &self.app, self.ours, id).await;
            self.cookies.insert(key, cookie);
        }
        let admin = staff::find_by_login(&mut tx, self.theirs, "admin").await.unwrap().unwrap();
        let cookie = sign_in(&mut tx, &self.app, self.theirs, admin.0.id).await;
        self.cookies.insert("theirs".to_owned(), cookie);
        tx.commit().await.unwrap();
    }

    pub fn cookie(&self, who: Who<'_>) -> Option<String> {
        let key = match who {
            Who::Stranger => return None,
            Who::Ours(role) => role,
            Who::Theirs => "theirs",
        };
        Some(self.cookies[key].clone())
    }

    /// An act of one of ours, for use cases called directly.
    pub async fn act(&self, role: &str) -> Act {
        let mut conn = self.app.db.read().await.unwrap();
        let cookie = &self.cookies[role];
        let caller = authenticate::by_session(&mut conn, self.app.now(), cookie).await.unwrap();
        let caller = caller.unwrap();
        Act {
            tenant: self.ours,
            now: self.app.now(),
            by: caller.by,
            scope: caller.scope,
            ids: self.app.ids.clone(),
        }
    }

    pub async fn send(&self, who: Who<'_>, method: &str, path: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = self.cookie(who) {
            request = request.header(header::COOKIE, format!("huisheng_session={cookie}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.raw(request.body(body).unwrap()).await
    }

    /// The answer with its body unread.
    pub async fn open(&self, request: Request<Body>) -> Response {
        self.app.answer(request).await
    }

    pub async fn raw(&self, request: Request<Body>) -> Reply {
        let (parts, body) = self.open(request).await.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE);
        // A stream of events has no end to wait for.
        let endless = kind.is_some_and(|it| it == "text/event-stream");
        let body = if endless { Body::empty() } else { body };
        let bytes = to_bytes(body, 50_000_000).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// As whoever has this cookie.
    pub async fn with_cookie(&self, cookie: &str, method: &str, path: &str, body: Value) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json");
        self.raw(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub async fn get(&self, who: Who<'_>, path: &str) -> Reply {
        self.send(who, "GET", path, None).await
    }

    pub async fn put(&self, who: Who<'_>, path: &str, body: Value) -> Reply {
        self.send(who, "PUT", path, Some(body)).await
    }

    pub async fn post(&self, who: Who<'_>, path: &str, body: Value) -> Reply {
        self.send(who, "POST", path, Some(body)).await
    }
}

async fn tenant(app: &App, slug: &str, password: &NewPassword) -> TenantId {
    let id = TenantId(app.ids.at(app.now()));
    let input = CreateTenant {
        id,
        slug: slug.to_owned(),
        name: slug.to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        language: Language::Chinese,
        hours: Hours::Office,
        administrator: FirstAdministrator {
            login: "admin".to_owned(),
            name: "管理员".to_owned(),
            password: password.clone(),
        },
    };
    let mut tx = app.db.write().await.unwrap();
    create_tenant(&mut tx, app.now(), &app.ids, input).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A session without the slow hash.
async fn sign_in(tx: &mut store::Write, app: &App, tenant: TenantId, staff: StaffId) -> String {
    let now = app.now();
    let secret = Secret::new(tenant, app.ids.at(now), &app.ids);
    let expires = now + jiff::SignedDuration::from_hours(24);
    let session = Session {
        id: SessionId(secret.id),
        staff,
        secret_hash: secret.hash(),
        agent: "test".to_owned(),
        created: now,
        last_seen: now,
        expires,
        owes: None,
    };
    session::insert(tx, tenant, &session).await.unwrap();
    secret.text()
}

/// A time by its text, for tables of cases.
pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
