//! The page on which a customer follows what becomes of their words, and has a say in it.

use std::convert::Infallible;
use std::time::Duration;

use app::answer::progress::{Progress, customer_says, progress};
use app::answer::progress_link::{Followed, follow};
use app::collect::send_invitation::make_token_beside;
use app::{Act, Failure};
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::handle::command::Command;
use domain::handle::event::How;
use domain::id::CaseId;
use domain::localized::Localized;
use domain::platform::tenant::Tenant;
use domain::refusal::Refusal;
use futures_util::stream;
use serde::Deserialize;
use store::collect::form;
use store::platform::tenant;
use store::{Db, Read};

use super::head::{Head, Words, wanted, words_for};
use super::state::StateView;
use super::survey::{remember_language, tenant_of, visitor};
use super::{html, message};
use crate::App;
use crate::http::problem::{Result, sentence};

const SCRIPT: &str = include_str!("../../assets/progress.js");

/// How often a page that is being watched looks again.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// A watched page is let go after half an hour; the browser comes back by itself.
const LOOKS_MAX: u32 = 600;

#[derive(Debug, Deserialize)]
pub struct Asked {
    lang: Option<String>,
    /// Just handed in: say thanks.
    new: Option<String>,
}

#[derive(Template)]
#[template(path = "progress.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one part of the page is shown"
)]
struct Page {
    head: Head,
    script: &'static str,
    live: Option<String>,
    /// Where the proof that the words are on record can be had.
    proof: Option<String>,
    new: bool,
    /// Anonymous, and not opened yet.
    waits: bool,
    thanks: String,
    fault: Option<String>,
    receipt: String,
    said: String,
    state: Option<StateView>,
    may_confirm: bool,
    may_reopen: bool,
    may_add: bool,
    may_evaluate: bool,
    typed_not_solved: String,
    typed_more: String,
}

struct Found {
    tenant: Tenant,
    followed: Followed,
    case: Option<Progress>,
    thanks: Localized,
}

async fn find(app: &App, slug: &str, token: &str) -> Result<Option<Found>> {
    let mut conn = app.db.read().await?;
    let (tenant, id) = tenant_of(&mut conn, slug).await?;
    let followed = follow(&mut conn, id, token).await?;
    let (Some(tenant), Some(followed)) = (tenant, followed) else { return Ok(None) };
    let case = match followed.case {
        Some(case) => Some(progress(&mut conn, &visitor(app, id), case).await?),
        None => None,
    };
    let thanks = thanks(&mut conn, &followed, &tenant).await?;
    Ok(Some(Found { tenant, followed, case, thanks }))
}

async fn thanks(conn: &mut Read, followed: &Followed, tenant: &Tenant) -> Result<Localized> {
    let Some(it) = &followed.evaluation else { return Ok(Localized::default()) };
    let version = form::find_version(conn, tenant.id, it.form, it.form_version).await?;
    Ok(version.map(|it| it.content.thanks).unwrap_or_default())
}

/// What became of it so far.
pub async fn get_progress(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let found = find(&app, &slug, &token).await?;
    let language = found.as_ref().map(|it| it.tenant.language).unwrap_or_default();
    let words = words_for(&wanted(asked.lang.as_deref(), &headers, language), language);
    let Some(found) = found else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    let mut page = draw(&app, words, &found, &format!("/p/{slug}/{token}/live"));
    let on_record = found.followed.evaluation.is_some() && !found.followed.waits;
    page.proof = on_record.then(|| format!("/p/{slug}/{token}/proof"));
    if asked.new.is_some() {
        page.new = true;
        page.head.title = words.say("page.received");
        found.thanks.get(words.tag()).clone_into(&mut page.thanks);
    }
    Ok(remember_language(html(&page.head.nonce, &page), asked.lang.as_deref()))
}

fn draw(app: &App, words: Words, found: &Found, live: &str) -> Page {
    let Found { followed: Followed { evaluation, .. }, case, .. } = found;
    let zone = found.tenant.time_zone();
    let said = evaluation.as_ref().map(|it| it.comment.clone());
    let receipt = evaluation.as_ref().map(|it| it.receipt.clone());
    let number = case.as_ref().map(|it| it.number.clone());
    let may_reopen = case.as_ref().is_some_and(|it| it.may_reopen);
    Page {
        head: Head::new(app, words, found.tenant.name.clone()).titled(words.say("page.progress")),
        script: SCRIPT,
        live: case.is_some().then(|| live.to_owned()),
        proof: None,
        new: false,
        waits: found.followed.waits,
        thanks: String::new(),
        fault: None,
        receipt: number.or(receipt).unwrap_or_default(),
        said: said.unwrap_or_default(),
        state: case.as_ref().map(|it| StateView::new(words, &zone, app.now(), it)),
        may_confirm: case.as_ref().is_some_and(|it| it.may_confirm),
        may_reopen,
        may_add: case.is_some() && !may_reopen,
        may_evaluate: case.as_ref().is_some_and(|it| it.asked_again.is_some()),
        typed_not_solved: String::new(),
        typed_more: String::new(),
    }
}

