//! The page that asks: through a form's open link, where nobody was invited.

use app::Act;
use app::Failure;
use app::collect::submit_evaluation::{About, Submission};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::collect::channel::Channel;
use domain::collect::form::FormContent;
use domain::collect::round::Round;
use domain::id::{EvaluationId, FormId, TenantId};
use domain::platform::actor::Actor;
use domain::platform::role::Scope;
use domain::platform::tenant::Tenant;
use domain::refusal::{Class, Refusal};
use serde::Deserialize;
use store::collect::form;
use store::platform::tenant;
use store::{Db, Read};
use uuid::Uuid;

use super::head::{Head, Words, remember, wanted, words_for};
use super::posted::{Posted, name_of};
use super::question::{Draw, View};
use super::{html, html_shut, message, rules, toll};
use crate::App;
use crate::http::limit::Client;
use crate::http::problem::{Result, sentence};
use crate::intake::RETRY_SECONDS;

const SCRIPT: &str = include_str!("../../assets/survey.js");

/// What the address of a page may carry. Anything else in it is ignored: mail and chat programs
/// add marks of their own.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The language chosen by hand.
    pub lang: Option<String>,
    /// The answer to the first question, picked in a message. It only pre-selects.
    pub q: Option<String>,
    /// `qr` in the printed code.
    pub via: Option<String>,
}

#[derive(Template)]
#[template(path = "survey.html")]
struct Survey {
    head: Head,
    script: &'static str,
    intro: String,
    reward: String,
    questions: Vec<View>,
    faults: Vec<Fault>,
    /// Seconds after which the script sends it again; `None` unless too many came at once.
    again: Option<u32>,
    action: String,
    draft: String,
    mark: Option<String>,
    id: Uuid,
    version: i64,
    via: Option<String>,
    anonymous: bool,
    anonymous_checked: bool,
    keep: String,
}

struct Fault {
    anchor: String,
    question: String,
    message: String,
}

/// One asking: which version, where the answers go.
pub struct Asking<'a> {
    pub tenant: &'a Tenant,
    pub content: &'a FormContent,
    pub version: i64,
    pub action: String,
    /// Where the script tells that the page was seen and the first answer given; `None` where
    /// nobody was invited.
    pub mark: Option<String>,
    pub via: Option<String>,
}

impl Asking<'_> {
    /// The page with what was answered so far and, after a refusal, what is wrong with it.
    pub fn page(
        &self,
        app: &App,
        wanted: &[String],
        given: &Posted,
        refused: Option<&Refusal>,
    ) -> Response {
        let page = self.drawn(app, wanted, given, refused);
        let busy = page.again.is_some();
        let page = html(&page.head.nonce, &page);
        match refused {
            Some(_) if busy => {
                let later = [(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS))];
                (StatusCode::SERVICE_UNAVAILABLE, later, page).into_response()
            }
            Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, page).into_response(),
            None => page,
        }
    }

    fn drawn(
        &self,
        app: &App,
        wanted: &[String],
        given: &Posted,
        refused: Option<&Refusal>,
    ) -> Survey {
        let Self { tenant, content, .. } = self;
        let spoken = |tag: &&String| {
            let base = |tag: &str| tag.split('-').next().unwrap_or("").to_ascii_lowercase();
            content.languages.iter().any(|it| base(it) == base(tag))
        };
        let lang = wanted.iter().find(spoken).map_or("", String::as_str);
        let lang = content.language(lang);
        let own: Vec<String> = std::iter::once(lang.to_owned()).chain(wanted.to_vec()).collect();
        let words = words_for(&own, tenant.language);
        let mut head = Head::new(app, words, tenant.name.clone())
            .titled(content.title.get(lang).to_owned())
            .speaking(lang, &content.languages);
        head.rules = rules::style(content);
        let busy = refused.is_some_and(|it| it.class == Class::Busy);
        let faults = refused.map(|it| self.faults(it, words, lang)).unwrap_or_default();
        let error =
            |key: &str| faults.iter().find(|it| it.anchor == key).map(|it| it.message.clone());
        let draw = Draw { words, lang, given };
        let questions = content.questions.iter().map(|it| draw.question(it, error(&it.key)));
        Survey {
            questions: questions.collect(),
            intro: content.intro.get(lang).to_owned(),
            reward: content.reward.get(lang).to_owned(),
            script: SCRIPT,
            draft: format!("{} {}", self.action, self.version),
            action: self.action.clone(),
            mark: self.mark.clone(),
            id: sent_id(given).unwrap_or_else(|| app.ids.at(app.now())),
            version: self.version,
            via: self.via.clone(),
            anonymous: content.allow_anonymous,
            anonymous_checked: given.has("anonymous", "on"),
            keep: words.fill("page.keep", &[("days", content.retention_days.to_string())]),
            faults,
            again: busy.then_some(RETRY_SECONDS),
            head,
        }
    }

    fn faults(&self, refused: &Refusal, words: Words, lang: &str) -> Vec<Fault> {
        let fault = |it: &Refusal| {
            let place = it.field.as_deref().unwrap_or("").strip_prefix("answers.").unwrap_or("");
            let anchor = place.split('.').next().unwrap_or("").to_owned();
            let question = self.content.question(&anchor)?;
            let message = match it.code {
                "required" => words.say("page.answer_required"),
                _ => sentence(it, words.0, ""),
            };
            Some(Fault { anchor, question: question.text.get(lang).to_owned(), message })
        };
        std::iter::once(refused).chain(&refused.also).filter_map(fault).collect()
    }
}

