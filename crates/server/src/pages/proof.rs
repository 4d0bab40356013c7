//! The proof a customer can keep that their words are on record, and the page that checks one.

use app::answer::progress_link::follow;
use app::trust::key::{is_signed, public_keys};
use app::trust::prove::inclusion;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::language::Language;
use domain::trust::proof::Inclusion;
use serde::Deserialize;
use store::trust::ledger::Subject;

use super::head::{Head, Words, wanted, words_for};
use super::survey::{Asked, remember_language, tenant_of, visitor};
use super::{html, message};
use crate::App;
use crate::http::problem::Result;

/// The file to keep. What is not there yet will be in a second or two.
pub async fn get_proof(
    State(app): State<App>,
    Path((slug, token)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let (tenant, id) = tenant_of(&mut conn, &slug).await?;
    let language = tenant.as_ref().map(|it| it.language).unwrap_or_default();
    let words = words_for(&wanted(asked.lang.as_deref(), &headers, language), language);
    let found = follow(&mut conn, id, &token).await?.and_then(|it| it.evaluation);
    let Some(evaluation) = found.filter(|_| tenant.is_some()) else {
        return Ok(message(&app, words.0, StatusCode::NOT_FOUND, "unknown"));
    };
    let subject = Subject::evaluation(evaluation.id);
    let Some(proof) = inclusion(&mut conn, &visitor(&app, id), subject).await? else {
        return Ok(message(&app, words.0, StatusCode::ACCEPTED, "proof_later"));
    };
    let text = serde_json::to_string_pretty(&proof).expect("a proof is plain data");
    let name = format!("attachment; filename=\"huisheng-{}.json\"", evaluation.receipt);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).expect("a receipt is letters and digits"),
        ),
    ];
    Ok((headers, text).into_response())
}

#[derive(Template)]
#[template(path = "check.html")]
struct Check {
    head: Head,
    typed: String,
    verdict: Option<Verdict>,
}

struct Verdict {
    holds: bool,
    text: String,
    /// What was recorded, where the proof holds.
    content: String,
}

fn page(app: &App, words: Words, typed: String, verdict: Option<Verdict>) -> Response {
    let head = Head::new(app, words, words.say("page.house")).titled(words.say("page.check"));
    let page = Check { head, typed, verdict };
    html(&page.head.nonce, &page)
}

/// Where a proof can be checked.
pub async fn get_check(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let language = Language::default();
    let words = words_for(&wanted(asked.lang.as_deref(), &headers, language), language);
    remember_language(page(&app, words, String::new(), None), asked.lang.as_deref())
}

#[derive(Deserialize)]
pub struct Pasted {
    #[serde(default)]
    proof: String,
}

/// Whether the proof holds: the path leads to the root, the root is signed, and the key is that of the
/// company whose ledger it is.
pub async fn post_check(
    State(app): State<App>,
    headers: HeaderMap,
    Form(pasted): Form<Pasted>,
) -> Result<Response> {
    let words = words_for(&wanted(None, &headers, Language::default()), Language::default());
    let refuse = |word| Verdict { holds: false, text: words.say(word), content: String::new() };
    let verdict = match serde_json::from_str::<Inclusion>(&pasted.proof) {
        Err(_) => refuse("page.check_unreadable"),
        Ok(it) if !it.holds() => refuse("page.check_broken"),
        Ok(it) => match signer(&app, &it).await? {
            None => refuse("page.check_unsigned"),
            Some(company) => Verdict {
                holds: true,
                text: words.fill("page.check_holds", &[("company", company)]),
                content: serde_json::to_string_pretty(&it.content).unwrap_or_default(),
            },
        },
    };
    Ok(page(&app, words, pasted.proof, Some(verdict)))
}

/// The company whose ledger it is and whose key signed it. It is named, so that no company of the house
/// passes for another.
async fn signer(app: &App, it: &Inclusion) -> Result<Option<String>> {
    let tenant = it.checkpoint.statement.tenant;
    let mut conn = app.db.read().await?;
    let keys = public_keys(&mut conn, tenant).await?;
    if !is_signed(&it.checkpoint) || !keys.contains(&it.checkpoint.key) {
        return Ok(None);
    }
    Ok(store::platform::tenant::find(&mut conn, tenant).await?.map(|it| it.name))
}
