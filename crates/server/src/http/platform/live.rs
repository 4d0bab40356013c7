//! The stream on which an open page hears that it should read again.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use domain::platform::role::Permission;
use futures_util::stream;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Sleep;
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::http::problem::{Problem, Result};
use crate::http::session::SignedIn;
use crate::live::Marks;

/// After so long the stream ends and the browser asks again: whoever has signed out meanwhile, or may
/// less, hears no more.
const LIFE: Duration = Duration::from_mins(5);

/// What a page may have to read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveKind {
    Evaluations,
    Cases,
    Figures,
}

/// The data of an event `changed`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LiveBody {
    pub kinds: Vec<LiveKind>,
}

/// What changes from now on, as server-sent events
///
/// An event `changed` names the kinds of things of which something changed in the company, among those
/// the caller may read; never which, or whose. Read again what is shown. The stream ends after five
/// minutes; come back then.
#[utoipa::path(
    get,
    path = "/api/v1/live",
    tag = "platform",
    responses((status = 200, body = LiveBody, content_type = "text/event-stream"), Problem),
)]
pub async fn get_live(State(app): State<App>, who: SignedIn) -> Result<Response> {
    let marks = app.live.watch(&app, who.tenant());
    let seen = *marks.borrow();
    let watcher = Watcher {
        seen,
        marks,
        reads: readable(&who),
        stop: app.stop.clone(),
        end: Box::pin(tokio::time::sleep(LIFE)),
    };
    let events = stream::unfold(watcher, Watcher::next);
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that collects answers before passing them on would make it late.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn readable(who: &SignedIn) -> Vec<LiveKind> {
    let all = [
        (Permission::ReadEvaluations, LiveKind::Evaluations),
        (Permission::ReadCases, LiveKind::Cases),
        (Permission::ReadMetrics, LiveKind::Figures),
    ];
    all.into_iter().filter(|(permission, _)| who.may(*permission)).map(|it| it.1).collect()
}

struct Watcher {
    marks: watch::Receiver<Marks>,
    seen: Marks,
    /// What this one may read.
    reads: Vec<LiveKind>,
    stop: CancellationToken,
    end: Pin<Box<Sleep>>,
}

impl Watcher {
    /// Waits for the next change. `None`: long enough, or the house shuts.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = &mut self.end => return None,
                changed = self.marks.changed() => changed.ok()?,
            }
            let now = *self.marks.borrow_and_update();
            let kinds = self.changed(now);
            self.seen = now;
            if kinds.is_empty() {
                continue;
            }
            let event = Event::default().event("changed").json_data(LiveBody { kinds });
            return Some((Ok(event.expect("words are plain data")), self));
        }
    }

    fn changed(&self, now: Marks) -> Vec<LiveKind> {
        let reads = self.reads.iter().copied();
        reads
            .filter(|it| match it {
                LiveKind::Evaluations => now.evaluations != self.seen.evaluations,
                LiveKind::Cases => now.cases != self.seen.cases,
                // Figures are of both.
                LiveKind::Figures => now != self.seen,
            })
            .collect()
    }
}
