//! The one error shape: problem details (RFC 9457) in the reader's language.

use std::sync::Arc;

use app::{Failure, words};
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::language::Language;
use domain::refusal::{Class, Refusal};
use serde::Serialize;

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// A refusal with its status. The sentence is added on the way out, when the language is known.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    refusal: Arc<Refusal>,
}

/// What the caller reads.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// `about:blank`: the code says more than an address would.
    #[serde(rename = "type")]
    kind: &'static str,
    status: u16,
    /// Stable, for programs.
    code: String,
    /// For people, in the language of `Accept-Language`.
    title: String,
    /// Where in the input, as in `questions.2.key`.
    field: Option<String>,
    /// Every fault of the input, the first one included.
    errors: Vec<Fault>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Fault {
    code: String,
    field: Option<String>,
    message: String,
}

impl Problem {
    pub fn no_route() -> Self {
        Self::with(StatusCode::NOT_FOUND, Refusal::new(Class::NotFound, "no_route"))
    }

    pub fn method_not_allowed() -> Self {
        let refusal = Refusal::invalid("method_not_allowed");
        Self::with(StatusCode::METHOD_NOT_ALLOWED, refusal)
    }

    pub fn too_slow() -> Self {
        Self::with(StatusCode::REQUEST_TIMEOUT, Refusal::invalid("too_slow"))
    }

    pub fn unauthenticated() -> Self {
        Self::with(StatusCode::UNAUTHORIZED, Refusal::new(Class::Forbidden, "unauthenticated"))
    }

    /// A disk that takes nothing now may do so later.
    pub fn of_disk(error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | ReadOnlyFilesystem | FileTooLarge => {
                tracing::error!(%error, "the disk takes nothing");
                crate::intake::busy().into()
            }
            _ => Self::internal(error),
        }
    }

    /// The cause goes to the log; the caller learns only that it is our fault.
    pub fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "request failed");
        Self::panicked()
    }

    pub fn panicked() -> Self {
        let refusal = Refusal::new(Class::Conflict, "internal");
        Self::with(StatusCode::INTERNAL_SERVER_ERROR, refusal)
    }

    pub fn with(status: StatusCode, refusal: Refusal) -> Self {
        Self { status, refusal: Arc::new(refusal) }
    }

    /// What a reader of `language` is told; `request` names the log line.
    fn body(&self, language: Language, request: &str) -> ProblemBody {
        let fault = |it: &Refusal| Fault {
            code: it.code.to_owned(),
            field: it.field.clone(),
            message: sentence(it, language, request),
        };
        let errors = std::iter::once(&*self.refusal).chain(&self.refusal.also).map(fault).collect();
        ProblemBody {
            kind: "about:blank",
            status: self.status.as_u16(),
            code: self.refusal.code.to_owned(),
            title: sentence(&self.refusal, language, request),
            field: self.refusal.field.clone(),
            errors,
        }
    }
}

/// What a person reads of a refusal.
pub fn sentence(refusal: &Refusal, language: Language, request: &str) -> String {
    let said = |(name, value): &(&'static str, String)| {
        let value = match *name {
            "thing" => words::say(language, &format!("thing.{value}")),
            _ => value.clone(),
        };
        (*name, value)
    };
    let mut values: Vec<_> = refusal.params.iter().map(said).collect();
    values.push(("request", request.to_owned()));
    words::fill(language, &format!("error.{}", refusal.code), &values)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.class {
            Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Class::NotFound => StatusCode::NOT_FOUND,
            Class::Conflict => StatusCode::CONFLICT,
            Class::Forbidden => StatusCode::FORBIDDEN,
            Class::Gone => StatusCode::GONE,
            Class::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Class::Busy => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::with(status, refusal)
    }
}

impl From<store::db::Error> for Problem {
    fn from(error: store::db::Error) -> Self {
        if store::db::is_unreachable(&error) {
            tracing::error!(%error, "the database is out of reach");
            return crate::intake::busy().into();
        }
        if store::db::is_no_text(&error) {
            return Refusal::invalid("body").with("reason", "a zero byte (\\u0000)").into();
        }
        Self::internal(&error)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => (*refusal).into(),
            Failure::Db(error) => error.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

/// The language a request asks for.
pub fn language(request: &Request) -> Language {
    header(request, "accept-language").and_then(Language::accepted).unwrap_or_default()
}

/// The language the request asks for, or the house's first.
pub fn language_of(headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    accepted.and_then(Language::accepted).unwrap_or_default()
}

/// Gives each problem its sentences, in the language of the request.
pub async fn localise(request: Request, next: Next) -> Response {
    let language = language(&request);
    let id = header(&request, "x-request-id").unwrap_or("").to_owned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let seconds = problem.refusal.params.iter().find(|it| it.0 == "seconds");
    let mut told = (problem.status, Json(problem.body(language, &id))).into_response();
    let headers = told.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    if let Some(seconds) = seconds.and_then(|it| it.1.parse().ok()) {
        headers.insert(header::RETRY_AFTER, seconds);
    }
    told
}

impl utoipa::IntoResponses for Problem {
    fn responses() -> std::collections::BTreeMap<
        String,
        utoipa::openapi::RefOr<utoipa::openapi::response::Response>,
    > {
        use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder, ResponsesBuilder};
        let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody"))).build();
        let problem = ResponseBuilder::new()
            .description("A problem: see `code` and `title`")
            .content("application/problem+json", body)
            .build();
        ResponsesBuilder::new().response("4XX", problem).build().into()
    }
}
