//! Figures about the process for Prometheus, in its text format (version 0.0.4).
//!
//! Labels are patterns of routes, never addresses: those hold tokens.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use jiff::{SignedDuration, Timestamp};
use store::db::health::PoolState;
use store::platform::pulse::{self, Waiting};
use subtle::ConstantTimeEq as _;

use crate::App;
use crate::http::problem::{Problem, Result};
use crate::intake::Counts;
use crate::worker::LEASE;

/// Upper bounds of the classes of a duration, in seconds.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// Requests of one route, method and status.
#[derive(Debug, Clone)]
struct Series {
    method: String,
    status: u16,
    /// By the first bound they keep; the last is of those that keep none.
    classes: [u64; BOUNDS.len() + 1],
    sum: Duration,
}

/// What was counted since the process began.
#[derive(Debug)]
pub struct Metrics {
    began: Timestamp,
    routes: Mutex<HashMap<String, Vec<Series>>>,
    connections: AtomicUsize,
}

/// One connection, counted for as long as this is kept.
pub struct Connected(Arc<Metrics>);

impl Connected {
    pub fn count(metrics: &Arc<Metrics>) -> Self {
        metrics.connections.fetch_add(1, Ordering::Relaxed);
        Self(metrics.clone())
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    pub fn new(began: Timestamp) -> Self {
        Self { began, routes: Mutex::default(), connections: AtomicUsize::new(0) }
    }

    fn count(&self, route: &str, method: &str, status: u16, took: Duration) {
        let mut routes = self.routes.lock().expect("nothing panics while it is held");
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), vec![]);
        }
        let Some(all) = routes.get_mut(route) else { return };
        let at = all.iter().position(|it| it.status == status && it.method == method);
        let at = at.unwrap_or_else(|| {
            let classes = [0; BOUNDS.len() + 1];
            all.push(Series { method: method.to_owned(), status, classes, sum: Duration::ZERO });
            all.len() - 1
        });
        let class = BOUNDS.iter().position(|it| took.as_secs_f64() <= *it);
        all[at].classes[class.unwrap_or(BOUNDS.len())] += 1;
        all[at].sum += took;
    }

    fn write_requests(&self, text: &mut Text) {
        let name = "huisheng_request_seconds";
        text.head(name, "histogram", "Time until an answer began, by route.");
        let routes = self.routes.lock().expect("nothing panics while it is held").clone();
        let mut routes: Vec<_> = routes.into_iter().collect();
        routes.sort_by(|a, b| a.0.cmp(&b.0));
        for (route, all) in routes {
            for it in all {
                let labels =
                    format!("route=\"{route}\",method=\"{}\",status=\"{}\"", it.method, it.status);
                let mut sum = 0;
                for (class, count) in it.classes.iter().enumerate() {
                    sum += count;
                    let bound = BOUNDS.get(class).map_or("+Inf".to_owned(), ToString::to_string);
                    text.line(&format!("{name}_bucket"), &format!("{labels},le=\"{bound}\""), sum);
                }
                text.line(&format!("{name}_sum"), &labels, it.sum.as_secs_f64());
                text.line(&format!("{name}_count"), &labels, sum);
            }
        }
    }
}

/// Counts each request with how long it took. Methods that nobody defined are one.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map(|it| it.as_str().to_owned());
    let method = match request.method().as_str() {
        it @ ("GET" | "PUT" | "POST" | "DELETE" | "HEAD" | "OPTIONS" | "PATCH") => it.to_owned(),
        _ => "other".to_owned(),
    };
    let response = next.run(request).await;
    let status = response.status().as_u16();
    app.metrics.count(route.as_deref().unwrap_or("none"), &method, status, began.elapsed());
    response
}

/// The page, for who brings the token. Without a token in the settings there is no such page here.
pub async fn get_metrics(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let token = app.config.metrics_token.as_bytes();
    if token.is_empty() {
        return Err(Problem::no_route());
    }
    let given = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let given = given.and_then(|it| it.strip_prefix("Bearer ")).unwrap_or("");
    if !bool::from(given.as_bytes().ct_eq(token)) {
        return Err(Problem::unauthenticated());
    }
    get_open_metrics(State(app)).await
}

