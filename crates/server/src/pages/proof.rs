//! The proof a customer can keep that their words are on record, and the page that checks one.

use app::answer::progress_link::follow;
use app::trust::key::is_signed;
use app::trust::prove::inclusion;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::language::Language;
use domain::trust::proof::Inclusion;
use serde::Deserialize;
use store::trust::ledger::{self, Subject};

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
    let verdict = |holds, word: &str, content| Verdict { holds, text: words.say(word), content };
    let parsed = serde_json::from_str::<Inclusion>(&pasted.proof);
    let verdict = match parsed {
        Err(_) => verdict(false, "page.check_unreadable", String::new()),
        Ok(it) if !it.holds() => verdict(false, "page.check_broken", String::new()),
        Ok(it) if !is_signed(&it.checkpoint) || !is_ours(&app, &it).await? => {
            verdict(false, "page.check_unsigned", String::new())
        }
        Ok(it) => {
            let content = serde_json::to_string_pretty(&it.content).unwrap_or_default();
            verdict(true, "page.check_holds", content)
        }
    };
    Ok(page(&app, words, pasted.proof, Some(verdict)))
}

async fn is_ours(app: &App, it: &Inclusion) -> Result<bool> {
    let mut conn = app.db.read().await?;
    let keys = ledger::keys(&mut conn, it.checkpoint.statement.tenant).await?;
    let encoded = |it: &ledger::Key| data_encoding::BASE64.encode(&it.public);
    Ok(keys.iter().any(|key| encoded(key) == it.checkpoint.key))
}
