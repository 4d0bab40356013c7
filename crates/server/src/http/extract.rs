//! Bodies, queries and paths that refuse in our own shape.

use std::marker::PhantomData;

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::refusal::{Class, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::patience::is_too_slow;
use super::problem::Problem;

/// A JSON body, in and out.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(refuse(&rejection)),
        }
    }
}

fn refuse(rejection: &JsonRejection) -> Problem {
    if is_too_slow(rejection) {
        return Problem::too_slow();
    }
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::with(StatusCode::PAYLOAD_TOO_LARGE, Refusal::invalid("too_large"))
        }
        _ => Refusal::invalid("body").with("reason", rejection.body_text()).into(),
    }
}

/// What a program sends as JSON and a form of a page as pairs: then `F` is how it is spelt there.
pub struct JsonOr<T, F>(pub T, pub PhantomData<F>);

impl<T, F, S> FromRequest<S> for JsonOr<T, F>
where
    T: DeserializeOwned + TryFrom<F, Error = serde_json::Error>,
    F: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        if !kind.is_some_and(|it| it.starts_with("application/x-www-form-urlencoded")) {
            let Json(body) = Json::from_request(request, state).await?;
            return Ok(Self(body, PhantomData));
        }
        let refused = |reason: String| Refusal::invalid("body").with("reason", reason);
        match axum::Form::<F>::from_request(request, state).await {
            Ok(axum::Form(sent)) => {
                let body = T::try_from(sent).map_err(|it| refused(it.to_string()))?;
                Ok(Self(body, PhantomData))
            }
            Err(rejection) if is_too_slow(&rejection) => Err(Problem::too_slow()),
            Err(rejection) => Err(refused(rejection.body_text()).into()),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The query string.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // No text of the database holds it, so nothing can be asked by it; PostgreSQL would not even look.
        if parts.uri.query().is_some_and(|it| it.contains("%00")) {
            return Err(Refusal::invalid("query").with("reason", "a zero byte (%00)").into());
        }
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => {
                Err(Refusal::invalid("query").with("reason", rejection.body_text()).into())
            }
        }
    }
}

/// Parts of the address. One that is not of its form names nothing.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(_) => Err(Refusal::new(Class::NotFound, "no_route").into()),
        }
    }
}