/// The page as the customer has it now, with nothing on it that could be pressed. `case` is within the
/// caller's reach.
pub async fn shown_to_staff(
    app: &App,
    conn: &mut Read,
    act: &Act,
    case: CaseId,
    lang: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response> {
    let tenant = tenant::find(conn, act.tenant).await?;
    let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
    let words = words_for(&wanted(lang, headers, tenant.language), tenant.language);
    let case = Some(progress(conn, act, case).await?);
    let followed = Followed { evaluation: None, case: None, waits: false };
    let found = Found { tenant, followed, case, thanks: Localized::default() };
    let page = draw(app, words, &found, "");
    let page = Page {
        live: None,
        may_confirm: false,
        may_reopen: false,
        may_add: false,
        may_evaluate: false,
        ..page
    };
    Ok(html(&page.head.nonce, &page))
}

#[derive(Debug, Deserialize)]
pub struct Said {
    say: String,
    #[serde(default)]
    text: String,
}

/// The customer confirms, says that it is not solved, or adds something.
pub async fn post_progress(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> Result<Response> {
    let found = find(&app, &slug, &token).await?;
    let language = found.as_ref().map(|it| it.tenant.language).unwrap_or_default();
    let words = words_for(&wanted(None, &headers, language), language);
    let Some(found) = found else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    let text = domain::collect::answer::clean(&said.text);
    let Some(case) = found.followed.case else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    if said.say == "evaluate" {
        return evaluate_again(&app, &slug, &token, &found).await;
    }
    let command = match said.say.as_str() {
        "solved" => Command::Confirm { comment: text },
        "not_solved" => Command::Reopen { reason: text },
        _ => Command::CustomerReplied { text, how: How::Message },
    };
    let act = visitor(&app, found.tenant.id);
    let mut tx = app.db.write().await?;
    match customer_says(&mut tx, &act, case, command).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Redirect::to(&format!("/p/{slug}/{token}")).into_response())
        }
        Err(Failure::Refused(refusal)) => {
            drop(tx);
            let mut page = draw(&app, words, &found, &format!("/p/{slug}/{token}/live"));
            page.fault = Some(fault(words, &refusal));
            match said.say.as_str() {
                "not_solved" => page.typed_not_solved = said.text,
                _ => page.typed_more = said.text,
            }
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok((status, html(&page.head.nonce, &page)).into_response())
        }
        Err(failure) => Err(failure.into()),
    }
}

/// To the page of the second evaluation, by a token made when it is first asked for: tokens are
/// stored as hashes, and looking at a page writes nothing.
async fn evaluate_again(app: &App, slug: &str, token: &str, found: &Found) -> Result<Response> {
    let asked = found.case.as_ref().and_then(|it| it.asked_again);
    let Some(invitation) = asked else {
        return Ok(Redirect::to(&format!("/p/{slug}/{token}")).into_response());
    };
    let mut tx = app.db.write().await?;
    let made =
        make_token_beside(&mut tx, &visitor(app, found.tenant.id), invitation, token).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/i/{slug}/{made}")).into_response())
}

/// The words of a refusal for a customer: of the house's inner rules only that the state changed.
fn fault(words: Words, refusal: &Refusal) -> String {
    match refusal.code {
        "case_empty" => words.say("page.write_something"),
        "case_too_long" => sentence(refusal, words.0, ""),
        _ => words.say("page.state_changed"),
    }
}

/// What changes when the state does; `None` where there is nothing to watch.
async fn version(db: &Db, slug: &str, token: &str) -> Result<Option<u64>> {
    let mut conn = db.read().await?;
    let (_, tenant) = tenant_of(&mut conn, slug).await?;
    let Some(case) = follow(&mut conn, tenant, token).await?.and_then(|it| it.case) else {
        return Ok(None);
    };
    Ok(store::handle::case::find(&mut conn, tenant, case).await?.map(|it| it.version))
}

struct Watch {
    app: App,
    slug: String,
    token: String,
    seen: u64,
    looks: u32,
}

impl Watch {
    /// Waits for the next change. `None`: long enough, or the house shuts.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while self.looks < LOOKS_MAX {
            self.looks += 1;
            tokio::select! {
                () = self.app.stop.cancelled() => return None,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let now = version(&self.app.db, &self.slug, &self.token).await.ok()??;
            if now != self.seen {
                self.seen = now;
                let event = Event::default().event("changed").data(now.to_string());
                return Some((Ok(event), self));
            }
        }
        None
    }
}

/// Says when the page should be looked at again.
pub async fn get_live(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
) -> Result<Response> {
    let Some(seen) = version(&app.db, &slug, &token).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let watch = Watch { app, slug, token, seen, looks: 0 };
    let events = stream::unfold(watch, Watch::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