/// The page, at an address of its own.
pub async fn get_open_metrics(State(app): State<App>) -> Result<Response> {
    let text = render(&app).await?;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

async fn render(app: &App) -> Result<String> {
    let now = app.now();
    let mut text = Text::default();
    text.head("huisheng_build_info", "gauge", "Which version runs.");
    text.line("huisheng_build_info", concat!("version=\"", env!("CARGO_PKG_VERSION"), "\""), 1);
    text.gauge("process_start_time_seconds", "When it began.", app.metrics.began.as_second());
    if let Some(bytes) = resident_bytes() {
        text.gauge("process_resident_memory_bytes", "Memory in use.", bytes);
    }
    app.metrics.write_requests(&mut text);
    let limits = &app.limits;
    let refused = "huisheng_refused_total";
    text.head(refused, "counter", "Requests refused because there were too many.");
    for (by, count) in [
        ("address", limits.addresses.refused()),
        ("sign_in", limits.sign_ins.refused()),
        ("caller", limits.callers.refused()),
        ("form", limits.forms.refused()),
        ("tenant", limits.tenants.refused() + limits.pages.refused()),
    ] {
        text.line(refused, &format!("by=\"{by}\""), count);
    }
    let connections = app.metrics.connections.load(Ordering::Relaxed);
    text.gauge("huisheng_connections", "Connections open now.", connections);
    text.intake(app.intake.counts());
    text.pools(&app.db.pool_states());
    let mut conn = app.db.read().await?;
    text.queue("timer", pulse::timers(&mut conn, now).await?, now);
    text.queue("job", pulse::jobs(&mut conn, now).await?, now);
    let dead = pulse::dead_jobs(&mut conn).await?;
    text.gauge("huisheng_jobs_dead", "Jobs given up and not retried by hand.", dead);
    let unsealed = pulse::unsealed(&mut conn).await?;
    text.gauge("huisheng_ledger_waiting", "Leaves without a place in the ledger.", unsealed);
    let workers = pulse::workers(&mut conn, now - LEASE).await?;
    text.gauge("huisheng_workers", "Processes that do what is due.", workers);
    if let Some(sealed) = app.pulse.sealed() {
        let lag = seconds(now.duration_since(sealed));
        text.gauge("huisheng_ledger_seal_age_seconds", "Since all that waited was sealed.", lag);
    }
    Ok(text.0)
}

fn seconds(it: SignedDuration) -> f64 {
    it.as_secs_f64().max(0.0)
}

/// Of this process; `None` where the system does not say.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The page being written.
#[derive(Debug, Default)]
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}")
            .expect("a String takes any text");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        writeln!(self.0, "{name}{labels} {value}").expect("a String takes any text");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.head(name, "gauge", help);
        self.line(name, "", value);
    }

    fn queue(&mut self, thing: &str, it: Waiting, now: Timestamp) {
        let late = it.late_since.map_or(0.0, |since| seconds(now.duration_since(since)));
        self.gauge(&format!("huisheng_{thing}s_waiting"), "How many wait.", it.count);
        self.gauge(&format!("huisheng_{thing}s_late"), "Of them, how many are due.", it.late);
        let help = "How late the one is that is due longest.";
        self.gauge(&format!("huisheng_{thing}_late_seconds"), help, late);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, "counter", help);
        self.line(name, "", value);
    }

    fn intake(&mut self, it: Counts) {
        self.counter("huisheng_intake_total", "Evaluations taken up to be written.", it.taken);
        self.counter("huisheng_intake_groups_total", "Transactions that they shared.", it.groups);
        let away = "huisheng_intake_turned_away_total";
        self.counter(away, "Told to come again: too many waited.", it.turned_away);
        self.gauge("huisheng_intake_waiting", "Evaluations waiting to be written.", it.waiting);
    }

    fn pools(&mut self, pools: &[PoolState]) {
        let name = "huisheng_database_connections";
        self.head(name, "gauge", "Connections to the database.");
        for it in pools {
            for (state, count) in [("open", it.open), ("idle", it.idle), ("most", it.most)] {
                self.line(name, &format!("pool=\"{}\",state=\"{state}\"", it.name), count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_counted_in_every_class_whose_bound_it_keeps() {
        let metrics = Metrics::new(Timestamp::UNIX_EPOCH);
        for millis in [1, 4, 20_000] {
            metrics.count("/api/v1/me", "GET", 200, Duration::from_millis(millis));
        }
        let mut text = Text::default();
        metrics.write_requests(&mut text);
        let labels = r#"route="/api/v1/me",method="GET",status="200""#;
        for (end, count) in [
            (format!(r#"_bucket{{{labels},le="0.001"}}"#), "1"),
            (format!(r#"_bucket{{{labels},le="0.005"}}"#), "2"),
            (format!(r#"_bucket{{{labels},le="10"}}"#), "2"),
            (format!(r#"_bucket{{{labels},le="+Inf"}}"#), "3"),
            (format!("_sum{{{labels}}}"), "20.005"),
            (format!("_count{{{labels}}}"), "3"),
        ] {
            let line = format!("huisheng_request_seconds{end} {count}\n");
            assert!(text.0.contains(&line), "{line}{}", text.0);
        }
    }
}
