//! Connections: how many there may be at once, how long one may keep us waiting for a request, and
//! how they end when the process is told to.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use crate::App;
use crate::config::LimitConfig;
use crate::metrics::Connected;

/// Files of the process that are not for connections: the database, uploads, calls of our own.
const SPARE_FILES: u64 = 512;

/// What a request's line and headers may measure together.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// How long a process that stops still takes requests over connections there are. Each answer says
/// that it is the last, so that who uses a connection leaves it and is not hung up on.
const LINGER: Duration = Duration::from_millis(300);

/// How long to wait when the system has no connection to give, as without free files.
const PAUSE: Duration = Duration::from_millis(100);

struct Server {
    app: App,
    router: Router,
    http: http1::Builder,
    room: Arc<Semaphore>,
    graceful: GracefulShutdown,
}

/// Serves until [`App::stop`], then until the last request under way is answered. Whoever connected
/// before that is served.
pub async fn serve(app: &App, listener: TcpListener, router: Router) {
    let limits = &app.config.limits;
    let mut http = http1::Builder::new();
    let silence = Duration::from_secs(limits.head_seconds.into());
    http.timer(TokioTimer::new())
        .header_read_timeout((!silence.is_zero()).then_some(silence))
        .max_header_size(HEAD_BYTES_MAX);
    let room = Arc::new(Semaphore::new(most(limits, files())));
    let graceful = GracefulShutdown::new();
    let server = Server { app: app.clone(), router, http, room, graceful };
    loop {
        tokio::select! {
            () = app.stop.cancelled() => break,
            (stream, peer, place) = server.accept(&listener) => server.open(stream, peer, place),
        }
    }
    server.let_in_who_waits(listener);
    tokio::time::sleep(LINGER).await;
    server.graceful.shutdown().await;
}

impl Server {
    /// The next connection, when there is a place for one.
    async fn accept(
        &self,
        listener: &TcpListener,
    ) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        let place = self.room.clone().acquire_owned().await.expect("it is never closed");
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, place),
                Err(error) if is_theirs(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Closing a listener hangs up on those who have connected and were not accepted yet.
    fn let_in_who_waits(&self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else { return };
        while let Ok((stream, peer)) = listener.accept() {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let (Ok(stream), Ok(place)) = (stream, self.room.clone().try_acquire_owned()) {
                self.open(stream, peer, place);
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "`graceful` waits for it, but not for ever")]
    fn open(&self, stream: TcpStream, peer: SocketAddr, place: OwnedSemaphorePermit) {
        // An answer in two pieces would wait for the other side's word on the first.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection that ended at once");
        }
        let stop = self.app.stop.clone();
        let service = self
            .router
            .clone()
            .map_request(move |request: Request<Incoming>| {
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(ConnectInfo(peer));
                request
            })
            .map_response(move |mut response: Response| {
                if stop.is_cancelled() {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                response
            });
        let service = TowerToHyperService::new(service);
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        let counted = Connected::count(&self.app.metrics);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection was given up");
            }
            drop((counted, place));
        });
    }
}

/// Whether it is a matter of that one connection, which is gone.
fn is_theirs(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// How many connections there may be: what the settings say, and no more than leaves files for the
/// rest of the house. `files` as many as the process may open.
fn most(limits: &LimitConfig, files: Option<u64>) -> usize {
    let asked = match limits.connections {
        0 => usize::MAX,
        some => usize::try_from(some).unwrap_or(usize::MAX),
    };
    let free = files.map(|it| it.saturating_sub(SPARE_FILES).max(SPARE_FILES.min(it / 2)));
    let free = free.and_then(|it| usize::try_from(it).ok()).unwrap_or(usize::MAX);
    asked.min(free).min(Semaphore::MAX_PERMITS)
}

/// How many files the process may open, after asking for as many as it can have: what a shell or a
/// service manager gives without being asked (1024) is for programs that count with it.
#[cfg(unix)]
fn files() -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    match setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::debug!(%error, "the limit of files stays as it is");
            limit.current
        }
    }
}

#[cfg(not(unix))]
fn files() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest_of_the_house() {
        let of = |connections| LimitConfig { connections, ..LimitConfig::default() };
        assert_eq!(most(&of(16_384), Some(1_048_576)), 16_384);
        assert_eq!(most(&of(16_384), Some(4_096)), 4_096 - 512);
        assert_eq!(most(&of(16_384), Some(600)), 300, "half at least");
        assert_eq!(most(&of(16_384), None), 16_384);
        assert_eq!(most(&of(0), Some(4_096)), 4_096 - 512);
        assert_eq!(most(&of(0), None), Semaphore::MAX_PERMITS);
    }
}
