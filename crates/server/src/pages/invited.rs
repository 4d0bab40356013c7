//! The page that asks somebody who was invited: the link is theirs, and is answered once (I06).

use app::Failure;
use app::collect::follow_invitation::{find_by_token, mark};
use app::collect::submit_evaluation::{About, Submission};
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::collect::invitation::{Invitation, Mark, State as Stage};
use domain::id::EvaluationId;
use domain::language::Language;
use domain::platform::tenant::Tenant;
use store::answer::progress_link;
use store::collect::form;
use store::{Db, Read};

use super::head::{wanted, words_for};
use super::posted::Posted;
use super::survey::{Asked, Asking, preselected, remember_language, sent_id, tenant_of, visitor};
use super::{Link, message, message_with};
use crate::App;
use crate::http::problem::Result;

struct Invited {
    tenant: Tenant,
    invitation: Invitation,
    version: Option<form::Version>,
    /// Of the progress page, once it was answered by name.
    progress: Option<String>,
}

async fn find(db: &Db, slug: &str, token: &str, asked: Option<i64>) -> Result<Option<Invited>> {
    let mut conn = db.read().await?;
    let (tenant, id) = tenant_of(&mut conn, slug).await?;
    let invitation = find_by_token(&mut conn, id, token).await?;
    let (Some(tenant), Some(invitation)) = (tenant, invitation) else { return Ok(None) };
    if invitation.state == Stage::Suppressed {
        return Ok(None);
    }
    let version = version(&mut conn, &tenant, &invitation, asked).await?;
    let progress = match invitation.evaluation {
        Some(it) => progress_link::find_by_evaluation(&mut conn, id, it).await?,
        None => None,
    };
    let progress = progress.map(|it| format!("/p/{slug}/{}", it.token));
    Ok(Some(Invited { tenant, invitation, version, progress }))
}

/// The version the customer saw, or the one published now. A form that was retired still answers
/// to who was invited by it.
async fn version(
    conn: &mut Read,
    tenant: &Tenant,
    invitation: &Invitation,
    asked: Option<i64>,
) -> Result<Option<form::Version>> {
    let Some(found) = form::find_by_key(conn, tenant.id, &invitation.form).await? else {
        return Ok(None);
    };
    match asked.or(found.published_version) {
        Some(version) => Ok(form::find_version(conn, tenant.id, found.id, version).await?),
        None => Ok(None),
    }
}

/// What is said instead of asking; `None` while it can be asked.
fn instead(app: &App, language: Language, found: Option<&Invited>) -> Option<Response> {
    let Some(found) = found else {
        return Some(message(app, language, StatusCode::NOT_FOUND, "unknown"));
    };
    if found.invitation.state == Stage::Completed {
        let link = found.progress.clone();
        let link = link.map(|href| Link::new(language, href, "page.to_progress"));
        return Some(message_with(app, language, StatusCode::OK, "answered", link));
    }
    if !found.invitation.is_open(app.now()) {
        return Some(message(app, language, StatusCode::GONE, "expired"));
    }
    match found.version {
        Some(_) => None,
        None => Some(message(app, language, StatusCode::GONE, "closed")),
    }
}

fn asking<'a>(
    found: &'a Invited,
    version: &'a form::Version,
    slug: &str,
    token: &str,
) -> Asking<'a> {
    let action = format!("/i/{slug}/{token}");
    Asking {
        tenant: &found.tenant,
        content: &version.content,
        version: version.version,
        mark: Some(action.clone()),
        action,
        via: None,
    }
}

/// The link of an invitation. Fetching it changes nothing.
pub async fn get_invited(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let found = find(&app.db, &slug, &token, None).await?;
    let language = found.as_ref().map(|it| it.invitation.language).unwrap_or_default();
    let wanted = wanted(asked.lang.as_deref(), &headers, language);
    if let Some(page) = instead(&app, words_for(&wanted, language).0, found.as_ref()) {
        return Ok(remember_language(page, asked.lang.as_deref()));
    }
    let found = found.expect("checked by `instead`");
    let version = found.version.as_ref().expect("checked by `instead`");
    let given = preselected(&version.content, &asked);
    let page = asking(&found, version, &slug, &token).page(&app, &wanted, &given, None);
    Ok(remember_language(page, asked.lang.as_deref()))
}

/// The answer of somebody who was invited.
pub async fn post_invited(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let given = Posted(pairs);
    let asked = given.first("version").and_then(|it| it.parse().ok());
    let found = find(&app.db, &slug, &token, asked).await?;
    let language = found.as_ref().map(|it| it.invitation.language).unwrap_or_default();
    let wanted = wanted(given.first("lang"), &headers, language);
    let words = words_for(&wanted, language);
    if let Some(page) = instead(&app, words.0, found.as_ref()) {
        return Ok(page);
    }
    let found = found.expect("checked by `instead`");
    let version = found.version.as_ref().expect("checked by `instead`");
    match hand_in(&app, &found, version, &given).await {
        Ok(token) => Ok(Redirect::to(&format!("/p/{slug}/{token}?new")).into_response()),
        // Somebody was quicker, perhaps the same person in another window.
        Err(Failure::Refused(it)) if it.code == "invitation_answered" => {
            Ok(message(&app, words.0, StatusCode::OK, "answered"))
        }
        Err(Failure::Refused(it)) if it.code == "invitation_over" => {
            Ok(message(&app, words.0, StatusCode::GONE, "expired"))
        }
        Err(Failure::Refused(refusal)) => {
            let asking = asking(&found, version, &slug, &token);
            Ok(asking.page(&app, &wanted, &given, Some(&refusal)))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The evaluation ends its invitation, in one transaction. Returns the progress token.
async fn hand_in(
    app: &App,
    found: &Invited,
    version: &form::Version,
    given: &Posted,
) -> Result<String, Failure> {
    let Invited { tenant, invitation: it, .. } = found;
    let act = visitor(app, tenant.id);
    let about = About {
        invitation: Some(it.id),
        case: it.about.case(),
        interaction: it.about.interaction(),
        customer: it.customer,
        staff: it.staff,
    };
    let input = Submission {
        id: sent_id(given).map_or_else(|| act.id(), EvaluationId),
        form: version.form,
        version: version.version,
        answers: given.answers(&version.content),
        round: it.round,
        channel: it.channel,
        language: given.first("lang").unwrap_or("").to_owned(),
        about,
        anonymous: given.has("anonymous", "on"),
    };
    Ok(app.intake.hand_in(act, input).await?.token)
}

/// The page says that it was seen.
pub async fn post_opened(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
) -> Result<StatusCode> {
    put_mark(&app, &slug, &token, Mark::Opened).await
}

/// The page says that the first answer was given.
pub async fn post_started(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
) -> Result<StatusCode> {
    put_mark(&app, &slug, &token, Mark::Started).await
}

async fn put_mark(app: &App, slug: &str, token: &str, what: Mark) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let (_, tenant) = tenant_of(&mut tx, slug).await?;
    match mark(&mut tx, &visitor(app, tenant), token, what).await {
        Ok(()) => tx.commit().await?,
        // A link that leads nowhere has nothing to mark, and says no more than one that does.
        Err(Failure::Refused(_)) => {}
        Err(failure) => return Err(failure.into()),
    }
    Ok(StatusCode::NO_CONTENT)
}