/// The page of a draft, to be looked at by who makes it: it is drawn as customers would get it, and
/// nothing in it can be handed in, kept or left by.
pub fn preview(app: &App, tenant: &Tenant, content: &FormContent, lang: &str) -> Response {
    let (version, action) = (0, String::new());
    let asking = Asking { tenant, content, version, action, mark: None, via: None };
    let wanted = [lang.to_owned(), tenant.language.tag().to_owned()];
    let mut page = asking.drawn(app, &wanted, &Posted::default(), None);
    // The language is chosen where the draft is made.
    page.head.others.clear();
    html_shut(&page.head.nonce, &page)
}

/// The first question's answer picked in a message, as if it had been tapped here.
pub fn preselected(content: &FormContent, asked: &Asked) -> Posted {
    let first = content.questions.first();
    let pair = first.zip(asked.q.as_ref()).map(|(it, q)| (name_of(&it.key), q.clone()));
    Posted(pair.into_iter().collect())
}

/// A language chosen by hand is remembered by the browser.
pub fn remember_language(mut page: Response, chosen: Option<&str>) -> Response {
    if let Some(cookie) = chosen.and_then(remember) {
        page.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    page.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
    page
}

/// The id the page was drawn with, so that pressing twice hands in once.
pub fn sent_id(given: &Posted) -> Option<Uuid> {
    given.first("id")?.parse().ok()
}

/// An act of somebody with a link and no name.
pub fn visitor(app: &App, tenant: TenantId) -> Act {
    let (by, scope) = (Actor::Visitor, Scope::All);
    Act { tenant, now: app.now(), by, scope, ids: app.ids.clone() }
}

/// The tenant of a public address. For one that does not exist the same work is done on nobody, so
/// that time tells nothing.
pub async fn tenant_of(conn: &mut Read, slug: &str) -> Result<(Option<Tenant>, TenantId)> {
    let found = tenant::find_by_slug(conn, slug).await?;
    let id = found.as_ref().map_or(TenantId(Uuid::nil()), |it| it.id);
    Ok((found, id))
}

struct Open {
    tenant: Tenant,
    form: FormId,
    version: form::Version,
    retired: bool,
}

/// The form of an open link in the version `asked`, or the one published now.
async fn find_open(db: &Db, slug: &str, key: &str, asked: Option<i64>) -> Result<Option<Open>> {
    let mut conn = db.read().await?;
    let (tenant, id) = tenant_of(&mut conn, slug).await?;
    let found = form::find_by_key(&mut conn, id, key).await?;
    let (Some(tenant), Some(found)) = (tenant, found) else { return Ok(None) };
    let Some(version) = asked.or(found.published_version) else { return Ok(None) };
    let version = form::find_version(&mut conn, id, found.id, version).await?;
    let retired = found.retired.is_some();
    Ok(version.map(|version| Open { tenant, form: found.id, version, retired }))
}

/// A form's open link.
pub async fn get_open(
    State(app): State<App>,
    Path((slug, key)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let open = find_open(&app.db, &slug, &key, None).await?;
    let language = open.as_ref().map(|it| it.tenant.language).unwrap_or_default();
    let wanted = wanted(asked.lang.as_deref(), &headers, language);
    let Some(open) = open else {
        return Ok(message(&app, words_for(&wanted, language).0, StatusCode::NOT_FOUND, "unknown"));
    };
    if open.retired {
        return Ok(message(&app, words_for(&wanted, language).0, StatusCode::GONE, "closed"));
    }
    let given = preselected(&open.version.content, &asked);
    let via = asked.via.clone().filter(|it| it == "qr");
    let page = asking(&open, &slug, &key, via).page(&app, &wanted, &given, None);
    Ok(remember_language(page, asked.lang.as_deref()))
}

fn asking<'a>(open: &'a Open, slug: &str, key: &str, via: Option<String>) -> Asking<'a> {
    Asking {
        tenant: &open.tenant,
        content: &open.version.content,
        version: open.version.version,
        action: format!("/f/{slug}/{key}"),
        mark: None,
        via,
    }
}

/// An answer through a form's open link.
pub async fn post_open(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Path((slug, key)): Path<(String, String)>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let given = Posted(pairs);
    let version = given.first("version").and_then(|it| it.parse().ok());
    let open = find_open(&app.db, &slug, &key, version).await?;
    let language = open.as_ref().map(|it| it.tenant.language).unwrap_or_default();
    let wanted = wanted(given.first("lang"), &headers, language);
    let Some(open) = open.filter(|it| !it.retired) else {
        return Ok(message(&app, words_for(&wanted, language).0, StatusCode::NOT_FOUND, "unknown"));
    };
    let act = visitor(&app, open.tenant.id);
    let id = sent_id(&given).map_or_else(|| act.id(), EvaluationId);
    let asked = toll::Asked { slug: &slug, form: &key, evaluation: id.0 };
    if !toll::is_paid(&app, client, &asked, &given) {
        let words = words_for(&wanted, language);
        return Ok(toll::page(&app, words, &open.tenant.name, &asked, given));
    }
    let qr = given.first("via") == Some("qr");
    let input = Submission {
        id,
        form: open.form,
        version: open.version.version,
        answers: given.answers(&open.version.content),
        round: Round::Unsolicited,
        channel: if qr { Channel::Qr } else { Channel::WebLink },
        language: given.first("lang").unwrap_or("").to_owned(),
        about: About::default(),
        anonymous: given.has("anonymous", "on"),
    };
    match app.intake.hand_in(act, input).await {
        Ok(handed) => Ok(Redirect::to(&format!("/p/{slug}/{}?new", handed.token)).into_response()),
        Err(Failure::Refused(refusal)) => {
            let via = given.first("via").map(str::to_owned);
            let asking = asking(&open, &slug, &key, via);
            Ok(asking.page(&app, &wanted, &given, Some(&refusal)))
        }
        Err(failure) => Err(failure.into()),
    }
}
