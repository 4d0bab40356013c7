//! What the process tells of itself: the log on the error stream, and traces for a
//! collector, unless it was built without the feature `otel`.

#[cfg(feature = "otel")]
pub mod otlp;

use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Request, Response};
use tower_http::trace::{DefaultOnResponse, OnResponse as _};
use tracing::field::Empty;
use tracing::{Span, info_span};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::config::Config;

/// To be kept until the end: what waits to be sent is sent when it is dropped.
#[must_use]
#[derive(Default)]
pub struct Telling {
    #[cfg(feature = "otel")]
    _traces: Option<otlp::Sending>,
}

/// Begins to tell. Not to be called where something async runs.
///
/// # Errors
/// When traces are wanted that this binary cannot send.
pub fn start(config: &Config) -> anyhow::Result<Telling> {
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = if config.log_json { lines.json().boxed() } else { lines.boxed() };
    let told = tracing_subscriber::registry().with(EnvFilter::new(&config.log)).with(lines);
    if config.otlp_endpoint.is_empty() {
        told.init();
        return Ok(Telling::default());
    }
    #[cfg(feature = "otel")]
    {
        let (layer, traces) = otlp::to(&config.otlp_endpoint)?;
        told.with(layer).init();
        Ok(Telling { _traces: Some(traces) })
    }
    #[cfg(not(feature = "otel"))]
    anyhow::bail!("`otlp_endpoint` is set, but this binary was built without the feature `otel`")
}

/// One request. Addresses and queries hold tokens and names, so it has the route's pattern only.
pub fn request<B>(request: &Request<B>) -> Span {
    let method = request.method();
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let id = request.headers().get("x-request-id").and_then(|it| it.to_str().ok()).unwrap_or("");
    if cfg!(feature = "otel") {
        // Named as collectors expect: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
        return info_span!(
            "request",
            otel.name = %format_args!("{method} {route}"),
            otel.kind = "server",
            http.request.method = %method,
            http.route = route,
            http.response.status_code = Empty,
            id
        );
    }
    info_span!("request", %method, route, id)
}

/// How it was answered.
pub fn answered<B>(response: &Response<B>, latency: Duration, span: &Span) {
    span.record("http.response.status_code", response.status().as_u16());
    DefaultOnResponse::default().on_response(response, latency, span);
}
