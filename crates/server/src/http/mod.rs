//! The HTTP API: routes, errors, sessions. Handlers hold no rule of the business.

pub mod analysis;
pub mod answer;
pub mod collect;
pub mod customer;
pub mod etag;
pub mod extract;
pub mod handle;
pub mod limit;
pub mod may;
pub mod page;
pub mod patience;
pub mod platform;
pub mod problem;
pub mod session;
pub mod triage;
pub mod trust;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Request, header};
use axum::middleware;
use tower::util::{MapRequestLayer, option_layer};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use problem::Problem;

/// Bodies are JSON of people's forms; what is larger (batches, uploads) says so at its route.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// What no page of ours asks a device for.
const NO_DEVICES: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";

/// Browsers that have come by TLS once come by TLS.
const TWO_YEARS: &str = "max-age=63072000; includeSubDomains";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Huisheng API",
        description = "Everything the console does, a program can do. Errors are problem details \
                   (RFC 9457) with a stable `code`, in the language of `Accept-Language`."
    ),
    // Types that only parameters, or our own words for a refusal, name are not collected by themselves.
    components(schemas(
        domain::triage::category::Tree,
        collect::invitation::FunnelBy,
        problem::ProblemBody
    ))
)]
struct Api;

/// Every documented route, in reading order.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .merge(platform::routes())
        .merge(customer::routes())
        .merge(handle::routes())
        .merge(analysis::routes())
        .merge(collect::routes())
        .merge(answer::routes())
        .merge(triage::routes())
        .merge(trust::routes())
}

/// The OpenAPI document of the routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    documented().split_for_parts().1
}

pub fn router(app: App) -> Router {
    let (api, document) = documented().split_for_parts();
    let document = serde_json::to_string(&document).expect("the document is plain data");
    let document = axum::routing::get(|| async {
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], document)
    });
    let request_id = HeaderName::from_static("x-request-id");
    let nothing = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    let https = app.config.is_https();
    let pause = Duration::from_secs(app.config.limits.body_seconds.into());
    api.route("/api/v1/openapi.json", document)
        .route("/metrics", axum::routing::get(crate::metrics::get_metrics))
        .merge(crate::pages::routes())
        .merge(crate::console::routes())
        .fallback(|| async { Problem::no_route() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), limit::limit))
        .layer(middleware::from_fn(problem::localise))
        .layer(MapRequestLayer::new(patience::patient(pause)))
        .layer(CatchPanicLayer::custom(|_| {
            axum::response::IntoResponse::into_response(Problem::panicked())
        }))
        .layer(CompressionLayer::new())
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(header::X_FRAME_OPTIONS, "DENY"))
        // Pages and the console bring their own; answers for programs need none of it.
        .layer(set(header::CONTENT_SECURITY_POLICY, nothing))
        .layer(set(header::CACHE_CONTROL, "no-store"))
        .layer(set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(set(HeaderName::from_static("permissions-policy"), NO_DEVICES))
        .layer(option_layer(https.then(|| set(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS))))
        .layer(middleware::from_fn_with_state(app.clone(), crate::metrics::observe))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(crate::trace::request)
                .on_response(crate::trace::answered),
        )
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(SetRequestIdLayer::new(request_id.clone(), MakeRequestUuid))
        // The id is ours: one from outside would be written into the log.
        .layer(MapRequestLayer::new(move |mut request: Request<Body>| {
            request.headers_mut().remove(&request_id);
            request
        }))
        .with_state(app)
}

fn set(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
